package localcloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/spanner"
	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	instance "cloud.google.com/go/spanner/admin/instance/apiv1"
	"cloud.google.com/go/spanner/admin/instance/apiv1/instancepb"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// Backend carries the databases of a fake of Google's APIs to the emulator.
func (e *Emulator) Backend() api.SpannerBackend { return spannerBackend{e} }

// spannerBackend is the emulator as the fake sees it.
type spannerBackend struct{ *Emulator }

// CreateInstance makes an instance of the emulator's own configuration; one that
// is there is kept.
func (b spannerBackend) CreateInstance(ctx context.Context, name string) error {
	project, id, ok := strings.Cut(strings.TrimPrefix(name, "projects/"), "/instances/")
	if !ok {
		return fmt.Errorf("%q is no name of an instance", name)
	}
	return b.Emulator.CreateInstance(ctx, project, id)
}

// DeleteInstance removes an instance with its databases.
func (b spannerBackend) DeleteInstance(ctx context.Context, name string) error {
	client, err := instance.NewInstanceAdminClient(ctx, option.WithGRPCConn(b.conn))
	if err != nil {
		return err
	}
	err = client.DeleteInstance(ctx, &instancepb.DeleteInstanceRequest{Name: name})
	if status.Code(err) == codes.NotFound {
		return nil
	}
	return b.because(err)
}

// Instances names the instances of a project, sorted.
func (b spannerBackend) Instances(ctx context.Context, project string) ([]string, error) {
	client, err := instance.NewInstanceAdminClient(ctx, option.WithGRPCConn(b.conn))
	if err != nil {
		return nil, err
	}
	var names []string
	found := client.ListInstances(ctx, &instancepb.ListInstancesRequest{Parent: project})
	for {
		i, err := found.Next()
		switch {
		case errors.Is(err, iterator.Done):
			slices.Sort(names)
			return names, nil
		case err != nil:
			return nil, b.because(err)
		}
		names = append(names, i.GetName())
	}
}

// admin is a client for databases; it shares the emulator's connection, which
// outlives it.
func (b spannerBackend) admin(ctx context.Context) (*database.DatabaseAdminClient, error) {
	return database.NewDatabaseAdminClient(ctx, option.WithGRPCConn(b.conn))
}

// Databases names the databases of an instance, sorted; none for an instance
// that the emulator does not have.
func (b spannerBackend) Databases(ctx context.Context, name string) ([]string, error) {
	client, err := b.admin(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	found := client.ListDatabases(ctx, &databasepb.ListDatabasesRequest{Parent: name})
	for {
		d, err := found.Next()
		switch {
		case errors.Is(err, iterator.Done):
			slices.Sort(names)
			return names, nil
		case status.Code(err) == codes.NotFound:
			return nil, nil
		case err != nil:
			return nil, b.because(err)
		}
		names = append(names, d.GetName())
	}
}

// IsPostgreSQL asks the database itself: the emulator's admin API does not say.
func (b spannerBackend) IsPostgreSQL(ctx context.Context, name string) (bool, error) {
	client, err := b.rows(ctx, name)
	if err != nil {
		return false, err
	}
	defer client.Close()
	var dialect string
	err = client.Single().Query(ctx, spanner.NewStatement("SELECT option_value FROM information_schema.database_options WHERE option_name = 'database_dialect'")).
		Do(func(r *spanner.Row) error { return r.Column(0, &dialect) })
	return dialect == "POSTGRESQL", b.because(err)
}

// CreateDatabase makes a database with the statements that come with it. The
// instance is made when nobody made it yet.
func (b spannerBackend) CreateDatabase(ctx context.Context, d api.SpannerDatabase) error {
	parent, id, ok := strings.Cut(d.Name, "/databases/")
	if !ok {
		return fmt.Errorf("%q is no name of a database", d.Name)
	}
	if err := b.CreateInstance(ctx, parent); err != nil {
		return err
	}
	client, err := b.admin(ctx)
	if err != nil {
		return err
	}
	r := &databasepb.CreateDatabaseRequest{Parent: parent, CreateStatement: "CREATE DATABASE `" + id + "`",
		ExtraStatements: d.ExtraStatements, ProtoDescriptors: d.ProtoDescriptors}
	if d.PostgreSQL {
		r.CreateStatement, r.DatabaseDialect = `CREATE DATABASE "`+id+`"`, databasepb.DatabaseDialect_POSTGRESQL
	}
	op, err := client.CreateDatabase(ctx, r)
	if err == nil {
		_, err = op.Wait(ctx)
	}
	return b.because(err)
}

// DropDatabase drops a database.
func (b spannerBackend) DropDatabase(ctx context.Context, name string) error {
	client, err := b.admin(ctx)
	if err != nil {
		return err
	}
	return b.because(client.DropDatabase(ctx, &databasepb.DropDatabaseRequest{Database: name}))
}

// UpdateDDL applies statements and waits for them.
func (b spannerBackend) UpdateDDL(ctx context.Context, name string, statements []string, protoDescriptors []byte) error {
	client, err := b.admin(ctx)
	if err != nil {
		return err
	}
	op, err := client.UpdateDatabaseDdl(ctx, &databasepb.UpdateDatabaseDdlRequest{Database: name, Statements: statements, ProtoDescriptors: protoDescriptors})
	if err != nil {
		return b.because(err)
	}
	if err := op.Wait(ctx); err != nil {
		return &api.SpannerOperationError{Err: b.because(err)}
	}
	return nil
}

// DDL gives the statements that make the database as it is.
func (b spannerBackend) DDL(ctx context.Context, name string) ([]string, []byte, error) {
	client, err := b.admin(ctx)
	if err != nil {
		return nil, nil, err
	}
	got, err := client.GetDatabaseDdl(ctx, &databasepb.GetDatabaseDdlRequest{Database: name})
	return got.GetStatements(), got.GetProtoDescriptors(), b.because(err)
}

// rows is a client for the rows of a database.
func (b spannerBackend) rows(ctx context.Context, name string) (*spanner.Client, error) {
	return spanner.NewClientWithConfig(ctx, name, spanner.ClientConfig{DisableNativeMetrics: true}, b.ClientOptions()...)
}
