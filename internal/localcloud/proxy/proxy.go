// Package proxy lets programs that talk to Google's APIs talk to a local server
// instead, without a word about it in their configuration: an HTTPS proxy that
// answers for *.googleapis.com with certificates of its own, and lets
// everything else through.
package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// dialLimit bounds the connection to a host that is not answered for.
const dialLimit = 10 * time.Second

// Proxy is a running proxy.
type Proxy struct {
	authority *authority
	handler   http.Handler
	listener  net.Listener
	server    *http.Server
	inner     *http.Server
	accepted  *handedConns
	taken     takenConns
	cancel    context.CancelFunc
	done      chan struct{}
	certFile  string
}

// Start serves on a loopback port; 0 is a free one. Requests for Google's hosts
// go to the handler, with the host that they are for in their Host. The
// certificate to trust is written into the folder.
func Start(port int, folder string, handler http.Handler) (*Proxy, error) {
	a, err := newAuthority()
	if err != nil {
		return nil, err
	}
	certFile := filepath.Join(folder, "localcloud-ca.pem")
	if err := os.WriteFile(certFile, a.bundle(), 0o600); err != nil {
		return nil, err
	}
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return nil, err
	}
	// The requests' context, which Close ends.
	ctx, cancel := context.WithCancel(context.Background())
	requests := func(net.Listener) context.Context { return ctx }
	p := &Proxy{authority: a, handler: handler, listener: listener, certFile: certFile, cancel: cancel, done: make(chan struct{}), accepted: newHandedConns(listener.Addr())}
	// A client that does not trust the certificate, or goes away, tells its own user.
	quiet := log.New(io.Discard, "", 0)
	p.inner = &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, BaseContext: requests, ErrorLog: quiet}
	p.server = &http.Server{Handler: http.HandlerFunc(p.serve), ReadHeaderTimeout: time.Minute, BaseContext: requests, ErrorLog: quiet}
	var both sync.WaitGroup
	both.Go(func() { _ = p.server.Serve(listener) })  // ends with Close
	both.Go(func() { _ = p.inner.Serve(p.accepted) }) // ends with Close
	go func() { both.Wait(); close(p.done) }()
	return p, nil
}

// URL is the proxy's address for HTTPS_PROXY.
func (p *Proxy) URL() string { return "http://" + p.listener.Addr().String() }

// CertFile is a file with the certificate to trust, and those that the system
// trusts, for SSL_CERT_FILE.
func (p *Proxy) CertFile() string { return p.certFile }

// Environment is what a program needs to be led here, as "NAME=value".
func (p *Proxy) Environment() []string {
	return []string{"HTTPS_PROXY=" + p.URL(), "SSL_CERT_FILE=" + p.certFile, "NO_PROXY=localhost,127.0.0.1,::1",
		"CHECKPOINT_DISABLE=1"}
}

// Close ends the proxy, its tunnels and all other connections, and cancels the
// requests that are being answered.
func (p *Proxy) Close() error {
	err := errors.Join(p.server.Close(), p.inner.Close(), p.accepted.Close())
	p.cancel() // after the connections, so that no request gets half an answer
	p.taken.close()
	<-p.done
	return err
}

// serve answers CONNECT, and what is sent to the proxy in the clear.
func (p *Proxy) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		p.handler.ServeHTTP(w, r)
		return
	}
	if !p.taken.enter() {
		http.Error(w, "the proxy is closing", http.StatusServiceUnavailable)
		return
	}
	defer p.taken.leave()
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil || host == "" || port == "" {
		http.Error(w, "CONNECT needs a host and a port", http.StatusBadRequest)
		return
	}
	if host = strings.ToLower(strings.TrimSuffix(host, ".")); isGoogle(host) {
		if conn := p.take(w); conn != nil {
			p.accepted.hand(tls.Server(conn, p.authority.config(host)))
		}
		return
	}
	p.tunnel(w, r)
}

func isGoogle(host string) bool {
	return strings.HasSuffix(host, ".googleapis.com") || host == "accounts.google.com"
}

// take takes the connection over and says so to the client; nil if the client
// is gone or the proxy is closing.
func (p *Proxy) take(w http.ResponseWriter) *takenConn {
	conn, read, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return nil
	}
	// What a client sends without waiting for the answer has been read already.
	ahead, err := read.Reader.Peek(read.Reader.Buffered())
	if err == nil {
		_, err = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
	}
	if err != nil {
		_ = conn.Close()
		return nil
	}
	return p.taken.add(conn, ahead)
}

// tunnel leads to a host that is not answered for, until both sides have said
// all or one of them fails.
func (p *Proxy) tunnel(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), dialLimit)
	defer cancel()
	dialed, err := new(net.Dialer).DialContext(ctx, "tcp", r.Host)
	if err != nil {
		http.Error(w, r.Host+" cannot be reached: "+err.Error(), http.StatusBadGateway)
		return
	}
	to := p.taken.add(dialed, nil)
	if to == nil {
		http.Error(w, "the proxy is closing", http.StatusServiceUnavailable)
		return
	}
	from := p.take(w)
	if from == nil {
		_ = to.Close()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { pass(to, from) })
	both.Go(func() { pass(from, to) })
	both.Wait()
	// Either side may have closed already.
	_, _ = to.Close(), from.Close()
}

// pass copies until a side ends. An orderly end is passed on, so that what
// comes the other way is not lost; any other ends the tunnel.
func pass(to, from *takenConn) {
	_, err := io.Copy(to, from)
	if err == nil {
		err = to.closeWrite()
	}
	if err != nil {
		_, _ = to.Close(), from.Close()
	}
}

// handedConns is a listener whose connections are handed to it.
type handedConns struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	at     net.Addr
}

func newHandedConns(at net.Addr) *handedConns {
	return &handedConns{conns: make(chan net.Conn), closed: make(chan struct{}), at: at}
}

func (l *handedConns) hand(c net.Conn) {
	select {
	case l.conns <- c:
	case <-l.closed:
		_ = c.Close()
	}
}

// Accept gives the next connection.
func (l *handedConns) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (l *handedConns) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr is the proxy's own.
func (l *handedConns) Addr() net.Addr { return l.at }
