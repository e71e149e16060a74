package api

import (
	"encoding/json"
	"maps"
	"slices"
)

// jsonText writes a value for an error message.
func jsonText(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return string(out)
}

// jsonCopy returns a deep copy of v made of the types that JSON decodes to, so
// that what Go code puts in looks like what a client sends. It returns nil when
// v has no JSON form.
func jsonCopy(v map[string]any) map[string]any {
	out, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var object map[string]any
	if json.Unmarshal(out, &object) != nil {
		return nil
	}
	return object
}

// mergePatch returns what a merge patch makes of an object: null removes,
// objects merge, everything else, arrays too, is replaced. Neither input changes.
func mergePatch(object, patch map[string]any) map[string]any {
	out := maps.Clone(object)
	if out == nil {
		out = map[string]any{}
	}
	for name, value := range patch {
		if value == nil {
			delete(out, name)
			continue
		}
		inner, isObject := value.(map[string]any)
		if !isObject {
			out[name] = value
			continue
		}
		before, ok := out[name].(map[string]any)
		if !ok {
			before = nil
		}
		out[name] = mergePatch(before, inner)
	}
	return out
}

// dropNulls removes null members, which mean absent in a request.
func dropNulls(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, e := range v {
			if e == nil {
				delete(v, name)
				continue
			}
			dropNulls(e)
		}
	case []any:
		for _, e := range v {
			dropNulls(e)
		}
	}
}

// text returns a member that is a string, or "".
func text(object map[string]any, name string) string {
	s, ok := object[name].(string)
	if !ok {
		return ""
	}
	return s
}

// texts returns the strings of a list.
func texts(list any) []string {
	var out []string
	items, _ := list.([]any) // what is no list has no items
	for _, item := range items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// object returns a member that is an object; what is none has no members.
func object(of map[string]any, name string) map[string]any {
	inner, ok := of[name].(map[string]any)
	if !ok {
		return map[string]any{}
	}
	return inner
}

// inner returns a member that is an object, making it where it is missing.
func inner(of map[string]any, name string) map[string]any {
	found, ok := of[name].(map[string]any)
	if !ok {
		found = map[string]any{}
		of[name] = found
	}
	return found
}

// fillMissing sets the members that an object lacks.
func fillMissing(of, defaults map[string]any) {
	for name, value := range defaults {
		if of[name] == nil {
			of[name] = value
		}
	}
}

// anys makes a JSON list of strings.
func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// sortedKeys lists the names of an object in order.
func sortedKeys[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }

// asText is a value that is a string, or "".
func asText(v any) string {
	s, ok := v.(string)
	if !ok {
		return ""
	}
	return s
}

// member returns a member that is an object, or nil.
func member(object map[string]any, name string) map[string]any {
	inner, ok := object[name].(map[string]any)
	if !ok {
		return nil
	}
	return inner
}

// items returns a member that is a list, or nil.
func items(object map[string]any, name string) []any {
	list, ok := object[name].([]any)
	if !ok {
		return nil
	}
	return list
}
