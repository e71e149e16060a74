package localcloud

import (
	"context"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// Ledger describes what SeedLedger puts into a cloud: what stands before a
// ledger's regions join.
type Ledger struct {
	Project  string
	Instance string // id of the Spanner instance
	Database string // id of the empty database in it
	Regions  []LedgerRegion
	// BackendServices are names of global EXTERNAL_MANAGED backend services
	// without backends.
	BackendServices []string
	// DrainingSeconds is the services' connection draining timeout.
	DrainingSeconds int
}

// LedgerRegion is a region whose clusters have made their NEGs.
type LedgerRegion struct {
	Name      string   // as "us-east1"
	Zones     []string // full names, as "us-east1-b"
	NEG       string   // name of the NEG in each zone
	Endpoints int      // healthy endpoints per zone
}

// DefaultLedger is the ledger of the architecture: three regions of three zones
// each, and one backend service per class of traffic.
func DefaultLedger(project string) Ledger {
	l := Ledger{
		Project:         project,
		Instance:        "ledger",
		Database:        "ledger",
		BackendServices: []string{"ledger-write", "ledger-read", "ledger-webhook"},
	}
	for _, region := range []string{"us-east1", "europe-west1", "asia-southeast1"} {
		l.Regions = append(l.Regions, LedgerRegion{Name: region, NEG: "ledger-api-" + region, Endpoints: 3, Zones: api.ZonesOf(region)})
	}
	return l
}

// SeedLedger puts a ledger into the cloud. The database must not exist yet. When
// it fails the cloud's state is saved no more.
func (c *Cloud) SeedLedger(ctx context.Context, l Ledger) error {
	if c.state != nil {
		c.state.hold(true)
	}
	if err := c.emulator.CreateDatabase(ctx, l.Project, l.Instance, l.Database); err != nil {
		return err
	}
	l.AddTo(c.api)
	if c.state != nil {
		c.state.hold(false)
	}
	return nil
}

// AddTo adds the ledger's NEGs and backend services, without the database.
func (l Ledger) AddTo(c *api.Server) {
	c.AddProject(l.Project)
	for _, r := range l.Regions {
		for _, zone := range r.Zones {
			c.AddNEG(l.Project, zone, r.NEG, r.Endpoints)
		}
	}
	for _, name := range l.BackendServices {
		c.AddBackendService(l.Project, name, map[string]any{
			"protocol":           "HTTP2",
			"connectionDraining": map[string]any{"drainingTimeoutSec": l.DrainingSeconds},
		})
	}
}
