package admintest

import (
	"slices"
	"strings"
)

// grant is one privilege of one role: GRANT and REVOKE are cut into these.
type grant struct {
	// right is SELECT, INSERT, ...; empty for membership in a role.
	right string
	// column is empty for a privilege on the whole object.
	column string
	// kind is TABLE, VIEW, ...
	kind string
	on   label
	role string
}

// systemRoles are in every database.
var systemRoles = []*labelled{{"public"}, {"spanner_info_reader"}, {"spanner_sys_reader"}}

func (s *schema) createRole(c *cursor) error {
	name := c.ident()
	if containsFold(namesOf(s.roles), name) || containsFold(namesOf(systemRoles), name) {
		return blocked("Role %s already exists.", name)
	}
	s.roles = append(s.roles, &labelled{name})
	return nil
}

func (s *schema) role(name string) (label, error) {
	if r, ok := find(s.roles, name); ok {
		return r, nil
	}
	if r, ok := find(systemRoles, name); ok {
		return r, nil
	}
	return nil, notFound("Role not found: %s", name)
}

func (s *schema) dropRole(c *cursor) error {
	name := c.ident()
	r, ok := find(s.roles, name)
	if !ok {
		return notFound("Role not found: %s", name)
	}
	for _, g := range s.grants {
		if g.role == name || g.on == label(r) {
			return blocked("Cannot drop role %s while it has privileges or members: revoke them first.", name)
		}
	}
	s.roles = without(s.roles, r)
	return nil
}

func (s *schema) grant(c *cursor) error {
	given, err := s.privileges(c, "TO")
	for _, g := range given {
		if !slices.Contains(s.grants, g) {
			s.grants = append(s.grants, g)
		}
	}
	return err
}

// revoke takes privileges. That on a column changes nothing where the role has
// the privilege on the whole table.
func (s *schema) revoke(c *cursor) error {
	taken, err := s.privileges(c, "FROM")
	s.grants = slices.DeleteFunc(s.grants, func(have grant) bool {
		return slices.ContainsFunc(taken, func(g grant) bool {
			whole := g
			whole.column = have.column
			return g == have || g.column == "" && whole == have
		})
	})
	return err
}

// privileges reads what follows GRANT or REVOKE.
func (s *schema) privileges(c *cursor, direction string) ([]grant, error) {
	var out []grant
	if c.take("ROLE") {
		for _, name := range c.list(c.ident) {
			r, err := s.role(name)
			if err != nil {
				return nil, err
			}
			out = append(out, grant{kind: "ROLE", on: r})
		}
	} else {
		rights := readRights(c)
		c.need("ON")
		kind, objects, err := s.grantees(c)
		if err != nil {
			return nil, err
		}
		for _, g := range rights {
			for _, on := range objects {
				g.kind, g.on = kind, on
				if t, ok := on.(*table); ok && g.column != "" {
					if _, err := t.column(g.column); err != nil {
						return nil, err
					}
				}
				out = append(out, g)
			}
		}
	}
	c.need(direction, "ROLE")
	var all []grant
	for _, role := range c.list(c.ident) {
		if _, err := s.role(role); err != nil && c.err == nil {
			return nil, err
		}
		for _, g := range out {
			g.role = role
			all = append(all, g)
		}
	}
	return all, c.err
}

// readRights reads "SELECT(a, b), INSERT".
func readRights(c *cursor) []grant {
	var out []grant
	for {
		right := strings.ToUpper(c.next())
		if !slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "USAGE", "EXECUTE"}, right) {
			c.fail("Encountered '" + right + "' while parsing: privilege")
			return nil
		}
		c.at++
		if c.is("(") {
			for _, column := range c.names() {
				out = append(out, grant{right: right, column: column})
			}
		} else {
			out = append(out, grant{right: right})
		}
		if !c.take(",") {
			return out
		}
	}
}

// grantees reads the objects of a grant; those of a whole schema are listed as
// they are now.
func (s *schema) grantees(c *cursor) (kind string, out []label, err error) {
	kinds := []struct{ kind, plural string }{
		{"TABLE FUNCTION", ""}, {"TABLE", "TABLES"}, {"VIEW", "VIEWS"}, {"CHANGE STREAM", "CHANGE STREAMS"},
		{"SEQUENCE", "SEQUENCES"}, {"FUNCTION", "FUNCTIONS"}, {"MODEL", ""}, {"SCHEMA", ""},
	}
	for _, k := range kinds {
		if k.plural != "" && c.take(append([]string{"ALL"}, strings.Fields(k.plural+" IN SCHEMA")...)...) {
			schema := ""
			if !c.take("DEFAULT") {
				schema = c.ident()
			}
			for _, on := range s.objects(k.kind) {
				if schemaOf(on.label()) == schema {
					out = append(out, on)
				}
			}
			return k.kind, out, nil
		}
		if !c.take(strings.Fields(k.kind)...) {
			continue
		}
		if k.kind == "SCHEMA" && c.take("DEFAULT") {
			return k.kind, []label{defaultSchema}, nil
		}
		for _, name := range c.list(c.path) {
			on, ok := find(s.objects(k.kind), name)
			if !ok {
				return "", nil, notFound("%s not found: %s", k.kind, name)
			}
			out = append(out, on)
		}
		return k.kind, out, nil
	}
	c.fail("Encountered '" + c.next() + "' while parsing: privilege_target")
	return "", nil, c.err
}

// defaultSchema stands for the schema that has no name.
var defaultSchema = &labelled{"DEFAULT"}

// objects lists those of one kind.
func (s *schema) objects(kind string) []label {
	switch kind {
	case "TABLE":
		return labels(s.tables)
	case "VIEW":
		return labels(s.views)
	case "CHANGE STREAM":
		return labels(s.streams)
	case "TABLE FUNCTION": // the one that reads a change stream
		var out []label
		for _, st := range s.streams {
			out = append(out, st.reader())
		}
		return out
	case "SEQUENCE":
		return labels(s.sequences)
	case "FUNCTION":
		return labels(s.functions)
	case "MODEL":
		return labels(s.models)
	}
	return labels(s.schemas)
}

func labels[T label](list []T) []label {
	out := make([]label, len(list))
	for i, have := range list {
		out[i] = have
	}
	return out
}

// reader is the function READ_<stream>. It is comparable by the stream.
func (s *stream) reader() label { return streamReader{s} }

type streamReader struct{ of *stream }

func (r streamReader) label() string { return "READ_" + r.of.name }

// forget takes the privileges on an object away with it.
func (s *schema) forget(on label) {
	s.grants = slices.DeleteFunc(s.grants, func(g grant) bool { return g.on == on })
}

// granted refuses to drop a column that somebody has a privilege on.
func (s *schema) granted(t *table, column string) error {
	for _, g := range s.grants {
		if g.on == label(t) && g.column == column {
			return blocked("Cannot drop column %s.%s while role %s has a privilege on it.", t.name, column, g.role)
		}
	}
	return nil
}

// echoGrants gives one statement for each object and role.
func (s *schema) echoGrants() []string {
	type pair struct {
		kind string
		on   label
		role string
	}
	rights := map[pair][]string{}
	columns := map[pair]map[string][]string{}
	var order []pair
	for _, g := range s.grants {
		p := pair{g.kind, g.on, g.role}
		if _, ok := columns[p]; !ok {
			order = append(order, p)
			columns[p] = map[string][]string{}
		}
		if !slices.Contains(rights[p], g.right) {
			rights[p] = append(rights[p], g.right)
		}
		if g.column != "" {
			columns[p][g.right] = append(columns[p][g.right], g.column)
		}
	}
	var out []string
	for _, p := range order {
		if p.kind == "ROLE" {
			out = append(out, "GRANT ROLE "+quoted(p.on.label())+" TO ROLE "+quoted(p.role))
			continue
		}
		texts := make([]string, len(rights[p]))
		for i, right := range rights[p] {
			texts[i] = right
			if list := columns[p][right]; len(list) > 0 && !slices.Contains(s.grants, grant{right: right, kind: p.kind, on: p.on, role: p.role}) {
				texts[i] += "(" + quotedAll(list) + ")"
			}
		}
		on := quoted(p.on.label())
		if p.on == label(defaultSchema) {
			on = "DEFAULT"
		}
		out = append(out, "GRANT "+strings.Join(texts, ", ")+" ON "+p.kind+" "+on+" TO ROLE "+quoted(p.role))
	}
	return out
}
