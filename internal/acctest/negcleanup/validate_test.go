package negcleanup_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// Every mistake that the configuration shows is found without a call, at its
// argument.
func TestBadConfiguration(t *testing.T) {
	t.Parallel()
	const (
		network = "network = \"ledger\"\n"
		region  = "region = \"us-east1\"\n"
		names   = "neg_names = [\"ledger-api\"]\n"
	)
	cases := map[string]struct{ arguments, at, want string }{
		"no names":         {network + region + "neg_names = []", "neg_names", "must contain at least 1"},
		"null names":       {network + region + "neg_names = null", "neg_names", "Missing Configuration for Required Attribute"},
		"a null name":      {network + region + `neg_names = [null]`, "neg_names", "Null Set Value"},
		"an empty name":    {network + region + `neg_names = [""]`, "neg_names", "must be the name of a network endpoint group"},
		"a bad name":       {network + region + `neg_names = ["ok", "Bad"]`, "neg_names", "must be the name of a network endpoint group"},
		"a zone as region": {network + names + `region = "us-east1-b"`, "region", "us-east1-b is a zone"},
		"an unknown place": {network + names + `region = "nam3"`, "region", "must be a Google Cloud region"},
		"an empty region":  {network + names + `region = ""`, "region", "must be a Google Cloud region"},
		"no region":        {network + names, "region", `"region" is required`},
		"an empty network": {region + names + `network = ""`, "network", "must be the name of a network or projects/P/global/networks/N"},
		"a subnetwork":     {region + names + `network = "projects/p/regions/us-east1/subnetworks/s"`, "network", "must be the name of a network"},
		"project":          {network + region + names + `project = "x"`, "project", "must be a project id"},
		"a limit of words": {network + region + names + `timeouts = { delete = "soon" }`, "", `"soon" must be a string containing a sequence of decimal numbers`},
		"a limit of 0":     {network + region + names + `timeouts = { delete = "0s" }`, "timeouts.delete", "timeouts.delete is 0s"},
		"a limit below 0":  {network + region + names + `timeouts = { delete = "-5m" }`, "timeouts.delete", "timeouts.delete is -5m0s"},
	}
	var resources []string
	wants := map[string]string{}
	for i, title := range slices.Sorted(maps.Keys(cases)) {
		name := fmt.Sprintf("case-%02d", i)
		resources = append(resources, fmt.Sprintf("# %s\nresource \"proveniq_neg_cleanup\" %q {\n%s\n}\n", title, name, cases[title].arguments))
		wants[name] = title
	}
	b := newBench(t)
	checked := false
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(t),
		Steps:                    []resource.TestStep{{Config: acctest.ProviderBlock(t, "") + strings.Join(resources, "\n"), PlanOnly: true}},
		ErrorCheck: func(err error) error {
			checked = true
			found := map[string]string{}
			for _, one := range strings.Split(err.Error(), "Error: ")[1:] {
				text := strings.Join(strings.Fields(one), " ")
				_, rest, _ := strings.Cut(text, `"proveniq_neg_cleanup" "`)
				name, _, _ := strings.Cut(rest, `"`)
				found[name] += text
			}
			for name, title := range wants {
				c := cases[title]
				if !strings.Contains(found[name], c.want) || !strings.Contains(found[name], c.at) {
					t.Errorf("%s: the error lacks %q or %q:\n%s", title, c.at, c.want, found[name])
				}
			}
			return nil
		},
	})
	if !checked {
		t.Error("the configuration passed")
	}
	if calls := b.requests(); len(calls) != 0 {
		t.Errorf("calls were made: %v", calls)
	}
}

// A region that is only new is not refused, but a slip of the pen is told.
func TestUnknownRegion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	cli := acctest.NewCLI(t, b.config("network = \"ledger\"\nregion = \"us-eats1\"\nneg_names = [\"ledger-api\"]"))
	acctest.WantOutput(t, cli.Plan(true), "Warning: The region is not known", "Google Cloud had no region us-eats1 on 20")
	cli.Write(b.standard(""))
	if said := cli.Plan(true); strings.Contains(said, "Warning") {
		t.Error(said)
	}
}
