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

// claims remember who means to do what in this run.
type claims struct {
	mu   sync.Mutex
	made map[string][]Claim
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
