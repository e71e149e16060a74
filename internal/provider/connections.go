package provider

import (
	"errors"
	"sync"

	"golang.org/x/time/rate"
)

// Google's quotas on administrative calls, per project and user: Spanner
// allows 5 calls a second; Compute Engine 1,500 reads a minute and region
// group, of which one run takes no more than 20 a second.
const (
	spannerCallsPerSecond = 5
	computeCallsPerSecond = 20
)

// Connections makes and keeps the clients that the resources call Google Cloud
// through. A client is made when it is first asked for, once, and shared;
// methods may be called at the same time. Limiters are shared by all clients
// of an API, because the quota is.
type Connections struct {
	settings settings
	version  string

	spannerLimiter *rate.Limiter
	computeLimiter *rate.Limiter

	mu sync.Mutex
}

func newConnections(resolved settings, version string) *Connections {
	return &Connections{
		settings:       resolved,
		version:        version,
		spannerLimiter: rate.NewLimiter(spannerCallsPerSecond, spannerCallsPerSecond),
		computeLimiter: rate.NewLimiter(computeCallsPerSecond, computeCallsPerSecond),
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
