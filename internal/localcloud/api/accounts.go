package api

import (
	"net/http"
	"regexp"
	"strings"
	"time"
)

// registerAccounts: a service account is named by its address or by its unique
// id, and its request to be made carries neither.
func registerAccounts(h *hooks) {
	const at = "iam.projects.serviceAccounts."
	h.check["iam serviceAccounts"] = func(k *call, r, before *resource) *apiError {
		if before == nil {
			unique := "1" + k.s.newID()
			r.data["email"], r.data["projectId"], r.data["uniqueId"], r.data["oauth2ClientId"] = r.id(), k.project.id, unique, unique
		}
		return nil
	}
	h.methods[at+"create"] = createServiceAccount
	h.methods[at+"get"] = withServiceAccount(get)
	h.methods[at+"delete"] = withServiceAccount(remove)
	h.methods[at+"patch"] = withServiceAccount(patchServiceAccount)
	h.methods[at+"update"] = withServiceAccount(patchServiceAccount)
	h.methods[at+"enable"] = withServiceAccount(switchServiceAccount(false))
	h.methods[at+"disable"] = withServiceAccount(switchServiceAccount(true))
	h.methods[at+"getIamPolicy"] = withServiceAccount(getIamPolicy)
	h.methods[at+"setIamPolicy"] = withServiceAccount(setIamPolicy)
	h.methods["iamcredentials.projects.serviceAccounts.generateAccessToken"] = generateAccessToken
	h.methods[at+"keys.create"] = withServiceAccount(refuseKey)
	h.methods[at+"keys.upload"] = withServiceAccount(refuseKey)
}

// withServiceAccount puts the address in the place of a unique id.
func withServiceAccount(does hook) hook {
	return func(k *call) (map[string]any, *apiError) {
		given := k.args["serviceAccountsId"]
		if strings.Contains(given, "@") {
			return does(k)
		}
		for _, r := range k.s.store.byKey {
			if r.service == "iam" && r.kind.schema == "ServiceAccount" && text(r.data, "uniqueId") == given && (k.project == nil || r.data["projectId"] == k.project.id) {
				k.path = strings.Replace(k.path, "serviceAccounts/"+given, "serviceAccounts/"+r.id(), 1)
				k.project = k.s.projects[text(r.data, "projectId")]
				k.path = strings.Replace(k.path, "projects/-/", "projects/"+k.project.id+"/", 1)
				return does(k)
			}
		}
		return nil, errNotFound(k.path)
	}
}

var accountID = regexp.MustCompile(`^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$`)

func createServiceAccount(k *call) (map[string]any, *apiError) {
	id := text(k.body, "accountId")
	if !accountID.MatchString(id) {
		return nil, errArgument("Account ID '%s' must be 6 to 30 lowercase letters, digits and hyphens, and begin with a letter", id)
	}
	email := id + "@" + k.project.id + ".iam.gserviceaccount.com"
	r := &resource{kind: k.s.kindAt("iam", "projects/{}/serviceAccounts/{}"), service: "iam", path: k.path + "/" + email}
	if k.s.store.get("iam", r.path) != nil {
		return nil, &apiError{code: http.StatusConflict, reason: "alreadyExists", status: "ALREADY_EXISTS",
			message: "Service account " + id + " already exists within project projects/" + k.project.id + "."}
	}
	body := member(k.body, "serviceAccount")
	if body == nil {
		body = map[string]any{}
	}
	k.dropReadOnly("ServiceAccount", body)
	if len(text(body, "description")) > 256 {
		return nil, errArgument("The description of a service account has at most 256 bytes")
	}
	return k.make(r, body)
}

func patchServiceAccount(k *call) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	body, mask := member(k.body, "serviceAccount"), strings.Split(text(k.body, "updateMask"), ",")
	if body == nil {
		body, mask = k.body, []string{"displayName", "description"}
	}
	if err := r.checkVersion(body); err != nil {
		return nil, err
	}
	after := jsonCopy(r.data)
	for _, name := range mask {
		name = camelCase(name)
		if name != "displayName" && name != "description" {
			return nil, errArgument("The field mask of a service account may name display_name and description, not '%s'", name)
		}
		setMember(after, body, []string{name})
	}
	return k.replace(r, "update", after)
}

func switchServiceAccount(disabled bool) hook {
	return func(k *call) (map[string]any, *apiError) {
		r, err := k.find(k.path)
		if err != nil {
			return nil, err
		}
		if r.data["disabled"] = true; !disabled {
			delete(r.data, "disabled")
		}
		// The etag stays: clients disable and patch with the one that they read.
		return map[string]any{}, nil
	}
}

// refuseKey: keys are what an organization of today forbids from the start.
func refuseKey(k *call) (map[string]any, *apiError) {
	account, _, _ := strings.Cut(k.path, "/keys")
	if _, err := k.find(account); err != nil {
		return nil, err
	}
	return nil, errPrecondition("Key creation is not allowed on this service account (constraints/iam.disableServiceAccountKeyCreation).")
}

// generateAccessToken gives the token of another account: any will do here, but
// not for an account that cannot be used.
func generateAccessToken(k *call) (map[string]any, *apiError) {
	account := k.s.store.get("iam", k.path)
	switch {
	case account == nil:
		return nil, errNotFound(k.path)
	case account.data["disabled"] == true:
		return nil, errPrecondition("The service account " + account.id() + " is disabled.")
	case len(items(k.body, "scope")) == 0:
		return nil, errArgument("The access token needs at least one scope")
	}
	lifetime := time.Hour
	if given := text(k.body, "lifetime"); given != "" {
		var err error
		if lifetime, err = time.ParseDuration(given); err != nil || lifetime <= 0 || lifetime > time.Hour {
			return nil, errArgument("The lifetime of an access token is at most 3600s, not %s", given)
		}
	}
	return map[string]any{"accessToken": "localcloud:" + account.id(), "expireTime": k.s.options.Now().Add(lifetime).UTC().Format(time.RFC3339)}, nil
}
