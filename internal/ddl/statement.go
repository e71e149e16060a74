package ddl

import (
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// statement is one statement's lexemes, without the ";" that ends it.
type statement struct {
	src     *source
	lexemes []lexeme
	// sig is the meaning of the whole.
	sig string
}

func (st statement) start() int         { return st.lexemes[0].pos() }
func (st statement) end() int           { return st.lexemes[len(st.lexemes)-1].end() }
func (st statement) position() Position { return st.src.position(st.start()) }

// problem is about one lexeme of the statement.
func (st statement) problem(l lexeme, message string) Problem {
	return Problem{Position: st.src.position(l.pos()), Token: l.raw, Message: message}
}

// split cuts a lexed source at its semicolons and checks that every bracket
// closes within its statement.
func (s *source) split() ([]statement, []Problem) {
	var statements []statement
	var problems []Problem
	first := 0
	cut := func(to int) {
		if to == first {
			return
		}
		st := statement{src: s, lexemes: s.lexemes[first:to]}
		if p := st.unbalanced(); p != nil {
			problems = append(problems, *p)
			return
		}
		statements = append(statements, st)
	}
	for i := range s.lexemes {
		if s.lexemes[i].kind == ";" {
			cut(i)
			first = i + 1
		}
	}
	cut(len(s.lexemes))
	return statements, problems
}

var closing = map[token.TokenKind]token.TokenKind{"(": ")", "[": "]", "{": "}"}

func (st statement) unbalanced() *Problem {
	var open []lexeme
	for _, l := range st.lexemes {
		switch l.kind {
		case "(", "[", "{":
			open = append(open, l)
		case ")", "]", "}":
			if len(open) == 0 || closing[open[len(open)-1].kind] != l.kind {
				p := st.problem(l, "this bracket was never opened")
				return &p
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		p := st.problem(open[len(open)-1], "this bracket is never closed")
		return &p
	}
	return nil
}

// head is what can be read of a statement without parsing it whole.
type head struct {
	verb string // upper case: CREATE, ALTER, GRANT, ...
	kind Kind
	name name
}

// kindWords are the words of each kind, longest first where one begins
// another.
var kindWords = []Kind{
	"TABLE", "SEARCH INDEX", "VECTOR INDEX", "INDEX", "VIEW", "CHANGE STREAM", "SEQUENCE", "SCHEMA",
	"DATABASE", "MODEL", "FUNCTION", "PROPERTY GRAPH", "ROLE", "PROTO BUNDLE", "LOCALITY GROUP",
	"PLACEMENT", "STATISTICS",
}

// modifiers stand between CREATE and the kind.
var modifiers = map[string]bool{"OR": true, "REPLACE": true, "UNIQUE": true, "NULL_FILTERED": true, "REMOTE": true}

// head reads verb, kind and name. When one of them cannot be read it returns
// the lexeme that stands in its place.
func (st statement) head() (h head, at lexeme, ok bool) {
	words := st.lexemes
	last := words[len(words)-1]
	h.verb = strings.ToUpper(words[0].raw)
	if h.verb != "CREATE" && h.verb != "ALTER" && h.verb != "DROP" {
		return h, words[0], h.verb == "GRANT" || h.verb == "REVOKE" || h.verb == "RENAME" || h.verb == "ANALYZE"
	}
	i := 1
	for i < len(words) && modifiers[strings.ToUpper(words[i].raw)] {
		i++
	}
	if i >= len(words) {
		return h, last, false
	}
	var taken int
	h.kind, taken = readKind(words[i:])
	if h.kind == "" {
		return h, words[i], false
	}
	i += taken
	if h.kind == "PROTO BUNDLE" {
		h.name = newName("PROTO BUNDLE")
		return h, words[0], true
	}
	for i < len(words) && (isWord(words[i], "IF") || isWord(words[i], "NOT") || isWord(words[i], "EXISTS")) {
		i++
	}
	var parts []string
	for i < len(words) && words[i].kind != "" {
		if words[i].kind != token.TokenIdent && len(parts) == 0 {
			return h, words[i], false
		}
		parts = append(parts, st.src.namePart(words[i]))
		if i+1 >= len(words) || words[i+1].kind != "." {
			break
		}
		i += 2
	}
	if len(parts) == 0 {
		return h, last, false
	}
	if st.src.dialect == PostgreSQL {
		parts = withoutPublic(parts)
	}
	h.name = newName(parts...)
	return h, words[0], true
}

// readKind finds the kind that the words begin with and how many words it
// takes. A single unknown word is taken for a kind newer than this engine.
func readKind(words []lexeme) (Kind, int) {
	for _, k := range kindWords {
		parts := strings.Fields(string(k))
		if len(parts) > len(words) {
			continue
		}
		match := true
		for i, p := range parts {
			match = match && isWord(words[i], p)
		}
		if match {
			return k, len(parts)
		}
	}
	if words[0].kind == token.TokenIdent && len(words) > 1 && words[1].kind == token.TokenIdent {
		return Kind(strings.ToUpper(words[0].raw)), 1
	}
	return "", 0
}

func isWord(l lexeme, word string) bool { return strings.EqualFold(l.raw, word) }

// unquoted is a name's part without quotes.
func unquoted(l lexeme) string { return strings.Trim(l.raw, "`\"") }

// namePart is a name's part as Spanner stores it.
func (s *source) namePart(l lexeme) string {
	if s.dialect == PostgreSQL {
		return postgresName(l)
	}
	return unquoted(l)
}
