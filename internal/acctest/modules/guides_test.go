package modules_test

import (
	"slices"
	"strings"
	"testing"
)

// TestAlertLeversAskNothingOfSpanner: while Spanner is down a runbook has the alerts
// told of read-only mode, and a lost region taken out of them. What such a command
// plans is what it could wait for.
func TestAlertLeversAskNothingOfSpanner(t *testing.T) {
	root := newTree(t).In(t, "modules")
	root.Write(ledgerProviders + ledgerCall("ledger", "ledger-test", 3, `mode = "read_only"`))
	root.Run(0, "init", "-no-color", "-input=false")
	for _, target := range []string{"module.ledger.module.observability[0].google_monitoring_alert_policy.this", "module.ledger.module.observability"} {
		var types []string
		for _, r := range plan(t, root, "-refresh=false", "-target="+target).managed() {
			types = append(types, r.Type)
		}
		if !slices.Contains(types, "google_monitoring_alert_policy") {
			t.Fatalf("-target=%s plans no alert: %v", target, types)
		}
		for _, name := range types {
			if strings.HasPrefix(name, "proveniq_spanner_") || name == "proveniq_ledger_region" {
				t.Errorf("-target=%s also plans %s", target, name)
			}
		}
	}
}
