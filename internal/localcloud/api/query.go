package api

import (
	"net/url"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

// queryOfDocument leaves out what is about the transport.
func (k *call) queryOfDocument() url.Values {
	out := url.Values{}
	for name, values := range k.query {
		switch {
		case name == "alt" && (values[0] == "json" || values[0] == "media"), name == "prettyPrint", name == "key", k.upload && (name == "uploadType" || name == "name"),
			// Google reads it from the query even where the document wants it in the body.
			name == "options.requestedPolicyVersion" && k.method.Name() == "getIamPolicy":
		case k.method.Parameters[name] == nil && k.inRequest(name):
		default:
			out[name] = values
		}
	}
	return out
}

// inRequest reports whether a query parameter is a member of the request's
// message: Google takes those from the query too, where the document has them
// in the body only.
func (k *call) inRequest(name string) bool {
	request := k.method.Document.Schemas[k.method.Request]
	return request != nil && request.Properties[name] != nil
}

// documented gives query parameters the names that the document has: Google
// takes those of the proto too, as backup_schedule_id.
func documented(m *discovery.Method, query url.Values) url.Values {
	for name, values := range query {
		if as := camelCase(name); as != name && m.Parameters[name] == nil && m.Parameters[as] != nil {
			delete(query, name)
			query[as] = values
		}
	}
	return query
}
