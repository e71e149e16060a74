package proxy

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
)

// takenConns are the connections that no http.Server knows, and the requests
// that work on them.
type takenConns struct {
	working sync.WaitGroup

	mu     sync.Mutex
	closed bool
	open   map[*takenConn]struct{}
}

// enter says that a request begins; false if it must not.
func (t *takenConns) enter() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.working.Add(1)
	}
	return !t.closed
}

func (t *takenConns) leave() { t.working.Done() }

// add keeps a connection of which some has been read ahead; nil, and the
// connection closed, after close.
func (t *takenConns) add(conn net.Conn, ahead []byte) *takenConn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		_ = conn.Close()
		return nil
	}
	c := &takenConn{Conn: conn, from: conn, all: t}
	if len(ahead) > 0 {
		c.from = io.MultiReader(bytes.NewReader(bytes.Clone(ahead)), conn)
	}
	if t.open == nil {
		t.open = map[*takenConn]struct{}{}
	}
	t.open[c] = struct{}{}
	return c
}

// close closes all connections and returns when no request works on them.
func (t *takenConns) close() {
	t.mu.Lock()
	t.closed = true
	open := t.open
	t.open = nil
	t.mu.Unlock()
	for c := range open {
		_ = c.Conn.Close() // the other side may have been faster
	}
	t.working.Wait()
}

// takenConn is a connection among takenConns.
type takenConn struct {
	net.Conn
	from io.Reader
	all  *takenConns
}

// Read reads what was read ahead, then the rest.
func (c *takenConn) Read(b []byte) (int, error) { return c.from.Read(b) }

// Close closes the connection and forgets it.
func (c *takenConn) Close() error {
	c.all.mu.Lock()
	delete(c.all.open, c)
	c.all.mu.Unlock()
	return c.Conn.Close()
}

// closeWrite tells the other side that nothing more comes.
func (c *takenConn) closeWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}
