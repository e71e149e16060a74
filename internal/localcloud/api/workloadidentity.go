package api

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// registerWorkloadIdentity: pools and providers are only marked as deleted, for
// thirty days in which nobody else gets their names.
func registerWorkloadIdentity(h *hooks) {
	const pools = "iam.projects.locations.workloadIdentityPools."
	h.check["iam workloadIdentityPools"] = checkIdentityPool
	h.check["iam providers"] = checkIdentityProvider
	h.show["iam workloadIdentityPools"], h.show["iam providers"] = showByNumber, showByNumber
	// The provider asks for them with every pool; only trust domains have any.
	h.methods[pools+"listAttestationRules"] = func(k *call) (map[string]any, *apiError) {
		_, err := k.find(k.path)
		return map[string]any{}, err
	}
	for _, at := range []string{pools, pools + "providers."} {
		h.methods[at+"create"] = createIdentity
		h.methods[at+"delete"] = func(k *call) (map[string]any, *apiError) { return k.markIdentity("delete", "ACTIVE", "DELETED") }
		h.methods[at+"undelete"] = func(k *call) (map[string]any, *apiError) { return k.markIdentity("undelete", "DELETED", "ACTIVE") }
		h.methods[at+"list"] = listIdentities
	}
}

var identityID = regexp.MustCompile(`^[a-z0-9-]{4,32}$`)

func createIdentity(k *call) (map[string]any, *apiError) {
	id := k.query.Get("workloadIdentityPoolId")
	if k.method.Collection() != "projects.locations.workloadIdentityPools" {
		id = k.query.Get("workloadIdentityPoolProviderId")
		pool, err := k.find(parentPath(k.path))
		if err != nil {
			return nil, err
		}
		if pool.data["state"] == "DELETED" {
			return nil, errPrecondition("The workload identity pool " + pool.path + " is deleted.")
		}
	}
	if !identityID.MatchString(id) || strings.HasPrefix(id, "gcp-") {
		return nil, errArgument("The id '%s' must be 4 to 32 lowercase letters, digits and hyphens, and not begin with gcp-", id)
	}
	if r := k.s.store.get("iam", k.path+"/"+id); r != nil {
		return nil, &apiError{code: http.StatusConflict, reason: "alreadyExists", status: "ALREADY_EXISTS",
			message: fmt.Sprintf("Requested entity already exists: %s is %s", r.path, r.data["state"])}
	}
	return create(k)
}

func (k *call) markIdentity(verb, from, to string) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	if r.data["state"] != from {
		return nil, errPrecondition(fmt.Sprintf("%s is %s.", r.path, r.data["state"]))
	}
	return k.s.startWith(k, r, "mark", func() {
		if r.data["state"] = to; verb == "delete" {
			r.data["expireTime"] = k.s.options.Now().Add(30 * 24 * time.Hour).UTC().Format(time.RFC3339)
		} else {
			delete(r.data, "expireTime")
		}
	}, func() map[string]any { return typed(r, r.show(k)) }), nil
}

// listIdentities leaves out what is deleted unless it is asked for.
func listIdentities(k *call) (map[string]any, *apiError) {
	template, _ := shape(k.method)
	var found []listed
	for _, r := range k.s.store.in("iam", k.path) {
		if r.data["state"] != "DELETED" || k.query.Get("showDeleted") == "true" {
			found = append(found, listed{r.path, r.show(k)})
		}
	}
	return k.listAnswer(k.s.kindAt("iam", template+"/{}"), found)
}

func checkIdentityPool(k *call, r, before *resource) *apiError {
	if before == nil {
		r.data["state"] = "ACTIVE"
	} else if before.data["state"] == "DELETED" {
		return errPrecondition("The workload identity pool " + r.path + " is deleted.")
	}
	if k.args["locationsId"] != "global" {
		return errArgument("Workload identity pools are in location global, not %s", k.args["locationsId"])
	}
	if len(text(r.data, "displayName")) > 32 {
		return errArgument("The display_name of a pool has at most 32 characters")
	}
	return nil
}

// sharedIssuers give tokens to everybody: a provider that trusts one must say
// whose tokens it takes.
var sharedIssuers = []string{"https://token.actions.githubusercontent.com", "https://gitlab.com", "https://app.terraform.io"}

func checkIdentityProvider(_ *call, r, before *resource) *apiError {
	if before == nil {
		r.data["state"] = "ACTIVE"
	} else if before.data["state"] == "DELETED" {
		return errPrecondition("The provider " + r.path + " is deleted.")
	}
	mapping, condition, issuer := member(r.data, "attributeMapping"), text(r.data, "attributeCondition"), text(member(r.data, "oidc"), "issuerUri")
	switch {
	case len(text(r.data, "displayName")) > 32:
		return errArgument("The display_name of a provider has at most 32 characters")
	case r.data["oidc"] != nil && !strings.HasPrefix(issuer, "https://"):
		return errArgument("The OIDC issuer '%s' must begin with https://", issuer)
	case r.data["aws"] == nil && text(mapping, "google.subject") == "":
		return errArgument("The attribute mapping must map google.subject")
	case slices.Contains(sharedIssuers, strings.TrimSuffix(issuer, "/")) && !strings.Contains(condition, "assertion.") && !strings.Contains(condition, "attribute.") && !strings.Contains(condition, "google."):
		return errArgument("The attribute condition must reference one of the provider's claims.")
	}
	for name := range mapping {
		if name != "google.subject" && name != "google.groups" && name != "google.display_name" && !strings.HasPrefix(name, "attribute.") {
			return errArgument("The attribute mapping has no target '%s'", name)
		}
	}
	return nil
}

var principalPool = regexp.MustCompile(`^principal(?:Set)?://iam\.googleapis\.com/projects/([^/]+)/locations/global/workloadIdentityPools/([^/]+)/`)

// checkPrincipal refuses principals of pools that do not exist. A project's own
// pool comes with its first cluster that has workload identity.
func (k *call) checkPrincipal(principal string) *apiError {
	m := principalPool.FindStringSubmatch(principal)
	if m == nil {
		return nil
	}
	absent := errArgument("Identity Pool does not exist (%s). Please check that you specified a valid resource name as returned in the `name` attribute in the configuration API.", m[2])
	p := k.s.projects[k.s.projectID(m[1])]
	if p == nil || p.number != m[1] {
		return absent // the project's id is not good enough
	}
	if owner, own := strings.CutSuffix(m[2], ".svc.id.goog"); own {
		if k.s.projects[owner] == p && k.s.hasResources(p, "container") {
			return nil
		}
		return absent
	}
	pool := k.s.store.get("iam", "projects/"+p.id+"/locations/global/workloadIdentityPools/"+m[2])
	if pool == nil || pool.data["state"] == "DELETED" {
		return absent
	}
	return nil
}
