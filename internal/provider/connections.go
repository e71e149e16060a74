package provider

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"golang.org/x/time/rate"
	"google.golang.org/api/option"
	"google.golang.org/grpc"

	"github.com/proveniq/terraform-provider-proveniq/internal/ledgerregion"
	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerinstances"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerquery"
)

// Google's quotas on administrative calls, per project and user: Spanner
// allows 5 calls a second; of Compute Engine's 1,500 reads a minute one run
// takes no more than 20 a second.
const (
	spannerCallsPerSecond = 5
	computeCallsPerSecond = 20
)

// Connections makes and keeps the clients that the resources call Google Cloud
// through. A client is made when it is first asked for, once, and shared; its
// methods may be called at the same time. Limiters belong to it because quota
// does not care which resource calls.
type Connections struct {
	settings settings
	version  string
	// base carries HTTP calls, and dialOptions come last for gRPC ones; both
	// are empty but in tests, whose servers have certificates of their own.
	base        http.RoundTripper
	dialOptions []grpc.DialOption

	spannerLimiter *rate.Limiter
	computeLimiter *rate.Limiter

	// observations are those of the regions.
	observations ledgerregion.Observations

	mu         sync.Mutex
	admin      *spanneradmin.Client
	balancer   *loadbalancer.Client
	instances  *spannerinstances.Client
	registries map[string]*registry.Client
	queries    map[string]*spannerquery.Client
}

func newConnections(resolved settings, version string) *Connections {
	return &Connections{
		settings:       resolved,
		version:        version,
		spannerLimiter: rate.NewLimiter(spannerCallsPerSecond, spannerCallsPerSecond),
		computeLimiter: rate.NewLimiter(computeCallsPerSecond, computeCallsPerSecond),
		registries:     map[string]*registry.Client{},
		queries:        map[string]*spannerquery.Client{},
	}
}

// ProviderVersion is the version of the running provider.
func (c *Connections) ProviderVersion() string { return c.version }

// DefaultProject is the id of the project of resources that name none. It is
// an error if the provider has none, or one that is not known yet.
func (c *Connections) DefaultProject() (string, error) {
	if err := c.settings.need("a resource without a project of its own", attrProject); err != nil {
		return "", err
	}
	if c.settings.project == "" {
		return "", errors.New("no project is named here and the provider has no default: " +
			"set project on the provider, or one of the environment variables " + enumerate(variablesOf(attrProject)))
	}
	return c.settings.project, nil
}

// Observations are what this run has read of Spanner instances for its regions.
func (c *Connections) Observations() *ledgerregion.Observations { return &c.observations }

// MayBeTakenDown says whether a ledger is one of unguarded_ledgers. It is an
// error if those are not known yet.
func (c *Connections) MayBeTakenDown(ledgerID string) (bool, error) {
	if err := c.settings.need("the guard of the last healthy regions", attrUnguarded); err != nil {
		return false, err
	}
	return slices.Contains(c.settings.unguarded, ledgerID), nil
}

// DatabaseAdmin is the client of Spanner's Database Admin API. It is an error
// if an argument that calls need is not known yet, or if there are no
// credentials.
func (c *Connections) DatabaseAdmin(ctx context.Context) (*spanneradmin.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.admin != nil {
		return c.admin, nil
	}
	options, err := c.settings.spannerOptions("calling Spanner")
	if err != nil {
		return nil, err
	}
	client, err := spanneradmin.New(lasting(ctx), spanneradmin.Options{
		ClientOptions:  c.dialled(options, "spanner admin"),
		Limiter:        c.spannerLimiter,
		RequestTimeout: c.settings.requestTimeout,
	})
	if err != nil {
		return nil, err
	}
	c.admin = client
	return client, nil
}

// LoadBalancer is the client of the Compute Engine API. Errors are those of
// DatabaseAdmin.
func (c *Connections) LoadBalancer(ctx context.Context) (*loadbalancer.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.balancer != nil {
		return c.balancer, nil
	}
	client, err := c.httpClient(lasting(ctx), "compute", attrComputeEndpoint, c.settings.computeEndpoint)
	if err != nil {
		return nil, err
	}
	options := loadbalancer.Options{HTTPClient: client, Endpoint: c.settings.computeURL(), Limiter: c.computeLimiter}
	// Without Monitoring the load is not known, and nothing else is lost. A
	// Compute Engine of one's own has no load at Google.
	if c.settings.computeEndpoint == nil || c.settings.monitorEndpoint != nil {
		monitoring, err := c.httpClient(lasting(ctx), "monitoring", attrMonitoringEndpoint, c.settings.monitorEndpoint)
		if err == nil {
			options.MonitoringClient, options.MonitoringEndpoint = monitoring, c.settings.promURL()
		}
	}
	c.balancer = loadbalancer.New(options)
	return c.balancer, nil
}

// SpannerInstances is the client that reads instances and their configurations
// over REST, past an emulator, which has none. Errors are those of
// DatabaseAdmin.
func (c *Connections) SpannerInstances(ctx context.Context) (*spannerinstances.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.instances != nil {
		return c.instances, nil
	}
	client, err := c.httpClient(lasting(ctx), "spanner", attrSpannerEndpoint, c.settings.spannerEndpoint)
	if err != nil {
		return nil, err
	}
	c.instances = spannerinstances.New(spannerinstances.Options{
		HTTPClient: client,
		Endpoint:   c.settings.spannerURL(),
		Limiter:    c.spannerLimiter,
	})
	return c.instances, nil
}

// Registry is the client of the region table in the database
// projects/P/instances/I/databases/D. Errors are those of DatabaseAdmin.
func (c *Connections) Registry(ctx context.Context, databasePath string) (*registry.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if client := c.registries[databasePath]; client != nil {
		return client, nil
	}
	options, err := c.settings.spannerOptions("writing to the region table in Spanner")
	if err != nil {
		return nil, err
	}
	client, err := registry.New(lasting(ctx), databasePath, c.dialled(options, "spanner")...)
	if err != nil {
		return nil, err
	}
	c.registries[databasePath] = client
	return client, nil
}

// Query is the client that reads rows of the database
// projects/P/instances/I/databases/D. Errors are those of DatabaseAdmin.
func (c *Connections) Query(ctx context.Context, databasePath string) (*spannerquery.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if client := c.queries[databasePath]; client != nil {
		return client, nil
	}
	options, err := c.settings.spannerOptions("reading rows of Spanner")
	if err != nil {
		return nil, err
	}
	staleness := spannerquery.Staleness
	if c.settings.emulatorHost != "" {
		// The emulator keeps no past of what was made a moment ago.
		staleness = 0
	}
	client, err := spannerquery.New(lasting(ctx), databasePath, spannerquery.Options{Staleness: staleness, ClientOptions: c.dialled(options, "spanner")})
	if err != nil {
		return nil, err
	}
	c.queries[databasePath] = client
	return client, nil
}

// dialled completes the options of a gRPC client.
func (c *Connections) dialled(options []option.ClientOption, api string) []option.ClientOption {
	options = append(options, c.loggedCalls(api))
	for _, dial := range c.dialOptions {
		options = append(options, option.WithGRPCDialOption(dial))
	}
	return options
}

// lasting keeps what a context carries (the log) and drops its end: clients
// outlive the call that first needed them.
func lasting(ctx context.Context) context.Context {
	return context.WithoutCancel(ctx)
}

// promURL is where Cloud Monitoring answers PromQL, in version 1 of its API; it
// ends in "/".
func (s settings) promURL() string {
	if s.monitorEndpoint != nil {
		return strings.TrimSuffix(s.monitorEndpoint.url, "v3/") + "v1/"
	}
	return strings.Replace(loadbalancer.DefaultMonitoringEndpoint, defaultUniverse, s.universeDomain, 1)
}

// computeURL is where the Compute Engine API is called; it ends in "/".
func (s settings) computeURL() string {
	if s.computeEndpoint != nil {
		return s.computeEndpoint.url
	}
	return strings.Replace(loadbalancer.DefaultEndpoint, defaultUniverse, s.universeDomain, 1)
}

// spannerURL is where Spanner's REST API is called; it ends in "/".
func (s settings) spannerURL() string {
	if s.spannerEndpoint != nil {
		return s.spannerEndpoint.url
	}
	return strings.Replace(spannerinstances.DefaultEndpoint, defaultUniverse, s.universeDomain, 1)
}
