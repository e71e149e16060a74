package spannerschema

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

const resourceDescription = `Keeps the schema of a Spanner database as your DDL declares it.

You write the schema you want as plain DDL: ` + "`CREATE`" + ` statements, one set for the whole life of the database.
The provider compares it by meaning with what the database holds and plans the statements that lead from one to the other.
` + "`planned_statements`" + ` in the plan shows them in the order in which they will be sent, each with what it costs.

* Layout, comments, letter case of keywords and whatever else changes no meaning never plans a change.
* Nothing that the database would lose is dropped unless ` + "`allow_destructive`" + ` names it: such a plan is an error that lists all its statements.
* What the database holds and your DDL does not know is left alone and listed in ` + "`unmanaged_objects`" + `.
* What the plan showed is what is sent. If the schema was changed by somebody else in between, the apply stops before it sends anything.
* An apply that failed can be run again. The next plan shows exactly what remains.
* A database that already has tables is adopted: the first plan shows only what differs.`

// resourceSchema describes the resource's arguments and attributes.
func resourceSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: resourceDescription,
		Attributes: map[string]schema.Attribute{
			"database": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The database: the `id` that `google_spanner_database` exports (`instance/database`), " +
					"`project/instance/database`, or `projects/PROJECT/instances/INSTANCE/databases/DATABASE`. " +
					"Another database replaces the resource; another way to write the same one does not.",
			},
			"project": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The project of the database, where `database` does not name one. Default: the provider's project.",
			},
			"database_path": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The full path, `projects/PROJECT/instances/INSTANCE/databases/DATABASE`.",
			},
			"ddl": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The wanted schema: statements separated by `;`, comments welcome. Exactly one of `ddl` and `ddl_files` must be set. " +
					"An empty text is an error, not a wish to drop everything.",
			},
			"ddl_files": schema.MapAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "The wanted schema in several texts by file name, read in the order of the names. " +
					"Errors then name file, line and column. For example `{ for f in fileset(\"${path.module}/schema\", \"*.sql\") : f => file(\"${path.module}/schema/${f}\") }`.",
			},
			"allow_destructive": schema.SetAttribute{
				Optional:    true,
				Computed:    true,
				ElementType: types.StringType,
				Default:     setdefault.StaticValue(types.SetValueMust(types.StringType, nil)),
				Validators:  []validator.Set{setvalidator.ValueStringsAre(names{"allow_destructive"})},
				MarkdownDescription: "Names of the objects that may be lost: `Table`, `Table.Column`, an index, a view, ..., " +
					"or `*` for everything that the DDL no longer declares. An object that this DDL never declared is dropped only by its exact name. Default: nothing.",
			},
			"on_destroy": schema.StringAttribute{
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(onDestroyAbandon),
				Validators: []validator.String{stringvalidator.OneOf(onDestroyAbandon, onDestroyDrop)},
				MarkdownDescription: "What destroying the resource does: `abandon` leaves the schema in the database, `drop` drops every object that the DDL declares, " +
					"which the plan to destroy lists. Default: `abandon`.",
			},
			"renames": schema.ListNestedAttribute{
				Optional: true,
				MarkdownDescription: "Tables of the DDL that the database still holds under another name: they are renamed, rows and all. " +
					"A rename that is done is ignored, so the element may stay.",
				NestedObject: schema.NestedAttributeObject{
					Attributes: map[string]schema.Attribute{
						"from": schema.StringAttribute{
							Required:            true,
							Validators:          []validator.String{names{"from"}},
							MarkdownDescription: "The table's name in the database.",
						},
						"to": schema.StringAttribute{
							Required:            true,
							Validators:          []validator.String{names{"to"}},
							MarkdownDescription: "The table's name in the DDL.",
						},
						"keep_synonym": schema.BoolAttribute{
							Optional:            true,
							MarkdownDescription: "Whether queries may go on using the former name, as a synonym. Default: `false`.",
						},
					},
				},
			},
			"manage": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(names{"manage"}, stringvalidator.OneOf(ddl.ManageableKinds()...))},
				MarkdownDescription: "The kinds of objects that this resource owns: " + kindList() + ". Objects of other kinds are neither compared nor reported, " +
					"so that several resources or tools can share a database. Default: every kind that the DDL declares; what it does not declare is reported, but for roles, grants and statistics.",
			},
			"ignore": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  []validator.Set{setvalidator.ValueStringsAre(names{"ignore"})},
				MarkdownDescription: "Patterns of names (`*` for any characters, `?` for one, letter case aside) of objects that belong to somebody else: " +
					"they are never reported, never dropped, and their changes stop no apply. The DDL must not declare what a pattern matches.",
			},
			"mode": schema.StringAttribute{
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(modeApply),
				Validators: []validator.String{stringvalidator.OneOf(modeApply, modeCheck)},
				MarkdownDescription: "`apply` changes the database. `check` compares and reports: it never sends a statement, not even on destroy. " +
					"Every plan then shows the difference in a warning, `planned_statements` holds it in the state as the last refresh found it, and a plan of an unchanged configuration is empty. Default: `apply`.",
			},
			"dialect": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{stringvalidator.OneOf(string(ddl.GoogleSQL), string(ddl.PostgreSQL))},
				MarkdownDescription: "The dialect of the DDL, `GOOGLE_STANDARD_SQL` or `POSTGRESQL`. The database's own dialect is used as soon as it is known; before, this one, " +
					"or what the text looks like. It is needed only where a text could be of either dialect and its database does not exist yet.",
			},
			"change_reason": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Why the schema is changed, for example a ticket. It goes to the provider's log when statements are sent, and never causes any.",
			},
			"proto_descriptors": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The descriptors of the types in `CREATE PROTO BUNDLE`: a `google.protobuf.FileDescriptorSet` in base64, as `filebase64(\"types.pb\")` gives it " +
					"for a file that `protoc --include_imports --descriptor_set_out=types.pb` made. They are sent with the statement that creates or alters the bundle; other descriptors for the same types update the bundle.",
			},
			"cancel_on_interrupt": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether interrupting the apply cancels the schema change that Spanner is working on. Statements that are finished stay. " +
					"Default: `false`, Spanner goes on, and the next apply joins it.",
			},
			"verify_data": schema.StringAttribute{
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(verifyOff),
				Validators: []validator.String{stringvalidator.OneOf(verifyOff, verifyCount, verifyKeys)},
				MarkdownDescription: "Whether a plan asks the live rows if they would make its statements fail: NULLs where NOT NULL is added, values that are too long, duplicate keys under a new unique index, " +
					"rows that a new check or foreign key refuses, rows without a parent under a new `INTERLEAVE IN PARENT`. `count` says how many there are, `keys` also shows the keys of up to three, so it puts data into the output. " +
					"Failing rows are an error of the plan. Each question is one read-only query of the state 15 seconds ago; all of them together take no more than 30 seconds, and what is not answered by then, or cannot be asked, is a warning. Default: `off`.",
			},
			"lint": lintAttribute(),
			"planned_statements": schema.ListNestedAttribute{
				Computed: true,
				MarkdownDescription: "The statements that this plan sends, in sending order. Empty in a plan that changes nothing. " +
					"Every refresh empties the list, so that a plan shows only what is new. " +
					"Where some of them read or fill whole tables and the database tells its tables' sizes to whoever plans (`spanner.databases.select`), a warning says how large those are.",
				NestedObject: schema.NestedAttributeObject{
					Attributes: map[string]schema.Attribute{
						"statement": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "The statement as it is sent.",
						},
						"hazard": schema.StringAttribute{
							Computed: true,
							MarkdownDescription: "The worst that the statement costs or risks: `instant` (metadata only), `validates` (Spanner checks existing rows), " +
								"`backfill` (Spanner writes data in the background), `unsafe` (may fail on existing rows) or `destructive` (something is lost).",
						},
						"reason": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "What the statement does and why it has this hazard.",
						},
					},
				},
			},
			"unmanaged_objects": schema.ListAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Names of the objects (tables, `Table.Column`, indexes, ...) that the database holds and the DDL does not declare, sorted. They are left alone.",
			},
			"timeouts": timeoutsAttribute(ctx),
		},
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	text := func(what string) string {
		return "How long to wait for " + what + ", as a duration such as `30m` or `48h`. Default: `24h`. " +
			"When it is over, Spanner goes on with what it has begun; apply again to see what remains."
	}
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: text("the first schema change"),
		Update: true, UpdateDescription: text("a later schema change"),
		Delete: true, DeleteDescription: text("the drops of a destroy with `on_destroy = \"drop\"`"),
	})
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "Limits of the waits for Spanner. Backfills and validations of large tables take hours, hence the generous defaults."
	return nested
}

// kindList enumerates the values of manage.
func kindList() string {
	return "`" + strings.Join(ddl.ManageableKinds(), "`, `") + "`"
}

// names refuses a text of the argument that names nothing.
type names struct{ argument string }

func (names) Description(context.Context) string { return "the name of a schema object" }

func (v names) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v names) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsUnknown() || strings.TrimSpace(req.ConfigValue.ValueString()) != "" {
		return
	}
	switch v.argument {
	case "allow_destructive":
		resp.Diagnostics.AddAttributeError(req.Path, "An element of allow_destructive names nothing",
			"Write the name of a table, \"Table.Column\", an index, a view or another schema object, or \"*\" for everything that the DDL no longer declares.")
	case "manage":
		resp.Diagnostics.AddAttributeError(req.Path, "An element of manage names nothing", "Write one of "+kindList()+".")
	case "ignore":
		resp.Diagnostics.AddAttributeError(req.Path, "An element of ignore names nothing",
			"Write the name of a schema object, or a pattern such as \"Staging*\".")
	default:
		resp.Diagnostics.AddAttributeError(req.Path, "A rename names no table",
			fmt.Sprintf("%s is empty: write the name of a table.", v.argument))
	}
}
