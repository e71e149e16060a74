package ddl_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// pairs is how many random schemas and edits of them the property is tried
// on; SCHEMA_PAIRS asks for more, SCHEMA_SEED for another beginning.
const pairs = 60

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

// TestRandomEdits: for a random schema and random edits of it, the plan is
// accepted by Spanner, leads to what a fresh database would be, drops no table
// that the text still declares, and leaves nothing to do.
func TestRandomEdits(t *testing.T) {
	t.Parallel()
	first, count := number(t, "SCHEMA_SEED", 1), number(t, "SCHEMA_PAIRS", pairs)
	for seed := first; seed < first+count; seed++ {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			s := newRandomSchema(seed)
			before := s.text()
			kept := map[string]bool{}
			for _, table := range s.tables {
				kept[table.name] = true
			}
			for range 1 + s.r.IntN(8) {
				s.edit()
			}
			after := s.text()
			allow := []string{"*"}
			still := map[string]bool{}
			for _, table := range s.tables {
				allow = append(allow, table.name) // a new row deletion policy needs it
				still[table.name] = kept[table.name]
			}
			for _, step := range migrate(t, before, after, allow...) {
				name, isDrop := strings.CutPrefix(step.Statement, "DROP TABLE ")
				if isDrop && still[name] {
					t.Errorf("%q drops a table that the text still declares", step.Statement)
				}
				if isDrop && step.Hazard != ddl.Destructive {
					t.Errorf("%q is called %s", step.Statement, step.Hazard)
				}
			}
			if t.Failed() {
				t.Logf("before:\n%s\nafter:\n%s", before, after)
			}
		})
	}
}
