//go:build ignore

// Extract writes documents/: Google's discovery documents without prose, one
// file per API, and the module versions that they came from.
// Run it with go generate after a new version of google.golang.org/api.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

// apis are the APIs that localcloud knows, by the folder of their document.
var apis = []string{
	"artifactregistry/v1", "bigquery/v2", "bigqueryconnection/v1", "bigquerydatatransfer/v1", "billingbudgets/v1", "certificatemanager/v1",
	"cloudbilling/v1", "cloudkms/v1", "cloudresourcemanager/v1", "cloudresourcemanager/v3", "cloudtasks/v2",
	"compute/v1", "container/v1", "dataflow/v1b3", "datastream/v1", "dns/v1", "gkehub/v1", "iam/v1", "iamcredentials/v1",
	"logging/v2", "monitoring/v1", "monitoring/v3", "networkconnectivity/v1", "networkservices/v1", "oauth2/v2", "parametermanager/v1",
	"pubsub/v1", "redis/v1", "secretmanager/v1", "servicenetworking/v1", "serviceusage/v1", "spanner/v1", "sqladmin/v1beta4",
	"storage/v1",
}

func main() {
	log.SetFlags(0)
	dir, version := module("google.golang.org/api")
	sources := []string{fmt.Sprintf("google.golang.org/api %s", version)}
	for _, api := range apis {
		name, _, _ := strings.Cut(api, "/")
		raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(api), name+"-api.json"))
		if err != nil {
			log.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(raw, &doc); err != nil {
			log.Fatalf("%s: %v", api, err)
		}
		write(api, extract(doc))
	}
	// Memorystore has no discovery document in the module; its protocol
	// description says the same.
	memorystore, version := memorystoreDocument()
	write("memorystore/v1", memorystore)
	sources = append(sources, version)
	if err := os.WriteFile(filepath.Join("documents", "SOURCE"), []byte(strings.Join(sources, "\n")+"\n"), 0o644); err != nil {
		log.Fatal(err)
	}
}

// write compresses a document so that the same document gives the same bytes.
func write(api string, doc map[string]any) {
	plain, err := json.Marshal(doc)
	if err != nil {
		log.Fatal(err)
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := z.Write(plain); err != nil {
		log.Fatal(err)
	}
	if err := z.Close(); err != nil {
		log.Fatal(err)
	}
	file := filepath.Join("documents", strings.ReplaceAll(api, "/", "-")+".json.gz")
	if err := os.WriteFile(file, packed.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// extract keeps of a document what decides whether a request is accepted.
func extract(doc map[string]any) map[string]any {
	methods := map[string]any{}
	collect(doc, methods)
	return map[string]any{
		"name": doc["name"], "version": doc["version"], "rootUrl": doc["rootUrl"], "servicePath": doc["servicePath"],
		"parameters": slim(object(doc["parameters"]), true),
		"schemas":    slim(object(doc["schemas"]), true),
		"methods":    methods,
	}
}

func collect(node map[string]any, methods map[string]any) {
	for _, value := range object(node["methods"]) {
		m := object(value)
		entry := map[string]any{"verb": m["httpMethod"], "path": m["path"], "parameters": slim(object(m["parameters"]), true)}
		if flat, ok := m["flatPath"]; ok && flat != m["path"] {
			entry["flatPath"] = flat
		}
		if upload := object(object(object(m["mediaUpload"])["protocols"])["simple"])["path"]; upload != nil {
			entry["uploadPath"] = upload
		}
		for key, name := range map[string]string{"request": "request", "response": "response"} {
			if ref := object(m[key])["$ref"]; ref != nil {
				entry[name] = ref
			}
		}
		methods[m["id"].(string)] = entry
	}
	for _, resource := range object(node["resources"]) {
		collect(object(resource), methods)
	}
}

// kept are the keys of a schema or parameter that decide.
var kept = map[string]bool{
	"$ref": true, "type": true, "format": true, "enum": true, "items": true, "properties": true,
	"additionalProperties": true, "readOnly": true, "pattern": true, "minimum": true, "maximum": true,
	"location": true, "required": true, "repeated": true,
}

// slim drops what does not decide. names says that the keys of v are names the
// API chose, which are all kept.
func slim(v map[string]any, names bool) map[string]any {
	out := map[string]any{}
	for k, e := range v {
		if k == "annotations" && !names {
			if required := object(e)["required"]; required != nil {
				out["requiredBy"] = required
			}
			continue
		}
		if !names && !kept[k] {
			continue
		}
		if m, ok := e.(map[string]any); ok {
			e = slim(m, !names && k == "properties")
		}
		out[k] = e
	}
	return out
}

func object(v any) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	return m
}
