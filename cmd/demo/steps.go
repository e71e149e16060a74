package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

// drainedRegion is the region that the demo takes out of traffic.
const drainedRegion = "asia-southeast1"

func (d *demo) build(ctx context.Context) (err error) {
	d.begin("The provider")
	if d.settings.provider != "" {
		if d.settings.provider, err = absolute(d.settings.provider); err != nil {
			return err
		}
		d.line("%s, built before", d.settings.provider)
		return nil
	}
	if d.settings.provider, err = d.space.buildProvider(ctx, d.core.hurry); err != nil {
		return err
	}
	d.end("go build: done")
	return nil
}

func (d *demo) startCloud(ctx context.Context, emulator localcloud.Binary) (err error) {
	d.begin("A Google Cloud on this machine")
	d.cloud, err = localcloud.Start(ctx, localcloud.Options{Project: project, Log: d.space.log, Emulator: emulator})
	if err != nil {
		return err
	}
	if err := d.cloud.SeedLedger(ctx, d.ledger); err != nil {
		return errors.Join(err, d.cloud.Close())
	}
	d.line("Spanner emulator with an empty database; Compute API with %d backend services and the NEGs of %d regions",
		len(d.ledger.BackendServices), len(d.ledger.Regions))
	d.end("Started")
	return nil
}

func (d *demo) initialize(ctx context.Context) error {
	d.begin("%s init", d.core.command())
	if err := d.space.copyQuickstart(); err != nil {
		return err
	}
	d.core.dir = d.space.quickstart()
	address, err := d.core.providerAddress(ctx)
	if err != nil {
		return err
	}
	configuration, err := d.space.mirror(d.settings.provider, address, d.core.platform)
	if err != nil {
		return fmt.Errorf("the provider cannot be laid out for %s: %w", d.core.command(), err)
	}
	d.core.env = slices.Concat(d.core.env, d.cloud.Environment(), []string{
		"TF_CLI_CONFIG_FILE=" + configuration,
		"TF_IN_AUTOMATION=1",
		"TF_INPUT=0",
		"TF_LOG_PROVIDER=INFO",
		"TF_LOG_PATH=" + d.space.log.file.Name(),
		"TF_VAR_schema_dir=" + filepath.ToSlash(d.space.schema()),
		"TF_VAR_on_destroy=drop",
		"TF_VAR_stable_seconds=1",
		"TF_VAR_health_timeout_seconds=3",
		"TF_VAR_hold_seconds=1",
		"TF_VAR_settle_seconds=1",
	})
	if _, err := d.core.run(ctx, nil, "init", "-no-color"); err != nil {
		return err
	}
	d.end("Installed %s from a mirror on this machine", address)
	return nil
}

func (d *demo) firstPlan(ctx context.Context) error {
	d.begin("%s plan", d.core.command())
	p, err := d.plan(ctx, false)
	if err != nil {
		return err
	}
	if err := d.wantCounts(p, 1+len(d.ledger.Regions), 0, 0); err != nil {
		return err
	}
	statements, err := p.statements()
	if err != nil {
		return err
	}
	if len(statements) == 0 {
		return errors.New("the plan of the empty database shows no statements")
	}
	d.end("%d statements for the schema, %d regions to join", len(statements), len(d.ledger.Regions))
	return nil
}

func (d *demo) firstApply(ctx context.Context) error {
	d.begin("%s apply", d.core.command())
	if err := d.apply(ctx); err != nil {
		return err
	}
	d.end("Applied")
	return nil
}

func (d *demo) emptyPlan(ctx context.Context) error {
	d.begin("%s plan -detailed-exitcode", d.core.command())
	if err := d.wantEmptyPlan(ctx); err != nil {
		return err
	}
	d.end("No changes")
	return nil
}

// Arguments of the later steps, as a reader would type them.
var (
	version2 = []string{"-var", "schema_version=2"}
	drained  = []string{"-var", `drained_regions=["` + drainedRegion + `"]`}
	lastOne  = []string{"-var", "min_remaining_regions=0"}
)

func (d *demo) secondVersion(ctx context.Context) error {
	d.begin("Schema version 2: %s apply %s", d.core.command(), typed(version2))
	p, err := d.plan(ctx, true, version2...)
	if err != nil {
		return err
	}
	if err := d.wantCounts(p, 0, 1, 0); err != nil {
		return err
	}
	if err := d.apply(ctx); err != nil {
		return err
	}
	if err := d.wantEmptyPlan(ctx, version2...); err != nil {
		return err
	}
	d.end("Applied in place; the next plan: no changes")
	return nil
}

func (d *demo) refusedVersion(ctx context.Context) error {
	args := []string{"-var", "schema_version=3"}
	d.begin("Schema version 3 drops a column: %s plan %s", d.core.command(), typed(args))
	if err := d.wantRefused(ctx, "LastStatus", append([]string{"plan", "-no-color"}, args...)...); err != nil {
		return err
	}
	d.end("Refused before anything was sent: exit code 1")
	return nil
}

func (d *demo) drain(ctx context.Context) error {
	args := slices.Concat(version2, drained)
	d.begin("One region drained: %s apply %s", d.core.command(), typed(args))
	p, err := d.plan(ctx, false, args...)
	if err != nil {
		return err
	}
	if err := d.wantCounts(p, 0, 1, 0); err != nil {
		return err
	}
	if err := d.apply(ctx); err != nil {
		return err
	}
	rows, err := d.database.regions(ctx)
	if err != nil {
		return err
	}
	d.line("%s", regionQuery)
	for _, line := range regionTable(rows) {
		d.line("  %s", line)
	}
	if err := wantDrained(rows, len(d.ledger.Regions)); err != nil {
		return err
	}
	all, without := backends(d.cloud.API(), d.ledger)
	if all == 0 || without*len(d.ledger.Regions) != all {
		return fmt.Errorf("%d of the load balancer's %d backends are at capacity 0, expected one region's share", without, all)
	}
	d.end("The load balancer agrees: %d of its %d backends are at capacity 0", without, all)
	return nil
}

// wantDrained checks that the region table says what was applied.
func wantDrained(rows []regionRow, regions int) error {
	if len(rows) != regions {
		return fmt.Errorf("the region table has %d rows, expected %d", len(rows), regions)
	}
	for _, row := range rows {
		state, capacity := "ACTIVE", int64(100)
		if row.Region == drainedRegion {
			state, capacity = "DRAINED", 0
		}
		if row.State != state || row.CapacityPercent != capacity {
			return fmt.Errorf("the region table has %s %s at %d %%, expected %s at %d %%", row.Region, row.State, row.CapacityPercent, state, capacity)
		}
	}
	return nil
}

func (d *demo) refusedDestroy(ctx context.Context) error {
	d.begin("The last regions are guarded: %s destroy", d.core.command())
	args := slices.Concat([]string{"plan", "-no-color", "-destroy"}, version2)
	if err := d.wantRefused(ctx, "min_remaining_regions", args...); err != nil {
		return err
	}
	d.end("Refused: exit code 1")
	return nil
}

func (d *demo) destroy(ctx context.Context) error {
	args := slices.Concat(version2, lastOne)
	d.begin("Guard lifted: %s apply %s, then destroy", d.core.command(), typed(lastOne))
	if _, err := d.core.expect(ctx, []int{2}, nil, append([]string{"plan", "-no-color", "-detailed-exitcode", "-out=plan"}, args...)...); err != nil {
		return err
	}
	if _, err := d.core.run(ctx, nil, "apply", "-no-color", "plan"); err != nil {
		return err
	}
	p, err := d.plan(ctx, false, append([]string{"-destroy"}, args...)...)
	if err != nil {
		return err
	}
	if err := d.wantCounts(p, 0, 0, 1+len(d.ledger.Regions)); err != nil {
		return err
	}
	if err := d.apply(ctx); err != nil {
		return err
	}
	left, _ := backends(d.cloud.API(), d.ledger)
	tables, err := d.database.tables(ctx)
	if err != nil {
		return err
	}
	if left != 0 || tables != 0 {
		return fmt.Errorf("after destroy the load balancer has %d backends and the database %d tables, expected none", left, tables)
	}
	d.end("The load balancer has no backends, the database no tables")
	return nil
}
