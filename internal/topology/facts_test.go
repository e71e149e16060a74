package topology_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

func published(t *testing.T) topology.Facts {
	t.Helper()
	facts, err := topology.Published()
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// choose makes a topology of a choice that must stand.
func choose(t *testing.T, facts topology.Facts, choice topology.Choice) topology.Topology {
	t.Helper()
	chosen, refusals := facts.Configurations.Choose(choice)
	for _, refusal := range refusals {
		t.Fatal(refusal)
	}
	return chosen
}

// table reads the rows of a table of testdata/facts.md by its first line's
// beginning, without emphasis.
func table(t *testing.T, heading string) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/facts.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(strings.ReplaceAll(string(text), "**", "")) {
		line = strings.TrimSpace(line)
		inside := len(rows) > 0
		if !inside && !strings.HasPrefix(line, heading) {
			continue
		}
		if line == "" {
			break
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		rows = append(rows, cells)
	}
	if len(rows) < 3 {
		t.Fatalf("testdata/facts.md has no table that begins with %q", heading)
	}
	return append(rows[:1], rows[2:]...)
}

// regionsOf reads "us-east4, us-east1 1R": regions with a number, which is
// otherwise where it is left out.
func regionsOf(cell string, otherwise int) []topology.Addition {
	var all []topology.Addition
	for part := range strings.SplitSeq(cell, ",") {
		words := strings.Fields(part)
		if len(words) == 0 || words[0] == "-" || words[0] == "none" {
			continue
		}
		count := otherwise
		if len(words) == 2 {
			count = int(words[1][0] - '0')
		}
		all = append(all, topology.Addition{Location: words[0], Count: count})
	}
	return all
}

// The catalogue is the document's, and holds nothing else but regional
// configurations without optional replicas.
func TestCatalogueIsTheDocuments(t *testing.T) {
	t.Parallel()
	want := map[string]topology.Configuration{}
	for _, row := range table(t, "| base config | resource location")[1:] {
		name, restricted := strings.CutSuffix(row[0], " (allow-list)")
		c := topology.Configuration{Name: name, Kind: topology.MultiRegion, ResourceLocation: row[1], Restricted: restricted, Optional: regionsOf(row[5], 1)}
		for i, role := range []topology.Role{topology.ReadWrite, topology.ReadOnly, topology.Witness} {
			for _, r := range regionsOf(row[2+i], map[topology.Role]int{topology.ReadWrite: 2, topology.Witness: 1}[role]) {
				c.Replicas = append(c.Replicas, topology.Replicas{Location: r.Location, Type: role, Count: r.Count})
			}
		}
		want[name] = c
	}
	if len(want) != 22 {
		t.Errorf("the document has %d multi-region configurations, want 22", len(want))
	}
	for _, row := range table(t, "| base config | regions")[1:] {
		c := topology.Configuration{Name: row[0], Kind: topology.DualRegion}
		for _, role := range []topology.Role{topology.ReadWrite, topology.Witness} {
			for _, r := range regionsOf(row[1], map[topology.Role]int{topology.ReadWrite: 2, topology.Witness: 1}[role]) {
				c.Replicas = append(c.Replicas, topology.Replicas{Location: r.Location, Type: role, Count: r.Count})
			}
		}
		want[row[0]] = c
	}
	optional := map[string][]topology.Addition{}
	for _, row := range table(t, "| base config | optional RO regions")[1:] {
		optional[row[0]] = regionsOf(row[1], 1)
	}
	facts := published(t)
	for _, name := range facts.Configurations.Names() {
		have, _ := facts.Configurations.Named(name)
		if region, regional := strings.CutPrefix(name, "regional-"); regional {
			want[name] = topology.Configuration{Name: name, Kind: topology.Regional, ResourceLocation: region, Optional: optional[name],
				Replicas: []topology.Replicas{{Location: region, Type: topology.ReadWrite, Count: 3}}}
			delete(optional, name)
		}
		if have.Kind == topology.DualRegion {
			have.ResourceLocation = "" // the document does not say
		}
		if diff := cmp.Diff(want[name], have); diff != "" {
			t.Errorf("%s (-document +catalogue):\n%s", name, diff)
		}
		delete(want, name)
	}
	if len(want) > 0 || len(optional) > 0 {
		t.Errorf("the catalogue lacks %v %v", want, optional)
	}
}

func TestRoundTripsAreTheDocuments(t *testing.T) {
	t.Parallel()
	roundTrips := published(t).RoundTrips
	check := func(from, to, want string) {
		if got := roundTrips.Between(from, to).String(); got != want {
			t.Errorf("%s to %s is %s ms, want %s", from, to, got, want)
		}
	}
	matrix := table(t, "| | us-east1")
	for _, row := range matrix[1:] {
		for i, cell := range row[1:] {
			if cell != "-" {
				check(row[0], matrix[0][i+1], cell)
			}
		}
	}
	for _, row := range table(t, "| from | to")[1:] {
		check(row[0], row[1], row[2])
	}
	for _, region := range roundTrips.Regions() {
		if latency := roundTrips.Between("us-central2", region); region != "us-central2" && latency.Bounded() {
			t.Errorf("us-central2 to %s is told to be %s ms; nobody has published it", region, latency)
		}
	}
}

// matches holds a latency against "12", "<=12", "?" or ".".
func matches(latency topology.Latency, want string) bool {
	bound, isBound := strings.CutPrefix(want, "<=")
	exact, known := latency.Exact()
	switch {
	case want == ".":
		return true
	case want == "?":
		return !latency.Bounded()
	case isBound:
		return !known && latency.Bounded() && fmt.Sprintf("%.0f", latency.AtMost) == bound
	}
	return known && fmt.Sprintf("%.0f", exact) == want
}

func TestFloorsOfTheDocument(t *testing.T) {
	t.Parallel()
	facts := published(t)
	rows := table(t, "| base config | added")
	for _, row := range rows[1:] {
		choice := topology.Choice{BaseConfig: row[0], Replicas: regionsOf(row[1], 1), Leader: row[2]}
		for _, lease := range regionsOf(row[3], 1) {
			choice.ReadLeaseRegions = append(choice.ReadLeaseRegions, lease.Location)
		}
		chosen := choose(t, facts, choice)
		if q := chosen.Quorum(facts.RoundTrips); !matches(q, row[4]) {
			t.Errorf("%v: the quorum takes %s, want %s", choice, q, row[4])
		}
		if q := chosen.Without(chosen.Leader).Quorum(facts.RoundTrips); !matches(q, row[5]) {
			t.Errorf("%v: without the leader the quorum takes %s, want %s", choice, q, row[5])
		}
		for i, region := range rows[0][6:] {
			f := chosen.Floors(region, facts.RoundTrips)
			want := strings.Split(row[6+i], " / ")
			for j, latency := range []topology.Latency{f.ReadWrite, f.StrongRead, f.StaleRead} {
				if !matches(latency, want[j]) {
					t.Errorf("%v from %s: %s is %s, want %s", choice, region, []string{"read-write", "strong read", "stale read"}[j], latency, want[j])
				}
			}
		}
	}
}

// The floors of every configuration with each leader, seen from the ledger's
// regions, beside what the document says of them: for a reader of go test -v.
func TestPrintFloors(t *testing.T) {
	t.Parallel()
	facts := published(t)
	regions := []string{"us-east1", "europe-west1", "asia-southeast1"}
	document := map[string]string{}
	for _, row := range table(t, "| base config | added")[1:] {
		if row[1] == "" && row[3] == "" {
			document[row[0]+" "+row[2]] = fmt.Sprintf("q %s, lost %s, %s | %s | %s", row[4], row[5], row[6], row[7], row[8])
		}
	}
	t.Logf("%-32s %-24s %-8s %-8s %s", "configuration", "leader", "q", "q lost", "read-write transaction / strong read / stale read from "+strings.Join(regions, ", "))
	line := func(name string, chosen topology.Topology) {
		var floors []string
		for _, region := range regions {
			f := chosen.Floors(region, facts.RoundTrips)
			floors = append(floors, fmt.Sprintf("%s / %s / %s", f.ReadWrite, f.StrongRead, f.StaleRead))
		}
		t.Logf("%-32s %-24s %-8s %-8s %s", name, chosen.Leader, chosen.Quorum(facts.RoundTrips), chosen.Without(chosen.Leader).Quorum(facts.RoundTrips), strings.Join(floors, " | "))
		if says := document[name+" "+chosen.Leader]; says != "" {
			t.Logf("%-32s %-24s %s", "", "the document:", says)
		}
	}
	printed := 0
	for _, name := range facts.Configurations.Names() {
		base, _ := facts.Configurations.Named(name)
		for _, leader := range base.LeaderOptions() {
			line(name, choose(t, facts, topology.Choice{BaseConfig: name, Leader: leader}))
			printed++
		}
	}
	for _, row := range table(t, "| base config | added")[1:] {
		if row[1] != "" && row[3] == "" {
			name := row[0] + " + " + row[1]
			document[name+" "+row[2]] = fmt.Sprintf("q %s, lost %s, %s | %s | %s", row[4], row[5], row[6], row[7], row[8])
			line(name, choose(t, facts, topology.Choice{BaseConfig: row[0], Replicas: regionsOf(row[1], 1), Leader: row[2]}))
		}
	}
	if printed < len(facts.Configurations.Names()) {
		t.Errorf("%d lines for %d configurations", printed, len(facts.Configurations.Names()))
	}
}

// Only one configuration has a replica in all three regions of the ledger.
func TestOnlyNam3ServesThreeContinents(t *testing.T) {
	t.Parallel()
	facts := published(t)
	regions := []string{"us-east1", "europe-west1", "asia-southeast1"}
	var serve []string
	for _, name := range facts.Configurations.Names() {
		base, _ := facts.Configurations.Named(name)
		all := true
		for _, region := range regions {
			role := choose(t, facts, topology.Choice{BaseConfig: name}).Role(region)
			all = all && (role == topology.ReadWrite || role == topology.ReadOnly || base.OptionalAt(region) > 0)
		}
		if all {
			serve = append(serve, name)
		}
	}
	if !slices.Equal(serve, []string{"nam3"}) {
		t.Errorf("replicas in all three regions: %v", serve)
	}
	best, ok := facts.Best(regions)
	if want := (topology.Choice{BaseConfig: "nam3", Leader: "us-east1", Replicas: []topology.Addition{{Location: "asia-southeast1", Count: 1}, {Location: "europe-west1", Count: 1}}}); !ok || !cmp.Equal(best.Choice, want) {
		t.Errorf("the best is %+v", best)
	}
	if !strings.Contains(best.Why, "the only one with a replica in all 3 regions") {
		t.Errorf("it is the best because %s", best.Why)
	}
}
