// Package provider wires the house: it turns the provider's configuration into
// connections to Google Cloud and hands them to the resources.
//
// Configuring never dials, reads no metadata server and fetches no token: core
// configures the provider for plans that need none of it, and with values that
// are not known yet. Everything that needs the network happens in the first
// call that needs the connection, and an argument that was unknown is named by
// the error of that call.
package provider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/functions"
	"github.com/proveniq/terraform-provider-proveniq/internal/ledgerregion"
	"github.com/proveniq/terraform-provider-proveniq/internal/negcleanup"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerschema"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannertopology"
)

// Address is the provider's full address in a registry.
const Address = "registry.terraform.io/proveniq/proveniq"

// typeName is the prefix of every resource's name.
const typeName = "proveniq"

// Option changes how a provider meets its surroundings. Only tests need one.
type Option func(*ledgerProvider)

// WithEnvironment replaces the process's environment variables by a lookup of
// the caller's.
func WithEnvironment(lookup func(name string) (value string, found bool)) Option {
	return func(p *ledgerProvider) { p.lookup = lookup }
}

// New returns a constructor of the provider; version goes into the user agent
// and into the records that the provider writes.
func New(version string, options ...Option) func() provider.Provider {
	return func() provider.Provider {
		p := &ledgerProvider{version: version, lookup: os.LookupEnv, readFile: os.ReadFile}
		for _, option := range options {
			option(p)
		}
		return p
	}
}

type ledgerProvider struct {
	version  string
	lookup   func(name string) (value string, found bool)
	readFile func(name string) ([]byte, error)
}

var (
	_ provider.Provider                   = (*ledgerProvider)(nil)
	_ provider.ProviderWithValidateConfig = (*ledgerProvider)(nil)
	_ provider.ProviderWithFunctions      = (*ledgerProvider)(nil)
)

// Metadata names the provider.
func (p *ledgerProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = typeName
	resp.Version = p.version
}

// Schema describes the provider's arguments.
func (p *ledgerProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// ValidateConfig refuses arguments that exclude each other.
func (p *ledgerProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var config configuration
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.conflicts()...)
}

// Configure makes the connections object; it does not dial.
func (p *ledgerProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config configuration
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// What was unknown on validation may be known by now.
	resp.Diagnostics.Append(config.conflicts()...)
	resolved, diags := resolve(ctx, config, p.lookup, p.readFile)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resolved.userAgent = userAgent(req.TerraformVersion, p.version, p.lookup)
	resp.Diagnostics.Append(emulatorWarnings(config, resolved)...)

	connections := newConnections(resolved, p.version)
	tflog.Debug(connections.maskSecrets(ctx), "provider configured", resolved.logFields())
	resp.ResourceData = connections
	resp.DataSourceData = connections
}

// emulatorWarnings tells the reader that what they configured is not used,
// because the environment sends all Spanner calls to an emulator.
func emulatorWarnings(config configuration, resolved settings) diag.Diagnostics {
	var diags diag.Diagnostics
	if resolved.emulatorHost == "" {
		return diags
	}
	const summary = "Spanner calls go to an emulator"
	detail := func(overridden string) string {
		return "The environment variable " + emulatorVariable + " is set to " + resolved.emulatorHost +
			", so Spanner is called there, without credentials, and " + overridden + " is not used for it. " +
			"Unset the variable to reach the real Spanner."
	}
	if name := config.configuredCredentials(); name != "" {
		diags.AddAttributeWarning(path.Root(name), summary, detail("the configured "+name))
	}
	if !config.SpannerCustomEndpoint.IsNull() {
		diags.AddAttributeWarning(path.Root(attrSpannerEndpoint), summary, detail("the configured "+attrSpannerEndpoint))
	}
	return diags
}

// Resources lists the provider's resources.
func (p *ledgerProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		spannerschema.NewResource,
		ledgerregion.NewResource,
		negcleanup.NewResource,
	}
}

// DataSources lists the provider's data sources.
func (p *ledgerProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		spannerschema.NewDataSource,
		ledgerregion.NewDataSource,
		spannertopology.NewDataSource,
	}
}

// Functions lists the provider's functions.
func (p *ledgerProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		functions.NewCanonicalizeDDL,
		functions.NewDDLStatements,
		functions.NewSchemaDiff,
		functions.NewCommitFloorMS,
		functions.NewQuorumSurvives,
		functions.NewRoundTripMS,
		functions.NewFailoverOrder,
		functions.NewDetectionSeconds,
		functions.NewRecoverySeconds,
		functions.NewCapacityAfterLoss,
		functions.NewAvailability,
		functions.NewMonthlyCost,
		functions.NewPromisesTable,
	}
}
