// Package localcloudpage_test looks at the local cloud's page with a browser.
package localcloudpage_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	project = "acme-ledger"
	// patience bounds a test, the browser's start included.
	patience = 3 * time.Minute
	// pageLimit bounds what a press of a button leads to.
	pageLimit = 20 * time.Second
)

// browsers are the names to look for.
var browsers = []string{"chromium", "chromium-browser", "google-chrome"}

// open starts a cloud with a ledger, two of whose regions take writes, and a
// browser that shows its page.
func open(t *testing.T) (context.Context, *localcloud.Cloud) {
	t.Helper()
	var browser string
	for _, name := range browsers {
		if found, err := exec.LookPath(name); err == nil {
			browser = found
			break
		}
	}
	if browser == "" {
		t.Skip("SKIPPED: the page is not looked at with a browser: none of " + strings.Join(browsers, ", ") + " is on the path")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	cloud, err := localcloud.Start(ctx, localcloud.Options{Project: project})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	localcloud.DefaultLedger(project).AddTo(cloud.API())
	cloud.API().UpdateBackendService(project, "ledger-write", func(body map[string]any) {
		var backends []any
		for _, region := range []string{"us-east1", "europe-west1"} {
			for _, zone := range api.ZonesOf(region) {
				backends = append(backends, map[string]any{"balancingMode": "RATE", "maxRatePerEndpoint": 1, "capacityScaler": 1.0,
					"group": "projects/" + project + "/zones/" + zone + "/networkEndpointGroups/ledger-api-" + region})
			}
		}
		body["backends"] = backends
	})

	// A browser that is stopped leaves what it keeps beside its profile; a short
	// path, for the socket in it. The test's own folders have long ones.
	room, err := os.MkdirTemp("", "browser-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(room); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel = chromedp.NewExecAllocator(ctx, chromedp.ExecPath(browser), chromedp.Env("TMPDIR="+room), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true))
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	complaints := listen(ctx, t)
	do(ctx, t, chromedp.Navigate(cloud.PageURL()))
	t.Cleanup(func() {
		for _, text := range complaints() {
			t.Error("the browser complains: " + text)
		}
	})
	return ctx, cloud
}

// listen keeps what a browser says of a page's faults.
func listen(ctx context.Context, t *testing.T) (complaints func() []string) {
	t.Helper()
	var mu sync.Mutex
	var all []string
	err := chromedp.Listen(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		if e, ok := event.(*cdplog.EventEntryAdded); ok {
			all = append(all, e.Entry.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

func do(ctx context.Context, t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func get[T any](ctx context.Context, t *testing.T, what chromedp.Action[T]) T {
	t.Helper()
	out, err := chromedp.Run(ctx, what)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// number is that of an expression of the page.
func number(ctx context.Context, t *testing.T, expression string) float64 {
	t.Helper()
	return get(ctx, t, chromedp.Evaluate[float64](expression))
}

// press presses the button of a name and waits for the page that follows.
func press(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, pageLimit) // else it waits for the button
	defer cancel()
	resp, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(fmt.Sprintf("button[aria-label=%q]", name))))
	if err != nil {
		t.Fatalf("pressing %q: %v", name, err)
	}
	if resp.Status != 200 {
		t.Errorf("pressing %q ends with %d at %s", name, resp.Status, resp.URL)
	}
}

func textOf(ctx context.Context, t *testing.T, selector string) string {
	t.Helper()
	return strings.Join(strings.Fields(get(ctx, t, chromedp.Text(chromedp.CSS(selector)))), " ")
}

// traffic is the share of each region in the write service: what the page
// shows, and what the cloud says.
func traffic(ctx context.Context, t *testing.T, cloud *localcloud.Cloud) (shown, said map[string]string) {
	t.Helper()
	shown = get(ctx, t, chromedp.Evaluate[map[string]string](`Object.fromEntries([...document.querySelectorAll('[data-service="ledger-write"] [data-share]')].map(e => [e.dataset.share, e.textContent]))`))
	sum := map[string]float64{}
	for _, s := range cloud.API().Services(project) {
		if s.Name == "ledger-write" {
			for _, b := range s.Backends {
				sum[b.Zone[:len(b.Zone)-len("-b")]] += b.Share
			}
		}
	}
	said = map[string]string{}
	for region, share := range sum {
		said[region] = fmt.Sprintf("%.0f %%", 100*share)
	}
	return shown, said
}

func TestSwitches(t *testing.T) {
	ctx, cloud := open(t)
	gets := func(when, east, west string) {
		t.Helper()
		shown, said := traffic(ctx, t, cloud)
		want := map[string]string{"us-east1": east, "europe-west1": west}
		if diff := cmp.Diff(want, shown) + cmp.Diff(want, said); diff != "" {
			t.Errorf("%s, traffic as shown, then as the cloud says (-want +got):\n%s", when, diff)
		}
	}
	health := func(region, want string) {
		t.Helper()
		if got := textOf(ctx, t, `[data-region="`+region+`"] .health`); got != want {
			t.Errorf("%s is shown as %q, want %q", region, got, want)
		}
	}
	gets("at first", "50 %", "50 %")

	press(ctx, t, "fail region europe-west1")
	gets("with a region down", "100 %", "0 %")
	health("europe-west1", "0 of 9 healthy")
	health("us-east1", "9 of 9 healthy")
	press(ctx, t, "heal region europe-west1")
	gets("with it healed", "50 %", "50 %")

	group := cloud.API().NEGs(project)[slices.IndexFunc(cloud.API().NEGs(project), func(g api.NEG) bool { return g.Region == "us-east1" })]
	endpoint := func() api.Endpoint {
		for _, g := range cloud.API().NEGs(project) {
			if g.Zone == group.Zone && g.Name == group.Name {
				return g.Endpoints[1]
			}
		}
		return api.Endpoint{}
	}
	at := endpoint().Address + " in " + group.Zone
	press(ctx, t, at+" is healthy, let it fail")
	health("us-east1", "8 of 9 healthy")
	gets("with an endpoint down", "47 %", "53 %")
	if endpoint().Healthy {
		t.Errorf("%s is healthy in the cloud", at)
	}
	press(ctx, t, at+" fails, heal it")
	health("us-east1", "9 of 9 healthy")
	if !endpoint().Healthy {
		t.Errorf("%s still fails in the cloud", at)
	}

	press(ctx, t, "pubsub answers, let it fail")
	if answers := cloud.API().APIs(); answers["pubsub"] || !answers["compute"] {
		t.Errorf("pubsub answers: %t, compute: %t", answers["pubsub"], answers["compute"])
	}
	if got := textOf(ctx, t, `button[aria-label="pubsub fails, let it answer"]`); got != "✗ pubsub" {
		t.Errorf("an API that fails is shown as %q", got)
	}
	press(ctx, t, "pubsub fails, let it answer")
	if !cloud.API().APIs()["pubsub"] {
		t.Error("pubsub still fails")
	}
}

// Whoever hears the page must know what a button does to what.
func TestButtonsHaveNamesOfTheirOwn(t *testing.T) {
	ctx, cloud := open(t)
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		t.Fatal(err)
	}
	seen, tables := map[string]bool{}, 0
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil {
			continue
		}
		role, name := string(n.Role.Value), ""
		if n.Name != nil {
			name = string(n.Name.Value)
		}
		switch role {
		case `"button"`:
			if name == `""` || seen[name] {
				t.Errorf("more than one button, or one that says nothing: %s", name)
			}
			seen[name] = true
		case `"table"`, `"searchbox"`, `"progressbar"`, `"list"`:
			tables++
			if name == `""` || name == "" {
				t.Errorf("a %s has no name", role)
			}
		}
	}
	want := 2*3 + 27 + len(cloud.API().APIs()) + 1
	if len(seen) != want || tables < 4 {
		t.Errorf("%d buttons, want %d; %d tables and the like", len(seen), want, tables)
	}
}

// sizes are what people look at the page with.
var sizes = []struct {
	name          string
	width, height int64
}{{"desktop", 1280, 900}, {"phone", 390, 844}}

func TestLooks(t *testing.T) {
	ctx, cloud := open(t)
	press(ctx, t, "fail region europe-west1")
	press(ctx, t, "pubsub answers, let it fail")
	for i := range 500 {
		cloud.API().AddBackendService(project, fmt.Sprintf("mass-%03d-with-a-rather-long-name-of-sixty-three-characters-in-all", i), nil)
	}
	cloud.API().AddBackendService(project, "ledger-webhooks-of-partners", map[string]any{"backends": []any{
		map[string]any{"capacityScaler": 0.25, "group": "projects/" + project + "/zones/asia-southeast1-a/networkEndpointGroups/ledger-api-asia-southeast1"},
		map[string]any{"capacityScaler": 1.0, "group": "projects/" + project + "/zones/asia-southeast1-b/networkEndpointGroups/ledger-api-asia-southeast1"},
	}})
	for _, size := range sizes {
		for _, scheme := range []string{"light", "dark"} {
			for shows, path := range map[string]string{"all": "", "found": "?find=mass-00"} {
				name := size.name + "-" + scheme + "-" + shows
				if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}); err != nil {
					t.Fatal(err)
				}
				do(ctx, t, chromedp.EmulateViewport(size.width, size.height), chromedp.Navigate(cloud.PageURL()+path))
				looks(ctx, t, name)
			}
		}
	}
}

// faults finds text that cannot be read and what is too small to be touched.
const faults = `(() => {
  const channels = color => color.match(/[\d.]+/g).map(Number);
  const light = color => channels(color).slice(0, 3).map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor, a = channels(c); if (a.length < 4 || a[3] === 1) return c; } return 'rgb(255, 255, 255)'; };
  const out = [];
  for (const e of document.body.querySelectorAll('*')) {
    if (!e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))], ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) out.push('contrast ' + ratio.toFixed(2) + ': ' + e.textContent.trim().slice(0, 60));
    if (parseFloat(getComputedStyle(e).fontSize) < 12) out.push('small text: ' + e.textContent.trim().slice(0, 60));
  }
  for (const e of document.querySelectorAll('button, summary, input[type=search]')) {
    const box = e.getBoundingClientRect();
    if (box.height < 22 || box.width < 24) out.push('hard to touch, ' + box.width + ' x ' + box.height + ': ' + e.textContent);
    if (box.right > innerWidth || box.left < 0) out.push('outside of the window: ' + e.textContent);
  }
  return out;
})()`

// looks judges the page as it is shown, and keeps a picture if asked to by
// -artifacts.
func looks(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	wide, window, high := number(ctx, t, "document.documentElement.scrollWidth"), number(ctx, t, "innerWidth"), number(ctx, t, "document.documentElement.scrollHeight")
	if wide > window {
		t.Errorf("%s: the page is %.0f wide in a window of %.0f", name, wide, window)
	}
	if high > 5000 {
		t.Errorf("%s: the page is %.0f high", name, high)
	}
	for _, fault := range get(ctx, t, chromedp.Evaluate[[]string](faults)) {
		t.Errorf("%s: %s", name, fault)
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), get(ctx, t, chromedp.FullScreenshot(100)), 0o600); err != nil {
		t.Error(err)
	}
}

func TestManyResources(t *testing.T) {
	ctx, cloud := open(t)
	for i := range 500 {
		cloud.API().AddBackendService(project, fmt.Sprintf("mass-%03d", i), nil)
	}
	do(ctx, t, chromedp.EmulateViewport(sizes[1].width, sizes[1].height), chromedp.Navigate(cloud.PageURL()))
	rows, items := number(ctx, t, `document.querySelectorAll('table[aria-labelledby=resources] tbody tr').length`), number(ctx, t, `document.querySelectorAll('table[aria-labelledby=resources] li').length`)
	if want := len(cloud.API().Resources(project)); items != float64(want) || rows > 10 {
		t.Errorf("%.0f resources of %d in %.0f rows", items, want, rows)
	}
	do(ctx, t, chromedp.Click(chromedp.CSS(`details:has(ul[aria-label="compute backendServices"]) summary`)), chromedp.WaitVisible(chromedp.CSS("details[open] ul")))
	box, content := number(ctx, t, "document.querySelector('details[open] ul').clientHeight"), number(ctx, t, "document.querySelector('details[open] ul').scrollHeight")
	if box > float64(sizes[1].height)/2 || content < 5*box {
		t.Errorf("hundreds of resources of height %.0f are shown in a box of %.0f", content, box)
	}
	if _, err := chromedp.RunResponse(ctx, chromedp.SendKeys(chromedp.ID("find"), "MASS-007"+kb.Enter)); err != nil {
		t.Fatal(err)
	}
	if got, want := textOf(ctx, t, "#found"), fmt.Sprintf("1 of %d", len(cloud.API().Resources(project))); got != want {
		t.Errorf("what was found: %q, want %q", got, want)
	}
	if got := textOf(ctx, t, "details[open] li"); got != "global/backendServices/mass-007" {
		t.Errorf("found %q", got)
	}
}
