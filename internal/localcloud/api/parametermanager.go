package api

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
)

// registerParameters: data must be what the parameter's format says, and a
// parameter goes only after its versions.
func registerParameters(h *hooks) {
	h.check["parametermanager parameters"] = checkParameter
	h.check["parametermanager versions"] = checkParameterVersion
	h.deletion["parametermanager parameters"] = func(k *call, r *resource) *apiError {
		if len(k.s.store.in(r.service, r.path+"/versions")) > 0 {
			return errPrecondition("The parameter '" + r.path + "' has versions: delete them first.")
		}
		return nil
	}
	h.methods["parametermanager.projects.locations.parameters.versions.render"] = renderParameterVersion
}

func checkParameter(k *call, r, before *resource) *apiError {
	location := k.args["locationsId"]
	if before != nil {
		if r.data["format"] != before.data["format"] {
			return errArgument("The format of a parameter cannot be changed")
		}
	} else if r.data["format"] == nil {
		r.data["format"] = "UNFORMATTED"
	}
	subject := "parametermanager.googleapis.com/projects/" + k.project.number
	r.data["policyMember"] = map[string]any{
		"iamPolicyNamePrincipal": "principal://" + subject + "/name/locations/" + location + "/parameters/" + r.id(),
		"iamPolicyUidPrincipal":  "principal://" + subject + "/uid/locations/" + location + "/parameters/" + opaqueID(r.path),
	}
	if key := text(r.data, "kmsKey"); key != "" {
		return k.mayUseKey(k.project.agent("gcp-sa-pm"), key, location)
	}
	return nil
}

func checkParameterVersion(k *call, r, before *resource) *apiError {
	payload := member(r.data, "payload")
	data, err := base64.StdEncoding.DecodeString(text(payload, "data"))
	switch {
	case before != nil:
		if jsonText(payload) != jsonText(member(before.data, "payload")) {
			return errArgument("The payload of a parameter version cannot be changed")
		}
		return nil
	case err != nil || len(data) == 0:
		return errArgument("ParameterVersionPayload.data must not be empty")
	case len(data) > 1<<20:
		return errArgument("ParameterVersionPayload.data has %d bytes, the limit is 1048576", len(data))
	}
	parameter := k.s.store.get(r.service, parentPath(parentPath(r.path)))
	if parameter != nil && parameter.data["format"] == "JSON" && !json.Valid(data) {
		return errArgument("The payload is no JSON, which the parameter's format wants")
	}
	if r.data["disabled"] == nil {
		r.data["disabled"] = false
	}
	return nil
}

var secretInParameter = regexp.MustCompile(`__REF__\(\s*\\?"?//secretmanager\.googleapis\.com/([^"\\)\s]+)\\?"?\s*\)`)

// renderParameterVersion puts secrets where the payload names them.
func renderParameterVersion(k *call) (map[string]any, *apiError) {
	v, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	if v.data["disabled"] == true {
		return nil, errPrecondition("The parameter version '" + v.path + "' is disabled.")
	}
	payload := member(v.data, "payload")
	data, decodeErr := base64.StdEncoding.DecodeString(text(payload, "data"))
	if decodeErr != nil {
		return nil, errArgument("The payload is no base64")
	}
	rendered := string(data)
	for _, found := range secretInParameter.FindAllStringSubmatch(rendered, -1) {
		secret := k.s.named("secretmanager", found[1])
		if secret == nil || text(secret.data, "state") != "ENABLED" {
			return nil, errPrecondition("The payload refers to '" + found[1] + "', which is no enabled version of a secret.")
		}
		plain, decodeErr := base64.StdEncoding.DecodeString(asText(secret.extra["data"]))
		if decodeErr != nil {
			return nil, errPrecondition("The secret '" + found[1] + "' cannot be read.")
		}
		rendered = strings.ReplaceAll(rendered, found[0], string(plain))
	}
	return map[string]any{"parameterVersion": v.path, "payload": payload, "renderedPayload": base64.StdEncoding.EncodeToString([]byte(rendered))}, nil
}
