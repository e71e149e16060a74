package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const schemaText = `{"provider_schemas": {"somewhere/hashicorp/google": {
	"provider": {"version": 0, "block": {"attributes": {"project": {"type": "string", "optional": true, "description": "prose"}}}},
	"resource_schemas": {
		"google_a": {"version": 3, "block": {
			"description": "prose",
			"attributes": {"name": {"type": "string", "required": true, "description": "prose", "description_kind": "plain"}},
			"block_types": {"b": {"nesting_mode": "list", "max_items": 1, "block": {"attributes": {
				"c": {"type": ["list", "string"], "optional": true}, "d": {"type": "string", "optional": true}}}}}}},
		"google_unused": {"version": 0, "block": {}}},
	"data_source_schemas": {"google_a": {"version": 0, "block": {"attributes": {"id": {"type": "string", "computed": true}}}}}
}}}`

const constraintsText = `{"google_a": {
	"name": {"force_new": true, "enum": "[\"X\" \"Y Z\"]", "default": "X", "validated": true},
	"b": {"computed_block": true},
	"b.c": {"conflicts_with": ["b.0.d"]},
	"inner.state": {"enum": "[\"A\"]"}
}}`

const want = `{
"version": "1.2.3",
"provider": {"version": 0, "facts": {
 "project": {"type":"string","optional":true}
}},
"resources": {
"google_a": {"version": 3, "facts": {
 "b": {"block":"list","max":1,"computed":true},
 "b.c": {"type":["list","string"],"optional":true,"conflicts_with":["b.d"]},
 "b.d": {"type":"string","optional":true},
 "name": {"type":"string","required":true,"force_new":true,"default":"X","values":["X","Y Z"]}
}}
},
"data_sources": {
"google_a": {"version": 0, "facts": {
 "id": {"type":"string","computed":true}
}}
}
}
`

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPrune(t *testing.T) {
	var zipped bytes.Buffer
	zip := gzip.NewWriter(&zipped)
	if _, err := zip.Write([]byte(schemaText)); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.json")
	err := run(write(t, "schema.json.gz", zipped.String()), write(t, "constraints.json", constraintsText),
		write(t, "types.txt", "# comment\ngoogle_a\ndata google_a\n"), "1.2.3", out)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Errorf("have:\n%s", have)
	}
	from, err := os.ReadFile(filepath.Join(filepath.Dir(out), "provenance.json"))
	if err != nil || !strings.Contains(string(from), `"version": "1.2.3"`) {
		t.Errorf("provenance: %v %s", err, from)
	}
}

func TestPruneRefuses(t *testing.T) {
	for name, c := range map[string]struct{ schema, constraints, types, names string }{
		"unknown type":        {schemaText, constraintsText, "google_b\n", "google_b"},
		"unknown data source": {schemaText, constraintsText, "data google_b\n", "google_b"},
		"other provider":      {`{"provider_schemas": {"x/hashicorp/aws": {}}}`, constraintsText, "google_a\n", "hashicorp/google"},
		"no JSON":             {schemaText, `{`, "google_a\n", "constraints"},
		"unknown reference":   {schemaText, `{"google_a": {"name": {"conflicts_with": ["b.0.nope"]}}}`, "google_a\n", "b.0.nope"},
		"no list":             {schemaText, `{"google_a": {"name": {"enum": "X"}}}`, "google_a\n", "X"},
	} {
		err := run(write(t, "s", c.schema), write(t, "c", c.constraints), write(t, "t", c.types), "1", filepath.Join(t.TempDir(), "out.json"))
		if err == nil || !strings.Contains(err.Error(), c.names) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := run("", "", "", "", ""); err == nil {
		t.Error("no inputs: accepted")
	}
}
