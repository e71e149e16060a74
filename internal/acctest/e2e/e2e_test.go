// Package e2e builds, changes and takes down a whole ledger with the real
// google provider on the local cloud.
package e2e_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/spanner"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// project is the one that the roots under testdata name.
const project = "proveniq-local"

func TestMain(m *testing.M) { acctest.Main(m) }

// startCloud starts an empty cloud that the google provider reaches through its
// proxy.
func startCloud(t *testing.T) *localcloud.Cloud {
	t.Helper()
	cloud, err := localcloud.Start(t.Context(), localcloud.Options{Project: project, Proxy: true, API: api.Options{CheckAnswers: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	return cloud
}

// newRoot prepares a root under testdata on the cloud, with the modules that it
// uses. Where the real google provider is not to run or cannot be found, it says
// why instead, for t.Skip.
func newRoot(t *testing.T, cloud *localcloud.Cloud, folder string) (root *acctest.CLI, skipped string) {
	t.Helper()
	if os.Getenv("E2E") == "" {
		return nil, "SKIPPED with the real google provider: make e2e runs it, which takes most of an hour; its schema replica has planned"
	}
	root = newTree(t, cloud, folder)
	switch code, output := root.Start("init", "-no-color", "-input=false").End(); {
	case code == 0:
		return root, ""
	case strings.Contains(output, "Failed to query available provider packages"):
		return nil, "SKIPPED with the real google provider: terraform init finds none, neither in a registry nor on this machine; its schema replica has planned: " + output
	default:
		t.Fatalf("init: %s", output)
		return nil, ""
	}
}

// newTree copies a root under testdata and all modules, as they lie beside each
// other in the repository.
func newTree(t *testing.T, cloud *localcloud.Cloud, folder string) *acctest.CLI {
	t.Helper()
	folder = "internal/acctest/e2e/" + folder
	return acctest.NewTree(t, "../../..", []string{"modules", folder}, cloud.Environment(), ledgerVariables(cloud)...).In(t, folder)
}

// ledgerVariables lead the provider under test to the cloud.
func ledgerVariables(cloud *localcloud.Cloud) []string {
	return []string{"SPANNER_EMULATOR_HOST", cloud.Emulator().Host(), "GOOGLE_COMPUTE_CUSTOM_ENDPOINT", cloud.ComputeEndpoint(), "GOOGLE_OAUTH_ACCESS_TOKEN", localcloud.AccessToken}
}

// grow does what GKE does once the ledger's pods run: as soon as a region's
// cluster is there, its network endpoint groups come up. Those that a deleted
// cluster leaves behind are for proveniq_neg_cleanup.
func grow(ctx context.Context, cloud *api.Server) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		grown := map[string]bool{}
		for tick := time.NewTicker(50 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
			}
			there := map[string]bool{}
			for _, r := range cloud.Resources(project) {
				if r.Service != "container" || r.Kind != "clusters" {
					continue
				}
				there[r.Path] = true
				if parts := strings.Split(r.Path, "/"); !grown[r.Path] { // projects/P/locations/L/clusters/C
					grown[r.Path] = cloud.GrowNEGs(project, parts[3], parts[5], "main-api-"+parts[3], 3) == nil
				}
			}
			maps.DeleteFunc(grown, func(path string, _ bool) bool { return !there[path] })
		}
	}()
	return func() { cancel(); <-done }
}

// ledgerInAStorm pulls each lever by the command that the runbooks give, while nothing
// of a lost region and nothing of Spanner answers but with 503: no lever asks them.
func ledgerInAStorm(t *testing.T, cloud *localcloud.Cloud, root *acctest.CLI, all []string) {
	t.Helper()
	const lost = "asia-east1"
	cloud.API().Inject(api.Fault{Times: -1, Status: http.StatusServiceUnavailable, Match: func(r *http.Request) bool {
		return r.Host == "spanner.googleapis.com" || strings.Contains(r.URL.Path, "/"+lost+"/") || strings.Contains(r.URL.Path, "/"+lost+"-")
	}})
	cloud.API().SetRegion(project, lost, false)
	cloud.API().SetUnreachable(project, api.PartialEveryway, api.ZonesOf(lost)...)
	cloud.API().ResetRequests()

	region := func(name string) string { return `module.ledger.proveniq_ledger_region.this["` + name + `"]` }
	lever := func(what, target string, capacity int, more ...string) {
		t.Helper()
		begin := time.Now()
		variables := slices.Concat(all, more, []string{"-refresh=false", "-target=" + target})
		variables[0] = regionsOf(map[string]int{"us-east1": 100, "europe-west1": 100, "asia-southeast1": 100, lost: capacity})
		root.Apply(0, variables...)
		t.Logf("%-55s %5.1f s", what+" in a storm", time.Since(begin).Seconds())
	}
	const leader, urlMap = "-var=write_routing=leader", "module.ledger.module.edge.google_compute_url_map.ledger"
	// A region's target brings its document along, which tells pods the mode.
	readOnly := []string{"-var=mode=read_only", "-var=runtime_mode=read_write"}
	lever("read-only", urlMap, 100, readOnly...)
	lever("drained", region(lost), 0, readOnly...)
	wantCapacity(t, cloud, "main-write", lost, 0)
	lever("writes in the leader's region", region("us-east1"), 0, append(readOnly, leader)...)
	wantPreference(t, cloud, "main-write", "us-east1", "PREFERRED")
	wantPreference(t, cloud, "main-write", "europe-west1", "DEFAULT")
	lever("left", region(lost), -1, append(readOnly, leader)...)
	wantBackends(t, cloud, "main-write", 9)
	lever("writes taken again", urlMap, -1, leader)
	for _, r := range cloud.API().Requests() {
		if r.Status == http.StatusServiceUnavailable {
			t.Errorf("a lever asked what is down: %s %s", r.Name, r.Path)
		}
	}
	cloud.API().ClearFaults()
	cloud.API().SetReachable(project, api.ZonesOf(lost)...)
	cloud.API().SetRegion(project, lost, true)
	step(t, root, "the storm is over, and the region joins again", append(all, leader)...)
}

// restore makes a backup of the ledger's database, restores it beside it under the
// name of restored, and lets Terraform forget the old one, as the module's README
// says.
func restore(t *testing.T, cloud *localcloud.Cloud, root *acctest.CLI) {
	t.Helper()
	const instance = "v1/projects/" + project + "/instances/main-spanner/"
	call(t, cloud, http.MethodPost, instance+"backups?backupId=before", `{"database": "projects/`+project+`/instances/main-spanner/databases/ledger", "expireTime": "`+time.Now().Add(48*time.Hour).UTC().Format(time.RFC3339)+`"}`)
	call(t, cloud, http.MethodPost, instance+"databases:restore", `{"databaseId": "restored", "backup": "projects/`+project+`/instances/main-spanner/backups/before"}`)
	_, list := root.Start("state", "list").Lines()
	for address := range strings.Lines(list) {
		address = strings.TrimSpace(address)
		for _, of := range []string{".google_spanner_database", ".google_spanner_backup_schedule", ".proveniq_spanner_schema"} {
			if strings.Contains(address, ".module.spanner"+of) {
				root.Run(0, "state", "rm", address)
			}
		}
	}
}

// registered is what a database's region table says.
func registered(t *testing.T, cloud *localcloud.Cloud, database string) string {
	t.Helper()
	client, err := spanner.NewClient(t.Context(), "projects/"+project+"/instances/main-spanner/databases/"+database, cloud.Emulator().ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var regions []string
	err = client.Single().Query(t.Context(), spanner.NewStatement("SELECT Region, State FROM LedgerRegions ORDER BY Region")).Do(func(row *spanner.Row) error {
		var region, state string
		if err := row.Columns(&region, &state); err != nil {
			return err
		}
		regions = append(regions, region+" "+state)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(regions, ", ")
}

// call talks to Spanner's API as gcloud does.
func call(t *testing.T, cloud *localcloud.Cloud, method, path, body string) {
	t.Helper()
	var proxy *url.URL
	roots := x509.NewCertPool()
	for _, variable := range cloud.Environment() {
		switch name, value, _ := strings.Cut(variable, "="); name {
		case "HTTPS_PROXY":
			proxy, _ = url.Parse(value)
		case "SSL_CERT_FILE":
			certificate, err := os.ReadFile(value)
			if err != nil || !roots.AppendCertsFromPEM(certificate) {
				t.Fatalf("the proxy's certificate: %v", err)
			}
		}
	}
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}}}
	request, err := http.NewRequestWithContext(t.Context(), method, "https://spanner.googleapis.com/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+localcloud.AccessToken)
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s %v", path, response.StatusCode, answer, err)
	}
}

// regionsOf writes var.regions; a region of capacity -1 is not joined.
func regionsOf(capacity map[string]int) string {
	slots := map[string]int{"us-east1": 0, "europe-west1": 1, "asia-southeast1": 2, "asia-east1": 3}
	var parts []string
	for region, percent := range capacity {
		joined := "null"
		if percent < 0 {
			joined = "false"
		}
		parts = append(parts, fmt.Sprintf("%q = { slot = %d, capacity = %d, joined = %s }", region, slots[region], max(percent, 0), joined))
	}
	return "-var=regions={" + strings.Join(parts, ", ") + "}"
}

var replaced = regexp.MustCompile(`# (\S+) must be replaced`)

// replaceable are what holds nothing: a version of something, a grant on a database
// of another name, and the dataset that shows that database.
var replaceable = []string{"secret_version.", "parameter_version.", ".google_spanner_database_iam_member.", ".google_bigquery_dataset.live["}

// step is one change of the ledger: apply, and then an empty plan. Nothing that
// holds something is ever replaced.
func step(t *testing.T, root *acctest.CLI, what string, variables ...string) {
	t.Helper()
	begin := time.Now()
	planned := root.Plan(true, variables...)
	for _, found := range replaced.FindAllStringSubmatch(planned, -1) {
		if !slices.ContainsFunc(replaceable, func(part string) bool { return strings.Contains(found[1], part) }) {
			t.Errorf("%s: %s", what, found[0])
		}
	}
	root.Apply(0, variables...)
	applied := time.Since(begin)
	root.Plan(false, variables...)
	t.Logf("%-55s %5.1f s, the next plan is empty", what, applied.Seconds())
}

func TestLedger(t *testing.T) {
	cloud := startCloud(t)
	root, skipped := newRoot(t, cloud, "testdata/ledger")
	if root == nil {
		planLedgerWithReplica(t, cloud)
		t.Skip(skipped)
	}
	defer grow(t.Context(), cloud.API())()

	full := map[string]int{"us-east1": 100, "europe-west1": 100, "asia-southeast1": 100}
	step(t, root, "three regions from nothing", regionsOf(full))
	half := map[string]int{"us-east1": 100, "europe-west1": 50, "asia-southeast1": 100}
	step(t, root, "capacity of a region and the schema changed", regionsOf(half), "-var=schema_version=2")

	cloud.API().SetRegion(project, "asia-southeast1", false)
	drained := map[string]int{"us-east1": 100, "europe-west1": 50, "asia-southeast1": 0}
	step(t, root, "a region failed, and is drained", regionsOf(drained), "-var=schema_version=2")
	cloud.API().SetRegion(project, "asia-southeast1", true)

	four := map[string]int{"us-east1": 100, "europe-west1": 100, "asia-southeast1": 100, "asia-east1": 100}
	all := []string{regionsOf(four), "-var=schema_version=2"}
	step(t, root, "it comes back, and a fourth joins that sorts first", all...)
	step(t, root, "writes are refused at the edge", append(all, "-var=mode=read_only")...)
	step(t, root, "and taken again", all...)
	ledgerInAStorm(t, cloud, root, all)
	all = append(all, "-var=write_routing=leader")
	restore(t, cloud, root)
	all = append(all, "-var=database=restored")
	root.Run(0, append([]string{"import", "-no-color", "-input=false"}, append(all, "module.ledger.module.spanner.google_spanner_database.this", "projects/"+project+"/instances/main-spanner/databases/restored")...)...)
	step(t, root, "a backup was restored, and takes the database's place", all...)
	if have := registered(t, cloud, "restored"); have != "asia-east1 ACTIVE, asia-southeast1 ACTIVE, europe-west1 ACTIVE, us-east1 ACTIVE" {
		t.Errorf("the restored database says of the regions: %s", have)
	}
	// The old one goes by hand, once nobody wants it back.
	const old = "v1/projects/" + project + "/instances/main-spanner/databases/ledger"
	call(t, cloud, http.MethodPatch, old+"?updateMask=enableDropProtection", `{"enableDropProtection": false}`)
	call(t, cloud, http.MethodDelete, old, "")
	resources := len(cloud.API().Resources(project))

	destroy := append([]string{"destroy", "-no-color", "-input=false", "-auto-approve"}, all...)
	code, output := root.Start(destroy...).End()
	if code == 0 {
		t.Fatalf("the ledger was destroyed while deletion_protection stood:\n%s", output)
	}
	acctest.WantOutput(t, output, "min_remaining_regions")
	if left := len(cloud.API().Resources(project)); left != resources {
		t.Errorf("a refused destroy leaves %d of %d resources", left, resources)
	}
	step(t, root, "deletion protection lifted", append(all, "-var=deletion_protection=false")...)
	begin := time.Now()
	root.Run(0, append(destroy, "-var=deletion_protection=false")...)
	t.Logf("%-55s %5.1f s", "everything destroyed", time.Since(begin).Seconds())
	for _, r := range cloud.API().Resources(project) {
		if r.Service != "cloudkms" { // Google never deletes a key ring
			t.Errorf("left behind: %s %s", r.Service, r.Path)
		}
	}
	t.Logf("%d resources at the most", resources)
}
