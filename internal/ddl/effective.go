package ddl

import "slices"

// effective tells what the database holds in the owner's own words: an object
// whose echo has not changed since it was applied is as the applied text
// declares it, whatever the echo loses or rewrites; anything else is as the
// live echo says.
func effective(req Request) *Schema {
	out := newSchema()
	out.databaseOptions = map[string]option{}
	if req.Live != nil {
		out.databaseName = req.Live.databaseName
		for key, opt := range req.Live.databaseOptions {
			out.databaseOptions[key] = opt
		}
		for _, live := range req.Live.objects {
			out.add(effectiveObject(live, req.Applied.get(live.key()), req.AppliedEcho.get(live.key())))
		}
	}
	if req.Applied == nil || req.AppliedEcho == nil {
		return out
	}
	for _, applied := range req.Applied.objects {
		// Never echoed, not even right after it was applied: still there.
		if out.get(applied.key()) == nil && req.AppliedEcho.get(applied.key()) == nil {
			out.add(applied)
		}
	}
	for key, opt := range req.Applied.databaseOptions {
		echoed, wasEchoed := req.AppliedEcho.databaseOptions[key]
		live, isLive := out.databaseOptions[key]
		if wasEchoed == isLive && echoed.sig == live.sig {
			out.databaseOptions[key] = opt
		}
	}
	return out
}

func effectiveObject(live, applied, echo *Object) *Object {
	switch {
	case applied == nil || echo == nil:
		return live
	case live.table != nil && applied.table != nil && echo.table != nil:
		if echo.sig == live.sig && holdsNoMore(live.table, applied.table) {
			return applied.named(live)
		}
		merged := *live
		merged.table = effectiveTable(live.table, applied.table, echo.table)
		return &merged
	case echo.sig == live.sig:
		return applied.named(live)
	default:
		return live
	}
}

// named gives the object with the names that the live one has: the text may
// write them in another letter case, but statements must not.
// Source: Spanner documentation, "Names"; the emulator refuses it too.
func (o *Object) named(live *Object) *Object {
	sameTable := o.table == nil || live.table == nil || !slices.ContainsFunc(o.table.columns, func(c *column) bool {
		l := live.table.column(c.key)
		return l != nil && l.name != c.name
	})
	if sameTable && o.name.String() == live.name.String() {
		return o
	}
	out := *o
	out.name = live.name
	if !sameTable {
		out.table = o.table.clone()
		for i, c := range out.table.columns {
			if l := live.table.column(c.key); l != nil {
				out.table.columns[i] = c.named(l)
			}
		}
	}
	return &out
}

func (c *column) named(live *column) *column {
	if c.name == live.name {
		return c
	}
	out := *c
	out.name = live.name
	return &out
}

// holdsNoMore reports whether a table has no part that the applied text does
// not declare: such parts belong to somebody else.
func holdsNoMore(live, applied *table) bool {
	return len(live.columns) <= len(applied.columns) && len(live.constraints) <= len(applied.constraints) &&
		len(live.synonyms) <= len(applied.synonyms)
}

// effectiveTable does for the parts of a table what effective does for
// objects.
func effectiveTable(live, applied, echo *table) *table {
	out := *live
	out.columns = nil
	for _, c := range live.columns {
		if e, a := echo.column(c.key), applied.column(c.key); e != nil && a != nil && sameColumn(e, c) {
			c = a.named(c)
		}
		out.columns = append(out.columns, c)
	}
	out.constraints = nil
	for _, c := range live.constraints {
		if a := applied.constraintLike(c); a != nil && echo.constraintLike(c) != nil {
			c = a
		}
		out.constraints = append(out.constraints, c)
	}
	if sameOptions(live.options, echo.options) {
		out.options = applied.options
	}
	if sameExpr(live.ttl, echo.ttl) {
		out.ttl = applied.ttl
	}
	return &out
}
