package spannerschema_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// Spanner names the constraints that the DDL does not; to drop one it has to be
// called by that name, which no echo tells.
func TestUnnamedConstraints(t *testing.T) {
	t.Parallel()
	const google = `CREATE TABLE Sums (
  Id INT64 NOT NULL,
  Amount INT64,
  Region STRING(32),
  CHECK (Amount > 0),
  CHECK (Amount < 1000),
  FOREIGN KEY (Region) REFERENCES Regions (Region),
) PRIMARY KEY (Id)`
	const postgres = `CREATE TABLE sums (
  id bigint NOT NULL,
  amount bigint,
  CHECK (amount > 0),
  CHECK (amount < 1000),
  PRIMARY KEY (id)
)`
	for name, c := range map[string]struct {
		bench         func(*testing.T) *bench
		before, after string
		drops         []string
	}{
		"GoogleSQL": {newBench, text(regions, google),
			text(regions, replaced(google, "  CHECK (Amount < 1000),\n", "", "  FOREIGN KEY (Region) REFERENCES Regions (Region),\n", "")),
			[]string{"ALTER TABLE Sums DROP CONSTRAINT CK_", "ALTER TABLE Sums DROP CONSTRAINT FK_"}},
		"PostgreSQL": {newPostgresBench, text(postgres), text(replaced(postgres, "  CHECK (amount < 1000),\n", "")), []string{"ALTER TABLE sums DROP CONSTRAINT"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := c.bench(t)
			// Queries do not pass the gateway.
			tf := acctest.NewCLI(t, b.config(c.before))
			tf.Apply(0)
			tf.Plan(false)
			tf.Write(b.config(c.after + `allow_destructive = ["*"]`))
			acctest.WantOutput(t, tf.Plan(true, "-refresh=false"), c.drops...)
			acctest.WantOutput(t, tf.Plan(true), c.drops...)
			tf.Apply(0)
			tf.Plan(false)
		})
	}
}
