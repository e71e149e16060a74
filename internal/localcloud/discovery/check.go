package discovery

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Violation is why a request does not fit its method.
type Violation struct {
	// Field is where: a parameter's name, or a path into the body.
	Field string
	// Message says what is wrong in the words of Google's front end.
	Message string
}

// CheckArgs refuses path parameters that the document's patterns refuse.
func (m *Method) CheckArgs(args map[string]string) *Violation {
	for name, value := range args {
		p := m.Parameters[name]
		if p != nil && p.pattern != nil && !p.pattern.MatchString(value) {
			return &Violation{Field: name, Message: fmt.Sprintf("Invalid value for field '%s': '%s'. Must be a match of regex '%s'", name, value, p.Pattern)}
		}
	}
	return nil
}

// CheckQuery refuses query parameters that the method does not have, and values
// of the wrong type.
func (m *Method) CheckQuery(query url.Values) *Violation {
	for name, values := range query {
		p := m.queryParameter(name)
		if p == nil && !strings.HasPrefix(name, "$") {
			return &Violation{Field: name, Message: fmt.Sprintf("Invalid JSON payload received. Unknown name %q: Cannot bind query parameter. Field '%s' could not be found in request message.", name, name)}
		}
		if p == nil {
			continue
		}
		for _, value := range values {
			if wanted := p.refuses(value); wanted != "" {
				return &Violation{Field: name, Message: fmt.Sprintf("Invalid value at '%s' (%s), %q", name, wanted, value)}
			}
		}
	}
	for name, p := range m.Parameters {
		if p.Location == "query" && p.Required && !query.Has(name) {
			return &Violation{Field: name, Message: fmt.Sprintf("Required parameter: %s", name)}
		}
	}
	return nil
}

// queryParameter finds a parameter of the query, which Google takes with
// underscores too; nil for none.
func (m *Method) queryParameter(name string) *Parameter {
	if p := m.Parameters[name]; p != nil && p.Location == "query" {
		return p
	}
	if p := m.Document.Parameters[name]; p != nil || !strings.Contains(name, "_") {
		return p
	}
	first, rest, _ := strings.Cut(name, "_")
	for word := range strings.SplitSeq(rest, "_") {
		if word != "" {
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		first += word
	}
	return m.queryParameter(first)
}

func (p *Parameter) refuses(value string) (wanted string) {
	switch p.Type {
	case "integer":
		if p.Format == "uint32" {
			if _, err := strconv.ParseUint(value, 10, 32); err != nil {
				return "TYPE_UINT32"
			}
			return ""
		}
		if _, err := strconv.ParseInt(value, 10, 64); err != nil {
			return "TYPE_INT64"
		}
	case "boolean":
		if value != "true" && value != "false" {
			return "TYPE_BOOL"
		}
	case "string":
		if len(p.Enum) > 0 && !slices.Contains(p.Enum, value) {
			return "TYPE_ENUM"
		}
	}
	return ""
}

// CheckBody refuses a value that does not fit the named schema: unknown names,
// wrong types, unknown enum values. It returns the value with numbers written
// as text made numbers, as Google reads them. In a Violation the body is called
// at.
func (d *Document) CheckBody(name string, value any, at string) (any, *Violation) {
	return d.check(&Schema{Ref: name}, value, at)
}

func (d *Document) check(s *Schema, value any, at string) (any, *Violation) {
	s = d.Resolve(s)
	if value == nil || s == nil || s.Type == "any" {
		return value, nil
	}
	wrong := func(wanted string) (any, *Violation) {
		return nil, &Violation{Field: at, Message: fmt.Sprintf("Invalid value at '%s' (%s), %s", at, wanted, jsonText(value))}
	}
	switch s.Type {
	case "object":
		object, ok := value.(map[string]any)
		if !ok {
			return wrong("a message")
		}
		return d.checkObject(s, object, at)
	case "array":
		array, ok := value.([]any)
		if !ok {
			return wrong("a list")
		}
		for i, e := range array {
			checked, bad := d.check(s.Items, e, fmt.Sprintf("%s[%d]", at, i))
			if bad != nil {
				return nil, bad
			}
			array[i] = checked
		}
		return array, nil
	case "boolean":
		if _, ok := value.(bool); !ok {
			return wrong("TYPE_BOOL")
		}
		return value, nil
	case "integer", "number":
		return s.checkNumber(value, wrong)
	}
	return s.checkString(value, wrong)
}

func (d *Document) checkObject(s *Schema, object map[string]any, at string) (any, *Violation) {
	for name, e := range object {
		property := s.Properties[name]
		if property == nil {
			property = s.AdditionalProperties
		}
		if property == nil {
			return nil, &Violation{Field: at, Message: fmt.Sprintf("Invalid JSON payload received. Unknown name %q at '%s': Cannot find field.", name, at)}
		}
		checked, bad := d.check(property, e, at+"."+name)
		if bad != nil {
			return nil, bad
		}
		object[name] = checked
	}
	return object, nil
}

func (s *Schema) checkNumber(value any, wrong func(string) (any, *Violation)) (any, *Violation) {
	wanted := "TYPE_FLOAT"
	if s.Type == "integer" {
		wanted = "TYPE_INT32"
	}
	number, ok := value.(float64)
	if text, isText := value.(string); isText {
		parsed, err := strconv.ParseFloat(text, 64)
		number, ok = parsed, err == nil
	}
	limit := float64(math.MaxInt32)
	if s.Format == "uint32" {
		limit = math.MaxUint32
	}
	if !ok || s.Type == "integer" && (number != math.Trunc(number) || math.Abs(number) > limit) {
		return wrong(wanted)
	}
	return number, nil
}

func (s *Schema) checkString(value any, wrong func(string) (any, *Violation)) (any, *Violation) {
	if number, ok := value.(float64); ok && (s.Format == "int64" || s.Format == "uint64") && number == math.Trunc(number) {
		return strconv.FormatFloat(number, 'f', 0, 64), nil
	}
	text, ok := value.(string)
	if !ok {
		return wrong("TYPE_STRING")
	}
	switch {
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, text) && text != "":
		return wrong("TYPE_ENUM")
	case s.Format == "int64":
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return wrong("TYPE_INT64")
		}
	case s.Format == "uint64":
		if _, err := strconv.ParseUint(text, 10, 64); err != nil {
			return wrong("TYPE_UINT64")
		}
	case s.Format == "byte":
		_, std := base64.StdEncoding.DecodeString(text)
		_, web := base64.URLEncoding.DecodeString(text)
		if std != nil && web != nil {
			return wrong("TYPE_BYTES")
		}
	}
	return text, nil
}

func jsonText(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return string(out)
}
