package spannerschema

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"google.golang.org/grpc/codes"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// said gives an error's text: the API's own words, or a sentence of ours.
func said(err error) string {
	var api *spanneradmin.APIError
	if errors.As(err, &api) {
		switch api.Code {
		case codes.DeadlineExceeded:
			return "There was no answer in time."
		case codes.Canceled:
			return "The call was interrupted."
		}
		return fmt.Sprintf("Spanner answers: %s (%s).", strings.TrimRight(strings.TrimSpace(api.Message), "."), api.Code)
	}
	return wording.Sentence(err.Error())
}

// numbered lists statements with their numbers, counted from first.
func numbered(statements []string, first int) string {
	var list strings.Builder
	for i, statement := range statements {
		fmt.Fprintf(&list, "%3d. %s\n", first+i, strings.ReplaceAll(statement, "\n", "\n     "))
	}
	return list.String()
}

// numberedSteps lists steps with their hazards.
func numberedSteps(steps []ddl.Step) string {
	statements := make([]string, 0, len(steps))
	for _, step := range steps {
		statements = append(statements, fmt.Sprintf("[%s] %s", step.Hazard, step.Statement))
	}
	return numbered(statements, 1)
}

// reportRefused is the error of a plan that must not run. It carries the whole
// plan, which core does not print.
func reportRefused(diags *diag.Diagnostics, m *model, change ddl.Plan) {
	var detail strings.Builder
	var allowable []string
	source := change.Refused[0].Position.Source
	for _, refusal := range change.Refused {
		if refusal.Position.Source != source {
			source = ""
		}
		where := ""
		if refusal.Position.Line > 0 {
			where = " (" + refusal.Position.String() + ")"
		}
		fmt.Fprintf(&detail, "  - %s%s: %s", refusal.Object, where, wording.Sentence(refusal.Reason))
		if refusal.Remedy != "" {
			fmt.Fprintf(&detail, " %s", wording.Sentence(refusal.Remedy))
		}
		detail.WriteString("\n")
		if refusal.Allowable {
			allowable = append(allowable, fmt.Sprintf("%q", refusal.Object))
		}
	}
	if len(allowable) > 0 {
		fmt.Fprintf(&detail, "\nIf the loss is wanted: allow_destructive = [%s]\n", strings.Join(allowable, ", "))
	}
	fmt.Fprintf(&detail, "\nNothing was sent. The whole plan would have been:\n%s", numberedSteps(change.Steps))
	summary := "The DDL asks for a change that Spanner does not make"
	if len(allowable) == len(change.Refused) {
		summary = "The DDL asks for a loss that allow_destructive does not name"
	} else if len(allowable) > 0 {
		summary = "The DDL asks for changes that are refused"
	}
	diags.AddAttributeError(m.textPath(source), summary, detail.String())
}

// reportUnmanaged warns of objects that nobody here declares.
func reportUnmanaged(diags *diag.Diagnostics, m *model, names []string) {
	if len(names) == 0 {
		return
	}
	diags.AddAttributeWarning(m.textPath(""), "The database holds objects that the DDL does not declare",
		fmt.Sprintf("They are left alone: %s.\n\nDeclare them in the DDL to manage them, or name one exactly in allow_destructive to have it dropped.", strings.Join(names, ", ")))
}

// reportRead is the error of a schema that could not be read.
func reportRead(diags *diag.Diagnostics, database string, err error) {
	summary := "The schema of the database cannot be read"
	detail := fmt.Sprintf("%s: %s", database, said(err))
	switch {
	case errors.Is(err, spanneradmin.ErrDatabaseNotFound):
		summary = "The database does not exist"
		detail += " Create it first, for example with google_spanner_database, and refer to its id here so that it is made before its schema."
	case errors.Is(err, spanneradmin.ErrInstanceNotFound):
		summary = "The instance of the database does not exist"
		detail += " Create instance and database first, for example with google_spanner_instance and google_spanner_database, and refer to the database's id here so that it is made before its schema."
	case errors.Is(err, spanneradmin.ErrPermissionDenied):
		detail += " Reading a schema needs spanner.databases.getDdl, changing it spanner.databases.updateDdl; roles/spanner.databaseUser holds both."
	default:
		detail += " If the API was out of reach, run the command again."
	}
	diags.AddAttributeError(databasePath, summary, detail)
}

// notFound reports whether the database, or its whole instance, is not there.
func notFound(err error) bool {
	return errors.Is(err, spanneradmin.ErrDatabaseNotFound) || errors.Is(err, spanneradmin.ErrInstanceNotFound)
}

// driftError is a schema that is not what the plan was made from.
type driftError struct {
	objects []string
}

func (e *driftError) Error() string {
	return "changed since the plan was made: " + strings.Join(e.objects, ", ")
}

// reportUpdate is the error of a schema change that did not come to its end.
func reportUpdate(diags *diag.Diagnostics, m *model, database string, err error) {
	var drift *driftError
	if errors.As(err, &drift) {
		diags.AddAttributeError(m.textPath(""), "The schema was changed after the plan was made",
			fmt.Sprintf("%s: %s. Nothing was sent, because the statements shown may no longer be the right ones. Run plan again to see what is to be done now.", database, drift))
		return
	}
	var failure *spanneradmin.UpdateError
	if !errors.As(err, &failure) {
		reportRead(diags, database, err)
		return
	}
	total := len(failure.Statements)
	var summary string
	switch {
	case failure.Cancelled:
		summary = fmt.Sprintf("The schema change was cancelled after %d of %d statements", failure.Applied, total)
	case failure.Unfinished:
		summary = "The end of the schema change is not known"
	case failure.Failed >= 0:
		summary = fmt.Sprintf("Statement %d of %d of the schema change failed", failure.Failed+1, total)
	case failure.Applied > 0:
		summary = fmt.Sprintf("The schema change stopped after %d of %d statements", failure.Applied, total)
	default:
		summary = "Spanner refused the schema change"
	}
	var detail strings.Builder
	fmt.Fprintf(&detail, "%s: %s\n", database, cause(failure))
	if failure.Failed >= 0 {
		fmt.Fprintf(&detail, "\nFailed:\n%s", numbered(failure.Statements[failure.Failed:failure.Failed+1], failure.Failed+1))
	}
	if failure.Applied > 0 {
		fmt.Fprintf(&detail, "\nApplied:\n%s", numbered(failure.Statements[:failure.Applied], 1))
	}
	var rest string
	for i := failure.Applied; i < total; i++ {
		if i != failure.Failed {
			rest += numbered(failure.Statements[i:i+1], i+1)
		}
	}
	switch {
	case rest == "":
	case failure.Unfinished:
		fmt.Fprintf(&detail, "\nPerhaps not applied:\n%s", rest)
	default:
		fmt.Fprintf(&detail, "\nNot applied:\n%s", rest)
	}
	switch {
	case failure.Unfinished:
		fmt.Fprintf(&detail, "\nSpanner may still be working on it as %s. Apply again later: the next plan shows exactly what remains, and joins the operation if it is still running.", failure.Operation)
	case errors.Is(err, spanneradmin.ErrPermissionDenied):
		detail.WriteString("\nChanging a schema needs spanner.databases.updateDdl, which roles/spanner.databaseUser holds. Grant it and apply again.")
	case notFound(err):
		detail.WriteString("\nCreate the database and apply again.")
	case failure.Cancelled:
		detail.WriteString("\nApply again to go on: the next plan shows exactly what remains.")
	default:
		detail.WriteString("\nRemove the cause and apply again: the next plan shows exactly what remains.")
	}
	diags.AddAttributeError(m.textPath(""), summary, detail.String())
}

// cause says why a change stopped.
func cause(failure *spanneradmin.UpdateError) string {
	switch {
	case failure.Cancelled:
		return "The apply was interrupted, and the operation that was running was cancelled, as cancel_on_interrupt says."
	case errors.Is(failure.Err, context.DeadlineExceeded):
		return wording.Sentence("the wait was longer than timeouts allows: " + failure.Err.Error())
	case errors.Is(failure.Err, context.Canceled):
		return "The wait was interrupted."
	}
	return said(failure.Err)
}

// reportReadBack is the error of a change that succeeded, but whose outcome
// could not be read.
func reportReadBack(diags *diag.Diagnostics, m *model, database string, err error) {
	diags.AddAttributeError(m.textPath(""), "The schema was changed, but could not be read afterwards",
		fmt.Sprintf("%s: %s All statements were applied. Apply again to bring the state up to date.", database, said(err)))
}
