package ddl

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/ast"
	"github.com/cloudspannerecosystem/memefish/token"
)

// Parse reads DDL. All errors are returned together as Problems; a statement
// that can be read but not parsed is kept as an opaque object and reported in
// the warnings. A text without any statement gives an empty Schema, no error.
func Parse(sources ...Source) (schema *Schema, warnings []Problem, err error) {
	return parse(GoogleSQL, sources)
}

func parse(d Dialect, sources []Source) (schema *Schema, warnings []Problem, err error) {
	r := newReader(d)
	for _, s := range sources {
		src := d.source(s)
		if p := src.lex(); p != nil {
			r.problems = append(r.problems, *p)
			continue
		}
		statements, problems := src.split()
		r.problems = append(r.problems, problems...)
		src.position(0) // finds the lines, which all statements share
		r.readAll(len(statements), func(i int, _ []lexeme) (statement, bool) { return statements[i], true })
	}
	r.fold()
	r.checkNames()
	if len(r.problems) > 0 {
		return nil, r.warnings, r.problems
	}
	return r.schema, r.warnings, nil
}

// ParseEcho reads what GetDatabaseDdl returned. It never fails: a statement
// that cannot be parsed becomes an opaque object. What it has in common with
// schemas that were read before is not read again, which is most of it; the
// result is the same with them and without.
func ParseEcho(statements []string, before ...*Schema) *Schema {
	return parseEcho(GoogleSQL, statements, before)
}

func parseEcho(d Dialect, statements []string, before []*Schema) *Schema {
	r := newReader(d)
	r.echo = true
	r.known = knownObjects(before)
	r.readAll(len(statements), func(i int, room []lexeme) (statement, bool) {
		src := d.source(Source{Text: statements[i]})
		src.lexemes = room
		if src.lex() != nil || len(src.lexemes) == 0 {
			return statement{}, false
		}
		return statement{src: src, lexemes: src.lexemes}, true
	})
	r.fold()
	r.impliedSchemas()
	return r.schema
}

// reader turns statements into a Schema.
type reader struct {
	schema   *Schema
	warnings []Problem
	problems Problems
	alters   []alteration
	// found, databaseName and databaseOptions are what the statements read so
	// far declare, before they are put into the schema.
	found           []*Object
	databaseName    string
	databaseOptions []databaseOption
	// echo is true for text that came from Spanner.
	echo bool
	// known are objects that were read before, by their meaning.
	known map[string]*Object
	// spelled are the names whose letters must be right.
	spelled []namedIn
}

// databaseOption is an option that ALTER DATABASE sets.
type databaseOption struct {
	key    string
	option option
}

func newReader(d Dialect) *reader {
	r := &reader{schema: newSchema()}
	r.schema.dialect = d
	return r
}

// alteration is an ALTER TABLE that adds to a table declared elsewhere in the
// text, kept until all tables are known.
type alteration struct {
	at    Position
	sig   string
	table name
	apply func(*reader, *table)
}

func (r *reader) read(st statement) {
	st.sig = signature(meaningful(st.lexemes))
	if r.takeKnown(st) {
		return
	}
	if st.src.dialect == PostgreSQL {
		r.readPostgres(st)
		return
	}
	node, err := memefish.ParseDDL(st.src.name, st.src.text[st.start():st.end()])
	if err != nil {
		r.readOpaque(st, err)
		return
	}
	r.noteNames(st, node)
	switch n := node.(type) {
	case *ast.CreateTable:
		o := r.object(st, KindTable, pathName(n.Name), n.Name.Pos())
		o.table = r.table(st, n)
		r.add(o)
	case *ast.CreateIndex:
		o := r.object(st, KindIndex, pathName(n.Name), n.Name.Pos())
		o.index = readIndex(st, n)
		r.add(o)
	case *ast.CreateSearchIndex:
		o := r.object(st, KindSearchIndex, pathName(n.Name), n.Name.Pos())
		o.index = readOtherIndex(st, pathName(n.TableName), otherIndex{table: n.TableName, tokens: n.TokenListPart, storing: n.Storing, options: n.Options})
		r.add(o)
	case *ast.CreateVectorIndex:
		o := r.object(st, KindVectorIndex, newName(n.Name.Name), n.Name.Pos())
		o.index = readOtherIndex(st, newName(n.TableName.Name), otherIndex{table: n.TableName, storing: n.Storing, options: n.Options})
		r.add(o)
	case *ast.CreateView:
		o := r.object(st, KindView, pathName(n.Name), n.Name.Pos())
		o.view = readView(st, n)
		r.add(o)
	case *ast.CreateChangeStream:
		o := r.object(st, KindChangeStream, newName(n.Name.Name), n.Name.Pos())
		o.stream = readStream(st, n)
		r.add(o)
	case *ast.CreateSequence:
		o := r.object(st, KindSequence, pathName(n.Name), n.Name.Pos())
		o.sequence = readSequence(st, n)
		r.add(o)
	case *ast.AlterDatabase:
		r.databaseName = n.Name.Name
		for key, opt := range readOptions(st, n.Options) {
			r.databaseOptions = append(r.databaseOptions, databaseOption{key, opt})
		}
	case *ast.AlterTable:
		r.readAlterTable(st, n)
	case *ast.CreateProtoBundle:
		o := r.object(st, kindBundle, newName(string(kindBundle)), n.Pos())
		o.bundle = bundleTypes(st.lexemes)
		r.add(o)
	case *ast.CreateLocalityGroup:
		o := r.object(st, kindLocality, newName(n.Name.Name), n.Name.Pos())
		o.settings = readOptions(st, n.Options)
		r.add(o)
	case *ast.CreatePlacement:
		o := r.object(st, kindPlacement, newName(n.Name.Name), n.Name.Pos())
		o.settings = readOptions(st, n.Options)
		r.add(o)
	case *ast.AlterLocalityGroup:
		// The default group exists by itself, like a statistics package.
		if !strings.EqualFold(n.Name.Name, "default") {
			r.readPlain(st)
			return
		}
		o := r.object(st, kindLocality, newName(n.Name.Name), n.Name.Pos())
		o.settings = readOptions(st, n.Options)
		r.add(o)
	case *ast.AlterStatistics:
		// A package exists by itself; the text only says how it should be.
		o := r.object(st, kindStatistics, newName(n.Name.Name), n.Name.Pos())
		o.settings = readOptions(st, n.Options)
		r.add(o)
	default:
		r.readPlain(st)
	}
}

// readPlain keeps a statement of a kind whose inside is not read.
func (r *reader) readPlain(st statement) {
	h, at, ok := st.head()
	switch {
	case !ok:
		r.problem(st.problem(at, "no kind and name of a schema object can be read here"))
	case h.verb == "GRANT":
		o := r.object(st, kindGrant, newName(signature(st.lexemes)), token.Pos(0))
		if st.src.dialect == PostgreSQL {
			o.grant = readPostgresGrant(st)
		} else {
			o.grant = readGrant(st.lexemes)
		}
		r.add(o)
	case h.verb == "CREATE":
		r.add(r.object(st, h.kind, h.name, token.Pos(0)))
	case r.echo:
		// What Spanner echoes beside CREATE is kept, so that it is never lost.
		r.add(r.object(st, Kind(h.verb+" "+string(h.kind)), newName(h.name.String(), signature(st.lexemes)), token.Pos(0)))
	default:
		r.problem(st.problem(st.lexemes[0], fmt.Sprintf(
			"a schema says what should exist; %s is planned from the difference, so write the CREATE statement as it should be and leave this out", h.verb)))
	}
}

// readByWords reads forms that the parser does not know but that are common:
// it is false for any other.
func (r *reader) readByWords(st statement) bool {
	if r.readDefaultGroup(st) {
		return true
	}
	h, _, ok := st.head()
	if !ok || h.verb != "CREATE" {
		return false
	}
	o := r.object(st, h.kind, h.name, token.Pos(0))
	switch h.kind {
	case KindSequence:
		o.sequence, ok = readSequenceByWords(st, h)
	case KindChangeStream:
		o.stream, ok = readStreamByWords(st)
	default:
		ok = false
	}
	if ok {
		r.add(o)
	}
	return ok
}

// readDefaultGroup reads ALTER LOCALITY GROUP default, whose name the parser
// takes only in quotes.
func (r *reader) readDefaultGroup(st statement) bool {
	const words = "ALTER LOCALITY GROUP DEFAULT SET"
	l := st.lexemes
	for i, w := range strings.Fields(words) {
		if i >= len(l) || !isWord(l[i], w) {
			return false
		}
	}
	options, ok := readOptionsByWords(st, l[5:])
	if ok {
		o := r.object(st, kindLocality, newName("default"), token.Pos(0))
		o.settings = options
		r.add(o)
	}
	return ok
}

// readOpaque keeps a statement that the parser refused.
func (r *reader) readOpaque(st statement, err error) {
	if r.readByWords(st) {
		return
	}
	at := st.lexemes[0]
	message := err.Error()
	var parse memefish.MultiError
	if errors.As(err, &parse) && len(parse) > 0 {
		message = parse[0].Message
		if parse[0].Position != nil {
			offset := st.start() + int(parse[0].Position.Pos)
			at = st.lexemes[len(st.lexemes)-1]
			if rest := span(st.lexemes, offset, st.end()); len(rest) > 0 {
				at = rest[0]
			}
		}
	}
	r.keepUnread(st, at, message)
}

// keepUnread keeps a statement that is of no known form at a lexeme.
func (r *reader) keepUnread(st statement, at lexeme, message string) {
	before := len(r.problems)
	r.readPlain(st)
	if len(r.problems) > before || r.echo {
		return
	}
	r.found[len(r.found)-1].opaque = true
	r.warnings = append(r.warnings, st.problem(at, "this statement is not understood ("+message+
		"); it is compared word by word and left to Spanner to check"))
}

func (r *reader) problem(p Problem) {
	if !r.echo {
		r.problems = append(r.problems, p)
	}
}

// object makes what all kinds share. namePos is relative to the statement.
func (r *reader) object(st statement, kind Kind, n name, namePos token.Pos) *Object {
	return &Object{
		kind:    kind,
		name:    n,
		pos:     st.src.position(st.start() + int(namePos)),
		text:    st.src.written(st.lexemes),
		sig:     st.sig,
		dialect: st.src.dialect,
	}
}

func (r *reader) add(o *Object) { r.found = append(r.found, o) }

// twice says that a name stands for two objects.
func twice(o, first *Object) Problem {
	return Problem{Position: o.pos, Token: o.name.String(), Message: fmt.Sprintf("%s is declared twice, first at %s", o.name, first.pos)}
}

// fold adds what ALTER TABLE statements say to the tables they name. Another
// schema may share a table's parts, so what is added to is a copy.
func (r *reader) fold() {
	for _, a := range r.alters {
		o := r.schema.relation(a.table.key)
		if o == nil || o.table == nil {
			r.problem(Problem{Position: a.at, Token: a.table.String(),
				Message: "ALTER TABLE names a table that no CREATE TABLE in this text declares"})
			continue
		}
		o.table = o.table.clone()
		a.apply(r, o.table)
		o.sig += " ; " + a.sig
	}
}

// impliedSchemas adds the named schemas that objects live in: the emulator
// does not echo CREATE SCHEMA.
func (r *reader) impliedSchemas() {
	implied := map[string]name{}
	for _, o := range r.schema.objects {
		if o.kind != kindGrant && len(o.name.parts) == 2 && !strings.Contains(string(o.kind), "ALTER") {
			n := newName(o.name.parts[0])
			implied[n.key] = n
		}
	}
	keys := make([]string, 0, len(implied))
	for key := range implied {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		o := &Object{kind: KindSchema, name: implied[key], implied: true, text: "CREATE SCHEMA " + r.schema.syntax().quote(implied[key].parts[0])}
		o.sig = "CREATE SCHEMA " + key
		if r.schema.get(o.key()) == nil {
			r.schema.add(o)
		}
	}
}

// meaningful leaves out OR REPLACE and IF NOT EXISTS, which say how to create
// and not what.
func meaningful(lexemes []lexeme) []lexeme {
	first := len(lexemes)
	for i := range min(8, len(lexemes)) {
		if isWord(lexemes[i], "REPLACE") || isWord(lexemes[i], "EXISTS") {
			first = i
			break
		}
	}
	if first == len(lexemes) {
		return lexemes // as nearly always: nothing to leave out, nothing to copy
	}
	out := make([]lexeme, 0, len(lexemes))
	for i := 0; i < len(lexemes); i++ {
		switch {
		case i == 1 && len(lexemes) > 2 && isWord(lexemes[1], "OR") && isWord(lexemes[2], "REPLACE"):
			i++
		case i < 8 && i+2 < len(lexemes) && isWord(lexemes[i], "IF") && isWord(lexemes[i+1], "NOT") && isWord(lexemes[i+2], "EXISTS"):
			i += 2
		default:
			out = append(out, lexemes[i])
		}
	}
	return out
}

// mentioned collects the keys of every name and dotted path.
func mentioned(lexemes []lexeme) map[string]bool {
	out := map[string]bool{}
	path := ""
	for i, l := range lexemes {
		if l.kind != token.TokenIdent {
			continue
		}
		key := strings.ToLower(unquoted(l))
		out[key] = true
		if i >= 2 && lexemes[i-1].kind == "." && path != "" {
			path += "." + key
			out[path] = true
		} else {
			path = key
		}
	}
	return out
}

func pathName(p *ast.Path) name {
	parts := make([]string, len(p.Idents))
	for i, id := range p.Idents {
		parts[i] = id.Name
	}
	return newName(parts...)
}
