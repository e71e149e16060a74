package ledgerregion_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// pattern matches words of an error across core's line breaks and frames.
func pattern(words string) *regexp.Regexp {
	parts := strings.Fields(words)
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile(strings.Join(parts, `[\s│]+`))
}

func TestFailedGateLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := b.config(standard("us-east1", "min_remaining_regions = 0"))
	b.setHealth("us-east1", 0)
	b.test(
		resource.TestStep{Config: config, ExpectError: pattern("0 of 9 endpoints healthy, below 70 %")},
		resource.TestStep{
			PreConfig: func() {
				b.wantBackends("ledger-write")
				b.wantBackends("ledger-read")
				b.setHealth("us-east1", 3)
			},
			Config: config,
			// Nothing is in state, nothing is tainted: simply a create.
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(east, plancheck.ResourceActionCreate),
			}},
		},
		acctest.EmptyPlan(config),
	)
}

func TestCreateThatCannotBeUndoneIsReplaced(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := b.config(standard("us-east1", ""))
	lifted := b.config(standard("us-east1", "min_remaining_regions = 0"))
	// The gate fails, and then nothing may be changed any more.
	b.setHealth("us-east1", 0)
	b.compute.Inject(api.Fault{
		Match: b.calls(http.MethodPatch, ""), After: 2, Times: 2, Status: http.StatusForbidden,
	})
	b.test(
		resource.TestStep{Config: config, ExpectError: pattern("could not all be taken back")},
		resource.TestStep{
			PreConfig: func() {
				if n := len(b.backends("ledger-write")); n != 3 {
					t.Errorf("%d backends left behind, want 3", n)
				}
				b.setHealth("us-east1", 3)
			},
			Config: config,
			// It serves alone by now, but it never finished joining: the guard does
			// not stand in the way of its replacement.
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(east, plancheck.ResourceActionDestroyBeforeCreate),
			}},
			Check: b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...) }),
		},
		acctest.EmptyPlan(config),
		resource.TestStep{Config: lifted},
	)
}

func TestLastRegion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	both := b.config(standard("us-east1", ""), standard("europe-west1", ""))
	b.test(
		resource.TestStep{Config: both},
		// Both at once are one too many, though each alone would leave the other.
		resource.TestStep{Config: both, Destroy: true, ExpectError: pattern("Taking out the last healthy region is refused")},
		resource.TestStep{
			PreConfig: func() {
				for _, service := range []string{"ledger-write", "ledger-read"} {
					if n := len(b.backends(service)); n != 6 {
						t.Errorf("after the refusal %s has %d backends, want 6", service, n)
					}
				}
			},
			Config:      b.config(standard("us-east1", "capacity_percent = 0"), standard("europe-west1", "capacity_percent = 0")),
			ExpectError: pattern("set min_remaining_regions = 0 in the same change"),
		},
		resource.TestStep{
			PreConfig:   func() { b.setHealth("europe-west1", 0) },
			Config:      b.config(standard("us-east1", "capacity_percent = 0"), standard("europe-west1", "")),
			ExpectError: pattern("europe-west1 has 0 of 9 endpoints healthy"),
		},
		resource.TestStep{
			// The unhealthy one is not the last healthy one, and may go.
			Config: b.config(standard("us-east1", "")),
			Check:  b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...) }),
		},
		resource.TestStep{Config: b.config(standard("us-east1", "")), Destroy: true, ExpectError: pattern("At destroy the value in state counts")},
		resource.TestStep{
			Config: b.config(standard("us-east1", "capacity_percent = 0\nmin_remaining_regions = 0")),
			Check:  b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 0, "b", "c", "d")...) }),
		},
	)
	b.wantBackends("ledger-write")
}

func TestDrift(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := b.config(standard("us-east1", "min_remaining_regions = 0"))
	for name, drift := range map[string]func(m map[string]any) bool{
		"capacity":      func(m map[string]any) bool { m["capacityScaler"] = 0.3; return true },
		"drained":       func(m map[string]any) bool { m["capacityScaler"] = 0.0; return true },
		"one capacity":  func(m map[string]any) bool { setIf(m, "us-east1-c", "capacityScaler", 0.3); return true },
		"rate":          func(m map[string]any) bool { m["maxRatePerEndpoint"] = 7.0; return true },
		"one rate":      func(m map[string]any) bool { setIf(m, "us-east1-d", "maxRatePerEndpoint", 7.0); return true },
		"preference":    func(m map[string]any) bool { m["preference"] = "PREFERRED"; return true },
		"a zone less":   func(m map[string]any) bool { return !strings.Contains(fmt.Sprint(m["group"]), "us-east1-c") },
		"a service out": func(map[string]any) bool { return false },
	} {
		b.t.Run(name, func(t *testing.T) {
			inner := *b
			inner.t = t
			inner.test(
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig:        func() { inner.change("ledger-write", drift) },
					Config:           config,
					ConfigPlanChecks: onlyUpdates(east),
					Check:            inner.check(func() { inner.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...) }),
				},
			)
		})
	}
}

func setIf(m map[string]any, zone, field string, value any) {
	if strings.Contains(fmt.Sprint(m["group"]), zone) {
		m[field] = value
	}
}

func TestDisappears(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := b.config(standard("us-east1", "min_remaining_regions = 0"))
	created := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(east, plancheck.ResourceActionCreate)}}
	b.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			// Taken out by somebody, or its services replaced by empty ones.
			PreConfig: func() {
				for _, service := range []string{"ledger-write", "ledger-read"} {
					b.compute.AddBackendService(b.project, service, nil)
				}
			},
			Config: config, ConfigPlanChecks: created,
			Check: b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...) }),
		},
		resource.TestStep{
			// One service is gone: the plan attaches it again, and apply says that it must exist.
			PreConfig:   func() { b.compute.RemoveBackendService(b.project, "ledger-read") },
			Config:      config,
			ExpectError: pattern(`no global backend service "ledger-read"`),
		},
		resource.TestStep{
			PreConfig: func() {
				b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...)
				b.compute.AddBackendService(b.project, "ledger-read", nil)
			},
			Config: config, ConfigPlanChecks: onlyUpdates(east),
			Check: b.check(func() {
				if n := len(b.backends("ledger-read")); n != 3 {
					t.Errorf("ledger-read has %d backends", n)
				}
			}),
		},
		resource.TestStep{
			PreConfig: func() {
				b.compute.RemoveBackendService(b.project, "ledger-read")
				b.compute.RemoveBackendService(b.project, "ledger-write")
			},
			Config: config, PlanOnly: true, ExpectNonEmptyPlan: true,
		},
	)
}

func TestServiceChecksAtPlan(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.compute.AddBackendService(b.project, "ledger-read", map[string]any{"loadBalancingScheme": "INTERNAL_MANAGED"})
	config := b.config(standard("us-east1", ""))
	b.test(
		resource.TestStep{Config: config, PlanOnly: true, ExpectError: pattern(`Backend service "ledger-read" of project`)},
		resource.TestStep{
			// Absent at plan is no error: the first plan of a composition.
			PreConfig: func() { b.compute.RemoveBackendService(b.project, "ledger-read") },
			Config:    config, PlanOnly: true, ExpectNonEmptyPlan: true,
		},
		resource.TestStep{Config: config, ExpectError: pattern("The backend service does not exist")},
	)
	b.wantBackends("ledger-write")
}

func TestUnknownRegion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.test(resource.TestStep{Config: b.config(standard("mars-north1", "")), PlanOnly: true, ExpectError: pattern("There is no such region")})
}

func TestUnknownValues(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	unknown := func(names string) string {
		return b.config(fmt.Sprintf("resource \"terraform_data\" \"names\" {\n  input = %s\n}\n", names), region("us-east1", `
  backend_services = {
    write = { name = terraform_data.names.output.write, max_rate_per_endpoint = 50 }
    read  = { name = "ledger-read", max_rate_per_endpoint = terraform_data.names.output.rate }
  }
  capacity_percent      = terraform_data.names.output.percent
  zones                 = terraform_data.names.output.zones
  min_remaining_regions = 0
`+quick))
	}
	first := unknown(`{ write = "ledger-write", rate = 200, percent = 100, zones = ["us-east1-b", "us-east1-c"] }`)
	b.test(
		resource.TestStep{
			Config: first,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue(east, tfjsonpath.New("state")),
				plancheck.ExpectUnknownValue(east, tfjsonpath.New("zones_attached")),
				plancheck.ExpectKnownValue(east, tfjsonpath.New("id"), knownvalue.StringExact("demo/us-east1")),
			}},
			Check: b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c")...) }),
		},
		acctest.EmptyPlan(first),
		resource.TestStep{
			// Unknown again in an update: a service, a capacity and zones that change.
			Config: unknown(`{ write = "ledger-webhook", rate = 200, percent = 50, zones = ["us-east1-c", "us-east1-d"] }`),
			Check: b.check(func() {
				b.wantBackends("ledger-write")
				b.wantBackends("ledger-webhook", writes("us-east1", 0.5, "c", "d")...)
			}),
		},
	)
}

func TestServiceUnknownAsAWhole(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := b.config(`resource "terraform_data" "service" {
  input = { name = "ledger-write", max_rate_per_endpoint = 50, preference = "DEFAULT" }
}
`, region("us-east1", `
  backend_services = {
    write = terraform_data.service.output
    read  = { name = "ledger-read", max_rate_per_endpoint = 200 }
  }
  health                = terraform_data.service.output.preference == "DEFAULT" ? { stable_seconds = 0 } : { stable_seconds = 30 }
  ramp                  = { hold_seconds = 0 }
  drain                 = { hold_seconds = 0, settle_seconds = 0 }
  min_remaining_regions = 0
`))
	b.test(
		resource.TestStep{Config: config, Check: b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...) })},
		acctest.EmptyPlan(config),
	)
}

func TestNullAndEmpty(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	variants := []string{
		services + "ramp = { hold_seconds = 0 }\ndrain = { steps = [], hold_seconds = 0, settle_seconds = 0 }\nhealth = { stable_seconds = 0 }\nzones = null\nregistry = null\nmin_remaining_regions = 0",
		services + "ramp = { hold_seconds = 0 }\ndrain = { hold_seconds = 0, settle_seconds = 0, steps = null }\nhealth = { stable_seconds = 0, timeout_seconds = null }\ncapacity_percent = null\nmin_remaining_regions = 0\ntimeouts = {}",
		services + "ramp = { hold_seconds = 0 }\ndrain = { hold_seconds = 0, settle_seconds = 0 }\nhealth = { stable_seconds = 0 }\nmin_zones = null\nmin_remaining_regions = 0\ntimeouts = { create = \"40m\" }",
	}
	var steps []resource.TestStep
	for arguments, want := range map[string]string{
		`ramp = { steps = [10, null] }`:              "Null List Value",
		`drain = { steps = [null] }`:                 "Null List Value",
		`zones = ["us-east1-b", "us-east1-c", null]`: "Null Set Value",
		`zones = []`: "set must contain at least 1 elements",
		`spanner = { topology = { base_config = "nam3", replicas = [null] } }`: "Null List Value",
	} {
		steps = append(steps, resource.TestStep{Config: b.config(region("us-east1", services+arguments)), PlanOnly: true, ExpectError: pattern(want)})
	}
	for _, v := range variants {
		config := b.config(region("us-east1", v))
		steps = append(steps, resource.TestStep{Config: config}, acctest.EmptyPlan(config))
	}
	b.test(steps...)
}

func TestAdoptsItsOwnMarks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	// As a create leaves it that is killed after its first change.
	b.compute.UpdateBackendService(b.project, "ledger-read", func(body map[string]any) {
		body["backends"] = []any{map[string]any{
			"group":         "https://www.googleapis.com/compute/v1/projects/" + b.project + "/zones/us-east1-b/networkEndpointGroups/ledger-api-us-east1",
			"balancingMode": "RATE", "maxRatePerEndpoint": 1.0, "capacityScaler": 1.0, "description": "proveniq:demo/us-east1/read",
		}}
	})
	config := b.config(standard("us-east1", "min_remaining_regions = 0"))
	b.test(
		resource.TestStep{Config: config, Check: b.check(func() {
			if n := len(b.backends("ledger-read")); n != 3 {
				t.Errorf("ledger-read has %d backends", n)
			}
		})},
		acctest.EmptyPlan(config),
	)
}

func TestForeignMarkIsAnError(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.compute.UpdateBackendService(b.project, "ledger-write", func(body map[string]any) {
		body["backends"] = []any{map[string]any{
			"group":         "https://www.googleapis.com/compute/v1/projects/" + b.project + "/zones/us-east1-b/networkEndpointGroups/ledger-api-us-east1",
			"balancingMode": "RATE", "maxRatePerEndpoint": 1.0, "capacityScaler": 1.0, "description": "by hand",
		}}
	})
	b.test(resource.TestStep{Config: b.config(standard("us-east1", "")), ExpectError: pattern("The network endpoint group belongs to somebody else")})
	b.wantBackends("ledger-read")
}

func TestMissingPermissionIsNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.compute.Deny(b.project, "compute.backendServices.update")
	b.test(resource.TestStep{Config: b.config(standard("us-east1", "")), ExpectError: pattern("compute.backendServices.update")})
}

func TestSecondApplyAfterFailedDrain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	both := func(percent int) string {
		return b.config(standard("us-east1", fmt.Sprintf("capacity_percent = %d\nmin_remaining_regions = 0", percent)), standard("europe-west1", "min_remaining_regions = 0"))
	}
	b.test(
		resource.TestStep{Config: both(100)},
		resource.TestStep{
			// The second step down fails half-way.
			PreConfig: func() {
				b.compute.Inject(api.Fault{Match: b.calls(http.MethodPatch, "/ledger-write"), After: 1, Times: 1, Status: http.StatusForbidden})
			},
			Config: both(0), ExpectError: pattern("The region was not changed as planned"),
		},
		resource.TestStep{
			PreConfig: func() {
				b.wantBackends("ledger-write", slicesConcat(writes("europe-west1", 1, "b", "c", "d"), writes("us-east1", 0.5, "b", "c", "d"))...)
			},
			Config: both(0), ConfigPlanChecks: onlyUpdates(east),
			Check: b.check(func() {
				b.wantBackends("ledger-write", slicesConcat(writes("europe-west1", 1, "b", "c", "d"), writes("us-east1", 0, "b", "c", "d"))...)
			}),
		},
		acctest.EmptyPlan(both(0)),
	)
}
