// Package schematest tries schemas and plans on real databases: it is for the
// tests of the schema engine, as httptest is for those of servers.
package schematest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	spanner "cloud.google.com/go/spanner/apiv1"

	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

// callLimit bounds every call, for a client of an emulator that has crashed
// would wait for ever.
const callLimit = 2 * time.Minute

// ErrEmulatorDied is what calls fail with while and after their emulator dies.
// The next database is on a new one.
var ErrEmulatorDied = errors.New("the Spanner emulator died")

// Emulators are a few real Spanner emulators that tests share. The zero value
// is one emulator, started when first needed.
type Emulators struct {
	// Count is how many emulators to spread databases over; 0 means 1. One that
	// crashes takes only its own databases with it.
	Count int

	mu    sync.Mutex
	slots []*emulator
	next  atomic.Int64
}

// emulator is one running emulator with its clients.
type emulator struct {
	process *localcloud.Emulator
	admin   *database.DatabaseAdminClient
	data    *spanner.Client
	// alive ends when the process does.
	alive context.Context
}

// NewDatabase makes an empty database, which is dropped when the test ends.
func (e *Emulators) NewDatabase(t testing.TB) *Database {
	t.Helper()
	return e.newDatabase(t, ddl.GoogleSQL)
}

func (e *Emulators) newDatabase(t testing.TB, dialect ddl.Dialect) *Database {
	t.Helper()
	d, err := e.Database(t.Context(), dialect)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Drop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return d
}

// Database makes an empty database named DatabaseID in an instance of its own.
// Who calls drops it.
func (e *Emulators) Database(ctx context.Context, dialect ddl.Dialect) (*Database, error) {
	number := e.next.Add(1)
	on, err := e.at(ctx, int(number)%max(e.Count, 1))
	if err != nil {
		return nil, err
	}
	instance := fmt.Sprintf("test-%d", number)
	parent := "projects/schematest/instances/" + instance
	d := &Database{on: on, dialect: dialect, Path: parent + "/databases/" + DatabaseID}
	return d, d.call(ctx, func(ctx context.Context) error {
		if dialect != ddl.PostgreSQL {
			return on.process.CreateDatabase(ctx, "schematest", instance, DatabaseID)
		}
		if err := on.process.CreateInstance(ctx, "schematest", instance); err != nil {
			return err
		}
		op, err := on.admin.CreateDatabase(ctx, &databasepb.CreateDatabaseRequest{Parent: parent,
			CreateStatement: `CREATE DATABASE "` + DatabaseID + `"`, DatabaseDialect: databasepb.DatabaseDialect_POSTGRESQL})
		if err != nil {
			return err
		}
		_, err = op.Wait(ctx)
		return err
	})
}

// at gives the emulator of a slot, a new one where there is none or where it
// has died.
func (e *Emulators) at(ctx context.Context, slot int) (*emulator, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for len(e.slots) <= slot {
		e.slots = append(e.slots, nil)
	}
	if have := e.slots[slot]; have != nil {
		if have.alive.Err() == nil {
			return have, nil
		}
		// What it says on stopping is about its death, which is known.
		_ = have.stop()
		e.slots[slot] = nil
	}
	started, err := start(ctx)
	if err != nil {
		return nil, err
	}
	e.slots[slot] = started
	return started, nil
}

func start(ctx context.Context) (*emulator, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	process, err := localcloud.StartEmulator(ctx, localcloud.EmulatorOptions{})
	if err != nil {
		return nil, err
	}
	alive, died := context.WithCancel(context.Background())
	go func() {
		<-process.Done()
		died()
	}()
	on := &emulator{process: process, alive: alive}
	// The clients outlive the call that makes them.
	if on.admin, err = database.NewDatabaseAdminClient(context.WithoutCancel(ctx), process.ClientOptions()...); err == nil {
		on.data, err = spanner.NewClient(context.WithoutCancel(ctx), process.ClientOptions()...)
	}
	if err != nil {
		return nil, errors.Join(err, on.stop())
	}
	return on, nil
}

func (on *emulator) stop() error {
	var errs []error
	if on.admin != nil {
		errs = append(errs, on.admin.Close())
	}
	if on.data != nil {
		errs = append(errs, on.data.Close())
	}
	return errors.Join(append(errs, on.process.Stop())...)
}

// Stop ends all emulators.
func (e *Emulators) Stop() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var errs []error
	for _, on := range e.slots {
		if on != nil {
			errs = append(errs, on.stop())
		}
	}
	e.slots = nil
	return errors.Join(errs...)
}

// Drop drops the database; one whose emulator died is gone already.
func (d *Database) Drop(ctx context.Context) error {
	err := d.call(ctx, func(ctx context.Context) error {
		return d.on.admin.DropDatabase(ctx, &databasepb.DropDatabaseRequest{Database: d.Path})
	})
	if errors.Is(err, ErrEmulatorDied) {
		return nil
	}
	return err
}

// call bounds a call and tells an emulator's death from its answer.
func (d *Database) call(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	defer context.AfterFunc(d.on.alive, cancel)()
	err := f(ctx)
	if err != nil && d.on.alive.Err() != nil {
		return fmt.Errorf("%w: %w", ErrEmulatorDied, err)
	}
	return err
}
