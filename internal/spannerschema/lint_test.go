package spannerschema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// regrettable has something for each rule, in the order of the warnings.
const regrettable = `CREATE TABLE Logs (
  WrittenAt TIMESTAMP NOT NULL,
  Line STRING(MAX) NOT NULL,
) PRIMARY KEY (WrittenAt, Line);
CREATE TABLE Regions (Region STRING(32) NOT NULL) PRIMARY KEY (Region);
CREATE TABLE Zones (
  Region STRING(32) NOT NULL,
  Zone STRING(32) NOT NULL,
  FOREIGN KEY (Region) REFERENCES Regions (Region),
) PRIMARY KEY (Region, Zone);`

var lintRules = []string{"monotonic_key", "missing_interleave", "wide_key", "unnamed_constraint"}

// lintWith is the argument lint with these switches.
func lintWith(switches map[string]any) tftypes.Value {
	attributes, values := map[string]tftypes.Type{}, map[string]tftypes.Value{}
	for _, rule := range lintRules {
		attributes[rule] = tftypes.Bool
		values[rule] = tftypes.NewValue(tftypes.Bool, nil)
	}
	for rule, on := range switches {
		if _, open := on.(unknown); open {
			on = tftypes.UnknownValue
		}
		values[rule] = tftypes.NewValue(tftypes.Bool, on)
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: attributes}, values)
}

func TestLintSwitches(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	for name, test := range map[string]struct {
		lint any
		want []string
	}{
		"null":        {nil, lintRules},
		"empty":       {lintWith(nil), lintRules},
		"unknown":     {unknown{}, nil},
		"on":          {lintWith(map[string]any{"monotonic_key": true, "missing_interleave": true, "wide_key": true, "unnamed_constraint": true}), lintRules},
		"one off":     {lintWith(map[string]any{"monotonic_key": false}), lintRules[1:]},
		"one unknown": {lintWith(map[string]any{"unnamed_constraint": unknown{}}), lintRules[:3]},
		"all off":     {lintWith(map[string]any{"monotonic_key": false, "missing_interleave": false, "wide_key": false, "unnamed_constraint": false}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := c.validate(values{"database": "ledger/events", "ddl": regrettable, "lint": test.lint})
			if len(diags) != len(test.want) {
				t.Fatalf("%d diagnostics, want those of %q:\n%s", len(diags), test.want, diags)
			}
			for i, rule := range test.want {
				diags[i:i+1].wantWarning(t, `AttributeName("ddl")`, "("+rule+")", "lint = { "+rule+" = false }")
			}
		})
	}
	c.validate(values{"database": "ledger/events", "ddl": unknown{}}).wantNone(t)
	c.validate(values{"database": "ledger/events", "ddl": "CREATE TABLE logs (at timestamptz PRIMARY KEY)"}).
		wantWarning(t, `AttributeName("ddl")`, "ddl:1:20: the key of table logs begins with at")
}

// TestLintPointsAtThePlace: a rule warns once, shows the lines, and names the
// file where all is in one.
func TestLintPointsAtThePlace(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	table := func(name string) string {
		return "CREATE TABLE " + name + " (\n  Id INT64 NOT NULL,\n  CHECK (Id > 0),\n) PRIMARY KEY (Id);\n"
	}
	files := map[string]string{"010.sql": regions, "020.sql": table("A")}
	c.validate(values{"database": "ledger/events", "ddl_files": files}).wantWarning(t, `AttributeName("ddl_files").ElementKeyString("020.sql")`,
		"020.sql:3:3: a constraint of table A has no name", "    CHECK (Id > 0),\n    ^\n", "CONSTRAINT and a name")
	files["030.sql"] = table("B")
	c.validate(values{"database": "ledger/events", "ddl_files": files}).wantWarning(t, `AttributeName("ddl_files")`, "020.sql:3:3: a constraint of table A", "030.sql:3:3: a constraint of table B")

	var many strings.Builder
	for i := range 200 {
		many.WriteString(table(fmt.Sprintf("T%d", i)))
	}
	diags := c.validate(values{"database": "ledger/events", "ddl": many.String()})
	diags.wantWarning(t, `AttributeName("ddl")`, "table T2 has no name", "The same at ddl:15:3, ddl:19:3", "in 177 more places")
	if strings.Contains(diags[0].Detail, "table T3") {
		t.Errorf("too much is shown:\n%s", diags[0].Detail)
	}
}

func TestLintPlansNothing(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	with := func(lint any) values {
		v := config(createRegions)
		v["lint"] = lint
		return v
	}
	off := lintWith(map[string]any{"wide_key": false})
	state := c.created(with(off))
	wantSame(t, state, c.plan(with(lintWith(nil)), state))
	plan := c.plan(with(nil), state)
	plan.diagnostics.wantNone(t)
	wantList(t, plan.object, "planned_statements")
	reads := len(d.sent)
	state, diags := c.apply(with(nil), state, plan)
	diags.wantNone(t)
	if !state.values["lint"].IsNull() || len(d.sent) != reads {
		t.Errorf("lint is %s, sent %q", state.values["lint"], d.sent[reads:])
	}
	wantSame(t, state, c.plan(with(nil), state))
}
