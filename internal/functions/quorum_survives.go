package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// NewQuorumSurvives makes the function quorum_survives.
func NewQuorumSurvives() function.Function { return quorumSurvives{} }

type quorumSurvives struct{}

// Metadata names the function.
func (quorumSurvives) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "quorum_survives"
}

// Definition describes the function.
func (quorumSurvives) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Tells whether writes outlast the loss of regions",
		MarkdownDescription: "Tells whether commits are still possible when all of `lost_regions` are down at once, without anybody doing anything. A region without a replica that votes takes nothing away. " +
			"In a dual-region configuration either region's loss ends writes until the quorum is changed.",
		Parameters: []function.Parameter{
			topologyParameter(),
			function.ListParameter{Name: "lost_regions", ElementType: types.StringType, MarkdownDescription: "The regions that are lost."},
		},
		Return: function.BoolReturn{},
	}
}

// Run loses the regions.
func (quorumSurvives) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var described types.Dynamic
	var lost types.List
	if resp.Error = req.Arguments.Get(ctx, &described, &lost); resp.Error != nil {
		return
	}
	t, _, err := theTopology(described)
	if err != nil {
		report(resp, 0, err)
		return
	}
	names, err := regionNames(lost.Elements())
	if err != nil {
		report(resp, 1, err)
		return
	}
	for _, region := range names {
		t = t.Without(region)
	}
	writes, _ := t.Writable()
	resp.Error = resp.Result.Set(ctx, writes)
}
