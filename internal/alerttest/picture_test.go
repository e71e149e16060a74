package alerttest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the picture of the dashboard again")

// TestDashboardPictureIsCurrent compares the picture in the module's README with
// the dashboard as it is. `go test ./internal/alerttest -run Picture -update`,
// said in that folder, draws it again.
func TestDashboardPictureIsCurrent(t *testing.T) {
	picture, err := Picture(Apply(t).Dashboard)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "modules", "observability", "dashboard.svg")
	if *update {
		if err := os.WriteFile(path, picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, picture) {
		t.Errorf("%s is not a picture of the dashboard that the module makes: draw it again with `go test -run Picture -update .`", path)
	}
}
