package localcloud

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

//go:generate go run extract_compute.go

//go:embed compute.json
var computeJSON []byte

// discovery is the extract of Google's document that requests are checked against.
type discovery struct {
	Source     string                `json:"source"`
	Parameters map[string]*parameter `json:"parameters"` // query parameters of every method
	Methods    map[string]*method    `json:"methods"`    // by id, as "compute.backendServices.get"
	Schemas    map[string]*schema    `json:"schemas"`

	root *pathNode
}

// method is one method of the API.
type method struct {
	ID         string                `json:"-"`
	Verb       string                `json:"verb"`
	Path       string                `json:"path"`
	Parameters map[string]*parameter `json:"parameters"`
	Request    string                `json:"request"` // name of the body's schema; empty for no body
}

// parameter is one path or query parameter.
type parameter struct {
	Type     string   `json:"type"`
	Location string   `json:"location"`
	Pattern  string   `json:"pattern"`
	Format   string   `json:"format"`
	Enum     []string `json:"enum"`

	pattern *regexp.Regexp // of the whole value; nil when anything goes
}

// schema is the shape of one JSON value.
type schema struct {
	Ref                  string             `json:"$ref"`
	Type                 string             `json:"type"`
	Format               string             `json:"format"`
	Enum                 []string           `json:"enum"`
	Items                *schema            `json:"items"`
	Properties           map[string]*schema `json:"properties"`
	AdditionalProperties *schema            `json:"additionalProperties"`
	ReadOnly             bool               `json:"readOnly"`
}

// pathNode is one segment of the tree that paths are routed by.
type pathNode struct {
	literal map[string]*pathNode
	param   *pathNode // for any segment that no literal matches
	methods map[string]*method
}

// computeDiscovery reads the embedded extract once.
var computeDiscovery = sync.OnceValues(func() (*discovery, error) {
	d := &discovery{}
	if err := json.Unmarshal(computeJSON, d); err != nil {
		return nil, fmt.Errorf("the embedded compute.json is broken: %w", err)
	}
	d.root = &pathNode{}
	for id, m := range d.Methods {
		m.ID = id
		for _, p := range m.Parameters {
			if p.Pattern == "" {
				continue
			}
			compiled, err := regexp.Compile("^(?:" + p.Pattern + ")$")
			if err != nil {
				return nil, fmt.Errorf("the embedded compute.json is broken: %s: %w", id, err)
			}
			p.pattern = compiled
		}
		d.root.add(m)
	}
	return d, nil
})

func (n *pathNode) add(m *method) {
	for segment := range strings.SplitSeq(m.Path, "/") {
		n = n.child(segment)
	}
	if n.methods == nil {
		n.methods = map[string]*method{}
	}
	n.methods[m.Verb] = m
}

// child returns the node below n for a segment of a path pattern, making it when
// it is new.
func (n *pathNode) child(segment string) *pathNode {
	if strings.HasPrefix(segment, "{") {
		if n.param == nil {
			n.param = &pathNode{}
		}
		return n.param
	}
	if n.literal == nil {
		n.literal = map[string]*pathNode{}
	}
	if n.literal[segment] == nil {
		n.literal[segment] = &pathNode{}
	}
	return n.literal[segment]
}

// find returns the node where a path ends, or nil when no method has this path.
// A literal segment goes before a parameter.
func (n *pathNode) find(segments []string) *pathNode {
	if len(segments) == 0 {
		if n.methods == nil {
			return nil
		}
		return n
	}
	if child := n.literal[segments[0]]; child != nil {
		if end := child.find(segments[1:]); end != nil {
			return end
		}
	}
	if n.param != nil && segments[0] != "" {
		return n.param.find(segments[1:])
	}
	return nil
}

// arguments reads the path parameters of m out of a path that was routed to it.
func (m *method) arguments(segments []string) map[string]string {
	args := map[string]string{}
	for i, segment := range strings.Split(m.Path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			args[strings.TrimSuffix(name, "}")] = segments[i]
		}
	}
	return args
}
