package modules_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	graphEdge   = regexp.MustCompile(`(?m)^\s*"([^"]+)" -> "([^"]+)"`)
	instanceKey = regexp.MustCompile(`\[[^]]*\]`)
)

// before are what the resource waits for in the root's graph, and what waits for it
// when both are destroyed. Addresses have no instance keys.
func before(graph, resource string) map[string]bool {
	plain := strings.NewReplacer("[root] ", "", " (expand)", "")
	next := map[string][]string{}
	for _, match := range graphEdge.FindAllStringSubmatch(graph, -1) {
		from := plain.Replace(match[1])
		next[from] = append(next[from], plain.Replace(match[2]))
	}
	reached := map[string]bool{}
	for queue := []string{resource}; len(queue) > 0; queue = queue[1:] {
		for _, one := range next[queue[0]] {
			if !reached[one] {
				reached[one] = true
				queue = append(queue, one)
			}
		}
	}
	return reached
}

// TestRegionsJoinLastAndLeaveFirst: a region that joins waits for its pods, and one
// that leaves drains for minutes. All that the pods live on is there meanwhile: in
// the ledger, and for whoever calls the modules alone and hands on the NEG's name.
func TestRegionsJoinLastAndLeaveFirst(t *testing.T) {
	tree := newTree(t)
	for _, c := range []struct {
		folder, join string
		modules      []string
		files        map[string]string
	}{
		{
			folder:  "examples/production",
			join:    "module.ledger.proveniq_ledger_region.this",
			modules: []string{"module.ledger.module.region", "module.ledger.module.network"},
		},
		{
			folder:  "modules/region/examples/one-region",
			join:    "proveniq_ledger_region.this",
			modules: []string{"module.us_east1", "module.network"},
			files: map[string]string{
				"versions.tf": `
terraform {
  required_providers {
    google   = { source = "hashicorp/google" }
    proveniq = { source = "proveniq/proveniq" }
  }
}

provider "google" {
  project = var.project_id
}
`,
				"join.tf": `
resource "proveniq_ledger_region" "this" {
  project          = var.project_id
  ledger_id        = "main"
  region           = "us-east1"
  neg_name         = module.us_east1.neg_name
  backend_services = { read = { name = "read", max_rate_per_endpoint = 1 } }
}
`,
			},
		},
	} {
		t.Run(c.folder, func(t *testing.T) {
			root := tree.In(t, c.folder)
			givesVariables(t, root)
			for name, text := range c.files {
				root.WriteFile(name, text)
			}
			root.Run(0, "init", "-no-color", "-input=false")
			code, graph := root.Start("graph").Lines()
			if code != 0 {
				t.Fatalf("graph: %s", graph)
			}
			joined, of := before(graph, c.join), map[string]int{}
			for _, r := range plan(t, root).managed() {
				address := instanceKey.ReplaceAllString(r.Address, "")
				module, _, _ := strings.Cut(address, "."+r.Type+".")
				if !slices.Contains(c.modules, module) {
					continue
				}
				of[module]++
				if !joined[address] {
					t.Errorf("%s may be made while a region joins, and go while it drains", r.Address)
				}
			}
			if len(of) != len(c.modules) {
				t.Errorf("the plan has resources of %v alone", of)
			}
		})
	}
}
