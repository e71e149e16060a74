package ledgerregion

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
)

// Values of state.
const (
	stateJoining  = "JOINING"
	stateActive   = "ACTIVE"
	stateDraining = "DRAINING"
	stateDrained  = "DRAINED"
	// stateLeft stands only in the registry's history.
	stateLeft = "LEFT"
)

// Values of registry_status.
const (
	registryCurrent = "CURRENT"
	registryStale   = "STALE"
)

const (
	defaultMinHealthyPercent    = 70
	defaultStableSeconds        = 30
	defaultHealthTimeoutSeconds = 600
	defaultRampHoldSeconds      = 60
	defaultHoldSeconds          = 30
	defaultSettleSeconds        = 60
	// defaultJoinTimeout is that of creates and updates: with all defaults a ramp
	// can wait for half an hour.
	defaultJoinTimeout  = 60 * time.Minute
	defaultLeaveTimeout = 30 * time.Minute
)

// model is the resource as Terraform holds it.
type model struct {
	ID                  types.String   `tfsdk:"id"`
	LedgerID            types.String   `tfsdk:"ledger_id"`
	Region              types.String   `tfsdk:"region"`
	Project             types.String   `tfsdk:"project"`
	NEGName             types.String   `tfsdk:"neg_name"`
	BackendServices     types.Map      `tfsdk:"backend_services"`
	CapacityPercent     types.Int64    `tfsdk:"capacity_percent"`
	Ramp                types.Object   `tfsdk:"ramp"`
	Health              types.Object   `tfsdk:"health"`
	Drain               types.Object   `tfsdk:"drain"`
	MinRemainingRegions types.Int64    `tfsdk:"min_remaining_regions"`
	Zones               types.Set      `tfsdk:"zones"`
	MinZones            types.Int64    `tfsdk:"min_zones"`
	AdoptExisting       types.Bool     `tfsdk:"adopt_existing"`
	OnDestroy           types.String   `tfsdk:"on_destroy"`
	Registry            types.Object   `tfsdk:"registry"`
	ChangeReason        types.String   `tfsdk:"change_reason"`
	Spanner             types.Object   `tfsdk:"spanner"`
	Timeouts            timeouts.Value `tfsdk:"timeouts"`
	State               types.String   `tfsdk:"state"`
	JoinedAt            types.String   `tfsdk:"joined_at"`
	ZonesAttached       types.Set      `tfsdk:"zones_attached"`
	RegistryStatus      types.String   `tfsdk:"registry_status"`
	promises
}

type serviceModel struct {
	Name               types.String  `tfsdk:"name"`
	MaxRatePerEndpoint types.Float64 `tfsdk:"max_rate_per_endpoint"`
	Preference         types.String  `tfsdk:"preference"`
	Guard              types.Bool    `tfsdk:"guard"`
	FollowCapacity     types.Bool    `tfsdk:"follow_capacity"`
}

type rampModel struct {
	Steps       types.List  `tfsdk:"steps"`
	HoldSeconds types.Int64 `tfsdk:"hold_seconds"`
}

type healthModel struct {
	MinHealthyPercent types.Int64 `tfsdk:"min_healthy_percent"`
	StableSeconds     types.Int64 `tfsdk:"stable_seconds"`
	TimeoutSeconds    types.Int64 `tfsdk:"timeout_seconds"`
}

type drainModel struct {
	Steps         types.List  `tfsdk:"steps"`
	HoldSeconds   types.Int64 `tfsdk:"hold_seconds"`
	SettleSeconds types.Int64 `tfsdk:"settle_seconds"`
}

type registryModel struct {
	Database     types.String `tfsdk:"database"`
	Table        types.String `tfsdk:"table"`
	HistoryTable types.String `tfsdk:"history_table"`
	OnError      types.String `tfsdk:"on_error"`
}

func serviceType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"name": types.StringType, "max_rate_per_endpoint": types.Float64Type, "preference": types.StringType,
		"guard": types.BoolType, "follow_capacity": types.BoolType,
	}}
}

func healthTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"min_healthy_percent": types.Int64Type, "stable_seconds": types.Int64Type, "timeout_seconds": types.Int64Type,
	}
}

func rampTypes() map[string]attr.Type {
	return map[string]attr.Type{"steps": types.ListType{ElemType: types.Int64Type}, "hold_seconds": types.Int64Type}
}

func drainTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"steps": types.ListType{ElemType: types.Int64Type}, "hold_seconds": types.Int64Type, "settle_seconds": types.Int64Type,
	}
}

func defaultHealth() types.Object {
	return types.ObjectValueMust(healthTypes(), map[string]attr.Value{
		"min_healthy_percent": types.Int64Value(defaultMinHealthyPercent),
		"stable_seconds":      types.Int64Value(defaultStableSeconds),
		"timeout_seconds":     types.Int64Value(defaultHealthTimeoutSeconds),
	})
}

func defaultRampSteps() types.List {
	return types.ListValueMust(types.Int64Type, []attr.Value{types.Int64Value(10), types.Int64Value(50)})
}

func defaultRamp() types.Object {
	return types.ObjectValueMust(rampTypes(), map[string]attr.Value{
		"steps":        defaultRampSteps(),
		"hold_seconds": types.Int64Value(defaultRampHoldSeconds),
	})
}

func defaultDrainSteps() types.List {
	return types.ListValueMust(types.Int64Type, []attr.Value{types.Int64Value(50), types.Int64Value(10)})
}

func defaultDrain() types.Object {
	return types.ObjectValueMust(drainTypes(), map[string]attr.Value{
		"steps":          defaultDrainSteps(),
		"hold_seconds":   types.Int64Value(defaultHoldSeconds),
		"settle_seconds": types.Int64Value(defaultSettleSeconds),
	})
}

// abandoned says that the region stays as it is when the resource goes.
func (m model) abandoned() bool { return m.OnDestroy.ValueString() == onDestroyAbandon }

// abandonment says what a destroy leaves behind then.
func (m model) abandonment() diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("on_destroy"), "The region stays in the load balancer",
		fmt.Sprintf("As on_destroy = %q says, the backends of %s and its row in the region table stay as they are, and are no longer managed here. "+
			"To manage the region again, import %s/%s.", onDestroyAbandon, m.owner(), m.Project.ValueString(), m.owner()))
}

// owner is the region that the model describes.
func (m model) owner() owner {
	return owner{ledger: m.LedgerID.ValueString(), region: m.Region.ValueString()}
}

// spec turns a model whose arguments are all known into a spec.
func (m model) spec(ctx context.Context) (spec, diag.Diagnostics) {
	var diags diag.Diagnostics
	s := spec{
		owner:        m.owner(),
		project:      m.Project.ValueString(),
		neg:          m.NEGName.ValueString(),
		percent:      int(m.CapacityPercent.ValueInt64()),
		minZones:     int(m.MinZones.ValueInt64()),
		minRemaining: int(m.MinRemainingRegions.ValueInt64()),
		adopt:        m.AdoptExisting.ValueBool(),
		hurries:      m.OnDestroy.ValueString() == onDestroyDetach,
	}
	services, d := m.services(ctx)
	diags.Append(d...)
	for class, one := range services {
		s.services = append(s.services, service{
			class: class, name: one.Name.ValueString(),
			rate: one.MaxRatePerEndpoint.ValueFloat64(), preference: one.Preference.ValueString(),
			guarded: one.Guard.ValueBool(), follows: one.FollowCapacity.ValueBool(),
		})
	}
	// One fixed order for all regions, so that of two that leave at the same
	// time one loses at the first service, before it has left any other.
	slices.SortFunc(s.services, func(a, b service) int { return cmp.Compare(a.name, b.name) })
	if !m.Zones.IsNull() {
		diags.Append(m.Zones.ElementsAs(ctx, &s.zones, false)...)
		slices.Sort(s.zones)
	}
	var h healthModel
	diags.Append(m.Health.As(ctx, &h, basetypes.ObjectAsOptions{})...)
	s.health = health{
		minPercent: int(h.MinHealthyPercent.ValueInt64()),
		stable:     seconds(h.StableSeconds),
		timeout:    seconds(h.TimeoutSeconds),
	}
	var up rampModel
	diags.Append(m.Ramp.As(ctx, &up, basetypes.ObjectAsOptions{})...)
	s.ramp.hold = seconds(up.HoldSeconds)
	diags.Append(up.Steps.ElementsAs(ctx, &s.ramp.steps, false)...)
	var d2 drainModel
	diags.Append(m.Drain.As(ctx, &d2, basetypes.ObjectAsOptions{})...)
	s.drain = drain{hold: seconds(d2.HoldSeconds), settle: seconds(d2.SettleSeconds)}
	diags.Append(d2.Steps.ElementsAs(ctx, &s.drain.steps, false)...)
	return s, diags
}

// services are the backend services by class. One that is unknown as a whole has
// unknown attributes.
func (m model) services(ctx context.Context) (map[string]serviceModel, diag.Diagnostics) {
	var diags diag.Diagnostics
	services := map[string]serviceModel{}
	for class, element := range m.BackendServices.Elements() {
		one := serviceModel{Name: types.StringUnknown(), MaxRatePerEndpoint: types.Float64Unknown(), Preference: types.StringUnknown(),
			Guard: types.BoolUnknown(), FollowCapacity: types.BoolUnknown()}
		switch object, ok := element.(types.Object); {
		case !ok || object.IsUnknown():
		case object.IsNull():
			one = serviceModel{}
		default:
			diags.Append(object.As(ctx, &one, basetypes.ObjectAsOptions{})...)
		}
		services[class] = one
	}
	return services, diags
}

// attached are the zones of zones_attached; nil when unknown or null.
func (m model) attached(ctx context.Context) ([]string, diag.Diagnostics) {
	if m.ZonesAttached.IsNull() || m.ZonesAttached.IsUnknown() {
		return nil, nil
	}
	var zones []string
	diags := m.ZonesAttached.ElementsAs(ctx, &zones, false)
	slices.Sort(zones)
	return zones, diags
}

// table is where the registry keeps the region, and what to do on its errors.
type table struct {
	database string
	tables   registry.Tables
	fail     bool
}

// registryTable is the region table, or nil when none is configured.
func (m model) registryTable(ctx context.Context) (*table, diag.Diagnostics) {
	if m.Registry.IsNull() {
		return nil, nil
	}
	var r registryModel
	diags := m.Registry.As(ctx, &r, basetypes.ObjectAsOptions{})
	return &table{
		database: databasePath(m.Project.ValueString(), r.Database.ValueString()),
		tables:   registry.Tables{Regions: r.Table.ValueString(), History: r.HistoryTable.ValueString()},
		fail:     r.OnError.ValueString() == onErrorFail,
	}, diags
}

// databasePath is a database's full path; its short form is instance/name.
func databasePath(project, database string) string {
	if instance, name, short := strings.Cut(database, "/"); short && !strings.HasPrefix(database, "projects/") {
		return fmt.Sprintf("projects/%s/instances/%s/databases/%s", project, instance, name)
	}
	return database
}

// registryStatus is the registry_status of a region whose row was written or not.
func (m model) registryStatus(written bool) types.String {
	switch {
	case m.Registry.IsNull():
		return types.StringNull()
	case written:
		return types.StringValue(registryCurrent)
	default:
		return types.StringValue(registryStale)
	}
}

func seconds(n types.Int64) time.Duration { return time.Duration(n.ValueInt64()) * time.Second }

// zoneSet is a set of zones as Terraform holds it.
func zoneSet(zones []string) types.Set {
	values := make([]attr.Value, 0, len(zones))
	for _, z := range zones {
		values = append(values, types.StringValue(z))
	}
	return types.SetValueMust(types.StringType, values)
}

// steady is the state of a finished apply at a capacity.
func steady(percent int64) string {
	if percent == 0 {
		return stateDrained
	}
	return stateActive
}
