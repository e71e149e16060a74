package ledgerregion

import (
	"strings"
	"testing"
)

func TestPlacementOfADatabase(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ddl            []string
		leader, leases string
	}{
		"nothing said":      {[]string{"CREATE TABLE T (default_leader STRING(MAX) DEFAULT ('x')) PRIMARY KEY ()"}, "", ""},
		"both in one":       {[]string{"ALTER DATABASE `ledger` SET OPTIONS (default_leader = 'us-east1', read_lease_regions = 'europe-west1')"}, "us-east1", "europe-west1"},
		"several leases":    {[]string{`alter database ledger set options (read_lease_regions="europe-west1, us-central1")`}, "", "europe-west1 us-central1"},
		"one after another": {[]string{"ALTER DATABASE l SET OPTIONS (default_leader = 'us-east4', read_lease_regions = 'us-east1')", "ALTER DATABASE l SET OPTIONS (default_leader = 'us-east1', read_lease_regions = '')"}, "us-east1", ""},
		"PostgreSQL": {[]string{`ALTER DATABASE l SET "spanner.default_leader" = 'us-east1'`, "ALTER DATABASE l SET spanner.read_lease_regions TO 'europe-west1'"},
			"us-east1", "europe-west1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			leader, leases := placement(test.ddl)
			if leader != test.leader || strings.Join(leases, " ") != test.leases {
				t.Errorf("leader %q, leases %q", leader, leases)
			}
		})
	}
}
