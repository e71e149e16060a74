package api

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// registerBuckets: the path of a bucket names no project, every bucket has a name of its own,
// and the API fills in most of its members.
func registerBuckets(h *hooks) {
	h.methods["storage.buckets.insert"] = insertBucket
	h.methods["storage.buckets.list"] = listBuckets
	h.methods["storage.buckets.setIamPolicy"] = setBucketPolicy
	h.methods["storage.buckets.lockRetentionPolicy"] = lockRetention
	h.methods["storage.projects.serviceAccount.get"] = func(k *call) (map[string]any, *apiError) {
		return map[string]any{"kind": "storage#serviceAccount", "email_address": k.project.agent("gs-project-accounts")}, nil
	}
	for _, name := range []string{"folders", "managedFolders"} {
		// Their names end in a slash, which the generic code does not expect.
		h.methods["storage."+name+".insert"] = func(k *call) (map[string]any, *apiError) { return nil, errNotServed(k.method.ID) }
	}
	h.check["storage b"] = checkBucket
	h.check["storage notificationConfigs"] = checkNotification
	h.deletion["storage b"] = func(k *call, r *resource) *apiError {
		if len(k.s.store.in("storage", r.path+"/o"))+len(k.s.store.in("storage", r.path+"/archived")) > 0 {
			return &apiError{code: http.StatusConflict, reason: "conflict", message: "The bucket you tried to delete is not empty."}
		}
		return nil
	}
}

func insertBucket(k *call) (map[string]any, *apiError) {
	if other := k.s.store.get("storage", "b/"+text(k.body, "name")); other != nil {
		message := "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again."
		if text(other.data, "projectNumber") == k.project.number {
			message = "Your previous request to create the named bucket succeeded and you already own it."
		}
		return nil, &apiError{code: http.StatusConflict, reason: "conflict", message: message}
	}
	return create(k)
}

func listBuckets(k *call) (map[string]any, *apiError) {
	var found []listed
	for _, r := range k.s.store.in("storage", "b") {
		if text(r.data, "projectNumber") == k.project.number && strings.HasPrefix(r.id(), k.query.Get("prefix")) {
			found = append(found, listed{r.path, r.data})
		}
	}
	return k.listAnswer(k.s.kindAt("storage", "b/{}"), found)
}

// bucketName matches what Cloud Storage takes for a name.
var bucketName = regexp.MustCompile(`^[a-z0-9][-a-z0-9_.]{1,220}[a-z0-9]$`)

func badBucket(format string, args ...any) *apiError {
	return &apiError{code: http.StatusBadRequest, reason: "invalid", message: fmt.Sprintf(format, args...)}
}

// multiRegions are places of buckets that are no single region, and what they
// are called.
var multiRegions = map[string]string{"US": "multi-region", "EU": "multi-region", "ASIA": "multi-region",
	"NAM4": "dual-region", "EUR4": "dual-region", "EUR5": "dual-region", "EUR7": "dual-region", "EUR8": "dual-region", "ASIA1": "dual-region"}

func checkBucket(k *call, r, before *resource) *apiError {
	name := r.id()
	if !bucketName.MatchString(name) || len(name) > 63 && !strings.Contains(name, ".") || strings.HasPrefix(name, "goog") || strings.Contains(name, "google") {
		return badBucket("Invalid bucket name: '%s'", name)
	}
	location := strings.ToUpper(text(r.data, "location"))
	if location == "" {
		location = "US"
	}
	kind := multiRegions[location]
	if regionZones[strings.ToLower(location)] != "" {
		kind = "region"
	}
	if kind == "" {
		return badBucket("The specified location constraint is not valid: '%s'", location)
	}
	now := k.s.timestamp("storage")
	generation := "1"
	if before != nil {
		generation = fmt.Sprint(before.generation + 1)
		r.data["updated"] = now
		if location != before.data["location"] {
			return badBucket("The location of a bucket cannot be changed")
		}
	}
	r.data["kind"], r.data["id"], r.data["location"], r.data["locationType"] = "storage#bucket", name, location, kind
	r.data["projectNumber"], r.data["metageneration"] = k.project.number, generation
	if r.data["generation"] == nil {
		r.data["generation"] = k.s.newID()[3:]
	}
	if kind != "region" && r.data["rpo"] == nil {
		r.data["rpo"] = "DEFAULT"
	}
	if r.data["rpo"] == "ASYNC_TURBO" && kind != "dual-region" {
		return badBucket("Turbo replication is for dual-regions; %s is a %s", location, kind)
	}
	if r.data["storageClass"] == nil {
		r.data["storageClass"] = "STANDARD"
	}
	if !slices.Contains([]string{"STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "MULTI_REGIONAL", "REGIONAL", "DURABLE_REDUCED_AVAILABILITY"}, text(r.data, "storageClass")) {
		return badBucket("Invalid argument: storage class '%v'", r.data["storageClass"])
	}
	if err := k.checkAccess(r); err != nil {
		return err
	}
	if err := k.checkKeeping(r, before); err != nil {
		return err
	}
	if key := text(member(r.data, "encryption"), "defaultKmsKeyName"); key != "" && (before == nil || key != text(member(before.data, "encryption"), "defaultKmsKeyName")) {
		return k.mayUseKey(k.project.agent("gs-project-accounts"), key, location)
	}
	return nil
}

// checkAccess is about who may see a bucket.
func (k *call) checkAccess(r *resource) *apiError {
	access := withDefaults(r.data, "iamConfiguration", map[string]any{"publicAccessPrevention": "inherited"})
	uniform := withDefaults(access, "uniformBucketLevelAccess", map[string]any{"enabled": false})
	if uniform["enabled"] == true {
		if r.data["acl"] != nil || r.data["defaultObjectAcl"] != nil || k.query.Get("predefinedAcl") != "" && k.query.Get("predefinedAcl") != "private" {
			return badBucket("Cannot use ACL API to set bucket policy when uniform bucket-level access is enabled.")
		}
		if uniform["lockedTime"] == nil {
			uniform["lockedTime"] = k.s.options.Now().Add(90 * 24 * time.Hour).UTC().Format(time.RFC3339)
		}
	} else {
		delete(uniform, "lockedTime")
	}
	access["bucketPolicyOnly"] = uniform
	if value := access["publicAccessPrevention"]; value != "inherited" && value != "enforced" {
		return badBucket("Invalid argument: public access prevention '%v'", value)
	}
	return nil
}

// checkKeeping is about how long objects stay.
func (k *call) checkKeeping(r, before *resource) *apiError {
	now := k.s.options.Now().UTC().Format(time.RFC3339)
	soft := withDefaults(r.data, "softDeletePolicy", map[string]any{"retentionDurationSeconds": "604800", "effectiveTime": now})
	if seconds := number(soft["retentionDurationSeconds"]); seconds != 0 && (seconds < 604800 || seconds > 7776000) {
		return badBucket("Soft delete policies must be 0 or between 7 and 90 days, not %d seconds", seconds)
	}
	policy := member(r.data, "retentionPolicy")
	var was map[string]any
	if before != nil {
		was = member(before.data, "retentionPolicy")
	}
	seconds := number(policy["retentionPeriod"])
	switch {
	case policy != nil && (seconds <= 0 || seconds > 3155760000):
		return badBucket("Retention policies must be between 1 second and 100 years, not %d seconds", seconds)
	case was["isLocked"] == true && seconds < number(was["retentionPeriod"]):
		return &apiError{code: http.StatusForbidden, reason: "forbidden", message: "Cannot reduce retention duration of a locked Retention Policy for bucket '" + r.id() + "'."}
	case policy != nil && policy["effectiveTime"] == nil:
		policy["effectiveTime"] = now
	}
	for i, each := range items(member(r.data, "lifecycle"), "rule") {
		rule, _ := each.(map[string]any)
		action := member(rule, "action")
		switch text(action, "type") {
		case "Delete", "AbortIncompleteMultipartUpload":
		case "SetStorageClass":
			if text(action, "storageClass") == "" {
				return badBucket("Lifecycle rule %d sets no storage class", i)
			}
		default:
			return badBucket("Lifecycle rule %d has the unknown action '%s'", i, text(action, "type"))
		}
		if len(member(rule, "condition")) == 0 {
			return badBucket("Lifecycle rule %d has no condition", i)
		}
	}
	return nil
}

// number reads what JSON has as a number or, being large, as text.
func number(v any) int64 {
	switch n := v.(type) {
	case float64:
		return int64(n)
	case string:
		i, err := strconv.ParseInt(n, 10, 64)
		if err == nil {
			return i
		}
	}
	return 0
}

// setBucketPolicy refuses to let everybody in where that is prevented.
func setBucketPolicy(k *call) (map[string]any, *apiError) {
	r, err := k.find(strings.TrimSuffix(k.path, "/iam"))
	if err != nil {
		return nil, err
	}
	if member(r.data, "iamConfiguration")["publicAccessPrevention"] == "enforced" {
		for _, b := range items(k.body, "bindings") {
			binding, _ := b.(map[string]any)
			for _, m := range items(binding, "members") {
				if m == "allUsers" || m == "allAuthenticatedUsers" {
					return nil, &apiError{code: http.StatusPreconditionFailed, reason: "conditionNotMet",
						message: "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced."}
				}
			}
		}
	}
	k.body["kind"], k.body["resourceId"] = "storage#policy", "projects/_/buckets/"+r.id()
	return setIamPolicy(k)
}

func lockRetention(k *call) (map[string]any, *apiError) {
	r, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	policy := member(r.data, "retentionPolicy")
	if policy == nil {
		return nil, badBucket("The bucket '%s' has no retention policy to lock", r.id())
	}
	if k.query.Get("ifMetagenerationMatch") != r.data["metageneration"] {
		return nil, errCondition()
	}
	policy["isLocked"] = true
	r.data["metageneration"] = fmt.Sprint(r.generation + 1)
	k.s.changed(r)
	return r.data, nil
}

// errCondition is a change of another version than the one named.
func errCondition() *apiError {
	return &apiError{code: http.StatusPreconditionFailed, reason: "conditionNotMet", message: "At least one of the pre-conditions you specified did not hold."}
}

// checkNotification wants a topic that may be published to.
func checkNotification(k *call, r, _ *resource) *apiError {
	path := strings.TrimPrefix(text(r.data, "topic"), "//pubsub.googleapis.com/")
	topic := k.s.store.get("pubsub", path)
	if topic == nil {
		return badBucket("Invalid Google Cloud Pub/Sub topic: '%s'", text(r.data, "topic"))
	}
	agent := "serviceAccount:" + k.project.agent("gs-project-accounts")
	if !topic.grants("roles/pubsub.publisher", agent) && !k.s.projectResource(k.project).grants("roles/pubsub.publisher", agent) {
		return &apiError{code: http.StatusForbidden, reason: "forbidden",
			message: "The service account '" + strings.TrimPrefix(agent, "serviceAccount:") + "' does not have permission to publish messages to the Cloud Pub/Sub topic '" + text(r.data, "topic") + "'."}
	}
	r.data["id"], r.data["kind"], r.data["topic"] = r.id(), "storage#notification", "//pubsub.googleapis.com/"+path
	return nil
}
