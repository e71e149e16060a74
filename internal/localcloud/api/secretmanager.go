package api

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"time"
)

// registerSecrets: versions are added by a verb of their secret, have states,
// and their data is read by another verb.
func registerSecrets(h *hooks) {
	h.check["secretmanager secrets"] = checkSecret
	h.show["secretmanager secrets"], h.show["secretmanager versions"] = showByNumber, showByNumber
	for _, at := range []string{"secretmanager.projects.secrets.", "secretmanager.projects.locations.secrets."} {
		h.methods[at+"addVersion"] = addSecretVersion
		h.methods[at+"versions.get"] = func(k *call) (map[string]any, *apiError) {
			v, err := k.secretVersion("")
			if err != nil {
				return nil, err
			}
			return v.show(k), nil
		}
		h.methods[at+"versions.access"] = accessSecretVersion
		h.methods[at+"versions.enable"] = secretVersionVerb("ENABLED")
		h.methods[at+"versions.disable"] = secretVersionVerb("DISABLED")
		h.methods[at+"versions.destroy"] = secretVersionVerb("DESTROYED")
	}
}

// showByNumber: this API names its resources by the project's number.
func showByNumber(s *Server, r *resource) map[string]any {
	segments := strings.Split(r.path, "/")
	if p := s.projects[segments[1]]; p != nil {
		segments[1] = p.number
	}
	shown := jsonCopy(r.data)
	shown["name"] = strings.Join(segments, "/")
	return shown
}

func checkSecret(k *call, r, before *resource) *apiError {
	regional := k.args["locationsId"]
	replication := member(r.data, "replication")
	switch {
	case before != nil && jsonText(replication) != jsonText(member(before.data, "replication")):
		return errArgument("The replication of a secret cannot be changed")
	case regional == "" && member(replication, "automatic") == nil && member(replication, "userManaged") == nil:
		return errArgument("Secret.replication must be automatic or user_managed")
	case regional != "" && replication != nil:
		return errArgument("Secret.replication cannot be set for a regional secret")
	case r.data["rotation"] != nil && len(items(r.data, "topics")) == 0:
		return errArgument("Secret.topics must name at least one topic when Secret.rotation is set")
	}
	if before == nil || jsonText(replication) != jsonText(member(before.data, "replication")) {
		if err := k.checkSecretKeys(r, replication, regional); err != nil {
			return err
		}
	}
	if ttl := text(r.data, "ttl"); ttl != "" {
		length, err := time.ParseDuration(ttl)
		if err != nil || length < time.Minute {
			return errArgument("Secret.ttl must be at least one minute, not %s", ttl)
		}
		r.data["expireTime"] = k.s.options.Now().Add(length).UTC().Format(time.RFC3339)
		delete(r.data, "ttl")
	}
	for alias, version := range member(r.data, "versionAliases") {
		if k.s.store.get("secretmanager", r.path+"/versions/"+asText(version)) == nil {
			return errArgument("The alias '%s' names version %v, which does not exist", alias, version)
		}
	}
	return nil
}

// checkSecretKeys looks at the keys of all replicas, and refuses places that no
// replica can be in.
func (k *call) checkSecretKeys(r *resource, replication map[string]any, regional string) *apiError {
	agent := k.project.agent("gcp-sa-secretmanager")
	use := func(holder map[string]any, location string) *apiError {
		if key := text(member(holder, "customerManagedEncryption"), "kmsKeyName"); key != "" {
			return k.mayUseKey(agent, key, location)
		}
		return nil
	}
	if regional != "" {
		return use(r.data, regional)
	}
	if automatic := member(replication, "automatic"); automatic != nil {
		return use(automatic, "global")
	}
	replicas := items(member(replication, "userManaged"), "replicas")
	if len(replicas) == 0 {
		return errArgument("Secret.replication.user_managed.replicas must name at least one place")
	}
	encrypted, seen := 0, map[string]bool{}
	for _, each := range replicas {
		replica, _ := each.(map[string]any)
		location := text(replica, "location")
		if regionZones[location] == "" {
			return errArgument("'%s' is no place for a replica of a secret", location)
		}
		if seen[location] {
			return errArgument("Two replicas of the secret are in %s", location)
		}
		seen[location] = true
		if replica["customerManagedEncryption"] != nil {
			encrypted++
		}
		if err := use(replica, location); err != nil {
			return err
		}
	}
	if encrypted != 0 && encrypted != len(replicas) {
		return errArgument("Either all replicas of a secret have customer_managed_encryption or none")
	}
	return nil
}

func addSecretVersion(k *call) (map[string]any, *apiError) {
	secret, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	payload := member(k.body, "payload")
	data, decodeErr := base64.StdEncoding.DecodeString(text(payload, "data"))
	switch {
	case decodeErr != nil || len(data) == 0:
		return nil, errArgument("SecretPayload.data must not be empty")
	case len(data) > 64<<10:
		return nil, errArgument("SecretPayload.data has %d bytes, the limit is 65536", len(data))
	}
	sum := fmt.Sprint(crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)))
	given := text(payload, "dataCrc32c")
	if given != "" && given != sum {
		return nil, errArgument("SecretPayload.data_crc32c is not the checksum of the data")
	}
	number := 1
	if last, ok := secret.extra["versions"].(int); ok {
		number = last + 1
	}
	secret.extra = map[string]any{"versions": number}
	template := "projects/{}/secrets/{}/versions/{}"
	if k.args["locationsId"] != "" {
		template = "projects/{}/locations/{}/secrets/{}/versions/{}"
	}
	v := &resource{kind: k.s.kindAt("secretmanager", template), service: "secretmanager", path: secret.path + "/versions/" + strconv.Itoa(number),
		extra: map[string]any{"data": text(payload, "data"), "crc": sum}}
	v.data = map[string]any{"name": v.path, "createTime": k.s.timestamp("secretmanager"), "state": "ENABLED", "clientSpecifiedPayloadChecksum": given != ""}
	k.encryptionOf(secret, v)
	k.s.store.put(v)
	k.s.changed(v)
	return v.show(k), nil
}

// encryptionOf says with which versions of keys a secret's version is encrypted.
func (k *call) encryptionOf(secret, v *resource) {
	status := func(holder map[string]any) map[string]any {
		name := text(member(holder, "customerManagedEncryption"), "kmsKeyName")
		if name == "" {
			return nil
		}
		if key := k.s.named("cloudkms", name); key != nil {
			name = asText(key.extra["primary"])
		}
		return map[string]any{"kmsKeyVersionName": name}
	}
	with := func(out map[string]any, encryption map[string]any) map[string]any {
		if encryption != nil {
			out["customerManagedEncryption"] = encryption
		}
		return out
	}
	replication := member(secret.data, "replication")
	switch {
	case replication == nil:
		with(v.data, status(secret.data))
	case member(replication, "automatic") != nil:
		v.data["replicationStatus"] = map[string]any{"automatic": with(map[string]any{}, status(member(replication, "automatic")))}
	default:
		replicas := []any{}
		for _, each := range items(member(replication, "userManaged"), "replicas") {
			replica, _ := each.(map[string]any)
			replicas = append(replicas, with(map[string]any{"location": replica["location"]}, status(replica)))
		}
		v.data["replicationStatus"] = map[string]any{"userManaged": map[string]any{"replicas": replicas}}
	}
}

// secretVersion finds a version by number, alias, or "latest".
func (k *call) secretVersion(verb string) (*resource, *apiError) {
	path := strings.TrimSuffix(k.path, ":"+verb)
	secret, err := k.find(parentPath(parentPath(path)))
	if err != nil {
		return nil, err
	}
	id := path[strings.LastIndexByte(path, '/')+1:]
	if id == "latest" {
		if last, ok := secret.extra["versions"].(int); ok {
			id = strconv.Itoa(last)
		}
	} else if version := text(member(secret.data, "versionAliases"), id); version != "" {
		id = version
	}
	return k.find(parentPath(path) + "/" + id)
}

func accessSecretVersion(k *call) (map[string]any, *apiError) {
	v, err := k.secretVersion("access")
	if err != nil {
		return nil, err
	}
	if state := text(v.data, "state"); state != "ENABLED" {
		return nil, errPrecondition("Secret Version [" + v.path + "] is in " + state + " state.")
	}
	return map[string]any{"name": showByNumber(k.s, v)["name"], "payload": map[string]any{"data": v.extra["data"], "dataCrc32c": v.extra["crc"]}}, nil
}

// secretVersionVerb brings a version into a state. What is destroyed stays so;
// where the secret says that versions are to wait, they wait.
func secretVersionVerb(state string) hook {
	return func(k *call) (map[string]any, *apiError) {
		v, err := k.secretVersion(k.method.Name())
		if err != nil {
			return nil, err
		}
		if text(v.data, "state") == "DESTROYED" {
			return nil, errPrecondition("Secret Version [" + v.path + "] is in DESTROYED state.")
		}
		if given := text(k.body, "etag"); given != "" && given != text(v.data, "etag") {
			return nil, errEtag()
		}
		now := k.s.options.Now()
		delete(v.data, "scheduledDestroyTime")
		v.data["state"] = state
		if state == "DESTROYED" {
			wait, parseErr := time.ParseDuration(text(k.s.store.above(v).data, "versionDestroyTtl"))
			if parseErr == nil && wait > 0 {
				v.data["state"], v.data["scheduledDestroyTime"] = "DISABLED", now.Add(wait).UTC().Format(time.RFC3339)
			} else {
				v.data["destroyTime"] = now.UTC().Format(time.RFC3339)
				delete(v.extra, "data")
			}
		}
		k.s.changed(v)
		return v.show(k), nil
	}
}
