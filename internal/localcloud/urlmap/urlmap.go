// Package urlmap decides, as an Application Load Balancer does, what becomes of a
// request: which rule of a URL map matches first, and which service, cache, retries
// or fault that means.
//
// It follows the Compute API's reference of UrlMap. Where that is silent, what is
// done here is said beside it, and nothing was compared with Google.
package urlmap

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
)

// URLMap is what of the API's resource UrlMap decides about requests.
type URLMap struct {
	DefaultService     string        `json:"defaultService"`
	DefaultRouteAction *RouteAction  `json:"defaultRouteAction"`
	DefaultURLRedirect *Redirect     `json:"defaultUrlRedirect"`
	HostRules          []HostRule    `json:"hostRules"`
	PathMatchers       []PathMatcher `json:"pathMatchers"`
	Tests              []Test        `json:"tests"`
}

// HostRule gives hosts, exact or as "*.example.com" or "*", their path matcher.
type HostRule struct {
	Hosts       []string `json:"hosts"`
	PathMatcher string   `json:"pathMatcher"`
}

// PathMatcher has path rules or route rules, not both.
type PathMatcher struct {
	Name               string       `json:"name"`
	DefaultService     string       `json:"defaultService"`
	DefaultRouteAction *RouteAction `json:"defaultRouteAction"`
	DefaultURLRedirect *Redirect    `json:"defaultUrlRedirect"`
	PathRules          []PathRule   `json:"pathRules"`
	RouteRules         []RouteRule  `json:"routeRules"`
}

// PathRule has paths, exact or ending in "/*"; the longest that matches wins.
type PathRule struct {
	Paths       []string     `json:"paths"`
	Service     string       `json:"service"`
	RouteAction *RouteAction `json:"routeAction"`
	URLRedirect *Redirect    `json:"urlRedirect"`
}

// RouteRule is tried in the order of priorities; one of its match rules must match.
type RouteRule struct {
	Priority                  int           `json:"priority"`
	Service                   string        `json:"service"`
	MatchRules                []MatchRule   `json:"matchRules"`
	RouteAction               *RouteAction  `json:"routeAction"`
	URLRedirect               *Redirect     `json:"urlRedirect"`
	HeaderAction              *HeaderAction `json:"headerAction"`
	CustomErrorResponsePolicy *ErrorPolicy  `json:"customErrorResponsePolicy"`
}

// HeaderAction is what of it concerns requests.
type HeaderAction struct {
	RequestHeadersToRemove []string `json:"requestHeadersToRemove"`
}

// RouteAction is what a rule does with a request beyond naming a service.
type RouteAction struct {
	WeightedBackendServices []Weighted       `json:"weightedBackendServices"`
	URLRewrite              *Rewrite         `json:"urlRewrite"`
	CachePolicy             *CachePolicy     `json:"cachePolicy"`
	RetryPolicy             *RetryPolicy     `json:"retryPolicy"`
	FaultInjectionPolicy    *FaultInjections `json:"faultInjectionPolicy"`
}

// Weighted is a service and its share; 0 to 1000.
type Weighted struct {
	BackendService string `json:"backendService"`
	Weight         int    `json:"weight"`
}

// Rewrite changes the path on its way to the service.
type Rewrite struct {
	PathPrefixRewrite string `json:"pathPrefixRewrite"`
}

// CachePolicy is what Cloud CDN does on a route.
type CachePolicy struct {
	CacheMode string `json:"cacheMode"`
	// NegativeCaching is nil where nothing is said, and Google decides.
	NegativeCaching               *bool    `json:"negativeCaching"`
	RequestCoalescing             bool     `json:"requestCoalescing"`
	CacheBypassRequestHeaderNames []string `json:"cacheBypassRequestHeaderNames"`
}

// RetryPolicy is how often and when a request is tried again.
type RetryPolicy struct {
	NumRetries      int      `json:"numRetries"`
	RetryConditions []string `json:"retryConditions"`
}

// FaultInjections are faults made on purpose.
type FaultInjections struct {
	Abort *Abort `json:"abort"`
}

// Abort answers a share of requests, in percent, with a status.
type Abort struct {
	HTTPStatus int     `json:"httpStatus"`
	Percentage float64 `json:"percentage"`
}

// Redirect sends the client elsewhere.
type Redirect struct {
	HTTPSRedirect        bool   `json:"httpsRedirect"`
	RedirectResponseCode string `json:"redirectResponseCode"`
	StripQuery           bool   `json:"stripQuery"`
}

// ErrorPolicy gives errors a body from a backend bucket.
type ErrorPolicy struct {
	ErrorService       string      `json:"errorService"`
	ErrorResponseRules []ErrorRule `json:"errorResponseRules"`
}

// ErrorRule is which errors get which object.
type ErrorRule struct {
	MatchResponseCodes []string `json:"matchResponseCodes"`
	Path               string   `json:"path"`
}

// Test is a request and the service that it must come to.
type Test struct {
	Description string   `json:"description"`
	Host        string   `json:"host"`
	Path        string   `json:"path"`
	Headers     []Header `json:"headers"`
	Service     string   `json:"service"`
}

// Header is one header of a request.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Request is what a load balancer sees of a request once TLS is off.
type Request struct {
	Method  string
	Host    string // as the client sent it, with or without a port
	Path    string // as the client sent it, with its query
	Headers []Header
}

// Decision is what becomes of a request.
type Decision struct {
	// Services are those that the request may come to, with their weights; one
	// service without weights has 0.
	Services []Weighted
	// Action is the rule's, never nil; it may be empty.
	Action   RouteAction
	Redirect *Redirect
	Errors   *ErrorPolicy
	// Removed are the headers that the service does not get.
	Removed []string
	// Path is what the service gets.
	Path string
	// Priority is that of the rule that matched, -1 for a default.
	Priority int
}

// Read reads a URL map as the API writes it.
func Read(resource map[string]any) (*URLMap, error) {
	raw, err := json.Marshal(resource)
	if err != nil {
		return nil, fmt.Errorf("write the URL map: %w", err)
	}
	m := new(URLMap)
	if err := json.Unmarshal(raw, m); err != nil {
		return nil, fmt.Errorf("read the URL map: %w", err)
	}
	return m, nil
}

// Decide says what becomes of a request.
func (m *URLMap) Decide(r Request) Decision {
	path, _, _ := strings.Cut(r.Path, "?")
	path, _, _ = strings.Cut(path, "#")
	matcher := m.matcher(r.Host)
	if matcher == nil {
		return decide(r.Path, -1, m.DefaultService, m.DefaultRouteAction, m.DefaultURLRedirect)
	}
	rules := slices.SortedStableFunc(slices.Values(matcher.RouteRules), func(a, b RouteRule) int { return cmp.Compare(a.Priority, b.Priority) })
	for _, rule := range rules {
		for _, match := range rule.MatchRules {
			prefix, ok := match.matches(r, path)
			if !ok {
				continue
			}
			d := decide(r.Path, rule.Priority, rule.Service, rule.RouteAction, rule.URLRedirect)
			d.Errors = rule.CustomErrorResponsePolicy
			if rule.HeaderAction != nil {
				d.Removed = rule.HeaderAction.RequestHeadersToRemove
			}
			if rewrite := d.Action.URLRewrite; rewrite != nil && rewrite.PathPrefixRewrite != "" {
				d.Path = rewrite.PathPrefixRewrite + strings.TrimPrefix(r.Path, prefix)
			}
			return d
		}
	}
	if rule := matcher.pathRule(path); rule != nil {
		return decide(r.Path, -1, rule.Service, rule.RouteAction, rule.URLRedirect)
	}
	return decide(r.Path, -1, matcher.DefaultService, matcher.DefaultRouteAction, matcher.DefaultURLRedirect)
}

func decide(path string, priority int, service string, action *RouteAction, redirect *Redirect) Decision {
	d := Decision{Redirect: redirect, Path: path, Priority: priority}
	if action != nil {
		d.Action = *action
		d.Services = action.WeightedBackendServices
	}
	if service != "" {
		d.Services = []Weighted{{BackendService: service}}
	}
	return d
}

// matcher is that of the host rule for a host: an exact one before the longest with a
// wildcard. Hosts are compared in lower case and without their port.
func (m *URLMap) matcher(host string) *PathMatcher {
	host = strings.ToLower(host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	best, name := -1, ""
	for _, rule := range m.HostRules {
		for _, pattern := range rule.Hosts {
			pattern = strings.ToLower(pattern)
			length := len(pattern)
			switch suffix, wild := strings.CutPrefix(pattern, "*"); {
			case !wild && pattern == host:
				length = 1 << 20
			case wild && strings.HasSuffix(host, suffix) && len(host) > len(suffix):
			default:
				continue
			}
			if length > best {
				best, name = length, rule.PathMatcher
			}
		}
	}
	if best < 0 {
		return nil
	}
	for i := range m.PathMatchers {
		if m.PathMatchers[i].Name == name {
			return &m.PathMatchers[i]
		}
	}
	return nil
}

func (p *PathMatcher) pathRule(path string) (best *PathRule) {
	longest := -1
	for i := range p.PathRules {
		for _, pattern := range p.PathRules[i].Paths {
			prefix, wild := strings.CutSuffix(pattern, "*")
			if matched := path == pattern || wild && strings.HasPrefix(path, prefix); matched && len(pattern) > longest {
				longest, best = len(pattern), &p.PathRules[i]
			}
		}
	}
	return best
}

// Failure is a test whose request comes elsewhere.
type Failure struct {
	Test   Test
	Actual string // the service, empty for a redirect
}

// RunTests tries the map's tests. A test without the header ":method" is a GET, and
// one whose request weights decide about expects any of their services.
func (m *URLMap) RunTests() (failures []Failure) {
	for _, test := range m.Tests {
		if test.Service == "" {
			continue // it expects a redirect
		}
		r := Request{Method: "GET", Host: test.Host, Path: test.Path}
		for _, h := range test.Headers {
			if h.Name == ":method" {
				r.Method = h.Value
				continue
			}
			r.Headers = append(r.Headers, h)
		}
		services := m.Decide(r).Services
		if slices.ContainsFunc(services, func(w Weighted) bool { return sameResource(w.BackendService, test.Service) }) {
			continue
		}
		failure := Failure{Test: test}
		if len(services) > 0 {
			failure.Actual = services[0].BackendService
		}
		failures = append(failures, failure)
	}
	return failures
}

// sameResource compares references by their kind and name: they may be URLs, paths,
// or partial.
func sameResource(a, b string) bool {
	return lastTwo(a) == lastTwo(b)
}

func lastTwo(path string) string {
	segments := strings.Split(path, "/")
	return strings.Join(segments[max(0, len(segments)-2):], "/")
}
