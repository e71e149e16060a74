package ledgerregion_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// Every mistake that the configuration alone shows is found without a call.
func TestBadConfiguration(t *testing.T) {
	t.Parallel()
	const name = `ledger_id = "demo"
		region   = "us-east1"
		neg_name = "api"
		`
	cases := map[string]struct{ arguments, want string }{
		"capacity below 10": {name + services + "capacity_percent = 9", "capacity_percent"},
		"capacity of 1":     {name + services + "capacity_percent = 1", "capacity_percent"},
		"capacity over 100": {name + services + "capacity_percent = 101", "capacity_percent"},
		"negative capacity": {name + services + "capacity_percent = -1", "capacity_percent"},
		"region":            {"ledger_id = \"demo\"\nregion = \"US East\"\nneg_name = \"api\"\n" + services, "must be a Google Cloud region"},
		"a zone as region":  {"ledger_id = \"demo\"\nregion = \"us-east1-b\"\nneg_name = \"api\"\n" + services, "must be a Google Cloud region"},
		"ledger":            {"ledger_id = \"Demo\"\nregion = \"us-east1\"\nneg_name = \"api\"\n" + services, "must be 2 to 31 lower-case letters"},
		"neg name":          {"ledger_id = \"demo\"\nregion = \"us-east1\"\nneg_name = \"API\"\n" + services, "must be the name of a network endpoint group"},
		"project":           {name + services + `project = "x"`, "must be a project id"},
		"foreign zone":      {name + services + `zones = ["us-east1-b", "us-east4-a"]`, "Zone us-east4-a does not belong to region us-east1"},
		"no zone":           {name + services + `zones = []`, "set must contain at least 1"},
		"zone":              {name + services + `zones = ["b", "c"]`, "must be a zone, such as us-east1-b"},
		"too few zones":     {name + services + `zones = ["us-east1-b"]`, "Fewer zones than min_zones"},
		"no zones needed":   {name + services + `min_zones = 0`, "min_zones"},
		"no service":        {name + `backend_services = {}`, "map must contain at least 1"},
		"no name":           {name + `backend_services = { write = { max_rate_per_endpoint = 1 } }`, `Class "write" has no name`},
		"no rate":           {name + `backend_services = { write = { name = "w" } }`, `Class "write" has no max_rate_per_endpoint`},
		"null service":      {name + `backend_services = { write = null }`, `Class "write" has no name`},
		"rate of 0":         {name + `backend_services = { write = { name = "w", max_rate_per_endpoint = 0 } }`, "The rate must be greater than 0"},
		"negative rate":     {name + `backend_services = { write = { name = "w", max_rate_per_endpoint = -1 } }`, "The rate must be greater than 0"},
		"preference":        {name + `backend_services = { write = { name = "w", max_rate_per_endpoint = 1, preference = "FIRST" } }`, `must be one of`},
		"self link":         {name + `backend_services = { write = { name = "projects/p/global/backendServices/w", max_rate_per_endpoint = 1 } }`, "not its id or self link"},
		"class":             {name + `backend_services = { "a/b" = { name = "w", max_rate_per_endpoint = 1 } }`, "must be 1 to 31 lower-case letters"},
		"a service twice": {name + `backend_services = {
			write = { name = "w", max_rate_per_endpoint = 1 }
			read  = { name = "w", max_rate_per_endpoint = 1 }
		}`, "Two classes name the same backend service"},
		"ramp downwards":   {name + services + `ramp = { steps = [50, 10] }`, "Step 10 % follows 50 %"},
		"ramp step":        {name + services + `ramp = { steps = [5, 50] }`, "must be between 10 and 99"},
		"slow ramp":        {name + services + `ramp = { hold_seconds = 1000 }`, "can take 1h4m50s by itself"},
		"empty reason":     {name + services + `change_reason = ""`, "change_reason"},
		"role":             {name + services + `spanner = { topology = { base_config = "nam3" }, required_role = "LEADER" }`, "must be one of"},
		"drain upwards":    {name + services + `drain = { steps = [10, 50] }`, "Step 50 % follows 10 %"},
		"drain in place":   {name + services + `drain = { steps = [50, 50] }`, "Step 50 % follows 50 %"},
		"drain step":       {name + services + `drain = { steps = [50, 5] }`, "must be between 10 and 99"},
		"negative hold":    {name + services + `drain = { hold_seconds = -1 }`, "must be at least 0"},
		"no health":        {name + services + `health = { min_healthy_percent = 0 }`, "must be between 1 and 100"},
		"too healthy":      {name + services + `health = { min_healthy_percent = 101 }`, "must be between 1 and 100"},
		"no time":          {name + services + `health = { timeout_seconds = 0 }`, "must be at least 1"},
		"negative minimum": {name + services + `min_remaining_regions = -1`, "must be at least 0"},
		"on_error":         {name + services + `registry = { database = "i/d", on_error = "ignore" }`, "must be one of"},
		"database":         {name + services + `registry = { database = "ledger" }`, "must be instance/name or"},
		"table":            {name + services + `registry = { database = "i/d", table = "a b" }`, "must be the name of a table"},
		"timeout":          {name + services + `timeouts = { create = "soon" }`, "soon"},
		"short create":     {name + services + `timeouts = { create = "10m" }`, "the ramp with its health gates can take 33m30s by itself"},
		"short update":     {name + services + `timeouts = { update = "12m" }`, "the ramp with its health gates and the drain can take 35m30s"},
		"on_destroy":       {name + services + `on_destroy = "keep"`, "must be one of"},
		"short delete":     {name + services + `timeouts = { delete = "2m" }`, "the drain can take 2m0s by itself"},
	}
	var resources []string
	wants := map[string]string{}
	for i, title := range slices.Sorted(maps.Keys(cases)) {
		name := fmt.Sprintf("case-%02d", i)
		resources = append(resources, fmt.Sprintf("# %s\nresource \"proveniq_ledger_region\" %q {\n%s\n}\n", title, name, cases[title].arguments))
		wants[name] = title
	}
	b := newBench(t)
	checked := false
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: b.factories(),
		Steps:                    []resource.TestStep{{Config: b.config(resources...), PlanOnly: true}},
		ErrorCheck: func(err error) error {
			checked = true
			found := map[string]string{}
			for _, one := range strings.Split(err.Error(), "Error: ")[1:] {
				text := strings.Join(strings.Fields(one), " ")
				_, rest, _ := strings.Cut(text, "with proveniq_ledger_region.")
				name, _, _ := strings.Cut(rest, ",")
				found[name] += text
			}
			for name, title := range wants {
				if want := cases[title].want; !strings.Contains(found[name], want) {
					t.Errorf("%s: the error lacks %q:\n%s", title, want, found[name])
				}
			}
			return nil
		},
	})
	if !checked {
		t.Error("the configuration passed")
	}
	if requests := b.requests(); len(requests) != 0 {
		t.Errorf("calls were made: %v", requests)
	}
}
