package api

import (
	"bytes"
	"crypto/md5" //nolint:gosec // what the API shows of an object
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// registerObjects: objects come with their content, are downloaded, have
// generations, and names with slashes.
func registerObjects(h *hooks) {
	h.methods["storage.objects.insert"] = insertObject
	h.methods["storage.objects.get"] = getObject
	h.methods["storage.objects.list"] = listObjects
	h.methods["storage.objects.patch"] = patchObject
	h.methods["storage.objects.update"] = patchObject
	h.methods["storage.objects.delete"] = deleteObject
}

// bucket is the one that a call is about. Conditions that nobody looks at are
// not served.
func (k *call) bucket(conditions ...string) (*resource, *apiError) {
	for name := range k.query {
		if strings.HasPrefix(name, "if") && !slices.Contains(conditions, name) {
			return nil, errNotServed(k.method.ID + " with " + name)
		}
	}
	r := k.s.store.get("storage", "b/"+k.args["bucket"])
	if r == nil {
		return nil, &apiError{code: http.StatusNotFound, reason: "notFound", message: "The specified bucket does not exist."}
	}
	return r, nil
}

func objectPath(bucket *resource, name string) string {
	return bucket.path + "/o/" + url.PathEscape(name)
}

func noSuchObject(bucket *resource, name string) *apiError {
	return &apiError{code: http.StatusNotFound, reason: "notFound", message: "No such object: " + bucket.id() + "/" + name}
}

// object is the live one of the name that the path has, or the generation that
// the query names.
func (k *call) object(bucket *resource) (*resource, *apiError) {
	name, generation := k.args["object"], k.query.Get("generation")
	live := k.s.store.get("storage", objectPath(bucket, name))
	if live != nil && (generation == "" || live.data["generation"] == generation) {
		return live, nil
	}
	if old := k.s.store.get("storage", bucket.path+"/archived/"+url.PathEscape(name)+"@"+generation); old != nil {
		return old, nil
	}
	return nil, noSuchObject(bucket, name)
}

// insertObject takes an upload in one request: the content alone, or with the
// object's own data ahead of it.
func insertObject(k *call) (map[string]any, *apiError) {
	bucket, err := k.bucket("ifGenerationMatch")
	if err != nil {
		return nil, err
	}
	if !k.upload {
		return nil, badBucket("An object without content cannot be inserted")
	}
	data, content, err := k.uploaded()
	if err != nil {
		return nil, err
	}
	name := text(data, "name")
	if given := k.query.Get("name"); given != "" {
		name = given
	}
	if name == "" || len(name) > 1024 || strings.ContainsAny(name, "\r\n") || name == "." || name == ".." {
		return nil, badBucket("Invalid object name: '%s'", name)
	}
	live := k.s.store.get("storage", objectPath(bucket, name))
	if wanted := k.query.Get("ifGenerationMatch"); wanted != "" && (live == nil && wanted != "0" || live != nil && live.data["generation"] != wanted) {
		return nil, errCondition()
	}
	key := k.query.Get("kmsKeyName")
	if key == "" {
		key = text(member(bucket.data, "encryption"), "defaultKmsKeyName")
	}
	if key != "" {
		if err := k.mayUseKey(k.project.agent("gs-project-accounts"), key, text(bucket.data, "location")); err != nil {
			return nil, err
		}
		data["kmsKeyName"] = strings.Split(key, "/cryptoKeyVersions/")[0] + "/cryptoKeyVersions/1"
	}
	if data["acl"] != nil && member(member(bucket.data, "iamConfiguration"), "uniformBucketLevelAccess")["enabled"] == true {
		return nil, badBucket("Cannot insert legacy ACL for an object when uniform bucket-level access is enabled.")
	}
	if live != nil {
		if err := k.retire(bucket, live); err != nil {
			return nil, err
		}
	}
	r := &resource{kind: k.s.kindAt("storage", "b/{}/o/{}"), service: "storage", path: objectPath(bucket, name), data: data, extra: map[string]any{"content": content}}
	k.describe(bucket, r, name, content)
	k.s.store.put(r)
	k.s.changed(r)
	return r.data, nil
}

// uploaded splits a request into the object's data and its content.
func (k *call) uploaded() (map[string]any, []byte, *apiError) {
	kind, parameters, err := mime.ParseMediaType(k.header.Get("Content-Type"))
	switch upload := k.query.Get("uploadType"); {
	case upload == "media":
		return map[string]any{"contentType": kind}, k.raw, nil
	case upload != "multipart":
		return nil, nil, errNotServed(k.method.ID + " with uploadType " + upload)
	case err != nil || kind != "multipart/related":
		return nil, nil, badBucket("Invalid multipart request: its content type is '%s'", k.header.Get("Content-Type"))
	}
	parts := multipart.NewReader(bytes.NewReader(k.raw), parameters["boundary"])
	first, err := parts.NextRawPart()
	if err != nil {
		return nil, nil, badBucket("Invalid multipart request with 0 mime parts.")
	}
	var value any
	if err := json.NewDecoder(first).Decode(&value); err != nil {
		return nil, nil, errPayload("", "Invalid JSON payload received. "+err.Error())
	}
	checked, bad := k.method.Document.CheckBody("Object", value, "object")
	if bad != nil {
		return nil, nil, errViolation(bad, "badRequest")
	}
	data, ok := checked.(map[string]any)
	second, partErr := parts.NextRawPart()
	if !ok || partErr != nil {
		return nil, nil, badBucket("Invalid multipart request with 1 mime part.")
	}
	content, err := io.ReadAll(second)
	if err != nil {
		return nil, nil, badBucket("Invalid multipart request: %v", err)
	}
	dropNulls(data)
	if data["contentType"] == nil {
		if data["contentType"] = second.Header.Get("Content-Type"); data["contentType"] == "" {
			data["contentType"] = "application/octet-stream"
		}
	}
	return data, content, nil
}

// describe fills in what the API says of an object.
func (k *call) describe(bucket, r *resource, name string, content []byte) {
	now, generation := k.s.timestamp("storage"), k.s.newID()[3:]
	sum := md5.Sum(content) //nolint:gosec // what the API shows of an object
	crc := binary.BigEndian.AppendUint32(nil, crc32.Checksum(content, crc32.MakeTable(crc32.Castagnoli)))
	link := "https://www.googleapis.com/storage/v1/" + r.path
	for member, value := range map[string]any{
		"kind": "storage#object", "id": bucket.id() + "/" + name + "/" + generation, "name": name, "bucket": bucket.id(), "generation": generation, "metageneration": "1",
		"selfLink": link, "mediaLink": strings.Replace(link, "www.googleapis.com/storage", "storage.googleapis.com/download/storage", 1) + "?generation=" + generation + "&alt=media",
		"size": fmt.Sprint(len(content)), "md5Hash": base64.StdEncoding.EncodeToString(sum[:]), "crc32c": base64.StdEncoding.EncodeToString(crc),
		"timeCreated": now, "updated": now, "timeStorageClassUpdated": now, "timeFinalized": now,
	} {
		r.data[member] = value
	}
	if r.data["storageClass"] == nil {
		r.data["storageClass"] = bucket.data["storageClass"]
	}
	if policy := member(bucket.data, "retentionPolicy"); policy != nil {
		r.data["retentionExpirationTime"] = k.s.options.Now().Add(time.Duration(number(policy["retentionPeriod"])) * time.Second).UTC().Format(time.RFC3339)
	}
}

func getObject(k *call) (map[string]any, *apiError) {
	bucket, err := k.bucket()
	if err != nil {
		return nil, err
	}
	r, err := k.object(bucket)
	if err != nil {
		return nil, err
	}
	if k.query.Get("alt") == "media" {
		content, _ := r.extra["content"].([]byte)
		k.reply = &answer{status: http.StatusOK, contentType: text(r.data, "contentType"), body: content}
	}
	return r.data, nil
}

func listObjects(k *call) (map[string]any, *apiError) {
	bucket, err := k.bucket()
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"startOffset", "endOffset", "matchGlob", "filter", "softDeleted", "includeFoldersAsPrefixes", "includeTrailingDelimiter"} {
		if k.query.Get(name) != "" {
			return nil, errNotServed(k.method.ID + " with " + name)
		}
	}
	all := k.s.store.in("storage", bucket.path+"/o")
	if k.query.Get("versions") == "true" {
		all = append(all, k.s.store.in("storage", bucket.path+"/archived")...)
	}
	prefix, delimiter := k.query.Get("prefix"), k.query.Get("delimiter")
	var found []listed
	folders := map[string]bool{}
	for _, r := range all {
		rest, ok := strings.CutPrefix(text(r.data, "name"), prefix)
		if !ok {
			continue
		}
		if before, _, inFolder := strings.Cut(rest, delimiter); delimiter != "" && inFolder {
			folders[prefix+before+delimiter] = true
			continue
		}
		found = append(found, listed{text(r.data, "name") + " " + text(r.data, "generation"), r.data})
	}
	answer, err := k.listAnswer(k.s.kindAt("storage", "b/{}/o/{}"), found)
	if err != nil {
		return nil, err
	}
	answer["kind"] = "storage#objects"
	var prefixes []string
	for folder := range folders {
		prefixes = append(prefixes, folder)
	}
	if slices.Sort(prefixes); len(prefixes) > 0 {
		answer["prefixes"] = prefixes
	}
	return answer, nil
}

func patchObject(k *call) (map[string]any, *apiError) {
	bucket, err := k.bucket()
	if err != nil {
		return nil, err
	}
	r, err := k.object(bucket)
	if err != nil {
		return nil, err
	}
	for _, fixed := range []string{"name", "bucket", "generation", "size", "md5Hash", "crc32c"} {
		if given, has := k.body[fixed]; has && given != nil && jsonText(given) != jsonText(r.data[fixed]) {
			return nil, badBucket("The field %s of an object cannot be changed", fixed)
		}
	}
	r.data = mergePatch(r.data, k.body)
	k.s.changed(r)
	r.data["metageneration"], r.data["updated"] = fmt.Sprint(r.generation), k.s.timestamp("storage")
	return r.data, nil
}

func deleteObject(k *call) (map[string]any, *apiError) {
	bucket, err := k.bucket()
	if err != nil {
		return nil, err
	}
	r, err := k.object(bucket)
	if err != nil {
		return nil, err
	}
	if k.query.Get("generation") == "" {
		return map[string]any{}, k.retire(bucket, r)
	}
	if err := k.mayGo(bucket, r); err != nil {
		return nil, err
	}
	k.s.store.remove(r)
	return map[string]any{}, nil
}

// retire takes a live object away: into the archive where versions are kept,
// else for good.
func (k *call) retire(bucket, r *resource) *apiError {
	versioned := member(bucket.data, "versioning")["enabled"] == true
	if !versioned {
		if err := k.mayGo(bucket, r); err != nil {
			return err
		}
	}
	k.s.store.remove(r)
	if versioned {
		old := &resource{kind: r.kind, service: r.service, data: jsonCopy(r.data), extra: r.extra, generation: r.generation,
			path: bucket.path + "/archived/" + url.PathEscape(text(r.data, "name")) + "@" + text(r.data, "generation")}
		old.data["timeDeleted"] = k.s.timestamp("storage")
		k.s.store.put(old)
	}
	return nil
}

// mayGo refuses to lose what is to be kept.
func (k *call) mayGo(bucket, r *resource) *apiError {
	name := bucket.id() + "/" + text(r.data, "name")
	if r.data["temporaryHold"] == true || r.data["eventBasedHold"] == true {
		return &apiError{code: http.StatusForbidden, reason: "forbidden", message: "Object '" + name + "' is under active hold and cannot be deleted, overwritten or archived until hold is removed."}
	}
	until, err := time.Parse(time.RFC3339, text(r.data, "retentionExpirationTime"))
	if err == nil && until.After(k.s.options.Now()) {
		return &apiError{code: http.StatusForbidden, reason: "retentionPolicyNotMet",
			message: "Object '" + name + "' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until " + text(r.data, "retentionExpirationTime")}
	}
	return nil
}
