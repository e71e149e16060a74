package functions

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// NewRecoverySeconds makes the function recovery_seconds.
func NewRecoverySeconds() function.Function { return recoverySeconds{} }

type recoverySeconds struct{}

// Metadata names the function.
func (recoverySeconds) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "recovery_seconds"
}

// Definition describes the function.
func (recoverySeconds) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             "Tells how long a dead region keeps getting requests",
		MarkdownDescription: fmt.Sprintf("Gives the seconds until requests go elsewhere at worst: what the health check takes to notice (`detection_seconds`), and what the load balancer takes to act on it. Google publishes no figure for the latter: %d seconds are assumed where `convergence_seconds` is not given.", topology.ConvergenceSeconds),
		Parameters: []function.Parameter{
			function.Float64Parameter{Name: "detection_seconds", MarkdownDescription: "What `detection_seconds` tells."},
		},
		VariadicParameter: function.Float64Parameter{Name: "convergence_seconds", MarkdownDescription: "How long the load balancer takes to act, in seconds."},
		Return:            function.Float64Return{},
	}
}

// Run adds them.
func (recoverySeconds) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var detection float64
	var given []float64
	if resp.Error = req.Arguments.Get(ctx, &detection, &given); resp.Error != nil {
		return
	}
	convergence := float64(topology.ConvergenceSeconds)
	switch {
	case len(given) > 1:
		report(resp, 1, errors.New("there is one convergence: give no more than one"))
		return
	case len(given) == 1:
		convergence = given[0]
	}
	if detection < 0 || convergence < 0 {
		resp.Error = function.NewFuncError("A time is 0 seconds or more.")
		return
	}
	resp.Error = resp.Result.Set(ctx, detection+convergence)
}
