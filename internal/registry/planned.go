package registry

import "context"

// planned is a read of a ledger's rows that resources of one run share.
type planned struct {
	done chan struct{} // closed when the read has ended
	rows []Row
	err  error
}

// Planned is Regions with an answer that may be as old as the client: what a
// plan is made from. However many regions ask for a ledger's rows, they are read
// once, and a Spanner that does not answer is waited for once.
func (c *Client) Planned(ctx context.Context, t Tables, ledgerID string) ([]Row, error) {
	key := t.Regions + "/" + ledgerID
	c.planMu.Lock()
	p := c.plans[key]
	if p == nil {
		if c.plans == nil {
			c.plans = map[string]*planned{}
		}
		p = &planned{done: make(chan struct{})}
		c.plans[key] = p
		c.planMu.Unlock()
		// Whoever asks first may be cancelled; the others still wait for the answer,
		// which comes within the limit of a read.
		go func() {
			defer close(p.done)
			p.rows, p.err = c.Regions(context.WithoutCancel(ctx), t, ledgerID)
		}()
	} else {
		c.planMu.Unlock()
	}
	select {
	case <-p.done:
		return p.rows, p.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// forget drops what was read for planning, after a write.
func (c *Client) forget() {
	c.planMu.Lock()
	defer c.planMu.Unlock()
	c.plans = nil
}
