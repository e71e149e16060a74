package ddl

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cloudspannerecosystem/memefish/token"
)

// lexPostgres fills lexemes from a text in the PostgreSQL dialect.
// Source: PostgreSQL documentation, "Lexical Structure".
func (s *source) lexPostgres() *Problem {
	l := &postgresLexer{text: s.text}
	if s.lexemes == nil {
		s.lexemes = make([]lexeme, 0, len(s.text)/5+16)
	}
	for {
		commented := l.gap()
		if l.wrong != "" {
			break
		}
		if l.at >= len(l.text) {
			return nil
		}
		t := lexeme{at: int32(l.at), commented: commented, postgres: true}
		t.kind, _ = l.token()
		if l.wrong != "" {
			break
		}
		t.raw = l.text[t.pos():l.at]
		s.lexemes = append(s.lexemes, t)
	}
	word, _, _ := strings.Cut(s.text[l.start:], "\n")
	if utf8.RuneCountInString(word) > 20 {
		word = string([]rune(word)[:20])
	}
	return &Problem{Position: s.position(l.start), Token: strings.TrimSpace(word), Message: "this does not read as SQL: " + l.wrong}
}

// postgresLexer cuts a text into tokens. wrong says what is wrong with the
// token that begins at start, once something is.
type postgresLexer struct {
	text  string
	at    int
	start int
	wrong string
}

func (l *postgresLexer) rest() string { return l.text[l.at:] }

// gap skips white space and comments and reports whether there was a comment.
func (l *postgresLexer) gap() (commented bool) {
	for l.at < len(l.text) {
		switch rest := l.rest(); {
		case strings.IndexByte(" \t\r\n\f\v", rest[0]) >= 0:
			l.at++
		case strings.HasPrefix(rest, "--"):
			commented = true
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			l.at += end
		case strings.HasPrefix(rest, "/*"):
			commented = true
			l.comment()
			if l.wrong != "" {
				return true
			}
		default:
			return commented
		}
	}
	return commented
}

// comment skips a block comment; they nest.
func (l *postgresLexer) comment() {
	l.start = l.at
	for depth := 0; l.at < len(l.text); {
		switch {
		case strings.HasPrefix(l.rest(), "/*"):
			depth++
			l.at += 2
		case strings.HasPrefix(l.rest(), "*/"):
			depth--
			l.at += 2
			if depth == 0 {
				return
			}
		default:
			l.at++
		}
	}
	l.wrong = "unclosed comment"
}

const (
	operatorBytes = "+-*/<>=~!@#%^&|`?"
	// oddOperatorBytes allow an operator to end in + or -.
	oddOperatorBytes = "~!@#%^&|`?"
)

func isNameStart(b byte) bool {
	return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= utf8.RuneSelf
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isNamePart(b byte) bool { return isNameStart(b) || isDigit(b) || b == '$' }

// token reads the token at l.at and moves behind it.
func (l *postgresLexer) token() (token.TokenKind, string) {
	l.start = l.at
	b := l.text[l.at]
	next := byte(0)
	if l.at+1 < len(l.text) {
		next = l.text[l.at+1]
	}
	switch {
	case b == '\'':
		return token.TokenString, "'" + l.quoted('\'', false)
	case (b == 'e' || b == 'E') && next == '\'':
		l.at++
		return token.TokenString, "'" + l.quoted('\'', true)
	case (b == 'b' || b == 'B' || b == 'x' || b == 'X') && next == '\'':
		l.at++
		return token.TokenString, strings.ToLower(string(b)) + "'" + l.quoted('\'', false)
	case b == '"':
		name := l.quoted('"', false)
		if name == "" && l.wrong == "" {
			l.wrong = "a name without letters"
		}
		if lower := strings.ToLower(name); !postgresReserved[strings.ToUpper(name)] {
			return token.TokenIdent, lower
		}
		return token.TokenIdent, `"` + strings.ToLower(name)
	case isNameStart(b):
		for l.at < len(l.text) && isNamePart(l.text[l.at]) {
			l.at++
		}
		word := l.text[l.start:l.at]
		if upper := strings.ToUpper(word); postgresReserved[upper] {
			return token.TokenKind(upper), upper
		}
		return token.TokenIdent, strings.ToLower(word)
	case isDigit(b) || b == '.' && isDigit(next):
		return l.number()
	case b == '$' && isDigit(next):
		for l.at++; l.at < len(l.text) && isDigit(l.text[l.at]); {
			l.at++
		}
		return token.TokenParam, l.text[l.start:l.at]
	case b == '$':
		return token.TokenString, "'" + l.dollarQuoted()
	case b == ':' && (next == ':' || next == '='):
		l.at += 2
		return token.TokenKind(l.text[l.start:l.at]), l.text[l.start:l.at]
	case strings.IndexByte("()[],;.:", b) >= 0:
		l.at++
		return token.TokenKind(b), string(b)
	case strings.IndexByte(operatorBytes, b) >= 0:
		return l.operator()
	default:
		l.wrong = "a character that has no meaning here"
		return "", ""
	}
}

// quoted reads what stands between two quotes; a doubled quote stands for one,
// and so does one behind a backslash where escapes count.
func (l *postgresLexer) quoted(quote byte, escapes bool) string {
	var b strings.Builder
	for l.at++; l.at < len(l.text); l.at++ {
		c := l.text[l.at]
		switch {
		case escapes && c == '\\' && l.at+1 < len(l.text):
			l.at++
			b.WriteString(l.escape())
		case c == quote && l.at+1 < len(l.text) && l.text[l.at+1] == quote:
			l.at++
			b.WriteByte(quote)
		case c == quote:
			l.at++
			return b.String()
		default:
			b.WriteByte(c)
		}
	}
	l.wrong = "unclosed string literal"
	if quote == '"' {
		l.wrong = "unclosed name"
	}
	return ""
}

// escape reads one escape of an E” string; l.at is behind the backslash and
// stays on the last byte.
func (l *postgresLexer) escape() string {
	c := l.text[l.at]
	digits := func(base, most int) string {
		end := l.at + 1
		for end < len(l.text) && end-l.at <= most && isBase(l.text[end], base) {
			end++
		}
		n, err := strconv.ParseUint(l.text[l.at+1:end], base, 32)
		if err != nil {
			return string(c)
		}
		l.at = end - 1
		if most > 3 {
			return string(rune(n))
		}
		return string([]byte{byte(n)})
	}
	switch c {
	case 'b':
		return "\b"
	case 'f':
		return "\f"
	case 'n':
		return "\n"
	case 'r':
		return "\r"
	case 't':
		return "\t"
	case 'x':
		return digits(16, 2)
	case 'u':
		return digits(16, 4)
	case 'U':
		return digits(16, 8)
	}
	if isBase(c, 8) {
		l.at--
		return digits(8, 3)
	}
	return string([]byte{c})
}

func isBase(b byte, base int) bool {
	_, err := strconv.ParseUint(string([]byte{b}), base, 8)
	return err == nil
}

// dollarQuoted reads $tag$ ... $tag$.
func (l *postgresLexer) dollarQuoted() string {
	end := l.at + 1
	for end < len(l.text) && isNamePart(l.text[end]) && l.text[end] != '$' {
		end++
	}
	if end >= len(l.text) || l.text[end] != '$' {
		l.wrong = "a character that has no meaning here"
		return ""
	}
	tag := l.text[l.at : end+1]
	length := strings.Index(l.text[end+1:], tag)
	if length < 0 {
		l.wrong = "unclosed string literal"
		return ""
	}
	l.at = end + 1 + length + len(tag)
	return l.text[end+1 : end+1+length]
}

func (l *postgresLexer) number() (token.TokenKind, string) {
	kind := token.TokenInt
	digits := func() {
		for l.at < len(l.text) && isDigit(l.text[l.at]) {
			l.at++
		}
	}
	digits()
	if l.at < len(l.text) && l.text[l.at] == '.' {
		kind = token.TokenFloat
		l.at++
		digits()
	}
	if rest := l.rest(); rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		exponent := 1
		if len(rest) > 1 && (rest[1] == '+' || rest[1] == '-') {
			exponent = 2
		}
		if exponent < len(rest) && isDigit(rest[exponent]) {
			kind = token.TokenFloat
			l.at += exponent
			digits()
		}
	}
	if l.at < len(l.text) && isNameStart(l.text[l.at]) {
		l.wrong = "a number runs into a word"
	}
	return kind, sameNumber(l.text[l.start:l.at])
}

// sameNumber spells equal numbers the same way, whatever zeros and exponents
// they were written with. What is no number stays as it is.
func sameNumber(text string) string {
	if n, ok := new(big.Int).SetString(text, 10); ok {
		return n.String()
	}
	if strings.ContainsAny(text, "eE") {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
		return text
	}
	whole, fraction, found := strings.Cut(text, ".")
	if n, ok := new(big.Int).SetString(whole, 10); ok && found && strings.Trim(fraction, "0123456789") == "" {
		text = strings.TrimSuffix(strings.TrimRight(n.String()+"."+fraction, "0"), ".")
		if whole[0] == '-' && n.Sign() == 0 {
			return "-" + text
		}
		return text
	}
	if whole == "" && found && strings.Trim(fraction, "0123456789") == "" {
		return strings.TrimSuffix(strings.TrimRight("0."+fraction, "0"), ".")
	}
	return text
}

// operator reads the longest operator: comments begin within one, and one of
// plain signs does not end in + or -.
func (l *postgresLexer) operator() (token.TokenKind, string) {
	end := l.at
	for end < len(l.text) && strings.IndexByte(operatorBytes, l.text[end]) >= 0 {
		end++
	}
	op := l.text[l.at:end]
	for _, comment := range []string{"--", "/*"} {
		if i := strings.Index(op, comment); i > 0 {
			op = op[:i]
		}
	}
	for len(op) > 1 && (op[len(op)-1] == '+' || op[len(op)-1] == '-') && !strings.ContainsAny(op, oddOperatorBytes) {
		op = op[:len(op)-1]
	}
	l.at += len(op)
	if op == "!=" {
		return "<>", "<>"
	}
	return token.TokenKind(op), op
}

// postgresReserved are the words that are no names unless quoted.
// Source: PostgreSQL documentation, "SQL Key Words", those reserved and those
// that only a function or type may bear.
var postgresReserved = wordSet(`ALL ANALYSE ANALYZE AND ANY ARRAY AS ASC ASYMMETRIC AUTHORIZATION BINARY BOTH CASE
CAST CHECK COLLATE COLLATION COLUMN CONCURRENTLY CONSTRAINT CREATE CROSS CURRENT_CATALOG CURRENT_DATE CURRENT_ROLE
CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEFAULT DEFERRABLE DESC DISTINCT DO ELSE END EXCEPT
FALSE FETCH FOR FOREIGN FREEZE FROM FULL GRANT GROUP HAVING ILIKE IN INITIALLY INNER INTERSECT INTO IS ISNULL JOIN
LATERAL LEADING LEFT LIKE LIMIT LOCALTIME LOCALTIMESTAMP NATURAL NOT NOTNULL NULL OFFSET ON ONLY OR ORDER OUTER
OVERLAPS PLACING PRIMARY REFERENCES RETURNING RIGHT SELECT SESSION_USER SIMILAR SOME SYMMETRIC TABLE TABLESAMPLE
THEN TO TRAILING TRUE UNION UNIQUE USER USING VARIADIC VERBOSE WHEN WHERE WINDOW WITH`)

func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}
