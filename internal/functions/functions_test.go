package functions_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/functions"
)

const (
	events = "CREATE TABLE Events (Id INT64 NOT NULL, Kind STRING(8)) PRIMARY KEY (Id)"
	wider  = "CREATE TABLE Events (Id INT64 NOT NULL, Kind STRING(16)) PRIMARY KEY (Id)"
)

// run calls a function with strings, the first ones fixed, the rest dialects.
func run(t *testing.T, f function.Function, fixed int, arguments ...string) (string, *function.FuncError) {
	t.Helper()
	var definition function.DefinitionResponse
	f.Definition(t.Context(), function.DefinitionRequest{}, &definition)
	var values, dialects []attr.Value
	for i, argument := range arguments {
		if i < fixed {
			values = append(values, types.StringValue(argument))
		} else {
			dialects = append(dialects, types.StringValue(argument))
		}
	}
	variadic := make([]attr.Type, len(dialects))
	for i := range variadic {
		variadic[i] = types.StringType
	}
	values = append(values, types.TupleValueMust(variadic, dialects))
	result, failure := definition.Definition.Return.NewResultData(t.Context())
	if failure != nil {
		t.Fatal(failure)
	}
	resp := function.RunResponse{Result: result}
	f.Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData(values)}, &resp)
	if resp.Error != nil {
		return "", resp.Error
	}
	return resp.Result.Value().String(), nil
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		function  function.Function
		fixed     int
		arguments []string
		want      string
		// fails are texts of the error, argument is the one it is about.
		fails    []string
		argument int64
	}{
		"statements":                 {function: functions.NewDDLStatements(), fixed: 1, arguments: []string{"-- all\nCREATE SCHEMA a; ;\nCREATE SCHEMA b /* ; */;"}, want: `["CREATE SCHEMA a","CREATE SCHEMA b"]`},
		"statements of nothing":      {function: functions.NewDDLStatements(), fixed: 1, arguments: []string{" -- none"}, want: `[]`},
		"statements, dialect":        {function: functions.NewDDLStatements(), fixed: 1, arguments: []string{"", "google_standard_sql"}, want: `[]`},
		"statements, no SQL":         {function: functions.NewDDLStatements(), fixed: 1, arguments: []string{"CREATE (\n'"}, fails: []string{"cannot be read", "2:1"}},
		"statements, other dialect":  {function: functions.NewDDLStatements(), fixed: 1, arguments: []string{"", "ORACLE"}, fails: []string{`"ORACLE" is not known`}, argument: 1},
		"statements, two dialects":   {function: functions.NewDDLStatements(), fixed: 1, arguments: []string{"", "GOOGLE_STANDARD_SQL", "GOOGLE_STANDARD_SQL"}, fails: []string{"no more than one"}, argument: 2},
		"statements, PostgreSQL":     {function: functions.NewDDLStatements(), fixed: 1, arguments: []string{"CREATE SCHEMA \"a;b\"; -- x\nCREATE SCHEMA c", "postgresql"}, want: `["CREATE SCHEMA \"a;b\"","CREATE SCHEMA c"]`},
		"diff, PostgreSQL by looks":  {function: functions.NewSchemaDiff(), fixed: 2, arguments: []string{"CREATE TABLE t (id bigint PRIMARY KEY)", "CREATE TABLE t (id int8 PRIMARY KEY)"}, want: `[]`},
		"canonical, PostgreSQL":      {function: functions.NewCanonicalizeDDL(), fixed: 1, arguments: []string{"create table T(A int8 primary key, check (a in (1,2)))"}, want: `"CREATE TABLE t (\n  a bigint NOT NULL,\n  CHECK (a = ANY (ARRAY[1, 2])),\n  PRIMARY KEY (a)\n);\n"`},
		"canonical, told dialect":    {function: functions.NewCanonicalizeDDL(), fixed: 1, arguments: []string{"", "POSTGRESQL"}, want: `""`},
		"canonical":                  {function: functions.NewCanonicalizeDDL(), fixed: 1, arguments: []string{"create table T(a int64 primary key)"}, want: `"CREATE TABLE T (\n  a INT64,\n) PRIMARY KEY (a);\n"`},
		"canonical of nothing":       {function: functions.NewCanonicalizeDDL(), fixed: 1, arguments: []string{""}, want: `""`},
		"canonical, no DDL":          {function: functions.NewCanonicalizeDDL(), fixed: 1, arguments: []string{"CREATE 7"}, fails: []string{"cannot be read", "1:8"}},
		"canonical, other dialect":   {function: functions.NewCanonicalizeDDL(), fixed: 1, arguments: []string{"", "x"}, fails: []string{"not known"}, argument: 1},
		"diff":                       {function: functions.NewSchemaDiff(), fixed: 2, arguments: []string{events, wider}, want: `[{"hazard":"instant","reason":"changes Events.Kind from STRING(8) to STRING(16)","statement":"ALTER TABLE Events ALTER COLUMN Kind STRING(16)"}]`},
		"diff of the same":           {function: functions.NewSchemaDiff(), fixed: 2, arguments: []string{events, "-- as it is\n" + events}, want: `[]`},
		"diff of nothing":            {function: functions.NewSchemaDiff(), fixed: 2, arguments: []string{"", ""}, want: `[]`},
		"diff removes":               {function: functions.NewSchemaDiff(), fixed: 2, arguments: []string{events, ""}, want: `[{"hazard":"destructive","reason":"deletes table Events and all its rows","statement":"DROP TABLE Events"}]`},
		"diff, current unreadable":   {function: functions.NewSchemaDiff(), fixed: 2, arguments: []string{"(", events}, fails: []string{"1:1"}},
		"diff, desired unreadable":   {function: functions.NewSchemaDiff(), fixed: 2, arguments: []string{events, "("}, fails: []string{"1:1"}, argument: 1},
		"diff, other dialect":        {function: functions.NewSchemaDiff(), fixed: 2, arguments: []string{"", "", "x"}, fails: []string{"not known"}, argument: 2},
		"diff of what is impossible": {function: functions.NewSchemaDiff(), fixed: 2, arguments: []string{"CREATE VIEW V SQL SECURITY INVOKER AS SELECT 1 AS One", "CREATE TABLE V (A INT64) PRIMARY KEY (A)"}, fails: []string{"Spanner does not make this change", "V"}, argument: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, failure := run(t, c.function, c.fixed, c.arguments...)
			if len(c.fails) == 0 {
				if failure != nil {
					t.Fatal(failure)
				}
				if diff := cmp.Diff(strings.NewReplacer("\\n", "\n").Replace(c.want), strings.NewReplacer("\\n", "\n").Replace(got)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				return
			}
			if failure == nil {
				t.Fatalf("no error, but %s", got)
			}
			if about := failure.FunctionArgument; (about == nil) != (c.argument < 0) || about != nil && *about != c.argument {
				t.Errorf("the error is about argument %v, want %d", failure.FunctionArgument, c.argument)
			}
			for _, text := range c.fails {
				if !strings.Contains(failure.Text, text) {
					t.Errorf("the error does not say %q: %s", text, failure.Text)
				}
			}
		})
	}
}
