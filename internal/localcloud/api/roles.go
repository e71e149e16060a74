package api

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// registerRoles: a deleted role stays for a while, and keeps its name.
func registerRoles(h *hooks) {
	h.check["iam roles"] = checkRole
	h.methods["iam.projects.roles.create"] = createRole
	h.methods["iam.projects.roles.delete"] = func(k *call) (map[string]any, *apiError) { return k.markRole(true) }
	h.methods["iam.projects.roles.undelete"] = func(k *call) (map[string]any, *apiError) { return k.markRole(false) }
}

var roleID = regexp.MustCompile(`^[a-zA-Z0-9_.]{3,64}$`)

func createRole(k *call) (map[string]any, *apiError) {
	id := text(k.body, "roleId")
	if !roleID.MatchString(id) {
		return nil, errArgument("The role_id '%s' must be 3 to 64 letters, digits, underscores and periods", id)
	}
	if r := k.s.store.get("iam", k.path+"/"+id); r != nil && r.data["deleted"] == true {
		return nil, errPrecondition("You can't create a role with role_id (" + id + ") where there is an existing role with that role_id in a deleted state.")
	}
	return create(k)
}

func checkRole(k *call, r, before *resource) *apiError {
	if before == nil && r.data["stage"] == nil {
		r.data["stage"] = "ALPHA"
	}
	if before != nil && before.data["deleted"] == true {
		return errPrecondition("You can't update role " + r.path + " as it is in a deleted state.")
	}
	for _, p := range items(r.data, "includedPermissions") {
		parts := strings.Split(asText(p), ".")
		if len(parts) != 3 || !k.s.isPermissionOf(parts[0]) {
			return errArgument("Permission %v is not valid.", p)
		}
	}
	return nil
}

// isPermissionOf reports whether permissions of that name exist: most are named
// for an API, some for what the API had been called.
func (s *Server) isPermissionOf(service string) bool {
	return s.router.Serves(service+".googleapis.com") || slices.Contains(otherServices(), service) ||
		slices.Contains([]string{"resourcemanager", "cloudsql", "errorreporting", "billing", "consumerprocurement", "cloudnotifications", "observability"}, service)
}

func (k *call) markRole(deleted bool) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	if r.data["deleted"] == true == deleted {
		return nil, errPrecondition(fmt.Sprintf("The role %s has its deleted state %v already.", r.path, deleted))
	}
	if r.data["deleted"] = true; !deleted {
		delete(r.data, "deleted")
	}
	k.s.changed(r)
	return r.data, nil
}

// checkRoleExists refuses roles that nobody made.
func (k *call) checkRoleExists(role string) *apiError {
	if strings.HasPrefix(role, "projects/") {
		r := k.s.named("iam", role)
		if r == nil || r.data["deleted"] == true {
			return &apiError{code: http.StatusBadRequest, reason: "badRequest", status: "INVALID_ARGUMENT",
				message: "The role name must be in the form \"roles/{role}\", \"organizations/{organization_id}/roles/{role}\", or \"projects/{project_id}/roles/{role}\", and the role must exist: " + role}
		}
		return nil
	}
	name, predefined := strings.CutPrefix(role, "roles/")
	if predefined && !strings.Contains(name, ".") && !slices.Contains([]string{"owner", "editor", "viewer", "browser", "admin", "writer", "reader"}, name) {
		return errArgument("Role %s is not supported for this resource.", role)
	}
	return nil
}
