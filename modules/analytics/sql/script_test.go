package sql_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/token"
	"github.com/google/go-cmp/cmp"
)

// values are those that main.tf hands to the templates.
var values = map[string]string{
	"project": "ledger-test", "dataset": "ledger_reports", "every_minutes": "30",
	"connection":  "projects/123456789012/locations/us/connections/ledger-spanner",
	"read_events": "SELECT 1 AS event_id WHERE TRUE AND x > @since",
}

var placeholder = regexp.MustCompile(`\$\{([a-z_]+)\}`)

// render fills a template in as Terraform does.
func render(t *testing.T, file string) string {
	t.Helper()
	return placeholder.ReplaceAllStringFunc(read(t, file), func(found string) string {
		value, ok := values[placeholder.FindStringSubmatch(found)[1]]
		if !ok {
			t.Errorf("%s: main.tf hands in no %s", file, found)
		}
		return value
	})
}

// tokens reads a statement and checks that its brackets match.
func tokens(t *testing.T, text string) []string {
	t.Helper()
	lexer := memefish.Lexer{File: &token.File{Buffer: text}}
	var all []string
	depth := 0
	for {
		if err := lexer.NextToken(); err != nil {
			t.Fatalf("%v in:\n%s", err, text)
		}
		switch lexer.Token.Kind {
		case token.TokenEOF:
			if depth != 0 {
				t.Errorf("brackets do not match in:\n%s", text)
			}
			return all
		case "(":
			depth++
		case ")":
			depth--
		}
		all = append(all, lexer.Token.Raw)
	}
}

func statements(t *testing.T, file string) [][]string {
	t.Helper()
	raw, err := memefish.SplitRawStatements(file, render(t, file))
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for _, one := range raw {
		if words := tokens(t, one.Statement); len(words) > 0 {
			all = append(all, words)
		}
	}
	return all
}

// list gives the names in the brackets after a word.
func list(t *testing.T, statement []string, after string, nth int) []string {
	t.Helper()
	for i, word := range statement {
		if word != after {
			continue
		}
		if nth > 0 {
			nth--
			continue
		}
		open := i + slices.Index(statement[i:], "(")
		end := open + slices.Index(statement[open:], ")")
		var names []string
		for _, word := range statement[open+1 : end] {
			if word != "," {
				names = append(names, word)
			}
		}
		return names
	}
	t.Fatalf("there is no %s in %v", after, statement)
	return nil
}

func names(all []column) []string {
	var out []string
	for _, one := range all {
		out = append(out, one.Name)
	}
	return out
}

// TestMergeScript checks the order of its statements, and that each list of
// columns is the table's.
func TestMergeScript(t *testing.T) {
	t.Parallel()
	script := statements(t, "merge_events.sql.tftpl")
	var kinds []string
	for _, statement := range script {
		kinds = append(kinds, strings.Join(statement[:2], " "))
	}
	if diff := cmp.Diff([]string{
		"DECLARE started_at", "DECLARE since", "EXECUTE IMMEDIATE", "BEGIN TRANSACTION",
		"MERGE `ledger-test.ledger_reports.events`", "INSERT INTO", "COMMIT TRANSACTION",
	}, kinds); diff != "" {
		t.Fatalf("statements (-want +got):\n%s", diff)
	}
	events, merges := names(columns(t, "events")), names(columns(t, "merges"))
	merge, insert := script[4], script[5]
	if diff := cmp.Diff(events, list(t, merge, "INSERT", 0)); diff != "" {
		t.Errorf("columns that MERGE inserts (-table +script):\n%s", diff)
	}
	var sources []string
	for _, name := range events {
		sources = append(sources, "source", ".", name)
	}
	if diff := cmp.Diff(sources, list(t, merge, "VALUES", 0)); diff != "" {
		t.Errorf("values that MERGE inserts (-table +script):\n%s", diff)
	}
	if diff := cmp.Diff(merges, list(t, insert, "INTO", 0)); diff != "" {
		t.Errorf("columns of the run's row (-table +script):\n%s", diff)
	}
	// What exists is never changed: an event has one truth.
	if joined := strings.Join(merge, " "); !strings.Contains(joined, "WHEN NOT MATCHED THEN INSERT") || strings.Contains(joined, "UPDATE") || strings.Contains(joined, "DELETE") {
		t.Errorf("MERGE does more than insert: %s", joined)
	}
	// A partition filter keeps the merge from reading all that was ever written.
	if joined := strings.Join(merge, " "); !strings.Contains(joined, "ON target . committed_at > since AND") {
		t.Errorf("MERGE has no filter on the partitions: %s", joined)
	}
	execute := strings.Join(script[2], " ")
	for _, want := range []string{"EXTERNAL_QUERY('projects/123456789012/locations/us/connections/ledger-spanner', %T)", "'@since' , FORMAT ( '%T' , since )", `r"""SELECT 1 AS event_id`} {
		if !strings.Contains(execute, want) {
			t.Errorf("the query of Spanner lacks %s: %s", want, execute)
		}
	}
}

// TestReadCanStandInTheScript: main.tf joins the read's lines without comments
// into one raw string.
func TestReadCanStandInTheScript(t *testing.T) {
	t.Parallel()
	text := read(t, "read_events.sql")
	for _, bad := range []string{`"""`, "${", "%{", ";", "/*", "#"} {
		if strings.Contains(text, bad) {
			t.Errorf("read_events.sql has %s", bad)
		}
	}
	if n := strings.Count(text, "@since"); n != 2 {
		t.Errorf("read_events.sql names @since %d times, want once in the comment and once in the query", n)
	}
	for line := range strings.Lines(text) {
		if strings.Contains(line, "--") && !strings.HasPrefix(strings.TrimSpace(line), "--") {
			t.Errorf("a comment behind code would swallow what follows: %s", line)
		}
	}
	if strings.Contains(render(t, "merge_events.sql.tftpl"), "@run_time") {
		t.Error("the schedule's own parameter is not what was merged last")
	}
}

// TestViews checks that views name only columns that their table has.
func TestViews(t *testing.T) {
	t.Parallel()
	for view, table := range map[string]string{"freshness": "merges", "events_by_day": "events"} {
		known := append(names(columns(t, table)),
			"SELECT", "FROM", "AS", "GROUP", "BY", "MAX", "COUNT", "DATE", "TIMESTAMP_DIFF", "CURRENT_TIMESTAMP", "SECOND")
		script := statements(t, view+".sql.tftpl")
		if len(script) != 1 {
			t.Fatalf("%s has %d statements", view, len(script))
		}
		words := script[0]
		for i, word := range words {
			if i > 0 && words[i-1] == "AS" {
				known = append(known, word)
			}
		}
		for _, word := range words {
			if regexp.MustCompile(`^[A-Za-z_]+$`).MatchString(word) && !slices.Contains(known, word) {
				t.Errorf("%s: %s is no column of %s", view, word, table)
			}
		}
		if want := fmt.Sprintf("`ledger-test.ledger_reports.%s`", table); !slices.Contains(words, want) {
			t.Errorf("%s does not read %s", view, want)
		}
	}
}
