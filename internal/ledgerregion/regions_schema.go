package ledgerregion

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
)

func regionsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "All regions of a ledger as they are now, in the load balancer and in the region table: capacity, health, endpoints, and where the two differ. " +
			"What changes by itself is here and not in `proveniq_ledger_region`, whose plans stay quiet: a plan that shows these values is different each time.",
		Attributes: map[string]schema.Attribute{
			"ledger_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The ledger.",
				Validators: []validator.String{stringvalidator.RegexMatches(ledgerPattern,
					"must be 2 to 31 lower-case letters, digits and hyphens and begin with a letter")},
			},
			"project": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "The project of the backend services and network endpoint groups. Default: the provider's.",
				Validators:          []validator.String{stringvalidator.RegexMatches(projectPattern, "must be a project id")},
			},
			"min_healthy_percent": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Share of the endpoints below which a region is `DEGRADED`, 1 to 100. Default 70.",
				Validators:          []validator.Int64{int64validator.Between(1, 100)},
			},
			"registry": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The ledger's region table, to compare with. One that does not answer is a warning.",
				Attributes: map[string]schema.Attribute{
					"database": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "`google_spanner_database.….id`, that is `instance/name` in the same project, or `projects/…/instances/…/databases/…`.",
						Validators: []validator.String{stringvalidator.RegexMatches(databasePattern,
							"must be instance/name or projects/P/instances/I/databases/D")},
					},
					"table": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "The region table. Default `" + registry.DefaultTable + "`.",
						Validators:          []validator.String{stringvalidator.RegexMatches(tablePattern, "must be the name of a table")},
					},
				},
			},
			"registry_read": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the region table was read. False without `registry`, and when it did not answer.",
			},
			"unreachable_zones": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Zones that did not answer, sorted: their endpoints are not counted.",
			},
			"regions": schema.MapNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The regions by name: those that have a backend with the ledger's mark, and those that the region table has.",
				NestedObject:        schema.NestedAttributeObject{Attributes: sightSchema()},
			},
		},
	}
}

func sightSchema() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	texts := func(description string) schema.Attribute {
		return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"state": text("`ACTIVE`, `DEGRADED` (fewer healthy endpoints than `min_healthy_percent`), `DRAINED` (capacity 0), " +
			"`UNKNOWN` (the load balancer reports on no endpoint in one of the services), or `ABSENT` (in the region table alone)."),
		"capacity_percent":       number("The capacity in percent, 0 to 100: the lowest of the region's backends."),
		"zones_attached":         texts("The zones that have a backend, sorted."),
		"zones_pending":          texts("The zones that have a group of the same name which is attached nowhere, sorted: the next apply attaches them."),
		"endpoint_count":         number("How many endpoints the attached groups hold."),
		"healthy_endpoint_count": number("How many endpoints are healthy in the service in which the region is least healthy. Null when not known."),
		"healthy_percent":        number("Their share of the endpoints reported on, 0 to 100, rounded down. Null when not known."),
		"peers":                  texts("The ledger's other regions that take traffic and have a healthy endpoint, sorted."),
		"differences":            texts("Where the region table has the region otherwise than the load balancer, in words. Empty when both agree, and when the table was not read."),
		"backends": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The region's backends, by class and zone.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"class":            text("The class of traffic, as in `backend_services`."),
				"backend_service":  text("The name of the backend service."),
				"zone":             text("The zone."),
				"neg_name":         text("The name of the network endpoint group."),
				"capacity_percent": number("Its capacity in percent."),
				"max_rate_per_endpoint": schema.Float64Attribute{
					Computed: true, MarkdownDescription: "Requests per second that one endpoint takes.",
				},
				"preference":             text("`DEFAULT` or `PREFERRED`."),
				"endpoint_count":         number("How many endpoints the group holds. Null when its zone did not answer or the group is gone."),
				"healthy_endpoint_count": number("How many of them this service finds healthy. Null when the load balancer reports on none."),
				"capacity_rps": schema.Float64Attribute{
					Computed:            true,
					MarkdownDescription: "Requests per second that its healthy endpoints take at this capacity. Null when health is not known.",
				},
			}},
		},
		"registry": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The region's row in the region table. Null when it has none, or was not read.",
			Attributes: map[string]schema.Attribute{
				"state":            text("`ACTIVE` or `DRAINED`."),
				"capacity_percent": number("The capacity in percent."),
				"zones":            texts("The zones attached, sorted."),
				"provider_version": text("The version of the provider that wrote the row."),
				"updated_at":       text("The time of the commit, RFC 3339."),
			},
		},
	}
}
