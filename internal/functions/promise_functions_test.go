package functions_test

import (
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/functions"
)

// unknown is a value that is not known yet.
type unknown struct{}

type object = map[string]any

func list(elements ...any) []any { return elements }

// dynamic is a value as core hands it to a dynamic parameter.
func dynamic(t *testing.T, value any) attr.Value {
	t.Helper()
	switch v := value.(type) {
	case nil:
		return types.StringNull()
	case unknown:
		return types.StringUnknown()
	case string:
		return types.StringValue(v)
	case bool:
		return types.BoolValue(v)
	case int:
		return dynamic(t, float64(v))
	case float64:
		return types.NumberValue(big.NewFloat(v))
	case object:
		kinds, values := map[string]attr.Type{}, map[string]attr.Value{}
		for name, element := range v {
			values[name] = dynamic(t, element)
			kinds[name] = values[name].Type(t.Context())
		}
		return types.ObjectValueMust(kinds, values)
	case []any:
		var kinds []attr.Type
		var values []attr.Value
		for _, element := range v {
			values = append(values, dynamic(t, element))
			kinds = append(kinds, values[len(values)-1].Type(t.Context()))
		}
		return types.TupleValueMust(kinds, values)
	}
	t.Fatalf("%T is no value", value)
	return nil
}

// typed is a value for a parameter of a type.
func typed(t *testing.T, of attr.Type, value any) attr.Value {
	t.Helper()
	if of.Equal(types.DynamicType) {
		return types.DynamicValue(dynamic(t, value))
	}
	switch kind := of.(type) {
	case types.ListType:
		return types.ListValueMust(kind.ElemType, elements(t, kind.ElemType, value))
	case types.SetType:
		return types.SetValueMust(kind.ElemType, elements(t, kind.ElemType, value))
	case types.MapType:
		all := map[string]attr.Value{}
		for key, element := range value.(object) {
			all[key] = typed(t, kind.ElemType, element)
		}
		return types.MapValueMust(kind.ElemType, all)
	}
	switch v := value.(type) {
	case nil:
		if of.Equal(types.Float64Type) {
			return types.Float64Null()
		}
		return types.StringNull()
	case unknown:
		if of.Equal(types.Float64Type) {
			return types.Float64Unknown()
		}
		return types.StringUnknown()
	case int:
		return types.Float64Value(float64(v))
	case float64:
		return types.Float64Value(v)
	}
	return types.StringValue(value.(string))
}

func elements(t *testing.T, of attr.Type, value any) []attr.Value {
	t.Helper()
	var all []attr.Value
	for _, element := range value.([]any) {
		all = append(all, typed(t, of, element))
	}
	return all
}

// call calls a function as core does.
func call(t *testing.T, f function.Function, arguments ...any) (attr.Value, *function.FuncError) {
	t.Helper()
	var definition function.DefinitionResponse
	f.Definition(t.Context(), function.DefinitionRequest{}, &definition)
	var values []attr.Value
	for i, parameter := range definition.Definition.Parameters {
		values = append(values, typed(t, parameter.GetType(), arguments[i]))
	}
	if variadic := definition.Definition.VariadicParameter; variadic != nil {
		var rest []attr.Value
		kinds := []attr.Type{}
		for _, argument := range arguments[len(values):] {
			rest = append(rest, typed(t, variadic.GetType(), argument))
			kinds = append(kinds, variadic.GetType())
		}
		values = append(values, types.TupleValueMust(kinds, rest))
	}
	result, failure := definition.Definition.Return.NewResultData(t.Context())
	if failure != nil {
		t.Fatal(failure)
	}
	resp := function.RunResponse{Result: result}
	f.Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData(values)}, &resp)
	return resp.Result.Value(), resp.Error
}

// threeContinents is the ledger's own topology, with changes.
func threeContinents(changes object) object {
	t := object{"base_config": "nam3", "leader": "us-east1", "replicas": list(object{"location": "europe-west1"}, object{"location": "asia-southeast1", "count": 1})}
	maps.Copy(t, changes)
	return t
}

func TestPromiseFunctions(t *testing.T) {
	t.Parallel()
	regions := list("us-east1", "europe-west1", "asia-southeast1")
	for name, c := range map[string]struct {
		function  function.Function
		arguments []any
		want      string
		// fails are texts of the error, argument is the one it is about, or -1.
		fails    []string
		argument int64
	}{
		"commit near":             {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(nil), "us-east1"), want: "13"},
		"commit far":              {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(nil), "europe-west1"), want: "102"},
		"commit with a lease":     {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(object{"read_lease_regions": list("europe-west1")}), "europe-west1"), want: "181"},
		"commit, leader lost":     {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(object{"lost_regions": list("us-east1")}), "us-east4"), want: "29"},
		"commit, no quorum":       {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(object{"lost_regions": list("us-east1", "us-east4")}), "us-east4"), want: "<null>"},
		"commit, nobody knows":    {function: functions.NewCommitFloorMS(), arguments: list(object{"base_config": "nam-eur-asia1"}, "us-east1"), want: "<null>"},
		"commit, measured":        {function: functions.NewCommitFloorMS(), arguments: list(object{"base_config": "nam-eur-asia1", "round_trips_ms": object{"us-central2": object{"us-central1": 9}}}, "us-central1"), want: "10"},
		"commit, nulls":           {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(object{"leader": nil, "read_lease_regions": nil, "round_trips_ms": nil, "lost_regions": nil}), "us-east4"), want: "13"},
		"commit, unknown leader":  {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(object{"leader": unknown{}}), "us-east1"), want: "<unknown>"},
		"commit, unknown replica": {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(object{"replicas": list(object{"location": unknown{}})}), "us-east1"), want: "<unknown>"},
		"commit, no base":         {function: functions.NewCommitFloorMS(), arguments: list(object{"leader": "us-east1"}, "us-east1"), fails: []string{"topology.base_config must be"}},
		"commit, other base":      {function: functions.NewCommitFloorMS(), arguments: list(object{"base_config": "nam4"}, "us-east1"), fails: []string{`no base configuration "nam4"`}},
		"commit, misspelt":        {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(object{"leeder": "us-east1"}), "us-east1"), fails: []string{"topology.leeder is not known", "leader"}},
		"commit, no object":       {function: functions.NewCommitFloorMS(), arguments: list("nam3", "us-east1"), fails: []string{"topology must be an object"}},
		"commit, a number":        {function: functions.NewCommitFloorMS(), arguments: list(object{"base_config": 3}, "us-east1"), fails: []string{"topology.base_config must be a string"}},
		"commit, no leader":       {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(object{"leader": "europe-west1"}), "us-east1"), fails: []string{"cannot lead"}},
		"commit, bad replica":     {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(object{"replicas": list("europe-west1")}), "us-east1"), fails: []string{"topology.replicas[0] must be an object"}},
		"commit, bad round trip":  {function: functions.NewCommitFloorMS(), arguments: list(threeContinents(object{"round_trips_ms": object{"us-east1": object{"us-east4": "9"}}}), "us-east1"), fails: []string{"topology.round_trips_ms.us-east1.us-east4"}},

		"quorum, one lost":    {function: functions.NewQuorumSurvives(), arguments: list(threeContinents(nil), list("us-east1")), want: "true"},
		"quorum, two lost":    {function: functions.NewQuorumSurvives(), arguments: list(threeContinents(nil), list("us-east1", "us-central1")), want: "false"},
		"quorum, readers":     {function: functions.NewQuorumSurvives(), arguments: list(threeContinents(nil), list("europe-west1", "asia-southeast1", "me-west1")), want: "true"},
		"quorum, none lost":   {function: functions.NewQuorumSurvives(), arguments: list(object{"base_config": "regional-us-east1"}, list()), want: "true"},
		"quorum, regional":    {function: functions.NewQuorumSurvives(), arguments: list(object{"base_config": "regional-us-east1"}, list("us-east1")), want: "false"},
		"quorum, dual region": {function: functions.NewQuorumSurvives(), arguments: list(object{"base_config": "dual-region-japan1"}, list("asia-northeast2")), want: "false"},
		"quorum, unknown":     {function: functions.NewQuorumSurvives(), arguments: list(object{"base_config": "nam3"}, list(unknown{})), want: "<unknown>"},
		"quorum, null":        {function: functions.NewQuorumSurvives(), arguments: list(object{"base_config": "nam3"}, list(nil)), fails: []string{"no name"}, argument: 1},

		"round trip":               {function: functions.NewRoundTripMS(), arguments: list("europe-west1", "us-east1"), want: "90"},
		"round trip in a region":   {function: functions.NewRoundTripMS(), arguments: list("us-east1", "us-east1"), want: "1"},
		"round trip, nobody knows": {function: functions.NewRoundTripMS(), arguments: list("us-central2", "us-east1"), want: "<null>"},
		"round trip, no region":    {function: functions.NewRoundTripMS(), arguments: list("nowhere", "us-east1"), want: "<null>"},
		"round trip, measured":     {function: functions.NewRoundTripMS(), arguments: list("us-central2", "us-east1", object{"us-east1": object{"us-central2": 30.4}}), want: "30"},
		"round trip, two means":    {function: functions.NewRoundTripMS(), arguments: list("a", "b", object{"a": object{"b": 10}, "b": object{"a": 20}}), want: "15"},
		"round trip, unknown":      {function: functions.NewRoundTripMS(), arguments: list("a", "b", object{"a": object{"b": unknown{}}}), want: "<unknown>"},
		"round trip, negative":     {function: functions.NewRoundTripMS(), arguments: list("a", "b", object{"a": object{"b": -1}}), fails: []string{"-1"}, argument: 2},
		"round trip, two tables":   {function: functions.NewRoundTripMS(), arguments: list("a", "b", object{}, object{}), fails: []string{"no more than one"}, argument: 2},
		"round trip, no table":     {function: functions.NewRoundTripMS(), arguments: list("a", "b", 3), fails: []string{"must be an object"}, argument: 2},

		"failover":                {function: functions.NewFailoverOrder(), arguments: list("us-east1", regions), want: `["us-east1","europe-west1","asia-southeast1"]`},
		"failover from elsewhere": {function: functions.NewFailoverOrder(), arguments: list("asia-northeast1", regions), want: `["asia-southeast1","us-east1","europe-west1"]`},
		"failover, nobody knows":  {function: functions.NewFailoverOrder(), arguments: list("us-central1", list("us-central2", "asia-southeast1", "nowhere")), want: `["asia-southeast1","nowhere","us-central2"]`},
		"failover of none":        {function: functions.NewFailoverOrder(), arguments: list("us-east1", list()), want: `[]`},
		"failover, unknown":       {function: functions.NewFailoverOrder(), arguments: list("us-east1", list(unknown{})), want: "<unknown>"},
		"failover, null":          {function: functions.NewFailoverOrder(), arguments: list("us-east1", list(nil)), fails: []string{"no name"}, argument: 1},

		"detection of the document":  {function: functions.NewDetectionSeconds(), arguments: list(10, 10, 2), want: "30.000000"},
		"detection, shorter timeout": {function: functions.NewDetectionSeconds(), arguments: list(10, 5, 2), want: "25.000000"},
		"detection, as built":        {function: functions.NewDetectionSeconds(), arguments: list(5, 2, 2), want: "12.000000"},
		"detection, long timeout":    {function: functions.NewDetectionSeconds(), arguments: list(5, 6, 2), fails: []string{"longer than the interval"}, argument: -1},
		"detection, no interval":     {function: functions.NewDetectionSeconds(), arguments: list(0, 0, 2), fails: []string{"1 to 300"}, argument: -1},
		"detection, half a failure":  {function: functions.NewDetectionSeconds(), arguments: list(5, 2, 1.5), fails: []string{"whole number"}, argument: -1},

		"recovery":                  {function: functions.NewRecoverySeconds(), arguments: list(12), want: "22.000000"},
		"recovery, measured":        {function: functions.NewRecoverySeconds(), arguments: list(12, 4.5), want: "16.500000"},
		"recovery, negative":        {function: functions.NewRecoverySeconds(), arguments: list(12, -1), fails: []string{"0 seconds or more"}, argument: -1},
		"recovery, two convergence": {function: functions.NewRecoverySeconds(), arguments: list(12, 1, 2), fails: []string{"no more than one"}, argument: 1},

		"capacity":           {function: functions.NewCapacityAfterLoss(), arguments: list(object{"a": 100, "b": 200, "c": 50}), want: `{"a":250.000000,"b":150.000000,"c":300.000000}`},
		"capacity of one":    {function: functions.NewCapacityAfterLoss(), arguments: list(object{"a": 100}), want: `{"a":0.000000}`},
		"capacity of none":   {function: functions.NewCapacityAfterLoss(), arguments: list(object{}), want: `{}`},
		"capacity, null":     {function: functions.NewCapacityAfterLoss(), arguments: list(object{"a": nil}), fails: []string{"capacity of a"}},
		"capacity, negative": {function: functions.NewCapacityAfterLoss(), arguments: list(object{"a": -1}), fails: []string{"capacity of a"}},
		"capacity, unknown":  {function: functions.NewCapacityAfterLoss(), arguments: list(object{"a": unknown{}}), want: "<unknown>"},

		"availability":               {function: functions.NewAvailability(), arguments: list(object{"edge": 99.99, "spanner": 99.999}), want: "99.989000"},
		"availability of a list":     {function: functions.NewAvailability(), arguments: list(list(99.99, 99.999)), want: "99.989000"},
		"availability, one enough":   {function: functions.NewAvailability(), arguments: list(object{"regions": list(90, 90)}), want: "99.000000"},
		"availability, nulls":        {function: functions.NewAvailability(), arguments: list(object{"edge": 99.99, "cdn": nil}), want: "99.990000"},
		"availability, unknown":      {function: functions.NewAvailability(), arguments: list(object{"regions": list(90, unknown{})}), want: "<unknown>"},
		"availability of nothing":    {function: functions.NewAvailability(), arguments: list(object{}), fails: []string{"no part"}},
		"availability, a share of 1": {function: functions.NewAvailability(), arguments: list(object{"edge": 0}), fails: []string{"edge", "at most 100"}},
		"availability, too much":     {function: functions.NewAvailability(), arguments: list(object{"edge": list(101)}), fails: []string{"edge", "at most 100"}},
		"availability, none enough":  {function: functions.NewAvailability(), arguments: list(object{"edge": list()}), fails: []string{"edge", "empty"}},
		"availability, a text":       {function: functions.NewAvailability(), arguments: list(object{"edge": "99.99"}), fails: []string{"edge", "a number"}},
		"availability, texts":        {function: functions.NewAvailability(), arguments: list(object{"edge": list("99.99")}), fails: []string{"edge", "a number"}},
		"availability, a number":     {function: functions.NewAvailability(), arguments: list(99.99), fails: []string{"parts must be"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, failure := call(t, c.function, c.arguments...)
			if len(c.fails) == 0 {
				if failure != nil {
					t.Fatal(failure)
				}
				if got.String() != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
				return
			}
			wantFailure(t, failure, c.argument, c.fails...)
		})
	}
}

func wantFailure(t *testing.T, failure *function.FuncError, argument int64, says ...string) {
	t.Helper()
	if failure == nil {
		t.Fatal("no error")
	}
	if about := failure.FunctionArgument; (about == nil) != (argument < 0) || about != nil && *about != argument {
		t.Errorf("the error is not about argument %d: %v", argument, failure)
	}
	for _, text := range says {
		if !strings.Contains(failure.Text, text) {
			t.Errorf("the error does not say %q: %s", text, failure.Text)
		}
	}
}

// bill is the result of monthly_cost as plain values.
func bill(t *testing.T, arguments ...any) map[string]attr.Value {
	t.Helper()
	got, failure := call(t, functions.NewMonthlyCost(), arguments...)
	if failure != nil {
		t.Fatal(failure)
	}
	return got.(types.Object).Attributes()
}

func TestMonthlyCost(t *testing.T) {
	t.Parallel()
	workload := object{
		"regions": 3,
		"spanner": object{"base_config": "nam-eur-asia1", "processing_units": 2000},
		"gke":     object{"pods": 20, "vcpu_per_pod": 1, "memory_gb_per_pod": 4},
		"sql":     object{"vcpus": 4, "memory_gb": 16, "high_availability": true},
		"cache":   object{"memory_gb": 5, "high_availability": 1},
		"edge":    nil,
	}
	got := bill(t, workload)
	if diff := cmp.Diff(`{"cache":591.300000,"gke":3030.000000,"spanner":13140.000000,"sql":1214.140000}`, got["components"].String()); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	if got["total_usd"].String() != "17975.440000" {
		t.Errorf("the total is %s", got["total_usd"])
	}
	if got["assumed"].String() != `["spanner_node_many_continents"]` {
		t.Errorf("assumed are %s", got["assumed"])
	}
	given := bill(t, workload, object{"spanner_node_many_continents": 10})
	if given["assumed"].String() != "[]" || given["total_usd"].String() != "19435.440000" {
		t.Errorf("with a given price %s is the total and %s are assumed", given["total_usd"], given["assumed"])
	}
	if lines := given["lines"].(types.List).Elements(); len(lines) != 7 || !strings.Contains(lines[0].String(), `"source":"given"`) {
		t.Errorf("lines: %v", lines)
	}
	for name, c := range map[string]struct {
		arguments []any
		fails     []string
		argument  int64
	}{
		"no object":          {list("x"), []string{"workload must be an object"}, 0},
		"other component":    {list(object{"gcs": object{}}), []string{"workload.gcs is not known", "sql"}, 0},
		"other quantity":     {list(object{"gke": object{"podz": 1}}), []string{"workload.gke.podz is not known", "pods"}, 0},
		"a text":             {list(object{"gke": object{"pods": "3"}}), []string{"workload.gke.pods must be a number"}, 0},
		"negative":           {list(object{"gke": object{"pods": -1}}), []string{"gke.pods", "-1"}, 0},
		"two years":          {list(object{"gke": object{"commitment_years": 2}}), []string{"gke.commitment_years"}, 0},
		"no regions":         {list(object{"regions": 0}), []string{"0 regions"}, 0},
		"half a region":      {list(object{"regions": 1.5}), []string{"workload.regions"}, 0},
		"no base":            {list(object{"spanner": object{}}), []string{"workload.spanner.base_config"}, 0},
		"other base":         {list(object{"spanner": object{"base_config": "nam4"}}), []string{"workload.spanner", "nam4"}, 0},
		"other price":        {list(object{}, object{"gke": 1}), []string{`no price "gke"`, "gke_cluster"}, 1},
		"null price":         {list(object{}, object{"gke_cluster": nil}), []string{"gke_cluster is null"}, 1},
		"negative price":     {list(object{}, object{"gke_cluster": -1}), []string{"gke_cluster"}, 1},
		"two tables":         {list(object{}, object{}, object{}), []string{"no more than one"}, 1},
		"more off-peak":      {list(object{"spanner": object{"base_config": "nam3", "processing_units": 1000, "off_peak_processing_units": 2000}}), []string{"off_peak_processing_units"}, 0},
		"a day of 25 hours":  {list(object{"spanner": object{"base_config": "nam3", "off_peak_hours_per_day": 25}}), []string{"24 hours"}, 0},
		"a discount of all+": {list(object{}, object{"commitment_sql_1_year": 120}), []string{"commitment_sql_1_year"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, failure := call(t, functions.NewMonthlyCost(), c.arguments...)
			wantFailure(t, failure, c.argument, c.fails...)
		})
	}
	for name, arguments := range map[string][]any{
		"unknown quantity": list(object{"gke": object{"pods": unknown{}}}),
		"unknown price":    list(object{"gke": object{}}, object{"gke_cluster": unknown{}}),
	} {
		if got, failure := call(t, functions.NewMonthlyCost(), arguments...); failure != nil || !got.IsUnknown() {
			t.Errorf("%s: %v, %v", name, got, failure)
		}
	}
	if got := bill(t, object{}); got["total_usd"].String() != "0.000000" || got["lines"].String() != "[]" {
		t.Errorf("nothing costs %s", got["total_usd"])
	}
}

func TestPromisesTable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		promises any
		want     []string
		fails    string
	}{
		"as asked": {
			promises: list(
				object{"promise": "commit", "asked": 50, "attainable": 102.5, "verdict": "broken", "why": "2 lines\n  of text"},
				object{"promise": "Réplication", "asked": nil, "verdict": true, "why": ""},
			),
			want: []string{
				"PROMISE      ASKED  ATTAINABLE  VERDICT  WHY",
				"commit       50     102.5       broken   2 lines of text",
				"Réplication  -      -           true",
			},
		},
		"a map":           {promises: object{"b": object{"asked": "x"}, "a": object{"asked": "y", "promise": "first"}}, want: []string{"PROMISE  ASKED", "first    y", "b        x"}},
		"another column":  {promises: list(object{"promise": "p", "region_name": "us-east1", "continent": "america"}), want: []string{"PROMISE  CONTINENT  REGION NAME", "p        america    us-east1"}},
		"none":            {promises: list(), want: nil},
		"a list of texts": {promises: list("x"), fails: "promises[0] must be an object"},
		"a text":          {promises: "x", fails: "must be a list or a map"},
		"a list in one":   {promises: object{"a": object{"why": list("x")}}, fails: "a.why must be"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, failure := call(t, functions.NewPromisesTable(), c.promises)
			if c.fails != "" {
				wantFailure(t, failure, 0, c.fails)
				return
			}
			if failure != nil {
				t.Fatal(failure)
			}
			var lines []string
			for line := range strings.Lines(got.(types.String).ValueString()) {
				lines = append(lines, strings.TrimSuffix(line, "\n"))
			}
			if !slices.Equal(lines, c.want) {
				t.Errorf("got:\n%s", got.(types.String).ValueString())
			}
		})
	}
	if got, failure := call(t, functions.NewPromisesTable(), list(object{"asked": unknown{}})); failure != nil || !got.IsUnknown() {
		t.Errorf("with an unknown cell it is %v, %v", got, failure)
	}
}
