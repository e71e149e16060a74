package facts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// File is the content of google.json.
type File struct {
	// Version is the version of hashicorp/google that the facts are of.
	Version string `json:"version"`
	// Provider is the schema of the provider block.
	Provider Schema `json:"provider"`
	// Resources are the schemas of resource types by name.
	Resources map[string]Schema `json:"resources"`
	// DataSources are the schemas of data sources by name.
	DataSources map[string]Schema `json:"data_sources"`
}

// Schema is one schema, laid flat.
type Schema struct {
	// Version is the version of the state's form.
	Version int64 `json:"version"`
	// Facts has what is known of each attribute and block, by its path: the
	// names from the outermost block on, with dots between.
	Facts map[string]Fact `json:"facts"`
}

// Fact is what is known of one attribute or nested block. Other attributes are
// named by their paths, as in Schema.Facts.
type Fact struct {
	// Type is an attribute's type in Terraform's JSON notation.
	Type json.RawMessage `json:"type,omitempty"`
	// Block is a nested block's nesting: list, set or single.
	Block string `json:"block,omitempty"`
	// Min and Max bound how many blocks there may be; a Max of 0 is no bound.
	Min int `json:"min,omitempty"`
	Max int `json:"max,omitempty"`

	Required bool `json:"required,omitempty"`
	Optional bool `json:"optional,omitempty"`
	// Computed says that the provider chooses a value where the configuration
	// has none. Blocks can be computed as well.
	Computed   bool `json:"computed,omitempty"`
	Sensitive  bool `json:"sensitive,omitempty"`
	WriteOnly  bool `json:"write_only,omitempty"`
	Deprecated bool `json:"deprecated,omitempty"`
	// ForceNew says that a change replaces the resource.
	ForceNew bool `json:"force_new,omitempty"`
	// Default is the value that an absent attribute is planned with.
	Default json.RawMessage `json:"default,omitempty"`

	// Values is the closed list of what a string may be.
	Values []string `json:"values,omitempty"`
	// ConflictsWith are what may not be set together with this.
	ConflictsWith []string `json:"conflicts_with,omitempty"`
	// ExactlyOneOf is a group of which one has to be set, and no more.
	ExactlyOneOf []string `json:"exactly_one_of,omitempty"`
	// AtLeastOneOf is a group of which one has to be set, or more.
	AtLeastOneOf []string `json:"at_least_one_of,omitempty"`
	// RequiredWith are what has to be set if this is.
	RequiredWith []string `json:"required_with,omitempty"`
}

// Write writes the file with one fact on a line, so that a comparison of two
// versions shows what changed.
func (f *File) Write(w io.Writer) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n\"version\": %q,\n\"provider\": ", f.Version)
	if err := f.Provider.write(&out); err != nil {
		return err
	}
	for _, part := range []struct {
		key     string
		schemas map[string]Schema
	}{{"resources", f.Resources}, {"data_sources", f.DataSources}} {
		fmt.Fprintf(&out, ",\n%q: {", part.key)
		for i, name := range slices.Sorted(maps.Keys(part.schemas)) {
			if i > 0 {
				out.WriteByte(',')
			}
			fmt.Fprintf(&out, "\n%q: ", name)
			if err := part.schemas[name].write(&out); err != nil {
				return err
			}
		}
		out.WriteString("\n}")
	}
	out.WriteString("\n}\n")
	_, err := w.Write(out.Bytes())
	return err
}

func (s Schema) write(out *bytes.Buffer) error {
	fmt.Fprintf(out, "{\"version\": %d, \"facts\": {", s.Version)
	for i, path := range slices.Sorted(maps.Keys(s.Facts)) {
		if i > 0 {
			out.WriteByte(',')
		}
		fact, err := json.Marshal(s.Facts[path])
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		fmt.Fprintf(out, "\n %q: %s", path, fact)
	}
	out.WriteString("\n}}")
	return nil
}
