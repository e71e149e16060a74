package spannerschema

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// ValidateConfig tells what the configuration alone can tell.
func (r *schemaResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !config.Database.IsUnknown() && !config.Project.IsUnknown() {
		_, diags := config.configuredPath()
		resp.Diagnostics.Append(diags...)
	}
	desired, warnings, _ := config.parse()
	_, _, diags := config.wishes(ctx)
	resp.Diagnostics.Append(diags...)
	for _, warning := range warnings {
		resp.Diagnostics.AddAttributeWarning(config.textPath(warning.Position.Source),
			"A statement is compared word by word only",
			wording.Sentence(warning.Error())+excerpt(config, warning)+
				"\nThe provider knows what the statement declares, but not what all of it means. It is sent as it is; a change of any word of it counts as a change of the object.")
	}
	if desired != nil {
		resp.Diagnostics.Append(config.lint(desired)...)
	}
}

// parse reads the text. The schema is nil when there are errors, or when the
// text is not known yet.
func (m *model) parse() (schema *ddl.Schema, warnings []ddl.Problem, diags diag.Diagnostics) {
	switch {
	case m.DDL.IsNull() && m.DDLFiles.IsNull():
		diags.AddAttributeError(ddlPath, "There is no DDL", "Set ddl, or ddl_files, to the schema that the database shall have.")
		return nil, nil, diags
	case !m.DDL.IsNull() && !m.DDLFiles.IsNull() && !m.DDL.IsUnknown() && !m.DDLFiles.IsUnknown():
		diags.AddAttributeError(ddlFilesPath, "The DDL is given twice", "Set either ddl or ddl_files, not both.")
		return nil, nil, diags
	}
	if !m.DDLFiles.IsUnknown() {
		for name, text := range m.DDLFiles.Elements() {
			if text.IsNull() {
				diags.AddAttributeError(ddlFilesPath.AtMapKey(name), "A file of ddl_files has no text",
					fmt.Sprintf("The value of %q is null. Give its text, or leave the file out.", name))
			}
		}
	}
	sources, known := m.sources()
	if !known || diags.HasError() {
		return nil, nil, diags
	}
	schema, warnings, err := m.language().Parse(sources...)
	var problems ddl.Problems
	switch {
	case errors.As(err, &problems):
		for _, problem := range problems {
			diags.AddAttributeError(m.textPath(problem.Position.Source), "The DDL cannot be read", wording.Sentence(problem.Error())+excerpt(*m, problem))
		}
		return nil, nil, diags
	case err != nil:
		diags.AddAttributeError(m.textPath(""), "The DDL cannot be read", wording.Sentence(err.Error()))
		return nil, nil, diags
	case schema.Empty():
		at := m.textPath("")
		diags.AddAttributeError(at, "The DDL declares nothing",
			"It holds no statement. An empty text is never taken as the wish to drop everything: to give up a schema, destroy the resource, with on_destroy = \"drop\" if its objects shall go too.")
		return nil, nil, diags
	}
	return schema, warnings, diags
}

// excerpt shows the line of a problem with a mark under the column.
func excerpt(m model, problem ddl.Problem) string {
	sources, _ := m.sources()
	for _, source := range sources {
		if source.Name != problem.Position.Source {
			continue
		}
		lines := strings.Split(source.Text, "\n")
		if problem.Position.Line < 1 || problem.Position.Line > len(lines) {
			return ""
		}
		line := []rune(strings.TrimRight(lines[problem.Position.Line-1], "\r"))
		column := min(max(problem.Position.Column, 1), len(line)+1)
		// Tabs stay, so that the mark stands under its character.
		margin := strings.Map(func(char rune) rune {
			if char == '\t' {
				return char
			}
			return ' '
		}, string(line[:column-1]))
		return fmt.Sprintf("\n\n  %s\n  %s^\n", string(line), margin)
	}
	return ""
}
