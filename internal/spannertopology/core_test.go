package spannertopology_test

import (
	"context"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/spannertopology"
)

const typeName = "proveniq_spanner_topology"

// unknown is a value that is not known yet.
type unknown struct{}

// oneDataSource is a provider of nothing but the data source.
type oneDataSource struct{ data any }

func (p oneDataSource) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "proveniq"
}
func (p oneDataSource) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (p oneDataSource) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	resp.DataSourceData = p.data
}
func (p oneDataSource) Resources(context.Context) []func() resource.Resource { return nil }
func (p oneDataSource) Functions(context.Context) []func() function.Function { return nil }
func (p oneDataSource) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{spannertopology.NewDataSource}
}

// core speaks to the data source as Terraform does.
type core struct {
	t      *testing.T
	server tfprotov6.ProviderServer
	object tftypes.Object
}

func newCore(t *testing.T, data any) *core {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(oneDataSource{data})()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	object, ok := schemas.DataSourceSchemas[typeName].ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object")
	}
	empty := tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}, map[string]tftypes.Value{})
	config, err := tfprotov6.NewDynamicValue(empty.Type(), empty)
	if err != nil {
		t.Fatal(err)
	}
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &config})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured)
	}
	return &core{t: t, server: server, object: object}
}

func (c *core) config(arguments map[string]any) *tfprotov6.DynamicValue {
	c.t.Helper()
	values := map[string]tftypes.Value{}
	for name, attribute := range c.object.AttributeTypes {
		values[name] = value(attribute, arguments[name])
	}
	encoded, err := tfprotov6.NewDynamicValue(c.object, tftypes.NewValue(c.object, values))
	if err != nil {
		c.t.Fatal(err)
	}
	return &encoded
}

// value makes a value of a type: nil is null, unknown{} unknown.
func value(of tftypes.Type, given any) tftypes.Value {
	if _, isUnknown := given.(unknown); isUnknown {
		return tftypes.NewValue(of, tftypes.UnknownValue)
	}
	elements := func(element tftypes.Type) []tftypes.Value {
		all := []tftypes.Value{}
		for _, g := range given.([]any) {
			all = append(all, value(element, g))
		}
		return all
	}
	switch kind := of.(type) {
	case tftypes.List:
		if given != nil {
			return tftypes.NewValue(of, elements(kind.ElementType))
		}
	case tftypes.Set:
		if given != nil {
			return tftypes.NewValue(of, elements(kind.ElementType))
		}
	case tftypes.Map:
		if given != nil {
			all := map[string]tftypes.Value{}
			for key, g := range given.(map[string]any) {
				all[key] = value(kind.ElementType, g)
			}
			return tftypes.NewValue(of, all)
		}
	case tftypes.Object:
		if given != nil {
			all := map[string]tftypes.Value{}
			for name, attribute := range kind.AttributeTypes {
				all[name] = value(attribute, given.(map[string]any)[name])
			}
			return tftypes.NewValue(of, all)
		}
	}
	return tftypes.NewValue(of, given)
}

// validate gives the diagnostics of a validation.
func (c *core) validate(arguments map[string]any) diagnostics {
	c.t.Helper()
	resp, err := c.server.ValidateDataResourceConfig(c.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: c.config(arguments)})
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.Diagnostics
}

// read reads the data source: its attributes as plain values, and the
// diagnostics.
func (c *core) read(arguments map[string]any) (map[string]any, diagnostics) {
	c.t.Helper()
	resp, err := c.server.ReadDataSource(c.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: c.config(arguments)})
	if err != nil {
		c.t.Fatal(err)
	}
	state, err := resp.State.Unmarshal(c.object)
	if err != nil {
		c.t.Fatal(err)
	}
	answer, _ := plain(c.t, state).(map[string]any)
	return answer, resp.Diagnostics
}

// plain is a value in Go's own types; numbers are float64.
func plain(t *testing.T, v tftypes.Value) any {
	t.Helper()
	if v.IsNull() {
		return nil
	}
	switch {
	case v.Type().Is(tftypes.String):
		var text string
		must(t, v.As(&text))
		return text
	case v.Type().Is(tftypes.Bool):
		var truth bool
		must(t, v.As(&truth))
		return truth
	case v.Type().Is(tftypes.Number):
		var number big.Float
		must(t, v.As(&number))
		plainNumber, _ := number.Float64()
		return plainNumber
	case v.Type().Is(tftypes.Object{}), v.Type().Is(tftypes.Map{}):
		var all map[string]tftypes.Value
		must(t, v.As(&all))
		values := map[string]any{}
		for name, element := range all {
			values[name] = plain(t, element)
		}
		return values
	}
	var all []tftypes.Value
	must(t, v.As(&all))
	values := []any{}
	for _, element := range all {
		values = append(values, plain(t, element))
	}
	return values
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// at walks from a value by names and positions to one inside it.
func at(t *testing.T, from any, steps ...any) any {
	t.Helper()
	for i, step := range steps {
		switch inside := from.(type) {
		case map[string]any:
			next, found := inside[step.(string)]
			if !found {
				t.Fatalf("%v has no %v", steps[:i], step)
			}
			from = next
		case []any:
			from = inside[step.(int)]
		default:
			t.Fatalf("%v is %v and has no %v", steps[:i], from, step)
		}
	}
	return from
}

type diagnostics []*tfprotov6.Diagnostic

func (d diagnostics) wantNone(t *testing.T) {
	t.Helper()
	for _, diagnostic := range d {
		t.Errorf("%s at %s: %s: %s", diagnostic.Severity, diagnostic.Attribute, diagnostic.Summary, diagnostic.Detail)
	}
}

// want wants exactly one diagnostic, at this attribute, that says these texts.
func (d diagnostics) want(t *testing.T, severity tfprotov6.DiagnosticSeverity, attribute string, says ...string) {
	t.Helper()
	if len(d) != 1 {
		t.Fatalf("%d diagnostics, want one: %v", len(d), d.texts())
	}
	if d[0].Severity != severity || d[0].Attribute.String() != attribute {
		t.Errorf("%s at %s, want %s at %s", d[0].Severity, d[0].Attribute, severity, attribute)
	}
	for _, text := range says {
		if whole := d[0].Summary + ": " + d[0].Detail; !strings.Contains(whole, text) {
			t.Errorf("it does not say %q: %s", text, whole)
		}
	}
}

func (d diagnostics) texts() string {
	var all strings.Builder
	for _, diagnostic := range d {
		fmt.Fprintf(&all, "\n%s at %s: %s: %s", diagnostic.Severity, diagnostic.Attribute, diagnostic.Summary, diagnostic.Detail)
	}
	return all.String()
}
