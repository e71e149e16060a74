package ddl_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// The seeds of all fuzz targets lie in testdata/fuzz, and so does what a run
// found: go test runs them all each time.

func dialectOf(postgres bool) ddl.Dialect {
	if postgres {
		return ddl.PostgreSQL
	}
	return ddl.GoogleSQL
}

// FuzzSplit: a text means the same in two files and in one, and with empty
// statements and comments between its statements.
func FuzzSplit(f *testing.F) {
	f.Fuzz(func(t *testing.T, first, second string, postgres bool) {
		d := dialectOf(postgres)
		for _, text := range []string{first, second} {
			if _, _, err := d.Parse(ddl.Source{Text: text}); err != nil {
				return
			}
		}
		apart, _, err := d.Parse(ddl.Source{Name: "a", Text: first}, ddl.Source{Name: "b", Text: second})
		joined, _, joinedErr := d.Parse(ddl.Source{Text: first + "\n;; -- nothing\n;/* ; */;\n" + second})
		if (err == nil) != (joinedErr == nil) {
			t.Fatalf("apart: %v, joined: %v", err, joinedErr)
		}
		if err != nil {
			return
		}
		if plan := ddl.Diff(ddl.Request{Live: apart, Applied: apart, AppliedEcho: apart, Desired: joined}); len(plan.Steps)+len(plan.Refused)+len(plan.Unmanaged) > 0 {
			t.Fatalf("joined, they mean something else: %+v", plan)
		}
	})
}

// FuzzParse: whatever the text holds, nothing panics, and every problem lies
// within it.
func FuzzParse(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string, postgres bool) {
		d := dialectOf(postgres)
		_, warnings, err := d.Parse(ddl.Source{Name: "f.sql", Text: text})
		problems, ok := err.(ddl.Problems)
		if err != nil && !ok {
			t.Fatalf("not a list of problems: %v", err)
		}
		lines := 1
		for _, c := range text {
			if c == '\n' {
				lines++
			}
		}
		for _, p := range append(problems, warnings...) {
			if p.Position.Line < 1 || p.Position.Line > lines || p.Position.Column < 1 || p.Message == "" {
				t.Errorf("of %d lines: %+v", lines, p)
			}
		}
		_ = d.ParseEcho([]string{text}).Names()
		_, _ = ddl.GuessDialect(ddl.Source{Text: text})
	})
}

// FuzzCanonical: the canonical spelling can be read, means what the text means,
// and is its own canonical spelling. Only GoogleSQL has one.
func FuzzCanonical(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		want, _, err := ddl.Parse(ddl.Source{Text: text})
		if err != nil {
			return
		}
		spelled := want.Canonical()
		got, _, err := ddl.Parse(ddl.Source{Text: spelled})
		if err != nil {
			t.Fatalf("%v\n%s", err, spelled)
		}
		if again := got.Canonical(); again != spelled {
			t.Errorf("%s\nis spelled again as\n%s", spelled, again)
		}
		if plan := ddl.Diff(ddl.Request{Live: want, Applied: want, AppliedEcho: want, Desired: got}); len(plan.Steps)+len(plan.Refused)+len(plan.Unmanaged) > 0 {
			t.Errorf("%s\nmeans something else: %+v", spelled, plan)
		}
	})
}
