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

// lexeme is one token of a source: where it stands and what it means.
type lexeme struct {
	kind token.TokenKind
	raw  string
	// norm is equal for two spellings that mean the same: keyword and name
	// case, quotes, bases of numbers.
	norm string
	// pos and end are byte offsets in the source's text.
	pos, end int
	// commented is true when a comment stands between the token before and
	// this one.
	commented bool
}

// source is a text, its tokens, and where its lines begin.
type source struct {
	name    string
	dialect Dialect
	text    string
	lexemes []lexeme
	lines   []int
}

func newSource(s Source) *source { return GoogleSQL.source(s) }

func (d Dialect) source(s Source) *source {
	return &source{name: s.Name, text: s.Text, dialect: d}
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
func (s *source) lex() *Problem {
	if s.dialect == PostgreSQL {
		return s.lexPostgres()
	}
	lexer := &memefish.Lexer{File: &token.File{FilePath: s.name, Buffer: s.text}}
	afterDot := false
	// DDL has a token every five bytes or so; growing the slice step by step
	// costs more than all the rest.
	s.lexemes = make([]lexeme, 0, len(s.text)/5+16)
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
			norm:      normalise(t, afterDot),
			pos:       int(t.Pos),
			end:       int(t.End),
			commented: len(t.Comments) > 0,
		})
		afterDot = t.Kind == "."
	}
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

// normalise gives the spelling under which two tokens are compared. A name
// behind a dot keeps its case, for it may be a field of a JSON value, whose
// names are case-sensitive.
func normalise(t *token.Token, afterDot bool) string {
	switch t.Kind {
	case token.TokenIdent:
		if afterDot {
			return t.AsString
		}
		return strings.ToLower(t.AsString)
	case token.TokenString:
		return "'" + t.AsString
	case token.TokenBytes:
		return "b'" + t.AsString
	case token.TokenInt:
		if n, ok := new(big.Int).SetString(t.Raw, 0); ok {
			return n.String()
		}
		return strings.ToLower(t.Raw)
	case token.TokenFloat:
		if f, err := strconv.ParseFloat(t.Raw, 64); err == nil {
			return strconv.FormatFloat(f, 'g', -1, 64)
		}
		return strings.ToLower(t.Raw)
	case "<>":
		return "!="
	default:
		// Keywords come from the lexer in upper case, whatever was written.
		return string(t.Kind)
	}
}

// signature joins the meanings of lexemes; two spans with equal signatures
// mean the same.
func signature(lexemes []lexeme) string {
	if len(lexemes) == 1 {
		return lexemes[0].norm
	}
	size := len(lexemes)
	for i := range lexemes {
		size += len(lexemes[i].norm)
	}
	var b strings.Builder
	b.Grow(size)
	for i := range lexemes {
		if lexemes[i].kind == "," && i+1 < len(lexemes) && lexemes[i+1].kind == ")" {
			continue // the comma behind the last of a list says nothing
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(lexemes[i].norm)
	}
	return b.String()
}

// span gives the lexemes that lie within the byte offsets [from, to).
func span(lexemes []lexeme, from, to int) []lexeme {
	first := sort.Search(len(lexemes), func(i int) bool { return lexemes[i].pos >= from })
	last := sort.Search(len(lexemes), func(i int) bool { return lexemes[i].pos >= to })
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
		return s.text[lexemes[0].pos:lexemes[len(lexemes)-1].end]
	}
	var b strings.Builder
	for i, l := range lexemes {
		if i > 0 {
			gap := s.text[lexemes[i-1].end:l.pos]
			if l.commented {
				gap = withoutComment(gap)
			}
			b.WriteString(gap)
		}
		b.WriteString(s.text[l.pos:l.end])
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
