package spannerschema_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// What lint warns of stops nothing, and its switches change nothing but the
// warnings.
func TestLint(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	logs := text("CREATE TABLE Logs (WrittenAt TIMESTAMP NOT NULL) PRIMARY KEY (WrittenAt)")
	tf := acctest.NewCLI(t, b.config(logs))
	acctest.WantOutput(t, tf.Plan(true), "All new rows would go to one server (monotonic_key)", "lint = { monotonic_key = false }")
	tf.Apply(0)
	b.wantLive("Logs")
	tf.Plan(false)
	for _, lint := range []string{"lint = { monotonic_key = false }\n", "lint = {}\n", ""} {
		tf.Write(b.config(logs + lint))
		tf.Apply(0)
		tf.Plan(false)
	}
	b.wantLive("Logs")
}
