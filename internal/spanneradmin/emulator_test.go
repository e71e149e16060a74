package spanneradmin_test

import (
	"context"
	"errors"
	"testing"

	"cloud.google.com/go/spanner"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
)

// TestOnTheEmulator checks what the in-process server of the other tests only
// claims: words, codes and the behaviour of operation ids.
func TestOnTheEmulator(t *testing.T) {
	t.Parallel()
	emulator, err := localcloud.StartEmulator(t.Context(), localcloud.EmulatorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Stop(); err != nil {
			t.Errorf("stopping the emulator: %v", err)
		}
	})
	client, err := spanneradmin.New(t.Context(), spanneradmin.Options{
		ClientOptions: emulator.ClientOptions(), Retry: soon, Poll: soon, Limiter: rate.NewLimiter(500, 5),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Errorf("closing the client: %v", err)
		}
	})

	for name, test := range map[string]func(*testing.T, *spanneradmin.Client, spanneradmin.DatabasePath){
		"absent":  absent,
		"again":   again,
		"halfway": func(t *testing.T, c *spanneradmin.Client, p spanneradmin.DatabasePath) { halfway(t, c, p, emulator) },
		"refused": refused,
		"transaction": func(t *testing.T, c *spanneradmin.Client, p spanneradmin.DatabasePath) {
			transaction(t, c, p, emulator)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := spanneradmin.DatabasePath{Project: "acme", Instance: "ledger", Database: name}
			if err := emulator.CreateDatabase(t.Context(), path.Project, path.Instance, path.Database); err != nil {
				t.Fatal(err)
			}
			test(t, client, path)
		})
	}
}

const (
	createT = "CREATE TABLE T (\n  Id INT64,\n  V INT64,\n) PRIMARY KEY(Id)"
	createU = "CREATE TABLE U (\n  Id INT64,\n) PRIMARY KEY(Id)"
)

func connectData(t *testing.T, emulator *localcloud.Emulator, path spanneradmin.DatabasePath) *spanner.Client {
	t.Helper()
	data, err := spanner.NewClientWithConfig(t.Context(), path.String(), spanner.ClientConfig{DisableNativeMetrics: true}, emulator.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(data.Close)
	return data
}

func mustUpdate(t *testing.T, client *spanneradmin.Client, path spanneradmin.DatabasePath, id string, statements ...string) {
	t.Helper()
	if err := client.UpdateDDL(t.Context(), path, spanneradmin.Batch{Statements: statements, OperationID: id}); err != nil {
		t.Fatal(err)
	}
}

func wantEcho(t *testing.T, client *spanneradmin.Client, path spanneradmin.DatabasePath, want ...string) {
	t.Helper()
	got, err := client.GetDDL(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Statements); diff != "" {
		t.Errorf("unexpected schema (-want +got):\n%s", diff)
	}
}

func absent(t *testing.T, client *spanneradmin.Client, path spanneradmin.DatabasePath) {
	path.Database = "nowhere"
	if _, err := client.GetDDL(t.Context(), path); !errors.Is(err, spanneradmin.ErrDatabaseNotFound) {
		t.Errorf("got %v, want that the database does not exist", err)
	}
	err := client.UpdateDDL(t.Context(), path, spanneradmin.Batch{Statements: []string{createT}, OperationID: "op"})
	if !errors.Is(err, spanneradmin.ErrDatabaseNotFound) {
		t.Errorf("got %v, want that the database does not exist", err)
	}
	path.Instance = "nowhere"
	if _, err := client.GetDDL(t.Context(), path); !errors.Is(err, spanneradmin.ErrInstanceNotFound) {
		t.Errorf("got %v, want that the instance does not exist", err)
	}
}

// again uses one operation id for the same change time and again.
func again(t *testing.T, client *spanneradmin.Client, path spanneradmin.DatabasePath) {
	for range 3 {
		mustUpdate(t, client, path, "there", createT)
		wantEcho(t, client, path, createT)
		mustUpdate(t, client, path, "back", "DROP TABLE T")
		wantEcho(t, client, path)
	}
}

// halfway lets the second statement fail on rows that are there.
func halfway(t *testing.T, client *spanneradmin.Client, path spanneradmin.DatabasePath, emulator *localcloud.Emulator) {
	mustUpdate(t, client, path, "base", createT)
	data := connectData(t, emulator, path)
	rows := []*spanner.Mutation{
		spanner.Insert("T", []string{"Id", "V"}, []any{1, 7}),
		spanner.Insert("T", []string{"Id", "V"}, []any{2, 7}),
	}
	if _, err := data.Apply(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	err := client.UpdateDDL(t.Context(), path, spanneradmin.Batch{
		Statements: []string{createU, "CREATE UNIQUE INDEX ByV ON T (V)", "DROP TABLE U"}, OperationID: "op",
	})
	var failure *spanneradmin.UpdateError
	if !errors.As(err, &failure) {
		t.Fatalf("got %v, want an UpdateError", err)
	}
	if failure.Applied != 1 || failure.Failed != 1 || failure.Unfinished || failure.Operation != path.String()+"/operations/op" {
		t.Errorf("unexpected failure %+v", failure)
	}
	wantEcho(t, client, path, createT, createU)
}

func refused(t *testing.T, client *spanneradmin.Client, path spanneradmin.DatabasePath) {
	statements := []string{createT, "CREATE TABLE (Broken)", createU}
	err := client.UpdateDDL(t.Context(), path, spanneradmin.Batch{Statements: statements, OperationID: "op"})
	var failure *spanneradmin.UpdateError
	if !errors.As(err, &failure) {
		t.Fatalf("got %v, want an UpdateError", err)
	}
	if failure.Applied != 0 || failure.Failed != 1 || failure.Unfinished {
		t.Errorf("unexpected failure %+v", failure)
	}
	wantEcho(t, client, path)
}

// transaction sends a change while a read-write transaction is open. The
// emulator refuses the change, or aborts the transaction, as it likes.
func transaction(t *testing.T, client *spanneradmin.Client, path spanneradmin.DatabasePath, emulator *localcloud.Emulator) {
	mustUpdate(t, client, path, "base", createT)
	open, err := spanner.NewReadWriteStmtBasedTransaction(t.Context(), connectData(t, emulator, path))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open.Update(t.Context(), spanner.Statement{SQL: "INSERT INTO T (Id) VALUES (1)"}); err != nil {
		t.Fatal(err)
	}
	refused, changed := make(chan struct{}, 1), make(chan error, 1)
	go func() {
		changed <- client.UpdateDDL(t.Context(), path, spanneradmin.Batch{
			Statements: []string{createU}, OperationID: "op",
			BeforeRetry: func(context.Context) error {
				select {
				case refused <- struct{}{}:
				default:
				}
				return nil
			},
		})
	}()
	select {
	case <-refused:
		open.Rollback(t.Context())
		err = <-changed
	case err = <-changed:
		open.Rollback(t.Context())
	}
	if err != nil {
		t.Errorf("the transaction passed, but the change failed: %v", err)
	}
	wantEcho(t, client, path, createT, createU)
}
