package api

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// unknownMembers are what the google provider sends although no document knows
// it; Google ignores it too.
var unknownMembers = map[string]bool{"deleteBgpAlwaysCompareMed": true, "initialNatIps": true}

// strayMembers are members that the provider sends in the items of a list that
// is named so, and Google ignores there.
var strayMembers = map[string]string{"access": "datasetId"}

// tolerate leaves them out.
func tolerate(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, e := range v {
			if unknownMembers[name] {
				delete(v, name)
				continue
			}
			for _, item := range listOfObjects(e) {
				delete(item, strayMembers[name])
			}
			tolerate(e)
		}
	case []any:
		for _, e := range v {
			tolerate(e)
		}
	}
	return value
}

// snakeCase writes a schema's name as Google's front end does in its errors.
func snakeCase(name string) string {
	var b strings.Builder
	for i, r := range name {
		if 'A' <= r && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// unwrap finds the resource in a request that carries it in a member, and the
// id that such a request names.
func (k *call) unwrap(of *kind, body map[string]any) (resource map[string]any, id string) {
	if k.method.Request == of.schema {
		return body, ""
	}
	request := k.method.Document.Schemas[k.method.Request]
	if request == nil {
		return body, ""
	}
	for name, property := range request.Properties {
		if property.Ref != of.schema {
			continue
		}
		inner, ok := body[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
		}
		for key, value := range body {
			if text, isText := value.(string); isText && (key == name+"Id" || key == "accountId") {
				id = text
			}
		}
		return inner, id
	}
	return body, ""
}

// unwrapUpdate does the same for an update.
func (k *call) unwrapUpdate(r *resource, body map[string]any) map[string]any {
	resource, _ := k.unwrap(r.kind, body)
	if resource == nil {
		resource = map[string]any{}
	}
	return resource
}

// idOf finds the id of a new resource: in a query parameter, in the body, or of
// the server's making.
func (k *call) idOf(of *kind, body map[string]any) (string, *apiError) {
	for _, name := range sortedKeys(k.query) { // in order: of two parameters the same one always counts
		values := k.query[name]
		if strings.HasSuffix(strings.ToLower(name), "id") && name != "requestId" && len(values) > 0 && values[0] != "" {
			return values[0], nil
		}
	}
	single := singular(of.word)
	if inner, ok := body[single+"Reference"].(map[string]any); ok {
		if id := text(inner, single+"Id"); id != "" {
			return id, nil
		}
	}
	name := text(body, "name")
	if name != "" {
		return name[strings.LastIndexByte(name, '/')+1:], nil
	}
	if generatesID[kindKey(k.service(), of.word)] {
		return k.s.newID(), nil
	}
	if k.method.Document.Schemas[of.schema].Properties["name"] != nil && k.method.FlatPath == "" {
		return "", errRequired("resource.name")
	}
	if of.word == "operations" || of.word == "jobs" {
		return k.s.newID(), nil
	}
	return "", errArgument("The id of the %s is missing", single)
}

// generatesID are kinds whose ids Google makes up.
var generatesID = map[string]bool{
	"monitoring alertPolicies": true, "monitoring notificationChannels": true, "monitoring uptimeCheckConfigs": true, "monitoring dashboards": true,
	"monitoring services": true, "monitoring serviceLevelObjectives": true, "monitoring groups": true,
	"bigquerydatatransfer transferConfigs": true, "billingbudgets budgets": true, "bigqueryconnection connections": true,
	"dataflow jobs": true, "dns changes": true, "iam keys": true, "storage notificationConfigs": true,
}

func singular(word string) string {
	switch {
	case strings.HasSuffix(word, "ies"):
		return strings.TrimSuffix(word, "ies") + "y"
	case strings.HasSuffix(word, "sses"):
		return strings.TrimSuffix(word, "es")
	}
	return strings.TrimSuffix(word, "s")
}

// checkRequired refuses a body without a member that the document says the
// method needs.
func (k *call) checkRequired(of *kind, body map[string]any) *apiError {
	schema := k.method.Document.Schemas[of.schema]
	if schema == nil {
		return nil
	}
	for _, name := range sortedKeys(schema.Properties) { // in order: of two missing members the same one is always told
		property := schema.Properties[name]
		if slices.Contains(property.RequiredBy, k.method.ID) && body[name] == nil && name != "name" {
			return errRequired("resource." + name)
		}
	}
	return nil
}

// dropReadOnly removes what only the server writes.
func (k *call) dropReadOnly(schema string, body map[string]any) {
	s := k.method.Document.Schemas[schema]
	if s == nil {
		return
	}
	for name := range body {
		property := s.Properties[name]
		if property == nil {
			continue
		}
		inner := k.method.Document.Resolve(property)
		if property.ReadOnly || inner != nil && inner.ReadOnly {
			delete(body, name)
			continue
		}
		if nested, ok := body[name].(map[string]any); ok && property.Ref != "" {
			k.dropReadOnly(property.Ref, nested)
		}
		if text, isText := body[name].(string); isText && text == "" && len(property.Enum) > 0 {
			delete(body, name)
		}
	}
}

// checkVersion refuses a change of something that changed since it was read.
func (r *resource) checkVersion(body map[string]any) *apiError {
	if given, has := body["fingerprint"]; has && given != "" && given != r.data["fingerprint"] {
		return errFingerprint()
	}
	if given, has := body["etag"]; has && given != "" && r.data["etag"] != nil && given != r.data["etag"] {
		return errEtag()
	}
	return nil
}

// mask reads the names of an update mask in the query or the body; nil for none.
func (k *call) mask(body map[string]any) []string {
	given := ""
	for _, name := range []string{"updateMask", "update_mask", "fieldMask"} {
		if value := k.query.Get(name); value != "" {
			given = value
		}
		if value, ok := body[name].(string); ok && value != "" {
			given = value
		}
	}
	if given == "" {
		return nil
	}
	var names []string
	for name := range strings.SplitSeq(given, ",") {
		names = append(names, camelCase(strings.TrimSpace(name)))
	}
	return names
}

// camelCase writes a name of a mask as JSON has it.
func camelCase(name string) string {
	parts := strings.Split(name, "_")
	for i, part := range parts {
		if i > 0 && part != "" {
			parts[i] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "")
}

// masked takes over the members that a mask names; one that the body lacks is
// removed. A mask that names nothing of the resource is refused.
func (k *call) masked(r *resource, body map[string]any, mask []string) (map[string]any, *apiError) {
	after := jsonCopy(r.data)
	for _, name := range mask {
		if name == "*" {
			after = mergePatch(after, body)
			continue
		}
		if !k.hasMember(r.kind.schema, strings.Split(name, ".")) {
			return nil, errArgument("Invalid value for field mask: '%s' is no field of %s", name, r.kind.schema)
		}
		setMember(after, body, strings.Split(name, "."))
	}
	return after, nil
}

// hasMember reports whether a schema has a path of members.
func (k *call) hasMember(schema string, path []string) bool {
	s := k.method.Document.Schemas[schema]
	if s == nil || s.Type == "any" || len(path) == 0 {
		return true
	}
	property := s.Properties[path[0]]
	if property == nil {
		return s.AdditionalProperties != nil
	}
	if property.Ref != "" {
		return k.hasMember(property.Ref, path[1:])
	}
	return true
}

// setMember copies one member, or removes it where the source lacks it.
func setMember(to, from map[string]any, path []string) {
	if len(path) == 0 {
		return
	}
	if len(path) == 1 {
		if value, ok := from[path[0]]; ok && value != nil {
			to[path[0]] = value
		} else {
			delete(to, path[0])
		}
		return
	}
	source, _ := from[path[0]].(map[string]any)
	target, ok := to[path[0]].(map[string]any)
	if !ok {
		if source == nil {
			return
		}
		target = map[string]any{}
		to[path[0]] = target
	}
	setMember(target, source, path[1:])
}

// canonical shows references of the Compute API as full URLs.
func (k *call) canonical(r *resource) {
	if r.service != "compute" {
		return
	}
	r.data, _ = rewrite(r.data, func(text string) string {
		ref, ok := k.s.readReference(k, text)
		if !ok || ref.service != "compute" || strings.Contains(text, "@") {
			return text
		}
		return selfLink(ref.kinds[0], ref.path)
	}, "").(map[string]any)
}

// rewrite applies a function to all texts but free ones.
func rewrite(value any, f func(string) string, name string) any {
	switch v := value.(type) {
	case string:
		if freeText[name] || name == "name" {
			return v
		}
		return f(v)
	case []any:
		for i, e := range v {
			v[i] = rewrite(e, f, name)
		}
	case map[string]any:
		for key, e := range v {
			v[key] = rewrite(e, f, key)
		}
	}
	return value
}

// opaque makes a text of which clients can tell nothing but whether it changed.
func opaque(parts ...any) string {
	return base64.StdEncoding.EncodeToString([]byte(fmt.Sprint(parts...)))
}
