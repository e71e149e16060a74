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
	return r.inRegistry(ctx, m, "The next plan writes it again.", diags, func(ctx context.Context, c *registry.Client, t registry.Tables) error {
		percent := m.CapacityPercent.ValueInt64()
		return c.Put(ctx, t, registry.Row{
			LedgerID: m.LedgerID.ValueString(), Region: m.Region.ValueString(),
			State: steady(percent), CapacityPercent: percent, Zones: zones,
			ProviderVersion: r.conn.ProviderVersion(),
		}, why)
	})
}

// row is the region's row in its region table; nil when there is none. told is
// false when the table did not answer, which is a warning.
func (r *regionResource) row(ctx context.Context, m model, diags *diag.Diagnostics) (row *registry.Row, told bool) {
	where, d := m.registryTable(ctx)
	diags.Append(d...)
	if where == nil || d.HasError() {
		return nil, true
	}
	client, err := r.conn.Registry(ctx, where.database)
	var rows []registry.Row
	if err == nil {
		rows, err = client.Planned(ctx, where.tables, m.LedgerID.ValueString())
	}
	if err != nil {
		diags.AddAttributeWarning(path.Root("registry"), "The region table could not be read",
			wording.Sentence(err.Error())+" Whether the table agrees with this region is not known; the plan goes by what the last apply wrote.")
		return nil, false
	}
	at := slices.IndexFunc(rows, func(row registry.Row) bool { return row.Region == m.Region.ValueString() })
	if at < 0 {
		return nil, true
	}
	return &rows[at], true
}

// compare says in the model whether the region's row agrees with it.
func (m *model) compare(ctx context.Context, row *registry.Row, diags *diag.Diagnostics) {
	zones, d := m.attached(ctx)
	diags.Append(d...)
	percent := m.CapacityPercent.ValueInt64()
	m.RegistryStatus = m.registryStatus(row != nil && row.State == steady(percent) && row.CapacityPercent == percent && slices.Equal(row.Zones, zones))
}

// forget removes the region's row after the region has left.
func (r *regionResource) forget(ctx context.Context, m model, why string, diags *diag.Diagnostics) error {
	_, err := r.inRegistry(ctx, m, m.orphan(), diags, func(ctx context.Context, c *registry.Client, t registry.Tables) error {
		return c.Remove(ctx, t, registry.Row{
			LedgerID: m.LedgerID.ValueString(), Region: m.Region.ValueString(),
			State: stateLeft, ProviderVersion: r.conn.ProviderVersion(),
		}, m.because(why))
	})
	return err
}

// orphan says what is to become of a row that no resource is left to remove.
func (m model) orphan() string {
	return fmt.Sprintf("Nothing removes the row (%s, %s) any more: delete it there.", m.LedgerID.ValueString(), m.Region.ValueString())
}

// forgetMoved removes the row from a region table that an update has left. The
// change itself is done, so a failure is a warning whatever on_error says.
func (r *regionResource) forgetMoved(ctx context.Context, plan, state model, diags *diag.Diagnostics) {
	was, d := state.registryTable(ctx)
	diags.Append(d...)
	now, d := plan.registryTable(ctx)
	diags.Append(d...)
	if diags.HasError() || was == nil || now != nil && now.database == was.database && now.tables.Regions == was.tables.Regions {
		return
	}
	if err := r.forget(ctx, state, "no longer written to this table", diags); err != nil {
		p := asProblem(err)
		diags.AddAttributeWarning(p.at, p.summary, p.detail+" "+state.orphan())
	}
}

// inRegistry writes to the region table. remains is what a warning adds: what is
// to become of a row that was not written.
func (r *regionResource) inRegistry(ctx context.Context, m model, remains string, diags *diag.Diagnostics, write func(context.Context, *registry.Client, registry.Tables) error) (written bool, err error) {
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
	diags.AddAttributeWarning(p.at, p.summary, p.detail+" "+remains)
	return false, nil
}
