package ledgerregion

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Values of registry.on_error.
const (
	onErrorWarn = "warn"
	onErrorFail = "fail"
)

// Values of on_destroy.
const (
	onDestroyDrain   = "drain"
	onDestroyDetach  = "detach"
	onDestroyAbandon = "abandon"
)

// Values of preference.
const (
	preferenceDefault   = "DEFAULT"
	preferencePreferred = "PREFERRED"
)

// Defaults that are used where there is no plan to hold them.
const (
	defaultCapacityPercent     = 100
	defaultMinZones            = 2
	defaultMinRemainingRegions = 1
)

var (
	ledgerPattern   = regexp.MustCompile(`^[a-z][-a-z0-9]{1,30}$`)
	classPattern    = regexp.MustCompile(`^[a-z][-_a-z0-9]{0,30}$`)
	regionPattern   = regexp.MustCompile(`^[a-z]+(-[a-z]+)+[0-9]+$`)
	zonePattern     = regexp.MustCompile(`^[a-z]+(-[a-z]+)+[0-9]+-[a-z]$`)
	resourcePattern = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`)
	projectPattern  = regexp.MustCompile(`^([a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]$`)
	databasePattern = regexp.MustCompile(`^(projects/[^/]+/instances/[^/]+/databases/[^/]+|[a-z][-a-z0-9]*/[A-Za-z][-_A-Za-z0-9]*)$`)
	tablePattern    = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_]{0,127}\.)?[A-Za-z][A-Za-z0-9_]{0,127}$`)
)

func regionSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A region of a ledger, as a member of the ledger's global external Application Load Balancer. " +
			"The resource finds the network endpoint groups that GKE made for the region, attaches them to the backend services, " +
			"waits for health, and on the way out drains before it detaches. It owns the backends that carry its mark in their " +
			"description and no others; set `lifecycle { ignore_changes = [backend] }` on the `google_compute_backend_service`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`<ledger_id>/<region>`.",
			},
			"ledger_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The ledger, 2 to 31 lower-case letters, digits and hyphens. Another value replaces the resource.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators: []validator.String{stringvalidator.RegexMatches(ledgerPattern,
					"must be 2 to 31 lower-case letters, digits and hyphens and begin with a letter")},
			},
			"region": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The Google Cloud region, such as `us-east1`. Another value replaces the resource.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators:          []validator.String{stringvalidator.RegexMatches(regionPattern, "must be a Google Cloud region, such as us-east1")},
			},
			"project": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "The project of the backend services and network endpoint groups. Default: the provider's. Another value replaces the resource.",
				Validators:          []validator.String{stringvalidator.RegexMatches(projectPattern, "must be a project id")},
			},
			"neg_name": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The name of the zonal network endpoint groups, as in the annotation `cloud.google.com/neg` of the Kubernetes Service. " +
					"The groups of a new name are attached before those of the old one leave.",
				Validators: []validator.String{stringvalidator.RegexMatches(resourcePattern,
					"must be the name of a network endpoint group: 1 to 63 lower-case letters, digits and hyphens")},
			},
			"backend_services": backendServicesSchema(),
			"capacity_percent": schema.Int64Attribute{
				Optional: true,
				Computed: true,
				Default:  int64default.StaticInt64(defaultCapacityPercent),
				MarkdownDescription: "The share of their maximum rate that the region's backends take, in percent: 0 (drained) or 10 to 100. Default 100. " +
					"It bounds the region; it is not a share of all traffic.",
				Validators: []validator.Int64{capacity{}},
			},
			"ramp":   rampSchema(),
			"health": healthSchema(),
			"drain":  drainSchema(),
			"min_remaining_regions": schema.Int64Attribute{
				Optional: true,
				Computed: true,
				Default:  int64default.StaticInt64(defaultMinRemainingRegions),
				MarkdownDescription: "How many other healthy regions must be left in each backend service when this one is drained to 0, destroyed or taken out of it. " +
					"Default 1; 0 lifts the guard. At destroy the value in state counts.",
				Validators: []validator.Int64{int64validator.AtLeast(0)},
			},
			"zones": schema.SetAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "The zones to attach. Default: every zone of the region that has a network endpoint group; a zone that appears later is planned as an update.",
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(stringvalidator.RegexMatches(zonePattern, "must be a zone, such as us-east1-b")),
				},
			},
			"min_zones": schema.Int64Attribute{
				Optional:            true,
				Computed:            true,
				Default:             int64default.StaticInt64(defaultMinZones),
				MarkdownDescription: "In how many zones the region must have healthy endpoints to count as ready. Default 2.",
				Validators:          []validator.Int64{int64validator.Between(1, 10)},
			},
			"adopt_existing": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Take over backends that stand on the region's groups with another description than its mark, or none, " +
					"such as those of another tool. Default false: they are an error. Backends with the region's own mark are taken over in any case.",
			},
			"on_destroy": schema.StringAttribute{
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(onDestroyDrain),
				MarkdownDescription: "How the region goes when the resource is destroyed or replaced; the value in state counts. `drain` (default): down the steps of `drain`, out, and time to settle. " +
					"`detach`: out at once, for a region that serves nobody any more; requests in flight have the services' own draining timeout. " +
					"`abandon`: the load balancer and the region table stay as they are, and nobody asks whether it is the last region, as when another state takes the region over by an import. " +
					"With `create_before_destroy` a replacement of the same region takes over the backends, and nothing leaves.",
				Validators: []validator.String{stringvalidator.OneOf(onDestroyDrain, onDestroyDetach, onDestroyAbandon)},
			},
			"registry": registrySchema(),
			"change_reason": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Why the region changes, for the history of the region table, such as a ticket. " +
					"It stands with every change made while it is set; setting it changes nothing else.",
				Validators: []validator.String{stringvalidator.LengthBetween(1, 500)},
			},
			"spanner":  spannerSchema(),
			"timeouts": timeoutsAttribute(ctx),
			"state": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "What applies have made of the region: `ACTIVE`, `DRAINED`, or `JOINING` after a first apply that failed and could not be taken back, or `DRAINING` after a change that did not finish, as one that was killed: backends have different capacities or zones, and the next apply makes them even. " +
					"It does not follow health.",
			},
			"joined_at": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "When the apply that joined the region was done, in UTC, such as `2026-11-27T04:00:00Z`. Null after an import, and until a first join succeeds.",
			},
			"zones_attached": schema.SetAttribute{
				Computed:    true,
				ElementType: types.StringType,
				MarkdownDescription: "The zones whose network endpoint groups are attached to every backend service of the region. Known at the first plan where every zone of the region has a group; an apply attaches what its plan shows, or fails. " +
					"Where a zone of a known plan does not answer at the moment of a first apply, Terraform calls that an inconsistent final plan: plan and apply again.",
			},
			"registry_status": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "`CURRENT`, or `STALE` when the last apply could not write the region table, or when its row is missing or says otherwise; the next plan then writes it. " +
					"Null without `registry`.",
			},
			"spanner_role": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "What the Spanner instance has in this region: `READ_WRITE`, `READ_ONLY`, `WITNESS` (votes, serves nothing) or `NONE`. " +
					"Null without `spanner`.",
			},
			"spanner_leader_region": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The region whose replica decides on writes. Null without `spanner`.",
			},
			"nearest_read_region": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The region whose replica serves stale reads to this one. Null without `spanner`, or where no round trip is known.",
			},
			"commit_floor_ms":      floorAttribute("a blind write, from this region's pods: the way to the leader and its quorum"),
			"rw_txn_floor_ms":      floorAttribute("a read-write transaction: twice the way to the leader, and its quorum"),
			"strong_read_floor_ms": floorAttribute("a strong read: the way to the leader"),
			"stale_read_floor_ms":  floorAttribute("a stale read, 15 seconds old or more: the way to the nearest replica"),
		},
	}
}

// floorAttribute is a number of milliseconds that the speed of light sets.
func floorAttribute(what string) schema.Attribute {
	return schema.Int64Attribute{
		Computed:            true,
		MarkdownDescription: "The least milliseconds of " + what + ". Null without `spanner`, or where a round trip is not known.",
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Update: true, Delete: true,
		CreateDescription: "How long joining may take, such as `90m`. Default `60m`.",
		UpdateDescription: "How long a change may take. Default `60m`.",
		DeleteDescription: "How long draining and detaching may take. Default `30m`.",
	})
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "Limits of an apply as a whole. Each must be longer than the longest that ramp, health gates and drain can wait together."
	return nested
}
