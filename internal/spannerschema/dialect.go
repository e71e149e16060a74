package spannerschema

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

var dialectPath = path.Root("dialect")

// language is the dialect that the model's text is read in: that of the
// database where it is known, else the configured one, else what the text
// looks like.
func (m *model) language() ddl.Dialect {
	if m.dialect != "" {
		return m.dialect
	}
	if dialect, ok := m.claimed(); ok {
		return dialect
	}
	return ddl.GoogleSQL
}

// claimed is the dialect that the configuration names, or that its text shows.
func (m *model) claimed() (ddl.Dialect, bool) {
	if configured := m.Dialect.ValueString(); configured != "" {
		return ddl.Dialect(configured), true
	}
	sources, known := m.sources()
	if !known {
		return "", false
	}
	return ddl.GuessDialect(sources...)
}

// learn takes the dialect of the database, whose echo is live. A database's
// dialect never changes, so it is asked for once and then kept.
func (m *model) learn(ctx context.Context, client *spanneradmin.Client, database spanneradmin.DatabasePath, live []string) (diags diag.Diagnostics) {
	told, err := client.Dialect(ctx, database)
	if err != nil || told == "" {
		// Who may read the DDL need not be allowed to read the database's
		// description; the schema itself nearly always tells.
		tflog.Debug(ctx, "The database's dialect is not told", map[string]any{"database": database.String(), "error": fmt.Sprint(err)})
		echo := ddl.Source{Text: joined(live)}
		guessed, sure := ddl.GuessDialect(echo)
		if claimed, ok := m.claimed(); !sure && ok {
			guessed, sure = claimed, true
		}
		if !sure {
			guessed = ddl.GoogleSQL
		}
		m.dialect = guessed
		return nil
	}
	m.dialect = ddl.Dialect(told)
	if configured := m.Dialect.ValueString(); configured != "" && configured != told {
		diags.AddAttributeError(dialectPath, "The database has another dialect",
			fmt.Sprintf("%s is a database of the dialect %s, dialect says %s. Remove dialect, or name the database that is meant.", database, told, configured))
	}
	return diags
}

// presume decides on a dialect for a database that does not exist yet.
func (m *model) presume() (diags diag.Diagnostics) {
	claimed, ok := m.claimed()
	if !ok {
		diags.AddAttributeError(dialectPath, "The dialect of the DDL is not clear",
			fmt.Sprintf("The database does not exist yet, and the text could be of either dialect. Set dialect to %q or %q.", ddl.GoogleSQL, ddl.PostgreSQL))
		return diags
	}
	m.dialect = claimed
	return diags
}

// recall takes the dialect that an earlier call has learnt.
func (m *model) recall(ctx context.Context, private privateReader) diag.Diagnostics {
	value, diags := private.GetKey(ctx, dialectKey)
	if diags.HasError() || value == nil {
		return diags
	}
	if err := json.Unmarshal(value, &m.dialect); err != nil {
		diags.AddError("The stored dialect of the database is damaged",
			fmt.Sprintf("Private state %q: %v. Remove the resource from the state and import it: the database is not touched by that.", dialectKey, err))
	}
	return diags
}

// remember keeps the dialect.
func (m *model) remember(ctx context.Context, private privateWriter) diag.Diagnostics {
	value, err := json.Marshal(m.dialect)
	if err != nil {
		var diags diag.Diagnostics
		diags.AddError("The database's dialect cannot be kept in private state", wording.Sentence(err.Error()))
		return diags
	}
	return private.SetKey(ctx, dialectKey, value)
}
