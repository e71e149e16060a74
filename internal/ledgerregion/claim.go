package ledgerregion

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// claim refuses a plan in which two resources claim one region of a ledger.
// replaced says that this is the new one of a resource that was planned as it
// stands, with the same configuration.
func (r *regionResource) claim(ctx context.Context, m model, c loadbalancer.Claim, diags *diag.Diagnostics) (replaced bool) {
	if m.Project.IsUnknown() || m.LedgerID.IsUnknown() || m.Region.IsUnknown() {
		return false
	}
	lb, err := r.conn.LoadBalancer(ctx)
	if err != nil {
		return false
	}
	earlier := lb.Claim(m.Project.ValueString(), m.owner().String(), c)
	has := func(intent loadbalancer.Intent) bool {
		return slices.ContainsFunc(earlier, func(e loadbalancer.Claim) bool { return e.Intent == intent })
	}
	destroys := c.Intent == loadbalancer.IntentDestroy
	const summary = "Two resources claim the same region of a ledger"
	what := fmt.Sprintf("Region %s of ledger %s in project %s ", m.Region.ValueString(), m.LedgerID.ValueString(), m.Project.ValueString())
	switch {
	case destroys && (has(loadbalancer.IntentCreate) || has(loadbalancer.IntentKeep)), !destroys && has(loadbalancer.IntentDestroy):
		diags.AddAttributeError(path.Root("region"), summary, what+"belongs to a resource that this plan destroys and to another one that it makes or keeps. "+
			"Destroying the one would take the other's backends out. Where the resource was renamed, add a moved block; "+
			"where there are two, remove the one to go from state (removed block with destroy = false, or state rm).")
	case !destroys && has(loadbalancer.IntentCreate),
		c.Intent == loadbalancer.IntentKeep && has(loadbalancer.IntentKeep):
		diags.AddAttributeError(path.Root("region"), summary, what+"is claimed by another resource of this plan. Each region of a ledger belongs to one resource: remove one of the two, or give it another region or ledger_id.")
	case c.Intent == loadbalancer.IntentCreate && has(loadbalancer.IntentKeep):
		text := what + "exists already as another resource of this plan. Each region of a ledger belongs to one resource: remove one of the two, or give it another region or ledger_id."
		// With -replace, core plans a resource as it stands and then once more as a new one.
		if slices.ContainsFunc(earlier, func(e loadbalancer.Claim) bool { return e.Configuration == c.Configuration }) {
			diags.AddAttributeWarning(path.Root("region"), "The region is to be replaced, or two resources claim it", what+
				"is planned as it stands and as a new one. Where it is to be replaced, all is well. Where two resources have the same configuration, remove one of them: they would take turns.")
			return true
		}
		diags.AddAttributeError(path.Root("region"), summary, text)
	}
	return false
}

// succeeded says whether this apply has joined the region as a new resource, which
// has taken over the marks of the one that is to go: with create_before_destroy.
func (r *regionResource) succeeded(ctx context.Context, m model) bool {
	lb, err := r.conn.LoadBalancer(ctx)
	if err != nil {
		return false
	}
	_, joined := lb.Joined(m.Project.ValueString(), m.owner().String())
	return joined
}
