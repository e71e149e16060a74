package localcloud

import (
	"encoding/base64"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
)

// checkArguments refuses path parameters that Google's patterns refuse.
func (m *method) checkArguments(args map[string]string) *apiError {
	for name, value := range args {
		p := m.Parameters[name]
		if p != nil && p.pattern != nil && !p.pattern.MatchString(value) {
			return errInvalid(name, value, fmt.Sprintf("Must be a match of regex '%s'", p.Pattern))
		}
	}
	return nil
}

// checkQuery refuses query parameters that the method does not have, and values
// of the wrong type.
func (d *discovery) checkQuery(m *method, query url.Values) *apiError {
	for name, values := range query {
		p := m.Parameters[name]
		if p == nil || p.Location != "query" {
			p = d.Parameters[name]
		}
		if p == nil {
			return errPayload(name, fmt.Sprintf("Invalid JSON payload received. Unknown name %q: Cannot bind query parameter. Field '%s' could not be found in request message.", name, name))
		}
		for _, value := range values {
			if why := p.refuses(value); why != "" {
				return errPayload(name, fmt.Sprintf("Invalid value at '%s' (%s), %q", name, why, value))
			}
		}
	}
	switch {
	case query.Get("fields") != "":
		return errNotServed("the partial responses that the query parameter 'fields' asks for")
	case query.Has("alt") && query.Get("alt") != "json":
		return errNotServed("the format that the query parameter 'alt' asks for")
	}
	return nil
}

func (p *parameter) refuses(value string) (wanted string) {
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

// checkBody refuses what does not fit the schema: unknown names, wrong types,
// unknown enum values. It returns the value with numbers written as text made
// numbers, as Google reads them.
func (d *discovery) checkBody(s *schema, value any, at string) (any, *apiError) {
	if s.Ref != "" {
		s = d.Schemas[s.Ref]
	}
	if value == nil || s == nil || s.Type == "any" {
		return value, nil
	}
	wrong := func(wanted string) (any, *apiError) {
		return nil, errPayload(at, fmt.Sprintf("Invalid value at '%s' (%s), %s", at, wanted, jsonText(value)))
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
			checked, err := d.checkBody(s.Items, e, fmt.Sprintf("%s[%d]", at, i))
			if err != nil {
				return nil, err
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

func (d *discovery) checkObject(s *schema, object map[string]any, at string) (any, *apiError) {
	for name, e := range object {
		property := s.Properties[name]
		if property == nil {
			property = s.AdditionalProperties
		}
		if property == nil {
			return nil, errPayload(at, fmt.Sprintf("Invalid JSON payload received. Unknown name %q at '%s': Cannot find field.", name, at))
		}
		checked, err := d.checkBody(property, e, at+"."+name)
		if err != nil {
			return nil, err
		}
		object[name] = checked
	}
	return object, nil
}

func (s *schema) checkNumber(value any, wrong func(string) (any, *apiError)) (any, *apiError) {
	wanted := "TYPE_FLOAT"
	if s.Type == "integer" {
		wanted = "TYPE_INT32"
	}
	number, ok := value.(float64)
	if text, isText := value.(string); isText {
		parsed, err := strconv.ParseFloat(text, 64)
		number, ok = parsed, err == nil
	}
	if !ok || s.Type == "integer" && (number != math.Trunc(number) || math.Abs(number) > math.MaxInt32) {
		return wrong(wanted)
	}
	return number, nil
}

func (s *schema) checkString(value any, wrong func(string) (any, *apiError)) (any, *apiError) {
	if number, ok := value.(float64); ok && (s.Format == "int64" || s.Format == "uint64") && number == math.Trunc(number) {
		return strconv.FormatFloat(number, 'f', 0, 64), nil
	}
	text, ok := value.(string)
	if !ok {
		return wrong("TYPE_STRING")
	}
	switch {
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, text):
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
