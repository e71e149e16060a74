package loadbalancer

import "sync"

// Intent is what a plan means to do with a region of a ledger.
type Intent string

// Intents of a plan.
const (
	IntentCreate  Intent = "create"
	IntentKeep    Intent = "keep" // an existing one that stays, changed or not
	IntentDestroy Intent = "destroy"
)

// Claim is one resource's intent with a region.
type Claim struct {
	Intent Intent
	// Configuration tells resources apart: core plans one that is to be replaced
	// twice, with the same configuration.
	Configuration string
}

// claims remember who means to do what in this run, and who has joined.
type claims struct {
	mu     sync.Mutex
	made   map[string][]Claim
	joined map[string][]string
}

// Claim records that a plan made by this client claims a region of a ledger, and
// returns the claims made on it before. One region can belong to one resource
// only: a second one would change and take out the same backends.
func (c *Client) Claim(project, owner string, claim Claim) (earlier []Claim) {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	if c.claims.made == nil {
		c.claims.made = map[string][]Claim{}
	}
	key := project + "/" + owner
	earlier = append([]Claim(nil), c.claims.made[key]...)
	c.claims.made[key] = append(c.claims.made[key], claim)
	return earlier
}

// RecordJoin records that an apply by this client has joined a region of a ledger
// to services as a new resource.
func (c *Client) RecordJoin(project, owner string, services []string) {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	if c.claims.joined == nil {
		c.claims.joined = map[string][]string{}
	}
	c.claims.joined[project+"/"+owner] = append([]string{}, services...)
}

// Joined gives the services that an apply by this client has joined a region of a
// ledger to, and whether there was such an apply.
func (c *Client) Joined(project, owner string) (services []string, joined bool) {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	services, joined = c.claims.joined[project+"/"+owner]
	return services, joined
}
