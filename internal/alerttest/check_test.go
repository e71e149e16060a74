package alerttest

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

//go:embed metrics.json
var metricsFile []byte

// Metric is a type of Google's metrics.
type Metric struct {
	Kind      string   `json:"kind"`
	Type      string   `json:"type"`
	Unit      string   `json:"unit"`
	Resources []string `json:"resources"`
	Labels    []string `json:"labels"`
}

// Known is the table of metrics that expressions may name.
type Known struct {
	Resources map[string][]string `json:"resources"`
	Metrics   map[string]Metric   `json:"metrics"`

	byName map[string]Metric // by name in PromQL, without a suffix
}

// nameLabel is the label in which PromQL keeps a metric's name.
const nameLabel = "__name__"

var notInNames = regexp.MustCompile(`[^a-zA-Z0-9_:]`)

// PromQLName is a metric type's name in PromQL: the first / becomes :, all else
// that a name cannot have becomes _.
func PromQLName(metricType string) string {
	return notInNames.ReplaceAllString(strings.Replace(metricType, "/", ":", 1), "_")
}

// ReadKnown reads metrics.json.
func ReadKnown() (*Known, error) {
	known := &Known{byName: map[string]Metric{}}
	if err := json.Unmarshal(metricsFile, known); err != nil {
		return nil, err
	}
	for metricType, metric := range known.Metrics {
		for _, resource := range metric.Resources {
			if _, ok := known.Resources[resource]; !ok {
				return nil, fmt.Errorf("%s is of resource %s, which has no labels here", metricType, resource)
			}
		}
		known.byName[PromQLName(metricType)] = metric
	}
	return known, nil
}

// find gives the metric that a name in PromQL means. A distribution has a
// suffix, anything else has none.
func (k *Known) find(name string) (metric Metric, suffix string, err error) {
	if metric, ok := k.byName[name]; ok {
		if metric.Type == "DISTRIBUTION" {
			return metric, "", fmt.Errorf("%s is a distribution: name its _bucket, _count or _sum", name)
		}
		return metric, "", nil
	}
	for _, suffix := range []string{"_bucket", "_count", "_sum"} {
		if base, found := strings.CutSuffix(name, suffix); found && k.byName[base].Type == "DISTRIBUTION" {
			return k.byName[base], suffix, nil
		}
	}
	return Metric{}, "", fmt.Errorf("%s is no metric of Google's that metrics.json has", name)
}

// series checks a series' or a selector's name and labels, and gives the labels
// that such a series has.
func (k *Known) series(name, resource string) (map[string]bool, error) {
	metric, suffix, err := k.find(name)
	if err != nil {
		return nil, err
	}
	if resource == "" {
		if len(metric.Resources) > 1 {
			return nil, fmt.Errorf("%s is of several resources, %v: pick one with monitored_resource", name, metric.Resources)
		}
		resource = metric.Resources[0]
	}
	if !slices.Contains(metric.Resources, resource) {
		return nil, fmt.Errorf("%s is not of the resource %s, only of %v", name, resource, metric.Resources)
	}
	has := map[string]bool{"monitored_resource": true}
	for _, label := range slices.Concat(metric.Labels, k.Resources[resource]) {
		has[label] = true
	}
	if suffix == "_bucket" {
		has["le"] = true
	}
	return has, nil
}

// Check reads an expression and compares every name in it with the table. It
// gives the labels that a result may have.
func (k *Known) Check(expression string) (map[string]bool, error) {
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expression)
	if err != nil {
		return nil, err
	}
	return k.labels(parsed)
}

// labels gives the labels that an expression's result may have.
func (k *Known) labels(expression parser.Expr) (map[string]bool, error) {
	switch e := expression.(type) {
	case *parser.NumberLiteral, *parser.StringLiteral:
		return map[string]bool{}, nil
	case *parser.ParenExpr:
		return k.labels(e.Expr)
	case *parser.StepInvariantExpr:
		return k.labels(e.Expr)
	case *parser.UnaryExpr:
		return k.labels(e.Expr)
	case *parser.MatrixSelector:
		return k.labels(e.VectorSelector)
	case *parser.VectorSelector:
		return k.selector(e)
	case *parser.AggregateExpr:
		return k.aggregate(e)
	case *parser.Call:
		return k.call(e)
	case *parser.BinaryExpr:
		return k.binary(e)
	}
	return nil, fmt.Errorf("%s: a %T is not expected in an alert", expression, expression)
}

func (k *Known) selector(e *parser.VectorSelector) (map[string]bool, error) {
	resource := ""
	for _, matcher := range e.LabelMatchers {
		if matcher.Name == "monitored_resource" && matcher.Type == labels.MatchEqual {
			resource = matcher.Value
		}
	}
	has, err := k.series(e.Name, resource)
	if err != nil {
		return nil, err
	}
	for _, matcher := range e.LabelMatchers {
		if matcher.Name != nameLabel && !has[matcher.Name] {
			return nil, fmt.Errorf("%s has no label %s", e.Name, matcher.Name)
		}
	}
	return has, nil
}

func (k *Known) aggregate(e *parser.AggregateExpr) (map[string]bool, error) {
	inner, err := k.labels(e.Expr)
	if err != nil {
		return nil, err
	}
	if e.Without {
		return nil, fmt.Errorf("%s: without() keeps labels that Google may add", e)
	}
	result := map[string]bool{}
	for _, label := range e.Grouping {
		if !inner[label] {
			return nil, fmt.Errorf("%s: there is no label %s in it", e, label)
		}
		result[label] = true
	}
	return result, nil
}

func (k *Known) call(e *parser.Call) (map[string]bool, error) {
	var all []map[string]bool
	for _, argument := range e.Args {
		one, err := k.labels(argument)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	switch e.Func.Name {
	case "rate", "increase":
		selected, ok := e.Args[0].(*parser.MatrixSelector)
		if !ok {
			return nil, fmt.Errorf("%s: a rate of a rate", e)
		}
		name := selected.VectorSelector.(*parser.VectorSelector).Name
		if metric, _, _ := k.find(name); metric.Kind != "DELTA" {
			return nil, fmt.Errorf("%s is a %s: it has no rate", name, metric.Kind)
		}
		return all[0], nil
	case "avg_over_time":
		name := e.Args[0].(*parser.MatrixSelector).VectorSelector.(*parser.VectorSelector).Name
		if metric, _, _ := k.find(name); metric.Kind != "GAUGE" {
			return nil, fmt.Errorf("%s is a %s: an average of it means nothing", name, metric.Kind)
		}
		return all[0], nil
	case "histogram_quantile":
		if !all[1]["le"] {
			return nil, fmt.Errorf("%s: a quantile needs the label le", e)
		}
		result := maps.Clone(all[1])
		delete(result, "le")
		return result, nil
	case "label_replace":
		destination := e.Args[1].(*parser.StringLiteral).Val
		source := e.Args[3].(*parser.StringLiteral).Val
		if all[0][destination] {
			return nil, fmt.Errorf("%s: the label %s is there already", e, destination)
		}
		if !all[0][source] {
			return nil, fmt.Errorf("%s: there is no label %s in it", e, source)
		}
		result := maps.Clone(all[0])
		result[destination] = true
		return result, nil
	case "vector":
		return map[string]bool{}, nil
	}
	return nil, fmt.Errorf("%s: the function is not among those that alerts use", e)
}

func (k *Known) binary(e *parser.BinaryExpr) (map[string]bool, error) {
	left, err := k.labels(e.LHS)
	if err != nil {
		return nil, err
	}
	right, err := k.labels(e.RHS)
	if err != nil {
		return nil, err
	}
	if e.LHS.Type() != parser.ValueTypeVector || e.RHS.Type() != parser.ValueTypeVector {
		return merged(left, right), nil
	}
	if e.VectorMatching != nil && e.VectorMatching.On {
		for _, label := range e.VectorMatching.MatchingLabels {
			if !left[label] || !right[label] {
				return nil, fmt.Errorf("%s: the label %s is not on both sides", e, label)
			}
		}
		return left, nil
	}
	// What has other labels on each side matches nothing, and an alert that
	// cannot fire looks like a healthy ledger.
	if e.Op != parser.LOR && !maps.Equal(left, right) {
		return nil, errors.New("these never match, their labels differ: " + e.String())
	}
	return merged(left, right), nil
}

func merged(left, right map[string]bool) map[string]bool {
	result := maps.Clone(left)
	maps.Copy(result, right)
	return result
}
