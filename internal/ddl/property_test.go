package ddl_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/schematest"
)

// pairs is how many random schemas and changes of them the property is tried
// on; SCHEMA_PAIRS asks for more, SCHEMA_SEED for another beginning.
const (
	pairs         = 200
	postgresPairs = 25
)

// shrinkTries bounds the search for a smaller failure.
const shrinkTries = 60

func number(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	v := os.Getenv(variable)
	if v == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(v, 10, 32)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// TestRandomChanges: for a random schema and a random change of it, the plan
// is accepted by Spanner, leads to what a fresh database would be, leaves
// nothing to do, drops nothing that the text still declares but what it makes
// again, and keeps every row.
func TestRandomChanges(t *testing.T) {
	t.Parallel()
	runRandom(t, ddl.GoogleSQL, pairs)
}

// TestRandomPostgresChanges is TestRandomChanges for the PostgreSQL dialect.
func TestRandomPostgresChanges(t *testing.T) {
	t.Parallel()
	runRandom(t, ddl.PostgreSQL, postgresPairs)
}

func runRandom(t *testing.T, dialect ddl.Dialect, pairs uint64) {
	t.Helper()
	first, count := number(t, "SCHEMA_SEED", 1), number(t, "SCHEMA_PAIRS", pairs)
	for seed := first; seed < first+count; seed++ {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			p := newProgram(dialect, seed)
			err := p.survives(t.Context())
			if err == nil {
				return
			}
			t.Logf("seed %d failed and is made smaller: %v", seed, err)
			p = p.shrink(shrinkTries, func(smaller program) bool {
				failure := smaller.survives(t.Context())
				if failure == nil || kindOf(failure) != kindOf(err) {
					return false
				}
				err = failure
				return true
			})
			t.Errorf("SCHEMA_SEED=%d SCHEMA_PAIRS=1: %v\n%s", seed, err, p)
		})
	}
}

// kindOf tells failures apart, so that making one smaller does not end in
// another.
func kindOf(err error) string {
	text := err.Error()
	return text[:min(len(text), 60)]
}

// survives tries the program, and where the emulator dies of it, again on one
// of its own: the first may have died of another test's change.
func (p program) survives(ctx context.Context) error {
	err := p.try(ctx, &emulators)
	if errors.Is(err, schematest.ErrEmulatorDied) {
		var own schematest.Emulators
		err = errors.Join(p.try(ctx, &own), own.Stop())
	}
	return err
}

func (p program) try(ctx context.Context, on *schematest.Emulators) error {
	before, after := p.run()
	m := schematest.Migration{Dialect: p.dialect, Before: before.text(), After: after.text(), AllowDestructive: allowances(before, after)}
	for _, r := range after.renamed {
		m.Renames = append(m.Renames, ddl.Rename{From: r.from, To: r.to, KeepSynonym: r.synonym})
	}
	m.Fill = func(ctx context.Context, d *schematest.Database) error { return d.Insert(ctx, before.rows()) }
	m.Look = after.look
	plan, err := on.Migrate(ctx, m)
	if err != nil {
		return err
	}
	return after.spares(plan)
}

// allowances are what a user would have to allow: all that the text removes,
// new row deletion policies, and generated columns that are computed anew.
func allowances(before, after *randomSchema) []string {
	out := []string{"*"}
	for _, t := range after.tables {
		i := slices.IndexFunc(before.tables, func(o *randomTable) bool { return o.born() == t.born() })
		if i < 0 {
			continue
		}
		if t.ttl != before.tables[i].ttl {
			out = append(out, t.name)
		}
		for _, c := range t.columns {
			if old := before.tables[i].column(c.name); old != nil && old.formula != c.formula {
				out = append(out, t.path()+"."+c.name)
			}
		}
	}
	return out
}

// spares checks that the plan drops nothing that the schema declares, except
// what holds no data of its own and is created again.
func (s *randomSchema) spares(plan ddl.Plan) error {
	kept, again := map[string]bool{}, map[string]bool{}
	for _, t := range s.tables {
		for _, x := range t.indexes {
			again["INDEX "+path(t.schema, x.name)] = true
		}
		again["VIEW "+path(t.schema, "V"+t.born())] = len(t.view) > 0
		again["VIEW W"+t.born()] = len(t.view) > 0
		again["VIEW J"+t.born()] = t.join != nil
		kept["TABLE "+t.path()] = true
		for _, c := range t.columns {
			kept["TABLE "+t.path()+" DROP COLUMN "+c.name] = c.generated == nil && !c.fresh
		}
		if t.stream != nil {
			kept["CHANGE STREAM S"+t.born()] = true
		}
	}
	for _, q := range s.sequences {
		kept["SEQUENCE "+q.path()] = true
	}
	if s.watchAll != nil {
		kept["CHANGE STREAM SAll"] = true
	}
	kept, again = folded(kept), folded(again)
	for _, step := range plan.Steps {
		what, isDrop := strings.CutPrefix(step.Statement, "DROP ")
		if !isDrop {
			what = strings.TrimPrefix(step.Statement, "ALTER ")
		}
		what = fold(what)
		if kept[what] {
			return fmt.Errorf("%q drops what the text still declares", step.Statement)
		}
		if isDrop && again[what] && step.Hazard == ddl.Destructive {
			return fmt.Errorf("%q is created again and called destructive", step.Statement)
		}
		if isDrop && !again[what] && step.Hazard != ddl.Destructive {
			return fmt.Errorf("%q is called %s", step.Statement, step.Hazard)
		}
	}
	return nil
}

// fold leaves out what tells names of one dialect from those of the other:
// quotes and, where there are none, capitals.
func fold(what string) string { return strings.ToLower(strings.ReplaceAll(what, `"`, "")) }

func folded(set map[string]bool) map[string]bool {
	out := map[string]bool{}
	for what, is := range set {
		out[fold(what)] = is
	}
	return out
}
