package api

import (
	"net/url"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

// parametersOf gives query parameters the names that the document has for them:
// Google takes them in snake case too.
func parametersOf(m *discovery.Method, given url.Values) url.Values {
	out := url.Values{}
	for name, values := range given {
		if m.Parameters[name] == nil && m.Parameters[camelCase(name)] != nil {
			name = camelCase(name)
		}
		out[name] = values
	}
	return out
}

// queryOfDocument leaves out what is about the transport.
func (k *call) queryOfDocument() url.Values {
	out := url.Values{}
	for name, values := range k.query {
		switch {
		case name == "alt" && (values[0] == "json" || values[0] == "media"), name == "prettyPrint", name == "key", k.upload && (name == "uploadType" || name == "name"),
			// Google reads it from the query even where the document wants it in the body.
			name == "options.requestedPolicyVersion" && k.method.Name() == "getIamPolicy":
		default:
			out[name] = values
		}
	}
	return out
}
