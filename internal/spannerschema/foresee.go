package spannerschema

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
)

// foresee says what the planned statements will meet. It changes nothing of
// the plan, so it may ask the live database, also when core plans again during
// apply.
func (r *schemaResource) foresee(ctx context.Context, plan *model, made change) (diags diag.Diagnostics) {
	database, diags := pathOfState(plan)
	if diags.HasError() {
		return diags
	}
	if made.absent {
		return diags
	}
	diags.Append(r.preflight(ctx, database)...)
	warnOfLoss(&diags, database, made, r.now())
	diags.Append(r.warnOfSizes(ctx, plan, database, made)...)
	diags.Append(r.verify(ctx, plan, database, made)...)
	return diags
}

// preflight warns of permissions that an apply would miss. It is no error:
// whoever plans need not be who applies.
func (r *schemaResource) preflight(ctx context.Context, database spanneradmin.DatabasePath) (diags diag.Diagnostics) {
	client, err := r.connector.DatabaseAdmin(ctx)
	if err != nil {
		return diags
	}
	missing, err := client.MissingPermissions(ctx, database, spanneradmin.PermissionUpdateDDL, spanneradmin.PermissionGetDDL)
	if err != nil {
		// The emulator has no such call, and an API that does not answer now
		// says nothing about permissions.
		tflog.Debug(ctx, "Permissions on the database are not known", map[string]any{"database": database.String(), "error": err.Error()})
		return diags
	}
	if len(missing) > 0 {
		diags.AddAttributeWarning(databasePath, "The credentials of this plan may not change the schema",
			fmt.Sprintf("%s: the permission %s is missing. An apply with the same credentials will fail. Grant roles/spanner.databaseAdmin on the database to the identity that applies, or roles/spanner.databaseUser, which holds it too.",
				database, strings.Join(missing, " and ")))
	}
	return diags
}

// defaultRetention is Spanner's version_retention_period where none is set.
const defaultRetention = "1h"

// warnOfLoss says how to get back what the plan destroys.
func warnOfLoss(diags *diag.Diagnostics, database spanneradmin.DatabasePath, made change, now time.Time) {
	var lost []ddl.Step
	for _, step := range made.Steps {
		if step.Hazard == ddl.Destructive {
			lost = append(lost, step)
		}
	}
	if len(lost) == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root("allow_destructive"), "The plan destroys what allow_destructive names",
		fmt.Sprintf("These statements of the plan lose something in %s:\n%s\n%s", database, numberedSteps(lost), recovery(database, made.live, now)))
}

// recovery says how to get back, after an apply, what was there now.
func recovery(database spanneradmin.DatabasePath, live *ddl.Schema, now time.Time) string {
	retention, set := live.DatabaseOption("version_retention_period")
	source := "as version_retention_period says"
	if !set {
		retention, source = defaultRetention, "Spanner's default version_retention_period"
	}
	at := now.UTC().Truncate(time.Second).Format(time.RFC3339)
	return fmt.Sprintf(`The database keeps its past for %s (%s). Within that time after the apply, a backup of the moment before it brings back what was lost, in a new database; %s is the moment of this plan:

  gcloud spanner backups create BEFORE --project=%s --instance=%s --database=%s --version-time=%s --retention-period=7d
  gcloud spanner databases restore --project=%s --destination-instance=%s --destination-database=RESTORED --source-instance=%s --source-backup=BEFORE

Make the backup ahead of the apply if the time may not be long enough.`,
		retention, source, at,
		database.Project, database.Instance, database.Database, at,
		database.Project, database.Instance, database.Instance)
}
