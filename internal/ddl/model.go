package ddl

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
)

// Kind is a kind of schema object, in the words of its CREATE statement.
type Kind string

// The kinds whose inside the engine reads. Every other kind is compared by
// its tokens.
const (
	KindDatabase     Kind = "DATABASE"
	KindSchema       Kind = "SCHEMA"
	KindTable        Kind = "TABLE"
	KindIndex        Kind = "INDEX"
	KindSearchIndex  Kind = "SEARCH INDEX"
	KindVectorIndex  Kind = "VECTOR INDEX"
	KindView         Kind = "VIEW"
	KindChangeStream Kind = "CHANGE STREAM"
	KindSequence     Kind = "SEQUENCE"
	kindGrant        Kind = "GRANT"
	kindBundle       Kind = "PROTO BUNDLE"
	kindLocality     Kind = "LOCALITY GROUP"
	kindPlacement    Kind = "PLACEMENT"
)

// name is an object's name: its parts as written, and the key under which it
// is found, since Spanner's names are unique whatever their case.
type name struct {
	parts []string
	key   string
}

func newName(parts ...string) name {
	return name{parts: parts, key: strings.ToLower(strings.Join(parts, "."))}
}

// String is the name as written, without quotes.
func (n name) String() string { return strings.Join(n.parts, ".") }

// Object is one schema object as some text declares it.
type Object struct {
	kind Kind
	name name
	pos  Position
	// text is the CREATE statement in the author's own bytes.
	text string
	// sig is the meaning of the whole statement.
	sig string
	// opaque is true when the parser refused the statement.
	opaque bool
	// implied is true for a named schema that only other names speak of.
	implied bool
	dialect Dialect
	names   map[string]bool

	// At most one of these is set, by kind; none for the kinds that are
	// compared by their tokens.
	table    *table
	index    *index
	view     *view
	stream   *stream
	sequence *sequence
	grant    []privilege
	// bundle holds the types of a proto bundle.
	bundle map[string]string
	// settings are the OPTIONS of a locality group or statistics package.
	settings map[string]option
}

// namespace tells objects apart that may bear the same name. Spanner keeps
// tables, all kinds of index and views in one.
func (k Kind) namespace() string {
	switch k {
	case KindTable, KindIndex, KindSearchIndex, KindVectorIndex, KindView:
		return "relation"
	default:
		return string(k)
	}
}

// mentions holds the keys of every name in the statement. It is made when first
// asked for, so a Schema is for one goroutine.
func (o *Object) mentions() map[string]bool {
	if o.names == nil {
		o.names = mentioned(o.words())
	}
	return o.names
}

// words are the lexemes of the statement, cut from its text anew: few objects
// of a large schema are asked for them. There are none for an implied object.
func (o *Object) words() []lexeme {
	if o.implied {
		return nil
	}
	return o.dialect.relex(o.text)
}

func (o *Object) key() string { return o.kind.namespace() + " " + o.name.key }

// expr is an expression: the author's bytes between its parentheses, and its
// meaning.
type expr struct {
	text string
	sig  string
	// names holds the keys of the names in it.
	names map[string]bool
}

func sameExpr(a, b *expr) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.sig == b.sig
}

// option is one "name = value" of an OPTIONS clause.
type option struct {
	name  string
	value string
	sig   string
}

type table struct {
	columns     []*column
	primaryKey  []keyPart
	constraints []*constraint
	interleave  *interleave
	ttl         *expr
	// ttlAdded is true when an ALTER TABLE in the text declares ttl.
	ttlAdded bool
	options  map[string]option
	synonyms map[string]string
	// synonymsAdded are keys of those that an ALTER TABLE in the text declares.
	synonymsAdded []string
}

// clone gives a copy to add columns, constraints and synonyms to.
func (t *table) clone() *table {
	out := *t
	out.columns, out.constraints, out.synonyms = slices.Clone(t.columns), slices.Clone(t.constraints), maps.Clone(t.synonyms)
	return &out
}

func (t *table) column(key string) *column {
	for _, c := range t.columns {
		if c.key == key {
			return c
		}
	}
	return nil
}

type keyPart struct {
	column     string
	descending bool
}

type interleave struct {
	parent  name
	inside  bool // INTERLEAVE IN PARENT rather than INTERLEAVE IN
	cascade bool
}

type column struct {
	name string
	key  string
	pos  Position
	// text is the whole definition in the author's bytes.
	text         string
	typ          columnType
	notNull      bool
	def          *expr
	onUpdate     *expr
	generated    *expr
	stored       bool
	identity     *counter
	hidden       bool
	placementKey bool
	options      map[string]option
	// added is true when an ALTER TABLE in the text declares the column.
	added bool
}

// columnType is a column's type, taken apart as far as the rules of ALTER
// COLUMN need it.
type columnType struct {
	text  string
	sig   string
	array bool
	base  string // upper case; "" for a PROTO or ENUM type
	// length is that of STRING and BYTES; lengthMax stands for MAX.
	length int64
}

type constraint struct {
	// name is empty for one that Spanner names.
	name string
	key  string
	pos  Position
	// text is what follows ADD in ALTER TABLE, or the line in CREATE TABLE.
	text string
	// sig is the meaning without the name.
	sig string
	// fk is set for a foreign key, check for a check constraint.
	fk    *foreignKey
	check *expr
	// from and to are the lexemes of the CREATE TABLE between which it stands;
	// both zero when an ALTER TABLE added it.
	from, to int
	// ofColumn is true for one that stands behind a column's definition.
	ofColumn bool
}

func (c *constraint) inline() bool { return c.to > 0 }

type foreignKey struct {
	columns    []string
	refTable   name
	refColumns []string
	cascade    bool
	unenforced bool
}

// signature is the foreign key's meaning.
func (k *foreignKey) signature() string {
	return fmt.Sprintf("FOREIGN KEY %q %q %q %t %t", k.columns, k.refTable.key, k.refColumns, k.cascade, k.unenforced)
}

type index struct {
	table        name
	unique       bool
	nullFiltered bool
	keys         []keyPart
	// shape is the meaning of everything but the table and what follows here.
	shape   string
	storing map[string]string
	options map[string]option
	// tokens are the TOKENLIST columns of a search index.
	tokens map[string]string
}

type view struct {
	// sig is the meaning without OR REPLACE.
	sig string
	// from holds the keys of the names that the query reads from.
	from map[string]bool
}

type stream struct {
	forSig  string
	forText string
	all     bool
	tables  []streamTable
	options map[string]option
}

type streamTable struct {
	table   string
	columns []string // sorted keys; nil: the whole table
	// tableName and columnNames are as written.
	tableName   string
	columnNames []string
}

type sequence struct {
	counter counter
	options map[string]option
}

// Schema is what a text of DDL or an echo declares.
type Schema struct {
	// objects stand in the order of the text.
	objects []*Object
	byKey   map[string]*Object
	// databaseName is as ALTER DATABASE names it.
	databaseName string
	// databaseOptions are owned one by one, so they are not an Object.
	databaseOptions map[string]option
	dialect         Dialect
}

// syntax is how statements that change the schema are spelled.
func (s *Schema) syntax() syntax {
	if s.dialect == PostgreSQL {
		return postgreSQL{}
	}
	return googleSQL{}
}

func newSchema() *Schema {
	return &Schema{byKey: map[string]*Object{}, databaseOptions: map[string]option{}}
}

func (s *Schema) add(o *Object) {
	s.objects = append(s.objects, o)
	s.byKey[o.key()] = o
}

// Empty reports whether the schema declares nothing.
func (s *Schema) Empty() bool {
	return s == nil || len(s.objects) == 0 && len(s.databaseOptions) == 0
}

// Names lists the names of all objects in the schema (tables, indexes, views,
// streams, ...), sorted.
func (s *Schema) Names() []string {
	if s == nil {
		return nil
	}
	names := make([]string, 0, len(s.objects))
	for _, o := range s.objects {
		names = append(names, o.name.String())
	}
	sort.Strings(names)
	return names
}

// get finds an object of the schema; nil when there is none, or no schema.
func (s *Schema) get(key string) *Object {
	if s == nil {
		return nil
	}
	return s.byKey[key]
}

// relation finds a table, index or view by its name's key.
func (s *Schema) relation(key string) *Object {
	return s.get(KindTable.namespace() + " " + key)
}
