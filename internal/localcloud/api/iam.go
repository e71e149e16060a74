package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// policyOf finds what a call about a policy is about: a resource, or the
// project itself.
func (k *call) policyOf() (*resource, *apiError) {
	path := k.path
	for _, suffix := range []string{"/getIamPolicy", "/setIamPolicy", "/testIamPermissions", "/iam", "/iam/testPermissions"} {
		path = strings.TrimSuffix(path, suffix)
	}
	if k.service() == "cloudresourcemanager" && k.project != nil {
		return k.s.projectResource(k.project), nil
	}
	return k.find(path)
}

// projectResource holds a project's policy.
func (s *Server) projectResource(p *project) *resource {
	path := "projects/" + p.id
	r := s.store.get("cloudresourcemanager", path)
	if r == nil {
		r = &resource{kind: s.kindAt("cloudresourcemanager", "projects/{}"), service: "cloudresourcemanager", path: path, data: map[string]any{}}
		s.store.put(r)
	}
	return r
}

func getIamPolicy(k *call) (map[string]any, *apiError) {
	r, err := k.policyOf()
	if err != nil {
		return nil, err
	}
	return r.showPolicy(), nil
}

func (r *resource) showPolicy() map[string]any {
	if r.policy == nil {
		return map[string]any{"version": 1, "etag": "ACAB"}
	}
	return r.policy
}

// setIamPolicy replaces a policy. One that was read before somebody else wrote
// is refused, and so is a member that does not exist.
func setIamPolicy(k *call) (map[string]any, *apiError) {
	r, err := k.policyOf()
	if err != nil {
		return nil, err
	}
	policy, ok := k.body["policy"].(map[string]any)
	if !ok {
		if policy = k.body; k.body["bindings"] == nil && k.body["etag"] == nil && k.method.Request != "Policy" {
			return nil, errRequired("policy")
		}
	}
	if etag := text(policy, "etag"); etag != "" && etag != text(r.showPolicy(), "etag") {
		return nil, errEtag()
	}
	bindings, _ := policy["bindings"].([]any)
	had := r.members()
	for _, b := range bindings {
		if err := k.checkBinding(b, had); err != nil {
			return nil, err
		}
		if binding, ok := b.(map[string]any); ok && binding["condition"] != nil && policy["version"] != 3.0 {
			return nil, errArgument("A policy with conditions needs version 3")
		}
	}
	if mask := text(k.body, "updateMask"); k.service() == "cloudresourcemanager" && !strings.Contains(mask, "auditConfigs") {
		// Without a mask only bindings and etag are written.
		if policy["auditConfigs"] = r.policy["auditConfigs"]; policy["auditConfigs"] == nil {
			delete(policy, "auditConfigs")
		}
	}
	r.policy = jsonCopy(policy)
	r.generation++
	r.policy["etag"] = opaque("policy", r.path, r.generation)
	if r.policy["version"] == nil {
		r.policy["version"] = 1
	}
	return r.policy, nil
}

// members are all that a policy gives something to.
func (r *resource) members() map[string]bool {
	out := map[string]bool{}
	for _, b := range items(r.policy, "bindings") {
		if binding, ok := b.(map[string]any); ok {
			for _, m := range items(binding, "members") {
				out[text(binding, "role")+" "+fmt.Sprint(m)] = true
			}
		}
	}
	return out
}

// checkBinding refuses roles and members that do not exist. What the policy had
// before stays good, whatever has become of it.
func (k *call) checkBinding(b any, had map[string]bool) *apiError {
	binding, ok := b.(map[string]any)
	if !ok {
		return errArgument("A binding is no object")
	}
	role := text(binding, "role")
	if !strings.HasPrefix(role, "roles/") && !strings.Contains(role, "/roles/") {
		return errArgument("Role %s is not supported for this resource.", role)
	}
	members, _ := binding["members"].([]any)
	for _, m := range members {
		member := fmt.Sprint(m)
		if strings.HasPrefix(member, "deleted:") || had[role+" "+member] {
			continue
		}
		prefix, _, _ := strings.Cut(member, ":")
		if !slices.Contains([]string{"user", "group", "domain", "serviceAccount", "principal", "principalSet", "allUsers", "allAuthenticatedUsers",
			"projectOwner", "projectEditor", "projectViewer"}, prefix) {
			return errArgument("Invalid member: %s", member)
		}
		if err := k.checkRoleExists(role); err != nil {
			return err
		}
		if k.service() == "cloudresourcemanager" && (prefix == "allUsers" || prefix == "allAuthenticatedUsers") {
			return errArgument("Members of type allUsers and allAuthenticatedUsers cannot be set on this resource.")
		}
		if err := k.checkPrincipal(member); err != nil {
			return err
		}
		if found := serviceAccountEmail.FindStringSubmatch(member); found != nil && k.s.projects[found[2]] != nil {
			email := found[1] + "@" + found[2] + ".iam.gserviceaccount.com"
			if k.s.store.get("iam", "projects/"+found[2]+"/serviceAccounts/"+email) == nil {
				return errArgument("Service account %s does not exist.", email)
			}
		}
	}
	return nil
}

// testIamPermissions answers which of the asked permissions the caller has.
func testIamPermissions(k *call) (map[string]any, *apiError) {
	if _, err := k.policyOf(); err != nil {
		return nil, err
	}
	asked, ok := k.body["permissions"].([]any)
	if !ok {
		for _, p := range k.query["permissions"] {
			asked = append(asked, p)
		}
	}
	var have []any
	for _, permission := range asked {
		name, ok := permission.(string)
		if !ok || strings.Contains(name, "*") || k.service() == "compute" && !strings.HasPrefix(name, "compute.") {
			return nil, &apiError{code: http.StatusBadRequest, reason: "badRequest", status: "INVALID_ARGUMENT",
				message: fmt.Sprintf("Permission %v is not valid for this resource.", permission)}
		}
		if k.project == nil || !k.project.denied[name] {
			have = append(have, name)
		}
	}
	if have == nil {
		return map[string]any{}, nil
	}
	return map[string]any{"permissions": have}, nil
}
