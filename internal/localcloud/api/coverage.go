package api

import (
	"net/http"
	"slices"
)

// checkAnswer holds an answer against its document. Members of a discovery
// document are all that a client of Google's can read.
func (k *call) checkAnswer(result map[string]any) *apiError {
	if k.method.Response == "" || result == nil || k.query.Get("fields") != "" {
		return nil
	}
	if _, bad := k.method.Document.CheckBody(k.method.Response, any(jsonCopy(result)), k.method.Response); bad != nil {
		return &apiError{code: http.StatusInternalServerError, reason: "backendError",
			message: "localcloud's own answer to " + k.method.ID + " is none that Google gives: " + bad.Message}
	}
	return nil
}

// Coverage says how a method is served.
type Coverage string

// How a method is served.
const (
	// ByHook: code for the method itself.
	ByHook Coverage = "hook"
	// ByShape: as its document says, by code for all methods of its shape.
	ByShape Coverage = "shape"
	// NotServed: with 501 and its name.
	NotServed Coverage = "501"
)

// MethodCoverage is a method and how it is served.
type MethodCoverage struct {
	Service, Method string
	Served          Coverage
}

// Coverage lists all methods of all APIs, by API and name.
func (s *Server) Coverage() ([]MethodCoverage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.prepare(); err != nil {
		return nil, err
	}
	var out []MethodCoverage
	for _, host := range s.router.Hosts() {
		docs, err := s.router.Documents(host)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			for _, id := range sortedKeys(d.Methods) {
				served := NotServed
				switch k := (&call{s: s, method: d.Methods[id]}); {
				case s.hooks.methods[id] != nil:
					served = ByHook
				case s.generic(k) != nil:
					served = ByShape
				}
				out = append(out, MethodCoverage{Service: d.Name + "/" + d.Version, Method: id, Served: served})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b MethodCoverage) int {
		switch {
		case a.Service < b.Service:
			return -1
		case a.Service > b.Service:
			return 1
		}
		return 0
	})
	return out, nil
}
