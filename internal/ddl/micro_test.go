package ddl_test

import (
	"regexp"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/schematest"
)

// microCase is one small change of a schema, as hard as Spanner's rules make
// it. It is right when a real database takes the plan and is then what a fresh
// one would be, when nothing is left to do, and when the plan is exactly what
// is expected: so it holds no needless statement and drops nothing that stays.
type microCase struct {
	name          string
	before, after string
	allow         []string
	renames       []ddl.Rename
	// want are the statements that Spanner's rules ask for, in the order in
	// which it takes them; none where the texts mean the same.
	want []string
}

// TestMicro: the changes at which tools for Spanner schemas fail.
func TestMicro(t *testing.T) {
	t.Parallel()
	runMicro(t, "micro cases", ddl.GoogleSQL, slices.Concat(microDrops, microColumns, microConstraints, microIndexes, microViews, microObjects, microNoise))
}

// TestPostgresMicro is TestMicro for the PostgreSQL dialect.
func TestPostgresMicro(t *testing.T) {
	t.Parallel()
	runMicro(t, "PostgreSQL micro cases", ddl.PostgreSQL, slices.Concat(microPostgres, microPostgresNoise))
}

func runMicro(t *testing.T, what string, dialect ddl.Dialect, cases []microCase) {
	t.Helper()
	var right atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				plan, err := emulators.Migrate(t.Context(), schematest.Migration{Dialect: dialect, Before: c.before, After: c.after,
					AllowDestructive: c.allow, Renames: c.renames, AnyWording: len(c.want) == 0})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(slices.Clip(c.want), madeUpNames(schematest.Statements(plan.Steps))); diff != "" {
					t.Fatalf("statements (-want +got):\n%s", diff)
				}
				right.Add(1)
			})
		}
	})
	t.Logf("%s: %d right of %d", what, right.Load(), len(cases))
}

var madeUpName = regexp.MustCompile(`\b(CK|FK)_\w+_[0-9A-F]{16}(_\d+)?\b`)

// madeUpNames leaves of the names that Spanner gives to constraints what does
// not differ from run to run.
func madeUpNames(statements []string) []string {
	var out []string
	for _, s := range statements {
		out = append(out, madeUpName.ReplaceAllString(s, "${1}_GENERATED"))
	}
	return out
}
