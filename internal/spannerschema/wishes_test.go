package spannerschema_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

const (
	createStaging = "CREATE TABLE StagingEvents (Id INT64) PRIMARY KEY (Id)"
	createByIndex = "CREATE INDEX EventsByPayload ON Events (Id)"
	createBundle  = "CREATE PROTO BUNDLE (`acme.Event`)"
)

// renamed makes renames of triples from, to, keep_synonym.
func renamed(c *core, triples ...any) tftypes.Value {
	listType := c.objectType().AttributeTypes["renames"]
	list, ok := listType.(tftypes.List)
	if !ok {
		c.t.Fatal("renames is no list")
	}
	elementType := list.ElementType
	value := func(t tftypes.Type, v any) tftypes.Value {
		if v == (unknown{}) {
			return tftypes.NewValue(t, tftypes.UnknownValue)
		}
		return tftypes.NewValue(t, v)
	}
	elements := []tftypes.Value{}
	for i := 0; i < len(triples); i += 3 {
		elements = append(elements, tftypes.NewValue(elementType, map[string]tftypes.Value{
			"from":         value(tftypes.String, triples[i]),
			"to":           value(tftypes.String, triples[i+1]),
			"keep_synonym": value(tftypes.Bool, triples[i+2]),
		}))
	}
	return tftypes.NewValue(listType, elements)
}

// descriptorSet is a serialized set with one message acme.Event in this file.
func descriptorSet(file string) []byte {
	set, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{{
		Name: proto.String(file), Package: proto.String("acme"),
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("Event")}},
	}}})
	if err != nil {
		return nil
	}
	return set
}

func descriptors(file string) string {
	return base64.StdEncoding.EncodeToString(descriptorSet(file))
}

func TestScope(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settings  values
		unmanaged []string
		warns     bool
	}{
		"everything": {values{}, []string{"EventsByPayload", "StagingEvents"}, true},
		"ignored":    {values{"ignore": []string{"staging*", "EventsBy*"}}, nil, false},
		"tables":     {values{"manage": []string{"tables"}}, []string{"StagingEvents"}, true},
		"both":       {values{"manage": []string{"tables"}, "ignore": []string{"S*"}}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, createEvents, createByIndex, createStaging)
			c := newCore(t, d)
			wanted := config(createEvents)
			for argument, value := range test.settings {
				wanted[argument] = value
			}
			plan := c.plan(wanted, nil)
			if test.warns {
				plan.diagnostics.wantWarning(t, atDDL, test.unmanaged...)
			} else {
				plan.diagnostics.wantNone(t)
			}
			state, diags := c.apply(wanted, nil, plan)
			diags.wantNone(t)
			wantList(t, state, "unmanaged_objects", test.unmanaged...)
			state, diags = c.read(state)
			diags.wantNone(t)
			wantList(t, state, "unmanaged_objects", test.unmanaged...)
			wantSame(t, state, c.plan(wanted, state))
			d.wantSent(t)
		})
	}
}

// What somebody else's column does between plan and apply is none of ours.
func TestIgnoredObjectsStopNoApply(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, createEvents, createStaging)
	c := newCore(t, d)
	before := values{"database": "ledger/events", "ddl": createEvents, "ignore": []string{"Staging*"}}
	after := values{"database": "ledger/events", "ddl": createEvents + ";" + createRegions, "ignore": []string{"Staging*"}}
	state := c.created(before)
	plan := c.plan(after, state)
	d.echo = []string{createEvents, strings.Replace(createStaging, "INT64", "STRING(9)", 1)}
	_, diags := c.apply(after, state, plan)
	diags.wantNone(t)
	d.wantSent(t, []string{createRegions})
}

func TestChangeReasonCausesNothing(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions, "change_reason", "LEDGER-1"))
	wantSame(t, state, c.plan(config(createRegions, "change_reason", "LEDGER-2"), state))
	for name, after := range map[string]values{"none": config(createRegions), "other text": config(createRegions+";"+createEvents, "change_reason", "LEDGER-2")} {
		plan := c.plan(after, state)
		if name == "none" {
			wantList(t, plan.object, "planned_statements")
			continue
		}
		wantList(t, plan.object, "planned_statements", createEvents)
		if got := plan.text(t, "change_reason"); got != "LEDGER-2" {
			t.Errorf("change_reason is %q", got)
		}
	}
	state, diags := c.apply(config(createRegions), state, c.plan(config(createRegions), state))
	diags.wantNone(t)
	if !state.values["change_reason"].IsNull() {
		t.Errorf("change_reason is %s", state.values["change_reason"])
	}
	d.wantSent(t, []string{createRegions})
}

func TestUnknownWishes(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	state := c.created(config(createRegions))
	for name, value := range map[string]any{
		"manage": unknown{}, "ignore": unknown{}, "mode": unknown{}, "proto_descriptors": unknown{}, "renames": renamed(c, "A", unknown{}, nil),
	} {
		for _, prior := range []*object{nil, state} {
			plan := c.plan(values{"database": "ledger/events", "ddl": createRegions, name: value}, prior)
			if len(plan.diagnostics) > 0 {
				t.Errorf("%s: unexpected diagnostics:\n%s", name, plan.diagnostics)
			}
			wantUnknown(t, plan.object, "planned_statements", "unmanaged_objects")
		}
	}
}

func TestProtoDescriptorsGoWithTheBundle(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	var sent [][]byte
	d.updateDDL = func(req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
		sent = append(sent, req.GetProtoDescriptors())
		return nil, nil
	}
	c := newCore(t, d)
	wanted := func(text, file string) values { return config(text, "proto_descriptors", descriptors(file)) }
	state := c.created(wanted(createBundle, "a.proto"))
	after := wanted(createBundle+";"+createRegions, "a.proto")
	state, diags := c.apply(after, state, c.plan(after, state))
	diags.wantNone(t)
	if len(sent) != 2 || string(sent[0]) != string(descriptorSet("a.proto")) || len(sent[1]) != 0 {
		t.Errorf("descriptors sent: %q", sent)
	}
	wantSame(t, state, c.plan(after, state))
}

func TestBundleNeedsDescriptors(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	c.plan(config(createBundle), nil).diagnostics.wantError(t, `AttributeName("proto_descriptors")`, "no proto descriptors", "filebase64")
	state := c.created(config(createRegions))
	c.plan(config(createRegions+";"+createBundle), state).diagnostics.wantError(t, `AttributeName("proto_descriptors")`, "no proto descriptors", "filebase64")
	c.plan(config(createRegions+";"+createBundle, "mode", "check"), state).diagnostics.wantWarning(t, `AttributeName("mode")`, createBundle)
}
