package loadbalancer

import (
	"context"
	"slices"
	"sync"
)

// keyedLocks is a lock for each key that a waiting context can leave.
type keyedLocks struct {
	mu    sync.Mutex
	locks map[string]chan struct{}
}

// lock takes the lock of key and returns what releases it.
func (k *keyedLocks) lock(ctx context.Context, key string) (func(), error) {
	k.mu.Lock()
	if k.locks == nil {
		k.locks = map[string]chan struct{}{}
	}
	l, ok := k.locks[key]
	if !ok {
		l = make(chan struct{}, 1)
		k.locks[key] = l
	}
	k.mu.Unlock()
	select {
	case l <- struct{}{}:
		return func() { <-l }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// memo keeps what was read under a key, so that many resources of one plan
// cost one call. An error is not kept.
type memo[T any] struct {
	reading keyedLocks
	mu      sync.Mutex
	values  map[string]T
}

// get returns what is kept under key, or reads and keeps it.
func (m *memo[T]) get(ctx context.Context, key string, read func(context.Context) (T, error)) (T, error) {
	var zero T
	unlock, err := m.reading.lock(ctx, key)
	if err != nil {
		return zero, err
	}
	defer unlock()
	m.mu.Lock()
	value, ok := m.values[key]
	m.mu.Unlock()
	if ok {
		return value, nil
	}
	if value, err = read(ctx); err != nil {
		return zero, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string]T{}
	}
	m.values[key] = value
	return value, nil
}

// forget drops what is kept under key.
func (m *memo[T]) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, key)
}

// Departure is a region that a plan takes out of a service.
type Departure struct {
	// Owner is the region.
	Owner string
	// MinRemaining is how many other healthy regions it wants to leave behind.
	MinRemaining int
}

// departures remembers who means to leave which service in this run.
type departures struct {
	mu     sync.Mutex
	leaves map[string][]Departure
}

// AnnounceDeparture records that a plan made by this client takes a region out of
// a service, and returns everyone so announced, that one included, in the order
// of announcement. Departures that are harmless one by one can together empty a
// service.
func (c *Client) AnnounceDeparture(project, service string, departure Departure) []Departure {
	d := &c.departures
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.leaves == nil {
		d.leaves = map[string][]Departure{}
	}
	key := project + "/" + service
	if !slices.ContainsFunc(d.leaves[key], func(known Departure) bool { return known.Owner == departure.Owner }) {
		d.leaves[key] = append(d.leaves[key], departure)
	}
	return slices.Clone(d.leaves[key])
}
