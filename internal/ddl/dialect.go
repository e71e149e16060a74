package ddl

import (
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// Dialect is the language in which a database's schema is written.
type Dialect string

// The dialects, named as Spanner's API names them.
const (
	// GoogleSQL is Spanner's own language.
	GoogleSQL Dialect = "GOOGLE_STANDARD_SQL"
	// PostgreSQL is PostgreSQL's language with Spanner's additions. No
	// maintained parser reads those (INTERLEAVE IN PARENT, TTL, CHANGE STREAM,
	// INCLUDE without USING, SKIP RANGE, SQL SECURITY), and the one that
	// PostgreSQL itself is made of needs a C compiler, so the readers in
	// postgres*.go know the statements by their words, and keep what they do
	// not know as it stands.
	PostgreSQL Dialect = "POSTGRESQL"
)

// Parse reads DDL in the dialect; see the function Parse.
func (d Dialect) Parse(sources ...Source) (schema *Schema, warnings []Problem, err error) {
	return parse(d, sources)
}

// ParseEcho reads what GetDatabaseDdl returned for a database of the dialect;
// see the function ParseEcho.
func (d Dialect) ParseEcho(statements []string, before ...*Schema) *Schema {
	return parseEcho(d, statements, before)
}

// GuessDialect tells a text's dialect by words that only one of the two has.
// It is false for a text that has none of either's, or some of both.
func GuessDialect(sources ...Source) (d Dialect, ok bool) {
	google, postgres := false, false
	for _, s := range sources {
		if src := GoogleSQL.source(s); src.lex() == nil {
			google = google || googleOnly(src.lexemes)
		}
		if src := PostgreSQL.source(s); src.lex() == nil {
			postgres = postgres || postgresOnly(src.lexemes)
		}
	}
	if google == postgres {
		return "", false
	}
	if google {
		return GoogleSQL, true
	}
	return PostgreSQL, true
}

var (
	googleWords   = wordSet("STRING BYTES INT64 FLOAT64 FLOAT32 STORING NULL_FILTERED OPTIONS TOKENLIST")
	postgresWords = wordSet("VARCHAR VARYING TEXT BIGINT INT8 INT4 INT INTEGER FLOAT8 FLOAT4 BYTEA JSONB TIMESTAMPTZ BOOLEAN TTL INCLUDE")
)

// googleOnly looks for what only GoogleSQL has where a type or a clause begins:
// behind a name or a bracket.
func googleOnly(lexemes []lexeme) bool {
	depth := 0
	for i, l := range lexemes {
		switch l.kind {
		case "(":
			depth++
		case ")":
			depth--
		}
		if strings.HasPrefix(l.raw, "`") || i > 0 && behindName(lexemes[i-1]) && isPlainWord(l) && googleWords[strings.ToUpper(l.raw)] {
			return true
		}
		if i+2 < len(lexemes) && (isWord(l, "ARRAY") && lexemes[i+1].kind == "<" || l.kind == ")" && depth == 0 && isWord(lexemes[i+1], "PRIMARY") && isWord(lexemes[i+2], "KEY")) {
			return true
		}
	}
	return false
}

// postgresOnly does the same for the other dialect.
func postgresOnly(lexemes []lexeme) bool {
	for i, l := range lexemes {
		switch {
		case strings.HasPrefix(l.raw, "#"): // a comment of the other dialect
			return false
		case l.kind == "::", l.kind == token.TokenString && strings.HasPrefix(l.raw, "$"):
			return true
		case i == 0:
		case isWord(l, "SET") && isWord(lexemes[max(0, i-3)], "ALTER") && isWord(lexemes[max(0, i-2)], "DATABASE") && i+1 < len(lexemes) && !isWord(lexemes[i+1], "OPTIONS"):
			return true
		case behindName(lexemes[i-1]) && isPlainWord(l) && postgresWords[strings.ToUpper(l.raw)]:
			return true
		case strings.HasPrefix(l.raw, `"`) && nameBefore[strings.ToUpper(lexemes[i-1].raw)]:
			return true
		}
	}
	return false
}

// nameBefore are the words that a name follows.
var nameBefore = wordSet("TABLE INDEX VIEW SEQUENCE SCHEMA STREAM ON IN PARENT REFERENCES CONSTRAINT")

func isPlainWord(l lexeme) bool { return l.raw != "" && isNameStart(l.raw[0]) }

// behindName reports whether a type or a clause may follow.
func behindName(before lexeme) bool {
	return before.kind == token.TokenIdent || before.kind == ")"
}
