package ddl

import (
	"encoding/hex"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/cloudspannerecosystem/memefish/token"
)

// expr spells an expression: by its meaning where it is of a form that the
// engine knows, else by its words.
func (p *postgresCanon) expr(e *expr) string {
	src := PostgreSQL.source(Source{Text: e.text})
	if src.lex() != nil {
		return e.text
	}
	return p.exprOf(src.lexemes, src)
}

func (p *postgresCanon) exprOf(lexemes []lexeme, src *source) string {
	c := &cursor{src: src, lexemes: lexemes, canon: p}
	if n := c.expression(0); c.stuck == nil && c.at == len(lexemes) {
		return p.expression(n)
	}
	return p.spell(lexemes)
}

// read gives an expression's meaning, if the engine knows its form.
func (p *postgresCanon) read(text string) (node, bool) {
	src := PostgreSQL.source(Source{Text: text})
	if src.lex() != nil {
		return node{}, false
	}
	c := &cursor{src: src, lexemes: src.lexemes, canon: p}
	n := c.expression(0)
	return n, c.stuck == nil && c.at == len(src.lexemes)
}

var (
	numericTypes = map[string]bool{aNumber: true, "bigint": true, "numeric": true, "double precision": true, "real": true}
	plainNumber  = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
)

// expression spells an expression. Reading it gives the same node.
func (p *postgresCanon) expression(n node) string {
	switch {
	case n.literal:
		return literal(n)
	case n.name != nil:
		return p.named(n.name)
	case n.op == "query":
		return "(" + n.args[0].op + ")"
	case n.op == "array":
		return "ARRAY[" + p.list(n.args) + "]"
	case n.op == "row":
		return "(" + p.list(n.args) + ")"
	case n.op == "case":
		return p.caseOf(n)
	case n.op == "exists":
		return "EXISTS " + p.inBrackets(n.args[0])
	case n.op == "in":
		return p.operand(n.args[0]) + " IN " + p.inBrackets(n.args[1])
	case n.op == "and", n.op == "or":
		return p.chain(n)
	case n.op == "not":
		return "NOT " + p.operand(n.args[0])
	case n.op == "[]":
		return p.postfixed(n.args[0]) + "[" + p.expression(n.args[1]) + "]"
	case strings.HasPrefix(n.op, "::"):
		return p.postfixed(n.args[0]) + castTo(n.op)
	case n.op == "is distinct", n.op == "is not distinct":
		return p.operand(n.args[0]) + " " + strings.ToUpper(n.op) + " FROM " + p.operand(n.args[1])
	case strings.HasPrefix(n.op, "is ") && len(n.args) == 1:
		return p.operand(n.args[0]) + " " + strings.ToUpper(n.op)
	case strings.Contains(n.op, "()"):
		return p.called(n)
	case len(n.args) == 0:
		return strings.ToUpper(n.op) // CURRENT_TIMESTAMP and its like
	case len(n.args) == 1:
		return n.op + p.postfixed(n.args[0])
	}
	op, all := n.op, ""
	if word := op[strings.LastIndexByte(op, ' ')+1:]; word == "ANY" || word == "ALL" {
		op, all = strings.TrimSuffix(op, " "+word), word+" "
	}
	switch op {
	case "~~":
		op = "LIKE"
	case "~~*":
		op = "ILIKE"
	}
	right := p.operand(n.args[1])
	if all != "" {
		right = p.inBrackets(n.args[1])
	}
	return p.operand(n.args[0]) + " " + op + " " + all + right
}

// castTo spells a cast as the echo does: one to text of any length to text.
func castTo(op string) string {
	if rest, isText := strings.CutPrefix(op, "::character varying"); isText && !strings.HasPrefix(rest, "(") {
		return "::text" + rest
	}
	return op
}

// literal gives a constant without its type, which its place decides.
func literal(n node) string {
	text, quoted := strings.CutPrefix(n.op, "'")
	switch {
	case !quoted:
		return strings.ToUpper(n.op) // TRUE, FALSE, NULL
	case numericTypes[n.typ] && plainNumber.MatchString(text):
		return text
	case numericTypes[n.typ] && n.typ != aNumber: // as in 'NaN'::numeric
		return sqlText(text) + "::" + n.typ
	case !utf8.ValidString(text):
		return `'\x` + hex.EncodeToString([]byte(text)) + "'::bytea"
	case n.typ == "bytea" && strings.HasPrefix(text, `\x`):
		return `'\x` + hex.EncodeToString([]byte(text)) + "'::bytea"
	}
	return sqlText(text)
}

func sqlText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// named spells a column, which the table may declare in other letters.
func (p *postgresCanon) named(parts []string) string {
	if len(parts) == 1 && p.table != nil && p.table.column(strings.ToLower(parts[0])) != nil {
		return p.column(strings.ToLower(parts[0]))
	}
	out := make([]string, len(parts))
	for i, part := range parts {
		if out[i] = part; part != "*" {
			out[i] = p.quote(part)
		}
	}
	return strings.Join(out, ".")
}

func (p *postgresCanon) called(n node) string {
	function, rest, _ := strings.Cut(n.op, "()")
	function = p.quote(strings.Split(function, ".")...)
	switch {
	case rest == " *":
		return function + "(*)"
	case rest == " distinct":
		return function + "(DISTINCT " + p.list(n.args) + ")"
	case function == "extract" && len(n.args) == 2 && n.args[0].literal && plainPostgresName.MatchString(n.args[0].op[1:]):
		return "EXTRACT(" + n.args[0].op[1:] + " FROM " + p.expression(n.args[1]) + ")"
	}
	return function + "(" + p.list(n.args) + ")"
}

func (p *postgresCanon) caseOf(n node) string {
	out := "CASE"
	for _, a := range n.args {
		switch a.op {
		case "of":
			out += " " + p.expression(a.args[0])
		case "when":
			out += " WHEN " + p.expression(a.args[0]) + " THEN " + p.expression(a.args[1])
		case "else":
			out += " ELSE " + p.expression(a.args[0])
		}
	}
	return out + " END"
}

func (p *postgresCanon) list(nodes []node) string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = p.expression(n)
	}
	return strings.Join(out, ", ")
}

// chain joins what AND or OR joins; only what binds weaker needs brackets.
func (p *postgresCanon) chain(n node) string {
	out := make([]string, len(n.args))
	for i, a := range n.args {
		if out[i] = p.expression(a); a.op == "and" || a.op == "or" {
			out[i] = "(" + out[i] + ")"
		}
	}
	return strings.Join(out, " "+strings.ToUpper(n.op)+" ")
}

// operand puts an operator's operand in brackets unless it is one thing.
func (p *postgresCanon) operand(n node) string {
	if isOne(n) {
		return p.expression(n)
	}
	return "(" + p.expression(n) + ")"
}

// postfixed does the same for what binds stronger than a sign.
func (p *postgresCanon) postfixed(n node) string {
	if text := p.expression(n); isOne(n) && !strings.HasPrefix(text, "-") {
		return text
	}
	return "(" + p.expression(n) + ")"
}

func (p *postgresCanon) inBrackets(n node) string {
	if n.op == "query" || n.op == "row" {
		return p.expression(n)
	}
	return "(" + p.expression(n) + ")"
}

func isOne(n node) bool {
	switch n.op {
	case "query", "array", "row", "case", "[]", "exists":
		return true
	}
	return n.literal || len(n.args) == 0 || strings.Contains(n.op, "()") || strings.HasPrefix(n.op, "::")
}

// spell writes words in one layout, where no more is known of them.
func (p *postgresCanon) spell(words []lexeme) string {
	var b strings.Builder
	for i, l := range words {
		if i > 0 && spaced(words, i) && l.kind != "::" && words[i-1].kind != "::" {
			b.WriteByte(' ')
		}
		switch {
		case l.kind == token.TokenString:
			b.WriteString(postgresString(l))
		case l.kind != token.TokenIdent:
			b.WriteString(l.norm())
		case l.raw[0] == '"' && ddlWords[strings.ToUpper(postgresName(l))]:
			b.WriteString(`"` + strings.ReplaceAll(postgresName(l), `"`, `""`) + `"`)
		case l.raw[0] != '"' && ddlWords[strings.ToUpper(l.raw)]:
			b.WriteString(strings.ToUpper(l.raw))
		default:
			b.WriteString(p.quote(postgresName(l)))
		}
	}
	return b.String()
}

// postgresString spells a string; one of bits keeps the letter before it.
func postgresString(l lexeme) string {
	prefix, text, _ := strings.Cut(l.norm(), "'")
	return prefix + sqlText(text)
}
