package schema_test

import (
	"encoding/base64"
	"strconv"
	"testing"
	"time"

	"cloud.google.com/go/spanner"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
)

const (
	endpointsOfSource = `
		SELECT EndpointId FROM WebhookEndpoints@{FORCE_INDEX = WebhookEndpointsBySource}
		WHERE SourceId = @source AND State = 'ACTIVE' AND (EventTypes IS NULL OR @type IN UNNEST(EventTypes))
		ORDER BY EndpointId`
	// The emulator cannot tell that a null-filtered index suffices; the service
	// ignores the hint meant for it.
	deliveriesDue = `
		@{spanner_emulator.disable_query_null_filtered_index_check = true}
		SELECT EventId FROM WebhookDeliveries@{FORCE_INDEX = WebhookDeliveriesDue}
		WHERE Region = @region AND QueueShard IN UNNEST(GENERATE_ARRAY(0, 15)) AND NextAttemptAt <= @now
		ORDER BY NextAttemptAt LIMIT 100`
	reportEvents = `
		SELECT EventId, SourceId, EventType FROM ReportEvents
		WHERE Shard IN UNNEST(GENERATE_ARRAY(0, 15)) AND CommittedAt > @since ORDER BY EventId`
	activityOfDay = `
		SELECT EntryRegion, Hour, EventCount FROM RegionActivity
		WHERE EntryRegion IN UNNEST(@regions) AND Hour >= @from ORDER BY EntryRegion, Hour`
)

// TestWebhooks fans an event out, works the retry queue and removes an endpoint.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	ledger := newLedger(t)
	now := time.Now().UTC()
	endpoint := func(id, source, url, state string, types []string) *spanner.Mutation {
		return spanner.InsertMap("WebhookEndpoints", map[string]any{
			"EndpointId": id, "SourceId": source, "Url": url, "State": state, "EventTypes": types, "HomeRegion": "europe-west1",
			"SigningKeyVersion": "versions/1", "CreatedAt": spanner.CommitTimestamp, "UpdatedAt": spanner.CommitTimestamp,
		})
	}
	delivery := func(endpoint, event, region, state string, next any) *spanner.Mutation {
		return spanner.InsertMap("WebhookDeliveries", map[string]any{
			"EndpointId": endpoint, "EventId": event, "Region": region, "State": state, "NextAttemptAt": next,
			"CreatedAt": spanner.CommitTimestamp,
		})
	}
	if err := apply(t, ledger,
		endpoint("a", "acme", "https://acme.example/hook", "ACTIVE", nil),
		endpoint("b", "acme", "https://acme.example/lots", "ACTIVE", []string{"lot.created"}),
		endpoint("c", "acme", "https://acme.example/sold", "ACTIVE", []string{"lot.sold"}),
		endpoint("d", "acme", "https://acme.example/off", "PAUSED", nil),
		endpoint("e", "other", "https://other.example", "ACTIVE", nil),
		delivery("a", "late", "europe-west1", "PENDING", now.Add(-time.Minute)),
		delivery("a", "oldest", "europe-west1", "PENDING", now.Add(-time.Hour)),
		delivery("b", "late", "europe-west1", "PENDING", now.Add(-time.Second)),
		delivery("a", "soon", "europe-west1", "PENDING", now.Add(time.Hour)),
		delivery("a", "elsewhere", "us-east1", "PENDING", now.Add(-time.Hour)),
		delivery("a", "done", "europe-west1", "DELIVERED", nil),
	); err != nil {
		t.Fatal(err)
	}

	got := query(t, ledger, endpointsOfSource, map[string]any{"source": "acme", "type": "lot.created"})
	if diff := cmp.Diff([][]any{{"a"}, {"b"}}, got); diff != "" {
		t.Errorf("endpoints to send to (-want +got):\n%s", diff)
	}
	due := map[string]any{"region": "europe-west1", "now": now}
	if diff := cmp.Diff([][]any{{"oldest"}, {"late"}, {"late"}}, query(t, ledger, deliveriesDue, due)); diff != "" {
		t.Errorf("due, oldest first (-want +got):\n%s", diff)
	}
	if err := apply(t, ledger, spanner.Update("WebhookDeliveries",
		[]string{"EndpointId", "EventId", "State", "NextAttemptAt", "Attempts", "LastStatus"},
		[]any{"a", "oldest", "DELIVERED", nil, 1, 200})); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]any{{"late"}, {"late"}}, query(t, ledger, deliveriesDue, due)); diff != "" {
		t.Errorf("due after one was delivered (-want +got):\n%s", diff)
	}
	backlog := query(t, ledger, `SELECT Region, Waiting FROM WebhookBacklog ORDER BY Region`, nil)
	if diff := cmp.Diff([][]any{{"europe-west1", "3"}, {"us-east1", "1"}}, backlog); diff != "" {
		t.Errorf("backlog (-want +got):\n%s", diff)
	}

	for name, test := range map[string]struct {
		mutation *spanner.Mutation
		want     codes.Code
	}{
		"fan-out again":                  {delivery("a", "late", "europe-west1", "PENDING", now), codes.AlreadyExists},
		"waiting without a time":         {delivery("a", "new", "europe-west1", "PENDING", nil), codes.OutOfRange},
		"delivered with a time":          {delivery("a", "new", "europe-west1", "DELIVERED", now), codes.OutOfRange},
		"an unknown state":               {delivery("a", "new", "europe-west1", "LOST", nil), codes.OutOfRange},
		"a delivery to no endpoint":      {delivery("z", "new", "europe-west1", "PENDING", now), codes.NotFound},
		"an endpoint without encryption": {endpoint("f", "acme", "http://acme.example", "ACTIVE", nil), codes.OutOfRange},
	} {
		if got := spanner.ErrCode(apply(t, ledger, test.mutation)); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}

	if err := apply(t, ledger, spanner.Delete("WebhookEndpoints", spanner.Key{"a"})); err != nil {
		t.Fatal(err)
	}
	if left := query(t, ledger, `SELECT EndpointId, EventId FROM WebhookDeliveries`, nil); len(left) != 1 || left[0][0] != "b" {
		t.Errorf("deliveries after their endpoint was deleted: %v, want only those of b", left)
	}
}

// TestDashboardsAndReports reads what /analytics and /reports show.
func TestDashboardsAndReports(t *testing.T) {
	t.Parallel()
	ledger := newLedger(t)
	hour := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	activity := func(region string, at time.Time, kind string, count int) *spanner.Mutation {
		return spanner.InsertMap("EventActivity", map[string]any{
			"EntryRegion": region, "Hour": at, "EventType": kind, "EventCount": count, "UpdatedAt": spanner.CommitTimestamp,
		})
	}
	if err := apply(t, ledger,
		event("one", `{}`), event("two", `{}`),
		activity("us-east1", hour, "lot.created", 3),
		activity("us-east1", hour, "lot.sold", 4),
		activity("us-east1", hour.Add(-48*time.Hour), "lot.sold", 100),
		activity("europe-west1", hour.Add(time.Hour), "lot.sold", 5),
		activity("asia-southeast1", hour, "lot.sold", 6),
	); err != nil {
		t.Fatal(err)
	}
	got := query(t, ledger, activityOfDay, map[string]any{"regions": []string{"us-east1", "europe-west1"}, "from": hour.Add(-24 * time.Hour)})
	if diff := cmp.Diff([][]any{
		{"europe-west1", "2026-11-22T10:00:00Z", "5"},
		{"us-east1", "2026-11-22T09:00:00Z", "7"},
	}, got); diff != "" {
		t.Errorf("activity (-want +got):\n%s", diff)
	}
	if err := apply(t, ledger, activity("us-east1", hour.Add(time.Minute), "lot.sold", 1)); spanner.ErrCode(err) != codes.OutOfRange {
		t.Errorf("activity at 9:01: %v, want OutOfRange", err)
	}

	reported := query(t, ledger, reportEvents, map[string]any{"since": time.Unix(0, 0)})
	if diff := cmp.Diff([][]any{{"one", "acme", "lot.created"}, {"two", "acme", "lot.created"}}, reported); diff != "" {
		t.Errorf("events reported (-want +got):\n%s", diff)
	}
	if late := query(t, ledger, reportEvents, map[string]any{"since": time.Now().Add(time.Minute)}); len(late) != 0 {
		t.Errorf("events reported though nothing is newer: %v", late)
	}
}

// TestRegionStatus joins a region, changes it and reads what dashboards show.
func TestRegionStatus(t *testing.T) {
	t.Parallel()
	ledger := newLedger(t)
	change := func(id, state string, capacity int64, reason string) []*spanner.Mutation {
		return []*spanner.Mutation{
			spanner.InsertOrUpdateMap("LedgerRegions", map[string]any{
				"LedgerId": "main", "Region": "us-east1", "State": state, "CapacityPercent": capacity,
				"Zones": []string{"us-east1-b", "us-east1-c"}, "UpdatedAt": spanner.CommitTimestamp,
			}),
			spanner.InsertMap("LedgerRegionChanges", map[string]any{
				"LedgerId": "main", "Region": "us-east1", "ChangeId": id, "State": state, "CapacityPercent": capacity,
				"Reason": reason, "ChangedAt": spanner.CommitTimestamp,
			}),
		}
	}
	// The second id sorts first: the view must go by time.
	for _, step := range [][]*spanner.Mutation{change("b", "ACTIVE", 100, "joined"), change("a", "DRAINED", 0, "drained by hand")} {
		if err := apply(t, ledger, step...); err != nil {
			t.Fatal(err)
		}
	}
	got := query(t, ledger, `SELECT LedgerId, Region, State, CapacityPercent, LastReason FROM RegionStatus`, nil)
	if diff := cmp.Diff([][]any{{"main", "us-east1", "DRAINED", "0", "drained by hand"}}, got); diff != "" {
		t.Errorf("region status (-want +got):\n%s", diff)
	}
	for _, capacity := range []int64{-1, 101} {
		if err := apply(t, ledger, change("c", "ACTIVE", capacity, "")...); spanner.ErrCode(err) != codes.OutOfRange {
			t.Errorf("capacity %d: %v, want OutOfRange", capacity, err)
		}
	}
}

func number(t *testing.T, value any) int64 {
	t.Helper()
	n, err := strconv.ParseInt(value.(string), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func moment(t *testing.T, value any) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, value.(string))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func decoded(t *testing.T, value any) []byte {
	t.Helper()
	bytes, err := base64.StdEncoding.DecodeString(value.(string))
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}
