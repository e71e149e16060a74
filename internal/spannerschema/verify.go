package spannerschema

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerquery"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// The values of verify_data.
const (
	verifyOff   = "off"
	verifyCount = "count"
	verifyKeys  = "keys"
)

// verifyLimit bounds all questions of one plan.
const verifyLimit = 30 * time.Second

// verify asks the live rows whether the planned statements would fail on them.
// What it finds goes into diagnostics only.
func (r *schemaResource) verify(ctx context.Context, plan *model, database spanneradmin.DatabasePath, made change) (diags diag.Diagnostics) {
	mode := plan.VerifyData.ValueString()
	if mode != verifyCount && mode != verifyKeys {
		return diags
	}
	questions := slices.DeleteFunc(ddl.Checks(made.wanted.request(made.live, made.applied, false)), func(c ddl.Check) bool {
		return dropsTable(made.Steps, c.Table)
	})
	if len(questions) == 0 {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, verifyLimit)
	defer cancel()
	client, err := r.connector.Query(ctx, database.String())
	if err != nil {
		warnOfUnverified(&diags, database, questions, err)
		return diags
	}
	var failing strings.Builder
	source, first := "", true
	for i, question := range questions {
		count, example, err := answer(ctx, client, question, mode)
		if err != nil {
			// The time that is over is over for the rest too.
			rest := questions[i : i+1]
			if ctx.Err() != nil {
				rest = questions[i:]
			}
			warnOfUnverified(&diags, database, rest, err)
			if ctx.Err() != nil {
				break
			}
			continue
		}
		if count == 0 {
			continue
		}
		if first {
			source, first = question.Position.Source, false
		} else if source != question.Position.Source {
			source = ""
		}
		fmt.Fprintf(&failing, "  - %s (%s): %d %s.", question.Object, question.Position, count, found(question, count))
		failing.WriteString(example + "\n")
	}
	if failing.Len() > 0 {
		diags.AddAttributeError(plan.textPath(source), "Existing rows would make the change fail",
			fmt.Sprintf("%s holds:\n%s\nNothing was sent. Repair the rows, change the DDL, or set verify_data = \"off\" to try nevertheless. The whole plan would have been:\n%s",
				database, failing.String(), numberedSteps(made.Steps)))
	}
	return diags
}

// errNoQuery is why a question is not asked.
var errNoQuery = errors.New("no query tells whether the values fit")

// answer counts the rows and, where asked to, says which are among them.
func answer(ctx context.Context, client *spannerquery.Client, question ddl.Check, mode string) (count int64, example string, err error) {
	if question.Count == "" {
		return 0, "", errNoQuery
	}
	count, err = client.Count(ctx, question.Count)
	if err != nil || count == 0 || mode != verifyKeys {
		return count, "", err
	}
	keys, err := client.Texts(ctx, question.Keys)
	if err != nil {
		// That there are such rows is the news; which, is a help.
		return count, " Their keys cannot be shown: " + wording.Sentence(status.Convert(err).Message()), nil
	}
	slices.Sort(keys)
	return count, " For example: " + strings.Join(keys, ", ") + ".", nil
}

// found tells what was counted.
func found(question ddl.Check, count int64) string {
	what := "rows "
	if strings.HasPrefix(question.Finding, "of (") {
		what = "keys "
	}
	if count == 1 {
		what = strings.TrimSuffix(what, "s ") + " "
	}
	return what + question.Finding
}

// dropsTable reports whether the rows of a table are lost anyway.
func dropsTable(steps []ddl.Step, table string) bool {
	return slices.ContainsFunc(steps, func(step ddl.Step) bool {
		return strings.HasPrefix(step.Statement, "DROP TABLE") && len(step.Objects) > 0 && strings.EqualFold(step.Objects[0], table)
	})
}

// warnOfUnverified says which questions have no answer, and why.
func warnOfUnverified(diags *diag.Diagnostics, database spanneradmin.DatabasePath, questions []ddl.Check, err error) {
	var objects []string
	for _, question := range questions {
		objects = append(objects, question.Object)
	}
	why := wording.Sentence(err.Error())
	switch {
	case errors.Is(err, context.DeadlineExceeded), status.Code(err) == codes.DeadlineExceeded:
		why = fmt.Sprintf("There was no answer within %s.", verifyLimit)
	case status.Code(err) == codes.PermissionDenied:
		why = fmt.Sprintf("Spanner answers: %s. Queries need spanner.databases.select, which roles/spanner.databaseReader holds.", strings.TrimRight(status.Convert(err).Message(), "."))
	}
	diags.AddAttributeWarning(path.Root("verify_data"), "Existing rows are not verified",
		fmt.Sprintf("%s, %s: %s The apply will tell whether the rows allow the change.", database, strings.Join(objects, ", "), why))
}
