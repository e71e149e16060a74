//go:build ignore

package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os/exec"
	"strings"

	"cloud.google.com/go/memorystore/apiv1/memorystorepb"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// module finds a module of the module file that this program runs with.
func module(path string) (dir, version string) {
	out, err := exec.Command("go", "mod", "download", "-modfile=../../tools/discovery.mod", "-json", path).Output()
	if err != nil {
		log.Fatalf("find %s: %v", path, err)
	}
	var m struct{ Dir, Version string }
	if err := json.Unmarshal(out, &m); err != nil {
		log.Fatal(err)
	}
	return m.Dir, m.Version
}

// memorystoreDocument makes of the protocol description what a discovery
// document would be.
func memorystoreDocument() (doc map[string]any, source string) {
	_, version := module("cloud.google.com/go/memorystore")
	file := memorystorepb.File_google_cloud_memorystore_v1_memorystore_proto
	d := &description{schemas: map[string]any{}}
	methods := map[string]any{}
	services := file.Services()
	for i := range services.Len() {
		for j := range services.Get(i).Methods().Len() {
			d.method(services.Get(i).Methods().Get(j), methods)
		}
	}
	// Every service built on Google's resource API has these two.
	operation := map[string]any{"type": "object", "properties": map[string]any{
		"name": map[string]any{"type": "string"}, "done": map[string]any{"type": "boolean"},
		"metadata": anyObject(), "response": anyObject(), "error": anyObject(),
	}}
	d.schemas["Operation"], d.schemas["Empty"] = operation, map[string]any{"type": "object", "properties": map[string]any{}}
	methods["memorystore.projects.locations.operations.get"] = map[string]any{"verb": "GET", "path": "v1/{+name}",
		"flatPath": "v1/projects/{projectsId}/locations/{locationsId}/operations/{operationsId}", "response": "Operation", "parameters": map[string]any{}}
	return map[string]any{
		"name": "memorystore", "version": "v1", "rootUrl": "https://memorystore.googleapis.com/", "servicePath": "",
		"parameters": map[string]any{"alt": map[string]any{"type": "string", "location": "query", "enum": []string{"json", "media", "proto"}},
			"prettyPrint": map[string]any{"type": "boolean", "location": "query"}, "fields": map[string]any{"type": "string", "location": "query"}},
		"schemas": d.schemas, "methods": methods,
	}, "cloud.google.com/go/memorystore " + version
}

func anyObject() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "any"}}
}

type description struct{ schemas map[string]any }

// method adds what the method's HTTP rule says.
func (d *description) method(m protoreflect.MethodDescriptor, methods map[string]any) {
	rule, ok := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
	if !ok || rule == nil {
		return
	}
	verb, path := "", ""
	for v, p := range map[string]string{"GET": rule.GetGet(), "POST": rule.GetPost(), "PUT": rule.GetPut(), "PATCH": rule.GetPatch(), "DELETE": rule.GetDelete()} {
		if p != "" {
			verb, path = v, p
		}
	}
	flat := flatten(path)
	entry := map[string]any{"verb": verb, "path": strings.TrimPrefix(path, "/"), "flatPath": flat}
	response := string(m.Output().Name())
	entry["response"] = response
	if response != "Operation" && response != "Empty" {
		d.message(m.Output())
	}
	parameters := map[string]any{}
	fields := m.Input().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		switch {
		case string(f.Name()) == rule.GetBody():
			d.message(f.Message())
			entry["request"] = string(f.Message().Name())
		case strings.Contains(path, "{"+string(f.Name())+"="):
		case f.Kind() != protoreflect.MessageKind:
			parameters[f.JSONName()] = map[string]any{"type": scalar(f)["type"], "location": "query"}
		case f.Message().FullName() == "google.protobuf.FieldMask":
			parameters[f.JSONName()] = map[string]any{"type": "string", "format": "google-fieldmask", "location": "query"}
		}
	}
	if rule.GetBody() == "*" {
		d.message(m.Input())
		entry["request"] = string(m.Input().Name())
		parameters = map[string]any{}
	}
	entry["parameters"] = parameters
	methods["memorystore."+methodID(flat, m)] = entry
}

// flatten turns "/v1/{name=projects/*/locations/*}" into discovery's flat path.
func flatten(path string) string {
	path = strings.TrimPrefix(path, "/")
	open, end := strings.Index(path, "{"), strings.Index(path, "}")
	_, pattern, _ := strings.Cut(path[open+1:end], "=")
	segments := strings.Split(pattern, "/")
	for i, s := range segments {
		if s == "*" {
			segments[i] = "{" + segments[i-1] + "Id}"
		}
	}
	return path[:open] + strings.Join(segments, "/") + path[end+1:]
}

func methodID(flat string, m protoreflect.MethodDescriptor) string {
	var collections []string
	for _, s := range strings.Split(flat, "/")[1:] {
		s, _, _ = strings.Cut(s, ":")
		if !strings.HasPrefix(s, "{") {
			collections = append(collections, s)
		}
	}
	name := string(m.Name())
	for _, verb := range []string{"List", "Get", "Create", "Delete"} {
		if strings.HasPrefix(name, verb) {
			return strings.Join(append(collections, strings.ToLower(verb)), ".")
		}
	}
	if strings.HasPrefix(name, "Update") {
		return strings.Join(append(collections, "patch"), ".")
	}
	return strings.Join(append(collections, strings.ToLower(name[:1])+name[1:]), ".")
}

// message adds a message and all that it holds.
func (d *description) message(m protoreflect.MessageDescriptor) {
	if d.schemas[schemaName(m)] != nil {
		return
	}
	properties := map[string]any{}
	d.schemas[schemaName(m)] = map[string]any{"type": "object", "properties": properties}
	fields := m.Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		properties[f.JSONName()] = d.field(f)
	}
}

// schemaName joins the names of nested messages, as discovery documents do.
func schemaName(m protoreflect.MessageDescriptor) string {
	name := string(m.Name())
	if outer, ok := m.Parent().(protoreflect.MessageDescriptor); ok {
		return schemaName(outer) + name
	}
	return name
}

func (d *description) field(f protoreflect.FieldDescriptor) map[string]any {
	if f.IsMap() {
		return map[string]any{"type": "object", "additionalProperties": d.value(f.MapValue())}
	}
	out := d.value(f)
	if f.IsList() {
		out = map[string]any{"type": "array", "items": out}
	}
	behaviours, _ := proto.GetExtension(f.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	for _, b := range behaviours {
		if b == annotations.FieldBehavior_OUTPUT_ONLY {
			out["readOnly"] = true
		}
	}
	return out
}

func (d *description) value(f protoreflect.FieldDescriptor) map[string]any {
	if f.Kind() != protoreflect.MessageKind {
		return scalar(f)
	}
	switch name := f.Message().FullName(); name {
	case "google.protobuf.Timestamp":
		return map[string]any{"type": "string", "format": "google-datetime"}
	case "google.protobuf.Duration":
		return map[string]any{"type": "string", "format": "google-duration"}
	case "google.protobuf.BoolValue":
		return map[string]any{"type": "boolean"}
	case "google.protobuf.Int32Value":
		return map[string]any{"type": "integer", "format": "int32"}
	default:
		if strings.HasPrefix(string(name), "google.protobuf.") || strings.HasPrefix(string(name), "google.type.") {
			return anyObject()
		}
		d.message(f.Message())
		return map[string]any{"$ref": schemaName(f.Message())}
	}
}

func scalar(f protoreflect.FieldDescriptor) map[string]any {
	switch f.Kind() {
	case protoreflect.BoolKind:
		return map[string]any{"type": "boolean"}
	case protoreflect.Int32Kind, protoreflect.Uint32Kind:
		return map[string]any{"type": "integer", "format": f.Kind().String()}
	case protoreflect.Int64Kind, protoreflect.Uint64Kind:
		return map[string]any{"type": "string", "format": f.Kind().String()}
	case protoreflect.DoubleKind, protoreflect.FloatKind:
		return map[string]any{"type": "number", "format": f.Kind().String()}
	case protoreflect.BytesKind:
		return map[string]any{"type": "string", "format": "byte"}
	case protoreflect.EnumKind:
		var values []string
		for i := range f.Enum().Values().Len() {
			values = append(values, string(f.Enum().Values().Get(i).Name()))
		}
		return map[string]any{"type": "string", "enum": values}
	case protoreflect.StringKind:
		return map[string]any{"type": "string"}
	}
	log.Fatal(fmt.Sprintf("%s is of a kind that is not foreseen", f.FullName()))
	return nil
}
