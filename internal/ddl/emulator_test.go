package ddl_test

import (
	"log"
	"os"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/schematest"
)

// emulators are shared by all tests of the package.
var emulators = schematest.Emulators{Count: 2}

func TestMain(m *testing.M) {
	code := m.Run()
	if err := emulators.Stop(); err != nil {
		log.Print(err)
		code = 1
	}
	os.Exit(code)
}

func statements(steps []ddl.Step) []string { return schematest.Statements(steps) }

func parse(t *testing.T, text string) *ddl.Schema {
	t.Helper()
	s, _, err := ddl.Parse(ddl.Source{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// testDatabase is an empty database whose failures end the test.
type testDatabase struct {
	t  *testing.T
	on *schematest.Database
}

func newDatabase(t *testing.T) testDatabase {
	t.Helper()
	return testDatabase{t: t, on: emulators.NewDatabase(t)}
}

// apply sends the steps in one batch.
func (d testDatabase) apply(steps []ddl.Step) error {
	d.t.Helper()
	return d.on.Apply(d.t.Context(), statements(steps))
}

func (d testDatabase) mustApply(steps []ddl.Step) {
	d.t.Helper()
	if err := d.apply(steps); err != nil {
		d.t.Fatal(err)
	}
}

func (d testDatabase) echo() *ddl.Schema {
	d.t.Helper()
	s, err := d.on.EchoSchema(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

// rows is the database's catalogue.
func (d testDatabase) rows() []string {
	d.t.Helper()
	rows, err := d.on.Catalogue(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return rows
}
