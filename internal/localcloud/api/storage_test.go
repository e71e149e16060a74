package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	buckets = "storage.googleapis.com/storage/v1/b"
	uploads = "storage.googleapis.com/upload/storage/v1/b"
)

// send sends a body that is no JSON and gives the whole answer.
func (c cloud) send(verb, address, contentType, body string) (status int, answer string) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), verb, c.url+"/"+address, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

const twoParts = "--b\r\nContent-Type: application/json\r\n\r\n{\"name\":\"pages/index.html\",\"cacheControl\":\"max-age=60\"}\r\n" +
	"--b\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n--b--\r\n"

func (c cloud) upload(bucket string) {
	c.t.Helper()
	if status, answer := c.send("POST", uploads+"/"+bucket+"/o?uploadType=multipart", "multipart/related; boundary=b", twoParts); status != http.StatusOK {
		c.t.Fatalf("upload: %d %s", status, answer)
	}
}

func TestBucketLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const ours = buckets + "?project=" + testProject
	c.refused(400, "Invalid bucket name", "POST", ours, object{"name": "Upper_Case"})
	c.refused(400, "location constraint is not valid: 'MARS'", "POST", ours, object{"name": "files", "location": "mars"})
	c.refused(400, "uniform bucket-level access is enabled", "POST", ours+"&predefinedAcl=publicRead",
		object{"name": "files", "iamConfiguration": object{"uniformBucketLevelAccess": object{"enabled": true}}})
	c.refused(400, "between 7 and 90 days", "POST", ours, object{"name": "files", "softDeletePolicy": object{"retentionDurationSeconds": "60"}})
	c.refused(400, "Turbo replication", "POST", ours, object{"name": "files", "location": "us", "rpo": "ASYNC_TURBO"})
	c.refused(400, "has no condition", "POST", ours, object{"name": "files", "lifecycle": object{"rule": []object{{"action": object{"type": "Delete"}}}}})
	b := c.do("POST", ours, object{"name": "files", "location": "us", "labels": object{"a": "1", "b": "2"}, "versioning": object{"enabled": true},
		"iamConfiguration": object{"uniformBucketLevelAccess": object{"enabled": true}, "publicAccessPrevention": "enforced"}})
	if b["location"] != "US" || b["locationType"] != "multi-region" || b["storageClass"] != "STANDARD" || b["projectNumber"] != projectNumber || b["metageneration"] != "1" {
		t.Errorf("the bucket: %v", b)
	}
	c.refused(409, "you already own it", "POST", ours, object{"name": "files"})
	c.server.AddProject("other-project")
	c.refused(409, "bucket name is not available", "POST", buckets+"?project=other-project", object{"name": "files"})
	b = c.do("PATCH", buckets+"/files", object{"labels": object{"a": "3", "b": nil}})
	if labels, _ := b["labels"].(object); len(labels) != 1 || labels["a"] != "3" || b["metageneration"] != "2" {
		t.Errorf("the bucket: %v", b)
	}
	c.refused(400, "location of a bucket cannot be changed", "PATCH", buckets+"/files", object{"location": "EU"})
	policy := c.do("GET", buckets+"/files/iam?optionsRequestedPolicyVersion=3", nil)
	c.refused(412, "public access prevention is enforced", "PUT", buckets+"/files/iam",
		object{"etag": policy["etag"], "bindings": []object{{"role": "roles/storage.objectViewer", "members": []string{"allUsers"}}}})
	c.do("PUT", buckets+"/files/iam", object{"etag": policy["etag"], "bindings": []object{{"role": "roles/storage.objectViewer", "members": []string{"user:a@example.com"}}}})
	if list, _ := c.do("GET", ours, nil)["items"].([]any); len(list) != 1 {
		t.Errorf("the buckets: %v", list)
	}
	c.upload("files")
	c.refused(409, "is not empty", "DELETE", buckets+"/files", nil)
	c.upload("files") // the first one is archived
	live := c.do("GET", buckets+"/files/o/pages%2Findex.html", nil)
	if live["contentType"] != "text/html" || live["size"] != "12" || live["cacheControl"] != "max-age=60" {
		t.Errorf("the object: %v", live)
	}
	if _, content := c.send("GET", buckets+"/files/o/pages%2Findex.html?alt=media", "", ""); content != "<p>hello</p>" {
		t.Errorf("the content: %q", content)
	}
	c.do("PATCH", buckets+"/files/o/pages%2Findex.html", object{"metadata": object{"a": "b"}})
	versions, _ := c.do("GET", buckets+"/files/o?versions=true", nil)["items"].([]any)
	if len(versions) != 2 {
		t.Fatalf("the versions: %v", versions)
	}
	if prefixes, _ := c.do("GET", buckets+"/files/o?delimiter=/", nil)["prefixes"].([]any); len(prefixes) != 1 {
		t.Errorf("the prefixes: %v", prefixes)
	}
	for _, each := range versions {
		version, _ := each.(object)
		generation, _ := version["generation"].(string)
		c.do("DELETE", buckets+"/files/o/pages%2Findex.html?generation="+generation, nil)
	}
	c.refused(404, "No such object: files/pages/index.html", "GET", buckets+"/files/o/pages%2Findex.html", nil)
	c.do("DELETE", buckets+"/files", nil)
	c.refused(404, "was not found", "GET", buckets+"/files", nil)
	if status, _ := c.send("POST", uploads+"/files/o?uploadType=media&name=x", "text/plain", "x"); status != http.StatusNotFound {
		t.Errorf("an upload to no bucket: %d", status)
	}
}

func TestBucketKeeps(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const ours = buckets + "?project=" + testProject
	key := c.makeKey()
	c.refused(400, "Permission denied on Cloud KMS key", "POST", ours, object{"name": "kept", "location": "us-east1", "encryption": object{"defaultKmsKeyName": key}})
	c.refused(400, "must be in us", "POST", ours, object{"name": "kept", "location": "us", "encryption": object{"defaultKmsKeyName": key}})
	agent, _ := c.do("GET", "storage.googleapis.com/storage/v1/projects/"+testProject+"/serviceAccount", nil)["email_address"].(string)
	c.do("POST", "cloudkms.googleapis.com/v1/"+key+":setIamPolicy", object{"policy": object{
		"bindings": []object{{"role": "roles/cloudkms.cryptoKeyEncrypterDecrypter", "members": []string{"serviceAccount:" + agent}}}}})
	c.do("POST", ours, object{"name": "kept", "location": "us-east1", "encryption": object{"defaultKmsKeyName": key}, "retentionPolicy": object{"retentionPeriod": "3600"}})
	c.upload("kept")
	c.refused(403, "subject to bucket's retention policy", "DELETE", buckets+"/kept/o/pages%2Findex.html", nil)
	c.refused(412, "pre-conditions", "POST", buckets+"/kept/lockRetentionPolicy?ifMetagenerationMatch=7", nil)
	c.do("POST", buckets+"/kept/lockRetentionPolicy?ifMetagenerationMatch=1", nil)
	c.refused(403, "Cannot reduce retention duration", "PATCH", buckets+"/kept", object{"retentionPolicy": object{"retentionPeriod": "60"}})
	c.refused(501, "with uploadType resumable", "POST", uploads+"/kept/o?uploadType=resumable&name=x", nil)
	c.refused(400, "Invalid Google Cloud Pub/Sub topic", "POST", buckets+"/kept/notificationConfigs", object{"topic": "//pubsub.googleapis.com/x", "payload_format": "JSON_API_V1"})
	const topic = "projects/" + testProject + "/topics/files"
	c.do("PUT", "pubsub.googleapis.com/v1/"+topic, object{})
	notification := object{"topic": "//pubsub.googleapis.com/" + topic, "payload_format": "JSON_API_V1"}
	c.refused(403, "does not have permission to publish", "POST", buckets+"/kept/notificationConfigs", notification)
	c.do("POST", "pubsub.googleapis.com/v1/"+topic+":setIamPolicy", object{"policy": object{
		"bindings": []object{{"role": "roles/pubsub.publisher", "members": []string{"serviceAccount:" + agent}}}}})
	c.do("POST", buckets+"/kept/notificationConfigs", notification)
}
