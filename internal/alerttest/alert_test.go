package alerttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// before is how many minutes of a healthy ledger come before what happens: more
// than the longest window.
const before = 3*24*60 + 60

// scenario is what happens to a ledger, and which alerts tell of it.
type scenario struct {
	name string
	// setting of the module, as testdata/root has it; attainable when empty.
	setting string
	// minutes that are watched, 60 when 0.
	minutes int
	// since is how many minutes it has been going on when watching begins.
	since int
	// happens changes a healthy minute; the first one that is watched is 0.
	happens func(minute int, now *State)
	// fires has the alerts that fire.
	fires []string
}

func everywhere(now *State, change func(region *Region)) {
	for _, region := range now.Regions {
		change(region)
	}
}

// down takes a region out: it answers errors until health checks see it, about
// twelve seconds, and its users go to the next region.
func down(minute int, now *State, region, next string) {
	now.Regions[region].Up = 0
	if minute == 0 {
		now.Regions[region].Errors = map[string]float64{"write": 0.2, "read": 0.2}
		return
	}
	now.Regions[region].Traffic = 0
	now.Regions[next].Traffic++
}

var scenarios = slices.Concat(requestScenarios, dataScenarios, leverScenarios)

// run records what happens in a scenario and gives the alerts that fire, with
// the minutes after which each does.
func run(t *testing.T, applied Applied, healthy Recording, s scenario) map[string]int {
	t.Helper()
	minutes := s.minutes
	if minutes == 0 {
		minutes = 60
	}
	history := NewHistory(healthy.Continue(applied, before-s.since, before+minutes+1, func(minute int) *State {
		now := Healthy()
		if s.happens != nil {
			s.happens(minute-before, now)
		}
		return now
	}))
	setting := s.setting
	if setting == "" {
		setting = "attainable"
	}
	alerts := maps.Clone(applied.Alerts[setting])
	maps.Copy(alerts, applied.Alerts["reports"])
	fired := map[string]int{}
	for key, alert := range alerts {
		after, fires, err := history.Firing(t.Context(), alert, before, minutes)
		if err != nil {
			t.Errorf("%s: %v", key, err)
		}
		if fires {
			fired[key] = after
		}
	}
	return fired
}

// TestAlerts prints, with -v, which alerts fire in which scenario and after how
// many minutes.
func TestAlerts(t *testing.T) {
	applied := Apply(t)
	healthy := Record(applied, before, func(int) *State { return Healthy() })
	results := make([]map[string]int, len(scenarios))
	t.Run("scenarios", func(t *testing.T) {
		for i, s := range scenarios {
			t.Run(strings.ReplaceAll(s.name, " ", "_"), func(t *testing.T) {
				t.Parallel()
				results[i] = run(t, applied, healthy, s)
				if diff := cmp.Diff(append([]string{}, s.fires...), slices.AppendSeq([]string{}, slices.Values(slices.Sorted(maps.Keys(results[i]))))); diff != "" {
					t.Errorf("alerts (-want +got):\n%s", diff)
				}
			})
		}
	})
	tested := map[string]bool{}
	var table strings.Builder
	for i, s := range scenarios {
		fmt.Fprintf(&table, "\n%s", s.name)
		if s.setting != "" {
			fmt.Fprintf(&table, ", %s", s.setting)
		}
		if len(results[i]) == 0 {
			table.WriteString("\n    nothing fires")
		}
		for _, name := range slices.Sorted(maps.Keys(results[i])) {
			tested[name] = true
			fmt.Fprintf(&table, "\n    after %2d min  %s", results[i][name], name)
		}
	}
	t.Log(table.String())
	for setting, alerts := range applied.Alerts {
		for key := range alerts {
			if !tested[key] {
				t.Errorf("no scenario makes %s (%s) fire", key, setting)
			}
		}
	}
}
