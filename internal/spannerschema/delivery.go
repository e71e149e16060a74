package spannerschema

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
)

// maxCostly is how many statements that validate or backfill Spanner's
// documentation recommends for one batch at most.
const maxCostly = 10

// delivery is steps on their way to the database.
type delivery struct {
	client   *spanneradmin.Client
	database spanneradmin.DatabasePath
	dialect  ddl.Dialect
	steps    []ddl.Step
	// base is the echo that the steps were planned for.
	base []string
	// wanted carries scope and proto descriptors.
	wanted wishes
	// owned are the schemas whose objects must not change meanwhile.
	owned []*ddl.Schema
	// cancel is true when an interrupt shall cancel the running operation.
	cancel bool
}

// batches cuts steps into as few batches as hold no more than maxCostly costly
// statements each. The order stays.
func batches(steps []ddl.Step) [][]ddl.Step {
	var out [][]ddl.Step
	first, costly := 0, 0
	for i, step := range steps {
		switch step.Hazard {
		case ddl.Validates, ddl.Backfill, ddl.Unsafe:
			if costly == maxCostly {
				out = append(out, steps[first:i])
				first, costly = i, 0
			}
			costly++
		}
	}
	if first < len(steps) {
		out = append(out, steps[first:])
	}
	return out
}

// send sends all steps and returns when Spanner has finished them. A failure
// tells, as an *spanneradmin.UpdateError, about all of them.
func (d *delivery) send(ctx context.Context) error {
	done := 0
	base := d.base
	for k, batch := range batches(d.steps) {
		if k > 0 {
			// The operation's id comes from the schema that the batch starts
			// from, so that a later apply finds it again.
			now, err := d.client.GetDDL(ctx, d.database)
			if err != nil {
				return d.overall(&spanneradmin.UpdateError{Failed: -1, Err: err}, done)
			}
			base = now.Statements
		}
		err := d.client.UpdateDDL(ctx, d.database, d.batch(textOf(batch), base))
		if err != nil {
			return d.overall(err, done)
		}
		done += len(batch)
		if done < len(d.steps) {
			tflog.Info(ctx, "A batch of the schema change is finished", map[string]any{
				"database": d.database.String(), "applied": done, "statements": len(d.steps),
			})
		}
	}
	return nil
}

func (d *delivery) batch(statements, base []string) spanneradmin.Batch {
	batch := spanneradmin.Batch{
		Statements:        statements,
		OperationID:       spanneradmin.OperationID(d.database, base, statements),
		BeforeRetry:       d.unchanged(d.dialect.ParseEcho(base)),
		CancelOnInterrupt: d.cancel,
	}
	if slices.ContainsFunc(statements, changesProtoBundle) {
		sum := sha256.Sum256(d.wanted.descriptors)
		batch.ProtoDescriptors = d.wanted.descriptors
		batch.OperationID = spanneradmin.OperationID(d.database, append(slices.Clone(base), hex.EncodeToString(sum[:])), statements)
	}
	return batch
}

// overall tells of all batches what err tells of the one after the first done
// statements.
func (d *delivery) overall(err error, done int) error {
	var failure *spanneradmin.UpdateError
	if !errors.As(err, &failure) {
		if done == 0 {
			return err
		}
		failure = &spanneradmin.UpdateError{Failed: -1, Err: err}
	}
	whole := *failure
	whole.Statements = textOf(d.steps)
	whole.Applied += done
	if whole.Failed >= 0 {
		whole.Failed += done
	}
	return &whole
}

// unchanged reads the schema and compares, with what the plan was made from,
// the objects that the owned schemas declare or the steps name.
func (d *delivery) unchanged(stored *ddl.Schema) func(context.Context) error {
	return func(ctx context.Context) error {
		now, err := d.client.GetDDL(ctx, d.database)
		if err != nil {
			return err
		}
		live := d.dialect.ParseEcho(now.Statements)
		for _, schema := range d.owned {
			drifted := slices.DeleteFunc(ddl.Drifted(stored, live, schema, d.steps), d.wanted.scope.Ignores)
			if len(drifted) > 0 {
				return &driftError{objects: drifted}
			}
		}
		return nil
	}
}

// logReason leaves a line in the log about what is sent, and why.
func logReason(ctx context.Context, m *model, database spanneradmin.DatabasePath, steps []ddl.Step) {
	if len(steps) == 0 {
		return
	}
	fields := map[string]any{"database": database.String(), "statements": len(steps)}
	if reason := m.ChangeReason.ValueString(); reason != "" {
		fields["change_reason"] = reason
	}
	tflog.Info(ctx, "The schema is changed", fields)
}

func sameStatements(planned []string, steps []ddl.Step) bool {
	return slices.Equal(planned, textOf(steps))
}

// joined makes one text of an echo.
func joined(statements []string) string {
	var text strings.Builder
	for _, statement := range statements {
		text.WriteString(statement)
		last := statement[strings.LastIndexByte(statement, '\n')+1:]
		if strings.Contains(last, "--") || strings.Contains(last, "#") {
			// The ";" must not end up in a comment.
			text.WriteString("\n")
		}
		text.WriteString(";\n")
	}
	return text.String()
}
