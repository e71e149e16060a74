package schematest

import (
	"context"
	"fmt"
	"strings"

	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"cloud.google.com/go/spanner/apiv1/spannerpb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// DatabaseID is the id of every database, for ALTER DATABASE names it.
const DatabaseID = "db"

// Database is a database of an emulator.
type Database struct {
	// Path is projects/P/instances/I/databases/D.
	Path string

	on      *emulator
	dialect ddl.Dialect
	session string
}

// Apply runs statements in one batch, as the provider does.
func (d *Database) Apply(ctx context.Context, statements []string) error {
	if len(statements) == 0 {
		return nil
	}
	return d.call(ctx, func(ctx context.Context) error {
		op, err := d.on.admin.UpdateDatabaseDdl(ctx, &databasepb.UpdateDatabaseDdlRequest{Database: d.Path, Statements: statements})
		if err == nil {
			err = op.Wait(ctx)
		}
		if err != nil {
			return fmt.Errorf("%w\nstatements:\n%s", err, strings.Join(statements, ";\n"))
		}
		return nil
	})
}

// Echo is what GetDatabaseDdl returns.
func (d *Database) Echo(ctx context.Context) (statements []string, err error) {
	err = d.call(ctx, func(ctx context.Context) error {
		reply, err := d.on.admin.GetDatabaseDdl(ctx, &databasepb.GetDatabaseDdlRequest{Database: d.Path})
		statements = reply.GetStatements()
		return err
	})
	return statements, err
}

// EchoSchema is Echo, read.
func (d *Database) EchoSchema(ctx context.Context) (*ddl.Schema, error) {
	statements, err := d.Echo(ctx)
	return d.dialect.ParseEcho(statements), err
}

// Query runs a query and gives its rows, every value as text. Lists and
// structs give empty text.
func (d *Database) Query(ctx context.Context, sql string) (rows [][]string, err error) {
	err = d.withSession(ctx, func(ctx context.Context) error {
		result, err := d.on.data.ExecuteSql(ctx, &spannerpb.ExecuteSqlRequest{Session: d.session, Sql: sql})
		if err != nil {
			return fmt.Errorf("%w\nquery: %s", err, sql)
		}
		for _, row := range result.GetRows() {
			cells := make([]string, len(row.GetValues()))
			for i, v := range row.GetValues() {
				cells[i] = v.GetStringValue()
				if v.GetBoolValue() {
					cells[i] = "true"
				}
			}
			rows = append(rows, cells)
		}
		return nil
	})
	return rows, err
}

// Row is one row of a table.
type Row struct {
	Table   string
	Columns []string
	Values  []*structpb.Value
}

// Insert commits rows in one transaction.
func (d *Database) Insert(ctx context.Context, rows []Row) error {
	mutations := make([]*spannerpb.Mutation, len(rows))
	for i, r := range rows {
		write := &spannerpb.Mutation_Write{Table: r.Table, Columns: r.Columns, Values: []*structpb.ListValue{{Values: r.Values}}}
		mutations[i] = &spannerpb.Mutation{Operation: &spannerpb.Mutation_Insert{Insert: write}}
	}
	once := &spannerpb.CommitRequest_SingleUseTransaction{SingleUseTransaction: &spannerpb.TransactionOptions{
		Mode: &spannerpb.TransactionOptions_ReadWrite_{ReadWrite: &spannerpb.TransactionOptions_ReadWrite{}}}}
	return d.withSession(ctx, func(ctx context.Context) error {
		_, err := d.on.data.Commit(ctx, &spannerpb.CommitRequest{Session: d.session, Transaction: once, Mutations: mutations})
		return err
	})
}

func (d *Database) withSession(ctx context.Context, f func(context.Context) error) error {
	return d.call(ctx, func(ctx context.Context) error {
		if d.session == "" {
			s, err := d.on.data.CreateSession(ctx, &spannerpb.CreateSessionRequest{Database: d.Path})
			if err != nil {
				return err
			}
			d.session = s.GetName()
		}
		return f(ctx)
	})
}
