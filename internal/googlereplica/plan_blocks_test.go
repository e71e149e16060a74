package googlereplica

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/example"
)

// A block that is computed stays as it is while nobody configures it, and a
// block that cannot change replaces.
func TestBlocks(t *testing.T) {
	r := newResource(t, newServer(t, complete()), "google_compute_network_endpoint_group")
	r.create(object{"name": "n", "network": "a"})
	if _, replace, _ := r.plan(r.config(object{"name": "n", "network": "b"})); len(replace) != 1 {
		t.Errorf("replace %v", replace)
	}
	key := newResource(t, r.server, "google_kms_crypto_key")
	planned, _, _ := key.plan(key.config(object{"name": "k", "key_ring": "r"}))
	if fields(planned)["version_template"].IsKnown() {
		t.Error("a computed block is planned as known")
	}
	key.create(object{"name": "k", "key_ring": "r"})
	if len(elements(fields(key.state)["version_template"])) != 1 {
		t.Errorf("a computed block is not filled: %s", key.state)
	}
	cert := newResource(t, r.server, "google_certificate_manager_certificate")
	cert.create(object{"name": "c", "managed": []any{object{"domains": []any{"a.example.com"}}}})
	_, replace, _ := cert.plan(cert.config(object{"name": "c", "managed": []any{object{"domains": []any{"b.example.com"}}}}))
	if len(replace) != 1 {
		t.Errorf("replace %v", replace)
	}
	if _, replace, _ = cert.plan(cert.config(object{"name": "c"})); len(replace) == 0 {
		t.Error("a block that cannot change can go")
	}
}

// A block that can come and go replaces only if it holds what cannot change.
func TestBlocksThatHoldWhatCannotChange(t *testing.T) {
	server := newServer(t, complete())
	table := func(partitioning ...object) object {
		made := object{"dataset_id": "d", "table_id": "t"}
		if len(partitioning) > 0 {
			made["time_partitioning"] = []any{partitioning[0]}
		}
		return made
	}
	daily, byField := object{"type": "DAY"}, object{"type": "DAY", "field": "at"}
	metric := func(label object) object {
		return object{"name": "m", "filter": "f", "metric_descriptor": []any{object{
			"metric_kind": "DELTA", "value_type": "INT64", "labels": []any{label},
		}}}
	}
	for name, c := range map[string]struct {
		kind         string
		before, then object
		replace      string
	}{
		"comes without": {"google_bigquery_table", table(), table(daily), ""},
		"goes without":  {"google_bigquery_table", table(daily), table(), ""},
		"comes with":    {"google_bigquery_table", table(), table(byField), `AttributeName("time_partitioning").ElementKeyInt(0)`},
		"goes with":     {"google_bigquery_table", table(byField), table(), `AttributeName("time_partitioning")`},
		"changes": {"google_bigquery_table", table(byField), table(object{"type": "DAY", "field": "on"}),
			`AttributeName("time_partitioning").ElementKeyInt(0).AttributeName("field")`},
		"another in a set": {"google_logging_metric", metric(object{"key": "a"}), metric(object{"key": "b"}),
			`AttributeName("metric_descriptor").ElementKeyInt(0).AttributeName("labels")`},
		"changes in a set": {"google_logging_metric", metric(object{"key": "a", "value_type": "BOOL"}), metric(object{"key": "a"}),
			`AttributeName("metric_descriptor").ElementKeyInt(0).AttributeName("labels")`},
		"same in a set": {"google_logging_metric", metric(object{"key": "a"}), metric(object{"key": "a"}), ""},
	} {
		r := newResource(t, server, c.kind)
		r.create(c.before)
		if _, replace, _ := r.plan(r.config(c.then)); strings.Join(slices.Compact(replace), " ") != c.replace {
			t.Errorf("%s: replaces %v, want %s", name, replace, c.replace)
		}
	}
}

// The core plans an unknown number of blocks as one of which nothing is known,
// and the same inside it. Blocks in there that nobody asked for are left out.
func TestBlocksThatTheCoreMadeUp(t *testing.T) {
	r := newResource(t, newServer(t, complete()), "google_billing_budget")
	config := r.config(example.Of(r.root))
	planned, _, _ := r.plan(config)
	top, filter := fields(planned), r.root.Child("budget_filter")
	period := filter.Child("custom_period")
	made := fields(stub(filter))
	made["custom_period"] = tftypes.NewValue(period.ValueType, []tftypes.Value{stub(period)})
	top["budget_filter"] = tftypes.NewValue(filter.ValueType, []tftypes.Value{tftypes.NewValue(filter.ObjectType, made)})
	r.apply(tftypes.NewValue(r.root.ObjectType, top), config)
	filters := elements(fields(r.state)["budget_filter"])
	if len(filters) != 1 || len(elements(fields(filters[0])["custom_period"])) != 0 {
		t.Errorf("made of it: %v", filters)
	}
}
