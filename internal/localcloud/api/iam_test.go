package api_test

import (
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	accounts = "iam.googleapis.com/v1/projects/" + testProject + "/serviceAccounts"
	policies = "cloudresourcemanager.googleapis.com/v1/projects/" + testProject
)

func TestServiceAccountLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.refused(400, "6 to 30 lowercase letters", "POST", accounts, object{"accountId": "api"})
	const email = "ledger-api@" + testProject + ".iam.gserviceaccount.com"
	a := c.do("POST", accounts, object{"accountId": "ledger-api", "serviceAccount": object{"displayName": "one"}})
	if a["email"] != email || a["projectId"] != testProject {
		t.Errorf("the account: %v", a)
	}
	c.refused(409, "already exists within project", "POST", accounts, object{"accountId": "ledger-api"})
	unique, _ := a["uniqueId"].(string)
	for _, address := range []string{accounts + "/" + unique, "iam.googleapis.com/v1/projects/-/serviceAccounts/" + email, "iam.googleapis.com/v1/projects/-/serviceAccounts/" + unique} {
		if got := c.do("GET", address, nil); got["email"] != email {
			t.Errorf("%s: %v", address, got)
		}
	}
	patch := object{"serviceAccount": object{"displayName": "two", "etag": a["etag"]}, "updateMask": "display_name"}
	if got := c.do("PATCH", accounts+"/"+email, patch); got["displayName"] != "two" {
		t.Errorf("the account: %v", got)
	}
	c.refused(409, "did not match", "PATCH", accounts+"/"+email, patch)
	c.do("POST", accounts+"/"+email+":disable", object{})
	if got := c.do("GET", accounts+"/"+email, nil); got["disabled"] != true {
		t.Errorf("the account: %v", got)
	}
	const token = "iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/" + email + ":generateAccessToken"
	c.refused(400, "is disabled", "POST", token, object{"scope": []string{"s"}})
	c.do("POST", accounts+"/"+email+":enable", object{})
	c.refused(400, "iam.disableServiceAccountKeyCreation", "POST", accounts+"/"+email+"/keys", object{})
	c.do("POST", accounts+"/"+email+":setIamPolicy", object{"policy": object{"bindings": []object{{"role": "roles/iam.serviceAccountUser", "members": []string{"serviceAccount:" + email}}}}})
	c.refused(400, "at least one scope", "POST", token, object{})
	c.refused(400, "at most 3600s", "POST", token, object{"scope": []string{"s"}, "lifetime": "7200s"})
	if got := c.do("POST", token, object{"scope": []string{"s"}, "lifetime": "600s"}); got["expireTime"] != "2026-11-26T12:10:00Z" {
		t.Errorf("the token: %v", got)
	}
	c.do("DELETE", accounts+"/"+email, nil)
	c.refused(404, "was not found", "GET", accounts+"/"+email, nil)
}

func TestProjectPolicy(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	if p := c.do("GET", policies, nil); p["projectNumber"] != projectNumber || p["lifecycleState"] != "ACTIVE" {
		t.Errorf("the project: %v", p)
	}
	set := func(more object, bindings ...object) object {
		more["bindings"] = bindings
		return object{"policy": more, "updateMask": "bindings,etag,auditConfigs"}
	}
	binding := func(role string, members ...string) object { return object{"role": role, "members": members} }
	refused := func(message string, b object) {
		t.Helper()
		c.refused(400, message, "POST", policies+":setIamPolicy", set(object{}, b))
	}
	refused("Role storage.admin is not supported", binding("storage.admin", "user:a@example.com"))
	refused("Role roles/storage is not supported", binding("roles/storage", "user:a@example.com"))
	refused("the role must exist: projects/"+testProject+"/roles/absent", binding("projects/"+testProject+"/roles/absent", "user:a@example.com"))
	refused("Invalid member", binding("roles/viewer", "a@example.com"))
	refused("nobody@"+testProject, binding("roles/viewer", "serviceAccount:nobody@"+testProject+".iam.gserviceaccount.com"))
	refused("cannot be set on this resource", binding("roles/viewer", "allUsers"))
	const pool = "principal://iam.googleapis.com/projects/" + projectNumber + "/locations/global/workloadIdentityPools/"
	refused("Identity Pool does not exist ("+testProject+".svc.id.goog)", binding("roles/viewer", pool+testProject+".svc.id.goog/subject/ns/a/sa/b"))
	refused("Identity Pool does not exist (ci)", binding("roles/viewer", pool+"ci/subject/x"))
	conditional := binding("roles/viewer", "user:a@example.com")
	conditional["condition"] = object{"title": "t", "expression": "true"}
	refused("needs version 3", conditional)
	first := c.do("POST", policies+":setIamPolicy", set(object{"version": 3, "auditConfigs": []object{{"service": "allServices", "auditLogConfigs": []object{{"logType": "DATA_READ"}}}}}, conditional))
	c.do("POST", policies+":setIamPolicy", object{"policy": object{"etag": first["etag"], "bindings": []object{binding("roles/viewer", "user:b@example.com")}}})
	if got := c.do("POST", policies+":getIamPolicy", object{}); got["auditConfigs"] == nil {
		t.Errorf("a policy written without its mask lost the audit configuration: %v", got)
	}
	c.refused(409, "did not match", "POST", policies+":setIamPolicy", set(object{"etag": first["etag"]}))
}

func TestRoleLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const roles = "iam.googleapis.com/v1/projects/" + testProject + "/roles"
	role := func(permissions ...string) object {
		return object{"roleId": "reader", "role": object{"title": "t", "includedPermissions": permissions}}
	}
	c.refused(400, "letters, digits, underscores", "POST", roles, object{"roleId": "a-b", "role": object{}})
	c.refused(400, "Permission spaner.databases.select is not valid", "POST", roles, role("spaner.databases.select"))
	c.refused(400, "Permission spanner.read is not valid", "POST", roles, role("spanner.read"))
	c.do("POST", roles, role("spanner.databases.select"))
	c.refused(409, "already exists", "POST", roles, role("spanner.databases.select"))
	c.do("PATCH", roles+"/reader?updateMask=title", object{"title": "u"})
	if r := c.do("DELETE", roles+"/reader", nil); r["deleted"] != true {
		t.Errorf("the role: %v", r)
	}
	c.refused(400, "in a deleted state", "POST", roles, role("spanner.databases.select"))
	c.refused(400, "in a deleted state", "PATCH", roles+"/reader?updateMask=title", object{"title": "v"})
	c.do("POST", roles+"/reader:undelete", object{})
	if r := c.do("GET", roles+"/reader", nil); r["deleted"] != nil || r["title"] != "u" {
		t.Errorf("the role: %v", r)
	}
}

func TestWorkloadIdentityLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const pools = "iam.googleapis.com/v1/projects/" + testProject + "/locations/global/workloadIdentityPools"
	const providers = pools + "/pool/providers"
	provider := func(condition string, mapping object) object {
		return object{"attributeCondition": condition, "attributeMapping": mapping, "oidc": object{"issuerUri": "https://token.actions.githubusercontent.com"}}
	}
	subject := object{"google.subject": "assertion.sub"}
	c.refused(404, "workloadIdentityPools/pool", "POST", providers+"?workloadIdentityPoolProviderId=github", provider("", subject))
	c.refused(400, "4 to 32 lowercase letters", "POST", pools+"?workloadIdentityPoolId=CI", object{})
	c.do("POST", pools+"?workloadIdentityPoolId=pool", object{"displayName": "one"})
	if p := c.do("GET", pools+"/pool", nil); p["name"] != "projects/"+projectNumber+"/locations/global/workloadIdentityPools/pool" || p["state"] != "ACTIVE" {
		t.Errorf("the pool: %v", p)
	}
	c.refused(400, "must reference one of the provider's claims", "POST", providers+"?workloadIdentityPoolProviderId=github", provider("", subject))
	c.refused(400, "must map google.subject", "POST", providers+"?workloadIdentityPoolProviderId=github", provider("assertion.x == 'y'", object{"attribute.a": "assertion.a"}))
	c.refused(400, "has no target 'subject'", "POST", providers+"?workloadIdentityPoolProviderId=github", provider("assertion.x == 'y'", object{"google.subject": "a", "subject": "assertion.a"}))
	c.do("POST", providers+"?workloadIdentityPoolProviderId=github", provider("assertion.x == 'y'", subject))
	c.do("PATCH", providers+"/github?updateMask=displayName", object{"displayName": "two"})
	c.do("PATCH", pools+"/pool?updateMask=displayName,disabled", object{"displayName": "two"})
	binding := func(project string) object {
		return object{"policy": object{"bindings": []object{{"role": "roles/viewer", "members": []string{
			"principalSet://iam.googleapis.com/projects/" + project + "/locations/global/workloadIdentityPools/pool/attribute.a/b"}}}}}
	}
	c.refused(400, "Identity Pool does not exist (pool)", "POST", policies+":setIamPolicy", binding(testProject))
	c.do("POST", policies+":setIamPolicy", binding(projectNumber))
	c.do("DELETE", providers+"/github", nil)
	c.refused(409, "providers/github is DELETED", "POST", providers+"?workloadIdentityPoolProviderId=github", provider("assertion.x == 'y'", subject))
	c.do("POST", providers+"/github:undelete", object{})
	c.do("DELETE", pools+"/pool", nil)
	if list := c.do("GET", pools, nil); list["workloadIdentityPools"] != nil {
		t.Errorf("the pools: %v", list)
	}
	if list, _ := c.do("GET", pools+"?showDeleted=true", nil)["workloadIdentityPools"].([]any); len(list) != 1 {
		t.Errorf("the deleted pools: %v", list)
	}
}

func TestWorkloadIdentityOperations(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{OperationPolls: 2})
	const pools = "projects/" + testProject + "/locations/global/workloadIdentityPools"
	op := c.do("POST", "iam.googleapis.com/v1/"+pools+"?workloadIdentityPoolId=pool", object{})
	name, _ := op["name"].(string)
	if op["done"] != false || !strings.HasPrefix(name, pools+"/pool/operations/") {
		t.Fatalf("the operation: %v", op)
	}
	c.refused(404, "was not found", "GET", "iam.googleapis.com/v1/"+pools+"/pool", nil)
	c.do("GET", "iam.googleapis.com/v1/"+name, nil)
	if op = c.do("GET", "iam.googleapis.com/v1/"+name, nil); op["done"] != true {
		t.Errorf("the operation: %v", op)
	}
	c.do("GET", "iam.googleapis.com/v1/"+pools+"/pool", nil)
}
