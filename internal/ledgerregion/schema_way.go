package ledgerregion

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

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
				"guard": schema.BoolAttribute{
					Optional:            true,
					Computed:            true,
					Default:             booldefault.StaticBool(true),
					MarkdownDescription: "Whether `min_remaining_regions` counts in this service. Default true. False for a service that holds this region alone, such as one for probes.",
				},
				"follow_capacity": schema.BoolAttribute{
					Optional: true,
					Computed: true,
					Default:  booldefault.StaticBool(true),
					MarkdownDescription: "Whether the service's backends take `capacity_percent`, with ramp and drain. Default true. " +
						"False keeps them at 100 % for as long as the region is attached, also while it is drained, and leaves the service last: for probes.",
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
		MarkdownDescription: "The gate after joining, after every step up, and before zones are left that serve. When it is not met in time, a first join is taken back, and a region that served before goes back to the last step that was healthy.",
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

func rampSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		Computed:            true,
		Default:             objectdefault.StaticValue(defaultRamp()),
		MarkdownDescription: "The way up when the region joins and when its capacity is raised. After each step stands the health gate.",
		Attributes: map[string]schema.Attribute{
			"steps": schema.ListAttribute{
				Optional: true, Computed: true, ElementType: types.Int64Type,
				Default:             listdefault.StaticValue(defaultRampSteps()),
				MarkdownDescription: "Capacities in percent on the way up, each from 10 to 99 and higher than the one before; those not below `capacity_percent` are left out. Default `[10, 50]`; `[]` goes up at once.",
				Validators: []validator.List{
					listvalidator.NoNullValues(),
					listvalidator.ValueInt64sAre(int64validator.Between(10, 99)),
					rising{},
				},
			},
			"hold_seconds": schema.Int64Attribute{
				Optional: true, Computed: true, Default: int64default.StaticInt64(defaultRampHoldSeconds),
				MarkdownDescription: "How long to stay at each step once it is healthy. Default 60.",
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
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
				Default:             listdefault.StaticValue(defaultDrainSteps()),
				MarkdownDescription: "Capacities in percent on the way down, each from 10 to 99 and lower than the one before. Default `[50, 10]`; `[]` goes down at once.",
				Validators: []validator.List{
					listvalidator.NoNullValues(),
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
				MarkdownDescription: "How long to wait after detaching, for requests in flight. Not below the backend services' `connection_draining_timeout_sec`, whose default in `google_compute_backend_service` is 300. Default 60.",
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
		},
	}
}
