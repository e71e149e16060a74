// Package discovery knows Google's APIs as their discovery documents describe
// them: which method a request is for, and whether its query and body are what
// that method takes. It answers nothing itself.
//
// The documents are embedded without prose, with the module version that they
// came from (documents/SOURCE).
package discovery

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

//go:generate go run -mod=mod -modfile=../../tools/discovery.mod extract.go extract_proto.go

//go:embed documents
var documents embed.FS

// Source names the modules and versions that the documents came from, one a line.
func Source() string {
	text, err := documents.ReadFile("documents/SOURCE")
	if err != nil {
		return ""
	}
	return string(text)
}

// Document is one version of one API.
type Document struct {
	Name        string                `json:"name"`    // as "compute"
	Version     string                `json:"version"` // as "v1"
	RootURL     string                `json:"rootUrl"`
	ServicePath string                `json:"servicePath"`
	Parameters  map[string]*Parameter `json:"parameters"` // query parameters of every method
	Methods     map[string]*Method    `json:"methods"`    // by id, as "compute.networks.get"
	Schemas     map[string]*Schema    `json:"schemas"`
}

// Host is where the API is served, as "compute.googleapis.com".
func (d *Document) Host() string {
	return strings.TrimSuffix(strings.TrimPrefix(d.RootURL, "https://"), "/")
}

// Method is one method of an API.
type Method struct {
	ID   string `json:"-"`
	Verb string `json:"verb"`
	// Path is the template; FlatPath spells its compound parameters out.
	Path       string                `json:"path"`
	FlatPath   string                `json:"flatPath"`
	UploadPath string                `json:"uploadPath"`
	Parameters map[string]*Parameter `json:"parameters"`
	// Request and Response name schemas; empty for no body.
	Request  string `json:"request"`
	Response string `json:"response"`

	// Document is the API that the method belongs to.
	Document *Document `json:"-"`
}

// Name is the last part of the method's id, as "insert".
func (m *Method) Name() string { return m.ID[strings.LastIndexByte(m.ID, '.')+1:] }

// Collection is the part of the method's id before its name, without the API's
// own: "backendServices", "projects.locations.clusters".
func (m *Method) Collection() string {
	_, rest, _ := strings.Cut(m.ID, ".")
	before, _, _ := strings.Cut(rest, "."+m.Name())
	return before
}

// Template is the whole path below the host, as "compute/v1/projects/{project}".
func (m *Method) Template() string {
	if m.FlatPath != "" {
		return m.Document.ServicePath + m.FlatPath
	}
	return m.Document.ServicePath + m.Path
}

// Parameter is one path or query parameter.
type Parameter struct {
	Type     string   `json:"type"`
	Location string   `json:"location"`
	Pattern  string   `json:"pattern"`
	Format   string   `json:"format"`
	Enum     []string `json:"enum"`
	Repeated bool     `json:"repeated"`
	Required bool     `json:"required"`

	pattern *regexp.Regexp // of the whole value; nil when anything goes
}

// Schema is the shape of one JSON value.
type Schema struct {
	Ref                  string             `json:"$ref"`
	Type                 string             `json:"type"`
	Format               string             `json:"format"`
	Enum                 []string           `json:"enum"`
	Items                *Schema            `json:"items"`
	Properties           map[string]*Schema `json:"properties"`
	AdditionalProperties *Schema            `json:"additionalProperties"`
	ReadOnly             bool               `json:"readOnly"`
	Pattern              string             `json:"pattern"`
	// RequiredBy lists the methods that refuse a body without the property.
	RequiredBy []string `json:"requiredBy"`
}

// Resolve follows references; nil for a schema that the document lacks.
func (d *Document) Resolve(s *Schema) *Schema {
	for s != nil && s.Ref != "" {
		s = d.Schemas[s.Ref]
	}
	return s
}

// load reads one embedded document.
func load(file string) (*Document, error) {
	packed, err := documents.Open("documents/" + file)
	if err != nil {
		return nil, err
	}
	plain, err := gzip.NewReader(packed)
	if err != nil {
		return nil, fmt.Errorf("the embedded %s is broken: %w", file, err)
	}
	d := new(Document)
	if err := json.NewDecoder(plain).Decode(d); err != nil {
		return nil, fmt.Errorf("the embedded %s is broken: %w", file, err)
	}
	patterns := map[string]*regexp.Regexp{} // few, in thousands of parameters
	for id, m := range d.Methods {
		m.ID, m.Document = id, d
		for _, p := range m.Parameters {
			if p.Pattern == "" || p.Location != "path" || m.FlatPath != "" {
				continue
			}
			if patterns[p.Pattern] == nil {
				if patterns[p.Pattern], err = regexp.Compile("^(?:" + p.Pattern + ")$"); err != nil {
					return nil, fmt.Errorf("the embedded %s is broken: %s: %w", file, id, err)
				}
			}
			p.pattern = patterns[p.Pattern]
		}
	}
	return d, packed.Close()
}
