package ledgerregion_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

const asia = "proveniq_ledger_region.asia-southeast1"

// threeContinents is the topology with a replica in all three regions.
const threeContinents = `base_config = "nam3", replicas = [{ location = "europe-west1" }, { location = "asia-southeast1" }], leader = "us-east1"`

// leased is nam3 with a lease far from its leader.
const leased = `topology = { base_config = "nam3", replicas = [{ location = "europe-west1" }], leader = "us-east1", read_lease_regions = ["europe-west1"] }`

// promise is what the plan and the state say of a region.
func promise(address, role string, commit, strong, stale int64) (plan []plancheck.PlanCheck, state []statecheck.StateCheck) {
	for name, value := range map[string]knownvalue.Check{
		"spanner_role":          knownvalue.StringExact(role),
		"spanner_leader_region": knownvalue.StringExact("us-east1"),
		"commit_floor_ms":       knownvalue.Int64Exact(commit),
		"strong_read_floor_ms":  knownvalue.Int64Exact(strong),
		"stale_read_floor_ms":   knownvalue.Int64Exact(stale),
	} {
		plan = append(plan, plancheck.ExpectKnownValue(address, tfjsonpath.New(name), value))
		state = append(state, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), value))
	}
	return plan, state
}

// The first plan tells, before any instance exists, and the apply says the same.
func TestPromisesAtTheFirstPlan(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	with := func(more string) string {
		arguments := "min_remaining_regions = 0\nspanner = { topology = { " + threeContinents + " } " + more + "}"
		return b.config(standard("us-east1", arguments), standard("europe-west1", arguments), standard("asia-southeast1", arguments))
	}
	var plan []plancheck.PlanCheck
	var state []statecheck.StateCheck
	for _, one := range []struct {
		address, role         string
		commit, strong, stale int64
	}{
		{east, "READ_WRITE", 13, 1, 1},
		{europe, "READ_ONLY", 102, 90, 1},
		{asia, "READ_ONLY", 230, 218, 1},
	} {
		p, s := promise(one.address, one.role, one.commit, one.strong, one.stale)
		plan, state = append(plan, p...), append(state, s...)
	}
	config := with("")
	before := 0
	b.test(
		resource.TestStep{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: plan}, ConfigStateChecks: state},
		acctest.EmptyPlan(config),
		resource.TestStep{
			// Another limit changes state alone.
			PreConfig:        func() { before = b.requests()["backendServices.patch"] },
			Config:           with(", max_commit_ms = 250"),
			ConfigPlanChecks: onlyUpdates(east, europe, asia),
			Check: b.check(func() {
				if after := b.requests()["backendServices.patch"]; after != before {
					t.Errorf("%d changes of the load balancer", after-before)
				}
			}),
		},
		resource.TestStep{Config: b.config(standard("us-east1", "min_remaining_regions = 0")), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(east, tfjsonpath.New("spanner_role"), knownvalue.Null()),
			statecheck.ExpectKnownValue(east, tfjsonpath.New("commit_floor_ms"), knownvalue.Null()),
		}},
	)
}

// A lease makes strong reads local where it is, and every commit waits for it.
func TestPromisesWithReadLeases(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	of := func(spanner string) string { return "min_remaining_regions = 0\nspanner = { " + spanner + " }" }
	config := b.config(standard("us-east1", of(leased)), standard("europe-west1", of(leased+", max_strong_read_ms = 10")))
	plan, state := promise(east, "READ_WRITE", 91, 1, 1)
	p, s := promise(europe, "READ_ONLY", 181, 1, 1)
	plan, state = append(plan, p...), append(state, s...)
	for address, ms := range map[string]int64{east: 92, europe: 271} {
		plan = append(plan, plancheck.ExpectKnownValue(address, tfjsonpath.New("rw_txn_floor_ms"), knownvalue.Int64Exact(ms)))
	}
	none := b.config(standard("us-east1", of(strings.Replace(leased, `["europe-west1"]`, "[]", 1)+", max_commit_ms = 50")))
	null := b.config(standard("us-east1", of(strings.Replace(leased, `["europe-west1"]`, "null", 1)+", max_commit_ms = 50")))
	b.test(
		resource.TestStep{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: plan}, ConfigStateChecks: state},
		acctest.EmptyPlan(config),
		resource.TestStep{Config: none, ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(east, tfjsonpath.New("commit_floor_ms"), knownvalue.Int64Exact(13))}},
		acctest.EmptyPlan(none),
		resource.TestStep{Config: null},
		acctest.EmptyPlan(null),
	)
}

// What was measured counts in place of the provider's figures.
func TestPromisesWithMeasuredRoundTrips(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	of := func(figures string) string {
		return b.config(standard("europe-west1", "min_remaining_regions = 0\nspanner = { topology = { "+threeContinents+", round_trips_ms = "+figures+" } }"))
	}
	faster := of("{ us-east1 = { europe-west1 = 80 } }")
	plan, state := promise(europe, "READ_ONLY", 92, 80, 1)
	steps := []resource.TestStep{
		{Config: faster, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: plan}, ConfigStateChecks: state},
		acctest.EmptyPlan(faster),
	}
	for _, none := range []string{"null", "{}", "{ us-east1 = {} }"} {
		_, published := promise(europe, "READ_ONLY", 102, 90, 1)
		steps = append(steps, resource.TestStep{Config: of(none), ConfigStateChecks: published}, acctest.EmptyPlan(of(none)))
	}
	for figures, want := range map[string]string{
		"{ us-east1 = { europe-west1 = -1 } }":   "The round trips cannot be used",
		"{ us-east1 = { us-east1 = 2 } }":        "us-east1 to us-east1 is no way between two regions",
		"{ us-east1 = null }":                    "Null Map Value",
		"{ us-east1 = { europe-west1 = null } }": "Null Map Value",
	} {
		steps = append(steps, resource.TestStep{Config: of(figures), PlanOnly: true, ExpectError: pattern(want)})
	}
	unknown := "resource \"terraform_data\" \"ms\" {\n  input = 70\n}\n" + of("{ us-east1 = { europe-west1 = terraform_data.ms.output } }")
	steps = append(steps, resource.TestStep{
		Config:            unknown,
		ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownValue(europe, tfjsonpath.New("strong_read_floor_ms"))}},
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(europe, tfjsonpath.New("strong_read_floor_ms"), knownvalue.Int64Exact(70))},
	}, acctest.EmptyPlan(unknown))
	b.test(steps...)
}

func TestPromisesThatCannotBeKept(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, one := range []struct{ region, spanner, want string }{
		{"asia-southeast1", `topology = { base_config = "nam-eur-asia1" }`, "asia-southeast1 has the role NONE in nam-eur-asia1, and required_role is ANY_REPLICA"},
		{"us-east1", `topology = { base_config = "nam-eur-asia1" }`, "The witness votes and serves nothing"},
		{"europe-west1", `topology = { ` + threeContinents + ` }, required_role = "READ_WRITE"`, "europe-west1 has the role READ_ONLY"},
		{"europe-west1", `topology = { ` + threeContinents + ` }, max_commit_ms = 50`, "max_commit_ms is 50, and commit_floor_ms from europe-west1 is"},
		{"asia-southeast1", `topology = { ` + threeContinents + ` }, max_strong_read_ms = 100`, "max_strong_read_ms is 100, and strong_read_floor_ms from asia-southeast1 is 218"},
		{"us-east1", leased + `, max_commit_ms = 50`, "max_commit_ms is 50, and commit_floor_ms from us-east1 is 91"},
		{"us-east1", `topology = { base_config = "nam3", read_lease_regions = ["europe-west1"] }`, "The region cannot hold a read lease"},
		{"us-east1", `topology = { base_config = "nam3", read_lease_regions = [null] }`, "Null List Value"},
		{"us-east1", `topology = { base_config = "nam3", leader = "europe-west1" }`, "The region cannot lead"},
		{"us-east1", `topology = { base_config = "nam3", replicas = [{ location = "europe-west3" }] }`, "No replica can be added there"},
		{"us-east1", `topology = { base_config = "nam99" }`, "The base configuration is not known"},
		{"us-east1", `required_role = "NONE"`, "Nothing tells where Spanner has its replicas"},
	} {
		t.Run(one.want, func(t *testing.T) {
			inner := *b
			inner.t = t
			inner.test(resource.TestStep{
				Config: b.config(standard(one.region, "spanner = { "+one.spanner+" }")), PlanOnly: true, ExpectError: pattern(one.want),
			})
		})
	}
	if calls := b.requests(); calls["backendServices.patch"] != 0 {
		t.Errorf("calls were made: %v", calls)
	}
}

// A topology that the same apply makes known: unknown at plan, told by the
// apply, and refused there before the first change when it cannot be kept.
func TestPromisesOfAnUnknownTopology(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := func(base string) string {
		return b.config(fmt.Sprintf("resource \"terraform_data\" \"base\" {\n  input = %q\n}\n", base),
			standard("us-east1", "min_remaining_regions = 0\nspanner = { topology = { base_config = terraform_data.base.output } }"))
	}
	b.test(
		resource.TestStep{Config: config("nam-eur-asia1"), ExpectError: pattern("The witness votes and serves nothing")},
		resource.TestStep{
			PreConfig: func() { b.wantBackends("ledger-write") },
			Config:    config("nam-eur-asia3"),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(east, tfjsonpath.New("spanner_role"), knownvalue.StringExact("READ_WRITE")),
			},
		},
		acctest.EmptyPlan(config("nam-eur-asia3")),
	)
}

// instance makes a Spanner instance of a custom configuration with a database, as
// the REST API has it, and gives the database's path.
func (b *bench) instance(base string, added ...string) {
	b.t.Helper()
	b.call("POST", "instanceConfigs", map[string]any{
		"instanceConfigId": "custom-ledger",
		"instanceConfig": map[string]any{
			"name": "projects/" + b.project + "/instanceConfigs/custom-ledger", "displayName": "Ledger", "baseConfig": "projects/" + b.project + "/instanceConfigs/" + base,
			"replicas": b.replicas(base, added...),
		},
	})
	b.call("POST", "instances", map[string]any{
		"instanceId": "ledger",
		"instance": map[string]any{
			"config": "projects/" + b.project + "/instanceConfigs/custom-ledger", "displayName": "Ledger", "processingUnits": 1000, "edition": "ENTERPRISE_PLUS",
		},
	})
}

// replicas are those of a base configuration, as the API tells them, and read-only ones more.
func (b *bench) replicas(base string, added ...string) []any {
	b.t.Helper()
	all := listOf(b.call("GET", "instanceConfigs/"+base, nil)["replicas"])
	for _, location := range added {
		all = append(all, map[string]any{"location": location, "type": "READ_ONLY"})
	}
	return all
}

// call calls Spanner's REST API below the test's project.
func (b *bench) call(method, path string, body any) map[string]any {
	b.t.Helper()
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			b.t.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.spannerEndpoint()+"projects/"+b.project+"/"+path, bytes.NewReader(text))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusOK {
		b.t.Fatalf("%s %s: %d %v %v", method, path, resp.StatusCode, answer, err)
	}
	return answer
}

// spannerEndpoint is where Spanner's REST API is served; it ends in "/".
func (b *bench) spannerEndpoint() string {
	return strings.TrimSuffix(acctest.Cloud(b.t).ComputeEndpoint(), "compute/v1/") + "spanner.googleapis.com/v1/"
}

// Without a topology the instance is read. One that is not there yet leaves the
// results open, and the refresh after it has been made tells them.
func TestPromisesOfAnInstance(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	with := func(spanner string) string {
		return acctest.ProviderBlock(t, fmt.Sprintf("spanner_custom_endpoint = %q", b.spannerEndpoint())) +
			standard("europe-west1", "min_remaining_regions = 0\nspanner = { database = \"ledger/ledger\" "+spanner+"}")
	}
	role := func(check knownvalue.Check) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownValue(europe, tfjsonpath.New("spanner_role"), check)}
	}
	config := with("")
	b.test(
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue(europe, tfjsonpath.New("spanner_role")),
				plancheck.ExpectUnknownValue(europe, tfjsonpath.New("commit_floor_ms")),
			}},
			ConfigStateChecks: role(knownvalue.Null()),
		},
		acctest.EmptyPlan(config),
		resource.TestStep{
			PreConfig:         func() { b.instance("nam3", "europe-west1") },
			Config:            config,
			ConfigStateChecks: role(knownvalue.StringExact("READ_ONLY")),
		},
		acctest.EmptyPlan(config),
		// Known by now: what cannot be kept is refused at plan.
		resource.TestStep{Config: with(`, required_role = "READ_WRITE"`), PlanOnly: true, ExpectError: pattern("europe-west1 has the role READ_ONLY in nam3")},
		resource.TestStep{
			// Both known and different: a warning, and the configuration counts.
			Config:            with(`, topology = { base_config = "eur3" }`),
			ConfigStateChecks: role(knownvalue.StringExact("READ_WRITE")),
		},
	)
	cli := acctest.NewCLI(t, with(`, topology = { base_config = "eur3", read_lease_regions = ["europe-west4"] }`))
	acctest.WantOutput(t, cli.Plan(true), "Warning: The Spanner instance is not as the configuration describes it", "leader: europe-west1 here, us-east4 there",
		"read_lease_regions: [europe-west4] here, [] there")
}

// What was promised and is no more is told at the next plan, though nothing in
// the configuration has changed, and the values that are planned are what the
// refresh read.
func TestPromisesThatBreakLater(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	with := func(spanner string, more ...string) string {
		return acctest.ProviderBlock(t, fmt.Sprintf("spanner_custom_endpoint = %q", b.spannerEndpoint())) +
			standard("europe-west1", "min_remaining_regions = 0\nspanner = { database = \"ledger/ledger\", "+spanner+"}\n"+strings.Join(more, "\n"))
	}
	move := func(base string, added ...string) func() {
		return func() {
			b.call("DELETE", "instances/ledger", nil)
			b.call("DELETE", "instanceConfigs/custom-ledger", nil)
			b.instance(base, added...)
		}
	}
	b.instance("nam3", "europe-west1")
	kept := with(`required_role = "READ_ONLY", max_commit_ms = 110, max_strong_read_ms = 100`)
	b.test(
		resource.TestStep{Config: kept},
		acctest.EmptyPlan(kept),
		// The replica is dropped.
		resource.TestStep{PreConfig: move("nam3"), Config: kept, PlanOnly: true, ExpectError: pattern("europe-west1 has the role NONE, and required_role is READ_ONLY")},
		resource.TestStep{Config: with(`required_role = "NONE"`), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(europe, tfjsonpath.New("spanner_role"), knownvalue.StringExact("NONE")),
		}},
		// It comes back, and the leader is farther away.
		resource.TestStep{PreConfig: move("nam3", "europe-west1"), Config: kept},
		acctest.EmptyPlan(kept),
		resource.TestStep{PreConfig: move("nam-eur-asia1"), Config: kept, PlanOnly: true, ExpectError: pattern("max_strong_read_ms is 100, and strong_read_floor_ms from europe-west1 is")},
		// A drain is not held up by it.
		resource.TestStep{Config: with(`required_role = "READ_ONLY", max_commit_ms = 110, max_strong_read_ms = 100`, "capacity_percent = 0")},
		resource.TestStep{PreConfig: move("nam3", "europe-west1"), Config: kept},
		acctest.EmptyPlan(kept),
	)
}
