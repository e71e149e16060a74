package api

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// selfLink is the URL of a resource as its API shows it.
func selfLink(of *kind, path string) string {
	switch of.doc.Name {
	case "compute", "storage", "bigquery":
		return "https://www.googleapis.com/" + of.doc.ServicePath + path
	case "sqladmin":
		return "https://sqladmin.googleapis.com/sql/v1beta4/" + path
	}
	return of.doc.RootURL + of.doc.Version + "/" + path
}

// namedByPath reports whether a kind's "name" is its whole path.
func namedByPath(of *kind) bool {
	switch of.doc.Name {
	case "compute", "container", "logging", "bigquery", "dns", "sqladmin", "storage":
		return false
	}
	return true
}

// goodStates are what a resource that is ready says of itself, in the words of
// the different APIs.
var goodStates = []string{"READY", "ACTIVE", "RUNNING", "RUNNABLE", "ENABLED", "UP", "CREATED", "OK", "SUCCEEDED", "JOB_STATE_RUNNING"}

// fill sets what only the server sets on a new resource.
func (s *Server) fill(k *call, r *resource) {
	schema := k.method.Document.Schemas[r.kind.schema]
	has := func(name, typ string) bool {
		p := schema.Properties[name]
		return p != nil && (typ == "" || p.Type == typ)
	}
	set := func(name string, value any) {
		if has(name, "") && r.data[name] == nil {
			r.data[name] = value
		}
	}
	if namedByPath(r.kind) && has("name", "string") {
		r.data["name"] = r.path
	} else if has("name", "string") {
		r.data["name"] = r.id()
	}
	now := s.timestamp(r.service)
	for _, name := range []string{"createTime", "updateTime", "creationTimestamp", "timeCreated", "updated", "creationTime"} {
		if has(name, "string") && (schema.Properties[name].ReadOnly || r.data[name] == nil) && schema.Properties[name].Format != "int64" {
			r.data[name] = now
		}
	}
	if has("selfLink", "string") {
		r.data["selfLink"] = selfLink(r.kind, r.path)
	}
	if r.service == "compute" || r.service == "dns" {
		if has("kind", "string") {
			r.data["kind"] = r.service + "#" + lowerFirst(r.kind.schema)
		}
		if has("id", "string") {
			r.data["id"] = s.newID()
		}
		if region := k.args["region"]; region != "" {
			r.data["region"] = computeSelfLink + "projects/" + k.project.id + "/regions/" + region
		}
		if zone := k.args["zone"]; zone != "" {
			r.data["zone"] = computeSelfLink + "projects/" + k.project.id + "/zones/" + zone
		}
	}
	set("uid", opaqueID(s.newID()))
	for _, name := range []string{"state", "status"} {
		p := schema.Properties[name]
		if p == nil || !p.ReadOnly && r.data[name] != nil {
			continue
		}
		for _, good := range goodStates {
			if slices.Contains(p.Enum, good) {
				r.data[name] = good
				break
			}
		}
	}
}

func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }

func opaqueID(id string) string {
	sum := sha256.Sum256([]byte(id))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// keepServerSet keeps on a PUT what the server set.
func (s *Server) keepServerSet(k *call, r *resource, after map[string]any) {
	schema := k.method.Document.Schemas[r.kind.schema]
	for name, value := range r.data {
		p := schema.Properties[name]
		if p == nil {
			continue
		}
		if _, given := after[name]; !given && (p.ReadOnly || alwaysServer[name]) {
			after[name] = value
		}
	}
	after["name"] = r.data["name"]
}

// alwaysServer are members that only the server writes, whatever the document
// says of them.
var alwaysServer = map[string]bool{
	"id": true, "kind": true, "creationTimestamp": true, "selfLink": true, "createTime": true, "usedBy": true, "region": true, "zone": true,
	"fingerprint": true, "labelFingerprint": true, "etag": true, "uid": true, "state": true, "status": true, "timeCreated": true,
}

// changed gives the resource the fingerprints of its next generation.
func (s *Server) changed(r *resource) {
	r.generation++
	schema := r.kind.doc.Schemas[r.kind.schema]
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v %d", r.path, r.data["id"], r.generation))
	for _, name := range []string{"fingerprint", "etag"} {
		if schema.Properties[name] != nil {
			r.data[name] = base64.StdEncoding.EncodeToString(sum[:8])
		}
	}
	if schema.Properties["labelFingerprint"] != nil {
		// It is of the labels alone: other changes leave it as it is.
		labels := sha256.Sum256(fmt.Appendf(nil, "%s %s%s", r.path, jsonText(r.data["labels"]), jsonText(r.data["resourceLabels"])))
		r.data["labelFingerprint"] = base64.StdEncoding.EncodeToString(labels[:8])
	}
	if schema.Properties["updateTime"] != nil && r.generation > 1 {
		r.data["updateTime"] = s.timestamp(r.service)
	}
	if schema.Properties["generation"] != nil && schema.Properties["generation"].Format == "int64" {
		r.data["generation"] = fmt.Sprint(r.generation)
	}
}
