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
