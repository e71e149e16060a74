package spannertopology

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// model is the data source's configuration or state. What is answered has
// plain types: it is known, or null.
type model struct {
	BaseConfig       types.String `tfsdk:"base_config"`
	InstanceConfig   types.String `tfsdk:"instance_config"`
	Instance         types.String `tfsdk:"instance"`
	Project          types.String `tfsdk:"project"`
	Configuration    types.Object `tfsdk:"configuration"`
	Replicas         types.List   `tfsdk:"replicas"`
	Leader           types.String `tfsdk:"leader"`
	ReadLeaseRegions types.List   `tfsdk:"read_lease_regions"`
	Regions          types.Set    `tfsdk:"regions"`
	Edition          types.String `tfsdk:"edition"`
	RoundTripsMS     types.Map    `tfsdk:"round_trips_ms"`

	Name                          *string                   `tfsdk:"name"`
	LeaderOptions                 []string                  `tfsdk:"leader_options"`
	LeaderOrder                   []string                  `tfsdk:"leader_order"`
	MultiRegion                   *bool                     `tfsdk:"multi_region"`
	ResourceLocation              *string                   `tfsdk:"resource_location"`
	ReplicasAll                   []replicasModel           `tfsdk:"replicas_all"`
	OptionalReplicas              []additionModel           `tfsdk:"optional_replicas"`
	VotingRegions                 []string                  `tfsdk:"voting_regions"`
	CMEKRegions                   []string                  `tfsdk:"cmek_regions"`
	CPUHighPriorityCeilingPercent *int64                    `tfsdk:"cpu_high_priority_ceiling_percent"`
	CPUTotalCeilingPercent        *int64                    `tfsdk:"cpu_total_ceiling_percent"`
	SLAPercent                    *float64                  `tfsdk:"sla_percent"`
	QuorumMS                      *int64                    `tfsdk:"quorum_ms"`
	QuorumAtLeastMS               *int64                    `tfsdk:"quorum_at_least_ms"`
	QuorumAtMostMS                *int64                    `tfsdk:"quorum_at_most_ms"`
	RegionFloors                  map[string]floorsModel    `tfsdk:"region_floors"`
	Survivors                     map[string]survivorsModel `tfsdk:"survivors"`
	Best                          *bestModel                `tfsdk:"best"`
	Problems                      []string                  `tfsdk:"problems"`
	AsOf                          *string                   `tfsdk:"as_of"`
	Sources                       []string                  `tfsdk:"sources"`
}

// The arguments that topology does not name.
const (
	argumentInstance       = "instance"
	argumentInstanceConfig = "instance_config"
	argumentConfiguration  = "configuration"
	argumentRegions        = "regions"
	argumentRoundTrips     = "round_trips_ms"
)

// choice is what the arguments ask for. Arguments that are unknown, or hold
// something unknown, count as left out and are named in unknown.
func (m *model) choice() (choice topology.Choice, unknown []string, diags diag.Diagnostics) {
	note := func(name string, value attr.Value) bool {
		if value.IsUnknown() {
			unknown = append(unknown, name)
			return false
		}
		return !value.IsNull()
	}
	if note(topology.ArgumentBaseConfig, m.BaseConfig) {
		choice.BaseConfig = m.BaseConfig.ValueString()
	}
	if note(topology.ArgumentLeader, m.Leader) {
		choice.Leader = m.Leader.ValueString()
	}
	if note(topology.ArgumentEdition, m.Edition) {
		choice.Edition = topology.Edition(m.Edition.ValueString())
		if !slices.Contains(topology.Editions(), choice.Edition) {
			diags.AddAttributeError(path.Root(topology.ArgumentEdition), "There is no such edition",
				fmt.Sprintf("%q is none of STANDARD, ENTERPRISE and ENTERPRISE_PLUS.", m.Edition.ValueString()))
			choice.Edition = ""
		}
	}
	if note(topology.ArgumentReplicas, m.Replicas) {
		replicas, known, problems := additionsIn(path.Root(topology.ArgumentReplicas), m.Replicas)
		diags.Append(problems...)
		if known {
			choice.Replicas = replicas
		} else {
			unknown = append(unknown, topology.ArgumentReplicas)
		}
	}
	if note(topology.ArgumentReadLeaseRegions, m.ReadLeaseRegions) {
		regions, known, problems := texts(path.Root(topology.ArgumentReadLeaseRegions), m.ReadLeaseRegions.Elements())
		diags.Append(problems...)
		if known {
			choice.ReadLeaseRegions = regions
		} else {
			unknown = append(unknown, topology.ArgumentReadLeaseRegions)
		}
	}
	return choice, unknown, diags
}

// texts are the elements of a list or set, all of which must be something.
func texts(at path.Path, elements []attr.Value) (all []string, known bool, diags diag.Diagnostics) {
	for i, element := range elements {
		text, isText := element.(types.String)
		switch {
		case element.IsUnknown():
			return nil, false, diags
		case element.IsNull() || !isText || text.ValueString() == "":
			diags.AddAttributeError(at, "A region has no name", fmt.Sprintf("Element %d is null or empty. Name a region, such as us-east1, or leave it out.", i))
		default:
			all = append(all, text.ValueString())
		}
	}
	return all, true, diags
}

// roundTrips is the table with the argument's figures in it, or the published
// one while some of them are not known yet.
func (m *model) roundTrips(published *topology.RoundTrips) (merged *topology.RoundTrips, known bool, diags diag.Diagnostics) {
	at := path.Root(argumentRoundTrips)
	if m.RoundTripsMS.IsUnknown() {
		return published, false, diags
	}
	overrides := map[string]map[string]float64{}
	for from, element := range m.RoundTripsMS.Elements() {
		row, isMap := element.(types.Map)
		if element.IsUnknown() {
			return published, false, diags
		}
		if !isMap || element.IsNull() {
			diags.AddAttributeError(at.AtMapKey(from), "A row of round trips is null", "Give the round trips from "+from+", or leave it out.")
			continue
		}
		overrides[from] = map[string]float64{}
		for to, cell := range row.Elements() {
			number, isNumber := cell.(types.Float64)
			if cell.IsUnknown() {
				return published, false, diags
			}
			if !isNumber || cell.IsNull() {
				diags.AddAttributeError(at.AtMapKey(from).AtMapKey(to), "A round trip is null", "Give milliseconds, or leave it out.")
				continue
			}
			overrides[from][to] = number.ValueFloat64()
		}
	}
	merged, err := published.With(overrides)
	if err != nil {
		diags.AddAttributeError(at, "The round trips cannot be used", err.Error()+".")
		return published, false, diags
	}
	return merged, true, diags
}

// subjects are the arguments that say what the answer is about.
func (m *model) subjects() map[string]attr.Value {
	return map[string]attr.Value{
		topology.ArgumentBaseConfig: m.BaseConfig,
		argumentInstance:            m.Instance,
		argumentInstanceConfig:      m.InstanceConfig,
	}
}

// needsSubject are the arguments that mean nothing without a subject.
func (m *model) needsSubject() map[string]attr.Value {
	return map[string]attr.Value{
		topology.ArgumentReplicas:         m.Replicas,
		topology.ArgumentLeader:           m.Leader,
		topology.ArgumentReadLeaseRegions: m.ReadLeaseRegions,
		topology.ArgumentEdition:          m.Edition,
		argumentConfiguration:             m.Configuration,
	}
}
