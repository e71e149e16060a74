package ledgerregion

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

func TestMarks(t *testing.T) {
	t.Parallel()
	o := owner{ledger: "demo", region: "us-east1"}
	for description, want := range map[string]struct {
		class string
		own   bool
	}{
		o.mark("write"):                     {"write", true},
		"proveniq:demo/us-east1/read":       {"read", true},
		"proveniq:demo/us-east1":            {"", false},
		"proveniq:demo/us-east1/":           {"", false},
		"proveniq:demo/us-east1/a/b":        {"", false},
		"proveniq:demo/us-east10/write":     {"write", false},
		"proveniq:demo2/us-east1/write":     {"write", false},
		"PROVENIQ:demo/us-east1/write":      {"", false},
		" proveniq:demo/us-east1/write":     {"", false},
		"":                                  {"", false},
		"somebody's own words about it":     {"", false},
		"proveniq://us-east1/demo/us-east1": {"", false},
	} {
		class, own := o.owns(description)
		if own != want.own || own && class != want.class {
			t.Errorf("%q: class %q, own %v; want %q, %v", description, class, own, want.class, want.own)
		}
	}
}

// parsed reads a service's backends as the client does.
func parsed(t *testing.T, text string) *loadbalancer.Service {
	t.Helper()
	var raw []map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		t.Fatal(err)
	}
	s := &loadbalancer.Service{Project: project, Name: "ledger-write"}
	for _, fields := range raw {
		b := loadbalancer.Backend{}
		for name, value := range fields {
			var str string
			switch {
			case json.Unmarshal(value, &str) == nil:
				b[name] = str
			default:
				b[name] = json.Number(value)
			}
		}
		s.Backends = append(s.Backends, b)
	}
	return s
}

func group(zone string) string {
	return "https://www.googleapis.com/compute/v1/projects/acme-prod/zones/" + zone + "/networkEndpointGroups/api"
}

func negs(zones ...string) []loadbalancer.NEG {
	var list []loadbalancer.NEG
	for _, zone := range zones {
		list = append(list, loadbalancer.NEG{Name: "api", Zone: zone, URL: group(zone), Size: 1})
	}
	return list
}

func anEntry(percent int, zones ...string) entry {
	return entry{
		owner:   owner{ledger: "demo", region: "us-east1"},
		service: service{class: "write", name: "ledger-write", rate: 33.3, preference: preferenceDefault, follows: true},
		percent: percent, level: percent, negs: negs(zones...),
	}
}

func TestPutChangesNothingButItsOwn(t *testing.T) {
	t.Parallel()
	s := parsed(t, `[
		{"group": "`+group("europe-west1-b")+`", "description": "proveniq:demo/europe-west1/write", "capacityScaler": 0, "maxRatePerEndpoint": 5.50, "newField": "kept"},
		{"group": "`+group("us-east1-b")+`", "description": "proveniq:demo/us-east1/write", "capacityScaler": 0.5, "maxRate": 7, "balancingMode": "RATE", "fieldOfTomorrow": 1e3}
	]`)
	if err := anEntry(100, "us-east1-b", "us-east1-c").put(s); err != nil {
		t.Fatal(err)
	}
	want := []loadbalancer.Backend{
		{
			"group": group("europe-west1-b"), "description": "proveniq:demo/europe-west1/write",
			"capacityScaler": json.Number("0"), "maxRatePerEndpoint": json.Number("5.50"), "newField": "kept",
		},
		{
			"group": group("us-east1-b"), "description": "proveniq:demo/us-east1/write", "capacityScaler": json.Number("1"),
			"balancingMode": "RATE", "maxRatePerEndpoint": json.Number("33.3"), "fieldOfTomorrow": json.Number("1e3"),
		},
		{
			"group": group("us-east1-c"), "description": "proveniq:demo/us-east1/write", "capacityScaler": json.Number("1"),
			"balancingMode": "RATE", "maxRatePerEndpoint": json.Number("33.3"), "preference": "DEFAULT",
		},
	}
	if diff := cmp.Diff(want, s.Backends); diff != "" {
		t.Error(diff)
	}
}

func TestPutIsIdempotent(t *testing.T) {
	t.Parallel()
	// What the API gives back is not letter for letter what was sent.
	s := parsed(t, `[{"group": "https://compute.example/compute/beta/projects/acme-prod/zones/us-east1-b/networkEndpointGroups/api",
		"description": "proveniq:demo/us-east1/write", "capacityScaler": 0.10000000149011612, "maxRatePerEndpoint": 33.29999923706055, "balancingMode": "RATE"}]`)
	before := s.Clone()
	if err := anEntry(10, "us-east1-b").put(s); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before.Backends, s.Backends); diff != "" {
		t.Error(diff)
	}
}

func TestMoreDigitsThanTheAPIKeepsAreNoDrift(t *testing.T) {
	t.Parallel()
	const rate = 33.123456789
	s := parsed(t, `[{"group": "`+group("us-east1-b")+`", "description": "proveniq:demo/us-east1/write", "capacityScaler": 1, "maxRatePerEndpoint": 33.12345504760742, "balancingMode": "RATE"}]`)
	before := s.Clone()
	e := anEntry(100, "us-east1-b")
	e.service.rate = rate
	if err := e.put(s); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before.Backends, s.Backends); diff != "" {
		t.Error(diff)
	}
	if seen := e.service.observed(s.Backends); seen.rate != rate {
		t.Errorf("the rate reads as %v", seen.rate)
	}
	s.Backends[0].Number("maxRatePerEndpoint", 7)
	if seen := e.service.observed(s.Backends); seen.rate != 7 {
		t.Errorf("another rate reads as %v", seen.rate)
	}
}

func TestPutRefusesForeignBackends(t *testing.T) {
	t.Parallel()
	for name, description := range map[string]string{
		"no mark":        "",
		"another owner":  "made by hand",
		"another region": "proveniq:demo/us-east4/write",
		"another ledger": "proveniq:prod/us-east1/write",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := parsed(t, `[{"group": "`+group("us-east1-b")+`", "description": "`+description+`"}]`)
			if err := anEntry(100, "us-east1-b").put(s); err == nil {
				t.Error("the backend was taken over")
			}
		})
	}
}

func TestZeroIsNotLeftOnTheOnlyBackend(t *testing.T) {
	t.Parallel()
	o := owner{ledger: "demo", region: "us-east1"}
	one := `{"group": "` + group("us-east1-b") + `", "description": "proveniq:demo/us-east1/write", "capacityScaler": 0}`
	full := `{"group": "` + group("us-east1-b") + `", "description": "proveniq:demo/us-east1/write", "capacityScaler": 0.1}`
	other := `{"group": "` + group("europe-west1-b") + `", "description": "", "capacityScaler": 0}`
	for name, test := range map[string]struct {
		backends string
		left     int
	}{
		"the only one at 0":    {"[" + one + "]", 0},
		"the only one above 0": {"[" + full + "]", 1},
		"one of two":           {"[" + one + "," + other + "]", 2},
		"somebody else's":      {"[" + other + "]", 1},
		"none":                 {"[]", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := parsed(t, test.backends)
			o.keepServing(s)
			if len(s.Backends) != test.left {
				t.Errorf("%d backends left, want %d", len(s.Backends), test.left)
			}
		})
	}
}

func TestLowerOnlyLowers(t *testing.T) {
	t.Parallel()
	s := parsed(t, `[
		{"group": "`+group("us-east1-b")+`", "description": "proveniq:demo/us-east1/write", "capacityScaler": 0.1},
		{"group": "`+group("us-east1-c")+`", "description": "proveniq:demo/us-east1/write", "capacityScaler": 1},
		{"group": "`+group("europe-west1-b")+`", "description": "proveniq:demo/europe-west1/write", "capacityScaler": 1}
	]`)
	o := owner{ledger: "demo", region: "us-east1"}
	if highest := o.capacity(s); highest != 100 {
		t.Errorf("the region's capacity is %d", highest)
	}
	o.lower(s, 50)
	var got []int
	for _, b := range s.Backends {
		got = append(got, b.CapacityPercent())
	}
	if diff := cmp.Diff([]int{10, 50, 100}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRestore(t *testing.T) {
	t.Parallel()
	o := owner{ledger: "demo", region: "us-east1"}
	own := func(zone, scaler string) string {
		return `{"group": "` + group(zone) + `", "description": "proveniq:demo/us-east1/write", "capacityScaler": ` + scaler + `}`
	}
	foreign := func(zone, scaler string) string {
		return `{"group": "` + group(zone) + `", "description": "x", "capacityScaler": ` + scaler + `}`
	}
	for name, test := range map[string]struct{ before, now, want string }{
		"what was added goes":              {`[]`, `[` + own("us-east1-b", "1") + `]`, `[]`},
		"what was changed is as it was":    {`[` + own("us-east1-b", "0.5") + `]`, `[` + own("us-east1-b", "1") + `]`, `[` + own("us-east1-b", "0.5") + `]`},
		"what was removed is back":         {`[` + own("us-east1-b", "1") + `]`, `[]`, `[` + own("us-east1-b", "1") + `]`},
		"others keep what they did since":  {`[` + foreign("europe-west1-b", "1") + `]`, `[` + foreign("europe-west1-b", "0") + `,` + own("us-east1-b", "1") + `]`, `[` + foreign("europe-west1-b", "0") + `]`},
		"what others took stays with them": {`[` + own("us-east1-b", "1") + `]`, `[` + foreign("us-east1-b", "1") + `]`, `[` + foreign("us-east1-b", "1") + `]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := parsed(t, test.now)
			o.restore(now, parsed(t, test.before))
			if diff := cmp.Diff(parsed(t, test.want).Backends, now.Backends, cmp.Transformer("empty", func(b []loadbalancer.Backend) string {
				text, err := json.Marshal(b)
				if err != nil {
					t.Fatal(err)
				}
				if len(b) == 0 {
					return "[]"
				}
				return string(text)
			})); diff != "" {
				t.Error(diff)
			}
		})
	}
}
