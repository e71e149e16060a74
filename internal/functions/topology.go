package functions

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// topologyParameter is the argument that describes a Spanner topology.
func topologyParameter() function.Parameter {
	return function.DynamicParameter{
		Name: "topology",
		MarkdownDescription: "The topology, an object: `base_config` (`nam3`), and where needed `replicas` (the added read-only ones, a list of `{ location, count }`; count is 1 where it is left out), " +
			"`leader` (default: the configuration's), `read_lease_regions`, `lost_regions` (regions that are down), and `round_trips_ms` (`{ us-central1 = { us-central2 = 9 } }`, in place of the provider's). " +
			"A `configuration` describes the base that `base_config` names where the provider's table does not know it, or knows it wrongly: `name`, `replicas` (all of the base, a list of `{ location, type, count }`; " +
			"type is `READ_WRITE`, `READ_ONLY` or `WITNESS`, count is 1 where it is left out), and where needed `default_leader` (default: the first region with two `READ_WRITE` replicas), " +
			"`optional_replicas` (the read-only ones that Google lets be added, a list of `{ location, count }`) and `resource_location` (default: the table's).",
	}
}

// roundTripsParameter is the optional table of round trips.
func roundTripsParameter() function.Parameter {
	return function.DynamicParameter{
		Name:                "round_trips_ms",
		MarkdownDescription: "Round trips in milliseconds in place of the provider's: `{ us-central1 = { us-central2 = 9 } }`. One direction is enough; of two that differ the mean is taken.",
	}
}

// theTopology reads the argument that describes a topology; what it says is
// lost is lost in it.
func theTopology(argument attr.Value) (topology.Topology, *topology.RoundTrips, error) {
	var none topology.Topology
	facts, err := topology.Published()
	if err != nil {
		return none, nil, err
	}
	value, err := plain(argument)
	if err != nil {
		return none, nil, err
	}
	f := fieldsOf("topology", value)
	choice, err := choiceOf(f)
	described, wrong := descriptionOf(f)
	lost, overrides := f.texts("lost_regions"), f.get("round_trips_ms")
	if err := errors.Join(err, wrong, f.done()); err != nil {
		return none, nil, err
	}
	if facts.Configurations, err = withDescription(facts.Configurations, described, choice, f.at); err != nil {
		return none, nil, err
	}
	roundTrips, err := withRoundTrips(facts.RoundTrips, "topology.round_trips_ms", overrides)
	if err != nil {
		return none, nil, err
	}
	t, err := chosen(facts, choice)
	for _, region := range lost {
		t = t.Without(region)
	}
	return t, roundTrips, err
}

// choiceOf reads what describes a topology.
func choiceOf(f *fields) (topology.Choice, error) {
	choice := topology.Choice{BaseConfig: f.text("base_config"), Leader: f.text("leader"), ReadLeaseRegions: f.texts("read_lease_regions")}
	if choice.BaseConfig == "" {
		f.fail("base_config", "the name of a base configuration")
	}
	replicas, err := replicasOf(f, topology.ArgumentReplicas, false)
	for _, r := range replicas {
		choice.Replicas = append(choice.Replicas, topology.Addition{Location: r.Location, Count: r.Count})
	}
	return choice, err
}

// chosen is the topology of a choice; all that Google would refuse is an error.
func chosen(facts topology.Facts, choice topology.Choice) (topology.Topology, error) {
	t, refusals := facts.Configurations.Choose(choice)
	var all []error
	for _, refusal := range refusals {
		all = append(all, refusal)
	}
	return t, errors.Join(all...)
}

// withRoundTrips puts an argument's round trips into the table.
func withRoundTrips(published *topology.RoundTrips, at string, overrides any) (*topology.RoundTrips, error) {
	if overrides == nil {
		return published, nil
	}
	rows, isObject := overrides.(map[string]any)
	if !isObject {
		return nil, fmt.Errorf("%s must be an object of objects of numbers", at)
	}
	numbers := map[string]map[string]float64{}
	for from, row := range rows {
		cells, isObject := row.(map[string]any)
		if !isObject {
			return nil, fmt.Errorf("%s.%s must be an object of numbers", at, from)
		}
		numbers[from] = map[string]float64{}
		for to, cell := range cells {
			number, isNumber := cell.(float64)
			if !isNumber {
				return nil, fmt.Errorf("%s.%s.%s must be a number of milliseconds", at, from, to)
			}
			numbers[from][to] = number
		}
	}
	merged, err := published.With(numbers)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return merged, nil
}

// givenRoundTrips is the provider's table with those of the optional last
// argument in it.
func givenRoundTrips(arguments []types.Dynamic) (*topology.RoundTrips, error) {
	facts, err := topology.Published()
	if err != nil || len(arguments) == 0 {
		return facts.RoundTrips, err
	}
	if len(arguments) > 1 {
		return nil, errors.New("there is one table of round trips: give no more than one")
	}
	value, err := plain(arguments[0])
	if err != nil {
		return nil, err
	}
	return withRoundTrips(facts.RoundTrips, "round_trips_ms", value)
}

// report makes the argument at this position the cause of an error. The result
// of what is not known yet is left as it is: unknown.
func report(resp *function.RunResponse, position int64, err error) {
	if !errors.Is(err, errUnknown) {
		resp.Error = function.NewArgumentFuncError(position, strings.TrimSuffix(err.Error(), ".")+".")
	}
}

// wholeMilliseconds is a latency's value, null where it is not known or where
// the thing cannot happen.
func wholeMilliseconds(latency topology.Latency) types.Int64 {
	exact, known := latency.Exact()
	if !known {
		return types.Int64Null()
	}
	return types.Int64Value(int64(math.Round(exact)))
}

// regionNames are the elements of a list or set of regions.
func regionNames(elements []attr.Value) ([]string, error) {
	var names []string
	for _, element := range elements {
		value, err := plain(element)
		if err != nil {
			return nil, err
		}
		name, isText := value.(string)
		if !isText || name == "" {
			return nil, errors.New("a region has no name: it is null or empty")
		}
		names = append(names, name)
	}
	return names, nil
}
