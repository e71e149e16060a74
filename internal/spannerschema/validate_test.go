package spannerschema_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const regions = `CREATE TABLE Regions (Region STRING(32) NOT NULL) PRIMARY KEY (Region);`

func TestValidateAccepts(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	mapOf := func(elements map[string]tftypes.Value) tftypes.Value {
		return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, elements)
	}
	for name, config := range map[string]values{
		"text":                   {"database": "ledger/events", "ddl": regions},
		"files":                  {"database": "ledger/events", "ddl_files": map[string]string{"010.sql": regions, "020.sql": "-- nothing yet"}},
		"unknown text":           {"database": "ledger/events", "ddl": unknown{}},
		"unknown files":          {"database": "ledger/events", "ddl_files": unknown{}},
		"unknown file":           {"database": "ledger/events", "ddl_files": mapOf(map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)})},
		"one given, one unknown": {"database": "ledger/events", "ddl": regions, "ddl_files": unknown{}},
		"unknown database":       {"database": unknown{}, "ddl": regions},
		"unknown project":        {"database": "ledger/events", "project": unknown{}, "ddl": regions},
		"same project twice":     {"database": "acme/ledger/events", "project": "acme", "ddl": regions},
		"all settings":           {"database": fullPath, "ddl": regions, "on_destroy": "drop", "allow_destructive": []string{"A.B", "*"}},
		"unknown settings":       {"database": fullPath, "ddl": regions, "on_destroy": unknown{}, "allow_destructive": unknown{}},
		"renames":                {"database": fullPath, "ddl": regions, "renames": renamed(c, "Places", "Regions", nil, "Old", "New", true)},
		"unknown rename":         {"database": fullPath, "ddl": regions, "renames": renamed(c, unknown{}, "Regions", unknown{})},
		"no renames":             {"database": fullPath, "ddl": regions, "renames": renamed(c)},
		"scope":                  {"database": fullPath, "ddl": regions, "manage": []string{"tables", "indexes"}, "ignore": []string{"Staging*", "?x"}},
		"no patterns":            {"database": fullPath, "ddl": regions, "ignore": []string{}},
		"unknown scope":          {"database": fullPath, "ddl": regions, "manage": unknown{}, "ignore": unknown{}},
		"other knobs":            {"database": fullPath, "ddl": regions, "mode": "check", "change_reason": "", "cancel_on_interrupt": true, "verify_data": "keys", "proto_descriptors": descriptors("a.proto")},
		"unknown knobs":          {"database": fullPath, "ddl": regions, "mode": unknown{}, "change_reason": unknown{}, "cancel_on_interrupt": unknown{}, "verify_data": unknown{}, "proto_descriptors": unknown{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.validate(config).wantNone(t)
		})
	}
}

func TestValidateRefuses(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	nullFile := tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"a.sql": tftypes.NewValue(tftypes.String, nil)})
	nullElement := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, nil)})
	for name, test := range map[string]struct {
		config values
		at     string
		says   []string
	}{
		"no text":              {values{"database": "ledger/events"}, `AttributeName("ddl")`, []string{"There is no DDL"}},
		"two texts":            {values{"database": "ledger/events", "ddl": regions, "ddl_files": map[string]string{"a.sql": regions}}, `AttributeName("ddl_files")`, []string{"not both"}},
		"empty text":           {values{"database": "ledger/events", "ddl": ""}, `AttributeName("ddl")`, []string{"declares nothing", "never taken as the wish to drop everything"}},
		"blank text":           {values{"database": "ledger/events", "ddl": " \n\t"}, `AttributeName("ddl")`, []string{"declares nothing"}},
		"only comments":        {values{"database": "ledger/events", "ddl": "-- later\n/* much later */ ;"}, `AttributeName("ddl")`, []string{"declares nothing"}},
		"no file":              {values{"database": "ledger/events", "ddl_files": map[string]string{}}, `AttributeName("ddl_files")`, []string{"declares nothing"}},
		"empty files":          {values{"database": "ledger/events", "ddl_files": map[string]string{"a.sql": "", "b.sql": "# nothing"}}, `AttributeName("ddl_files")`, []string{"declares nothing"}},
		"null file":            {values{"database": "ledger/events", "ddl_files": nullFile}, `AttributeName("ddl_files").ElementKeyString("a.sql")`, []string{`"a.sql" is null`}},
		"open quote":           {values{"database": "ledger/events", "ddl": regions + "\nCREATE TABLE B (\n  Name STRING(8) DEFAULT ('x),\n) PRIMARY KEY (Name);"}, `AttributeName("ddl")`, []string{"ddl:3:27", "  Name STRING(8) DEFAULT ('x),\n", "                            ^"}},
		"open bracket in file": {values{"database": "ledger/events", "ddl_files": map[string]string{"010_regions.sql": regions, "020_events.sql": "-- events\nCREATE TABLE Events (Id INT64 PRIMARY KEY (Id);"}}, `AttributeName("ddl_files").ElementKeyString("020_events.sql")`, []string{"020_events.sql:2:21"}},
		"no kind":              {values{"database": "ledger/events", "ddl": "CREATE 7;"}, `AttributeName("ddl")`, []string{"ddl:1:8", `"7"`}},
		"database":             {values{"database": "events", "ddl": regions}, `AttributeName("database")`, []string{`"events" is not the name of a database`}},
		"null in manage":       {values{"database": "ledger/events", "ddl": regions, "manage": nullElement}, `AttributeName("manage").ElementKeyValue(tftypes.String<null>)`, []string{"manage names nothing"}},
		"null in ignore":       {values{"database": "ledger/events", "ddl": regions, "ignore": nullElement}, `AttributeName("ignore").ElementKeyValue(tftypes.String<null>)`, []string{"ignore names nothing"}},
		"project":              {values{"database": "ledger/events", "project": "", "ddl": regions}, `AttributeName("project")`, []string{`"" is not the id of a project`}},
		"two projects":         {values{"database": "acme/ledger/events", "project": "other", "ddl": regions}, `AttributeName("project")`, []string{`"acme"`, `"other"`}},
		"mode":                 {values{"database": "ledger/events", "ddl": regions, "mode": "look"}, `AttributeName("mode")`, []string{`"apply"`, `"check"`}},
		"verify_data":          {values{"database": "ledger/events", "ddl": regions, "verify_data": "all"}, `AttributeName("verify_data")`, []string{`"off"`, `"count"`, `"keys"`}},
		"manages nothing":      {values{"database": "ledger/events", "ddl": regions, "manage": []string{}}, `AttributeName("manage")`, []string{"at least 1"}},
		"manages unknown kind": {values{"database": "ledger/events", "ddl": regions, "manage": []string{"tables", "triggers"}}, `AttributeName("manage").ElementKeyValue(tftypes.String<"triggers">)`, []string{"triggers", "change_streams"}},
		"not managed":          {values{"database": "ledger/events", "ddl": regions, "manage": []string{"indexes"}}, `AttributeName("ddl")`, []string{"does not manage", "ddl:1:14", `"tables"`, "             ^"}},
		"ignored":              {values{"database": "ledger/events", "ddl": regions, "ignore": []string{"reg*"}}, `AttributeName("ddl")`, []string{"does not manage", "ddl:1:14", "Regions"}},
		"ignores nothing":      {values{"database": "ledger/events", "ddl": regions, "ignore": []string{" "}}, `AttributeName("ignore").ElementKeyValue(tftypes.String<" ">)`, []string{"names nothing"}},
		"pattern":              {values{"database": "ledger/events", "ddl": regions, "ignore": []string{"a["}}, `AttributeName("ignore")`, []string{`"a["`, "* for any characters"}},
		"rename to itself":     {values{"database": "ledger/events", "ddl": regions, "renames": renamed(c, "regions", "Regions", nil)}, `AttributeName("renames").ElementKeyInt(0)`, []string{"leads nowhere"}},
		"rename twice":         {values{"database": "ledger/events", "ddl": regions, "renames": renamed(c, "A", "B", nil, "a", "C", nil)}, `AttributeName("renames").ElementKeyInt(1)`, []string{"renamed twice", "renames[0]"}},
		"rename of nothing":    {values{"database": "ledger/events", "ddl": regions, "renames": renamed(c, "", "Regions", nil)}, `AttributeName("renames").ElementKeyInt(0).AttributeName("from")`, []string{"names no table"}},
		"no base64":            {values{"database": "ledger/events", "ddl": regions, "proto_descriptors": "%"}, `AttributeName("proto_descriptors")`, []string{"not base64", "filebase64"}},
		"no descriptors":       {values{"database": "ledger/events", "ddl": regions, "proto_descriptors": "/////w=="}, `AttributeName("proto_descriptors")`, []string{"FileDescriptorSet", "protoc"}},
		"empty descriptors":    {values{"database": "ledger/events", "ddl": regions, "proto_descriptors": ""}, `AttributeName("proto_descriptors")`, []string{"holds no file"}},
		"on_destroy":           {values{"database": "ledger/events", "ddl": regions, "on_destroy": "delete"}, `AttributeName("on_destroy")`, []string{`"abandon"`, `"drop"`}},
		"blank name":           {values{"database": "ledger/events", "ddl": regions, "allow_destructive": []string{" "}}, `AttributeName("allow_destructive").ElementKeyValue(tftypes.String<" ">)`, []string{"names nothing"}},
		"timeout":              {values{"database": "ledger/events", "ddl": regions, "timeouts": timeoutsOf("create", "soon")}, `AttributeName("timeouts").AttributeName("create")`, []string{"soon"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.validate(test.config).wantError(t, test.at, test.says...)
		})
	}
}

// timeoutsOf is the argument timeouts with one limit.
func timeoutsOf(name, limit string) tftypes.Value {
	limits := map[string]tftypes.Value{}
	attributes := map[string]tftypes.Type{}
	for _, each := range []string{"create", "update", "delete"} {
		attributes[each] = tftypes.String
		limits[each] = tftypes.NewValue(tftypes.String, nil)
	}
	limits[name] = tftypes.NewValue(tftypes.String, limit)
	return tftypes.NewValue(tftypes.Object{AttributeTypes: attributes}, limits)
}

func TestValidateReportsEveryProblem(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	diags := c.validate(values{"database": "ledger/events", "ddl": "CREATE 7;\n" + regions + "\nDROP 8;"})
	if len(diags) != 2 {
		t.Errorf("%d diagnostics, want one for each broken statement:\n%s", len(diags), diags)
	}
}

func TestValidateWarnsOfOpaqueStatements(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	c.validate(values{"database": "ledger/events", "ddl_files": map[string]string{
		"010.sql": regions,
		"020.sql": "\nCREATE PLACEMENT eu WITH THE MOON;",
	}}).wantWarning(t, `AttributeName("ddl_files").ElementKeyString("020.sql")`, "word by word", "020.sql:2:")
}
