package admintest

import (
	"slices"
	"strings"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/ast"
)

// view is a view and what its query reads.
type view struct {
	labelled
	security, query string
	// reads are the columns read, by relation; all in lower case.
	reads map[string]map[string]bool
	// shown are those among them whose type is that of an output column.
	shown map[string]map[string]bool
	// outputs are the view's columns in lower case; nil when they are not known.
	outputs []string
	used    names
}

func (v *view) readsColumn(t *table, column string) bool { return v.has(v.reads, t, column) }
func (v *view) shows(t *table, column string) bool       { return v.has(v.shown, t, column) }

func (v *view) has(in map[string]map[string]bool, t *table, column string) bool {
	return in[strings.ToLower(t.name)][strings.ToLower(column)] || in[strings.ToLower(t.synonym)][strings.ToLower(column)]
}

func (s *schema) createView(c *cursor) error  { return s.readView(c, false) }
func (s *schema) replaceView(c *cursor) error { return s.readView(c, true) }

func (s *schema) readView(c *cursor, replace bool) error {
	v := &view{labelled: labelled{c.path()}}
	if !c.take("SQL", "SECURITY") {
		return invalid("View `%s` is missing the SQL SECURITY clause.", v.name)
	}
	if v.security = "INVOKER"; !c.take(v.security) {
		v.security = "DEFINER"
		c.need(v.security)
	}
	c.need("AS")
	v.query = c.rest()
	if c.err != nil {
		return c.err
	}
	before, exists := find(s.views, v.name)
	if !exists || !replace {
		if err := s.claim(v.name); err != nil {
			return err
		}
		s.views = append(s.views, v)
		return s.analyse(v)
	}
	before.security, before.query = v.security, v.query
	if err := s.analyse(before); err != nil {
		return err
	}
	for _, other := range s.views {
		if _, ok := other.reads[strings.ToLower(v.name)]; !ok {
			continue
		}
		if other == before {
			return invalid("View `%s` reads itself.", v.name)
		}
		if err := s.analyse(other); err != nil {
			return blocked("Cannot alter VIEW `%s`. The new definition causes the definition of VIEW `%s` to become invalid with the following diagnostic message: %v", v.name, other.name, err)
		}
	}
	return nil
}

func (s *schema) dropView(c *cursor) error {
	maybe := c.take("IF", "EXISTS")
	name := c.path()
	v, ok := find(s.views, name)
	if !ok {
		return unless(maybe, notFound("View not found: %s", name))
	}
	if err := s.blockedByReaders("VIEW", name); err != nil {
		return err
	}
	s.views = without(s.views, v)
	s.forget(v)
	return nil
}

// analyse reads a view's query against what there is.
func (s *schema) analyse(v *view) error {
	statement, err := memefish.ParseQuery("", v.query)
	if err != nil {
		return invalid("Error parsing the definition of view `%s`: %v", v.name, err)
	}
	a := &analysis{schema: s, view: v, relations: map[string]string{}}
	v.reads, v.shown, v.outputs, v.used = map[string]map[string]bool{}, map[string]map[string]bool{}, nil, names{}
	if err := a.sources(statement.Query); err != nil {
		return err
	}
	v.used.collect(statement.Query)
	for _, path := range v.used.columns {
		if !a.read(v.reads, path) && !a.own {
			return invalid("Error parsing the definition of view `%s`: Name %s not found", v.name, strings.Join(path, "."))
		}
	}
	a.outputs(statement.Query)
	return nil
}

// analysis is a query being read.
type analysis struct {
	schema *schema
	view   *view
	// relations are the names under which tables and views are read.
	relations map[string]string
	// own is true for a query with names of its own making, whose other names
	// are not told from them.
	own     bool
	aliases []string
}

// sources finds what the query reads from.
func (a *analysis) sources(query ast.Node) (err error) {
	defined := map[string]bool{}
	for node := range ast.Preorder(query) {
		switch node := node.(type) {
		case *ast.CTE:
			defined[strings.ToLower(node.Name.Name)], a.own = true, true
		case *ast.SubQueryTableExpr, *ast.Unnest, *ast.TVFCallExpr, *ast.FromQuery:
			a.own = true
		case *ast.Alias:
			a.aliases = append(a.aliases, strings.ToLower(node.As.Alias.Name))
		}
	}
	from := func(name string, as *ast.AsAlias) error {
		if defined[strings.ToLower(name)] {
			return nil
		}
		if _, ok := a.schema.relation(name); !ok {
			return invalid("Error parsing the definition of view `%s`: Table not found: %s", a.view.name, name)
		}
		key := strings.ToLower(name)
		alias := key[strings.LastIndexByte(key, '.')+1:]
		if as != nil {
			alias = strings.ToLower(as.Alias.Name)
		}
		a.relations[alias] = key
		if a.view.reads[key] == nil {
			a.view.reads[key], a.view.shown[key] = map[string]bool{}, map[string]bool{}
		}
		return nil
	}
	for node := range ast.Preorder(query) {
		switch node := node.(type) {
		case *ast.TableName:
			err = from(node.Table.Name, node.As)
		case *ast.PathTableExpr:
			err = from(pathOf(node.Path.Idents...), node.As)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// relation gives the columns of a table or view, in lower case.
func (s *schema) relation(name string) (columns []string, ok bool) {
	for _, t := range s.tables {
		if strings.EqualFold(t.name, name) || t.synonym != "" && strings.EqualFold(t.synonym, name) {
			for _, col := range t.columns {
				columns = append(columns, strings.ToLower(col.name))
			}
			return columns, true
		}
	}
	if v, ok := fold(s.views, name); ok {
		return v.outputs, true
	}
	return nil, false
}

// read notes that a name is read and reports whether there is such a thing.
func (a *analysis) read(into map[string]map[string]bool, path []string) bool {
	if relation, ok := a.relations[path[0]]; ok && len(path) > 1 {
		return a.note(into, relation, path[1])
	}
	found := slices.Contains(a.aliases, path[0]) || slices.Contains(parts, path[0])
	for _, relation := range a.relations {
		found = a.note(into, relation, path[0]) || found
	}
	return found
}

func (a *analysis) note(into map[string]map[string]bool, relation, column string) bool {
	columns, _ := a.schema.relation(relation)
	if columns != nil && !slices.Contains(columns, column) {
		return false
	}
	into[relation][column] = true
	return true
}

// outputs finds the columns that the query gives.
func (a *analysis) outputs(query ast.QueryExpr) {
	selects := selectOf(query)
	if selects == nil {
		return
	}
	outputs := []string{}
	star := func(only string) {
		for alias, relation := range a.relations {
			if only != "" && alias != only {
				continue
			}
			columns, _ := a.schema.relation(relation)
			for _, column := range columns {
				outputs = append(outputs, column)
				a.note(a.view.reads, relation, column)
				a.note(a.view.shown, relation, column)
			}
		}
	}
	for _, item := range selects.Results {
		switch item := item.(type) {
		case *ast.Star:
			star("")
		case *ast.DotStar:
			if of, ok := item.Expr.(*ast.Ident); ok {
				star(strings.ToLower(of.Name))
			}
		case *ast.Alias:
			outputs = append(outputs, strings.ToLower(item.As.Alias.Name))
			a.show(item.Expr)
		case *ast.ExprSelectItem:
			a.show(item.Expr)
			switch of := item.Expr.(type) {
			case *ast.Ident:
				outputs = append(outputs, strings.ToLower(of.Name))
			case *ast.Path:
				outputs = append(outputs, strings.ToLower(of.Idents[len(of.Idents)-1].Name))
			}
		}
	}
	if !a.own {
		a.view.outputs = outputs
	}
}

// show notes what decides the type of an output column: a CAST decides itself.
func (a *analysis) show(e ast.Expr) {
	if _, cast := e.(*ast.CastExpr); cast {
		return
	}
	var used names
	used.collect(e)
	for _, path := range used.columns {
		a.read(a.view.shown, path)
	}
}

// selectOf is the SELECT that names the columns of a query.
func selectOf(query ast.QueryExpr) *ast.Select {
	switch query := query.(type) {
	case *ast.Select:
		return query
	case *ast.Query:
		return selectOf(query.Query)
	case *ast.SubQuery:
		return selectOf(query.Query)
	case *ast.CompoundQuery:
		return selectOf(query.Queries[0])
	}
	return nil
}
