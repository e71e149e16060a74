package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// NewCommitFloorMS makes the function commit_floor_ms.
func NewCommitFloorMS() function.Function { return commitFloorMS{} }

type commitFloorMS struct{}

// Metadata names the function.
func (commitFloorMS) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "commit_floor_ms"
}

// Definition describes the function.
func (commitFloorMS) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Tells the least time of a commit from a region",
		MarkdownDescription: "Gives the milliseconds that a blind write from `region` takes at least: the round trip to the leader, and that from the leader to the farthest voter of the nearest quorum. " +
			"A read-write transaction reads first, and so takes the round trip to the leader once more (`round_trip_ms`). " +
			"Null where a round trip that it stands on is not known, and where there is no quorum.",
		Parameters: []function.Parameter{
			topologyParameter(),
			function.StringParameter{Name: "region", MarkdownDescription: "The region that writes; it need not have a replica."},
		},
		Return: function.Int64Return{},
	}
}

// Run computes the floor.
func (commitFloorMS) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var described types.Dynamic
	var region string
	if resp.Error = req.Arguments.Get(ctx, &described, &region); resp.Error != nil {
		return
	}
	t, roundTrips, err := theTopology(described)
	if err != nil {
		report(resp, 0, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, wholeMilliseconds(t.Floors(region, roundTrips).Commit))
}
