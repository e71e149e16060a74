package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The provider's arguments carry the google provider's names, so that one set
// of values configures both.
const (
	attrProject            = "project"
	attrCredentials        = "credentials"
	attrAccessToken        = "access_token"
	attrImpersonate        = "impersonate_service_account"
	attrDelegates          = "impersonate_service_account_delegates"
	attrBillingProject     = "billing_project"
	attrUserProject        = "user_project_override"
	attrUniverseDomain     = "universe_domain"
	attrScopes             = "scopes"
	attrRequestReason      = "request_reason"
	attrRequestTimeout     = "request_timeout"
	attrSpannerEndpoint    = "spanner_custom_endpoint"
	attrComputeEndpoint    = "compute_custom_endpoint"
	attrMonitoringEndpoint = "monitoring_custom_endpoint"
	attrUnguarded          = "unguarded_ledgers"
)

// emulatorVariable sends every Spanner client to an emulator.
const emulatorVariable = "SPANNER_EMULATOR_HOST"

// variablesOf gives the environment variables that stand in for an argument
// which the configuration leaves out; the first that is set and not empty wins.
func variablesOf(argument string) []string {
	switch argument {
	case attrProject:
		return []string{"GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"}
	case attrCredentials:
		return []string{"GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"}
	case attrAccessToken:
		return []string{"GOOGLE_OAUTH_ACCESS_TOKEN"}
	case attrImpersonate:
		return []string{"GOOGLE_IMPERSONATE_SERVICE_ACCOUNT"}
	case attrBillingProject:
		return []string{"GOOGLE_BILLING_PROJECT"}
	case attrUserProject:
		return []string{"USER_PROJECT_OVERRIDE"}
	case attrUniverseDomain:
		return []string{"GOOGLE_UNIVERSE_DOMAIN", "GOOGLE_CLOUD_UNIVERSE_DOMAIN"}
	case attrRequestReason:
		return []string{"CLOUDSDK_CORE_REQUEST_REASON"}
	case attrSpannerEndpoint:
		return []string{"GOOGLE_SPANNER_CUSTOM_ENDPOINT"}
	case attrComputeEndpoint:
		return []string{"GOOGLE_COMPUTE_CUSTOM_ENDPOINT"}
	case attrMonitoringEndpoint:
		return []string{"GOOGLE_MONITORING_CUSTOM_ENDPOINT"}
	default:
		return nil
	}
}

// described appends the environment variables of an argument to its
// description.
func described(argument, text string) string {
	variables := variablesOf(argument)
	if len(variables) == 0 {
		return text
	}
	return text + " Environment: `" + strings.Join(variables, "`, `") + "`."
}

func providerSchema() schema.Schema {
	text := func(argument, description string, validators ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{
			MarkdownDescription: described(argument, description),
			Optional:            true,
			Validators:          append([]validator.String{notEmpty()}, validators...),
		}
	}
	secret := func(argument, description string, validators ...validator.String) schema.StringAttribute {
		attribute := text(argument, description, validators...)
		attribute.Sensitive = true
		return attribute
	}
	texts := func(description string) schema.ListAttribute {
		return schema.ListAttribute{
			MarkdownDescription: description,
			ElementType:         types.StringType,
			Optional:            true,
			Validators:          []validator.List{listvalidator.NoNullValues(), listvalidator.ValueStringsAre(notEmpty())},
		}
	}
	return schema.Schema{
		MarkdownDescription: "Runs the parts of Proveniq Ledger that other providers cannot express: the Spanner schema as code, " +
			"and the regions that answer behind the global load balancer. " +
			"Arguments and environment variables carry the google provider's names and meaning, so one set of values configures both. " +
			"A value in the configuration comes before one in the environment, and that before application default credentials. " +
			"Where `" + emulatorVariable + "` is set, Spanner is called there, without credentials.",
		Attributes: map[string]schema.Attribute{
			attrProject: text(attrProject, "Id of the Google Cloud project of resources that name none."),
			attrCredentials: secret(attrCredentials,
				"Path of a credentials file, or its JSON text: a service account key, `external_account` (workload identity federation), "+
					"`external_account_authorized_user`, `authorized_user` or `impersonated_service_account`. "+
					"Excludes `access_token`. Without either, application default credentials are used.", credentialsText()),
			attrAccessToken: secret(attrAccessToken,
				"OAuth 2.0 access token, or the path of a file that holds one. It is not renewed: it must outlive the run. Excludes `credentials`; "+
					"where both come from the environment, the token is used."),
			attrImpersonate: text(attrImpersonate, "E-mail address of the service account to act as."),
			attrDelegates: texts("E-mail addresses of the service accounts through which `impersonate_service_account` is reached, " +
				"in the order of delegation; each needs the role Service Account Token Creator on the next."),
			attrBillingProject: text(attrBillingProject,
				"Id of the project that quota and cost of the calls are counted on, where `user_project_override` is true."),
			attrUserProject: schema.BoolAttribute{
				MarkdownDescription: described(attrUserProject,
					"Whether quota is counted on `billing_project` (or, without one, on `project`) instead of the project of the credentials. Default: false."),
				Optional: true,
			},
			attrUniverseDomain: text(attrUniverseDomain,
				"Domain of the cloud universe that holds the project; it must be the one the credentials belong to. Default: `googleapis.com`.", domain()),
			attrScopes: texts("OAuth 2.0 scopes of the tokens that are fetched. " +
				"Default: `https://www.googleapis.com/auth/cloud-platform` and `https://www.googleapis.com/auth/userinfo.email`."),
			attrRequestReason: text(attrRequestReason,
				"Reason that Google's audit logs record with each call (header `X-Goog-Request-Reason`)."),
			attrRequestTimeout: text(attrRequestTimeout,
				"How long one call may take, as a duration such as `90s` or `2m`; waiting for long operations is bounded by each resource's `timeouts` instead. Default: `120s`.", duration()),
			attrSpannerEndpoint: text(attrSpannerEndpoint,
				"URL at which Spanner is called, such as `https://spanner.example.com/v1/`; host and port are used, over gRPC, and the whole URL where instances are read, over REST. "+
					"With `http://` the connection is neither encrypted nor authenticated.", endpointURL()),
			attrComputeEndpoint: text(attrComputeEndpoint,
				"URL at which the Compute Engine API is called. With `http://` the connection is neither encrypted nor authenticated. "+
					"Default: `https://compute.googleapis.com/compute/v1/`.", endpointURL()),
			attrMonitoringEndpoint: text(attrMonitoringEndpoint,
				"URL at which the Cloud Monitoring API is called. With `http://` the connection is neither encrypted nor authenticated. "+
					"Default: `https://monitoring.googleapis.com/v3/`.", endpointURL()),
			attrUnguarded: texts("Values of `ledger_id` of the ledgers that may be taken down: `min_remaining_regions` of their `proveniq_ledger_region`s counts as 0, also at destroy. " +
				"Default: none."),
		},
	}
}
