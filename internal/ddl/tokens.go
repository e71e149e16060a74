package ddl

import (
	"errors"
	"math/big"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/token"
)

// lexeme is one token of a source and where it stands. A large schema has a
// million of them, so they hold nothing that can be told from the rest.
type lexeme struct {
	kind token.TokenKind
	raw  string
	// at is the byte offset in the source's text; see pos.
	at int32
	// commented is true when a comment stands between the token before and
	// this one.
	commented bool
	// dotted is true behind a dot.
	dotted bool
	// postgres is true in the PostgreSQL dialect.
	postgres bool
}

// pos and end are byte offsets in the source's text.
func (l lexeme) pos() int { return int(l.at) }
func (l lexeme) end() int { return int(l.at) + len(l.raw) }

// source is a text, its tokens, and where its lines begin.
type source struct {
	name    string
	dialect Dialect
	text    string
	lexemes []lexeme
	lines   []int
}

func (d Dialect) source(s Source) *source {
	return &source{name: s.Name, text: s.Text, dialect: d}
}

// relex cuts a text that was cut before.
func (d Dialect) relex(text string) []lexeme {
	s := d.source(Source{Text: text})
	if s.lex() != nil {
		return nil
	}
	return s.lexemes
}

// position turns a byte offset into a line and a column.
func (s *source) position(offset int) Position {
	offset = max(0, min(offset, len(s.text)))
	if s.lines == nil {
		s.lines = append(s.lines, 0)
		for i := range len(s.text) {
			if s.text[i] == '\n' {
				s.lines = append(s.lines, i+1)
			}
		}
	}
	line := sort.SearchInts(s.lines, offset+1) - 1
	column := utf8.RuneCountInString(s.text[s.lines[line]:offset]) + 1
	return Position{Source: s.name, Line: line + 1, Column: column}
}

// lex fills lexemes. Text that does not tokenise is a Problem at the place
// where the token that cannot be ended begins.
func (s *source) lex() (problem *Problem) {
	if s.dialect == PostgreSQL {
		return s.lexPostgres()
	}
	defer func() {
		if recover() != nil { // memefish reads past the end of a text that ends in \0
			problem = s.endsWithin()
		}
	}()
	lexer := &memefish.Lexer{File: &token.File{FilePath: s.name, Buffer: s.text}}
	afterDot := false
	// DDL has a token every five bytes or so; growing the slice step by step
	// costs more than all the rest.
	if s.lexemes == nil {
		s.lexemes = make([]lexeme, 0, len(s.text)/5+16)
	}
	for {
		if err := lexer.NextToken(); err != nil {
			return s.lexProblem(err)
		}
		t := &lexer.Token
		if t.Kind == token.TokenEOF {
			return nil
		}
		s.lexemes = append(s.lexemes, lexeme{
			kind:      t.Kind,
			raw:       t.Raw,
			at:        int32(t.Pos),
			commented: len(t.Comments) > 0,
			dotted:    afterDot,
		})
		afterDot = t.Kind == "."
	}
}

// endsWithin is the problem of a text that ends within its last token.
func (s *source) endsWithin() *Problem {
	begin := 0
	if len(s.lexemes) > 0 {
		begin = s.lexemes[len(s.lexemes)-1].end()
	}
	begin += len(s.text[begin:]) - len(strings.TrimLeft(s.text[begin:], " \t\r\n"))
	return &Problem{Position: s.position(begin), Message: "this does not read as SQL: the text ends within an escape sequence"}
}

func (s *source) lexProblem(err error) *Problem {
	offset, message := len(s.text), err.Error()
	var lexical *memefish.Error
	if errors.As(err, &lexical) {
		message = lexical.Message
		if lexical.Position != nil {
			offset = int(lexical.Position.Pos)
		}
	}
	offset = max(0, min(offset, len(s.text)))
	word, _, _ := strings.Cut(s.text[offset:], "\n")
	if utf8.RuneCountInString(word) > 20 {
		word = string([]rune(word)[:20])
	}
	return &Problem{Position: s.position(offset), Token: strings.TrimSpace(word), Message: "this does not read as SQL: " + message}
}

// norm is equal for two spellings that mean the same: keyword and name case,
// quotes, bases of numbers. A name behind a dot keeps its case, for it may be a
// field of a JSON value, whose names are case-sensitive.
func (l lexeme) norm() string {
	if l.postgres {
		_, norm := (&postgresLexer{text: l.raw}).token()
		return norm
	}
	switch l.kind {
	case token.TokenIdent:
		if l.dotted {
			return l.content()
		}
		return strings.ToLower(l.content())
	case token.TokenString:
		return "'" + l.content()
	case token.TokenBytes:
		return "b'" + l.content()
	case token.TokenInt:
		if n, ok := new(big.Int).SetString(l.raw, 0); ok {
			return n.String()
		}
		return strings.ToLower(l.raw)
	case token.TokenFloat:
		if f, err := strconv.ParseFloat(l.raw, 64); err == nil {
			return strconv.FormatFloat(f, 'g', -1, 64)
		}
		return strings.ToLower(l.raw)
	case "<>":
		return "!="
	default:
		// Keywords come from the lexer in upper case, whatever was written.
		return string(l.kind)
	}
}

// content is what stands between the quotes of a name or a literal; a name
// without quotes is its own content.
func (l lexeme) content() string {
	if l.kind == token.TokenIdent && !strings.HasPrefix(l.raw, "`") {
		return l.raw
	}
	lexer := &memefish.Lexer{File: &token.File{Buffer: l.raw}}
	if lexer.NextToken() != nil {
		return l.raw // cannot be: it was a token before
	}
	return lexer.Token.AsString
}

// appendNorm appends norm; for nearly all lexemes of DDL it allocates nothing.
func (l lexeme) appendNorm(to []byte) []byte {
	switch {
	case l.kind == token.TokenIdent && !l.postgres && isPlainASCII(l.raw):
		for i := range len(l.raw) {
			c := l.raw[i]
			if 'A' <= c && c <= 'Z' && !l.dotted {
				c += 'a' - 'A'
			}
			to = append(to, c)
		}
		return to
	case l.kind == token.TokenInt && !l.postgres && isDecimal(l.raw):
		return append(to, l.raw...)
	}
	return append(to, l.norm()...)
}

// isPlainASCII is true for a name in no quotes whose letters are ASCII's.
func isPlainASCII(raw string) bool {
	for i := range len(raw) {
		if raw[i] == '`' || raw[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isDecimal is true for a number that is spelled as numbers are compared.
func isDecimal(raw string) bool {
	for i := range len(raw) {
		if !isDigit(raw[i]) {
			return false
		}
	}
	return raw == "0" || raw[0] != '0'
}

// signature joins the meanings of lexemes; two spans with equal signatures
// mean the same.
func signature(lexemes []lexeme) string {
	var room [512]byte
	sig := room[:0]
	for i := range lexemes {
		if lexemes[i].kind == "," && i+1 < len(lexemes) && lexemes[i+1].kind == ")" {
			continue // the comma behind the last of a list says nothing
		}
		if i > 0 {
			sig = append(sig, ' ')
		}
		sig = lexemes[i].appendNorm(sig)
	}
	return string(sig)
}

// span gives the lexemes that lie within the byte offsets [from, to).
func span(lexemes []lexeme, from, to int) []lexeme {
	first := sort.Search(len(lexemes), func(i int) bool { return lexemes[i].pos() >= from })
	last := sort.Search(len(lexemes), func(i int) bool { return lexemes[i].pos() >= to })
	if first > last {
		return nil
	}
	return lexemes[first:last]
}

// written gives the author's own bytes of lexemes, comments taken out and
// the line's indentation kept.
func (s *source) written(lexemes []lexeme) string {
	if len(lexemes) == 0 {
		return ""
	}
	if !slices.ContainsFunc(lexemes[1:], func(l lexeme) bool { return l.commented }) {
		return s.text[lexemes[0].pos():lexemes[len(lexemes)-1].end()]
	}
	var b strings.Builder
	for i, l := range lexemes {
		if i > 0 {
			gap := s.text[lexemes[i-1].end():l.pos()]
			if l.commented {
				gap = withoutComment(gap)
			}
			b.WriteString(gap)
		}
		b.WriteString(l.raw)
	}
	return b.String()
}

// withoutComment keeps of a gap between two tokens what still separates them.
func withoutComment(gap string) string {
	newline := strings.LastIndexByte(gap, '\n')
	if newline < 0 {
		return " "
	}
	indent := gap[newline+1:]
	if strings.TrimSpace(indent) != "" {
		return "\n"
	}
	return "\n" + indent
}
