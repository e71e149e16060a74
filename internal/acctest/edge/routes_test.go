package edge_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/urlmap"
)

// with is what the module is planned with, and what the table calls it.
type with struct{ name, arguments string }

var (
	defaults    = with{"", ""}
	readOnly    = with{"read-only", `mode = "read_only"`}
	refusing    = with{"read-only, webhooks too", "mode = \"read_only\"\nwebhooks = { in_read_only = \"refuse\", default_home = \"us-east1\" }"}
	bare        = with{"read-only, no bucket", "mode = \"read_only\"\nread_only_answer = null"}
	plugin      = with{"plugin", `edge_plugin = { image = "us-east1-docker.pkg.dev/p/r/home@sha256:1" }`}
	otherPath   = with{"plugin, another path", plugin.arguments + "\nwebhooks = { path = \"/v1/hooks\" }"}
	noCDN       = with{"no CDN", `cdn = { static = false, reads = false }`}
	onlyStatic  = with{"CDN of static files", `cdn = { reads = false }`}
	publicProof = with{"public proofs", `cdn = { proofs_are_public = true }`}
	nothingElse = with{"no static files, no webhooks", "static = null\nwebhooks = null"}
	own         = with{"routes of one's own", `routes = { more = [
		{ name = "search", class = "read", paths = ["/v1/search"], methods = ["POST"] },
		{ name = "imports", class = "write", paths = ["/imports"], methods = ["GET", "POST"] },
		{ name = "keys", class = "sealed", paths = ["/keys"], negative_caching = true, retries = 3 },
	] }`}
)

func shift(percent int) with {
	return with{fmt.Sprintf("shift at %d %%", percent), fmt.Sprintf(`traffic_shift = { global_percent = %d, stable_regions = ["us-east1"] }`, percent)}
}

// and is one with and another.
func (w with) and(other with) with {
	return with{w.name + ", " + other.name, w.arguments + "\n" + other.arguments}
}

// row is a request and what must become of it: the services with their weights,
// what of the cache, how many retries, and what else.
type row struct {
	with    with
	method  string
	url     string
	headers string // "Name: value; Name: value"
	want    string
}

const (
	host      = "https://ledger.example.com"
	sealed    = "main-sealed | as origin says | 1 | "
	sealedPub = "main-sealed | as origin says, for all | 1 | "
	read      = "main-read | - | 1 | "
	write     = "main-write | - | 0 | "
	static    = "main-static | by type | 0 | "
	refused   = "main-write | - | 0 | 503 /read-only.json"
	homeless  = "main-write | - | 0 | 404"
	stranger  = "main-read | - | 0 | 404"
)

var rows = []row{
	// Writes.
	{defaults, "POST", host + "/events", "", write},
	{defaults, "PUT", host + "/events/1", "", write},
	{defaults, "PATCH", host + "/accounts/7?dry=1", "", write},
	{defaults, "DELETE", host + "/events/1", "", write},
	{defaults, "POST", host + "/", "", write},
	{defaults, "POST", host + "/blocks/1", "", write},
	{defaults, "POST", host + "/proofs", "", write},
	{defaults, "PUT", host + "/static/app.js", "", write},
	{defaults, "POST", host + "/analytics/query", "", write},
	{defaults, "POST", host + "/probe/us-east1/healthz", "", write},
	// Methods that nobody has heard of are writes: neither cached nor tried again.
	{defaults, "TRACE", host + "/events", "", write},
	{defaults, "get", host + "/blocks/1", "", write},
	{defaults, "Post", host + "/events", "", write},
	{defaults, "PURGE", host + "/blocks/1", "", write},
	{defaults, "CONNECT", host + "/", "", write},
	{defaults, "GET ", host + "/blocks/1", "", write},
	// A header cannot turn a write into a read, nor the reverse.
	{defaults, "POST", host + "/blocks/1", "X-HTTP-Method-Override: GET", write},
	{defaults, "GET", host + "/accounts", "X-HTTP-Method-Override: POST", read},
	// Sealed blocks and proofs.
	{defaults, "GET", host + "/blocks/1", "", sealed},
	{defaults, "HEAD", host + "/blocks/1", "", sealed},
	{defaults, "GET", host + "/blocks", "", sealed},
	{defaults, "GET", host + "/blocks?from=1", "", sealed},
	{defaults, "GET", host + "/proof/abc", "", sealed},
	{defaults, "GET", host + "/proofs/abc/path", "", sealed},
	{defaults, "OPTIONS", host + "/blocks/1", "", "main-sealed | - | 1 | "},
	{defaults, "GET", host + "/proofs/abc", "Authorization: Bearer x", "main-sealed | past it | 1 | "},
	{defaults, "GET", host + "/proofs/abc", "authorization: Bearer x", "main-sealed | past it | 1 | "},
	{publicProof, "GET", host + "/proofs/abc", "Authorization: Bearer x", sealedPub},
	{noCDN, "GET", host + "/proofs/abc", "", "main-sealed | - | 1 | "},
	{onlyStatic, "GET", host + "/blocks/1", "", "main-sealed | - | 1 | "},
	// What only looks like them is an ordinary read.
	{defaults, "GET", host + "/proofsx", "", read},
	{defaults, "GET", host + "/proof", "", sealed},
	{defaults, "GET", host + "/blocks.json", "", read},
	{defaults, "GET", host + "/Blocks/1", "", read},
	{defaults, "GET", host + "//blocks/1", "", read},
	{defaults, "GET", host + "/%62locks/1", "", read},
	{defaults, "GET", host + "/v1/blocks/1", "", read},
	{defaults, "GET", host + "/blocks%2F1", "", read},
	{defaults, "GET", host + "/accounts/blocks/1", "", read},
	// Below a sealed path nothing is kept but what the origin allows.
	{defaults, "GET", host + "/blocks/../accounts", "", sealed},
	{defaults, "GET", host + "/blocks//1", "", sealed},
	{defaults, "GET", host + "/blocks/%2e%2e/accounts", "", sealed},
	// Reads.
	{defaults, "GET", host + "/", "", read},
	{defaults, "GET", host + "/accounts/7", "Authorization: Bearer x", read},
	{defaults, "HEAD", host + "/accounts/7", "", read},
	{defaults, "OPTIONS", host + "/events", "Origin: https://example.org", read},
	{defaults, "GET", host + "/" + strings.Repeat("a", 8000), "", read},
	{defaults, "GET", host + "/../etc/passwd", "", read},
	{defaults, "GET", host + "/events?path=/blocks/1", "", read},
	// Analytics and reports, on services of their own.
	{defaults, "GET", host + "/analytics/daily", "", "main-analytics | - | 1 | "},
	{defaults, "GET", host + "/reports/2026/10", "Authorization: Bearer x", "main-reports | - | 1 | "},
	{defaults, "GET", host + "/reportsx", "", read},
	// Static files.
	{defaults, "GET", host + "/static/app.js", "", static},
	{defaults, "HEAD", host + "/static/img/logo.svg", "", static},
	{defaults, "GET", host + "/static/../accounts", "", static},
	{defaults, "GET", host + "/statics/app.js", "", read},
	{noCDN, "GET", host + "/static/app.js", "", "main-static | - | 0 | "},
	{onlyStatic, "GET", host + "/static/app.js", "", static},
	{nothingElse, "GET", host + "/static/app.js", "", read},
	// Webhooks.
	{defaults, "POST", host + "/webhooks/us-east1/stripe", "", "main-webhook-us-east1 | - | 0 | "},
	{defaults, "POST", host + "/webhooks/europe-west1", "", "main-webhook-europe-west1 | - | 0 | "},
	{defaults, "GET", host + "/webhooks/asia-southeast1/challenge?x=1", "", "main-webhook-asia-southeast1 | - | 0 | "},
	{defaults, "POST", host + "/webhooks/us-east1", "x-ledger-region: europe-west1", "main-webhook-us-east1 | - | 0 | "},
	{defaults, "POST", host + "/webhooks/mars-north1/stripe", "", homeless},
	{defaults, "POST", host + "/webhooks/us-east12/stripe", "", homeless},
	{defaults, "POST", host + "/webhooks/US-EAST1/stripe", "", homeless},
	{defaults, "POST", host + "/webhooks/stripe", "x-ledger-region: us-east1", homeless},
	{defaults, "POST", host + "/webhooks", "", homeless},
	{defaults, "POST", host + "/webhooksx", "", write},
	{defaults, "POST", host + "/webhooks%2Fus-east1/stripe", "", write},
	{nothingElse, "POST", host + "/webhooks/us-east1/stripe", "", write},
	{plugin, "POST", host + "/webhooks/stripe", "X-Ledger-Region: us-east1", "main-webhook-us-east1 | - | 0 | plugin"},
	{plugin, "POST", host + "/webhooks/us-east1/stripe", "x-ledger-region: europe-west1", "main-webhook-us-east1 | - | 0 | plugin"},
	{plugin, "POST", host + "/webhooks/stripe", "x-ledger-region: US-EAST1", homeless + " plugin"},
	{plugin, "POST", host + "/webhooks/stripe", "x-ledger-region: us-east1; x-ledger-region: europe-west1", homeless + " plugin"},
	{plugin, "POST", host + "/webhooks/stripe", "", homeless + " plugin"},
	{plugin, "POST", host + "/webhooks", "x-ledger-region: us-east1", "main-webhook-us-east1 | - | 0 | plugin"},
	{plugin, "POST", host + "/webhooks?x=1", "x-ledger-region: us-east1", "main-webhook-us-east1 | - | 0 | plugin"},
	{plugin, "POST", host + "/webhooksx", "x-ledger-region: us-east1", write},
	{plugin, "POST", host + "/events", "x-ledger-region: us-east1", write},
	{plugin, "GET", host + "/accounts", "x-ledger-region: us-east1", read},
	// Probes: the health of one region, and nothing else of it.
	{defaults, "GET", host + "/probe/us-east1/healthz", "", "main-probe-us-east1 | - | 0 | as /healthz"},
	{defaults, "HEAD", host + "/probe/asia-southeast1/healthz", "", "main-probe-asia-southeast1 | - | 0 | as /healthz"},
	{defaults, "GET", host + "/probe/us-east1/healthz?full=1", "", "main-probe-us-east1 | - | 0 | as /healthz?full=1"},
	{defaults, "GET", host + "/probe/us-east1/accounts", "", read},
	{defaults, "GET", host + "/probe/us-east1/healthz/", "", read},
	{defaults, "GET", host + "/probe/us-east1/healthz/../accounts", "", read},
	{defaults, "GET", host + "/probe/mars-north1/healthz", "", read},
	// Hosts.
	{defaults, "GET", "https://api.example.com/blocks/1", "", sealed},
	{defaults, "GET", "https://LEDGER.example.com/blocks/1", "", sealed},
	{defaults, "GET", "https://ledger.example.com:443/blocks/1", "", sealed},
	{defaults, "GET", "https://evil.example.com/blocks/1", "", stranger},
	{defaults, "POST", "https://203.0.113.7/events", "", stranger},
	{defaults, "GET", "https://xledger.example.com/", "", stranger},
	{defaults, "GET", "https://ledger.example.com.evil.org/", "Host: ledger.example.com", stranger},
	// Without TLS there is nothing but the way to it.
	{defaults, "POST", "http://ledger.example.com/events?x=1", "", "308 https"},
	{defaults, "GET", "http://evil.example.com/", "", "308 https"},
	// Read-only.
	{readOnly, "POST", host + "/events", "", refused},
	{readOnly, "DELETE", host + "/blocks/1", "", refused},
	{readOnly, "TRACE", host + "/", "", refused},
	{readOnly, "get", host + "/blocks/1", "", refused},
	{readOnly, "GET", host + "/accounts", "", read},
	{readOnly, "GET", host + "/blocks/1", "", sealed},
	{readOnly, "OPTIONS", host + "/events", "", read},
	{readOnly, "GET", host + "/probe/us-east1/healthz", "", "main-probe-us-east1 | - | 0 | as /healthz"},
	{readOnly, "POST", host + "/webhooks/us-east1/stripe", "", "main-webhook-us-east1 | - | 0 | "},
	{refusing, "POST", host + "/webhooks/us-east1/stripe", "", "main-webhook-us-east1 | - | 0 | 503 /read-only.json"},
	{refusing, "POST", host + "/webhooks/stripe", "", "main-webhook-us-east1 | - | 0 | 503 /read-only.json"},
	{bare, "POST", host + "/events", "", "main-write | - | 0 | 503"},
	// Traffic shift.
	{shift(0), "GET", host + "/accounts", "", "main-read:1000 | - | 1 | "},
	{shift(0), "GET", host + "/accounts", "x-ledger-set: global", "main-read-global | - | 1 | "},
	{shift(0), "POST", host + "/events", "X-Ledger-Set: global", "main-write-global | - | 0 | "},
	{shift(0), "POST", host + "/events", "x-ledger-set: GLOBAL", "main-write:1000 | - | 0 | "},
	{shift(10), "POST", host + "/events", "", "main-write:900 main-write-global:100 | - | 0 | "},
	{shift(10), "GET", host + "/blocks/1", "", "main-sealed:900 main-sealed-global:100 | as origin says | 1 | "},
	{shift(10), "POST", host + "/webhooks/europe-west1/x", "x-ledger-set: global", "main-webhook-europe-west1 | - | 0 | "},
	{shift(10), "GET", host + "/static/app.js", "x-ledger-set: global", static},
	{shift(50), "GET", host + "/reports/1", "", "main-reports:500 main-reports-global:500 | - | 1 | "},
	{shift(100), "GET", host + "/analytics/1", "", "main-analytics-global:1000 | - | 1 | "},
	{shift(100), "GET", host + "/accounts", "x-ledger-set: stable", "main-read | - | 1 | "},
	{readOnly.and(shift(10)), "POST", host + "/events", "x-ledger-set: global", "main-write-global | - | 0 | 503 /read-only.json"},
	{readOnly.and(shift(10)), "POST", host + "/events", "", "main-write:900 main-write-global:100 | - | 0 | 503 /read-only.json"},
	// Routes of one's own.
	{own, "POST", host + "/v1/search", "", "main-read | - | 0 | "},
	{own, "GET", host + "/v1/search", "", read},
	{own, "DELETE", host + "/v1/search", "", write},
	{own, "GET", host + "/imports/1", "", "main-write | - | 0 | "},
	{own, "GET", host + "/keys/1", "", "main-sealed | as origin says, 404 too | 3 | "},
	{own, "GET", host + "/blocks/1", "", sealed},
	{readOnly.and(own), "POST", host + "/v1/search", "", "main-read | - | 0 | "},
	{readOnly.and(own), "GET", host + "/imports/1", "", "main-write | - | 0 | 503 /read-only.json"},
}

// TestRoutes plans the module with each of the arguments above once, and evaluates
// requests on the URL maps that come of it.
func TestRoutes(t *testing.T) {
	p := newPlanner(t)
	t.Run("table", p.table)
	t.Run("in order", p.inOrder)
	t.Run("plugin", p.seesItsRules)
	t.Run("promises", p.promises)
}

// table says of each request which service it comes to, whether it is cached, how
// often it is tried again, and what else becomes of it.
func (p *planner) table(t *testing.T) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "request\tservice\tcached\tretries\telse\theaders\twith")
	for _, r := range rows {
		have := p.plan(t, r.with.arguments).decide(t, r)
		columns := append(strings.Split(have, " | "), "", "", "")
		_, _ = fmt.Fprintf(w, "%s %s\t%s\t%s\t%s\n", r.method, cut(r.url), strings.Join(columns[:4], "\t"), r.headers, r.with.name)
		if strings.TrimSpace(have) != strings.TrimSpace(r.want) {
			t.Errorf("%s %s (%s) with %q:\nhave %s\nwant %s", r.method, cut(r.url), r.headers, r.with.name, have, r.want)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d requests:\n%s", len(rows), table.String())
}

func cut(text string) string {
	if len(text) > 70 {
		return text[:67] + "..."
	}
	return text
}

// inOrder: rules stand in the order of their priorities, and the map's own
// tests, which Google runs before it takes the map, pass and are there for each method
// and path of each rule that does not weigh.
func (p *planner) inOrder(t *testing.T) {
	for _, with := range []with{defaults, readOnly, plugin, shift(0), shift(10), own, nothingElse} {
		m := p.plan(t, with.arguments).https
		last, requests := -1, map[string]bool{}
		for _, rule := range m.PathMatchers[0].RouteRules {
			if rule.Priority <= last {
				t.Errorf("%q: priority %d after %d", with.name, rule.Priority, last)
			}
			last = rule.Priority
			if rule.RouteAction != nil && len(rule.RouteAction.WeightedBackendServices) > 0 {
				continue
			}
			for _, match := range rule.MatchRules {
				requests[fmt.Sprint(rule.Priority, strings.TrimSuffix(match.FullPathMatch+match.PrefixMatch, "/"), match.HeaderMatches)] = true
			}
		}
		if have, want := len(m.Tests), len(requests); have != want {
			t.Errorf("%q: %d tests for %d methods and paths of rules", with.name, have, want)
		}
		for _, failed := range m.RunTests() {
			t.Errorf("%q: test %q comes to %s", with.name, failed.Test.Description, failed.Actual)
		}
	}
}

// seesItsRules: a path that a rule of the plugin's header matches is the plugin's, or
// the header would be the client's.
func (p *planner) seesItsRules(t *testing.T) {
	for _, with := range []with{plugin, otherPath, readOnly.and(plugin)} {
		plan, rules := p.plan(t, with.arguments), 0
		for _, rule := range plan.https.PathMatchers[0].RouteRules {
			for _, match := range rule.MatchRules {
				if !slices.ContainsFunc(match.HeaderMatches, func(h urlmap.HeaderMatch) bool { return h.HeaderName == "x-ledger-region" }) {
					continue
				}
				rules++
				if path := match.FullPathMatch + match.PrefixMatch; !plan.seenByPlugin(t, urlmap.Request{Path: path}) {
					t.Errorf("%q: the plugin does not see %s: %s", with.name, path, plan.plugin)
				}
			}
		}
		if rules == 0 {
			t.Errorf("%q: no rule looks at the plugin's header", with.name)
		}
	}
}

// promises: whatever the request, what may change the ledger is neither
// cached nor tried again, nothing is kept but on sealed paths and static files, no
// read is refused in read-only mode and no write let through, and what a client says
// of its home does not reach the ledger.
func (p *planner) promises(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	for _, with := range []with{defaults, readOnly, refusing, plugin, readOnly.and(plugin), shift(10), readOnly.and(shift(50)), noCDN} {
		plan := p.plan(t, with.arguments)
		for range 5000 {
			r := urlmap.Request{
				Method: pick("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "get", "", "GETX", " GET"),
				Host:   "ledger.example.com",
			}
			for range 1 + random.IntN(4) {
				r.Path += "/" + pick("blocks", "proofs", "proof", "static", "analytics", "reports", "webhooks", "probe", "us-east1", "mars", "healthz", "..", "", "%2e", "events", url.PathEscape("a/b"), "1?x=/blocks/1")
			}
			for range random.IntN(3) {
				r.Headers = append(r.Headers, urlmap.Header{Name: pick("Authorization", "x-ledger-region", "X-Ledger-Set", "x-http-method-override", ":method"), Value: pick("us-east1", "global", "stable", "GET", "Bearer x")})
			}
			plan.keepsPromises(t, with.name, r)
		}
	}
}

func (p *planned) keepsPromises(t *testing.T, with string, r urlmap.Request) {
	t.Helper()
	d := p.https.Decide(r)
	safe := slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, r.Method)
	services := p.describe(t, r, d)
	has := func(name string) bool { return strings.Contains(services, "main-"+name) }
	aborted := 0
	if fault := d.Action.FaultInjectionPolicy; fault != nil {
		aborted = fault.Abort.HTTPStatus
	}
	wrong := func(what string) {
		t.Errorf("with %q, %s %s %v: %s: %s", with, r.Method, r.Path, r.Headers, what, services)
	}
	switch {
	case !safe && (d.Action.RetryPolicy != nil || d.Action.CachePolicy != nil):
		wrong("a write is cached or tried again")
	case d.Action.CachePolicy != nil && !has("sealed"):
		wrong("what is not sealed is cached")
	case d.Action.CachePolicy != nil && (d.Action.CachePolicy.NegativeCaching == nil || *d.Action.CachePolicy.NegativeCaching):
		wrong("what is missing is kept")
	case strings.Contains(with, "read-only") && safe && aborted == 503 && !has("webhook"):
		wrong("a read is refused")
	case strings.Contains(with, "read-only") && !safe && aborted == 0 && !has("webhook"):
		wrong("a write is let through")
	case !strings.Contains(with, "read-only") && aborted == 503:
		wrong("refused")
	case aborted == 0 && !p.seenByPlugin(t, r) && !slices.Contains(d.Removed, "x-ledger-region"):
		wrong("what a client says of its home reaches the ledger")
	}
}
