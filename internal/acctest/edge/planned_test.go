// Package edge evaluates requests on the URL map that the edge module plans.
package edge_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/replicatest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/urlmap"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// planned is what a plan of the module says about requests.
type planned struct {
	https, http *urlmap.URLMap
	// cached are the backend services and buckets with Cloud CDN on, by their path.
	cached map[string]bool
	// plugin is the CEL expression of the requests that the edge plugin sees; empty
	// without a plugin.
	plugin string
}

const root = `
provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

module "edge" {
  source        = "./modules/edge"
  project_id    = "ledger-test"
  name          = "main"
  domains       = ["ledger.example.com", "api.example.com"]
  regions       = { us-east1 = {}, europe-west1 = {}, asia-southeast1 = {} }
  leader_region = "us-east1"
  dns           = null
%s
}
`

// planner plans the module with arguments, each once.
type planner struct {
	tree  *acctest.CLI
	plans map[string]*planned
}

func newPlanner(t *testing.T) *planner {
	t.Helper()
	tree := acctest.NewTree(t, "../../..", []string{"modules/edge"}, nil)
	tree.Attach(replicatest.Join(t, tree.Reattach(), replicatest.Attach(t)))
	tree.WriteFile("main.tf", fmt.Sprintf(root, ""))
	tree.Run(0, "init", "-no-color", "-input=false")
	return &planner{tree: tree, plans: map[string]*planned{}}
}

func (p *planner) plan(t *testing.T, arguments string) *planned {
	t.Helper()
	if done := p.plans[arguments]; done != nil {
		return done
	}
	p.tree.WriteFile("main.tf", fmt.Sprintf(root, arguments))
	p.tree.Run(0, "plan", "-no-color", "-input=false", "-out=tfplan")
	code, text := p.tree.Start("show", "-json", "tfplan").Lines()
	if code != 0 {
		t.Fatalf("show: %s", text)
	}
	var read struct {
		Changes []struct {
			Type, Name string
			Change     struct{ After map[string]any }
		} `json:"resource_changes"`
	}
	// Warnings about this machine's configuration may stand before it.
	if err := json.Unmarshal([]byte(text[strings.Index(text, "{"):]), &read); err != nil {
		t.Fatal(err)
	}
	made := &planned{cached: map[string]bool{}}
	for _, c := range read.Changes {
		after := c.Change.After
		switch c.Type {
		case "google_compute_url_map":
			m, err := urlmap.Read(asAPI(after))
			if err != nil {
				t.Fatal(err)
			}
			if c.Name == "redirect" {
				made.http = m
			} else {
				made.https = m
			}
		case "google_compute_backend_service":
			made.cached["backendServices/"+fmt.Sprint(after["name"])] = after["enable_cdn"] == true
		case "google_compute_backend_bucket":
			made.cached["backendBuckets/"+fmt.Sprint(after["name"])] = after["enable_cdn"] == true
		case "google_network_services_lb_edge_extension":
			chain, _ := asAPI(after)["extensionChains"].(map[string]any)
			condition, _ := chain["matchCondition"].(map[string]any)
			made.plugin = fmt.Sprint(condition["celExpression"])
		}
	}
	p.plans[arguments] = made
	return made
}

// plural are blocks whose list has another name in the API.
var plural = map[string]string{"host_rule": "hostRules", "path_matcher": "pathMatchers", "test": "tests", "error_response_rule": "errorResponseRules"}

// lists are blocks that are lists in the API too; all others are one object.
var lists = []string{"host_rule", "path_matcher", "test", "error_response_rule", "route_rules", "match_rules", "header_matches", "query_parameter_matches", "metadata_filters", "headers", "weighted_backend_services", "request_headers_to_add", "response_headers_to_add", "path_rule"}

// asAPI writes a planned URL map as the provider sends it: names in camel case, and
// blocks that may be there once as objects.
func asAPI(block map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range block {
		to := camel(name)
		elements, isList := value.([]any)
		if isList && plural[name] != "" {
			to = plural[name]
		}
		switch {
		case value == nil:
		case !isList:
			out[to] = value
		case len(elements) > 0 && isBlock(elements[0]) && !slices.Contains(lists, name):
			out[to] = asAPI(elements[0].(map[string]any))
		case len(elements) > 0 && isBlock(elements[0]):
			var all []any
			for _, e := range elements {
				all = append(all, asAPI(e.(map[string]any)))
			}
			out[to] = all
		case len(elements) > 0:
			out[to] = elements
		}
	}
	return out
}

func isBlock(value any) bool {
	_, ok := value.(map[string]any)
	return ok
}

func camel(name string) string {
	words := strings.Split(name, "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}

// short is a service's kind and name.
func short(path string) string {
	return filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
}
