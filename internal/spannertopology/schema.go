package spannertopology

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func dataSourceSchema() schema.Schema {
	attributes := arguments()
	maps.Copy(attributes, answers())
	return schema.Schema{
		MarkdownDescription: "Tells what a Spanner instance configuration can and cannot promise, before anything exists: who votes and leads, where reads are served, " +
			"how many milliseconds a commit or a read takes at least from each region, and what the loss of a region leaves. " +
			"With `base_config` it reads nothing but its own dated tables, needs no credentials and is known when the plan is made; " +
			"with `instance` or `instance_config` it asks Google, and warns where the tables differ.\n\n" +
			"A choice that Google would refuse is an error at its argument. What Google takes and what breaks a recommendation is told in `problems`.\n\n" +
			"A figure that ends in `_floor_ms` or is called `quorum_ms` is null where a round trip that it stands on is not known (Google publishes none of us-central2); " +
			"the attributes that end in `_at_least_ms` and `_at_most_ms` then tell its bounds. A limit that is below `_at_least_ms` cannot be kept.",
		Attributes: attributes,
	}
}

func arguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"base_config": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The base instance configuration: `nam3`, `regional-us-east1`, `dual-region-germany1`, with or without the path before it. " +
				"With none of `base_config`, `instance` and `instance_config`, only `best` is answered, for `regions`.",
		},
		"instance_config": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "An instance configuration to read through the API, a custom one too: its name, or `projects/PROJECT/instanceConfigs/NAME`. " +
				"Excludes `base_config`, `instance` and `replicas`.",
		},
		"instance": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "An instance whose configuration and edition are read through the API: its name, or `projects/PROJECT/instances/NAME`. " +
				"Excludes `base_config`, `instance_config` and `replicas`.",
		},
		"project": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The project of `instance` or `instance_config` where they do not name one. Default: the provider's project.",
		},
		"replicas": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "The read-only replicas that a custom configuration adds to its base; those of the base itself are left out.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				// Not Required: the framework takes an object that is not known yet for
				// one without a location.
				"location": schema.StringAttribute{Optional: true, MarkdownDescription: "The region, one of `optional_replicas`. It must be given."},
				"count":    schema.Int64Attribute{Optional: true, MarkdownDescription: "How many, at most what Google offers there. Default: 1."},
			}},
		},
		"configuration": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "The base configuration that `base_config` names, where the provider's table does not know it, or knows it wrongly; it then counts in place of the table's, for `best` too. " +
				"How many regions vote tells whether it is regional (one), a dual-region configuration (two) or a multi-region one. Excludes `instance` and `instance_config`.",
			Attributes: describedConfiguration(),
		},
		"leader": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "The region that leads, one of `leader_options`. Default: the configuration's default leader.",
		},
		"read_lease_regions": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Regions that serve strong reads by themselves; every write then waits for the farthest of them. Only in dual-region and multi-region configurations.",
		},
		"regions": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "The regions that the database is used from. One that the provider's tables do not know is an error, unless `round_trips_ms` has it. Default: every region with a replica.",
		},
		"edition": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "The instance's edition, `STANDARD`, `ENTERPRISE` or `ENTERPRISE_PLUS`; one that does not allow the configuration is an error. Default: the lowest that does.",
		},
		"round_trips_ms": schema.MapAttribute{
			Optional: true, ElementType: types.MapType{ElemType: types.Float64Type},
			MarkdownDescription: "Round trips between regions in milliseconds, in place of the provider's: `{ us-central1 = { us-central2 = 9 } }`. " +
				"One direction is enough; of two that differ the mean is taken.",
		},
	}
}

// describedConfiguration are the attributes of configuration. None is Required,
// for the same reason as above.
func describedConfiguration() map[string]schema.Attribute {
	count := schema.Int64Attribute{Optional: true, MarkdownDescription: "How many, 1 to 100. Default: 1."}
	return map[string]schema.Attribute{
		"name":              schema.StringAttribute{Optional: true, MarkdownDescription: "The name that `base_config` has. It must be given."},
		"resource_location": schema.StringAttribute{Optional: true, MarkdownDescription: "Where the data is at home by Google's terms, such as `us`. Default: what the table has of that name; null if it has none."},
		"default_leader":    schema.StringAttribute{Optional: true, MarkdownDescription: "The region that leads where `leader` does not say otherwise; it has two `READ_WRITE` replicas or more. Default: the first such region of `replicas`."},
		"replicas": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "All replicas of the base, a region once for each type. At least three must vote (`READ_WRITE` or `WITNESS`), and two `READ_WRITE` ones stand in one region.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"location": schema.StringAttribute{Optional: true, MarkdownDescription: "The region. It must be given."},
				"type":     schema.StringAttribute{Optional: true, MarkdownDescription: "`READ_WRITE`, `READ_ONLY` or `WITNESS`. It must be given."},
				"count":    count,
			}},
		},
		"optional_replicas": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "The read-only replicas that Google lets a custom configuration add to the base. Default: none.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"location": schema.StringAttribute{Optional: true, MarkdownDescription: "The region. It must be given."},
				"count":    count,
			}},
		},
	}
}

func answers() map[string]schema.Attribute {
	floors := map[string]schema.Attribute{
		"role":                schema.StringAttribute{Computed: true, MarkdownDescription: "What the region can do: `READ_WRITE`, `READ_ONLY`, `WITNESS` (votes, serves nothing) or `NONE`."},
		"nearest_read_region": schema.StringAttribute{Computed: true, MarkdownDescription: "Where its stale reads are served; null if nothing serves any."},
	}
	add := func(name, what string) {
		floors[name+"_floor_ms"] = schema.Int64Attribute{Computed: true, MarkdownDescription: what + " Null where it is not known exactly, or not possible."}
		floors[name+"_at_least_ms"] = schema.Int64Attribute{Computed: true, MarkdownDescription: "The lower bound of `" + name + "_floor_ms`, also where that is not known exactly. Null where the thing is not possible."}
		floors[name+"_at_most_ms"] = schema.Int64Attribute{Computed: true, MarkdownDescription: "The upper bound of `" + name + "_floor_ms`. Null where nothing bounds it."}
	}
	add("commit", "The least time of a blind write: the round trip to the leader, and the quorum.")
	add("rw_txn", "The least time of a read-write transaction: the round trip to the leader twice, and the quorum.")
	add("strong_read", "The least time of a strong read: the round trip to the leader, or one within the region where it holds a read lease.")
	add("stale_read", "The least time of a read that may be 15 seconds old: the round trip to the nearest replica that serves reads.")
	addition := schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"location": schema.StringAttribute{Computed: true, MarkdownDescription: "The region."},
		"count":    schema.Int64Attribute{Computed: true, MarkdownDescription: "The number of replicas."},
	}}
	quorum := func(attributes map[string]schema.Attribute) map[string]schema.Attribute {
		attributes["quorum_ms"] = schema.Int64Attribute{Computed: true, MarkdownDescription: "How long the leader waits for the votes of a commit and for regions with a read lease. Null where it is not known exactly, or where there is no quorum."}
		attributes["quorum_at_least_ms"] = schema.Int64Attribute{Computed: true, MarkdownDescription: "The lower bound of `quorum_ms`. Null without a quorum."}
		attributes["quorum_at_most_ms"] = schema.Int64Attribute{Computed: true, MarkdownDescription: "The upper bound of `quorum_ms`. Null where nothing bounds it."}
		return attributes
	}
	regionFloors := func(what string) schema.MapNestedAttribute {
		return schema.MapNestedAttribute{Computed: true, MarkdownDescription: what, NestedObject: schema.NestedAttributeObject{Attributes: floors}}
	}
	return quorum(map[string]schema.Attribute{
		"name":              schema.StringAttribute{Computed: true, MarkdownDescription: "The base configuration's name, without a path. Null if there is none."},
		"leader_options":    schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The regions that may lead, the default leader first."},
		"leader_order":      schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The regions that lead one after the other as each is lost, the leader first."},
		"multi_region":      schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether replicas that vote stand in more than one region; true for dual-region configurations too."},
		"resource_location": schema.StringAttribute{Computed: true, MarkdownDescription: "Where the data is at home by Google's terms: `us`, `eu`, `global`, a country, or the region of a regional configuration."},
		"replicas_all": schema.ListNestedAttribute{Computed: true, MarkdownDescription: "All replicas, those of the base first.", NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"location": schema.StringAttribute{Computed: true, MarkdownDescription: "The region."},
			"type":     schema.StringAttribute{Computed: true, MarkdownDescription: "`READ_WRITE`, `READ_ONLY` or `WITNESS`."},
			"count":    schema.Int64Attribute{Computed: true, MarkdownDescription: "The number of replicas of this type there."},
			"added":    schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether they are added to the base."},
		}}},
		"optional_replicas":                 schema.ListNestedAttribute{Computed: true, MarkdownDescription: "The read-only replicas that Google lets a custom configuration add to the base.", NestedObject: addition},
		"voting_regions":                    schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The regions whose replicas vote on a commit, the witness's too, sorted."},
		"cmek_regions":                      schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The regions that need a key where the instance is encrypted with keys of its own: all with a replica, the witness's too, sorted."},
		"cpu_high_priority_ceiling_percent": schema.Int64Attribute{Computed: true, MarkdownDescription: "The CPU use of high priority tasks in percent that Google recommends as the most."},
		"cpu_total_ceiling_percent":         schema.Int64Attribute{Computed: true, MarkdownDescription: "The same for all tasks, smoothed over 24 hours."},
		"sla_percent":                       schema.Float64Attribute{Computed: true, MarkdownDescription: "The availability in percent that Google's agreement promises."},
		"region_floors":                     regionFloors("What each of `regions` can do, and how long it takes at least."),
		"survivors": schema.MapNestedAttribute{Computed: true, MarkdownDescription: "What the loss of any one region with a replica, or of one of `regions`, leaves.", NestedObject: schema.NestedAttributeObject{Attributes: quorum(map[string]schema.Attribute{
			"writes":        schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether commits are still possible without anybody doing anything."},
			"why":           schema.StringAttribute{Computed: true, MarkdownDescription: "Why, or why not."},
			"leader":        schema.StringAttribute{Computed: true, MarkdownDescription: "The region that leads then; null if none can."},
			"region_floors": regionFloors("The floors of the regions that are left."),
		})}},
		"best": schema.SingleNestedAttribute{Computed: true, MarkdownDescription: "The configuration of the catalogue that serves `regions` best; null if they are not given. " +
			"What counts, in this order: how many have a replica that serves reads; that writes outlast the loss of any one region; that one of them leads; the sum of their read-write transactions' floors; few replicas.",
			Attributes: map[string]schema.Attribute{
				"base_config": schema.StringAttribute{Computed: true, MarkdownDescription: "The base configuration."},
				"replicas":    schema.ListNestedAttribute{Computed: true, MarkdownDescription: "The read-only replicas to add.", NestedObject: addition},
				"leader":      schema.StringAttribute{Computed: true, MarkdownDescription: "The region that leads."},
				"why":         schema.StringAttribute{Computed: true, MarkdownDescription: "Why it is the best."},
			}},
		"problems": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "What breaks a recommendation of Google's, and what `regions` would wait for in vain, a sentence each."},
		"as_of":    schema.StringAttribute{Computed: true, MarkdownDescription: "The day of the older of the tables, `YYYY-MM-DD`."},
		"sources":  schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Where the figures come from, with the day of each table."},
	})
}
