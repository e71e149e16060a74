package googlereplica

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
)

// unserved answers for the parts of the protocol that no module needs.
type unserved struct{}

// notServed is the problem of something that the file of facts lacks.
func notServed(what string) []*tfprotov5.Diagnostic {
	return []*tfprotov5.Diagnostic{{
		Severity: tfprotov5.DiagnosticSeverityError,
		Summary:  "Not in the schema replica",
		Detail: fmt.Sprintf("The replica of hashicorp/google does not serve %s. "+
			"If it is one of the provider's types, add it to internal/googlereplica/facts/types.txt and run internal/tools/googlefacts.", what),
	}}
}

// GetResourceIdentitySchemas serves no identities.
func (unserved) GetResourceIdentitySchemas(context.Context, *tfprotov5.GetResourceIdentitySchemasRequest) (*tfprotov5.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov5.GetResourceIdentitySchemasResponse{}, nil
}

// UpgradeResourceIdentity serves no identities.
func (unserved) UpgradeResourceIdentity(_ context.Context, request *tfprotov5.UpgradeResourceIdentityRequest) (*tfprotov5.UpgradeResourceIdentityResponse, error) {
	return &tfprotov5.UpgradeResourceIdentityResponse{Diagnostics: notServed("the identity of " + request.TypeName)}, nil
}

// MoveResourceState serves no moves between types.
func (unserved) MoveResourceState(_ context.Context, request *tfprotov5.MoveResourceStateRequest) (*tfprotov5.MoveResourceStateResponse, error) {
	return &tfprotov5.MoveResourceStateResponse{Diagnostics: notServed("a move to " + request.TargetTypeName)}, nil
}

// GenerateResourceConfig leaves it to the core.
func (unserved) GenerateResourceConfig(_ context.Context, request *tfprotov5.GenerateResourceConfigRequest) (*tfprotov5.GenerateResourceConfigResponse, error) {
	return &tfprotov5.GenerateResourceConfigResponse{Diagnostics: notServed("generated configuration of " + request.TypeName)}, nil
}

// GetFunctions serves no functions.
func (unserved) GetFunctions(context.Context, *tfprotov5.GetFunctionsRequest) (*tfprotov5.GetFunctionsResponse, error) {
	return &tfprotov5.GetFunctionsResponse{}, nil
}

// CallFunction serves no functions.
func (unserved) CallFunction(_ context.Context, request *tfprotov5.CallFunctionRequest) (*tfprotov5.CallFunctionResponse, error) {
	return &tfprotov5.CallFunctionResponse{Error: &tfprotov5.FunctionError{Text: notServed("the function " + request.Name)[0].Detail}}, nil
}

// ValidateEphemeralResourceConfig serves no ephemeral resources.
func (unserved) ValidateEphemeralResourceConfig(_ context.Context, request *tfprotov5.ValidateEphemeralResourceConfigRequest) (*tfprotov5.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov5.ValidateEphemeralResourceConfigResponse{Diagnostics: notServed("the ephemeral " + request.TypeName)}, nil
}

// OpenEphemeralResource serves no ephemeral resources.
func (unserved) OpenEphemeralResource(_ context.Context, request *tfprotov5.OpenEphemeralResourceRequest) (*tfprotov5.OpenEphemeralResourceResponse, error) {
	return &tfprotov5.OpenEphemeralResourceResponse{Diagnostics: notServed("the ephemeral " + request.TypeName)}, nil
}

// RenewEphemeralResource serves no ephemeral resources.
func (unserved) RenewEphemeralResource(_ context.Context, request *tfprotov5.RenewEphemeralResourceRequest) (*tfprotov5.RenewEphemeralResourceResponse, error) {
	return &tfprotov5.RenewEphemeralResourceResponse{Diagnostics: notServed("the ephemeral " + request.TypeName)}, nil
}

// CloseEphemeralResource serves no ephemeral resources.
func (unserved) CloseEphemeralResource(_ context.Context, request *tfprotov5.CloseEphemeralResourceRequest) (*tfprotov5.CloseEphemeralResourceResponse, error) {
	return &tfprotov5.CloseEphemeralResourceResponse{Diagnostics: notServed("the ephemeral " + request.TypeName)}, nil
}
