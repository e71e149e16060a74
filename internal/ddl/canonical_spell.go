package ddl

import (
	"slices"
	"sort"
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// ddlWords are words of DDL that the lexer takes for names.
var ddlWords = func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(`ACTION ADD ALTER AUTO_INCREMENT BIT_REVERSED_POSITIVE BUNDLE CASCADE CHANGE CHECK COLUMN CONSTRAINT COUNTER
		DATABASE DATE DATETIME DAY DEFINER DELETE DROP EDGE ENFORCED FLOAT32 FLOAT64 FOREIGN FUNCTION GENERATED GRANT GRAPH GROUP HIDDEN HOUR IDENTITY INDEX INPUT
		INSERT INT64 INTERLEAVE INTERVAL INVOKER BOOL BYTES JSON KEY KEYS LABEL LOCALITY MAX MINUTE MODEL NODE NULL_FILTERED NUMERIC OPTIONS OUTPUT PARENT PLACEMENT
		POLICY PRIMARY PROPERTIES PROPERTY PROTO RANGE REFERENCES REMOTE REPLACE RESTART RETURNS ROLE ROW SCHEMA SEARCH SECOND SECURITY SEQUENCE SKIP SOURCE SQL START
		STATISTICS STORED STORING STREAM STRING SYNONYM TABLE TABLES TIMESTAMP TOKENLIST UNIQUE UPDATE USAGE UUID VECTOR VIEW YEAR`) {
		words[w] = true
	}
	return words
}()

// spell writes lexemes in one layout; in gives the spelling of a name by its
// key. Two runs of lexemes with the same meaning are spelled the same.
func (c *canonical) spell(words []lexeme, in func(string) string) string {
	words = sortLists(words)
	angles := typeBrackets(words)
	var b strings.Builder
	for i, l := range words {
		if i > 0 && !angles[i] && (!angles[i-1] || words[i-1].kind == ">") && spaced(words, i) {
			b.WriteByte(' ')
		}
		b.WriteString(spelling(words, i, l, in))
	}
	return b.String()
}

func spelling(words []lexeme, i int, l lexeme, in func(string) string) string {
	switch l.kind {
	case token.TokenIdent:
		if i > 0 && words[i-1].kind == "." {
			return token.QuoteSQLIdent(l.norm())
		}
		called := i+1 < len(words) && words[i+1].kind == "("
		declared := in(l.norm())
		upper := strings.ToUpper(l.norm())
		switch {
		case upper == "KEY" && i > 0 && (isWord(words[i-1], "PRIMARY") || isWord(words[i-1], "FOREIGN")):
			return upper
		case declared != l.norm() && !strings.Contains(declared, "."):
			return quoted([]string{declared})
		case strings.HasPrefix(l.raw, "`"):
			return token.QuoteSQLIdent(l.norm())
		case ddlWords[upper] || called:
			return upper
		}
		return token.QuoteSQLIdent(l.norm())
	case token.TokenString:
		return quoteText(strings.TrimPrefix(l.norm(), "'"))
	case token.TokenBytes:
		return token.QuoteSQLBytes([]byte(strings.TrimPrefix(l.norm(), "b'")))
	default:
		return l.norm()
	}
}

// quoteText prefers single quotes, as Spanner's echo does.
func quoteText(text string) string {
	for _, r := range text {
		if r == '\'' || r == '\\' || r < ' ' || r > '~' {
			return token.QuoteSQLString(text)
		}
	}
	return "'" + text + "'"
}

// tight are the tokens that no space stands before, or behind.
var (
	tightBefore = map[token.TokenKind]bool{",": true, ")": true, "]": true, ".": true, ";": true, "[": true}
	tightBehind = map[token.TokenKind]bool{"(": true, "[": true, ".": true, "@": true}
)

// spaced tells whether a space stands before the ith lexeme.
func spaced(words []lexeme, i int) bool {
	before, here := words[i-1], words[i]
	switch {
	case tightBefore[here.kind] || tightBehind[before.kind]:
		return false
	case here.kind == "(":
		// A call or a type is tight, a clause is not.
		return before.kind != token.TokenIdent || clauses[strings.ToUpper(before.norm())]
	}
	return true
}

// typeBrackets finds the brackets of ARRAY<...> and STRUCT<...>.
func typeBrackets(words []lexeme) map[int]bool {
	found := map[int]bool{}
	open := 0
	for i, l := range words {
		switch {
		case l.kind == "<" && i > 0 && (isWord(words[i-1], "ARRAY") || isWord(words[i-1], "STRUCT")):
			open++
			found[i] = true
		case l.kind == ">" && open > 0:
			open--
			found[i] = true
		}
	}
	return found
}

// clauses are words of DDL that a list in brackets follows.
var clauses = map[string]bool{"KEY": true, "STORING": true, "OPTIONS": true, "CHECK": true, "POLICY": true, "IDENTITY": true, "BUNDLE": true,
	"INPUT": true, "OUTPUT": true, "SYNONYM": true, "TABLES": true}

// sortLists sorts the lists whose order means nothing and leaves out a comma
// at their end.
func sortLists(words []lexeme) []lexeme {
	var out []lexeme
	for i := 0; i < len(words); i++ {
		out = append(out, words[i])
		isList := isWord(words[i], "OPTIONS") || isWord(words[i], "STORING") || isWord(words[i], "BUNDLE")
		if !isList || words[i].kind != token.TokenIdent || i+1 >= len(words) || words[i+1].kind != "(" {
			continue
		}
		end := closingBracket(words, i+1)
		if end < 0 {
			continue
		}
		out = append(out, words[i+1])
		items := splitList(words[i+2 : end])
		sort.SliceStable(items, func(a, b int) bool { return signature(items[a]) < signature(items[b]) })
		for n, item := range items {
			if n > 0 {
				out = append(out, lexeme{kind: ",", raw: ","})
			}
			out = append(out, item...)
		}
		out = append(out, words[end])
		i = end
	}
	return out
}

// closingBracket finds the bracket that closes the one at from.
func closingBracket(words []lexeme, from int) int {
	depth := 0
	for i := from; i < len(words); i++ {
		switch words[i].kind {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

// splitList cuts at the commas outside brackets.
func splitList(words []lexeme) [][]lexeme {
	var items [][]lexeme
	depth, first := 0, 0
	for i, l := range words {
		switch l.kind {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		case ",":
			if depth == 0 {
				items = append(items, words[first:i])
				first = i + 1
			}
		}
	}
	items = append(items, words[first:])
	return slices.DeleteFunc(items, func(item []lexeme) bool { return len(item) == 0 })
}

// quoted gives a name's parts in backquotes where they need them.
func quoted(parts []string) string {
	out := make([]string, len(parts))
	for i, part := range parts {
		out[i] = googleSQL{}.quote(part)
	}
	return strings.Join(out, ".")
}
