package googlereplica

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ValidateResourceTypeConfig checks a resource's arguments.
func (s *Server) ValidateResourceTypeConfig(_ context.Context, request *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	root, found := s.provider.Resources[request.TypeName]
	if !found {
		return &tfprotov5.ValidateResourceTypeConfigResponse{Diagnostics: notServed(request.TypeName)}, nil
	}
	return &tfprotov5.ValidateResourceTypeConfigResponse{Diagnostics: check(request.TypeName, root, request.Config)}, nil
}

// UpgradeResourceState takes states as they are, without what the schema no
// longer has.
func (s *Server) UpgradeResourceState(_ context.Context, request *tfprotov5.UpgradeResourceStateRequest) (*tfprotov5.UpgradeResourceStateResponse, error) {
	root, found := s.provider.Resources[request.TypeName]
	if !found {
		return &tfprotov5.UpgradeResourceStateResponse{Diagnostics: notServed(request.TypeName)}, nil
	}
	state, err := request.RawState.UnmarshalWithOpts(root.ObjectType, tfprotov5.UnmarshalOpts{
		ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true},
	})
	if err != nil {
		return &tfprotov5.UpgradeResourceStateResponse{Diagnostics: []*tfprotov5.Diagnostic{misfit(request.TypeName, err)}}, nil
	}
	upgraded, err := encode(state)
	return &tfprotov5.UpgradeResourceStateResponse{UpgradedState: upgraded}, err
}

// ReadResource finds everything as it was left.
func (s *Server) ReadResource(_ context.Context, request *tfprotov5.ReadResourceRequest) (*tfprotov5.ReadResourceResponse, error) {
	return &tfprotov5.ReadResourceResponse{NewState: request.CurrentState, Private: request.Private}, nil
}

// PlanResourceChange plans as the provider does, as far as its schema says how.
func (s *Server) PlanResourceChange(_ context.Context, request *tfprotov5.PlanResourceChangeRequest) (*tfprotov5.PlanResourceChangeResponse, error) {
	root, found := s.provider.Resources[request.TypeName]
	if !found {
		return &tfprotov5.PlanResourceChangeResponse{Diagnostics: notServed(request.TypeName)}, nil
	}
	refused := func(err error) (*tfprotov5.PlanResourceChangeResponse, error) {
		return &tfprotov5.PlanResourceChangeResponse{Diagnostics: []*tfprotov5.Diagnostic{misfit(request.TypeName, err)}}, nil
	}
	config, err := decode(request.Config, root.ObjectType)
	if err != nil {
		return refused(err)
	}
	prior, err := decode(request.PriorState, root.ObjectType)
	if err != nil {
		return refused(err)
	}
	if config.IsNull() {
		return &tfprotov5.PlanResourceChangeResponse{PlannedState: request.ProposedNewState, PlannedPrivate: request.PriorPrivate}, nil
	}
	planned, replace, problems := s.plan(request.TypeName, root, config, prior)
	state, err := encode(planned)
	return &tfprotov5.PlanResourceChangeResponse{
		PlannedState: state, RequiresReplace: replace, Diagnostics: problems, PlannedPrivate: request.PriorPrivate,
		UnsafeToUseLegacyTypeSystem: true, //nolint:staticcheck // SA1019: the google provider does, and an unknown number of blocks needs it
	}, err
}

// ApplyResourceChange calls nobody: it makes plausible values of unknown ones.
func (s *Server) ApplyResourceChange(_ context.Context, request *tfprotov5.ApplyResourceChangeRequest) (*tfprotov5.ApplyResourceChangeResponse, error) {
	root, found := s.provider.Resources[request.TypeName]
	if !found {
		return &tfprotov5.ApplyResourceChangeResponse{Diagnostics: notServed(request.TypeName)}, nil
	}
	planned, err := decode(request.PlannedState, root.ObjectType)
	if err != nil {
		return &tfprotov5.ApplyResourceChangeResponse{Diagnostics: []*tfprotov5.Diagnostic{misfit(request.TypeName, err)}}, nil
	}
	if planned.IsNull() {
		return &tfprotov5.ApplyResourceChangeResponse{NewState: request.PlannedState}, nil
	}
	config, err := decode(request.Config, root.ObjectType)
	if err != nil {
		return &tfprotov5.ApplyResourceChangeResponse{Diagnostics: []*tfprotov5.Diagnostic{misfit(request.TypeName, err)}}, nil
	}
	state, err := encode(s.filler(request.TypeName, root, fields(planned), s.configured()).resource(config))
	return &tfprotov5.ApplyResourceChangeResponse{
		NewState: state, Private: request.PlannedPrivate,
		UnsafeToUseLegacyTypeSystem: true, //nolint:staticcheck // SA1019: as for plans
	}, err
}

// ImportResourceState takes arguments from the id where its form says them.
func (s *Server) ImportResourceState(_ context.Context, request *tfprotov5.ImportResourceStateRequest) (*tfprotov5.ImportResourceStateResponse, error) {
	root, found := s.provider.Resources[request.TypeName]
	if !found {
		return &tfprotov5.ImportResourceStateResponse{Diagnostics: notServed(request.TypeName)}, nil
	}
	known := map[string]tftypes.Value{}
	for _, child := range root.Children {
		switch {
		case child.Block == "list" || child.Block == "set":
			known[child.Name] = tftypes.NewValue(child.ValueType, []tftypes.Value{})
		case child.Standard != nil:
			known[child.Name] = *child.Standard
		case child.Computed && !child.IsBlock():
			known[child.Name] = unknown(child.ValueType)
		default:
			known[child.Name] = null(child.ValueType)
		}
	}
	form, _ := s.values.Resources[request.TypeName]["id"].(string)
	for name, value := range readTemplate(form, request.ID) {
		if node := root.Child(name); node != nil && !node.IsBlock() && node.ValueType.Is(tftypes.String) {
			known[name] = tftypes.NewValue(tftypes.String, value)
		}
	}
	known["id"] = tftypes.NewValue(tftypes.String, request.ID)
	state, err := encode(s.filler(request.TypeName, root, known, s.configured()).resource(null(root.ObjectType)))
	return &tfprotov5.ImportResourceStateResponse{
		ImportedResources: []*tfprotov5.ImportedResource{{TypeName: request.TypeName, State: state}},
	}, err
}
