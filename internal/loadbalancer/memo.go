package loadbalancer

import (
	"context"
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

// departures remembers who means to leave which service in this run.
type departures struct {
	mu     sync.Mutex
	leaves map[string][]string
}

// AnnounceDeparture records that a plan made by this client takes all backends
// of owner out of a service, and returns everyone so announced, owner included,
// in the order of announcement. Departures that are harmless one by one can
// together empty a service.
func (c *Client) AnnounceDeparture(project, service, owner string) []string {
	d := &c.departures
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.leaves == nil {
		d.leaves = map[string][]string{}
	}
	key := project + "/" + service
	for _, known := range d.leaves[key] {
		if known == owner {
			return append([]string(nil), d.leaves[key]...)
		}
	}
	d.leaves[key] = append(d.leaves[key], owner)
	return append([]string(nil), d.leaves[key]...)
}
