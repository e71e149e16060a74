package api

import (
	"net/http"
	"slices"
	"strings"
)

// mayUseKey refuses a customer-managed key that is in another place than what it
// is to encrypt, that is not for encryption, or that the service which encrypts
// has no permission for. The
// last is the mistake that most often keeps a first apply from finishing.
func (k *call) mayUseKey(agent, name, location string) *apiError {
	segments := strings.Split(name, "/")
	if len(segments) < 8 {
		return errArgument("'%s' is no name of a key", name)
	}
	name = strings.Join(segments[:8], "/") // without the version
	key := k.s.named("cloudkms", name)
	if key == nil {
		return errArgument("The Cloud KMS key '%s' does not exist", name)
	}
	if at := segments[3]; !strings.EqualFold(at, location) {
		return errArgument("The Cloud KMS key '%s' is in %s, it must be in %s", name, at, strings.ToLower(location))
	}
	if text(key.data, "purpose") != "ENCRYPT_DECRYPT" {
		return errArgument("The Cloud KMS key '%s' is not for ENCRYPT_DECRYPT", name)
	}
	project := k.s.projects[k.s.projectID(segments[1])]
	for _, holder := range []*resource{key, k.s.store.above(key), k.s.projectResource(project)} {
		if holder != nil && holder.grants("roles/cloudkms.cryptoKeyEncrypterDecrypter", "serviceAccount:"+agent) {
			return nil
		}
	}
	return &apiError{code: http.StatusBadRequest, reason: "failedPrecondition", status: "FAILED_PRECONDITION",
		message: "Permission denied on Cloud KMS key '" + name + "': grant roles/cloudkms.cryptoKeyEncrypterDecrypter to " + agent + "."}
}

// grants reports whether a resource's own policy gives a member a role.
func (r *resource) grants(role, member string) bool {
	for _, b := range items(r.policy, "bindings") {
		binding, ok := b.(map[string]any)
		if ok && text(binding, "role") == role && slices.Contains(items(binding, "members"), any(member)) {
			return true
		}
	}
	return false
}

// agent is the account that a service of a project works as.
func (p *project) agent(service string) string {
	return "service-" + p.number + "@" + service + ".iam.gserviceaccount.com"
}

// named finds a resource by its name, in which the project may be a number.
func (s *Server) named(service, name string) *resource {
	segments := strings.Split(name, "/")
	if len(segments) > 1 && segments[0] == "projects" {
		segments[1] = s.projectID(segments[1])
	}
	return s.store.get(service, strings.Join(segments, "/"))
}
