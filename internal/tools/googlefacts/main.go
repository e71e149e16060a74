// Command googlefacts writes internal/googlereplica/facts/google.json: what the
// schema of hashicorp/google says of the types that our modules use.
//
// It reads the output of `terraform providers schema -json` of a configuration
// that requires hashicorp/google alone, and a file of constraints, which that
// output lacks: for each resource type an object that has, under the dotted
// path of an attribute or block, what the provider's own code says of it in
// schema.Schema (force_new, default, conflicts_with, exactly_one_of,
// at_least_one_of, required_with, computed_block, and enum as the text between
// brackets of the provider's own message). Either file may be gzipped.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

func main() {
	schema := flag.String("schema", "", "the output of `terraform providers schema -json`")
	constraints := flag.String("constraints", "", "the `file` of constraints")
	types := flag.String("types", "internal/googlereplica/facts/types.txt", "the `file` that names the types")
	version := flag.String("version", "", "the `version` of hashicorp/google that both are of")
	out := flag.String("out", "internal/googlereplica/facts/google.json", "the `file` to write; provenance.json goes beside it")
	flag.Parse()
	if err := run(*schema, *constraints, *types, *version, *out); err != nil {
		fmt.Fprintln(os.Stderr, "googlefacts:", err)
		os.Exit(1)
	}
}

// provenance says where google.json is from.
type provenance struct {
	Provider    string           `json:"provider"`
	Version     string           `json:"version"`
	Inputs      map[string]input `json:"inputs"`
	Output      input            `json:"output"`
	Resources   int              `json:"resource_types"`
	DataSources int              `json:"data_sources"`
}

// input is a file that was read. Its checksum is of the text, not of a
// compressed form.
type input struct {
	SHA256 string `json:"sha256"`
	Bytes  int    `json:"bytes"`
}

func run(schemaFile, constraintsFile, typesFile, version, out string) error {
	if schemaFile == "" || constraintsFile == "" || version == "" {
		return fmt.Errorf("-schema, -constraints and -version are needed")
	}
	schemaText, err := read(schemaFile)
	if err != nil {
		return err
	}
	constraintsText, err := read(constraintsFile)
	if err != nil {
		return err
	}
	typesText, err := os.ReadFile(typesFile)
	if err != nil {
		return err
	}
	file, err := prune(schemaText, constraintsText, parseTypes(string(typesText)))
	if err != nil {
		return err
	}
	file.Version = version
	if _, err := file.Provide(); err != nil {
		return fmt.Errorf("what was pruned is no schema: %w", err)
	}
	var text bytes.Buffer
	if err := file.Write(&text); err != nil {
		return err
	}
	from, err := json.MarshalIndent(provenance{
		Provider:    "hashicorp/google",
		Version:     version,
		Inputs:      map[string]input{"schema": sum(schemaText), "constraints": sum(constraintsText)},
		Output:      sum(text.Bytes()),
		Resources:   len(file.Resources),
		DataSources: len(file.DataSources),
	}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, text.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(filepath.Dir(out), "provenance.json"), append(from, '\n'), 0o644)
}

func read(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil || !bytes.HasPrefix(text, []byte("\x1f\x8b")) {
		return text, err
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return io.ReadAll(unzipped)
}

func sum(text []byte) input {
	sum := sha256.Sum256(text)
	return input{SHA256: hex.EncodeToString(sum[:]), Bytes: len(text)}
}

// wanted is what types.txt names.
type wanted struct {
	resources, dataSources []string
}

func parseTypes(text string) wanted {
	var types wanted
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		name, isData := strings.CutPrefix(line, "data ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case isData:
			types.dataSources = append(types.dataSources, name)
		default:
			types.resources = append(types.resources, name)
		}
	}
	return types
}

// printed is a schema as the core prints it.
type printed struct {
	Version int64 `json:"version"`
	Block   block `json:"block"`
}

type block struct {
	Attributes map[string]struct {
		Type       json.RawMessage `json:"type"`
		Required   bool            `json:"required"`
		Optional   bool            `json:"optional"`
		Computed   bool            `json:"computed"`
		Sensitive  bool            `json:"sensitive"`
		WriteOnly  bool            `json:"write_only"`
		Deprecated bool            `json:"deprecated"`
	} `json:"attributes"`
	Blocks map[string]struct {
		Nesting string `json:"nesting_mode"`
		Block   block  `json:"block"`
		Min     int    `json:"min_items"`
		Max     int    `json:"max_items"`
	} `json:"block_types"`
}

// constraint is what the provider's code says beyond its schema.
type constraint struct {
	ForceNew      bool            `json:"force_new"`
	ComputedBlock bool            `json:"computed_block"`
	Default       json.RawMessage `json:"default"`
	Enum          string          `json:"enum"`
	ConflictsWith []string        `json:"conflicts_with"`
	ExactlyOneOf  []string        `json:"exactly_one_of"`
	AtLeastOneOf  []string        `json:"at_least_one_of"`
	RequiredWith  []string        `json:"required_with"`
}

func prune(schemaText, constraintsText []byte, types wanted) (*facts.File, error) {
	var schemas struct {
		Providers map[string]struct {
			Provider    printed            `json:"provider"`
			Resources   map[string]printed `json:"resource_schemas"`
			DataSources map[string]printed `json:"data_source_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(schemaText, &schemas); err != nil {
		return nil, fmt.Errorf("the schema: %w", err)
	}
	var constraints map[string]map[string]constraint
	if err := json.Unmarshal(constraintsText, &constraints); err != nil {
		return nil, fmt.Errorf("the constraints: %w", err)
	}
	for address, provider := range schemas.Providers {
		if !strings.HasSuffix(address, "hashicorp/google") {
			continue
		}
		file := &facts.File{Resources: map[string]facts.Schema{}, DataSources: map[string]facts.Schema{}}
		file.Provider = flatten(provider.Provider)
		for _, name := range types.resources {
			schema, found := provider.Resources[name]
			if !found {
				return nil, fmt.Errorf("%s has no resource type %s", address, name)
			}
			flat := flatten(schema)
			if err := constrain(flat, constraints[name]); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			file.Resources[name] = flat
		}
		for _, name := range types.dataSources {
			schema, found := provider.DataSources[name]
			if !found {
				return nil, fmt.Errorf("%s has no data source %s", address, name)
			}
			file.DataSources[name] = flatten(schema)
		}
		return file, nil
	}
	return nil, fmt.Errorf("the schema has no provider hashicorp/google")
}

func flatten(schema printed) facts.Schema {
	flat := facts.Schema{Version: schema.Version, Facts: map[string]facts.Fact{}}
	var add func(prefix string, b block)
	add = func(prefix string, b block) {
		for name, a := range b.Attributes {
			flat.Facts[prefix+name] = facts.Fact{
				Type: a.Type, Required: a.Required, Optional: a.Optional, Computed: a.Computed,
				Sensitive: a.Sensitive, WriteOnly: a.WriteOnly, Deprecated: a.Deprecated,
			}
		}
		for name, nested := range b.Blocks {
			flat.Facts[prefix+name] = facts.Fact{Block: nested.Nesting, Min: nested.Min, Max: nested.Max}
			add(prefix+name+".", nested.Block)
		}
	}
	add("", schema.Block)
	return flat
}

func constrain(schema facts.Schema, constraints map[string]constraint) error {
	for path, c := range constraints {
		fact, found := schema.Facts[path]
		if !found {
			continue // inside an attribute that is a list of objects, all computed
		}
		fact.ForceNew = c.ForceNew
		fact.Computed = fact.Computed || c.ComputedBlock
		fact.Default = c.Default
		var err error
		if fact.Values, err = parseEnum(c.Enum); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, group := range []struct {
			from []string
			to   *[]string
		}{
			{c.ConflictsWith, &fact.ConflictsWith}, {c.ExactlyOneOf, &fact.ExactlyOneOf},
			{c.AtLeastOneOf, &fact.AtLeastOneOf}, {c.RequiredWith, &fact.RequiredWith},
		} {
			for _, address := range group.from {
				// The provider counts: a.0.b, where there is one a at most.
				named := strings.ReplaceAll(address, ".0.", ".")
				if _, found := schema.Facts[named]; !found {
					return fmt.Errorf("%s names %s, which the schema lacks", path, address)
				}
				*group.to = append(*group.to, named)
			}
		}
		schema.Facts[path] = fact
	}
	return nil
}

// parseEnum reads what Go prints for a list of strings with %q: ["A" "B"].
func parseEnum(printed string) ([]string, error) {
	if printed == "" {
		return nil, nil
	}
	list, opened := strings.CutPrefix(printed, "[")
	list, closed := strings.CutSuffix(list, "]")
	if !opened || !closed {
		return nil, fmt.Errorf("%s is no printed list", printed)
	}
	var values []string
	decoder := json.NewDecoder(strings.NewReader(list))
	for {
		var value string
		switch err := decoder.Decode(&value); err {
		case nil:
			values = append(values, value)
		case io.EOF:
			return values, nil
		default:
			return nil, fmt.Errorf("%s: %w", printed, err)
		}
	}
}
