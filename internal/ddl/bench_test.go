//go:build unix

package ddl_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cloudspannerecosystem/memefish"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// style is how a large schema is written.
type style struct {
	edited  bool // every 50th table is changed
	authors bool // by hand: comments throughout, lower case, another layout
}

// largeSchema writes n tables with 12 columns and 2 indexes each, foreign keys,
// interleaving, views and change streams, statement by statement as an echo
// has them. What an author writes holds the same in another layout.
func largeSchema(n int, as style) []string {
	var out []string
	for i := range n {
		change := as.edited && i%50 == 7
		out = append(out, largeTable(i, change))
		out = append(out, fmt.Sprintf("CREATE INDEX First%d ON Table%d(Column1, Column2 DESC)", i, i))
		storing := "Column5"
		if change {
			storing = "Column5, Column6"
		}
		out = append(out, fmt.Sprintf("CREATE INDEX Second%d ON Table%d(Column4) STORING (%s)", i, i, storing))
		if i%20 == 3 {
			out = append(out, fmt.Sprintf("CREATE VIEW View%d SQL SECURITY INVOKER AS SELECT t.Id, t.Column1 FROM Table%d t WHERE t.Column2 != 'x'", i, i))
		}
		if i%500 == 4 {
			out = append(out, fmt.Sprintf("CREATE CHANGE STREAM Stream%d FOR Table%d", i, i))
		}
	}
	if as.authors {
		for i, s := range out {
			out[i] = byHand(s)
		}
	}
	return out
}

func largeTable(i int, change bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE Table%d (\n  Id STRING(36) NOT NULL,\n", i)
	columns := 10
	if i%10 == 1 {
		b.WriteString("  Child INT64 NOT NULL,\n")
		columns = 9
	}
	for c := range columns {
		length := 64
		if change && c == 3 {
			length = 128
		}
		fmt.Fprintf(&b, "  Column%d STRING(%d),\n", c, length)
	}
	b.WriteString("  Aged TIMESTAMP NOT NULL DEFAULT (CURRENT_TIMESTAMP()),\n")
	if i%5 == 2 {
		fmt.Fprintf(&b, "  CONSTRAINT Fk%d FOREIGN KEY(Column1) REFERENCES Table%d(Id) ON DELETE NO ACTION,\n", i, i-2)
	}
	if i%10 == 1 {
		fmt.Fprintf(&b, ") PRIMARY KEY(Id, Child),\n  INTERLEAVE IN PARENT Table%d ON DELETE CASCADE", i-1)
	} else {
		b.WriteString(") PRIMARY KEY(Id)")
	}
	return b.String()
}

// byHand writes a statement as an author may: keywords in lower case, a comment
// above it and on every line, no default action.
func byHand(statement string) string {
	for _, word := range []string{"CREATE", "TABLE", "INDEX", "NOT NULL", "PRIMARY KEY", "CONSTRAINT", "FOREIGN KEY", "REFERENCES", "STORING", "STRING", "TIMESTAMP ", "DEFAULT"} {
		statement = strings.ReplaceAll(statement, word, strings.ToLower(word))
	}
	statement = strings.ReplaceAll(statement, " ON DELETE NO ACTION", "")
	statement = strings.ReplaceAll(statement, ",\n  ", ", -- what it holds\n\t")
	return "-- why it is there\n" + statement
}

// wholeDiff is all that a plan does: read both sides, compare, order.
func wholeDiff(tb testing.TB, n int, echo []string, text string) {
	tb.Helper()
	want, _, err := ddl.Parse(ddl.Source{Text: text})
	if err != nil {
		tb.Fatal(err)
	}
	plan := ddl.Diff(ddl.Request{Live: ddl.ParseEcho(echo, want), Desired: want})
	if steps := 2 * ((n - 7 + 49) / 50); len(plan.Steps) != steps || len(plan.Refused) > 0 {
		tb.Fatalf("%d steps, want %d; refused %v", len(plan.Steps), steps, plan.Refused)
	}
}

// peakFolder names the folder whose schemas TestPeak plans.
const peakFolder = "DDL_BENCH_PEAK"

// peak plans once in a process that does nothing else, and gives its peak
// memory in MiB; 0 where the system does not tell.
func peak(b *testing.B, echo []string, text string) float64 {
	b.Helper()
	folder := b.TempDir()
	for name, content := range map[string]string{"old.sql": strings.Join(echo, ";\n"), "new.sql": text} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestPeak$", "-test.v")
	cmd.Env = append(os.Environ(), peakFolder+"="+folder)
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	_, after, _ := strings.Cut(string(out), "VmHWM:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kib, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}

// TestPeak checks that an unchanged schema, written otherwise, is no change; or
// it is the process that peak asks for its memory.
func TestPeak(t *testing.T) {
	folder := os.Getenv(peakFolder)
	if folder == "" {
		text := strings.Join(largeSchema(100, style{authors: true}), ";\n")
		if plan := ddl.Diff(ddl.Request{Live: ddl.ParseEcho(largeSchema(100, style{})), Desired: parse(t, text)}); len(plan.Steps)+len(plan.Refused) > 0 {
			t.Errorf("another layout is a change: %q %+v", statements(plan.Steps), plan.Refused)
		}
		return
	}
	read := func(name string) string {
		raw, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	want := parse(t, read("new.sql"))
	plan := ddl.Diff(ddl.Request{Live: ddl.ParseEcho(strings.Split(read("old.sql"), ";\n"), want), Desired: want})
	if len(plan.Steps) == 0 {
		t.Error("the plan is empty")
	}
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		fmt.Println(string(status))
	}
}

// spent is what a run took of a clock on the wall, and of all processors
// together, which others on the machine cannot disturb.
type spent struct{ wall, cpu time.Duration }

// shortest is what the fastest of some runs took, by either clock.
func shortest(runs int, f func()) spent {
	var best spent
	for range runs {
		debug.FreeOSMemory()
		start, before := time.Now(), processorTime()
		f()
		took := spent{time.Since(start), processorTime() - before}
		if best.wall == 0 || took.wall < best.wall {
			best.wall = took.wall
		}
		if best.cpu == 0 || took.cpu < best.cpu {
			best.cpu = took.cpu
		}
	}
	return best
}

// processorTime is what this process has used of all processors; 0 where the
// system does not tell.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkDiff compares a whole plan with memefish merely parsing both sides:
// at most 2.0 times that at 5,000 tables, linear in size, under 250 MiB. The
// ratio of processor time says the same on a machine that others use too.
func BenchmarkDiff(b *testing.B) {
	for _, n := range []int{50, 500, 2000, 5000} {
		b.Run(fmt.Sprintf("%d tables", n), func(b *testing.B) {
			echo, text := largeSchema(n, style{}), strings.Join(largeSchema(n, style{edited: true, authors: true}), ";\n\n")
			old := strings.Join(echo, ";\n")
			var parse, diff spent
			for b.Loop() {
				parse = shortest(3, func() {
					for _, side := range []string{old, text} {
						if _, err := memefish.ParseDDLs("", side); err != nil {
							b.Fatal(err)
						}
					}
				})
				diff = shortest(3, func() { wholeDiff(b, n, echo, text) })
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(len(old)+len(text))/1e6, "MB")
			b.ReportMetric(float64(parse.wall.Microseconds())/1000, "parse-ms")
			b.ReportMetric(float64(diff.wall.Microseconds())/1000, "diff-ms")
			b.ReportMetric(float64(diff.wall)/float64(parse.wall), "ratio")
			b.ReportMetric(float64(diff.cpu)/float64(parse.cpu), "processor-ratio")
			b.ReportMetric(float64(diff.wall.Microseconds())/float64(n), "us/table")
			b.ReportMetric(peak(b, echo, text), "peak-MiB")
		})
	}
}
