package ddl_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// largeSchema writes a schema of n tables with 12 columns and 2 indexes each,
// foreign keys, interleaves, views and streams; every 50th table is edited
// when edited is true, and the layout is another one when styled is.
func largeSchema(n int, edited, styled bool) string {
	var b strings.Builder
	comment, index := "", "CREATE INDEX"
	if styled {
		comment, index = " -- what it holds\n", "create index"
	}
	for i := range n {
		change := edited && i%50 == 7
		fmt.Fprintf(&b, "CREATE TABLE Table%d (\n  Id STRING(36) NOT NULL,%s\n", i, comment)
		if i%10 == 1 {
			b.WriteString("  Child INT64 NOT NULL,\n")
		}
		for c := range 10 {
			length := 64
			if change && c == 3 {
				length = 128
			}
			fmt.Fprintf(&b, "  Column%d STRING(%d),%s\n", c, length, comment)
		}
		b.WriteString("  Aged TIMESTAMP NOT NULL DEFAULT (CURRENT_TIMESTAMP()),\n")
		if i%5 == 2 {
			fmt.Fprintf(&b, "  CONSTRAINT Fk%d FOREIGN KEY (Column1) REFERENCES Table%d (Id),\n", i, i-2)
		}
		if i%10 == 1 {
			fmt.Fprintf(&b, ") PRIMARY KEY (Id, Child), INTERLEAVE IN PARENT Table%d ON DELETE CASCADE;\n", i-1)
		} else {
			b.WriteString(") PRIMARY KEY (Id);\n")
		}
		fmt.Fprintf(&b, "%s First%d ON Table%d(Column1, Column2 DESC);\n", index, i, i)
		storing := "Column5"
		if change {
			storing = "Column5, Column6"
		}
		fmt.Fprintf(&b, "%s Second%d ON Table%d(Column4) STORING (%s);\n", index, i, i, storing)
		if i%20 == 3 {
			fmt.Fprintf(&b, "CREATE VIEW View%d SQL SECURITY INVOKER AS SELECT t.Id, t.Column1 FROM Table%d t WHERE t.Column2 != 'x';\n", i, i)
		}
		if i%500 == 4 {
			fmt.Fprintf(&b, "CREATE CHANGE STREAM Stream%d FOR Table%d;\n", i, i)
		}
	}
	return b.String()
}

func BenchmarkDiff(b *testing.B) {
	for _, n := range []int{50, 500, 2000, 5000} {
		old, desired := largeSchema(n, false, false), largeSchema(n, true, true)
		raw, err := memefish.SplitRawStatements("", old)
		if err != nil {
			b.Fatal(err)
		}
		var echo []string
		for _, r := range raw {
			if s := strings.TrimSpace(r.Statement); s != "" {
				echo = append(echo, s)
			}
		}
		b.Run(fmt.Sprintf("parse alone/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := memefish.ParseDDLs("", old); err != nil {
					b.Fatal(err)
				}
				if _, err := memefish.ParseDDLs("", desired); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("whole diff/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				want, _, err := ddl.Parse(ddl.Source{Text: desired})
				if err != nil {
					b.Fatal(err)
				}
				plan := ddl.Diff(ddl.Request{Live: ddl.ParseEcho(echo), Desired: want})
				if len(plan.Steps) != 2*((n-7+49)/50) {
					b.Fatalf("%d steps", len(plan.Steps))
				}
			}
		})
	}
}
