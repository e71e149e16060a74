package spanneradmin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/googleapis/gax-go/v2"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// followPatience is how many times longer than other calls the polls of a
// running operation, which may have taken hours already, bear a silent API.
const followPatience = 20

// Batch is one schema change.
type Batch struct {
	// Statements run in this order; none may begin with a comment or end with ";".
	Statements []string
	// ProtoDescriptors go with CREATE and ALTER PROTO BUNDLE, else empty.
	ProtoDescriptors []byte
	// OperationID identifies the change, see OperationID.
	OperationID string
	// BeforeRetry, when set, is called before the batch is sent again because
	// another schema change stood in the way; its error ends the attempt and
	// is returned as it is.
	BeforeRetry func(context.Context) error
	// CancelOnInterrupt makes the end of the context, unless it is that of its
	// time, cancel the running operation. Finished statements stay.
	CancelOnInterrupt bool
}

// UpdateDDL submits a batch and returns when Spanner has finished it. It waits
// as long as the context lasts. A change under the same operation id that
// still runs is joined; a finished one is taken as the answer when ours was
// lost, else the change is sent under the next id. A failure is an *UpdateError.
func (c *Client) UpdateDDL(ctx context.Context, path DatabasePath, batch Batch) error {
	if len(batch.Statements) == 0 {
		return nil
	}
	run := &update{client: c, path: path, batch: batch, nth: 1}
	obstacles := c.retry
	for {
		err := run.once(ctx)
		if batch.CancelOnInterrupt && run.unfinished && errors.Is(ctx.Err(), context.Canceled) {
			err = run.cancel(ctx, err)
		}
		if err == nil {
			return nil
		}
		if run.applied > 0 || !concurrentChange(err) {
			return run.failure(ctx, err)
		}
		if run.failed {
			run.nextID()
		}
		tflog.Info(ctx, "Another schema change or transaction is in the way of this one, which will be sent again", map[string]any{
			"database": path.String(), "answer": status.Convert(err).Message(),
		})
		run.obstacle = err
		if gax.Sleep(ctx, obstacles.Pause()) != nil {
			return run.failure(ctx, err)
		}
		if batch.BeforeRetry != nil {
			if err := batch.BeforeRetry(ctx); err != nil {
				return err
			}
		}
	}
}

// update is one batch on its way.
type update struct {
	client *Client
	path   DatabasePath
	batch  Batch
	nth    int
	// unanswered is true when an earlier attempt under this id may have
	// reached the server.
	unanswered bool

	// obstacle is why the batch had to be sent again.
	obstacle   error
	operation  string
	applied    int
	failed     bool
	unfinished bool
	cancelled  bool
	seen       string
}

// nextID turns to the id after one that a finished operation has used up.
func (u *update) nextID() {
	u.nth++
	u.unanswered = false
}

// failure makes the error of what is known about the run.
func (u *update) failure(ctx context.Context, err error) error {
	failure := &UpdateError{
		Operation:  u.operation,
		Statements: u.batch.Statements,
		Applied:    u.applied,
		Failed:     -1,
		Unfinished: u.unfinished,
		Err:        apiError(err),
	}
	switch {
	case u.cancelled:
		failure.Cancelled = true
	case u.failed && u.applied < len(u.batch.Statements):
		failure.Failed = u.applied
	case !u.failed && !u.unfinished:
		failure.Failed = quoted(status.Convert(err).Message(), u.batch.Statements)
	}
	ended := status.Code(err) == codes.Canceled || status.Code(err) == codes.DeadlineExceeded ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	if over := over(ctx); over != nil && !u.failed && (ended || concurrentChange(err)) {
		failure.Err = over
		if u.obstacle != nil {
			failure.Err = fmt.Errorf("%w, while waiting because of: %w", over, apiError(u.obstacle))
		}
	}
	return failure
}

// quoted is the index of the one statement that the refusal of a whole batch
// quotes, or -1.
func quoted(message string, statements []string) int {
	found := -1
	message = strings.Join(strings.Fields(message), " ")
	for i, statement := range statements {
		if !strings.Contains(message, strings.Join(strings.Fields(statement), " ")) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// over is the error of a context that is over. A request can learn that the
// deadline has passed a moment before the context tells.
func over(ctx context.Context) error {
	if deadline, limited := ctx.Deadline(); limited && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return ctx.Err()
}

// once sends the batch and follows it. It sends again only under the same id,
// or under the next when an earlier change has used up this one.
func (u *update) once(ctx context.Context) error {
	wait := u.client.newPatience(u.client.patience)
	u.operation, u.unfinished, u.failed = "", false, false
	for {
		id := nthID(u.batch.OperationID, u.nth)
		started, err := u.client.admin.UpdateDatabaseDdl(ctx, &databasepb.UpdateDatabaseDdlRequest{
			Database:         u.path.String(),
			Statements:       u.batch.Statements,
			OperationId:      id,
			ProtoDescriptors: u.batch.ProtoDescriptors,
		})
		switch status.Code(err) {
		case codes.OK:
			u.operation = started.Name()
			if started.Done() {
				metadata, metadataErr := started.Metadata()
				if metadataErr != nil {
					return metadataErr
				}
				u.observe(ctx, metadata)
				// A finished operation answers from what it holds, no call is made.
				err := started.Poll(ctx)
				u.failed = err != nil
				return err
			}
			if metadata, err := started.Metadata(); err == nil {
				u.observe(ctx, metadata)
			}
			return u.follow(ctx)
		case codes.AlreadyExists:
			name := u.path.String() + "/operations/" + id
			operation, getErr := u.get(ctx, name, u.client.patience)
			if status.Code(getErr) == codes.NotFound {
				// Not the operation is what already exists.
				return err
			}
			if getErr != nil {
				u.operation, u.unfinished = name, true
				return getErr
			}
			if operation.GetDone() && !u.unanswered {
				u.nextID()
				continue
			}
			tflog.Info(ctx, "The same schema change is already under way and is joined", map[string]any{"operation": name})
			u.operation = name
			if operation.GetDone() {
				return u.finish(ctx, operation)
			}
			return u.follow(ctx)
		case codes.Unavailable, codes.DeadlineExceeded:
			u.unanswered, u.unfinished = true, true
			u.operation = u.path.String() + "/operations/" + id
			if ctx.Err() != nil || !wait.pause(ctx) {
				return err
			}
		case codes.ResourceExhausted:
			if !wait.pause(ctx) {
				return err
			}
		case codes.Canceled:
			u.unanswered, u.unfinished = true, true
			u.operation = u.path.String() + "/operations/" + id
			return err
		default:
			u.unfinished = false
			u.operation = ""
			return err
		}
	}
}

// follow polls the operation until it is done.
func (u *update) follow(ctx context.Context) error {
	pace := u.client.poll
	u.unfinished = true
	for {
		if err := gax.Sleep(ctx, pace.Pause()); err != nil {
			return err
		}
		operation, err := u.get(ctx, u.operation, followPatience*u.client.patience)
		if err != nil {
			return err
		}
		if operation.GetDone() {
			return u.finish(ctx, operation)
		}
		if metadata := metadataOf(operation); metadata != nil {
			u.observe(ctx, metadata)
		}
	}
}

// cancel cancels the running operation and waits for its end, for a while. It
// returns what the operation ended with, or err when that is not known.
func (u *update) cancel(ctx context.Context, err error) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), u.client.patience)
	defer stop()
	fields := map[string]any{"operation": u.operation}
	if refused := u.client.admin.CancelOperation(ctx, &longrunningpb.CancelOperationRequest{Name: u.operation}); refused != nil {
		fields["answer"] = status.Convert(refused).Message()
		tflog.Warn(ctx, "The apply was interrupted, and the running schema change could not be cancelled", fields)
		return err
	}
	tflog.Info(ctx, "The apply was interrupted, the running schema change is cancelled", fields)
	ended := u.follow(ctx)
	if u.unfinished {
		return err
	}
	u.cancelled = status.Code(ended) == codes.Canceled
	return ended
}

// finish reads the outcome of an operation that is done.
func (u *update) finish(ctx context.Context, operation *longrunningpb.Operation) error {
	u.unfinished = false
	if metadata := metadataOf(operation); metadata != nil {
		u.observe(ctx, metadata)
	}
	if failed := operation.GetError(); failed != nil {
		u.failed = true
		return status.ErrorProto(failed)
	}
	return nil
}

// get reads the state of an operation.
func (u *update) get(ctx context.Context, name string, patience time.Duration) (*longrunningpb.Operation, error) {
	var operation *longrunningpb.Operation
	err := u.client.attempt(ctx, patience, func(ctx context.Context) (err error) {
		operation, err = u.client.admin.GetOperation(ctx, &longrunningpb.GetOperationRequest{Name: name})
		return err
	})
	return operation, err
}

func metadataOf(operation *longrunningpb.Operation) *databasepb.UpdateDatabaseDdlMetadata {
	if operation.GetMetadata() == nil {
		return nil
	}
	metadata := new(databasepb.UpdateDatabaseDdlMetadata)
	if operation.GetMetadata().UnmarshalTo(metadata) != nil {
		return nil
	}
	return metadata
}

// observe takes the count of applied statements and logs progress that is new.
func (u *update) observe(ctx context.Context, metadata *databasepb.UpdateDatabaseDdlMetadata) {
	if metadata == nil {
		return
	}
	total := len(u.batch.Statements)
	u.applied = min(len(metadata.GetCommitTimestamps()), total)
	percent := int32(0)
	if progress := metadata.GetProgress(); u.applied < len(progress) {
		percent = progress[u.applied].GetProgressPercent()
	}
	now := fmt.Sprintf("%d %d %t", u.applied, percent, metadata.GetThrottled())
	if now == u.seen {
		return
	}
	u.seen = now
	fields := map[string]any{
		"operation":  u.operation,
		"applied":    u.applied,
		"statements": total,
		"throttled":  metadata.GetThrottled(),
	}
	if u.applied < total {
		fields["statement"] = u.batch.Statements[u.applied]
		fields["percent"] = percent
	}
	if metadata.GetThrottled() {
		tflog.Warn(ctx, "Spanner throttles the schema change: too many schema versions in the retention period", fields)
		return
	}
	tflog.Info(ctx, "The schema change goes on", fields)
}
