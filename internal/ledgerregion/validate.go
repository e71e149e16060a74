package ledgerregion

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// ValidateConfig implements resource.ResourceWithValidateConfig: what arguments
// say about each other.
func (r *regionResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	validateServices(ctx, config, &resp.Diagnostics)
	validateZones(config, &resp.Diagnostics)
	validateTimeouts(ctx, config, &resp.Diagnostics)
	validateSpanner(ctx, config, &resp.Diagnostics)
}

// validateServices refuses a class without a name or a rate, and one backend
// service for two classes: a group can be a backend of a service only once.
func validateServices(ctx context.Context, config model, diags *diag.Diagnostics) {
	services, d := config.services(ctx)
	diags.Append(d...)
	taken := map[string]string{}
	for _, class := range slices.Sorted(maps.Keys(services)) {
		name, at := services[class].Name, path.Root("backend_services").AtMapKey(class)
		for argument, missing := range map[string]bool{"name": name.IsNull(), "max_rate_per_endpoint": services[class].MaxRatePerEndpoint.IsNull()} {
			if missing {
				diags.AddAttributeError(at.AtName(argument), "An argument of the backend service is missing",
					fmt.Sprintf("Class %q has no %s.", class, argument))
			}
		}
		if name.IsNull() || name.IsUnknown() {
			continue
		}
		if other, twice := taken[name.ValueString()]; twice {
			diags.AddAttributeError(at.AtName("name"),
				"Two classes name the same backend service",
				fmt.Sprintf("Classes %q and %q both name %q, but a network endpoint group can be a backend of a service only once.", other, class, name.ValueString()))
			continue
		}
		taken[name.ValueString()] = class
	}
}

func validateZones(config model, diags *diag.Diagnostics) {
	if config.Zones.IsNull() || config.Zones.IsUnknown() {
		return
	}
	known := true
	for _, element := range config.Zones.Elements() {
		zone, ok := element.(types.String)
		if !ok || zone.IsUnknown() || zone.IsNull() {
			known = false
			continue
		}
		if !config.Region.IsUnknown() && !config.Region.IsNull() && !strings.HasPrefix(zone.ValueString(), config.Region.ValueString()+"-") {
			diags.AddAttributeError(path.Root("zones").AtSetValue(zone), "The zone is not in the region",
				fmt.Sprintf("Zone %s does not belong to region %s.", zone.ValueString(), config.Region.ValueString()))
		}
	}
	needed := int64(defaultMinZones)
	if config.MinZones.IsUnknown() {
		return
	}
	if !config.MinZones.IsNull() {
		needed = config.MinZones.ValueInt64()
	}
	if n := int64(len(config.Zones.Elements())); known && n < needed {
		diags.AddAttributeError(path.Root("zones"), "Fewer zones than min_zones",
			fmt.Sprintf("%s given, but the region is ready only with healthy endpoints in %d. Name more zones, or set min_zones = %d.",
				count(int(n), "zone"), needed, n))
	}
}

// validateTimeouts refuses timeouts that the waits of an apply do not fit in.
func validateTimeouts(ctx context.Context, config model, diags *diag.Diagnostics) {
	up, upKnown := rampLength(ctx, config, diags)
	way, wayKnown := drainLength(ctx, config, diags)
	if diags.HasError() || config.Timeouts.IsUnknown() {
		return
	}
	drains := config.OnDestroy.IsNull() || config.OnDestroy.ValueString() == onDestroyDrain
	for _, one := range []struct {
		name     string
		read     func(context.Context, time.Duration) (time.Duration, diag.Diagnostics)
		fallback time.Duration
		known    bool
		needed   time.Duration
		what     string
	}{
		{"create", config.Timeouts.Create, defaultJoinTimeout, upKnown, up, "the ramp with its health gates"},
		{"update", config.Timeouts.Update, defaultJoinTimeout, upKnown && wayKnown, up + way, "the ramp with its health gates and the drain"},
		{"delete", config.Timeouts.Delete, defaultLeaveTimeout, wayKnown && drains, way, "the drain"},
	} {
		if value, ok := config.Timeouts.Attributes()[one.name]; ok && value.IsUnknown() {
			continue
		}
		limit, d := one.read(ctx, one.fallback)
		if d.HasError() || !one.known || limit > one.needed {
			continue
		}
		diags.AddAttributeError(path.Root("timeouts").AtName(one.name), "The timeout is too short for its waits",
			fmt.Sprintf("The timeout is %s, and %s can take %s by itself. Set timeouts.%s above that.",
				limit, one.what, one.needed, one.name))
	}
}

// rampLength is the longest that the way up may take: a health gate after each
// step and at the end, and the holds; unknown is not known.
func rampLength(ctx context.Context, config model, diags *diag.Diagnostics) (time.Duration, bool) {
	gate, gateKnown := gateLength(ctx, config, diags)
	if config.Ramp.IsUnknown() {
		return 0, false
	}
	up := rampModel{Steps: defaultRampSteps()}
	if !config.Ramp.IsNull() {
		diags.Append(config.Ramp.As(ctx, &up, basetypes.ObjectAsOptions{})...)
		if up.Steps.IsNull() {
			up.Steps = defaultRampSteps()
		}
	}
	hold, holdKnown := secondsOr(up.HoldSeconds, defaultRampHoldSeconds)
	steps := time.Duration(len(up.Steps.Elements()))
	return (steps+1)*gate + steps*hold, gateKnown && holdKnown && !up.Steps.IsUnknown()
}

// gateLength is the longest the health gate may take; unknown is not known.
func gateLength(ctx context.Context, config model, diags *diag.Diagnostics) (time.Duration, bool) {
	if config.Health.IsUnknown() {
		return 0, false
	}
	h := healthModel{}
	if !config.Health.IsNull() {
		diags.Append(config.Health.As(ctx, &h, basetypes.ObjectAsOptions{})...)
	}
	timeout, known := secondsOr(h.TimeoutSeconds, defaultHealthTimeoutSeconds)
	stable, stableKnown := secondsOr(h.StableSeconds, defaultStableSeconds)
	return timeout + stable, known && stableKnown
}

// drainLength is the longest a drain waits; unknown is not known.
func drainLength(ctx context.Context, config model, diags *diag.Diagnostics) (time.Duration, bool) {
	if config.Drain.IsUnknown() {
		return 0, false
	}
	d := drainModel{Steps: defaultDrainSteps()}
	if !config.Drain.IsNull() {
		diags.Append(config.Drain.As(ctx, &d, basetypes.ObjectAsOptions{})...)
		if d.Steps.IsNull() {
			d.Steps = defaultDrainSteps()
		}
	}
	hold, holdKnown := secondsOr(d.HoldSeconds, defaultHoldSeconds)
	settle, settleKnown := secondsOr(d.SettleSeconds, defaultSettleSeconds)
	return time.Duration(len(d.Steps.Elements()))*hold + settle, holdKnown && settleKnown && !d.Steps.IsUnknown()
}

// secondsOr is a number of seconds, or its default when it is null.
func secondsOr(n types.Int64, fallback int64) (time.Duration, bool) {
	if n.IsNull() {
		n = types.Int64Value(fallback)
	}
	return seconds(n), !n.IsUnknown()
}
