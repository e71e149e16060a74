package ledgerregion

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
)

func registrySchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "The ledger's region table in Spanner, which its services read. It is written after the load balancer has changed. " +
			"The load balancer remains the truth: with `on_error = \"warn\"` a region can be drained while Spanner is down. " +
			"A table that is no longer named loses the region's row.",
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

// Values of spanner.required_role.
const (
	roleReadWrite  = "READ_WRITE"
	roleReadOnly   = "READ_ONLY"
	roleAnyReplica = "ANY_REPLICA"
	roleNone       = "NONE"
)

func spannerSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "What the ledger's Spanner database promises to pods in this region. The plan shows the replica's role and the least " +
			"milliseconds of writes and reads, and refuses what cannot be kept.",
		Attributes: map[string]schema.Attribute{
			"database": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "`google_spanner_database.….id`, that is `instance/name` in the resource's project, or `projects/…/instances/…/databases/…`. " +
					"Its instance's configuration is read where `topology` is null, and compared with it otherwise; one that does not exist yet leaves the results unknown.",
				Validators: []validator.String{stringvalidator.RegexMatches(databasePattern,
					"must be instance/name or projects/P/instances/I/databases/D")},
			},
			"topology": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Where the instance has its replicas. It answers at the first plan, before any instance exists.",
				Attributes: map[string]schema.Attribute{
					"base_config": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "The instance configuration, or the one that a custom one is based on: `nam3`, `regional-us-east1`.",
						Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
					},
					"replicas": schema.ListNestedAttribute{
						Optional:            true,
						MarkdownDescription: "The read-only replicas that a custom configuration adds. Default: none.",
						NestedObject: schema.NestedAttributeObject{
							Attributes: map[string]schema.Attribute{
								"location": schema.StringAttribute{
									Required:            true,
									MarkdownDescription: "The replica's region.",
									Validators:          []validator.String{stringvalidator.RegexMatches(regionPattern, "must be a Google Cloud region, such as us-east1")},
								},
								"count": schema.Int64Attribute{
									Optional: true, Computed: true, Default: int64default.StaticInt64(1),
									MarkdownDescription: "How many replicas stand there. Default 1.",
									Validators:          []validator.Int64{int64validator.AtLeast(1)},
								},
							},
						},
						Validators: []validator.List{listvalidator.NoNullValues(), listvalidator.UniqueValues()},
					},
					"leader": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "The database's `default_leader`. Default: the configuration's own.",
						Validators:          []validator.String{stringvalidator.RegexMatches(regionPattern, "must be a Google Cloud region, such as us-east1")},
					},
					"read_lease_regions": schema.ListAttribute{
						Optional:    true,
						ElementType: types.StringType,
						MarkdownDescription: "The database's `read_lease_regions`: they serve strong reads by themselves, and every commit waits for the farthest of them. " +
							"Default: none.",
						Validators: []validator.List{
							listvalidator.NoNullValues(),
							listvalidator.ValueStringsAre(stringvalidator.RegexMatches(regionPattern, "must be a Google Cloud region, such as us-east1")),
						},
					},
					"round_trips_ms": schema.MapAttribute{
						Optional:    true,
						ElementType: types.MapType{ElemType: types.Float64Type},
						MarkdownDescription: "Round trips in milliseconds that you measured, from region to region, in place of the provider's figures: " +
							"`{ us-east1 = { europe-west1 = 88 } }`. One direction is enough; of two that differ the mean is taken. Default: the provider's.",
						Validators: []validator.Map{
							mapvalidator.NoNullValues(),
							mapvalidator.ValueMapsAre(mapvalidator.NoNullValues()),
						},
					},
				},
			},
			"required_role": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(roleAnyReplica),
				MarkdownDescription: "What the instance must have in this region: `READ_WRITE`, `READ_ONLY` (a read-write replica is that too), `ANY_REPLICA` (default) or `NONE` (anything will do).",
				Validators:          []validator.String{stringvalidator.OneOf(roleReadWrite, roleReadOnly, roleAnyReplica, roleNone)},
			},
			"max_commit_ms": schema.Float64Attribute{
				Optional:            true,
				MarkdownDescription: "The most milliseconds that a commit from this region may take. Less than `commit_floor_ms` is an error.",
				Validators:          []validator.Float64{float64validator.AtLeast(0)},
			},
			"max_strong_read_ms": schema.Float64Attribute{
				Optional:            true,
				MarkdownDescription: "The most milliseconds that a strong read from this region may take. Less than `strong_read_floor_ms` is an error.",
				Validators:          []validator.Float64{float64validator.AtLeast(0)},
			},
		},
	}
}
