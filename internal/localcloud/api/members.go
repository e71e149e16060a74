package api

// listOfObjects returns the objects of a list.
func listOfObjects(list any) []map[string]any {
	items, ok := list.([]any)
	if !ok {
		return nil
	}
	var out []map[string]any
	for _, item := range items {
		if object, isObject := item.(map[string]any); isObject {
			out = append(out, object)
		}
	}
	return out
}

// memberAt returns the object at a path of members; an empty one that is part of
// nothing where there is none.
func memberAt(object map[string]any, path ...string) map[string]any {
	for _, name := range path {
		inner, ok := object[name].(map[string]any)
		if !ok {
			return map[string]any{}
		}
		object = inner
	}
	return object
}

// setDefault sets a member that is absent.
func setDefault(object map[string]any, name string, value any) {
	if object[name] == nil {
		object[name] = value
	}
}
