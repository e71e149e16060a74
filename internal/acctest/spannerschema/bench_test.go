package spannerschema_test

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner"
	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"google.golang.org/grpc"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

const address = "proveniq_spanner_schema.ledger"

// bench is one database on the real emulator and the gateway that the provider
// reaches it through.
type bench struct {
	t        *testing.T
	emulator *localcloud.Emulator
	database string
	gateway  *gateway
	admin    *database.DatabaseAdminClient
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchOn(t, acctest.Cloud(t).Emulator(), acctest.NewDatabase(t))
}

func newBenchOn(t *testing.T, emulator *localcloud.Emulator, path string) *bench {
	t.Helper()
	b := &bench{t: t, emulator: emulator, database: path}
	admin, err := database.NewDatabaseAdminClient(t.Context(), emulator.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	b.admin = admin
	b.gateway = startGateway(t, admin)
	t.Cleanup(func() {
		if err := admin.Close(); err != nil {
			t.Errorf("closing the admin client: %v", err)
		}
	})
	return b
}

// newPostgresBench is newBench with a database of the PostgreSQL dialect.
func newPostgresBench(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	parts := strings.Split(b.database, "/")
	operation, err := b.admin.CreateDatabase(t.Context(), &databasepb.CreateDatabaseRequest{
		Parent: strings.Join(parts[:4], "/"), CreateStatement: `CREATE DATABASE "accounts"`, DatabaseDialect: databasepb.DatabaseDialect_POSTGRESQL,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := operation.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.database = strings.Join(parts[:5], "/") + "/accounts"
	return b
}

// config is a configuration of one schema with these arguments.
func (b *bench) config(arguments string) string {
	return b.configOf(b.database, arguments)
}

func (b *bench) configOf(path, arguments string) string {
	return acctest.ProviderBlock(b.t, "") + fmt.Sprintf("resource \"proveniq_spanner_schema\" \"ledger\" {\n  database = %q\n%s\n}\n", path, arguments)
}

// terraform prepares a root module with this configuration, for what the test
// framework does not do.
func (b *bench) terraform(config string) *acctest.CLI {
	b.t.Helper()
	return acctest.NewCLI(b.t, config, "SPANNER_EMULATOR_HOST", b.gateway.address)
}

// text is the argument ddl.
func text(statements ...string) string {
	return "  ddl = <<-EOT\n" + strings.Join(statements, ";\n") + ";\nEOT\n"
}

// id is what google_spanner_database exports as its id.
func (b *bench) id() string {
	parts := strings.Split(b.database, "/")
	return parts[3] + "/" + parts[5]
}

// change changes the schema behind the provider's back.
func (b *bench) change(statements ...string) {
	b.t.Helper()
	if err := b.tryChange(statements...); err != nil {
		b.t.Fatalf("changing the schema: %v", err)
	}
}

func (b *bench) tryChange(statements ...string) error {
	operation, err := b.admin.UpdateDatabaseDdl(b.t.Context(), &databasepb.UpdateDatabaseDdlRequest{Database: b.database, Statements: statements})
	if err != nil {
		return err
	}
	return operation.Wait(b.t.Context())
}

// drop drops the database.
func (b *bench) drop() {
	b.t.Helper()
	if err := b.admin.DropDatabase(b.t.Context(), &databasepb.DropDatabaseRequest{Database: b.database}); err != nil {
		b.t.Fatal(err)
	}
}

// live gives the schema as the database tells it, in one text.
func (b *bench) live() string {
	b.t.Helper()
	answer, err := b.admin.GetDatabaseDdl(b.t.Context(), &databasepb.GetDatabaseDdlRequest{Database: b.database})
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.Join(answer.GetStatements(), ";\n")
}

// wantLive checks which tables, indexes and views there are, in any order.
func (b *bench) wantLive(names ...string) {
	b.t.Helper()
	live := b.live()
	found := regexp.MustCompile(`(?m)^CREATE (?:UNIQUE )?(?:TABLE|INDEX|VIEW) (\w+)`).FindAllStringSubmatch(live, -1)
	var got []string
	for _, match := range found {
		got = append(got, match[1])
	}
	slices.Sort(got)
	slices.Sort(names)
	if strings.Join(got, " ") != strings.Join(names, " ") {
		b.t.Errorf("the database holds %q, want %q", got, names)
	}
}

// sql runs DML.
func (b *bench) sql(statements ...string) {
	b.t.Helper()
	client, err := spanner.NewClientWithConfig(b.t.Context(), b.database, spanner.ClientConfig{DisableNativeMetrics: true},
		b.emulator.ClientOptions()...)
	if err != nil {
		b.t.Fatal(err)
	}
	defer client.Close()
	_, err = client.ReadWriteTransaction(b.t.Context(), func(ctx context.Context, transaction *spanner.ReadWriteTransaction) error {
		for _, statement := range statements {
			if _, err := transaction.Update(ctx, spanner.Statement{SQL: statement}); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// gateway passes the provider's calls on to the emulator and counts them.
type gateway struct {
	databasepb.UnimplementedDatabaseAdminServer
	longrunningpb.UnimplementedOperationsServer
	admin   *database.DatabaseAdminClient
	address string

	mu     sync.Mutex
	reads  int
	writes int
	// calls counts all calls; answered, when set, hears of each one after the
	// emulator has answered it and before the provider does.
	calls    int
	answered func(call int)
	// read, when set, may fail in the emulator's stead.
	read func() error
	// update, when set, answers instead of the emulator.
	update func(context.Context, *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error)
	// poll, when set, answers instead of the emulator.
	poll func(context.Context, *longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error)
}

func startGateway(t *testing.T, admin *database.DatabaseAdminClient) *gateway {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{admin: admin, address: listener.Addr().String()}
	server := grpc.NewServer()
	databasepb.RegisterDatabaseAdminServer(server, g)
	longrunningpb.RegisterOperationsServer(server, g)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil {
			t.Errorf("the gateway: %v", err)
		}
	})
	return g
}

// hear counts a call that the emulator has answered.
func (g *gateway) hear() {
	g.mu.Lock()
	g.calls++
	call, answered := g.calls, g.answered
	g.mu.Unlock()
	if answered != nil {
		answered(call)
	}
}

// listen starts the count of calls anew.
func (g *gateway) listen(answered func(call int)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls, g.answered = 0, answered
}

// fail makes the gateway fail reads, or not when the error is nil.
func (g *gateway) fail(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.read = func() error { return err }
}

// counts gives the reads and schema changes since it was last asked.
func (g *gateway) counts() (reads, writes int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	reads, writes = g.reads, g.writes
	g.reads, g.writes = 0, 0
	return reads, writes
}

func (g *gateway) GetDatabaseDdl(ctx context.Context, req *databasepb.GetDatabaseDdlRequest) (*databasepb.GetDatabaseDdlResponse, error) {
	defer g.hear()
	g.mu.Lock()
	g.reads++
	read := g.read
	g.mu.Unlock()
	if read != nil {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return g.admin.GetDatabaseDdl(ctx, req)
}

func (g *gateway) GetDatabase(ctx context.Context, req *databasepb.GetDatabaseRequest) (*databasepb.Database, error) {
	defer g.hear()
	return g.admin.GetDatabase(ctx, req)
}

func (g *gateway) UpdateDatabaseDdl(ctx context.Context, req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
	defer g.hear()
	g.mu.Lock()
	g.writes++
	update := g.update
	g.mu.Unlock()
	if update != nil {
		return update(ctx, req)
	}
	operation, err := g.admin.UpdateDatabaseDdl(ctx, req)
	if err != nil {
		return nil, err
	}
	return g.admin.GetOperation(ctx, &longrunningpb.GetOperationRequest{Name: operation.Name()})
}

func (g *gateway) GetOperation(ctx context.Context, req *longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error) {
	defer g.hear()
	g.mu.Lock()
	poll := g.poll
	g.mu.Unlock()
	if poll != nil {
		return poll(ctx, req)
	}
	return g.admin.GetOperation(ctx, req)
}
