//go:build ignore

// Extract_compute writes compute.json: the part of Google's discovery document
// of the Compute API that the fake checks requests against, without prose.
// Run it with go generate after a new version of google.golang.org/api.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const module = "google.golang.org/api"

// resources are those of which the fake serves at least one method.
var resources = []string{"backendServices", "globalOperations", "networkEndpointGroups", "projects", "regions", "zones"}

// checked are the keys of a schema or parameter that decide whether a value is accepted.
var checked = map[string]bool{
	"$ref": true, "type": true, "format": true, "enum": true, "items": true, "properties": true,
	"additionalProperties": true, "readOnly": true, "pattern": true, "minimum": true, "maximum": true,
	"default": true, "location": true, "required": true, "repeated": true,
}

func main() {
	log.SetFlags(0)
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}\n{{.Version}}", module).Output()
	if err != nil {
		log.Fatalf("find %s: %v", module, err)
	}
	dir, version, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	raw, err := os.ReadFile(filepath.Join(dir, "compute", "v1", "compute-api.json"))
	if err != nil {
		log.Fatal(err)
	}
	var doc struct {
		Parameters map[string]any
		Schemas    map[string]map[string]any
		Resources  map[string]struct {
			Methods map[string]struct {
				ID, HTTPMethod, Path string
				Parameters           map[string]any
				Request, Response    struct {
					Ref string `json:"$ref"`
				}
			}
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		log.Fatal(err)
	}

	methods, schemas := map[string]any{}, map[string]any{}
	var keep func(v any)
	keep = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if name, ok := v["$ref"].(string); ok && schemas[name] == nil {
				s := slim(doc.Schemas[name], false)
				schemas[name] = s
				keep(s)
			}
			for _, e := range v {
				keep(e)
			}
		case []any:
			for _, e := range v {
				keep(e)
			}
		}
	}
	for _, resource := range resources {
		for _, m := range doc.Resources[resource].Methods {
			entry := map[string]any{"verb": m.HTTPMethod, "path": m.Path, "parameters": slim(m.Parameters, true)}
			// The bodies of projects' methods reach into instances and disks, which
			// are many schemas for methods that answer 501 anyway.
			if m.Request.Ref != "" && resource != "projects" {
				entry["request"] = m.Request.Ref
				keep(map[string]any{"$ref": m.Request.Ref})
			}
			methods[m.ID] = entry
		}
	}
	result, err := json.MarshalIndent(map[string]any{
		"source":     fmt.Sprintf("%s %s compute/v1/compute-api.json", module, version),
		"parameters": slim(doc.Parameters, true),
		"methods":    methods,
		"schemas":    schemas,
	}, "", " ")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("compute.json", append(result, '\n'), 0o644); err != nil {
		log.Fatal(err)
	}
}

// slim drops what does not decide. names says that the keys of v are names the
// API chose, which are all kept.
func slim(v map[string]any, names bool) map[string]any {
	out := map[string]any{}
	for k, e := range v {
		if !names && !checked[k] {
			continue
		}
		if m, ok := e.(map[string]any); ok {
			e = slim(m, !names && k == "properties")
		}
		out[k] = e
	}
	return out
}
