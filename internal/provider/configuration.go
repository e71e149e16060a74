package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// configuration is the provider block as written.
type configuration struct {
	Project                  types.String `tfsdk:"project"`
	Credentials              types.String `tfsdk:"credentials"`
	AccessToken              types.String `tfsdk:"access_token"`
	Impersonate              types.String `tfsdk:"impersonate_service_account"`
	Delegates                types.List   `tfsdk:"impersonate_service_account_delegates"`
	BillingProject           types.String `tfsdk:"billing_project"`
	UserProjectOverride      types.Bool   `tfsdk:"user_project_override"`
	UniverseDomain           types.String `tfsdk:"universe_domain"`
	Scopes                   types.List   `tfsdk:"scopes"`
	RequestReason            types.String `tfsdk:"request_reason"`
	RequestTimeout           types.String `tfsdk:"request_timeout"`
	SpannerCustomEndpoint    types.String `tfsdk:"spanner_custom_endpoint"`
	ComputeCustomEndpoint    types.String `tfsdk:"compute_custom_endpoint"`
	MonitoringCustomEndpoint types.String `tfsdk:"monitoring_custom_endpoint"`
	UnguardedLedgers         types.List   `tfsdk:"unguarded_ledgers"`
}

// conflicts reports arguments that exclude each other. An unknown one may yet
// turn out to be null and is left alone.
func (c configuration) conflicts() diag.Diagnostics {
	var diags diag.Diagnostics
	if isKnown(c.Credentials) && isKnown(c.AccessToken) {
		diags.AddAttributeError(path.Root(attrAccessToken), "Two sets of credentials are configured",
			"Both credentials and access_token are set, and calls can be signed by one only. Remove one of them.")
	}
	return diags
}

// configuredCredentials names the argument in the configuration by which calls
// would be signed, or is empty.
func (c configuration) configuredCredentials() string {
	switch {
	case !c.Credentials.IsNull():
		return attrCredentials
	case !c.AccessToken.IsNull():
		return attrAccessToken
	case !c.Impersonate.IsNull():
		return attrImpersonate
	default:
		return ""
	}
}

func isKnown(value attr.Value) bool {
	return !value.IsNull() && !value.IsUnknown()
}
