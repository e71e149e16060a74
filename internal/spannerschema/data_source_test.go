package spannerschema_test

import (
	"testing"

	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// look reads the data source.
func (c *core) look(arguments map[string]string) (map[string]tftypes.Value, diagnostics) {
	c.t.Helper()
	schemas, err := c.server.GetProviderSchema(c.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		c.t.Fatal(err)
	}
	dataType, ok := schemas.DataSourceSchemas[resourceType].ValueType().(tftypes.Object)
	if !ok {
		c.t.Fatal("the data source's schema is no object")
	}
	config := map[string]tftypes.Value{}
	for name, attribute := range dataType.AttributeTypes {
		config[name] = tftypes.NewValue(attribute, nil)
		if value, given := arguments[name]; given {
			config[name] = tftypes.NewValue(attribute, value)
		}
	}
	encoded, err := tfprotov6.NewDynamicValue(dataType, tftypes.NewValue(dataType, config))
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := c.server.ReadDataSource(c.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: resourceType, Config: &encoded})
	if err != nil {
		c.t.Fatal(err)
	}
	state, err := resp.State.Unmarshal(dataType)
	if err != nil {
		c.t.Fatal(err)
	}
	var values map[string]tftypes.Value
	if err := state.As(&values); err != nil {
		c.t.Fatal(err)
	}
	return values, resp.Diagnostics
}

func TestDataSource(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments map[string]string
		dialect   databasepb.DatabaseDialect
		want      string
		echo      []string
		objects   int
	}{
		"empty":        {arguments: map[string]string{"database": "ledger/events"}, want: "GOOGLE_STANDARD_SQL"},
		"two objects":  {arguments: map[string]string{"database": fullPath}, want: "GOOGLE_STANDARD_SQL", echo: []string{createEvents, createByIndex}, objects: 2},
		"with project": {arguments: map[string]string{"database": "ledger/events", "project": "acme"}, dialect: databasepb.DatabaseDialect_POSTGRESQL, want: "POSTGRESQL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, test.echo...)
			d.dialect = test.dialect
			values, diags := newCore(t, d).look(test.arguments)
			diags.wantNone(t)
			o := &object{values: values}
			if got := o.text(t, "database_path"); got != fullPath {
				t.Errorf("database_path is %q", got)
			}
			if got := o.text(t, "dialect"); got != test.want {
				t.Errorf("dialect is %q, want %q", got, test.want)
			}
			if diff := cmp.Diff(append([]string{}, test.echo...), o.list(t, "statements")); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			var objects []tftypes.Value
			if err := values["objects"].As(&objects); err != nil || len(objects) != test.objects {
				t.Errorf("%d objects, want %d: %v", len(objects), test.objects, err)
			}
		})
	}
}

func TestDataSourceFails(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	_, diags := c.look(map[string]string{"database": "events"})
	diags.wantError(t, atDatabase, `"events" is not the name of a database`)
	_, diags = c.look(map[string]string{"database": "ledger/others"})
	diags.wantError(t, atDatabase, "does not exist")
	d.getDDL = func() error { return status.Error(codes.PermissionDenied, "no") }
	_, diags = c.look(map[string]string{"database": "ledger/events"})
	diags.wantError(t, atDatabase, "cannot be read", "spanner.databases.getDdl")
}
