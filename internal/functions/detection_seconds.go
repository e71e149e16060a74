package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// NewDetectionSeconds makes the function detection_seconds.
func NewDetectionSeconds() function.Function { return detectionSeconds{} }

type detectionSeconds struct{}

// Metadata names the function.
func (detectionSeconds) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "detection_seconds"
}

// Definition describes the function.
func (detectionSeconds) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Tells how long a health check takes to notice a failure",
		MarkdownDescription: "Gives the seconds until an endpoint that dies counts as unhealthy at worst: `unhealthy_threshold * check_interval_sec + timeout_sec`. " +
			"What Google would refuse is an error. Requests go elsewhere a little later: see `recovery_seconds`.",
		Parameters: []function.Parameter{
			function.Float64Parameter{Name: "check_interval_sec", MarkdownDescription: "Seconds from one probe to the next, 1 to 300."},
			function.Float64Parameter{Name: "timeout_sec", MarkdownDescription: "Seconds that a probe waits, at most the interval."},
			function.Float64Parameter{Name: "unhealthy_threshold", MarkdownDescription: "Failed probes in a row that count as unhealthy, 1 to 10."},
		},
		Return: function.Float64Return{},
	}
}

// Run computes it.
func (detectionSeconds) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var interval, timeout, threshold float64
	if resp.Error = req.Arguments.Get(ctx, &interval, &timeout, &threshold); resp.Error != nil {
		return
	}
	check := topology.HealthCheck{IntervalSeconds: interval, TimeoutSeconds: timeout, UnhealthyThreshold: threshold}
	if err := check.Check(); err != nil {
		resp.Error = function.NewFuncError(err.Error() + ".")
		return
	}
	resp.Error = resp.Result.Set(ctx, check.DetectionSeconds())
}
