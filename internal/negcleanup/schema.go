package negcleanup

import (
	"context"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const defaultDeleteTimeout = 20 * time.Minute

var (
	namePattern    = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`)
	projectPattern = regexp.MustCompile(`^([a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]$`)
	regionPattern  = regexp.MustCompile(`^[a-z]+(-[a-z]+)+[0-9]+$`)
	networkPattern = regexp.MustCompile(`^((https://[^/]+/compute/[a-z0-9]+/)?projects/[^/]+/global/networks/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`)
)

func cleanupSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Removes the zonal network endpoint groups that a deleted GKE cluster leaves behind and that would hold its subnetwork. " +
			"Creating, reading and updating it only remember; the work is done when it is destroyed. " +
			"Let it depend on the subnetwork, and the cluster on it: then it is destroyed after the cluster and before the subnetwork. " +
			"A group is removed only if its name is in `neg_names`, it is in `region` and `network`, GKE made it, it has no endpoints, and no backend service uses it.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`<project>/<region>/<network>`.",
			},
			"project": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "The project of the cluster. Default: the provider's. Another value replaces the resource.",
				Validators:          []validator.String{stringvalidator.RegexMatches(projectPattern, "must be a project id")},
			},
			"network": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The cluster's network, as `google_compute_network.….id`, its self link, or its name in `project`. " +
					"Groups of the same name in other networks are left alone. Another network replaces the resource.",
				Validators: []validator.String{stringvalidator.RegexMatches(networkPattern,
					"must be the name of a network or projects/P/global/networks/N")},
			},
			"region": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The cluster's region, such as `us-east1`. Another value replaces the resource.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators: []validator.String{stringvalidator.RegexMatches(regionPattern,
					"must be a Google Cloud region, such as us-east1 (us-east1-b is a zone)")},
			},
			"neg_names": schema.SetAttribute{
				Required:    true,
				ElementType: types.StringType,
				MarkdownDescription: "The names of the groups, as in the annotation `cloud.google.com/neg` of the Kubernetes Services. At least one. " +
					"A name that is taken out is forgotten: the living cluster removes its groups itself.",
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(stringvalidator.RegexMatches(namePattern,
						"must be the name of a network endpoint group: 1 to 63 lower-case letters, digits and hyphens")),
				},
			},
			"deletion_protection": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether a plan that destroys or replaces this resource is refused, and with it every other change of that plan. " +
					"Clusters and databases refuse to go only when their turn comes; what goes before them is lost by then. Default false.",
			},
			"timeouts": timeoutsAttribute(ctx),
		},
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Delete:            true,
		DeleteDescription: "How long to wait until the groups are empty, such as `45m`. Default `20m`.",
	})
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "The limit of a destroy. A value changed in the configuration counts once it is applied."
	return nested
}
