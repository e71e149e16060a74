package ledgerregion_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// joinedAt is joined_at in state; nil when it is null.
func joinedAt(t *testing.T, cli *acctest.CLI, region string) any {
	t.Helper()
	code, text := cli.Start("show", "-json").Lines()
	var shown struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Name   string
					Values map[string]any
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(text), &shown); code != 0 || err != nil {
		t.Fatalf("show: exit code %d, %v: %s", code, err, text)
	}
	for _, r := range shown.Values.RootModule.Resources {
		if r.Name == region {
			return r.Values["joined_at"]
		}
	}
	t.Fatalf("no %s in state: %s", region, text)
	return nil
}

// A region that is abandoned stays as it is, the last one too, and another state
// may take it over.
func TestAbandonedRegion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.registry(true)
	withRegistry := fmt.Sprintf("registry = { database = %q }\n", path)
	cli := acctest.NewCLI(t, b.config(standard("us-east1", withRegistry)))
	cli.Apply(0)
	joined := joinedAt(t, cli, "us-east1")
	if at, err := time.Parse(time.RFC3339, fmt.Sprint(joined)); err != nil || at.Location() != time.UTC || time.Since(at).Abs() > time.Hour {
		t.Errorf("joined_at is %v", joined)
	}
	destroy := []string{"destroy", "-no-color", "-input=false", "-auto-approve"}
	acctest.WantOutput(t, cli.Run(1, destroy...), "min_remaining_regions")
	cli.Write(b.config(standard("us-east1", withRegistry+`on_destroy = "abandon"`)))
	acctest.WantOutput(t, cli.Apply(0), "1 changed")
	if now := joinedAt(t, cli, "us-east1"); now != joined {
		t.Errorf("joined_at went from %v to %v", joined, now)
	}
	before, rows := b.requests()["backendServices.patch"], b.query(path, rowsSQL)
	acctest.WantOutput(t, cli.Run(2, "plan", "-destroy", "-no-color", "-input=false", "-detailed-exitcode"), "The region stays in the load balancer")
	said := cli.Run(0, destroy...)
	acctest.WantOutput(t, said, "The region stays in the load balancer", "import "+b.project+"/demo/us-east1", "1 destroyed")
	if n := b.requests()["backendServices.patch"] - before; n != 0 {
		t.Errorf("abandoning made %d changes", n)
	}
	b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...)
	if now := b.query(path, rowsSQL); len(rows) != 1 || strings.Join(now, "") != strings.Join(rows, "") {
		t.Errorf("the row was %v and is %v", rows, now)
	}

	// There is no drain to wait for.
	other := acctest.NewCLI(t, b.config(region("us-east1", services+withRegistry+`min_remaining_regions = 0
		on_destroy = "detach"
		drain = { settle_seconds = 7200 }
		timeouts = { delete = "1m", update = "180m" }`)))
	other.Run(0, "import", "-no-color", "-input=false", east, b.project+"/demo/us-east1")
	other.Apply(0)
	if at := joinedAt(t, other, "us-east1"); at != nil {
		t.Errorf("joined_at of an import is %v", at)
	}
	other.Plan(false)
	other.Run(0, destroy...)
	b.wantBackends("ledger-write")
	if left := b.query(path, rowsSQL); len(left) != 0 {
		t.Errorf("the row is still there: %v", left)
	}
}

// Two resources may change hands in one plan when the one that goes leaves the
// region alone.
func TestAbandonedForAnother(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	cli := acctest.NewCLI(t, b.config(standard("us-east1", `on_destroy = "abandon"`)))
	cli.Apply(0)
	renamed := strings.Replace(b.config(standard("us-east1", "min_remaining_regions = 0")), `"us-east1" {`, `"renamed" {`, 1)
	cli.Write(renamed)
	cli.Plan(true)
	cli.Apply(0)
	cli.Plan(false)
	b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...)
}
