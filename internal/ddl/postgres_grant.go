package ddl

import "strings"

// grantKinds are the kinds that GRANT may name; a name alone is a table's.
var grantKinds = []string{"TABLE FUNCTION", "TABLE", "VIEW", "CHANGE STREAM", "SEQUENCE", "SCHEMA", "FUNCTION"}

// readPostgresGrant takes a GRANT apart. It gives nothing for a form it does
// not know, such as ALL TABLES IN SCHEMA, which Spanner expands once when it
// runs.
func readPostgresGrant(st statement) []privilege {
	to, on := topLevel(st.lexemes, "TO"), topLevel(st.lexemes, "ON")
	if to < 1 {
		return nil
	}
	c := &cursor{src: st.src, lexemes: st.lexemes}
	rights, kind := []privilege{{}}, "ROLE"
	objects := st.lexemes[1:to]
	if on >= 0 {
		if on < 1 || on > to {
			return nil
		}
		rights = readRights(st.lexemes[1:on])
		kind, c.at = "TABLE", on+1
		for _, k := range grantKinds {
			if c.take(strings.Fields(k)...) {
				kind = k
				break
			}
		}
		objects = st.lexemes[min(c.at, to):to]
	}
	for i := range rights {
		rights[i].dialect = PostgreSQL
	}
	of, roles := c.grantNames(objects), c.grantNames(st.lexemes[to+1:])
	if c.stuck != nil {
		return nil
	}
	return cross(rights, kind, of, roles)
}

// grantNames reads names between commas, as a statement needs them.
func (c *cursor) grantNames(lexemes []lexeme) []string {
	var out []string
	in := c.within(lexemes)
	for {
		n := in.name()
		parts := make([]string, len(n.parts))
		for i, part := range n.parts {
			parts[i] = postgreSQL{}.quote(part)
		}
		out = append(out, strings.Join(parts, "."))
		if !in.take(",") {
			break
		}
	}
	if !in.done() {
		in.fail("nothing is expected here")
	}
	c.join(in)
	return out
}
