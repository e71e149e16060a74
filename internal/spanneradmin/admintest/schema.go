package admintest

import (
	"slices"
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}

func blocked(format string, args ...any) error {
	return status.Errorf(codes.FailedPrecondition, format, args...)
}

func notFound(format string, args ...any) error {
	return status.Errorf(codes.NotFound, format, args...)
}

// labelled is what has a name.
type labelled struct{ name string }

func (l *labelled) label() string { return l.name }

type label interface{ label() string }

// schema is what a database holds. Objects point at each other, so a table's
// new name is at once that in its indexes, foreign keys, children, streams and
// grants; views keep the words of their query.
type schema struct {
	database   string
	options    options
	schemas    []*labelled
	tables     []*table
	indexes    []*index
	views      []*view
	streams    []*stream
	sequences  []*sequence
	functions  []*opaque
	models     []*opaque
	graphs     []*opaque
	localities []*configured
	placements []*configured
	statistics []*configured
	roles      []*labelled
	grants     []grant
	bundle     *bundle

	// descriptors are the proto types that came with the batch; the value is
	// true for an enum.
	descriptors map[string]bool
	// fresh are the tables made by the batch: to index or check them needs no
	// look at rows.
	fresh map[*table]bool
	// work counts the batch's statements that read or write existing rows.
	work int
}

// find gives what has exactly this name.
func find[T label](list []T, name string) (found T, ok bool) {
	for _, have := range list {
		if have.label() == name {
			return have, true
		}
	}
	return found, false
}

// without gives a list without one of its elements.
func without[T comparable](list []T, gone T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(have T) bool { return have == gone })
}

// readers are the statements that Spanner knows by their first words. Where
// some begin like others, the longer ones come first.
var readers = []struct {
	words string
	read  func(*schema, *cursor) error
}{
	{"CREATE TABLE", (*schema).createTable},
	{"ALTER TABLE", (*schema).alterTable},
	{"DROP TABLE", (*schema).dropTable},
	{"RENAME TABLE", (*schema).renameTables},
	{"CREATE UNIQUE NULL_FILTERED INDEX", indexReader(index{unique: true, nullFiltered: true})},
	{"CREATE UNIQUE INDEX", indexReader(index{unique: true})},
	{"CREATE NULL_FILTERED INDEX", indexReader(index{nullFiltered: true})},
	{"CREATE INDEX", indexReader(index{})},
	{"CREATE SEARCH INDEX", indexReader(index{kind: searchIndex})},
	{"CREATE VECTOR INDEX", indexReader(index{kind: vectorIndex})},
	{"ALTER INDEX", indexAlterer("")},
	{"ALTER SEARCH INDEX", indexAlterer(searchIndex)},
	{"ALTER VECTOR INDEX", indexAlterer(vectorIndex)},
	{"DROP INDEX", indexDropper("")},
	{"DROP SEARCH INDEX", indexDropper(searchIndex)},
	{"DROP VECTOR INDEX", indexDropper(vectorIndex)},
	{"CREATE OR REPLACE VIEW", (*schema).replaceView},
	{"CREATE VIEW", (*schema).createView},
	{"DROP VIEW", (*schema).dropView},
	{"CREATE CHANGE STREAM", (*schema).createStream},
	{"ALTER CHANGE STREAM", (*schema).alterStream},
	{"DROP CHANGE STREAM", (*schema).dropStream},
	{"CREATE SEQUENCE", (*schema).createSequence},
	{"ALTER SEQUENCE", (*schema).alterSequence},
	{"DROP SEQUENCE", (*schema).dropSequence},
	{"CREATE SCHEMA", (*schema).createSchema},
	{"DROP SCHEMA", (*schema).dropSchema},
	{"CREATE OR REPLACE MODEL", opaqueReader("MODEL", true)},
	{"CREATE MODEL", opaqueReader("MODEL", false)},
	{"ALTER MODEL", (*schema).alterModel},
	{"DROP MODEL", opaqueDropper("MODEL")},
	{"CREATE OR REPLACE FUNCTION", opaqueReader("FUNCTION", true)},
	{"CREATE FUNCTION", opaqueReader("FUNCTION", false)},
	{"DROP FUNCTION", opaqueDropper("FUNCTION")},
	{"CREATE OR REPLACE PROPERTY GRAPH", opaqueReader("PROPERTY GRAPH", true)},
	{"CREATE PROPERTY GRAPH", opaqueReader("PROPERTY GRAPH", false)},
	{"DROP PROPERTY GRAPH", opaqueDropper("PROPERTY GRAPH")},
	{"CREATE LOCALITY GROUP", (*schema).createLocality},
	{"ALTER LOCALITY GROUP", (*schema).alterLocality},
	{"DROP LOCALITY GROUP", (*schema).dropLocality},
	{"CREATE PLACEMENT", (*schema).createPlacement},
	{"ALTER PLACEMENT", (*schema).alterPlacement},
	{"DROP PLACEMENT", (*schema).dropPlacement},
	{"CREATE ROLE", (*schema).createRole},
	{"DROP ROLE", (*schema).dropRole},
	{"GRANT", (*schema).grant},
	{"REVOKE", (*schema).revoke},
	{"CREATE PROTO BUNDLE", (*schema).createBundle},
	{"ALTER PROTO BUNDLE", (*schema).alterBundle},
	{"DROP PROTO BUNDLE", (*schema).dropBundle},
	{"ALTER STATISTICS", (*schema).alterStatistics},
	{"ALTER DATABASE", (*schema).alterDatabase},
}

// apply changes the schema by one statement. After an error the schema may be
// half changed and is to be thrown away.
func (s *schema) apply(statement string) error {
	c := newCursor(statement)
	for _, r := range readers {
		if !c.take(strings.Fields(r.words)...) {
			continue
		}
		err := r.read(s, c)
		if c.err != nil || err == nil {
			return c.end()
		}
		return err
	}
	c.fail("Encountered '" + c.next() + "' while parsing: ddl_statement")
	return c.err
}

// claim refuses a name that something else bears, whatever its letter case.
func (s *schema) claim(name string) error {
	if schema, _, qualified := strings.Cut(name, "."); qualified {
		if _, ok := find(s.schemas, schema); !ok {
			return notFound("Schema not found: %s", schema)
		}
	}
	for _, taken := range s.names() {
		if strings.EqualFold(taken, name) {
			return blocked("Duplicate name in schema: %s.", name)
		}
	}
	return nil
}

// names are those that must be unique in the database.
func (s *schema) names() []string {
	var out []string
	for _, t := range s.tables {
		out = append(out, t.name)
		if t.synonym != "" {
			out = append(out, t.synonym)
		}
		for _, f := range t.foreignKeys {
			out = append(out, f.constraintName)
		}
		for _, k := range t.checks {
			out = append(out, k.constraintName)
		}
	}
	out = append(out, namesOf(s.indexes)...)
	out = append(out, namesOf(s.views)...)
	out = append(out, namesOf(s.streams)...)
	out = append(out, namesOf(s.sequences)...)
	return append(out, namesOf(s.schemas)...)
}

func namesOf[T label](list []T) []string {
	out := make([]string, len(list))
	for i, have := range list {
		out[i] = have.label()
	}
	return out
}

// fold gives what has this name, letter case aside, as queries find it.
func fold[T label](list []T, name string) (found T, ok bool) {
	for _, have := range list {
		if strings.EqualFold(have.label(), name) {
			return have, true
		}
	}
	return found, false
}

func (s *schema) table(name string) (*table, error) {
	if t, ok := find(s.tables, name); ok {
		return t, nil
	}
	return nil, notFound("Table not found: %s", name)
}

// quoted writes a name as Spanner does: in backquotes only where it must.
func quoted(name string) string {
	parts := strings.Split(name, ".")
	for i, part := range parts {
		parts[i] = token.QuoteSQLIdent(part)
	}
	return strings.Join(parts, ".")
}

func quotedAll(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = quoted(name)
	}
	return strings.Join(out, ", ")
}

func (s *schema) createSchema(c *cursor) error {
	maybe := c.take("IF", "NOT", "EXISTS")
	name := c.ident()
	if _, ok := find(s.schemas, name); ok && maybe {
		return nil
	}
	if err := s.claim(name); err != nil {
		return err
	}
	s.schemas = append(s.schemas, &labelled{name})
	return nil
}

func (s *schema) dropSchema(c *cursor) error {
	maybe := c.take("IF", "EXISTS")
	name := c.ident()
	gone, ok := find(s.schemas, name)
	if !ok {
		return unless(maybe, notFound("Schema not found: %s", name))
	}
	for _, taken := range s.names() {
		if strings.HasPrefix(taken, name+".") {
			return blocked("Cannot drop schema %s while it has dependencies.", name)
		}
	}
	s.schemas = without(s.schemas, gone)
	s.forget(gone)
	return nil
}

// unless gives the error but where the statement says IF EXISTS.
func unless(maybe bool, err error) error {
	if maybe {
		return nil
	}
	return err
}
