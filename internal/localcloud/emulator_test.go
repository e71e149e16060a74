//go:build unix

package localcloud

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// start starts an emulator and stops it with the test.
func start(t *testing.T, o EmulatorOptions) *Emulator {
	t.Helper()
	e, err := StartEmulator(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	return e
}

// closed closes what a test is done with.
func closed(t testing.TB, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// refuses waits until nobody listens on an address any more. The kernel takes a
// dead process apart piece by piece, so the first dial may still find it.
func refuses(t *testing.T, host string) {
	t.Helper()
	limit := time.Now().Add(20 * time.Second)
	for {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			return
		}
		if err := conn.SetDeadline(limit); err != nil {
			t.Fatal(err)
		}
		// The connection ends when the program at the other end does.
		_, err = io.Copy(io.Discard, conn)
		closed(t, conn)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("somebody still listens on %s", host)
		}
	}
}

func TestRealEmulator(t *testing.T) {
	// Where the caller's environment points must not matter.
	t.Setenv("SPANNER_EMULATOR_HOST", "127.0.0.1:1")
	ctx := t.Context()
	e := start(t, EmulatorOptions{})
	if host, _, err := net.SplitHostPort(e.Host()); err != nil || host != "127.0.0.1" {
		t.Errorf("Host = %q, want a port of 127.0.0.1", e.Host())
	}
	for _, name := range []string{"one", "two"} {
		if err := e.CreateDatabase(ctx, "a-project", "ledger", name); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.CreateDatabase(ctx, "a-project", "ledger", "one"); status.Code(err) != codes.AlreadyExists {
		t.Errorf("creating a database again = %v, want AlreadyExists", err)
	}

	client, err := database.NewDatabaseAdminClient(ctx, e.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, client)
	path := "projects/a-project/instances/ledger/databases/one"
	op, err := client.UpdateDatabaseDdl(ctx, &databasepb.UpdateDatabaseDdlRequest{
		Database:   path,
		Statements: []string{"CREATE TABLE T (\n  Id INT64 NOT NULL,\n) PRIMARY KEY(Id)"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := op.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	ddl, err := client.GetDatabaseDdl(ctx, &databasepb.GetDatabaseDdlRequest{Database: path})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"CREATE TABLE T (\n  Id INT64 NOT NULL,\n) PRIMARY KEY(Id)"}, ddl.GetStatements()); diff != "" {
		t.Errorf("DDL (-want +got):\n%s", diff)
	}

	pid := e.process.cmd.Process.Pid
	for range 2 {
		if err := e.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
	}
	<-e.Done()
	if err := e.Err(); err != nil {
		t.Errorf("Err after Stop = %v, want nil", err)
	}
	if processAlive(pid) {
		t.Errorf("process %d is still there", pid)
	}
	refuses(t, e.Host())
}

func TestRealEmulatorOnPickedPorts(t *testing.T) {
	t.Parallel()
	one, two := start(t, EmulatorOptions{}), start(t, EmulatorOptions{})
	if one.Host() == two.Host() {
		t.Errorf("two emulators share %s", one.Host())
	}
}

func TestEmulatorOnAskedPort(t *testing.T) {
	t.Parallel()
	binary := Binary{Path: role(t, "emulator")}
	port, err := pickPort(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e := start(t, EmulatorOptions{Binary: binary, Port: port})
	if want := fmt.Sprintf("127.0.0.1:%d", port); e.Host() != want {
		t.Errorf("Host = %s, want %s", e.Host(), want)
	}
	_, err = StartEmulator(t.Context(), EmulatorOptions{Binary: binary, Port: port})
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("port %d of 127.0.0.1 cannot be used", port)) || strings.Contains(err.Error(), "\n") {
		t.Errorf("starting on a taken port = %v, want one sentence that names it", err)
	}
}

func TestEmulatorThatEndsByItself(t *testing.T) {
	t.Parallel()
	e := start(t, EmulatorOptions{Binary: Binary{Path: role(t, "emulator")}})
	if err := e.Err(); err != nil {
		t.Errorf("Err while it runs = %v", err)
	}
	if err := syscall.Kill(e.process.cmd.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-e.Done()
	for what, err := range map[string]error{
		"Err":            e.Err(),
		"CreateDatabase": e.CreateDatabase(t.Context(), "p", "i", "d"),
	} {
		if err == nil || !strings.Contains(err.Error(), "the Spanner emulator is gone: it ended by itself (signal: killed)") ||
			!strings.Contains(err.Error(), "Cloud Spanner Emulator running.") {
			t.Errorf("%s = %v, want how it ended and its last output", what, err)
		}
	}
}

func TestEmulatorThatDoesNotStart(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	_, err := StartEmulator(t.Context(), EmulatorOptions{Binary: Binary{Path: role(t, "broken-emulator")}, Log: &log})
	if err == nil || !strings.Contains(err.Error(), "exit status 1") || !strings.Contains(err.Error(), "xxx") || len(err.Error()) > 2*tailSize {
		t.Errorf("error = %v, want the exit status and the end of the output", err)
	}
	if log.Len() < 3*tailSize {
		t.Errorf("the log has %d bytes, want all of the output", log.Len())
	}
	if _, err := StartEmulator(t.Context(), EmulatorOptions{Binary: Binary{Path: "/nowhere/emulator_main"}}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error = %v, want that the program does not exist", err)
	}
}

// stopAt cancels when the output tells of a mark.
type stopAt struct {
	bytes.Buffer
	mark   string
	cancel context.CancelFunc
}

func (w *stopAt) Write(b []byte) (int, error) {
	n, err := w.Buffer.Write(b)
	if strings.Contains(w.String(), w.mark) {
		w.cancel()
	}
	return n, err
}

func TestEmulatorThatNeverAnswers(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := StartEmulator(ctx, EmulatorOptions{
		Binary: Binary{Path: role(t, "mute-emulator")}, Log: &stopAt{mark: "asked", cancel: cancel},
	})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("error = %v, want that it does not answer", err)
	}
}

func TestEmulatorThatIsTooSlow(t *testing.T) {
	t.Parallel()
	_, err := StartEmulator(t.Context(), EmulatorOptions{Binary: Binary{Path: role(t, "mute-emulator")}, ReadyTimeout: time.Millisecond})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "not ready within 1ms") {
		t.Errorf("error = %v, want the limit", err)
	}
}

func TestStartThatIsInterruptedLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	log := &stopAt{mark: "child", cancel: cancel}
	_, err := StartEmulator(ctx, EmulatorOptions{Binary: Binary{Path: role(t, "silent-emulator")}, Log: log})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want canceled", err)
	}
	var pid int
	var child string
	if _, err := fmt.Sscanf(log.String(), "pid %d child %s", &pid, &child); err != nil {
		t.Fatalf("log %q: %v", log.String(), err)
	}
	if processAlive(pid) {
		t.Errorf("process %d is still there", pid)
	}
	refuses(t, child) // the program's own child was killed with it
}

func TestAddressWatchReadsPieces(t *testing.T) {
	t.Parallel()
	w := &addressWatch{found: make(chan string, 1)}
	for _, piece := range []string{"noise\nI0000 main.cc:40] Server ad", "dress: 127.0.0.1:", "45\nServer address: 127.0.0.1:99\n"} {
		if n, err := w.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Errorf("Write = %d, %v", n, err)
		}
	}
	if got := <-w.found; got != "127.0.0.1:45" {
		t.Errorf("address = %q", got)
	}
}
