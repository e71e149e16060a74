package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

// route finds the method for a request. Without one it returns the error that
// Google, or this fake for Google, answers with.
func (s *Server) route(r *http.Request) (discovery.Match, string, *apiError) {
	address, path := s.addressOf(r)
	path = strings.TrimSuffix(path, "/") // the provider ends some lists with it
	if path == "/v1/userinfo" {          // OpenID Connect's, which has no document
		address, path = "www.googleapis.com", "/oauth2/v2/userinfo"
	}
	if address == "" {
		return discovery.Match{}, "", &apiError{code: http.StatusNotFound, reason: "notFound", message: "Not Found"}
	}
	if rest, beta := strings.CutPrefix(path, "/v1beta/"); beta && address == "gkehub.googleapis.com" && strings.Contains(rest, "/operations/") {
		path = "/v1/" + rest // where the google provider waits for operations of v1
	}
	match, known, err := s.router.Find(address, r.Method, path)
	switch {
	case err != nil:
		return match, address, &apiError{code: http.StatusInternalServerError, reason: "backendError", message: err.Error()}
	case match.Method == nil && s.router.Serves(address) && (known || !s.hasVersion(address, path)):
		return match, address, &apiError{code: http.StatusNotFound, reason: "notFound", message: "Not Found"}
	case match.Method == nil:
		return match, address, errNotServed(address + ": " + r.Method + " " + r.URL.Path)
	}
	return match, address, nil
}

// Answers reports whether a request is for an API, rather than for something
// else that the same address may serve.
func (s *Server) Answers(r *http.Request) bool {
	address, _ := s.addressOf(r)
	return address != ""
}

// hasVersion reports whether a path begins as those of an API do.
func (s *Server) hasVersion(address, path string) bool {
	docs, err := s.router.Documents(address)
	return err == nil && slices.ContainsFunc(docs, func(d *discovery.Document) bool {
		return d.ServicePath == "" || strings.HasPrefix(path, "/"+d.ServicePath) || strings.HasPrefix(path, "/upload/"+d.ServicePath)
	})
}

// addressOf tells which of Google's hosts a request is for: by its Host header
// where it came through the proxy, else by the first segment of its path, or by
// a path that only one API has.
func (s *Server) addressOf(r *http.Request) (address, path string) {
	path = r.URL.EscapedPath()
	host, _, _ := strings.Cut(r.Host, ":")
	if strings.HasSuffix(host, ".googleapis.com") {
		host = strings.TrimSuffix(host, ".googleapis.com")
		// Regional and mutual-TLS addresses serve the same.
		host = strings.TrimSuffix(host, ".mtls")
		if regional, ok := strings.CutSuffix(host, ".rep"); ok {
			host, _, _ = strings.Cut(regional, ".")
		}
		if i := strings.LastIndexByte(host, '-'); i > 0 && s.router.Serves(host[i+1:]+".googleapis.com") {
			host = host[i+1:]
		}
		address = host + ".googleapis.com"
	} else if first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); s.router.Serves(first) {
		address, path = first, "/"+rest
	}
	if address == "" || address == "www.googleapis.com" || address == "content.googleapis.com" {
		for prefix, owner := range sharedPrefixes {
			if strings.HasPrefix(path, prefix) {
				return owner, path
			}
		}
	}
	return address, path
}

// sharedPrefixes are paths that www.googleapis.com serves for an API.
var sharedPrefixes = map[string]string{
	"/compute/": "compute.googleapis.com", "/storage/": "storage.googleapis.com", "/upload/storage/": "storage.googleapis.com",
	"/bigquery/": "bigquery.googleapis.com", "/dns/": "dns.googleapis.com", "/oauth2/": "www.googleapis.com",
}
