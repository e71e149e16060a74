package api_test

import (
	"encoding/base64"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	secrets       = "secretmanager.googleapis.com/v1/projects/" + testProject + "/secrets"
	projectNumber = "100000000001"
)

func payload(text string) object {
	return object{"payload": object{"data": base64.StdEncoding.EncodeToString([]byte(text))}}
}

func TestSecretLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.refused(400, "replication must be", "POST", secrets+"?secretId=s", object{})
	c.do("POST", secrets+"?secretId=s", object{"replication": object{"automatic": object{}}, "labels": object{"a": "1"}, "versionDestroyTtl": "86400s"})
	s := c.do("GET", secrets+"/s", nil)
	if s["name"] != "projects/"+projectNumber+"/secrets/s" {
		t.Errorf("the secret: %v", s)
	}
	c.refused(404, "versions/latest", "GET", secrets+"/s/versions/latest:access", nil)
	c.refused(400, "must not be empty", "POST", secrets+"/s:addVersion", object{"payload": object{}})
	c.refused(400, "is not the checksum", "POST", secrets+"/s:addVersion", object{"payload": object{"data": "YQ==", "dataCrc32c": "1"}})
	c.do("POST", secrets+"/s:addVersion", payload("one"))
	if v := c.do("POST", secrets+"/s:addVersion", payload("two")); v["name"] != "projects/"+projectNumber+"/secrets/s/versions/2" || v["state"] != "ENABLED" {
		t.Errorf("the version: %v", v)
	}
	c.do("PATCH", secrets+"/s?updateMask=versionAliases,labels", object{"versionAliases": object{"first": "1"}, "labels": object{"a": "2"}})
	c.refused(400, "names version 7, which does not exist", "PATCH", secrets+"/s?updateMask=versionAliases", object{"versionAliases": object{"next": "7"}})
	for version, want := range map[string]string{"1": "one", "first": "one", "latest": "two"} {
		data, _ := c.do("GET", secrets+"/s/versions/"+version+":access", nil)["payload"].(object)
		if data["data"] != base64.StdEncoding.EncodeToString([]byte(want)) {
			t.Errorf("version %s: %v", version, data)
		}
	}
	c.do("POST", secrets+"/s/versions/1:disable", object{})
	c.refused(400, "is in DISABLED state", "GET", secrets+"/s/versions/1:access", nil)
	c.do("POST", secrets+"/s/versions/1:enable", object{})
	if v := c.do("POST", secrets+"/s/versions/1:destroy", object{}); v["state"] != "DISABLED" || v["scheduledDestroyTime"] != "2026-11-27T12:00:00Z" {
		t.Errorf("the version: %v", v)
	}
	c.do("PATCH", secrets+"/s?updateMask=versionDestroyTtl", object{})
	c.do("POST", secrets+"/s/versions/1:destroy", object{})
	c.refused(400, "is in DESTROYED state", "POST", secrets+"/s/versions/1:enable", object{})
	c.refused(400, "replication of a secret cannot be changed", "PATCH", secrets+"/s?updateMask=replication",
		object{"replication": object{"userManaged": object{"replicas": []object{{"location": "us-east1"}}}}})
	c.refused(400, "at least one topic", "PATCH", secrets+"/s?updateMask=rotation", object{"rotation": object{"rotationPeriod": "86400s", "nextRotationTime": "2027-01-01T00:00:00Z"}})
	policy := c.do("GET", secrets+"/s:getIamPolicy?options.requestedPolicyVersion=3", nil)
	c.refused(400, "nobody@"+testProject, "POST", secrets+"/s:setIamPolicy", object{"policy": object{"etag": policy["etag"],
		"bindings": []object{{"role": "roles/secretmanager.secretAccessor", "members": []string{"serviceAccount:nobody@" + testProject + ".iam.gserviceaccount.com"}}}}})
	c.do("POST", secrets+"/s:setIamPolicy", object{"policy": object{"etag": policy["etag"], "bindings": []object{{"role": "roles/viewer", "members": []string{"user:a@example.com"}}}}})
	c.refused(409, "did not match", "POST", secrets+"/s:setIamPolicy", object{"policy": object{"etag": policy["etag"]}})
	if list, _ := c.do("GET", secrets, nil)["secrets"].([]any); len(list) != 1 {
		t.Errorf("the secrets: %v", list)
	}
	c.do("DELETE", secrets+"/s", nil)
	c.refused(404, "was not found", "GET", secrets+"/s/versions/2", nil)
}

func TestSecretKeys(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	key := c.makeKey()
	replicated := func(replicas ...object) object {
		return object{"replication": object{"userManaged": object{"replicas": replicas}}}
	}
	encrypted := func(location string) object {
		return object{"location": location, "customerManagedEncryption": object{"kmsKeyName": key}}
	}
	c.refused(400, "is no place for a replica", "POST", secrets+"?secretId=s", replicated(object{"location": "global"}))
	c.refused(400, "Two replicas", "POST", secrets+"?secretId=s", replicated(object{"location": "us-east1"}, object{"location": "us-east1"}))
	c.refused(400, "must be in europe-west1", "POST", secrets+"?secretId=s", replicated(encrypted("europe-west1")))
	c.refused(400, "Permission denied on Cloud KMS key", "POST", secrets+"?secretId=s", replicated(encrypted("us-east1")))
	agent := "serviceAccount:service-" + projectNumber + "@gcp-sa-secretmanager.iam.gserviceaccount.com"
	c.do("POST", "cloudkms.googleapis.com/v1/"+key+":setIamPolicy", object{"policy": object{
		"bindings": []object{{"role": "roles/cloudkms.cryptoKeyEncrypterDecrypter", "members": []string{agent}}}}})
	c.refused(400, "Either all replicas", "POST", secrets+"?secretId=s", replicated(encrypted("us-east1"), object{"location": "us-west1"}))
	c.do("POST", secrets+"?secretId=s", replicated(encrypted("us-east1")))
	v := c.do("POST", secrets+"/s:addVersion", payload("x"))
	status, _ := v["replicationStatus"].(object)
	if status["userManaged"] == nil {
		t.Errorf("the version: %v", v)
	}
	const regional = "secretmanager.googleapis.com/v1/projects/" + testProject + "/locations/us-east1/secrets"
	c.do("POST", regional+"?secretId=r", object{"customerManagedEncryption": object{"kmsKeyName": key}})
	c.do("POST", regional+"/r:addVersion", payload("x"))
	c.do("GET", regional+"/r/versions/1:access", nil)
}

func TestParameterLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const parameters = "parametermanager.googleapis.com/v1/projects/" + testProject + "/locations/global/parameters"
	c.do("POST", secrets+"?secretId=s", object{"replication": object{"automatic": object{}}})
	c.do("POST", secrets+"/s:addVersion", payload("hunter2"))
	c.do("POST", parameters+"?parameter_id=p", object{"format": "JSON"})
	c.refused(400, "cannot be changed", "PATCH", parameters+"/p?updateMask=format", object{"format": "YAML"})
	c.refused(400, "is no JSON", "POST", parameters+"/p/versions?parameterVersionId=v1", payload("{"))
	c.do("POST", parameters+"/p/versions?parameterVersionId=v1",
		payload(`{"a":"__REF__(//secretmanager.googleapis.com/projects/`+testProject+`/secrets/s/versions/1)"}`))
	c.refused(409, "already exists", "POST", parameters+"/p/versions?parameterVersionId=v1", payload("{}"))
	rendered, _ := c.do("GET", parameters+"/p/versions/v1:render", nil)["renderedPayload"].(string)
	if text, err := base64.StdEncoding.DecodeString(rendered); err != nil || string(text) != `{"a":"hunter2"}` {
		t.Errorf("rendered: %s %v", text, err)
	}
	c.refused(400, "payload of a parameter version cannot be changed", "PATCH", parameters+"/p/versions/v1?updateMask=payload", payload("{}"))
	c.do("PATCH", parameters+"/p/versions/v1?updateMask=disabled", object{"disabled": true})
	c.refused(400, "is disabled", "GET", parameters+"/p/versions/v1:render", nil)
	c.refused(400, "has versions", "DELETE", parameters+"/p", nil)
	c.do("DELETE", parameters+"/p/versions/v1", nil)
	c.do("DELETE", parameters+"/p", nil)
	c.refused(404, "was not found", "GET", parameters+"/p", nil)
}
