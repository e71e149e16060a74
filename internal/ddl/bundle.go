package ddl

import (
	"fmt"
	"slices"
	"strings"
)

// bundleTypes reads the names of a CREATE PROTO BUNDLE, by their exact
// spelling: names of proto types are case-sensitive.
func bundleTypes(lexemes []lexeme) map[string]string {
	out := map[string]string{}
	first := slices.IndexFunc(lexemes, func(l lexeme) bool { return l.kind == "(" })
	if first < 0 || len(lexemes) < first+2 {
		return out
	}
	for _, name := range splitLexemes(lexemes[first+1:len(lexemes)-1], ",") {
		var b strings.Builder
		for _, l := range name {
			b.WriteString(unquoted(l))
		}
		raw := ""
		for _, l := range name {
			raw += l.raw
		}
		out[b.String()] = raw
	}
	return out
}

// changeBundle plans one ALTER PROTO BUNDLE. Types that stay are updated when
// the descriptors that go with the request changed.
func (p *planner) changeBundle(i int, cur, want *Object) {
	var inserted, removed, kept []string
	for _, n := range sortedKeys(want.bundle) {
		if _, ok := cur.bundle[n]; !ok {
			inserted = append(inserted, want.bundle[n])
		} else {
			kept = append(kept, want.bundle[n])
		}
	}
	hazard := Instant
	for _, n := range sortedKeys(cur.bundle) {
		if _, ok := want.bundle[n]; ok {
			continue
		}
		hazard = Destructive
		removed = append(removed, cur.bundle[n])
		if !p.allowed(true, n) {
			p.refuse(removal(n, "proto type "+n, want.pos))
		}
	}
	statement := "ALTER PROTO BUNDLE"
	for _, part := range []struct {
		verb  string
		types []string
		do    bool
	}{{"INSERT", inserted, true}, {"UPDATE", kept, p.req.DescriptorsChanged}, {"DELETE", removed, true}} {
		if part.do && len(part.types) > 0 {
			statement += fmt.Sprintf(" %s (%s)", part.verb, strings.Join(part.types, ", "))
		}
	}
	if statement == "ALTER PROTO BUNDLE" {
		return
	}
	p.add(&action{rank: rank{phaseFoundation, foundations[kindBundle], i}, makes: []element{objectElement(want.key())},
		step: Step{Statement: statement, Hazard: hazard, Reason: "changes which proto types columns may have, and what they are", Objects: []string{want.name.String()}}})
}
