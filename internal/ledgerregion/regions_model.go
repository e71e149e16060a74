package ledgerregion

import (
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
)

// regionsModel is the data source as Terraform holds it.
type regionsModel struct {
	LedgerID          types.String          `tfsdk:"ledger_id"`
	Project           types.String          `tfsdk:"project"`
	MinHealthyPercent types.Int64           `tfsdk:"min_healthy_percent"`
	Registry          *regionsRegistry      `tfsdk:"registry"`
	RegistryRead      types.Bool            `tfsdk:"registry_read"`
	UnreachableZones  []string              `tfsdk:"unreachable_zones"`
	Regions           map[string]sightModel `tfsdk:"regions"`
}

type regionsRegistry struct {
	Database types.String `tfsdk:"database"`
	Table    types.String `tfsdk:"table"`
}

type sightModel struct {
	State                string        `tfsdk:"state"`
	CapacityPercent      int64         `tfsdk:"capacity_percent"`
	ZonesAttached        []string      `tfsdk:"zones_attached"`
	ZonesPending         []string      `tfsdk:"zones_pending"`
	EndpointCount        int64         `tfsdk:"endpoint_count"`
	HealthyEndpointCount types.Int64   `tfsdk:"healthy_endpoint_count"`
	HealthyPercent       types.Int64   `tfsdk:"healthy_percent"`
	Peers                []string      `tfsdk:"peers"`
	Differences          []string      `tfsdk:"differences"`
	Backends             []memberModel `tfsdk:"backends"`
	Registry             *rowModel     `tfsdk:"registry"`
}

type memberModel struct {
	Class                string        `tfsdk:"class"`
	BackendService       string        `tfsdk:"backend_service"`
	Zone                 string        `tfsdk:"zone"`
	NEGName              string        `tfsdk:"neg_name"`
	CapacityPercent      int64         `tfsdk:"capacity_percent"`
	MaxRatePerEndpoint   float64       `tfsdk:"max_rate_per_endpoint"`
	Preference           string        `tfsdk:"preference"`
	EndpointCount        types.Int64   `tfsdk:"endpoint_count"`
	HealthyEndpointCount types.Int64   `tfsdk:"healthy_endpoint_count"`
	CapacityRPS          types.Float64 `tfsdk:"capacity_rps"`
}

type rowModel struct {
	State           string   `tfsdk:"state"`
	CapacityPercent int64    `tfsdk:"capacity_percent"`
	Zones           []string `tfsdk:"zones"`
	ProviderVersion string   `tfsdk:"provider_version"`
	UpdatedAt       string   `tfsdk:"updated_at"`
}

// model is the region as the data source shows it. compared says whether the
// region table was read.
func (s *sight) model(minHealthyPercent int, peers []string, compared bool) sightModel {
	m := sightModel{
		State: s.state(minHealthyPercent), CapacityPercent: int64(s.percent()),
		ZonesAttached: listed(s.zones()), ZonesPending: listed(s.pending),
		EndpointCount: int64(s.endpoints()), HealthyEndpointCount: types.Int64Null(), HealthyPercent: types.Int64Null(),
		Peers: listed(slices.DeleteFunc(slices.Clone(peers), func(name string) bool { return name == s.region })), Differences: []string{}, Backends: []memberModel{},
	}
	if h, known := s.health(); known {
		m.HealthyEndpointCount = types.Int64Value(int64(h.Healthy))
		m.HealthyPercent = types.Int64Value(int64(h.Healthy * 100 / h.Reported))
	}
	for _, one := range s.members {
		m.Backends = append(m.Backends, one.model())
	}
	if compared {
		m.Differences = listed(s.differences())
	}
	if s.row != nil {
		m.Registry = rowOf(*s.row)
	}
	return m
}

func (m member) model() memberModel {
	out := memberModel{
		Class: m.class, BackendService: m.service, Zone: m.zone, NEGName: m.neg,
		CapacityPercent: int64(m.percent), MaxRatePerEndpoint: m.rate, Preference: m.preference,
		EndpointCount: types.Int64Null(), HealthyEndpointCount: types.Int64Null(), CapacityRPS: types.Float64Null(),
	}
	if m.known {
		out.EndpointCount = types.Int64Value(int64(m.endpoints))
	}
	if m.health.Reported > 0 {
		out.HealthyEndpointCount = types.Int64Value(int64(m.health.Healthy))
		out.CapacityRPS = types.Float64Value(m.rate * float64(m.health.Healthy) * float64(m.percent) / 100)
	}
	return out
}

func rowOf(row registry.Row) *rowModel {
	return &rowModel{
		State: row.State, CapacityPercent: row.CapacityPercent, Zones: listed(row.Zones),
		ProviderVersion: row.ProviderVersion, UpdatedAt: row.UpdatedAt.UTC().Format(time.RFC3339Nano),
	}
}

// listed is a list that is empty, not null.
func listed(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}
