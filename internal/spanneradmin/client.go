// Package spanneradmin is the client of Spanner's Database Admin API: it reads
// the DDL of a database, submits schema changes, follows them to their end and
// attaches again to those whose answer was lost.
//
// Every request on the wire, retries and polls included, passes one limiter,
// because the admin quota counts them all. Nothing is ever sent twice under
// another operation id while the first may still run.
package spanneradmin

import (
	"context"
	"fmt"
	"time"

	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/googleapis/gax-go/v2"
	"golang.org/x/time/rate"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Defaults of Options.
const (
	defaultRequestTimeout = 2 * time.Minute
	defaultPatience       = 30 * time.Second
)

// Options configure a Client. The zero value uses application default
// credentials, no limiter and the default waits.
type Options struct {
	// ClientOptions carry endpoint, credentials and user agent. They prevail
	// over SPANNER_EMULATOR_HOST, which the underlying client also honours.
	ClientOptions []option.ClientOption
	// Limiter is waited for before every request on the wire; nil means no limit.
	Limiter *rate.Limiter
	// RequestTimeout limits one request, the wait for the limiter not
	// included; 0 means two minutes.
	RequestTimeout time.Duration
	// Patience limits the pauses between the attempts of one call while the
	// API does not answer or is over its quota; 0 means 30 seconds.
	Patience time.Duration
	// Retry paces the attempts of one call, and those of a schema change that
	// another schema change or transaction stands in the way of.
	Retry gax.Backoff
	// Poll paces the questions for the state of a running schema change.
	Poll gax.Backoff
}

// Client talks to the Database Admin API. It is safe for concurrent use.
type Client struct {
	admin    *database.DatabaseAdminClient
	patience time.Duration
	retry    gax.Backoff
	poll     gax.Backoff
}

// New makes a client. It looks for credentials, but sends nothing.
func New(ctx context.Context, o Options) (*Client, error) {
	timeout := o.RequestTimeout
	if timeout == 0 {
		timeout = defaultRequestTimeout
	}
	pacing := option.WithGRPCDialOption(grpc.WithChainUnaryInterceptor(paced(o.Limiter, timeout)))
	admin, err := database.NewDatabaseAdminClient(ctx, append(append([]option.ClientOption{}, o.ClientOptions...), pacing)...)
	if err != nil {
		return nil, fmt.Errorf("preparing the client of the Spanner Database Admin API: %w", err)
	}
	// The generated defaults retry for up to an hour; ours are bounded and in
	// this package.
	admin.CallOptions = &database.DatabaseAdminCallOptions{}

	c := &Client{admin: admin, patience: o.Patience, retry: o.Retry, poll: o.Poll}
	if c.patience == 0 {
		c.patience = defaultPatience
	}
	if c.retry == (gax.Backoff{}) {
		c.retry = gax.Backoff{Initial: 250 * time.Millisecond, Max: 15 * time.Second, Multiplier: 1.6}
	}
	if c.poll == (gax.Backoff{}) {
		c.poll = gax.Backoff{Initial: 500 * time.Millisecond, Max: 20 * time.Second, Multiplier: 1.5}
	}
	return c, nil
}

// Close closes the connection.
func (c *Client) Close() error {
	return c.admin.Close()
}

// DDL is the schema of a database as the API tells it.
type DDL struct {
	// Statements recreate the schema; none ends with ";".
	Statements []string
	// ProtoDescriptors is a serialized google.protobuf.FileDescriptorSet,
	// empty when the database has no proto bundle.
	ProtoDescriptors []byte
}

// GetDDL reads the schema of a database. The error satisfies errors.Is for
// ErrDatabaseNotFound or ErrInstanceNotFound when that is the cause.
func (c *Client) GetDDL(ctx context.Context, path DatabasePath) (DDL, error) {
	var ddl DDL
	err := c.attempt(ctx, c.patience, func(ctx context.Context) error {
		answer, err := c.admin.GetDatabaseDdl(ctx, &databasepb.GetDatabaseDdlRequest{Database: path.String()})
		if err != nil {
			return err
		}
		ddl = DDL{Statements: answer.GetStatements(), ProtoDescriptors: answer.GetProtoDescriptors()}
		return nil
	})
	if err != nil {
		return DDL{}, apiError(err)
	}
	return ddl, nil
}

// Dialect gives the dialect of a database in the API's words, for example
// "GOOGLE_STANDARD_SQL"; it is empty when the API leaves it open, as the
// emulator may. Errors are those of GetDDL.
func (c *Client) Dialect(ctx context.Context, path DatabasePath) (string, error) {
	dialect := ""
	err := c.attempt(ctx, c.patience, func(ctx context.Context) error {
		answer, err := c.admin.GetDatabase(ctx, &databasepb.GetDatabaseRequest{Name: path.String()})
		if known := answer.GetDatabaseDialect(); known != databasepb.DatabaseDialect_DATABASE_DIALECT_UNSPECIFIED {
			dialect = known.String()
		}
		return err
	})
	if err != nil {
		return "", apiError(err)
	}
	return dialect, nil
}

// attempt calls f until it succeeds, fails for good or the pauses exceed the
// limit. Only for calls that change nothing.
func (c *Client) attempt(ctx context.Context, limit time.Duration, f func(context.Context) error) error {
	wait := c.newPatience(limit)
	for {
		err := f(ctx)
		switch status.Code(err) {
		case codes.Unavailable, codes.ResourceExhausted:
			if !wait.pause(ctx) {
				return err
			}
		default:
			return err
		}
	}
}

// patience is the pauses that one call may still take.
type patience struct {
	backoff gax.Backoff
	left    time.Duration
}

func (c *Client) newPatience(limit time.Duration) *patience {
	return &patience{backoff: c.retry, left: limit}
}

// pause sleeps and reports whether another attempt is worth making.
func (p *patience) pause(ctx context.Context) bool {
	next := p.backoff.Pause()
	if next > p.left {
		return false
	}
	p.left -= next
	return gax.Sleep(ctx, next) == nil
}

// paced makes every request wait for the limiter and then limits its time.
func paced(limiter *rate.Limiter, timeout time.Duration) grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		if limiter != nil {
			if err := limiter.Wait(ctx); err != nil {
				if ctx.Err() != nil {
					return status.FromContextError(ctx.Err()).Err()
				}
				return status.Error(codes.DeadlineExceeded, "the limit of admin calls per second leaves no time for this one: "+err.Error())
			}
		}
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		return invoke(ctx, method, req, reply, conn, opts...)
	}
}
