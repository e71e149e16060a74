package ledgerregion

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
)

// Values of registry.on_error.
const (
	onErrorWarn = "warn"
	onErrorFail = "fail"
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
			"registry": registrySchema(),
			"timeouts": timeoutsAttribute(ctx),
			"state": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "What applies have made of the region: `ACTIVE`, `DRAINED`, or `JOINING` after a first apply that failed and could not be taken back, or `DRAINING` after a drain that did not finish. " +
					"It does not follow health.",
			},
			"zones_attached": schema.SetAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "The zones whose network endpoint groups are attached to every backend service of the region.",
			},
			"registry_status": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "`CURRENT`, or `STALE` when the last apply could not write the region table; the next plan then writes it. " +
					"Null without `registry`.",
			},
		},
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Update: true, Delete: true,
		CreateDescription: "How long joining may take, such as `45m`. Default `30m`.",
		UpdateDescription: "How long a change may take. Default `30m`.",
		DeleteDescription: "How long draining and detaching may take. Default `30m`.",
	})
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "Limits of an apply as a whole, the waits for health and for draining included."
	return nested
}

func backendServicesSchema() schema.Attribute {
	return schema.MapNestedAttribute{
		Required: true,
		MarkdownDescription: "The backend services that the region joins, by class of traffic, such as `write`, `read` or `webhook`. " +
			"All must be global with the scheme `EXTERNAL_MANAGED`.",
		Validators: []validator.Map{
			mapvalidator.SizeAtLeast(1),
			mapvalidator.KeysAre(stringvalidator.RegexMatches(classPattern, "must be 1 to 31 lower-case letters, digits, hyphens and underscores and begin with a letter")),
		},
		NestedObject: schema.NestedAttributeObject{
			Attributes: map[string]schema.Attribute{
				// Both are required, by ValidateConfig: the framework would miss them
				// in an object that is unknown as a whole.
				"name": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Required. The name of the backend service: `google_compute_backend_service.….name`.",
					Validators: []validator.String{stringvalidator.RegexMatches(resourcePattern,
						"must be the name of a backend service, not its id or self link")},
				},
				"max_rate_per_endpoint": schema.Float64Attribute{
					Optional:            true,
					MarkdownDescription: "Required. Requests per second that one endpoint takes, above 0.",
					Validators:          []validator.Float64{aboveZero{}},
				},
				"preference": schema.StringAttribute{
					Optional:            true,
					Computed:            true,
					Default:             stringdefault.StaticString(preferenceDefault),
					MarkdownDescription: "`DEFAULT`, or `PREFERRED` to fill the region's backends before those of others.",
					Validators:          []validator.String{stringvalidator.OneOf(preferenceDefault, preferencePreferred)},
				},
			},
		},
	}
}

func healthSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		Computed:            true,
		Default:             objectdefault.StaticValue(defaultHealth()),
		MarkdownDescription: "The gate after joining and after every increase. When it is not met in time, the change is taken back.",
		Attributes: map[string]schema.Attribute{
			"min_healthy_percent": schema.Int64Attribute{
				Optional: true, Computed: true, Default: int64default.StaticInt64(defaultMinHealthyPercent),
				MarkdownDescription: "Share of the region's endpoints that must be healthy in each backend service, 1 to 100. Default 70.",
				Validators:          []validator.Int64{int64validator.Between(1, 100)},
			},
			"stable_seconds": schema.Int64Attribute{
				Optional: true, Computed: true, Default: int64default.StaticInt64(defaultStableSeconds),
				MarkdownDescription: "How long they must stay so. Default 30.",
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"timeout_seconds": schema.Int64Attribute{
				Optional: true, Computed: true, Default: int64default.StaticInt64(defaultHealthTimeoutSeconds),
				MarkdownDescription: "How long the region has to become healthy. Default 600.",
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
		},
	}
}

func drainSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		Computed:            true,
		Default:             objectdefault.StaticValue(defaultDrain()),
		MarkdownDescription: "The way down to 0, and out at destroy.",
		Attributes: map[string]schema.Attribute{
			"steps": schema.ListAttribute{
				Optional: true, Computed: true, ElementType: types.Int64Type,
				Default:             listdefault.StaticValue(defaultSteps()),
				MarkdownDescription: "Capacities in percent on the way down, each from 10 to 99 and lower than the one before. Default `[50, 10]`; `[]` goes down at once.",
				Validators: []validator.List{
					listvalidator.ValueInt64sAre(int64validator.Between(10, 99)),
					falling{},
				},
			},
			"hold_seconds": schema.Int64Attribute{
				Optional: true, Computed: true, Default: int64default.StaticInt64(defaultHoldSeconds),
				MarkdownDescription: "How long to stay at each step. Default 30.",
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"settle_seconds": schema.Int64Attribute{
				Optional: true, Computed: true, Default: int64default.StaticInt64(defaultSettleSeconds),
				MarkdownDescription: "How long to wait after detaching, for requests in flight. Not below the backend services' `connection_draining_timeout_sec`. Default 60.",
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
		},
	}
}

func registrySchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "The ledger's region table in Spanner, which its services read. It is written after the load balancer has changed. " +
			"The load balancer remains the truth: with `on_error = \"warn\"` a region can be drained while Spanner is down.",
		Attributes: map[string]schema.Attribute{
			"database": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "`google_spanner_database.….id`, that is `instance/name` in the resource's project, or `projects/…/instances/…/databases/…`.",
				Validators: []validator.String{stringvalidator.RegexMatches(databasePattern,
					"must be instance/name or projects/P/instances/I/databases/D")},
			},
			"table": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(registry.DefaultTable),
				MarkdownDescription: "The region table. Default `" + registry.DefaultTable + "`.",
				Validators:          []validator.String{stringvalidator.RegexMatches(tablePattern, "must be the name of a table")},
			},
			"history_table": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(registry.DefaultHistoryTable),
				MarkdownDescription: "The table that gets a line for each change. Default `" + registry.DefaultHistoryTable + "`.",
				Validators:          []validator.String{stringvalidator.RegexMatches(tablePattern, "must be the name of a table")},
			},
			"on_error": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(onErrorWarn),
				MarkdownDescription: "`warn` (default) or `fail`, when the table cannot be written.",
				Validators:          []validator.String{stringvalidator.OneOf(onErrorWarn, onErrorFail)},
			},
		},
	}
}
