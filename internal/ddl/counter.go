package ddl

import (
	"fmt"
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// counter is what a sequence or an identity column says about its numbers in
// clauses: "BIT_REVERSED_POSITIVE SKIP RANGE 1, 1000 START COUNTER WITH 50".
type counter struct {
	// kind is the kind of sequence; empty for the database's default.
	kind string
	// skip is "1, 1000"; empty for none. start is a number; empty for none.
	skip, start string
}

func sameCounter(a, b *counter) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// readCounter reads clauses up to the end or to the first lexeme that is none,
// and says how many lexemes it took.
func readCounter(lexemes []lexeme) (c counter, taken int) {
	is := func(at int, words ...string) bool {
		for i, w := range words {
			if at+i >= len(lexemes) || !isWord(lexemes[at+i], w) {
				return false
			}
		}
		return true
	}
	i := 0
	for i < len(lexemes) {
		switch {
		case is(i, "BIT_REVERSED_POSITIVE"):
			c.kind = "BIT_REVERSED_POSITIVE"
			i++
		case is(i, "SKIP", "RANGE") && i+4 < len(lexemes) && lexemes[i+3].kind == ",":
			c.skip = lexemes[i+2].norm() + ", " + lexemes[i+4].norm()
			i += 5
		case is(i, "START", "COUNTER", "WITH") && i+3 < len(lexemes):
			c.start = lexemes[i+3].norm()
			i += 4
		case is(i, "NO", "SKIP", "RANGE"):
			i += 3
		default:
			return c, i
		}
	}
	return c, i
}

// changes lists the clauses of ALTER that lead from one counter to another.
func (c counter) changes(want counter) []string {
	var out []string
	switch {
	case c.skip == want.skip:
	case want.skip == "":
		out = append(out, "NO SKIP RANGE")
	default:
		out = append(out, "SKIP RANGE "+want.skip)
	}
	if c.start != want.start && want.start != "" {
		out = append(out, "RESTART COUNTER WITH "+want.start)
	}
	return out
}

// readSequenceByWords reads a CREATE SEQUENCE with clauses or without anything,
// which the parser does not know. It is false for what it does not know either.
func readSequenceByWords(st statement, h head) (*sequence, bool) {
	l := meaningful(st.lexemes)
	at := 2 // CREATE SEQUENCE
	at += 2*len(h.name.parts) - 1
	if at > len(l) {
		return nil, false
	}
	c, taken := readCounter(l[at:])
	s := &sequence{counter: c, options: map[string]option{}}
	rest := l[at+taken:]
	if len(rest) == 0 {
		return s, true
	}
	var ok bool
	s.options, ok = readOptionsByWords(st, rest)
	return s, ok
}

// splitLexemes cuts at a separator outside brackets; nothing gives nothing.
func splitLexemes(lexemes []lexeme, separator token.TokenKind) [][]lexeme {
	var out [][]lexeme
	depth, first := 0, 0
	for i, l := range lexemes {
		switch l.kind {
		case "(":
			depth++
		case ")":
			depth--
		case separator:
			if depth == 0 {
				out = append(out, lexemes[first:i])
				first = i + 1
			}
		}
	}
	if first < len(lexemes) {
		out = append(out, lexemes[first:])
	}
	return out
}

func (p *planner) changeSequence(i int, cur, want *Object) {
	if (cur.sequence.counter == counter{}) != (want.sequence.counter == counter{}) && len(cur.sequence.options)+len(want.sequence.options) > 0 ||
		cur.sequence.counter.kind != want.sequence.counter.kind {
		p.refuse(Refusal{Object: want.name.String(), Position: want.pos,
			Reason: fmt.Sprintf("sequence %s would be declared in another form, and Spanner takes either options or clauses for one sequence", want.name),
			Remedy: "keep the form in which it was created, or declare a sequence of another name and let defaults use it"})
		return
	}
	alter := "ALTER SEQUENCE " + p.sql(cur.name) + " "
	clauses := cur.sequence.counter.changes(want.sequence.counter)
	if changes := optionChanges(cur.sequence.options, want.sequence.options); len(changes) > 0 {
		clauses = append(clauses, p.syntax.setOptions(changes))
	}
	for _, clause := range clauses {
		p.add(&action{rank: rank{phaseAlter, i, 0, len(p.actions)}, makes: []element{objectElement(want.key())},
			step: Step{Statement: alter + clause, Hazard: Instant, Reason: "changes which numbers the sequence hands out from now on", Objects: []string{cur.name.String()}}})
	}
}

// identity plans what leads from one identity to another.
func (t *tableChange) identity(cur, want *column) {
	if sameCounter(cur.identity, want.identity) {
		return
	}
	for _, clause := range cur.identity.changes(*want.identity) {
		if strings.HasSuffix(clause, "SKIP RANGE") || strings.HasPrefix(clause, "SKIP RANGE") {
			clause = "SET " + clause
		}
		t.add(&action{rank: t.next(), step: t.step(t.p.alterColumn(cur.name)+t.p.syntax.identity(clause), Instant,
			"changes which numbers column "+t.columnName(cur)+" gets from now on")})
	}
}
