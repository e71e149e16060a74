package ddl

import (
	"fmt"
	"slices"
	"strings"
)

// privilege is one right of one role: the smallest thing that GRANT gives.
// Spanner merges and splits grants, so they are compared by these.
type privilege struct {
	right  string // SELECT, INSERT, ..., upper case; empty for membership in a role
	column string // empty for the whole object
	kind   string // TABLE, VIEW, CHANGE STREAM, ROLE, ...
	object string // as written
	role   string // as written
	// dialect decides whether the word ROLE stands before a role.
	dialect Dialect
}

func (p privilege) key() string {
	return strings.ToLower(strings.Join([]string{p.right, p.column, p.kind, p.object, p.role}, "\x00"))
}

// text is the statement that gives or takes the privilege.
func (p privilege) text(verb, direction string) string {
	role := "ROLE "
	if p.dialect == PostgreSQL {
		role = ""
	}
	if p.right == "" {
		return fmt.Sprintf("%s %s%s %s %s%s", verb, role, p.object, direction, role, p.role)
	}
	right := p.right
	if p.column != "" {
		right += "(" + p.column + ")"
	}
	return fmt.Sprintf("%s %s ON %s %s %s %s%s", verb, right, p.kind, p.object, direction, role, p.role)
}

func (p privilege) String() string { return p.text("GRANT", "TO") }

// readGrant takes a GRANT apart. It gives nothing for a form it does not know,
// such as ALL TABLES IN SCHEMA, which Spanner expands once when it runs.
func readGrant(lexemes []lexeme) []privilege {
	to := topLevel(lexemes, "TO")
	if to < 1 || to+2 >= len(lexemes) || !isWord(lexemes[to+1], "ROLE") {
		return nil
	}
	roles := nameList(lexemes[to+2:])
	if isWord(lexemes[1], "ROLE") {
		return cross([]privilege{{}}, "ROLE", nameList(lexemes[2:to]), roles)
	}
	on := topLevel(lexemes, "ON")
	if on < 1 || on > to || slices.ContainsFunc(lexemes[on:to], func(l lexeme) bool { return isWord(l, "ALL") }) {
		return nil
	}
	rights := readRights(lexemes[1:on])
	for _, kind := range []string{"TABLE FUNCTION", "TABLE", "VIEW", "CHANGE STREAM", "SEQUENCE", "SCHEMA", "FUNCTION", "MODEL"} {
		words := strings.Fields(kind)
		rest := lexemes[on+1 : to]
		if len(rest) > len(words) && slices.EqualFunc(rest[:len(words)], words, isWord) {
			return cross(rights, kind, nameList(rest[len(words):]), roles)
		}
	}
	return nil
}

func cross(rights []privilege, kind string, objects, roles []string) []privilege {
	var out []privilege
	for _, p := range rights {
		for _, object := range objects {
			for _, role := range roles {
				p.kind, p.object, p.role = kind, object, role
				out = append(out, p)
			}
		}
	}
	return out
}

// readRights reads "SELECT(a, b), INSERT".
func readRights(lexemes []lexeme) []privilege {
	var out []privilege
	for i := 0; i < len(lexemes); i++ {
		if lexemes[i].kind == "," {
			continue
		}
		right := strings.ToUpper(lexemes[i].raw)
		if i+1 >= len(lexemes) || lexemes[i+1].kind != "(" {
			out = append(out, privilege{right: right})
			continue
		}
		for i += 2; i < len(lexemes) && lexemes[i].kind != ")"; i++ {
			if lexemes[i].kind != "," {
				out = append(out, privilege{right: right, column: lexemes[i].raw})
			}
		}
	}
	return out
}

// nameList reads names and paths between commas.
func nameList(lexemes []lexeme) []string {
	var out []string
	var b strings.Builder
	for _, l := range lexemes {
		if l.kind == "," {
			out = append(out, b.String())
			b.Reset()
			continue
		}
		b.WriteString(l.raw)
	}
	return append(out, b.String())
}

// topLevel finds a word outside brackets.
func topLevel(lexemes []lexeme, word string) int {
	depth := 0
	for i, l := range lexemes {
		switch {
		case l.kind == "(":
			depth++
		case l.kind == ")":
			depth--
		case depth == 0 && isWord(l, word):
			return i
		}
	}
	return -1
}

// grants gives the privileges that the text names and the database lacks, and
// takes those that the applied text named and this one does not. A GRANT none
// of whose privileges exist is sent as it is written.
func (p *planner) grants() {
	have, want, applied := privileges(p.cur), privileges(p.want), privileges(p.req.Applied)
	for i, o := range p.want.objects {
		if o.kind != kindGrant || len(o.grant) == 0 {
			continue
		}
		var missing []privilege
		for _, g := range o.grant {
			if _, ok := have[g.key()]; !ok {
				missing = append(missing, g)
			}
		}
		if len(missing) == len(o.grant) {
			p.grant(i, o, o.text, "gives a role its privileges")
			continue
		}
		for _, g := range missing {
			p.grant(i, o, g.String(), "gives a role a privilege")
		}
	}
	revoked := map[string]bool{} // one GRANT may say twice what another says too
	for _, o := range p.cur.objects {
		if o.kind != kindGrant || !p.req.Scope.ownsKind(kindGrant) {
			continue
		}
		for _, g := range o.grant {
			if _, wanted := want[g.key()]; !wanted && !revoked[g.key()] {
				revoked[g.key()] = true
				_, owned := applied[g.key()]
				p.revoke(o, g, owned)
			}
		}
	}
}

// access stands for what a role may do with an object: privileges are taken
// before others are given, for a role that loses one on a whole table may lose
// with it those on its columns.
func (p privilege) access() element {
	return element(strings.ToLower(strings.Join([]string{"access", p.kind, p.object, p.role}, " ")))
}

// regrant takes the privileges on a column that is dropped and added anew, and
// gives them back: Spanner drops no column that a role has privileges on.
// One that the text takes away for good is grants' own.
// Source: Spanner documentation, "Fine-grained access control privileges".
func (p *planner) regrant(o *Object, c *column, at rank) {
	want, applied := privileges(p.want), privileges(p.req.Applied)
	seen := map[string]bool{} // one GRANT may say twice what another says too
	for _, holder := range p.cur.objects {
		for _, g := range holder.grant {
			if g.kind != "TABLE" || g.column == "" || !strings.EqualFold(g.column, c.name) || !strings.EqualFold(g.object, o.name.String()) || seen[g.key()] {
				continue
			}
			seen[g.key()] = true
			_, wanted := want[g.key()]
			if _, owned := applied[g.key()]; !wanted && p.takes(g, owned) {
				continue
			}
			column := columnElement(o.name.key, c.key)
			p.add(&action{rank: at, frees: []element{column},
				step: Step{Statement: g.text("REVOKE", "FROM"), Hazard: Instant, Reason: "stands in the way of the change to " + o.name.String() + "." + c.name + "; given again below", Objects: []string{g.object, g.role}}})
			p.add(&action{rank: rank{phaseStream, 0, len(p.actions)}, uses: []element{column},
				step: Step{Statement: g.String(), Hazard: Instant, Reason: "given again after the change to " + o.name.String() + "." + c.name, Objects: []string{g.object, g.role}}})
		}
	}
}

func (p *planner) grant(i int, o *Object, statement, reason string) {
	p.add(&action{rank: rank{phaseStream, i, 1, len(p.actions)}, uses: currentUses(o), makes: []element{o.grant[0].access()},
		step: Step{Statement: statement, Hazard: Instant, Reason: reason, Objects: []string{o.grant[0].object, o.grant[0].role}}})
}

// takes tells whether a privilege that the text does not hold is to be taken
// away, rather than left to others.
func (p *planner) takes(g privilege, owned bool) bool {
	return p.req.Scope.ownsKind(kindGrant) && (owned || p.allowed(false, g.String()))
}

// revoke takes a privilege away. With its role or its object leaves the
// privilege anyway, but Spanner wants it revoked first.
func (p *planner) revoke(o *Object, g privilege, owned bool) {
	defer p.change()()
	if !p.takes(g, owned) {
		if p.req.Scope.reports(kindGrant) {
			p.unmanaged = append(p.unmanaged, g.String())
		}
		return
	}
	if !p.allowed(owned, g.String(), g.role) {
		p.refuse(Refusal{Object: g.role, Allowable: true, Reason: "the text no longer holds " + g.String(),
			Remedy: fmt.Sprintf("name the role %q in allow_destructive if it may lose the privilege, or put it back into the text", g.role)})
	}
	frees := currentUses(o)
	if g.column != "" {
		frees = append(frees, columnElement(strings.ToLower(g.object), strings.ToLower(g.column)))
	}
	p.add(&action{rank: rank{phaseRemove, -1, len(p.actions)}, frees: frees, removes: []element{g.access()},
		step: Step{Statement: g.text("REVOKE", "FROM"), Hazard: Destructive, Reason: "takes a privilege from role " + g.role, Objects: []string{g.object, g.role}}})
}

func privileges(s *Schema) map[string]privilege {
	out := map[string]privilege{}
	if s == nil {
		return out
	}
	for _, o := range s.objects {
		for _, g := range o.grant {
			out[g.key()] = g
		}
	}
	return out
}
