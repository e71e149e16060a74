package ledgerregion

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// record writes the region's row after the load balancer has changed. With
// on_error = "warn" a failure becomes a warning and no error.
func (r *regionResource) record(ctx context.Context, m model, zones []string, why string, diags *diag.Diagnostics) (written bool, err error) {
	return r.inRegistry(ctx, m, diags, func(ctx context.Context, c *registry.Client, t registry.Tables) error {
		percent := m.CapacityPercent.ValueInt64()
		return c.Put(ctx, t, registry.Row{
			LedgerID: m.LedgerID.ValueString(), Region: m.Region.ValueString(),
			State: steady(percent), CapacityPercent: percent, Zones: zones,
			ProviderVersion: r.conn.ProviderVersion(),
		}, why)
	})
}

// compare says in the model whether the region's row agrees with it. A region
// table that does not answer is a warning, and what was known of the row stays.
func (r *regionResource) compare(ctx context.Context, m *model, diags *diag.Diagnostics) {
	where, d := m.registryTable(ctx)
	diags.Append(d...)
	if where == nil || d.HasError() {
		return
	}
	client, err := r.conn.Registry(ctx, where.database)
	var rows []registry.Row
	if err == nil {
		rows, err = client.Planned(ctx, where.tables, m.LedgerID.ValueString())
	}
	if err != nil {
		diags.AddAttributeWarning(path.Root("registry"), "The region table could not be read",
			wording.Sentence(err.Error())+" Whether the table agrees with this region is not known; the plan goes by what the last apply wrote.")
		return
	}
	zones, d := m.attached(ctx)
	diags.Append(d...)
	written := slices.ContainsFunc(rows, func(row registry.Row) bool {
		return row.Region == m.Region.ValueString() && row.State == steady(m.CapacityPercent.ValueInt64()) &&
			row.CapacityPercent == m.CapacityPercent.ValueInt64() && slices.Equal(row.Zones, zones)
	})
	m.RegistryStatus = m.registryStatus(written)
}

// forget removes the region's row after the region has left.
func (r *regionResource) forget(ctx context.Context, m model, diags *diag.Diagnostics) (written bool, err error) {
	return r.inRegistry(ctx, m, diags, func(ctx context.Context, c *registry.Client, t registry.Tables) error {
		return c.Remove(ctx, t, registry.Row{
			LedgerID: m.LedgerID.ValueString(), Region: m.Region.ValueString(),
			State: stateLeft, ProviderVersion: r.conn.ProviderVersion(),
		}, m.because("left"))
	})
}

func (r *regionResource) inRegistry(ctx context.Context, m model, diags *diag.Diagnostics, write func(context.Context, *registry.Client, registry.Tables) error) (written bool, err error) {
	where, d := m.registryTable(ctx)
	diags.Append(d...)
	if where == nil || d.HasError() {
		return false, nil
	}
	bounded, cancel := context.WithTimeout(ctx, registryLimit)
	defer cancel()
	client, err := r.conn.Registry(bounded, where.database)
	if err == nil {
		err = write(bounded, client, where.tables)
	}
	if err == nil {
		return true, nil
	}
	p := &problem{
		at:      path.Root("registry"),
		summary: "The region table was not written",
		detail: wording.Sentence(err.Error()) + fmt.Sprintf(" The load balancer had changed already; table %s of %s does not have this change.",
			where.tables.Regions, where.database),
		cause: err,
	}
	// An interrupted apply has failed, whatever on_error says.
	if where.fail || ctx.Err() != nil {
		return false, p
	}
	diags.AddAttributeWarning(p.at, p.summary, p.detail+" The next plan writes it again.")
	return false, nil
}
