package googlereplica

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// dataPrefix tells data sources from resources where both have names.
const dataPrefix = "data."

// Server is the replica as a provider of protocol version 5. It answers from
// the schema alone: see the package's comment for what that leaves unchecked.
type Server struct {
	unserved
	provider *facts.Provider
	values   *catalogue

	mu  sync.Mutex
	set settings
}

var _ tfprotov5.ProviderServer = (*Server)(nil)

// New makes a server that is not configured yet.
func New() (*Server, error) {
	provider, err := facts.Load()
	if err != nil {
		return nil, err
	}
	values, err := loadValues()
	if err != nil {
		return nil, err
	}
	return &Server{provider: provider, values: values, set: newSettings(null(provider.Configuration.ObjectType))}, nil
}

// Version is the version of hashicorp/google whose schema is served.
func (s *Server) Version() string { return s.provider.Version }

func (s *Server) configured() settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.set
}

// GetMetadata names the types.
func (s *Server) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	answer := &tfprotov5.GetMetadataResponse{ServerCapabilities: &tfprotov5.ServerCapabilities{GetProviderSchemaOptional: true}}
	for name := range s.provider.Resources {
		answer.Resources = append(answer.Resources, tfprotov5.ResourceMetadata{TypeName: name})
	}
	for name := range s.provider.DataSources {
		answer.DataSources = append(answer.DataSources, tfprotov5.DataSourceMetadata{TypeName: name})
	}
	return answer, nil
}

// GetProviderSchema gives all schemas.
func (s *Server) GetProviderSchema(context.Context, *tfprotov5.GetProviderSchemaRequest) (*tfprotov5.GetProviderSchemaResponse, error) {
	answer := &tfprotov5.GetProviderSchemaResponse{
		ServerCapabilities: &tfprotov5.ServerCapabilities{GetProviderSchemaOptional: true},
		Provider:           schema(s.provider.Configuration),
		ResourceSchemas:    make(map[string]*tfprotov5.Schema, len(s.provider.Resources)),
		DataSourceSchemas:  make(map[string]*tfprotov5.Schema, len(s.provider.DataSources)),
	}
	for name, root := range s.provider.Resources {
		answer.ResourceSchemas[name] = schema(root)
	}
	for name, root := range s.provider.DataSources {
		answer.DataSourceSchemas[name] = schema(root)
	}
	return answer, nil
}

func schema(root *facts.Node) *tfprotov5.Schema {
	return &tfprotov5.Schema{Version: root.Version, Block: schemaBlock(root)}
}

func schemaBlock(node *facts.Node) *tfprotov5.SchemaBlock {
	block := &tfprotov5.SchemaBlock{}
	for _, child := range node.Children {
		if child.IsBlock() {
			nesting := map[string]tfprotov5.SchemaNestedBlockNestingMode{
				"list": tfprotov5.SchemaNestedBlockNestingModeList, "set": tfprotov5.SchemaNestedBlockNestingModeSet,
				"single": tfprotov5.SchemaNestedBlockNestingModeSingle,
			}
			block.BlockTypes = append(block.BlockTypes, &tfprotov5.SchemaNestedBlock{
				TypeName: child.Name, Nesting: nesting[child.Block], Block: schemaBlock(child),
				MinItems: int64(child.Min), MaxItems: int64(child.Max),
			})
			continue
		}
		block.Attributes = append(block.Attributes, &tfprotov5.SchemaAttribute{
			Name: child.Name, Type: child.ValueType, Required: child.Required, Optional: child.Optional, Computed: child.Computed,
			Sensitive: child.Sensitive, WriteOnly: child.WriteOnly, Deprecated: child.Deprecated,
		})
	}
	return block
}

// PrepareProviderConfig checks the provider block.
func (s *Server) PrepareProviderConfig(_ context.Context, request *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	return &tfprotov5.PrepareProviderConfigResponse{
		PreparedConfig: request.Config,
		Diagnostics:    check(`provider "google"`, s.provider.Configuration, request.Config),
	}, nil
}

// ConfigureProvider takes over what plans depend on. Credentials are not looked at.
func (s *Server) ConfigureProvider(_ context.Context, request *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	config, err := decode(request.Config, s.provider.Configuration.ObjectType)
	if err != nil {
		return &tfprotov5.ConfigureProviderResponse{Diagnostics: []*tfprotov5.Diagnostic{misfit(`provider "google"`, err)}}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set = newSettings(config)
	return &tfprotov5.ConfigureProviderResponse{}, nil
}

// StopProvider has nothing to stop.
func (s *Server) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}

// ValidateDataSourceConfig checks a data source's arguments.
func (s *Server) ValidateDataSourceConfig(_ context.Context, request *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	root, found := s.provider.DataSources[request.TypeName]
	if !found {
		return &tfprotov5.ValidateDataSourceConfigResponse{Diagnostics: notServed(dataPrefix + request.TypeName)}, nil
	}
	return &tfprotov5.ValidateDataSourceConfigResponse{Diagnostics: check(dataPrefix+request.TypeName, root, request.Config)}, nil
}

// ReadDataSource answers with what is given and with plausible values for the rest.
func (s *Server) ReadDataSource(_ context.Context, request *tfprotov5.ReadDataSourceRequest) (*tfprotov5.ReadDataSourceResponse, error) {
	subject := dataPrefix + request.TypeName
	root, found := s.provider.DataSources[request.TypeName]
	if !found {
		return &tfprotov5.ReadDataSourceResponse{Diagnostics: notServed(subject)}, nil
	}
	config, err := decode(request.Config, root.ObjectType)
	if err != nil {
		return &tfprotov5.ReadDataSourceResponse{Diagnostics: []*tfprotov5.Diagnostic{misfit(subject, err)}}, nil
	}
	set := s.configured()
	planned := fields((&planner{}).block(root, tftypes.NewAttributePath(), config, null(root.ObjectType)))
	problems := fromProvider(subject, root, fields(config), planned, set)
	// The provider also answers arguments that were left out.
	for name, value := range map[string]tftypes.Value{"project": set.project, "region": set.region, "zone": set.zone} {
		if node := root.Child(name); node != nil && node.Optional && planned[name].IsNull() && !value.IsNull() {
			planned[name] = value
		}
	}
	for path := range s.values.DataSources[request.TypeName] {
		if node := root.Child(path); node != nil && !node.IsBlock() && planned[path].IsNull() {
			planned[path] = unknown(node.ValueType)
		}
	}
	state, err := encode(s.filler(subject, root, planned, set).resource(config))
	return &tfprotov5.ReadDataSourceResponse{State: state, Diagnostics: problems}, err
}
