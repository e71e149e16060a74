package ddl

import (
	"slices"
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// readOptionsByWords reads "OPTIONS (name = value, ...)", all of it.
func readOptionsByWords(st statement, lexemes []lexeme) (map[string]option, bool) {
	last := len(lexemes) - 1
	if last < 2 || !isWord(lexemes[0], "OPTIONS") || lexemes[1].kind != "(" || lexemes[last].kind != ")" {
		return nil, false
	}
	options := map[string]option{}
	for _, o := range splitLexemes(lexemes[2:last], ",") {
		if len(o) < 3 || o[1].kind != "=" {
			return nil, false
		}
		options[strings.ToLower(o[0].raw)] = option{name: o[0].raw, value: st.src.written(o[2:]), sig: signature(o[2:])}
	}
	return options, true
}

// readStreamByWords reads a change stream whose tables are in named schemas.
func readStreamByWords(st statement) (*stream, bool) {
	s := &stream{options: map[string]option{}}
	rest := st.lexemes
	if at := topLevel(rest, "OPTIONS"); at >= 0 {
		options, ok := readOptionsByWords(st, rest[at:])
		if !ok {
			return nil, false
		}
		s.options, rest = options, rest[:at]
	}
	at := topLevel(rest, "FOR")
	if at < 0 {
		return nil, false
	}
	s.forText = st.src.written(rest[at:])
	for _, watched := range splitLexemes(rest[at+1:], ",") {
		t := streamTable{}
		path := watched
		if open := slices.IndexFunc(watched, func(l lexeme) bool { return l.kind == "(" }); open >= 0 {
			path = watched[:open]
			t.columns = []string{}
			for _, l := range watched[open+1 : len(watched)-1] {
				if l.kind == token.TokenIdent {
					t.columnNames = append(t.columnNames, unquoted(l))
					t.columns = append(t.columns, strings.ToLower(unquoted(l)))
				}
			}
			slices.Sort(t.columns)
		}
		for i, l := range path {
			if (l.kind == token.TokenIdent) == (i%2 == 1) || i%2 == 1 && l.kind != "." {
				return nil, false
			}
			t.tableName += unquoted(l)
		}
		if t.tableName == "" {
			return nil, false
		}
		t.table = strings.ToLower(t.tableName)
		s.tables = append(s.tables, t)
	}
	s.forSig = watchSignature(false, s.tables)
	return s, true
}
