package spannerschema_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/iam/apiv1/iampb"
	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/googleapis/gax-go/v2"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerquery"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerschema"
)

// database is a database behind an in-process admin server. Its echo is what
// the test puts there; a CREATE statement that is sent is added to it.
type database struct {
	server *admintest.Server
	echo   []string
	sent   [][]string
	// getDDL and updateDDL, when set, answer before the database does; they
	// answer nil, nil to leave it to the database.
	getDDL    func() error
	updateDDL func(*databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error)
	// poll answers for operations that do not end at once.
	poll func(*longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error)
	// cancel answers when an operation is cancelled.
	cancel func(*longrunningpb.CancelOperationRequest) error
	// permissions are those that the credentials have; nil: the API does not say.
	permissions []string
	dialect     databasepb.DatabaseDialect
	// getDatabase is why the database is not described.
	getDatabase error
	// rows answers queries; nil: nobody does.
	rows *spannerquery.Client
}

func newDatabase(t *testing.T, echo ...string) *database {
	t.Helper()
	d := &database{echo: echo}
	d.server = admintest.Start(t, admintest.Answers{
		GetDDL: func(req *databasepb.GetDatabaseDdlRequest) (*databasepb.GetDatabaseDdlResponse, error) {
			if req.GetDatabase() != fullPath {
				return nil, status.Errorf(codes.NotFound, "Database not found: %s", req.GetDatabase())
			}
			if d.getDDL != nil {
				if err := d.getDDL(); err != nil {
					return nil, err
				}
			}
			return &databasepb.GetDatabaseDdlResponse{Statements: d.echo}, nil
		},
		UpdateDDL: func(req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
			d.sent = append(d.sent, req.GetStatements())
			if d.updateDDL != nil {
				if operation, err := d.updateDDL(req); operation != nil || err != nil {
					return operation, err
				}
			}
			return d.apply(req, len(req.GetStatements())), nil
		},
		GetOperation: func(req *longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error) {
			if d.poll == nil {
				return nil, status.Errorf(codes.NotFound, "Operation not found: %s", req.GetName())
			}
			return d.poll(req)
		},
		GetDatabase: func(req *databasepb.GetDatabaseRequest) (*databasepb.Database, error) {
			if req.GetName() != fullPath {
				return nil, status.Errorf(codes.NotFound, "Database not found: %s", req.GetName())
			}
			return &databasepb.Database{Name: req.GetName(), DatabaseDialect: d.dialect}, d.getDatabase
		},
		Cancel: func(req *longrunningpb.CancelOperationRequest) error {
			if d.cancel == nil {
				return status.Error(codes.Unimplemented, "not here")
			}
			return d.cancel(req)
		},
		Permissions: func(*iampb.TestIamPermissionsRequest) (*iampb.TestIamPermissionsResponse, error) {
			if d.permissions == nil {
				return nil, status.Error(codes.Unimplemented, "not here")
			}
			return &iampb.TestIamPermissionsResponse{Permissions: d.permissions}, nil
		},
	})
	return d
}

// apply applies the first statements of a request.
func (d *database) apply(req *databasepb.UpdateDatabaseDdlRequest, count int) *longrunningpb.Operation {
	for _, statement := range req.GetStatements()[:count] {
		if strings.HasPrefix(statement, "CREATE ") {
			d.echo = append(d.echo, statement)
		}
	}
	return admintest.Succeeded(req.GetDatabase()+"/operations/"+req.GetOperationId(), count)
}

// testProvider holds nothing but the resource.
type testProvider struct {
	database *database
	// project and projectErr are the provider's default project.
	project    string
	projectErr error
	// clientErr is why there is no client.
	clientErr error
}

func (p *testProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "proveniq"
}
func (p *testProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (p *testProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{spannerschema.NewDataSource}
}
func (p *testProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{spannerschema.NewResource}
}

func (p *testProvider) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	resp.ResourceData, resp.DataSourceData = p, p
}

func (p *testProvider) DefaultProject() (string, error) { return p.project, p.projectErr }

func (p *testProvider) DatabaseAdmin(ctx context.Context) (*spanneradmin.Client, error) {
	if p.clientErr != nil {
		return nil, p.clientErr
	}
	soon := gax.Backoff{Initial: time.Microsecond, Max: time.Millisecond, Multiplier: 2}
	return spanneradmin.New(ctx, spanneradmin.Options{
		ClientOptions: p.database.server.ClientOptions(), Retry: soon, Poll: soon, Patience: 20 * time.Millisecond,
	})
}

func (p *testProvider) Query(context.Context, string) (*spannerquery.Client, error) {
	if p.database.rows != nil {
		return p.database.rows, nil
	}
	return nil, errors.New("there are no rows here")
}

// unknownArgument is what the provider's connections answer with when a value
// of theirs is not known yet.
type unknownArgument struct{}

func (unknownArgument) Error() string           { return "the argument project is not known yet" }
func (unknownArgument) UnknownArgument() string { return "project" }
