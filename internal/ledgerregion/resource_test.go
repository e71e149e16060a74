package ledgerregion

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerinstances"
)

// connector is a configured provider without Spanner.
type connector struct {
	lb *loadbalancer.Client
}

func (c connector) DefaultProject() (string, error)                            { return project, nil }
func (c connector) LoadBalancer(context.Context) (*loadbalancer.Client, error) { return c.lb, nil }
func (c connector) Observations() *Observations                                { return &Observations{} }
func (c connector) SpannerInstances(context.Context) (*spannerinstances.Client, error) {
	return nil, errors.New("Spanner is down")
}

func (c connector) DatabaseAdmin(context.Context) (*spanneradmin.Client, error) {
	return nil, errors.New("Spanner is down")
}
func (c connector) MayBeTakenDown(string) (bool, error) { return false, nil }
func (c connector) ProviderVersion() string             { return "test" }
func (c connector) Registry(context.Context, string) (*registry.Client, error) {
	return nil, errors.New("Spanner is down")
}

// harness calls the resource as the framework does, on a clock of its own.
type harness struct {
	t *testing.T
	*cloud
	clock *clock
	r     *regionResource
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	c := newCloud(t, api.Options{})
	k := newClock()
	return &harness{t: t, cloud: c, clock: k, r: &regionResource{conn: connector{lb: c.lb}, clock: k}}
}

// aModel is a planned region with all its defaults.
func aModel(name string, percent int64) model {
	timeoutTypes := map[string]attr.Type{"create": types.StringType, "update": types.StringType, "delete": types.StringType}
	return model{
		ID: types.StringValue("demo/" + name), LedgerID: types.StringValue("demo"), Region: types.StringValue(name),
		Project: types.StringValue(project), NEGName: types.StringValue("ledger-api-" + name),
		BackendServices: serviceMap(region(name).services),
		CapacityPercent: types.Int64Value(percent), Ramp: rampModelOf(), promises: noPromises(), AdoptExisting: types.BoolValue(false),
		Spanner: types.ObjectNull(spannerTypes()), ChangeReason: types.StringNull(), Health: defaultHealth(), Drain: defaultDrain(),
		MinRemainingRegions: types.Int64Value(1), Zones: types.SetNull(types.StringType), MinZones: types.Int64Value(2),
		Registry: types.ObjectNull(map[string]attr.Type{
			"database": types.StringType, "table": types.StringType, "history_table": types.StringType, "on_error": types.StringType,
		}),
		Timeouts: timeouts.Value{Object: types.ObjectNull(timeoutTypes)},
		State:    types.StringValue(steady(percent)), ZonesAttached: types.SetUnknown(types.StringType), RegistryStatus: types.StringNull(),
	}
}

// rampModelOf is a ramp that goes up at once.
func rampModelOf(steps ...int64) types.Object {
	values := make([]attr.Value, 0, len(steps))
	for _, s := range steps {
		values = append(values, types.Int64Value(s))
	}
	return types.ObjectValueMust(rampTypes(), map[string]attr.Value{
		"steps": types.ListValueMust(types.Int64Type, values), "hold_seconds": types.Int64Value(60),
	})
}

// withRegistry makes a model write to a region table.
func (m model) withRegistry(onError string) model {
	m.Registry = types.ObjectValueMust(m.Registry.AttributeTypes(context.Background()), map[string]attr.Value{
		"database": types.StringValue("i/d"), "table": types.StringValue("T"), "history_table": types.StringValue("H"), "on_error": types.StringValue(onError),
	})
	m.RegistryStatus = types.StringValue(registryCurrent)
	return m
}

func (h *harness) plan(m model) tfsdk.Plan {
	h.t.Helper()
	schema := regionSchema(h.t.Context())
	p := tfsdk.Plan{Schema: schema, Raw: tftypes.NewValue(schema.Type().TerraformType(h.t.Context()), nil)}
	h.ok(p.Set(h.t.Context(), m))
	return p
}

func (h *harness) state(m *model) tfsdk.State {
	h.t.Helper()
	schema := regionSchema(h.t.Context())
	s := tfsdk.State{Schema: schema, Raw: tftypes.NewValue(schema.Type().TerraformType(h.t.Context()), nil)}
	if m != nil {
		h.ok(s.Set(h.t.Context(), *m))
	}
	return s
}

func (h *harness) ok(diags diag.Diagnostics) {
	h.t.Helper()
	if diags.HasError() {
		h.t.Fatal(diags)
	}
}

// held is the model in a state, nil when there is none.
func (h *harness) held(s tfsdk.State) *model {
	h.t.Helper()
	if s.Raw.IsNull() {
		return nil
	}
	var m model
	h.ok(s.Get(h.t.Context(), &m))
	return &m
}

func (h *harness) create(ctx context.Context, m model) (*model, diag.Diagnostics) {
	resp := resource.CreateResponse{State: h.state(nil)}
	h.r.Create(ctx, resource.CreateRequest{Plan: h.plan(m)}, &resp)
	// Each apply has a process of its own.
	h.r = &regionResource{conn: connector{lb: h.client(newClock(), h.server.Client().Transport)}, clock: h.clock}
	return h.held(resp.State), resp.Diagnostics
}

func (h *harness) update(ctx context.Context, from, to model) (*model, diag.Diagnostics) {
	resp := resource.UpdateResponse{State: h.state(&from)}
	h.r.Update(ctx, resource.UpdateRequest{Plan: h.plan(to), State: h.state(&from)}, &resp)
	return h.held(resp.State), resp.Diagnostics
}

func (h *harness) delete(ctx context.Context, m model) (*model, diag.Diagnostics) {
	resp := resource.DeleteResponse{State: h.state(&m)}
	h.r.Delete(ctx, resource.DeleteRequest{State: h.state(&m)}, &resp)
	return h.held(resp.State), resp.Diagnostics
}

// text is everything that diagnostics say.
func text(diags diag.Diagnostics) string {
	var b strings.Builder
	for _, d := range diags {
		at := ""
		if with, ok := d.(diag.DiagnosticWithPath); ok {
			at = with.Path().String()
		}
		fmt.Fprintf(&b, "%s [%s] %s: %s\n", d.Severity(), at, d.Summary(), d.Detail())
	}
	return b.String()
}

func TestDrainGoesOnWhileSpannerIsDown(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.join(t, region("europe-west1"))
	joined, diags := h.create(t.Context(), aModel("us-east1", 100).withRegistry(onErrorWarn))
	h.ok(diags)
	if got := joined.RegistryStatus.ValueString(); got != registryStale {
		t.Errorf("registry_status is %q", got)
	}
	plan := aModel("us-east1", 0).withRegistry(onErrorWarn)
	plan.ZonesAttached = joined.ZonesAttached
	state, diags := h.update(t.Context(), *joined, plan)
	h.ok(diags)
	if !strings.Contains(text(diags), "Warning [registry]") || state.State.ValueString() != stateDrained {
		t.Errorf("state %s after\n%s", state.State, text(diags))
	}
	state, diags = h.delete(t.Context(), *state)
	if said := text(diags); diags.HasError() || !strings.Contains(said, "Warning [registry]") ||
		!strings.Contains(said, "Nothing removes the row (demo, us-east1) any more") || strings.Contains(said, "next plan") {
		t.Errorf("state %v after\n%s", state, said)
	}
	if got := h.attached(t, "ledger-write"); len(got) != 3 {
		t.Errorf("attached: %v", got)
	}
}

func TestInterruptedDrainShowsInState(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.join(t, region("europe-west1"))
	joined, diags := h.create(t.Context(), aModel("us-east1", 100))
	h.ok(diags)
	ctx, cancel := context.WithCancel(t.Context())
	h.clock.onWait = func(time.Duration) { cancel() }
	plan := aModel("us-east1", 0)
	plan.ZonesAttached = joined.ZonesAttached
	state, diags := h.update(ctx, *joined, plan)
	if !diags.HasError() || state.State.ValueString() != stateDraining || !strings.Contains(text(diags), "stopped at 50 %") {
		t.Fatalf("state %s after\n%s", state.State, text(diags))
	}
	h.clock.onWait = nil
	state, diags = h.update(t.Context(), *state, plan)
	h.ok(diags)
	if state.State.ValueString() != stateDrained {
		t.Errorf("state %s", state.State)
	}
}

func TestRefusedDrainLeavesStateAsItWas(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	joined, diags := h.create(t.Context(), aModel("us-east1", 100))
	h.ok(diags)
	plan := aModel("us-east1", 0)
	plan.ZonesAttached = joined.ZonesAttached
	state, diags := h.update(t.Context(), *joined, plan)
	if !strings.Contains(text(diags), "[min_remaining_regions] Taking out the last healthy region is refused") {
		t.Errorf("diagnostics:\n%s", text(diags))
	}
	if state.State.ValueString() != stateActive || state.CapacityPercent.ValueInt64() != 100 {
		t.Errorf("state %s at %s", state.State, state.CapacityPercent)
	}
	if diff := cmp.Diff(usEast1, h.attached(t, "ledger-write")); diff != "" {
		t.Error(diff)
	}
}

func TestRegistryFailureKeepsALeftRegionInState(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.join(t, region("europe-west1"))
	joined, diags := h.create(t.Context(), aModel("us-east1", 100).withRegistry(onErrorWarn))
	h.ok(diags)
	// Its row has to go; until it has, the region is in state as what it is: drained.
	state, diags := h.delete(t.Context(), joined.withRegistry(onErrorFail))
	if !diags.HasError() || state == nil || state.CapacityPercent.ValueInt64() != 0 || len(state.ZonesAttached.Elements()) != 0 {
		t.Fatalf("state %v after\n%s", state, text(diags))
	}
	// A refresh in between must not lose it.
	read := resource.ReadResponse{State: h.state(state)}
	h.r.Read(t.Context(), resource.ReadRequest{State: h.state(state)}, &read)
	if h.held(read.State) == nil {
		t.Errorf("the refresh dropped it:\n%s", text(read.Diagnostics))
	}
	if got := h.attached(t, "ledger-write"); len(got) != 3 {
		t.Errorf("attached: %v", got)
	}
}

// With create_before_destroy the new resource takes over the backends of the old
// one, whose destroy leaves only what the new one is not in.
func TestReplacedAfterItsReplacementJoined(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.join(t, region("europe-west1"))
	old := aModel("us-east1", 100)
	services := region("us-east1").services
	services = append(services, service{class: "webhook", name: "ledger-webhook", rate: 10, preference: preferenceDefault, follows: true})
	old.BackendServices = serviceMap(services)
	state, diags := h.create(t.Context(), old)
	h.ok(diags)
	apply := *h
	_, diags = apply.create(t.Context(), aModel("us-east1", 100))
	h.ok(diags)
	// The same process as of the create.
	apply.r = h.r
	_, diags = apply.delete(t.Context(), *state)
	h.ok(diags)
	if !strings.Contains(text(diags), "Warning [region] The region stays in the load balancer") {
		t.Errorf("diagnostics:\n%s", text(diags))
	}
	if diff := cmp.Diff(usEast1, h.attached(t, "ledger-write")[3:]); diff != "" {
		t.Error(diff)
	}
	if got := h.attached(t, "ledger-webhook"); len(got) != 0 {
		t.Errorf("a service that the new one is not in keeps %v", got)
	}
}

func TestMovedServiceThatCannotBeLeftIsNotForgotten(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.join(t, region("europe-west1"))
	joined, diags := h.create(t.Context(), aModel("us-east1", 100))
	h.ok(diags)
	plan := *joined
	moved := region("us-east1").services
	moved[1].name = "ledger-webhook"
	plan.BackendServices = serviceMap(moved)
	// europe-west1 becomes unhealthy: us-east1 is the last one in ledger-write.
	h.unhealthy("europe-west1", "b", "c", "d")
	state, diags := h.update(t.Context(), *joined, plan)
	if !diags.HasError() || state.State.ValueString() != stateDraining || !state.BackendServices.Equal(plan.BackendServices) {
		t.Fatalf("state %s, services %s after\n%s", state.State, state.BackendServices, text(diags))
	}
	plan.State = types.StringValue(stateActive)
	plan.MinRemainingRegions = types.Int64Value(0)
	state, diags = h.update(t.Context(), *state, plan)
	h.ok(diags)
	if state.State.ValueString() != stateActive {
		t.Errorf("state %s", state.State)
	}
	for _, line := range h.attached(t, "ledger-write") {
		if strings.HasPrefix(line, "us-east1") {
			t.Errorf("ledger-write keeps %s", line)
		}
	}
}
