package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

// project is the id of the project that the cloud on this machine holds.
const project = "proveniq-demo"

// demo is one run.
type demo struct {
	*screen
	settings settings
	space    *space
	core     *core
	cloud    *localcloud.Cloud
	ledger   localcloud.Ledger
	database *database
}

// run shows the demo and leaves nothing behind but the log. It returns
// errInterrupted when the context ended by an interrupt.
func run(ctx context.Context, hurry <-chan struct{}, s settings, out io.Writer) (err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, runLimit, fmt.Errorf("the demo did not end within %s", runLimit))
	defer cancel()
	// What can be told without doing anything comes first.
	binary, err := findCore(s.core, exec.LookPath)
	if err != nil {
		return err
	}
	emulator, err := localcloud.FindEmulator()
	if err != nil {
		return err
	}
	place, err := newSpace(s.root, s.work)
	if err != nil {
		return err
	}
	d := &demo{settings: s, space: place, ledger: localcloud.DefaultLedger(project)}
	d.screen = newScreen(out, time.Now, 2+len(d.steps()))
	defer func() {
		if closing := place.close(); err == nil {
			err = closing
		}
		if err != nil {
			fmt.Fprintf(out, "\nFull log: %s\n", place.logPath())
		}
	}()
	d.core = &core{path: binary, dir: place.dir, log: place.log, hurry: hurry, env: append(baseEnvironment(os.Environ()), "CHECKPOINT_DISABLE=1")}
	if err := d.core.identify(ctx); err != nil {
		return err
	}
	fmt.Fprintf(out, "Proveniq Ledger, on this machine only: %s %s, the Spanner emulator, a fake of the Compute API.\n", d.core.name, d.core.version)
	if err := d.show(ctx, emulator); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return err
	}
	fmt.Fprintf(out, "\nDone in %s; nothing is left running. Full log: %s\n", d.elapsed(), place.logPath())
	return nil
}

// show runs all steps and stops the cloud.
func (d *demo) show(ctx context.Context, emulator localcloud.Binary) (err error) {
	if err := d.build(ctx); err != nil {
		return err
	}
	if err := d.startCloud(ctx, emulator); err != nil {
		return err
	}
	defer func() {
		if closing := d.cloud.Close(); err == nil {
			err = closing
		}
	}()
	// An emulator that crashes ends the run, and says why.
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-d.cloud.Done():
			cancel(d.cloud.Err())
		case <-ctx.Done():
		}
	}()
	if d.database, err = openDatabase(ctx, d.cloud.Emulator(), d.ledger); err != nil {
		return err
	}
	defer d.database.close()
	for _, step := range d.steps() {
		if err := step(ctx); err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			return err
		}
	}
	return nil
}

// steps are what is shown once the provider and the cloud are there.
func (d *demo) steps() []func(context.Context) error {
	return []func(context.Context) error{
		d.initialize, d.firstPlan, d.firstApply, d.emptyPlan, d.secondVersion, d.refusedVersion, d.drain, d.rejoin, d.refusedDestroy, d.destroy,
	}
}
