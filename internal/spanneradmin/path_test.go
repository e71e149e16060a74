package spanneradmin_test

import (
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
)

func TestParseDatabasePath(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want spanneradmin.DatabasePath
		err  string // a part of the error, empty when the text is right
	}{
		{text: "ledger/events", want: spanneradmin.DatabasePath{Instance: "ledger", Database: "events"}},
		{text: "acme/ledger/events", want: spanneradmin.DatabasePath{Project: "acme", Instance: "ledger", Database: "events"}},
		{text: "example.com:acme/ledger/events", want: spanneradmin.DatabasePath{Project: "example.com:acme", Instance: "ledger", Database: "events"}},
		{text: "projects/acme/instances/ledger/databases/ev_2-a", want: spanneradmin.DatabasePath{Project: "acme", Instance: "ledger", Database: "ev_2-a"}},
		{text: "", err: `"" is not the name of a database`},
		{text: "events", err: `"events" is not the name of a database: write "instance/database"`},
		{text: "ledger/events/", err: `"" in "ledger/events/" is not the name of a Spanner database`},
		{text: "/ledger/events", err: `"" is not the id of a project`},
		{text: "ledger/Events", err: `"Events" in "ledger/Events" is not the name of a Spanner database`},
		{text: "l/events", err: `"l" in "l/events" is not the name of a Spanner instance`},
		{text: "Acme/ledger/events", err: `"Acme" is not the id of a project`},
		{text: "projects/acme/instances/ledger/database/events", err: "is not the name of a database"},
		{text: "projects/acme/instances/ledger-/databases/events", err: `"ledger-" in`},
		{text: "ledger/" + strings.Repeat("a", 31), err: "2 to 30"},
		{text: " ledger/events", err: `" ledger" in`},
	} {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			got, err := spanneradmin.ParseDatabasePath(test.text)
			switch {
			case test.err == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
				t.Errorf("got %+v, error %v; want an error with %q", got, err, test.err)
			case test.err == "" && got != test.want:
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestDatabasePathString(t *testing.T) {
	t.Parallel()
	const text = "projects/acme/instances/ledger/databases/events"
	path, err := spanneradmin.ParseDatabasePath(text)
	if err != nil {
		t.Fatal(err)
	}
	if path.String() != text {
		t.Errorf("got %q, want %q", path, text)
	}
	if want := "projects/acme/instances/ledger"; path.InstancePath() != want {
		t.Errorf("got %q, want %q", path.InstancePath(), want)
	}
}
