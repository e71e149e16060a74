package api

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

const maxPageSize = 500

// listed is one item of a list and the key that it is ordered and paged by.
type listed struct {
	key  string
	item map[string]any
}

// list serves a list method: what the collection holds, filtered, ordered and
// paged.
func list(k *call) (map[string]any, *apiError) {
	template, _ := shape(k.method)
	of := k.s.kindAt(k.service(), template+"/{}")
	if err := k.parentExists(k.path + "/-"); err != nil && !strings.Contains(k.path, "/-") {
		return nil, err
	}
	var items []listed
	for _, r := range k.s.inCollection(k.service(), k.path) {
		items = append(items, listed{r.path, r.show(k)})
	}
	return k.listAnswer(of, items)
}

// inCollection lists the resources of a collection; "-" in its path stands for
// any location or parent.
func (s *Server) inCollection(service, path string) []*resource {
	segments := strings.Split(path, "/")
	wild := slices.Index(segments, "-")
	if wild < 0 {
		return s.store.in(service, path)
	}
	var out []*resource
	for key := range s.store.collections {
		name, collection, _ := strings.Cut(key, " ")
		have := strings.Split(collection, "/")
		if name == service && len(have) == len(segments) && slices.EqualFunc(segments, have, func(a, b string) bool { return a == "-" || a == b }) {
			out = append(out, s.store.in(service, collection)...)
		}
	}
	return out
}

// listAnswer puts one page of the items where the method's answer holds them.
func (k *call) listAnswer(of *kind, items []listed) (map[string]any, *apiError) {
	page, next, err := k.page(items)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{}
	response := k.method.Document.Schemas[k.method.Response]
	if response.Properties["kind"] != nil && k.service() == "compute" {
		answer["kind"] = "compute#" + lowerFirst(k.method.Response)
		answer["id"], answer["selfLink"] = k.path, "https://www.googleapis.com/compute/v1/"+k.path
	}
	member := listMember(response, of)
	if len(page) > 0 && member != "" {
		list := make([]any, len(page))
		for i, l := range page {
			list[i] = k.listedAs(response.Properties[member].Items, of, l.item)
		}
		answer[member] = list
	}
	if next != "" {
		answer["nextPageToken"] = next
	}
	return answer, nil
}

// listedAs is a resource as a list shows it: some lists show less of it than
// get does.
func (k *call) listedAs(items *discovery.Schema, of *kind, item map[string]any) map[string]any {
	if items == nil || items.Ref == of.schema {
		return item
	}
	shown, ok := k.known(items, item).(map[string]any)
	if !ok {
		return item
	}
	return shown
}

// known leaves out the members that a schema does not have.
func (k *call) known(s *discovery.Schema, value any) any {
	s = k.method.Document.Resolve(s)
	object, ok := value.(map[string]any)
	if !ok || s == nil || len(s.Properties) == 0 {
		return value
	}
	out := map[string]any{}
	for name, e := range object {
		if p := s.Properties[name]; p != nil {
			out[name] = k.known(p, e)
		}
	}
	return out
}

// listMember is the member of a list's answer that holds the resources.
func listMember(response *discovery.Schema, of *kind) string {
	for _, name := range slices.Sorted(maps.Keys(response.Properties)) {
		if p := response.Properties[name]; p.Type == "array" && p.Items != nil && (p.Items.Ref == of.schema || name == "items" || name == of.word) {
			return name
		}
	}
	return ""
}

// aggregatedList answers with one part per scope. As at Google a scope without
// results has a warning that says so, which is no failure.
func aggregatedList(k *call) (map[string]any, *apiError) {
	word := k.last()
	var all []listed
	byScope := map[string][]any{}
	for _, scope := range k.s.scopes() {
		if zone, isZone := strings.CutPrefix(scope, "zones/"); isZone {
			if _, gone := k.project.unreachable[zone]; gone {
				if k.query.Get("returnPartialSuccess") != "true" {
					return nil, errUnreachable(scope)
				}
				continue
			}
		}
		for _, r := range k.s.store.in("compute", "projects/"+k.project.id+"/"+scope+"/"+word) {
			all = append(all, listed{scope + " " + r.path, r.show(k)})
		}
	}
	page, next, err := k.page(all)
	if err != nil {
		return nil, err
	}
	for _, l := range page {
		scope, _, _ := strings.Cut(l.key, " ")
		byScope[scope] = append(byScope[scope], l.item)
	}
	items := map[string]any{}
	for _, scope := range k.s.scopes() {
		if list := byScope[scope]; len(list) > 0 {
			items[scope] = map[string]any{word: list}
			continue
		}
		items[scope] = map[string]any{"warning": scopeWarning("NO_RESULTS_ON_PAGE",
			fmt.Sprintf("There are no results for scope '%s' on this page.", scope), scope)}
	}
	answer := map[string]any{"kind": "compute#" + lowerFirst(k.method.Response), "id": k.path,
		"selfLink": "https://www.googleapis.com/compute/v1/" + k.path, "items": items}
	if next != "" {
		answer["nextPageToken"] = next
	}
	k.project.tellUnreachable(answer, items)
	return answer, nil
}

func scopeWarning(code, message, scope string) map[string]any {
	return map[string]any{"code": code, "message": message, "data": []any{map[string]any{"key": "scope", "value": scope}}}
}

// scopes are the parts of an aggregated list, sorted.
func (s *Server) scopes() []string {
	out := []string{"global"}
	for region := range regionZones {
		out = append(out, "regions/"+region)
	}
	for zone := range s.zones {
		out = append(out, "zones/"+zone)
	}
	slices.Sort(out)
	return out
}

// page returns the items of one page and the token of the next page, empty on
// the last. A token names the last item seen, so that pages stay right when
// items come or go.
func (k *call) page(items []listed) ([]listed, string, *apiError) {
	filter, err := parseFilter(k.query.Get("filter"))
	if err != nil {
		return nil, "", err
	}
	size, err := k.pageSize()
	if err != nil {
		return nil, "", err
	}
	if order := k.query.Get("orderBy"); order != "" && order != "name" {
		return nil, "", errNotServed(fmt.Sprintf("%s ordered by %q", k.method.ID, order))
	}
	kept := slices.DeleteFunc(slices.Clone(items), func(l listed) bool { return !filter.matches(l.item) })
	slices.SortFunc(kept, func(a, b listed) int { return cmp.Compare(a.key, b.key) })
	if token := k.query.Get("pageToken"); token != "" {
		last, ok := k.tokenPosition(token)
		if !ok {
			return nil, "", errInvalid("pageToken", token, "The page token is invalid")
		}
		kept = slices.DeleteFunc(kept, func(l listed) bool { return l.key <= last })
	}
	if len(kept) <= size {
		return kept, "", nil
	}
	return kept[:size], k.token(kept[size-1].key), nil
}

func (k *call) pageSize() (int, *apiError) {
	given := k.query.Get("maxResults")
	if k.query.Has("pageSize") {
		given = k.query.Get("pageSize")
	}
	if given == "" {
		return maxPageSize, nil
	}
	size, err := strconv.Atoi(given)
	if err != nil || size > maxPageSize {
		return 0, errInvalid("maxResults", given, fmt.Sprintf("Must be less than or equal to %d", maxPageSize))
	}
	if size == 0 {
		// Google reads 0 as not given.
		return maxPageSize, nil
	}
	return size, nil
}

// pageToken is what a token holds. It is good for the same list with the same
// filter only, as Google's is.
type pageToken struct {
	Method, Filter, Last string
}

func (k *call) token(last string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(jsonText(pageToken{k.method.ID, k.query.Get("filter"), last})))
}

func (k *call) tokenPosition(token string) (last string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", false
	}
	var t pageToken
	if json.Unmarshal(raw, &t) != nil || t.Method != k.method.ID || t.Filter != k.query.Get("filter") {
		return "", false
	}
	return t.Last, true
}

// filter is a list of conditions that must all hold.
type filter []condition

// condition compares one field of a resource.
type condition struct {
	field  string
	negate bool
	match  func(string) bool
}

var (
	oneCondition = regexp.MustCompile(`^\s*([A-Za-z][A-Za-z0-9_.]*)\s*(!=|<=|>=|=|<|>|:|\s(?:eq|ne)\s)\s*(.+?)\s*$`)
	parenthesis  = regexp.MustCompile(`^\s*\(([^()]*)\)\s*(?:AND\s+)?`)
)

// parseFilter reads two forms of Google's filters, "name = value" and "name eq
// regular-expression" with their negations, alone or as several conditions in
// parentheses that must all hold. What else Google takes is not served.
func parseFilter(expression string) (filter, *apiError) {
	if strings.TrimSpace(expression) == "" {
		return nil, nil
	}
	var parts []string
	rest := expression
	for {
		m := parenthesis.FindStringSubmatchIndex(rest)
		if m == nil {
			break
		}
		parts = append(parts, rest[m[2]:m[3]])
		rest = rest[m[1]:]
	}
	switch {
	case len(parts) == 0:
		parts = conjuncts(expression)
	case strings.TrimSpace(rest) != "":
		return nil, errNotServed(fmt.Sprintf("the filter %q", expression))
	}
	var f filter
	for _, part := range parts {
		c, err := parseCondition(part, expression)
		if err != nil {
			return nil, err
		}
		f = append(f, c)
	}
	return f, nil
}

// conjuncts are the conditions between ANDs that stand in no quotes.
func conjuncts(expression string) []string {
	var parts []string
	quoted, from := false, 0
	for i := range len(expression) {
		if expression[i] == '"' {
			quoted = !quoted
		}
		if !quoted && strings.HasPrefix(expression[i:], " AND ") {
			parts, from = append(parts, expression[from:i]), i+len(" AND ")
		}
	}
	return append(parts, expression[from:])
}

func parseCondition(part, expression string) (condition, *apiError) {
	m := oneCondition.FindStringSubmatch(part)
	if m == nil {
		return condition{}, errInvalid("filter", expression, "Invalid list filter expression.")
	}
	operator, value := strings.TrimSpace(m[2]), m[3]
	if len(value) >= 2 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
		value = value[1 : len(value)-1]
	} else if strings.ContainsAny(value, " \t") {
		return condition{}, errNotServed(fmt.Sprintf("the filter %q", expression))
	}
	c := condition{field: m[1], negate: operator == "!=" || operator == "ne"}
	switch operator {
	case "=", "!=":
		c.match = func(s string) bool { return s == value }
	case "eq", "ne":
		whole, err := regexp.Compile("^(?:" + value + ")$")
		if err != nil {
			return condition{}, errInvalid("filter", expression, "Invalid list filter expression.")
		}
		c.match = whole.MatchString
	default:
		return condition{}, errNotServed(fmt.Sprintf("the filter %q", expression))
	}
	return c, nil
}

// fieldOf finds a member by its path, in either spelling.
func fieldOf(item map[string]any, field string) any {
	if value, ok := item[field]; ok {
		return value
	}
	path := strings.Split(field, ".")
	for _, name := range path[:len(path)-1] {
		item = memberAt(item, camelCase(name))
	}
	if value, ok := item[path[len(path)-1]]; ok {
		return value
	}
	return item[camelCase(path[len(path)-1])]
}

func (f filter) matches(item map[string]any) bool {
	for _, c := range f {
		value := ""
		switch v := fieldOf(item, c.field).(type) {
		case nil:
		case string:
			value = v
		default:
			value = jsonText(v)
		}
		if c.match(value) == c.negate {
			return false
		}
	}
	return true
}
