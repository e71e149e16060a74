package edge_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/urlmap"
)

// decide is the planned map's decision about a row's request, in a row's words.
func (p *planned) decide(t *testing.T, r row) string {
	t.Helper()
	scheme, rest, _ := strings.Cut(r.url, "://")
	m := p.https
	if scheme == "http" {
		m = p.http
	}
	slash := strings.Index(rest, "/")
	request := urlmap.Request{Method: r.method, Host: rest[:slash], Path: rest[slash:]}
	for header := range strings.SplitSeq(r.headers, "; ") {
		if name, value, ok := strings.Cut(header, ": "); ok {
			request.Headers = append(request.Headers, urlmap.Header{Name: name, Value: value})
		}
	}
	d := m.Decide(request)
	if redirect := d.Redirect; redirect != nil {
		if redirect.RedirectResponseCode != "PERMANENT_REDIRECT" || !redirect.HTTPSRedirect || redirect.StripQuery {
			t.Errorf("%+v", redirect)
		}
		return "308 https"
	}
	return p.describe(t, request, d)
}

var condition = regexp.MustCompile(`^request\.path(?: == |\.(startsWith)\()'([^']*)'\)?$`)

// seenByPlugin tells whether the edge plugin sees a request before the routes do,
// and so replaces what the client says of its home. The path has no query in CEL.
func (p *planned) seenByPlugin(t *testing.T, r urlmap.Request) bool {
	t.Helper()
	if p.plugin == "" {
		return false
	}
	path, _, _ := strings.Cut(r.Path, "?")
	for part := range strings.SplitSeq(p.plugin, " || ") {
		found := condition.FindStringSubmatch(part)
		switch {
		case found == nil:
			t.Fatalf("a condition that this test cannot read: %s", part)
		case found[1] == "" && path == found[2], found[1] != "" && strings.HasPrefix(path, found[2]):
			return true
		}
	}
	return false
}

func (p *planned) describe(t *testing.T, r urlmap.Request, d urlmap.Decision) string {
	t.Helper()
	var services []string
	for _, s := range d.Services {
		_, name, _ := strings.Cut(short(s.BackendService), "/")
		if s.Weight > 0 {
			name = fmt.Sprintf("%s:%d", name, s.Weight)
		}
		services = append(services, name)
	}
	retries := 0
	if d.Action.RetryPolicy != nil {
		retries = d.Action.RetryPolicy.NumRetries
	}
	var more []string
	if fault := d.Action.FaultInjectionPolicy; fault != nil && fault.Abort.Percentage == 100 {
		more = append(more, fmt.Sprint(fault.Abort.HTTPStatus))
	}
	if d.Errors != nil {
		more = append(more, d.Errors.ErrorResponseRules[0].Path)
	}
	if p.seenByPlugin(t, r) {
		more = append(more, "plugin")
	}
	if d.Path != r.Path {
		more = append(more, "as "+d.Path)
	}
	return fmt.Sprintf("%s | %s | %d | %s", strings.Join(services, " "), p.cacheOf(r, d), retries, strings.Join(more, " "))
}

// cacheOf says what Cloud CDN does with the answer.
func (p *planned) cacheOf(r urlmap.Request, d urlmap.Decision) string {
	policy := d.Action.CachePolicy
	on := policy != nil
	for _, s := range d.Services {
		on = on || p.cached[short(s.BackendService)]
	}
	switch {
	case !on || r.Method != http.MethodGet && r.Method != http.MethodHead:
		return "-"
	case policy == nil:
		return "by type"
	}
	said := "as origin says"
	if policy.CacheMode != "USE_ORIGIN_HEADERS" {
		said = policy.CacheMode
	}
	if policy.NegativeCaching == nil || *policy.NegativeCaching {
		said += ", 404 too"
	}
	if policy.CacheBypassRequestHeaderNames == nil {
		return said + ", for all"
	}
	for _, h := range r.Headers {
		if slices.ContainsFunc(policy.CacheBypassRequestHeaderNames, func(name string) bool { return strings.EqualFold(name, h.Name) }) {
			return "past it"
		}
	}
	return said
}
