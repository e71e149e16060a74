package spannertopology

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// descriptionModel is the argument configuration.
type descriptionModel struct {
	Name             types.String `tfsdk:"name"`
	ResourceLocation types.String `tfsdk:"resource_location"`
	DefaultLeader    types.String `tfsdk:"default_leader"`
	Replicas         types.List   `tfsdk:"replicas"`
	OptionalReplicas types.List   `tfsdk:"optional_replicas"`
}

// catalogue is the published one with the argument configuration in it; known
// is false while a part of the argument is unknown.
func (m *model) catalogue(ctx context.Context, published *topology.Configurations) (merged *topology.Configurations, known bool, diags diag.Diagnostics) {
	if m.Configuration.IsNull() || m.Configuration.IsUnknown() {
		return published, !m.Configuration.IsUnknown(), diags
	}
	at := path.Root(argumentConfiguration)
	var given descriptionModel
	diags.Append(m.Configuration.As(ctx, &given, basetypes.ObjectAsOptions{})...)
	replicas, replicasKnown, problems := replicasIn(at.AtName(topology.ArgumentReplicas), given.Replicas)
	diags.Append(problems...)
	optional, optionalKnown, problems := additionsIn(at.AtName(topology.ArgumentOptionalReplicas), given.OptionalReplicas)
	diags.Append(problems...)
	name := given.Name.ValueString()
	if base := m.BaseConfig.ValueString(); name != "" && base != "" && topology.BaseName(name) != topology.BaseName(base) {
		diags.AddAttributeError(at.AtName(topology.ArgumentName), "Another configuration is described",
			fmt.Sprintf("%s is described, and base_config names %s. Describe the configuration that base_config names, or leave configuration out.", name, base))
	}
	unknown := given.Name.IsUnknown() || given.ResourceLocation.IsUnknown() || given.DefaultLeader.IsUnknown() || !replicasKnown || !optionalKnown
	if unknown || diags.HasError() {
		return published, !unknown, diags
	}
	merged, refusals := published.Described(topology.Description{
		Name: name, ResourceLocation: given.ResourceLocation.ValueString(), DefaultLeader: given.DefaultLeader.ValueString(), Replicas: replicas, Optional: optional,
	})
	for _, refusal := range refusals {
		diags.AddAttributeError(attributeOf(at, refusal), refusal.Summary, refusal.Detail)
	}
	return merged, true, diags
}

// additionsIn are the replicas of a list without types, read-only ones; known
// is false if part of them is not known yet.
func additionsIn(at path.Path, list types.List) (all []topology.Addition, known bool, diags diag.Diagnostics) {
	replicas, known, diags := replicasIn(at, list)
	for _, r := range replicas {
		all = append(all, topology.Addition{Location: r.Location, Count: r.Count})
	}
	return all, known, diags
}

// replicasIn are the replicas of a list; known is false if part of them is not
// known yet.
func replicasIn(at path.Path, list types.List) (all []topology.Replicas, known bool, diags diag.Diagnostics) {
	if list.IsUnknown() {
		return nil, false, diags
	}
	for i, element := range list.Elements() {
		object, isObject := element.(types.Object)
		if element.IsUnknown() {
			return nil, false, diags
		}
		if !isObject || element.IsNull() {
			diags.AddAttributeError(at.AtListIndex(i), "A replica is null", "Give its location, or leave it out.")
			continue
		}
		for _, part := range object.Attributes() {
			if part.IsUnknown() {
				return nil, false, diags
			}
		}
		location, _ := object.Attributes()["location"].(types.String)
		kind, _ := object.Attributes()["type"].(types.String)
		count, _ := object.Attributes()["count"].(types.Int64)
		if location.ValueString() == "" {
			diags.AddAttributeError(at.AtListIndex(i).AtName("location"), "A replica has no location", "Name the region that it stands in, such as europe-west1.")
			continue
		}
		replicas := topology.Replicas{Location: location.ValueString(), Type: topology.Role(kind.ValueString()), Count: 1}
		if !count.IsNull() {
			replicas.Count = int(count.ValueInt64())
		}
		all = append(all, replicas)
	}
	return all, true, diags
}
