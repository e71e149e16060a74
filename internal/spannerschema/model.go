package spannerschema

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// The values of on_destroy.
const (
	onDestroyAbandon = "abandon"
	onDestroyDrop    = "drop"
)

// The arguments that diagnostics point at.
var (
	databasePath = path.Root("database")
	projectPath  = path.Root("project")
	ddlPath      = path.Root("ddl")
	ddlFilesPath = path.Root("ddl_files")
)

// model is the resource's configuration, plan or state.
type model struct {
	Database          types.String   `tfsdk:"database"`
	Project           types.String   `tfsdk:"project"`
	DatabasePath      types.String   `tfsdk:"database_path"`
	DDL               types.String   `tfsdk:"ddl"`
	DDLFiles          types.Map      `tfsdk:"ddl_files"`
	AllowDestructive  types.Set      `tfsdk:"allow_destructive"`
	OnDestroy         types.String   `tfsdk:"on_destroy"`
	Renames           types.List     `tfsdk:"renames"`
	Manage            types.Set      `tfsdk:"manage"`
	Ignore            types.Set      `tfsdk:"ignore"`
	Mode              types.String   `tfsdk:"mode"`
	ChangeReason      types.String   `tfsdk:"change_reason"`
	ProtoDescriptors  types.String   `tfsdk:"proto_descriptors"`
	CancelOnInterrupt types.Bool     `tfsdk:"cancel_on_interrupt"`
	VerifyData        types.String   `tfsdk:"verify_data"`
	Lint              types.Object   `tfsdk:"lint"`
	Dialect           types.String   `tfsdk:"dialect"`
	PlannedStatements types.List     `tfsdk:"planned_statements"`
	UnmanagedObjects  types.List     `tfsdk:"unmanaged_objects"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`

	// dialect is the database's, empty while it is not known.
	dialect ddl.Dialect `tfsdk:"-"`
}

var plannedStatementType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"statement": types.StringType,
	"hazard":    types.StringType,
	"reason":    types.StringType,
}}

// plannedStatements makes the attribute's value; no step gives an empty list.
func plannedStatements(steps []ddl.Step) types.List {
	return plannedBeside(steps, nil)
}

// plannedBeside leaves open what the steps cost that stand on objects for which
// foreign is true: another resource of the same apply may make those first,
// and perhaps fill them.
func plannedBeside(steps []ddl.Step, foreign func(object string) bool) types.List {
	elements := make([]attr.Value, 0, len(steps))
	for _, step := range steps {
		hazard, reason := types.StringValue(string(step.Hazard)), types.StringValue(step.Reason)
		if foreign != nil && len(step.Objects) > 1 && slices.ContainsFunc(step.Objects[1:], foreign) {
			hazard, reason = types.StringUnknown(), types.StringUnknown()
		}
		elements = append(elements, types.ObjectValueMust(plannedStatementType.AttrTypes, map[string]attr.Value{
			"statement": types.StringValue(step.Statement),
			"hazard":    hazard,
			"reason":    reason,
		}))
	}
	return types.ListValueMust(plannedStatementType, elements)
}

// textList makes a list of texts; none gives an empty list.
func textList(texts []string) types.List {
	elements := make([]attr.Value, 0, len(texts))
	for _, text := range texts {
		elements = append(elements, types.StringValue(text))
	}
	return types.ListValueMust(types.StringType, elements)
}

// statementsOf gives the statements of the attribute's value.
func statementsOf(planned types.List) []string {
	var statements []string
	for _, element := range planned.Elements() {
		object, ok := element.(types.Object)
		if !ok {
			continue
		}
		if statement, ok := object.Attributes()["statement"].(types.String); ok {
			statements = append(statements, statement.ValueString())
		}
	}
	return statements
}

// textOf gives the statements of the steps.
func textOf(steps []ddl.Step) []string {
	var statements []string
	for _, step := range steps {
		statements = append(statements, step.Statement)
	}
	return statements
}

// path resolves the database. known is false, without an error, when that
// depends on a value that is not known yet.
func (m *model) path(connector Connector) (resolved spanneradmin.DatabasePath, known bool, diags diag.Diagnostics) {
	if m.Database.IsUnknown() || m.Project.IsUnknown() {
		return resolved, false, nil
	}
	resolved, diags = m.configuredPath()
	if diags.HasError() {
		return resolved, false, diags
	}
	if resolved.Project != "" {
		return resolved, true, nil
	}
	project, err := connector.DefaultProject()
	switch {
	case dependsOnUnknown(err):
		return resolved, false, nil
	case err != nil:
		diags.AddAttributeError(projectPath, "The project of the database is not known", wording.Sentence(err.Error()))
		return resolved, false, diags
	}
	resolved.Project = project
	return resolved, true, nil
}

// configuredPath reads what database and project say; both must be known. The
// project is empty when neither names it.
func (m *model) configuredPath() (spanneradmin.DatabasePath, diag.Diagnostics) {
	var diags diag.Diagnostics
	parsed, err := spanneradmin.ParseDatabasePath(m.Database.ValueString())
	if err != nil {
		diags.AddAttributeError(databasePath, "The database is not named correctly", wording.Sentence(err.Error()))
		return parsed, diags
	}
	if m.Project.IsNull() {
		return parsed, nil
	}
	project := m.Project.ValueString()
	if err := spanneradmin.CheckProject(project); err != nil {
		diags.AddAttributeError(projectPath, "The project is not named correctly", wording.Sentence(err.Error()))
		return parsed, diags
	}
	if parsed.Project != "" && parsed.Project != project {
		diags.AddAttributeError(projectPath, "The database is in another project",
			fmt.Sprintf("database names the project %q, project says %q. Remove project, or make both the same.", parsed.Project, project))
		return parsed, diags
	}
	parsed.Project = project
	return parsed, nil
}

// dependsOnUnknown reports whether an error of the Connector means that an
// argument of the provider is not known yet.
func dependsOnUnknown(err error) bool {
	var unknown interface{ UnknownArgument() string }
	return errors.As(err, &unknown)
}

// sources gives the texts of ddl or ddl_files in reading order. known is false
// when a value is not known yet.
func (m *model) sources() (sources []ddl.Source, known bool) {
	if m.DDL.IsUnknown() || m.DDLFiles.IsUnknown() {
		return nil, false
	}
	if !m.DDL.IsNull() {
		return []ddl.Source{{Name: "ddl", Text: m.DDL.ValueString()}}, true
	}
	for name, element := range m.DDLFiles.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsUnknown() {
			return nil, false
		}
		sources = append(sources, ddl.Source{Name: name, Text: text.ValueString()})
	}
	sort.Slice(sources, func(i, j int) bool { return sources[i].Name < sources[j].Name })
	return sources, true
}

// textPath is where a diagnostic about the text points: at the file, when one
// is named and is there.
func (m *model) textPath(source string) path.Path {
	if m.DDLFiles.IsNull() || m.DDLFiles.IsUnknown() {
		return ddlPath
	}
	if _, found := m.DDLFiles.Elements()[source]; found {
		return ddlFilesPath.AtMapKey(source)
	}
	return ddlFilesPath
}
