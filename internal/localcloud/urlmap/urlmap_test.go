package urlmap_test

import (
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/urlmap"
)

func service(name string) string { return "projects/p/global/backendServices/" + name }

// one is a map whose only rule has this match; what does not match comes to
// "default", another host to "elsewhere".
func one(match urlmap.MatchRule) *urlmap.URLMap {
	return &urlmap.URLMap{
		DefaultService: service("elsewhere"),
		HostRules:      []urlmap.HostRule{{Hosts: []string{"h.example.com", "*.wild.example.com"}, PathMatcher: "m"}},
		PathMatchers: []urlmap.PathMatcher{{Name: "m", DefaultService: service("default"), RouteRules: []urlmap.RouteRule{
			{Priority: 10, Service: service("matched"), MatchRules: []urlmap.MatchRule{match}},
		}}},
	}
}

func comesTo(m *urlmap.URLMap, r urlmap.Request) string {
	services := m.Decide(r).Services
	if len(services) != 1 {
		return "?"
	}
	return services[0].BackendService[strings.LastIndexByte(services[0].BackendService, '/')+1:]
}

func headers(match ...urlmap.HeaderMatch) urlmap.MatchRule {
	return urlmap.MatchRule{PrefixMatch: "/", HeaderMatches: match}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		match   urlmap.MatchRule
		path    string
		headers []urlmap.Header
		matches bool
	}{
		{"a prefix", urlmap.MatchRule{PrefixMatch: "/a"}, "/abc", nil, true},
		{"a prefix in another case", urlmap.MatchRule{PrefixMatch: "/a"}, "/ABC", nil, false},
		{"a prefix whatever its case", urlmap.MatchRule{PrefixMatch: "/a", IgnoreCase: true}, "/ABC", nil, true},
		{"a prefix with its query", urlmap.MatchRule{PrefixMatch: "/a"}, "/b?/a", nil, false},
		{"a whole path", urlmap.MatchRule{FullPathMatch: "/a"}, "/a?x=1", nil, true},
		{"not a whole path", urlmap.MatchRule{FullPathMatch: "/a"}, "/a/", nil, false},
		{"a path as it was sent", urlmap.MatchRule{FullPathMatch: "/a"}, "/%61", nil, false},
		{"a regular expression", urlmap.MatchRule{RegexMatch: "/a[0-9]+"}, "/a12", nil, true},
		{"a regular expression of a part", urlmap.MatchRule{RegexMatch: "/a[0-9]+"}, "/a12/b", nil, false},
		{"a template", urlmap.MatchRule{PathTemplateMatch: "/a/*/b/**"}, "/a/1/b/2/3", nil, true},
		{"a template's segment", urlmap.MatchRule{PathTemplateMatch: "/a/*"}, "/a/1/2", nil, false},
		{"a template with names", urlmap.MatchRule{PathTemplateMatch: "/a/{id}/{rest=**}"}, "/a/1/2/3", nil, true},
		{"a header", headers(urlmap.HeaderMatch{HeaderName: "X-A", ExactMatch: "1"}), "/", []urlmap.Header{{Name: "x-a", Value: "1"}}, true},
		{"a header's value in another case", headers(urlmap.HeaderMatch{HeaderName: "x-a", ExactMatch: "v"}), "/", []urlmap.Header{{Name: "x-a", Value: "V"}}, false},
		{"a header sent twice", headers(urlmap.HeaderMatch{HeaderName: "x-a", ExactMatch: "1"}), "/", []urlmap.Header{{Name: "x-a", Value: "1"}, {Name: "x-a", Value: "1"}}, false},
		{"a header that is not there, inverted", headers(urlmap.HeaderMatch{HeaderName: "x-a", ExactMatch: "1", InvertMatch: true}), "/", nil, true},
		{"a header inverted", headers(urlmap.HeaderMatch{HeaderName: "x-a", ExactMatch: "1", InvertMatch: true}), "/", []urlmap.Header{{Name: "x-a", Value: "1"}}, false},
		{"a header's presence", headers(urlmap.HeaderMatch{HeaderName: "x-a", PresentMatch: true}), "/", []urlmap.Header{{Name: "x-a"}}, true},
		{"a header's prefix", headers(urlmap.HeaderMatch{HeaderName: "x-a", PrefixMatch: "v"}), "/", []urlmap.Header{{Name: "x-a", Value: "v1"}}, true},
		{"a header's suffix", headers(urlmap.HeaderMatch{HeaderName: "x-a", SuffixMatch: "1"}), "/", []urlmap.Header{{Name: "x-a", Value: "v1"}}, true},
		{"a header's expression", headers(urlmap.HeaderMatch{HeaderName: "x-a", RegexMatch: "v."}), "/", []urlmap.Header{{Name: "x-a", Value: "v12"}}, false},
		{"a number in a range", headers(urlmap.HeaderMatch{HeaderName: "x-a", RangeMatch: &urlmap.RangeMatch{RangeStart: -5, RangeEnd: 0}}), "/", []urlmap.Header{{Name: "x-a", Value: "-3"}}, true},
		{"a number at a range's end", headers(urlmap.HeaderMatch{HeaderName: "x-a", RangeMatch: &urlmap.RangeMatch{RangeStart: -5, RangeEnd: 0}}), "/", []urlmap.Header{{Name: "x-a", Value: "0"}}, false},
		{"the method", headers(urlmap.HeaderMatch{HeaderName: ":method", ExactMatch: "GET"}), "/", nil, true},
		{"a header that says it is the method", headers(urlmap.HeaderMatch{HeaderName: ":method", ExactMatch: "POST"}), "/", []urlmap.Header{{Name: ":method", Value: "POST"}}, false},
		{"all headers", headers(urlmap.HeaderMatch{HeaderName: ":method", ExactMatch: "GET"}, urlmap.HeaderMatch{HeaderName: "x-a", PresentMatch: true}), "/", nil, false},
		{"a parameter", urlmap.MatchRule{PrefixMatch: "/", QueryParameterMatches: []urlmap.ParameterMatch{{Name: "a", ExactMatch: "1"}}}, "/?b=2&a=1", nil, true},
		{"a parameter that is not there", urlmap.MatchRule{PrefixMatch: "/", QueryParameterMatches: []urlmap.ParameterMatch{{Name: "a", ExactMatch: "1"}}}, "/?b=1", nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := "default"
			if test.matches {
				want = "matched"
			}
			if have := comesTo(one(test.match), urlmap.Request{Method: "GET", Host: "h.example.com", Path: test.path, Headers: test.headers}); have != want {
				t.Errorf("comes to %s, want %s", have, want)
			}
		})
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	m := one(urlmap.MatchRule{PrefixMatch: "/"})
	for host, want := range map[string]string{
		"h.example.com": "matched", "H.example.com:443": "matched", "a.wild.example.com": "matched", "a.b.wild.example.com": "matched",
		"wild.example.com": "elsewhere", "xh.example.com": "elsewhere", "": "elsewhere", "h.example.com.evil.org": "elsewhere",
	} {
		if have := comesTo(m, urlmap.Request{Method: "GET", Host: host, Path: "/"}); have != want {
			t.Errorf("%q comes to %s, want %s", host, have, want)
		}
	}
}

func TestFirstRuleWins(t *testing.T) {
	t.Parallel()
	m := one(urlmap.MatchRule{PrefixMatch: "/a"})
	matcher := &m.PathMatchers[0]
	matcher.RouteRules = append(matcher.RouteRules, urlmap.RouteRule{Priority: 5, Service: service("earlier"), MatchRules: []urlmap.MatchRule{{PrefixMatch: "/x"}, {PrefixMatch: "/a/b"}}})
	for path, want := range map[string]string{"/a": "matched", "/a/b": "earlier", "/x": "earlier", "/y": "default"} {
		if have := comesTo(m, urlmap.Request{Method: "GET", Host: "h.example.com", Path: path}); have != want {
			t.Errorf("%s comes to %s, want %s", path, have, want)
		}
	}
}

func TestPathRules(t *testing.T) {
	t.Parallel()
	m := one(urlmap.MatchRule{})
	m.PathMatchers[0].RouteRules = nil
	m.PathMatchers[0].PathRules = []urlmap.PathRule{
		{Paths: []string{"/a/*"}, Service: service("all")},
		{Paths: []string{"/a/b/*", "/c"}, Service: service("longer")},
	}
	for path, want := range map[string]string{"/a/x": "all", "/a/b/x": "longer", "/c": "longer", "/c/d": "default", "/a": "default"} {
		if have := comesTo(m, urlmap.Request{Method: "GET", Host: "h.example.com", Path: path}); have != want {
			t.Errorf("%s comes to %s, want %s", path, have, want)
		}
	}
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	m := one(urlmap.MatchRule{PrefixMatch: "/api/"})
	m.PathMatchers[0].RouteRules[0].RouteAction = &urlmap.RouteAction{URLRewrite: &urlmap.Rewrite{PathPrefixRewrite: "/"}}
	if have := m.Decide(urlmap.Request{Method: "GET", Host: "h.example.com", Path: "/api/v1?x=/api/"}).Path; have != "/v1?x=/api/" {
		t.Errorf("rewritten to %s", have)
	}
}

func TestRunTests(t *testing.T) {
	t.Parallel()
	m := one(headers(urlmap.HeaderMatch{HeaderName: ":method", ExactMatch: "POST"}))
	post := []urlmap.Header{{Name: ":method", Value: "POST"}}
	m.Tests = []urlmap.Test{
		{Host: "h.example.com", Path: "/", Service: "https://www.googleapis.com/compute/v1/" + service("default")},
		{Host: "h.example.com", Path: "/", Headers: post, Service: "global/backendServices/matched"},
		{Description: "redirects are not tried", Host: "h.example.com", Path: "/"},
	}
	if failures := m.RunTests(); len(failures) != 0 {
		t.Errorf("%+v", failures)
	}
	m.Tests = append(m.Tests, urlmap.Test{Description: "wrong", Host: "h.example.com", Path: "/", Headers: post, Service: service("default")})
	if failures := m.RunTests(); len(failures) != 1 || failures[0].Test.Description != "wrong" || failures[0].Actual != service("matched") {
		t.Errorf("%+v", failures)
	}
}

func TestRunTestsOfWeights(t *testing.T) {
	t.Parallel()
	m := one(urlmap.MatchRule{PrefixMatch: "/"})
	rule := &m.PathMatchers[0].RouteRules[0]
	rule.Service, rule.RouteAction = "", &urlmap.RouteAction{WeightedBackendServices: []urlmap.Weighted{{BackendService: service("a"), Weight: 900}, {BackendService: service("b"), Weight: 100}}}
	m.Tests = []urlmap.Test{{Host: "h.example.com", Path: "/", Service: service("b")}, {Host: "h.example.com", Path: "/", Service: service("c")}}
	if failures := m.RunTests(); len(failures) != 1 || failures[0].Test.Service != service("c") {
		t.Errorf("%+v", failures)
	}
}

func TestReadRefusesWhatIsNoURLMap(t *testing.T) {
	t.Parallel()
	if m, err := urlmap.Read(map[string]any{"hostRules": "none"}); err == nil {
		t.Errorf("%+v", m)
	}
}
