// Package workload_test keeps the example of a workload, the runtime document
// and its schema in step with what the region module renders.
package workload_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/replicatest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const (
	example = "../../../examples/workload"
	// drainingSeconds is how long the load balancer drains connections, and
	// regionCount of how many regions the example is: its comments say both.
	drainingSeconds = 60
	regionCount     = 3
)

// region is what the root in testdata puts out of one region.
type region struct {
	Parameter struct{ Parameter, Version, Document string }
	NEG       string
	Spread    any
	Workload  struct {
		Namespace      string
		ServiceAccount string `json:"service_account"`
		Service        string
		Port           float64
		MinReplicas    float64 `json:"min_replicas"`
	}
}

// regions applies the root in testdata with the replica of the google
// provider's schema, and gives what it puts out.
func regions(t *testing.T) map[string]region {
	t.Helper()
	modules, err := filepath.Abs("../../../modules")
	if err != nil {
		t.Fatal(err)
	}
	root := acctest.NewRoot(t, "testdata", []string{"TF_REATTACH_PROVIDERS=" + replicatest.Attach(t)})
	text, err := os.ReadFile("testdata/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	root.WriteFile("main.tf", strings.ReplaceAll(string(text), "../../../../modules", modules))
	root.Run(0, "init", "-no-color", "-input=false")
	root.Apply(0)
	var of map[string]region
	if err := json.Unmarshal([]byte(root.Run(0, "output", "-no-color", "-json", "regions")), &of); err != nil {
		t.Fatal(err)
	}
	return of
}

func TestAgainstTheModule(t *testing.T) {
	of := regions(t)
	t.Run("the example has what it renders", func(t *testing.T) { fits(t, of) })
	t.Run("its documents are of their schema", func(t *testing.T) { documents(t, of) })
}

func fits(t *testing.T, regions map[string]region) {
	deployment := read(t, "base/deployment.yaml")
	service := read(t, "base/service.yaml")
	autoscaler := read(t, "base/horizontalpodautoscaler.yaml")
	for name, of := range regions {
		if strings.HasSuffix(name, "-valkey") || strings.HasSuffix(name, "-bare") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			folder := read(t, name+"/kustomization.yaml")
			equal(t, "resources", at(t, folder, "resources"), []any{"../base"})
			equal(t, "patches", at(t, folder, "patches"), []any{map[string]any{"path": "service.yaml"}, map[string]any{"path": "deployment.yaml"}})

			annotation := at(t, read(t, name+"/service.yaml"), "metadata", "annotations", "cloud.google.com/neg")
			equal(t, "the NEG annotation", annotation, any(of.NEG))
			patch := read(t, name+"/deployment.yaml")
			environment := map[string]any{}
			for _, variable := range at(t, patch, "spec", "template", "spec", "containers", "0", "env").([]any) {
				environment[at(t, variable, "name").(string)] = at(t, variable, "value")
			}
			equal(t, "the environment", environment, map[string]any{"REGION": name, "RUNTIME_PARAMETER": filepath.Base(of.Parameter.Parameter)})
			for _, one := range []any{patch, read(t, name+"/service.yaml")} {
				equal(t, "the namespace", at(t, one, "metadata", "namespace"), any(of.Workload.Namespace))
			}
		})
		equal(t, "the topology spread", at(t, deployment, "spec", "template", "spec", "topologySpreadConstraints"), of.Spread)
		equal(t, "the service account", at(t, deployment, "spec", "template", "spec", "serviceAccountName"), any(of.Workload.ServiceAccount))
		equal(t, "the namespace", at(t, read(t, "base/kustomization.yaml"), "namespace"), any(of.Workload.Namespace))
		equal(t, "the Service", at(t, service, "metadata", "name"), any(of.Workload.Service))
		equal(t, "the port", at(t, service, "spec", "ports", "0", "port"), any(of.Workload.Port))
		if least := at(t, autoscaler, "spec", "minReplicas").(float64); least < of.Workload.MinReplicas {
			t.Errorf("the autoscaler keeps %v pods at least, the module wants %v", least, of.Workload.MinReplicas)
		}
	}
}

// The folders are the regions, and every file of the base is used.
func TestExampleIsComplete(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(example, "base", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, file := range at(t, read(t, "base/kustomization.yaml"), "resources").([]any) {
		used[file.(string)] = true
	}
	for _, file := range files {
		if name := filepath.Base(file); name != "kustomization.yaml" && !used[name] {
			t.Errorf("base/%s is in no kustomization", name)
		}
	}
	folders, err := filepath.Glob(filepath.Join(example, "*", "service.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(folders)-1 != regionCount {
		t.Errorf("%d directories of regions, want %d: the autoscaler is sized for that many", len(folders)-1, regionCount)
	}
}

// A region that is lost leaves its load to the others at once.
func TestAutoscalerIsSizedForALostRegion(t *testing.T) {
	autoscaler := read(t, "base/horizontalpodautoscaler.yaml")
	utilization := at(t, autoscaler, "spec", "metrics", "0", "resource", "target", "averageUtilization").(float64)
	taken := utilization * regionCount / (regionCount - 1)
	if taken > 80 {
		t.Errorf("at %v %% of CPU in %d regions, the others would run at %v %% when one is lost", utilization, regionCount, taken)
	}
	least, most := at(t, autoscaler, "spec", "minReplicas").(float64), at(t, autoscaler, "spec", "maxReplicas").(float64)
	if most < least*regionCount/(regionCount-1) {
		t.Errorf("%v pods at most cannot take over from a lost region, whose %v have to run in %d others", most, least, regionCount-1)
	}
}

func TestPodsOutliveTheirConnections(t *testing.T) {
	pod := at(t, read(t, "base/deployment.yaml"), "spec", "template", "spec")
	wait := at(t, pod, "containers", "0", "lifecycle", "preStop", "sleep", "seconds").(float64)
	if wait <= drainingSeconds {
		t.Errorf("preStop waits %v s, but connections are drained for %d s", wait, drainingSeconds)
	}
	if grace := at(t, pod, "terminationGracePeriodSeconds").(float64); grace <= wait {
		t.Errorf("the pod is killed after %v s, within preStop's %v s", grace, wait)
	}
	strategy := at(t, read(t, "base/deployment.yaml"), "spec", "strategy", "rollingUpdate", "maxUnavailable")
	equal(t, "maxUnavailable", strategy, any(float64(0)))
	if _, set := at(t, read(t, "base/deployment.yaml"), "spec").(map[string]any)["replicas"]; set {
		t.Error("the Deployment says how many replicas it has: Config Sync would fight the autoscaler")
	}
	budget := at(t, read(t, "base/poddisruptionbudget.yaml"), "spec")
	equal(t, "the budget's selector", at(t, budget, "selector"), at(t, read(t, "base/deployment.yaml"), "spec", "selector"))
	equal(t, "the Service's selector", at(t, read(t, "base/service.yaml"), "spec", "selector"), at(t, budget, "selector", "matchLabels"))
}

// documents: every one that the module can render is one of its schema; what is
// no such document is not.
func documents(t *testing.T, regions map[string]region) {
	schema, err := jsonschema.NewCompiler().Compile("../../../modules/region/runtime.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, of := range regions {
		t.Run(name, func(t *testing.T) {
			if err := schema.Validate(parse(t, of.Parameter.Document)); err != nil {
				t.Errorf("%v\n%s", err, of.Parameter.Document)
			}
			for what, spoil := range map[string]func(document map[string]any){
				"a version to come":      func(d map[string]any) { d["version"] = json.Number("2") },
				"no region":              func(d map[string]any) { delete(d, "region") },
				"something unknown":      func(d map[string]any) { d["password"] = "secret" },
				"a mode that is none":    func(d map[string]any) { d["mode"] = "maintenance" },
				"a secret's value":       func(d map[string]any) { d["secrets"] = map[string]any{"signing": "hunter2"} },
				"a database by its name": func(d map[string]any) { d["spanner"].(map[string]any)["database"] = "ledger" },
				"a password for a cache": func(d map[string]any) {
					d["cache"] = map[string]any{"engine": "redis", "host": "10.0.0.1", "port": json.Number("6379"), "authentication": "secret", "secret": nil, "ca_certificates": []any{}}
				},
			} {
				document := parse(t, of.Parameter.Document).(map[string]any)
				spoil(document)
				if schema.Validate(document) == nil {
					t.Errorf("the schema takes %s", what)
				}
			}
		})
	}
}

func parse(t *testing.T, document string) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// read parses one file of the example.
func read(t *testing.T, name string) any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(example, name))
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := yaml.UnmarshalStrict(text, &value); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return value
}

// at follows a path of keys and indices.
func at(t *testing.T, value any, path ...string) any {
	t.Helper()
	for i, step := range path {
		switch in := value.(type) {
		case map[string]any:
			next, there := in[step]
			if !there {
				t.Fatalf("nothing at %s", strings.Join(path[:i+1], "."))
			}
			value = next
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(in) {
				t.Fatalf("nothing at %s", strings.Join(path[:i+1], "."))
			}
			value = in[n]
		default:
			t.Fatalf("nothing at %s", strings.Join(path[:i+1], "."))
		}
	}
	return value
}

func equal(t *testing.T, what string, have, want any) {
	t.Helper()
	if !reflect.DeepEqual(have, want) {
		t.Errorf("%s: the example has %s, the module renders %s", what, show(have), show(want))
	}
}

func show(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
