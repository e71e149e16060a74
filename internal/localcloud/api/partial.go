package api

import "strings"

// selection is what a "fields" query parameter asks for: members, and of each
// what is asked for in it; nothing for all of it.
type selection map[string]selection

// partial leaves of an answer what the query asks for.
func (k *call) partial(result map[string]any) (map[string]any, *apiError) {
	given := k.query.Get("fields")
	if given == "" {
		return result, nil
	}
	wanted, err := parseFields(given)
	if err != nil {
		return nil, err
	}
	part, ok := wanted.of(result).(map[string]any)
	if !ok {
		return result, nil
	}
	return part, nil
}

// parseFields reads "a,b/c,d(e,f/g)".
func parseFields(given string) (selection, *apiError) {
	out, rest := readSelection(given)
	if rest != "" || strings.Contains(given, "(") && !strings.Contains(given, ")") {
		return nil, errInvalid("fields", given, "Invalid field selection")
	}
	return out, nil
}

// readSelection reads up to the end or to a closing parenthesis, and gives what
// is left.
func readSelection(given string) (out selection, rest string) {
	out, rest = selection{}, given
	for rest != "" {
		end := strings.IndexAny(rest, ",/()")
		if end < 0 {
			out[rest] = nil
			return out, ""
		}
		name := rest[:end]
		at := rest[end]
		if at == ')' {
			if name != "" {
				out[name] = nil
			}
			return out, rest[end:]
		}
		rest = rest[end+1:]
		switch at {
		case ',':
			if name != "" {
				out[name] = nil
			}
		case '/':
			// What is behind the slash is one item, up to the next comma.
			var item string
			item, rest = firstItem(rest)
			inner, _ := readSelection(item)
			out[name] = inner
		case '(':
			var inner selection
			inner, rest = readSelection(rest)
			rest = strings.TrimPrefix(strings.TrimPrefix(rest, ")"), ",")
			out[name] = inner
		}
	}
	return out, ""
}

// firstItem cuts at the first comma or closing parenthesis of its own level.
func firstItem(given string) (item, rest string) {
	depth := 0
	for i, c := range given {
		switch {
		case c == '(':
			depth++
		case c == ')' && depth == 0:
			return given[:i], given[i:]
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			return given[:i], given[i+1:]
		}
	}
	return given, ""
}

// of leaves of a value what the selection names.
func (s selection) of(value any) any {
	if _, all := s["*"]; all || len(s) == 0 {
		return value
	}
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range s {
			if member, has := v[name]; has {
				out[name] = inner.of(member)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = s.of(e)
		}
		return out
	}
	return value
}
