// Package acctest runs acceptance tests: the provider under a real Terraform
// or OpenTofu binary, against the real Spanner emulator and a strict fake of the
// APIs whose discovery documents are in internal/localcloud/discovery. It is a
// module of its own, so that what only tests need stays out of the provider's
// module graph.
//
// A test package of this module has one TestMain:
//
//	func TestMain(m *testing.M) { acctest.Main(m) }
//
// which starts one local cloud for the package. Tests run at the same time and
// keep apart by NewProject and NewDatabase.
package acctest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

// startLimit bounds how long the local cloud may take to start.
const startLimit = 2 * time.Minute

// running holds the package's cloud between Main and the tests, which the
// testing package starts without arguments.
var running struct {
	cloud *localcloud.Cloud
}

// Main prepares the environment, starts the local cloud, runs the tests and
// exits with their code. It stops the cloud also on an interrupt.
func Main(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "acceptance tests cannot run:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if err := prepareEnvironment(); err != nil {
		return 1, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	cloud, err := localcloud.Start(ctx, localcloud.Options{Project: "acctest"})
	if err != nil {
		return 1, err
	}
	running.cloud = cloud

	var stop sync.Once
	shut := func() {
		stop.Do(func() {
			if closing := cloud.Close(); closing != nil && err == nil {
				code, err = 1, closing
			}
		})
	}
	defer shut()
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupts
		shut()
		os.Exit(1)
	}()
	return m.Run(), nil
}

// Cloud is the package's local cloud.
func Cloud(t testing.TB) *localcloud.Cloud {
	t.Helper()
	if running.cloud == nil {
		t.Fatal("the package's TestMain does not call acctest.Main")
	}
	return running.cloud
}

// NewProject gives the id of a project that no other test uses. It exists in
// the fake of Google's APIs, empty.
func NewProject(t testing.TB) string {
	t.Helper()
	project := "p-" + digest(t.Name())
	Cloud(t).API().AddProject(project)
	return project
}

// NewDatabase makes an empty database in a project of the test's own and gives
// its full path, projects/P/instances/I/databases/D.
func NewDatabase(t testing.TB) string {
	t.Helper()
	project := NewProject(t)
	const instance, database = "ledger", "ledger"
	if err := Cloud(t).Emulator().CreateDatabase(t.Context(), project, instance, database); err != nil {
		t.Fatalf("create a database for the test: %v", err)
	}
	return fmt.Sprintf("projects/%s/instances/%s/databases/%s", project, instance, database)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
