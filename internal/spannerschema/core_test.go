package spannerschema_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const (
	resourceType = "proveniq_spanner_schema"
	fullPath     = "projects/acme/instances/ledger/databases/events"
)

// core does with the provider what Terraform's core does, over the protocol.
type core struct {
	t        *testing.T
	server   tfprotov6.ProviderServer
	schema   *tfprotov6.Schema
	provider *testProvider
}

func newCore(t *testing.T, d *database) *core {
	t.Helper()
	c := &core{t: t, provider: &testProvider{database: d, project: "acme"}}
	server, err := providerserver.NewProtocol6WithError(c.provider)()
	if err != nil {
		t.Fatal(err)
	}
	c.server = server
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	c.schema = schemas.ResourceSchemas[resourceType]
	empty, err := tfprotov6.NewDynamicValue(tftypes.Object{}, tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &empty}); err != nil {
		t.Fatal(err)
	}
	return c
}

// values are the arguments or attributes of the resource; what is missing is null.
type values map[string]any

// object is a configuration, plan or state with its private data; a nil value
// is the resource that does not exist.
type object struct {
	values  map[string]tftypes.Value
	private []byte
}

func (c *core) objectType() tftypes.Object {
	objectType, ok := c.schema.ValueType().(tftypes.Object)
	if !ok {
		c.t.Fatal("the resource's schema is no object")
	}
	return objectType
}

// value converts strings, bools, []string, map[string]string and tftypes.Value;
// unknown stands for a value that is not known.
func (c *core) value(name string, v any) tftypes.Value {
	attribute := c.objectType().AttributeTypes[name]
	switch v := v.(type) {
	case nil:
		return tftypes.NewValue(attribute, nil)
	case unknown:
		return tftypes.NewValue(attribute, tftypes.UnknownValue)
	case string, bool:
		return tftypes.NewValue(attribute, v)
	case []string:
		elements := []tftypes.Value{}
		for _, element := range v {
			elements = append(elements, tftypes.NewValue(tftypes.String, element))
		}
		return tftypes.NewValue(attribute, elements)
	case map[string]string:
		elements := map[string]tftypes.Value{}
		for key, element := range v {
			elements[key] = tftypes.NewValue(tftypes.String, element)
		}
		return tftypes.NewValue(attribute, elements)
	case tftypes.Value:
		return v
	}
	c.t.Fatalf("%s cannot be %T", name, v)
	return tftypes.Value{}
}

type unknown struct{}

func (c *core) config(v values) map[string]tftypes.Value {
	config := map[string]tftypes.Value{}
	for name := range c.objectType().AttributeTypes {
		config[name] = c.value(name, v[name])
	}
	return config
}

func (c *core) encode(v map[string]tftypes.Value) *tfprotov6.DynamicValue {
	c.t.Helper()
	value := tftypes.NewValue(c.objectType(), nil)
	if v != nil {
		value = tftypes.NewValue(c.objectType(), v)
	}
	encoded, err := tfprotov6.NewDynamicValue(c.objectType(), value)
	if err != nil {
		c.t.Fatal(err)
	}
	return &encoded
}

func (c *core) decode(v *tfprotov6.DynamicValue, private []byte) *object {
	c.t.Helper()
	if v == nil {
		return nil
	}
	decoded, err := v.Unmarshal(c.objectType())
	if err != nil {
		c.t.Fatal(err)
	}
	if decoded.IsNull() {
		return nil
	}
	o := &object{private: private}
	if err := decoded.As(&o.values); err != nil {
		c.t.Fatal(err)
	}
	return o
}

func (c *core) validate(config values) diagnostics {
	c.t.Helper()
	resp, err := c.server.ValidateResourceConfig(c.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: resourceType, Config: c.encode(c.config(config)),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.Diagnostics
}

// planned is the outcome of a plan.
type planned struct {
	*object
	replaces    bool
	diagnostics diagnostics
}

// plan plans the configuration; nil plans to destroy.
func (c *core) plan(config values, prior *object) planned {
	c.t.Helper()
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: resourceType, PriorState: c.encode(nil), ProposedNewState: c.encode(nil), Config: c.encode(nil)}
	if prior != nil {
		req.PriorState, req.PriorPrivate = c.encode(prior.values), prior.private
	}
	if config != nil {
		configured := c.config(config)
		proposed := map[string]tftypes.Value{}
		for name, value := range configured {
			proposed[name] = value
			if value.IsNull() && prior != nil && c.computed(name) {
				proposed[name] = prior.values[name]
			}
		}
		req.Config, req.ProposedNewState = c.encode(configured), c.encode(proposed)
	}
	resp, err := c.server.PlanResourceChange(c.t.Context(), req)
	if err != nil {
		c.t.Fatal(err)
	}
	return planned{
		object:      c.decode(resp.PlannedState, resp.PlannedPrivate),
		replaces:    len(resp.RequiresReplace) > 0,
		diagnostics: resp.Diagnostics,
	}
}

func (c *core) computed(name string) bool {
	for _, attribute := range c.schema.Block.Attributes {
		if attribute.Name == name {
			return attribute.Computed
		}
	}
	return false
}

// apply carries out a plan and checks, as core does, that the outcome is what
// was planned.
func (c *core) apply(config values, prior *object, p planned) (*object, diagnostics) {
	c.t.Helper()
	return c.applyIn(c.t.Context(), config, prior, p)
}

// applyIn is apply with a context that may end: an interrupted core.
func (c *core) applyIn(ctx context.Context, config values, prior *object, p planned) (*object, diagnostics) {
	c.t.Helper()
	req := &tfprotov6.ApplyResourceChangeRequest{TypeName: resourceType, PriorState: c.encode(nil), PlannedState: c.encode(nil), Config: c.encode(nil)}
	if prior != nil {
		req.PriorState = c.encode(prior.values)
	}
	if p.object != nil {
		req.PlannedState, req.PlannedPrivate = c.encode(p.values), p.private
	} else if prior != nil {
		req.PlannedPrivate = prior.private
	}
	if config != nil {
		req.Config = c.encode(c.config(config))
	}
	resp, err := c.server.ApplyResourceChange(ctx, req)
	if err != nil {
		c.t.Fatal(err)
	}
	state := c.decode(resp.NewState, resp.Private)
	if p.object != nil && !diagnostics(resp.Diagnostics).failed() {
		for name, value := range p.values {
			if value.IsFullyKnown() && !value.Equal(state.values[name]) {
				c.t.Errorf("%s was planned as %s and is %s after apply", name, value, state.values[name])
			}
		}
	}
	return state, resp.Diagnostics
}

func (c *core) read(state *object) (*object, diagnostics) {
	c.t.Helper()
	resp, err := c.server.ReadResource(c.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: resourceType, CurrentState: c.encode(state.values), Private: state.private,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return c.decode(resp.NewState, resp.Private), resp.Diagnostics
}

func (c *core) importState(id string) (*object, diagnostics) {
	c.t.Helper()
	resp, err := c.server.ImportResourceState(c.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: resourceType, ID: id})
	if err != nil {
		c.t.Fatal(err)
	}
	if len(resp.ImportedResources) == 0 {
		return nil, resp.Diagnostics
	}
	imported := resp.ImportedResources[0]
	state, diags := c.read(c.decode(imported.State, imported.Private))
	return state, append(resp.Diagnostics, diags...)
}

// created is the state after a first apply that must succeed.
func (c *core) created(config values) *object {
	c.t.Helper()
	plan := c.plan(config, nil)
	plan.diagnostics.wantNone(c.t)
	state, diags := c.apply(config, nil, plan)
	diags.wantNone(c.t)
	state, diags = c.read(state)
	diags.wantNone(c.t)
	return state
}

func (o *object) text(t *testing.T, name string) string {
	t.Helper()
	var text string
	if err := o.values[name].As(&text); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return text
}

// list gives the elements; for planned_statements the statements.
func (o *object) list(t *testing.T, name string) []string {
	t.Helper()
	if !o.values[name].IsFullyKnown() {
		t.Fatalf("%s is not known", name)
	}
	var elements []tftypes.Value
	if err := o.values[name].As(&elements); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	texts := []string{}
	for _, element := range elements {
		if element.Type().Is(tftypes.Object{}) {
			var attributes map[string]tftypes.Value
			if err := element.As(&attributes); err != nil {
				t.Fatal(err)
			}
			element = attributes["statement"]
		}
		var text string
		if err := element.As(&text); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	return texts
}
