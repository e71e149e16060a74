package spannerschema_test

import (
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// The emulator measures no tables: a plan that fills an index says nothing of
// sizes, and nothing of not knowing them.
func TestSizesNotTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bench        func(*testing.T) *bench
		table, index string
	}{
		"GoogleSQL":  {newBench, regions, "CREATE INDEX Backwards ON Regions (Region DESC)"},
		"PostgreSQL": {newPostgresBench, "CREATE TABLE regions (region varchar(32) PRIMARY KEY)", "CREATE INDEX backwards ON regions (region DESC)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := c.bench(t)
			// Queries do not pass the gateway.
			tf := acctest.NewCLI(t, b.config(text(c.table)))
			tf.Apply(0)
			tf.Write(b.config(text(c.table, c.index)))
			output := tf.Plan(true)
			acctest.WantOutput(t, output, "backfill")
			if strings.Contains(output, "Warning") {
				t.Errorf("there is nothing to warn of:\n%s", output)
			}
			tf.Apply(0)
			tf.Plan(false)
		})
	}
}
