package proxy

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// patience bounds every wait of these tests.
const patience = 20 * time.Second

// echo answers with what a request was for.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s %s %s", r.Method, r.Host, r.URL.Path, raw)
})

func start(t *testing.T, handler http.Handler) *Proxy {
	t.Helper()
	p, err := Start(0, t.TempDir(), handler)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// trusted are the certificates of the proxy's file.
func trusted(t *testing.T, p *Proxy) *x509.CertPool {
	t.Helper()
	raw, err := os.ReadFile(p.CertFile())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(raw) {
		t.Fatalf("%s holds no certificate", p.CertFile())
	}
	return pool
}

// client is a program's with HTTPS_PROXY and SSL_CERT_FILE.
func client(t *testing.T, p *Proxy, roots *x509.CertPool) *http.Client {
	t.Helper()
	at, err := url.Parse(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(at), TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience}
}

func text(t *testing.T, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// dial opens a connection to the proxy and sends what is given.
func dial(t *testing.T, p *Proxy, send string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", p.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, send); err != nil {
		t.Fatal(err)
	}
	return conn
}

// connect opens a tunnel, and reads no further than the answer.
func connect(t *testing.T, p *Proxy, to string) net.Conn {
	t.Helper()
	conn := dial(t, p, "CONNECT "+to+" HTTP/1.1\r\nHost: "+to+"\r\n\r\n")
	answer, one := "", make([]byte, 1)
	for !strings.HasSuffix(answer, "\r\n\r\n") {
		if _, err := conn.Read(one); err != nil {
			t.Fatalf("after %q: %v", answer, err)
		}
		answer += string(one)
	}
	if !strings.HasPrefix(answer, "HTTP/1.1 200 ") {
		t.Fatalf("CONNECT %s was answered %q", to, answer)
	}
	return conn
}

func TestGoogleHostsReachTheHandler(t *testing.T) {
	t.Parallel()
	p := start(t, echo)
	c := client(t, p, trusted(t, p))
	for _, host := range []string{"compute.googleapis.com", "www.googleapis.com", "storage.googleapis.com", "us-east1-run.googleapis.com", "a.b.googleapis.com", "accounts.google.com"} {
		resp, err := c.Post("https://"+host+"/v1/things", "text/plain", strings.NewReader("hello"))
		if got, want := text(t, resp, err), "POST "+host+" /v1/things hello"; got != want {
			t.Errorf("%s answered %q, want %q", host, got, want)
		}
	}
	resp, err := c.Get("https://Compute.GoogleAPIs.com:443/v1")
	if got, want := strings.ToLower(text(t, resp, err)), "get compute.googleapis.com:443 /v1 "; got != want && got != strings.Replace(want, ":443", "", 1) {
		t.Errorf("in capitals it answered %q", got)
	}
}

func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	p := start(t, echo)
	c := client(t, p, trusted(t, p))
	for i := range 3 {
		var reused bool
		trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused }}
		req, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), http.MethodGet, "https://spanner.googleapis.com/v1", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(req)
		text(t, resp, err)
		if reused != (i > 0) {
			t.Errorf("request %d: connection reused: %t", i, reused)
		}
	}
}

// A client may begin TLS before it has read the answer to CONNECT.
func TestAClientMaySpeakAhead(t *testing.T) {
	t.Parallel()
	p := start(t, echo)
	ahead := &aheadConn{Conn: dial(t, p, ""), first: "CONNECT run.googleapis.com:443 HTTP/1.1\r\nHost: run.googleapis.com:443\r\n\r\n"}
	conn := tls.Client(ahead, &tls.Config{ServerName: "run.googleapis.com", RootCAs: trusted(t, p), MinVersion: tls.VersionTLS12})
	fmt.Fprint(conn, "GET /v2 HTTP/1.1\r\nHost: run.googleapis.com\r\nConnection: close\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if got := text(t, resp, err); got != "GET run.googleapis.com /v2 " {
		t.Errorf("answered %q", got)
	}
}

// aheadConn sends a CONNECT in one piece with the first bytes, and skips the
// answer to it.
type aheadConn struct {
	net.Conn
	first   string
	skipped bool
}

func (c *aheadConn) Write(b []byte) (int, error) {
	if _, err := c.Conn.Write(append([]byte(c.first), b...)); err != nil {
		return 0, err
	}
	c.first = ""
	return len(b), nil
}

func (c *aheadConn) Read(b []byte) (int, error) {
	for last, one := "", make([]byte, 1); !c.skipped; c.skipped = strings.HasSuffix(last, "\r\n\r\n") {
		if _, err := c.Conn.Read(one); err != nil {
			return 0, err
		}
		last += string(one)
	}
	return c.Conn.Read(b)
}

func TestTheAuthorityVouchesForGoogleOnly(t *testing.T) {
	t.Parallel()
	a, err := newAuthority()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	for host, good := range map[string]bool{
		"compute.googleapis.com": true, "accounts.google.com": true,
		"example.com": false, "google.com": false, "mail.google.com": false, "notgoogleapis.com": false, "googleapis.com.example.com": false,
	} {
		pair, err := a.certificate(host)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(pair.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host})
		if constraint := (x509.CertificateInvalidError{}); good && err != nil || !good && (!errors.As(err, &constraint) || constraint.Reason != x509.CANotAuthorizedForThisName) {
			t.Errorf("%s: %v", host, err)
		}
		if again, err := a.certificate(host); err != nil || again != pair {
			t.Errorf("%s has a second certificate (%v)", host, err)
		}
	}
	if a.cert.PermittedDNSDomainsCritical != true || len(a.cert.ExcludedIPRanges) != 2 || !a.cert.MaxPathLenZero {
		t.Error("the authority may vouch for addresses or other authorities")
	}
}

// A connection meant for one of Google's hosts is no way to be taken for
// another.
func TestACertificateForAnotherNameIsRefused(t *testing.T) {
	t.Parallel()
	p := start(t, echo)
	conn := tls.Client(connect(t, p, "compute.googleapis.com:443"), &tls.Config{ServerName: "example.com", RootCAs: trusted(t, p), MinVersion: tls.VersionTLS12})
	var wrong x509.HostnameError
	if err := conn.Handshake(); !errors.As(err, &wrong) {
		t.Errorf("the handshake ended with %v", err)
	}
}

func TestOtherHostsAreLetThrough(t *testing.T) {
	t.Parallel()
	p := start(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("the handler was asked for %s", r.Host) }))
	other := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "other "+r.Host) }))
	t.Cleanup(other.Close)
	roots := x509.NewCertPool()
	roots.AddCert(other.Certificate())
	resp, err := client(t, p, roots).Get(other.URL)
	if got, want := text(t, resp, err), "other "+other.Listener.Addr().String(); got != want {
		t.Errorf("answered %q, want %q", got, want)
	}
	if !resp.TLS.PeerCertificates[0].Equal(other.Certificate()) {
		t.Error("it was answered under another certificate")
	}
}

// One side may be done before the other.
func TestATunnelPassesAnEndOn(t *testing.T) {
	t.Parallel()
	p := start(t, echo)
	upstream := listener(t)
	go func() {
		conn, err := upstream.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		raw, _ := io.ReadAll(conn)
		fmt.Fprintf(conn, "heard %s", raw)
	}()
	conn := connect(t, p, upstream.Addr().String())
	fmt.Fprint(conn, "all that I say")
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if raw, err := io.ReadAll(conn); string(raw) != "heard all that I say" {
		t.Errorf("came back: %q, %v", raw, err)
	}
}

func listener(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestWhatTheProxyCannotDoIsSaid(t *testing.T) {
	t.Parallel()
	p := start(t, echo)
	gone := listener(t)
	nobody := gone.Addr().String()
	gone.Close()
	for _, c := range []struct {
		name, send string
		status     int
		says       string
	}{
		{"nobody listens", "CONNECT " + nobody + " HTTP/1.1\r\nHost: " + nobody + "\r\n\r\n", http.StatusBadGateway, nobody + " cannot be reached: "},
		{"no port", "CONNECT compute.googleapis.com HTTP/1.1\r\nHost: compute.googleapis.com\r\n\r\n", http.StatusBadRequest, "CONNECT needs a host and a port"},
		{"an empty port", "CONNECT compute.googleapis.com: HTTP/1.1\r\nHost: x\r\n\r\n", http.StatusBadRequest, "CONNECT needs a host and a port"},
		{"no host", "CONNECT :443 HTTP/1.1\r\nHost: :443\r\n\r\n", http.StatusBadRequest, "CONNECT needs a host and a port"},
		{"a path", "CONNECT /v1 HTTP/1.1\r\nHost: compute.googleapis.com\r\n\r\n", http.StatusBadRequest, ""},
		{"no target", "CONNECT  HTTP/1.1\r\n\r\n", http.StatusBadRequest, ""},
		{"no HTTP", "hello\r\n\r\n", http.StatusBadRequest, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			resp, err := http.ReadResponse(bufio.NewReader(dial(t, p, c.send)), nil)
			if got := text(t, resp, err); resp.StatusCode != c.status || !strings.Contains(got, c.says) {
				t.Errorf("answered %d: %s", resp.StatusCode, got)
			}
		})
	}
}

func TestPlainRequestsReachTheHandler(t *testing.T) {
	t.Parallel()
	p := start(t, echo)
	resp, err := client(t, p, nil).Get("http://metadata.google.internal/computeMetadata/v1/project/project-id")
	if got, want := text(t, resp, err), "GET metadata.google.internal /computeMetadata/v1/project/project-id "; got != want {
		t.Errorf("through the proxy: %q, want %q", got, want)
	}
	resp, err = http.Get(p.URL() + "/v1")
	if got, want := text(t, resp, err), "GET "+p.listener.Addr().String()+" /v1 "; got != want {
		t.Errorf("asked itself: %q, want %q", got, want)
	}
}

func TestTheCertificateFile(t *testing.T) {
	t.Parallel()
	p := start(t, echo)
	info, err := os.Stat(p.CertFile())
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %o", info.Mode().Perm())
	}
	raw, err := os.ReadFile(p.CertFile())
	if err != nil {
		t.Fatal(err)
	}
	first, rest := pem.Decode(raw)
	if first == nil || !bytes.Equal(first.Bytes, p.authority.der) || bytes.Contains(raw, []byte("PRIVATE KEY")) {
		t.Error("it does not begin with the authority's certificate, or tells its key")
	}
	var system []byte
	for _, file := range systemBundles {
		if system, err = os.ReadFile(file); err == nil {
			break
		}
	}
	if !bytes.Equal(rest, system) {
		t.Errorf("after its own it has %d bytes of certificates, the system %d", len(rest), len(system))
	}
	env := strings.Join(p.Environment(), "\n")
	for _, want := range []string{"HTTPS_PROXY=" + p.URL(), "SSL_CERT_FILE=" + p.CertFile(), "NO_PROXY="} {
		if !strings.Contains(env, want) {
			t.Errorf("the environment lacks %s:\n%s", want, env)
		}
	}
}

func TestStartSaysWhatIsInItsWay(t *testing.T) {
	t.Parallel()
	if _, err := Start(0, t.TempDir()+"/nothing", echo); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a folder: %v", err)
	}
	taken := listener(t)
	if p, err := Start(taken.Addr().(*net.TCPAddr).Port, t.TempDir(), echo); err == nil {
		p.Close()
		t.Error("two listen on one port")
	}
}

// Not parallel: it looks for goroutines of the proxy.
func TestCloseLeavesNothingBehind(t *testing.T) {
	asked := make(chan struct{})
	p, err := Start(0, t.TempDir(), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(asked)
			<-r.Context().Done()
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	upstream := listener(t)
	tunnel := connect(t, p, upstream.Addr().String())
	far, err := upstream.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	if err := far.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	silent := connect(t, p, "compute.googleapis.com:443") // never begins TLS
	plain := dial(t, p, "")
	c := client(t, p, trusted(t, p))
	resp, err := c.Get("https://compute.googleapis.com/idle")
	text(t, resp, err)
	slow := make(chan error)
	go func() {
		resp, err := c.Get("https://run.googleapis.com/slow")
		if err == nil {
			resp.Body.Close()
		}
		slow <- err
	}()
	<-asked

	closed := make(chan error)
	go func() { closed <- errors.Join(p.Close(), p.Close()) }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("Close does not return")
	}
	for name, conn := range map[string]net.Conn{"the tunnel": tunnel, "its far end": far, "one that never spoke": silent, "an idle one": plain} {
		if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s is open: %v", name, err)
		}
	}
	if err := <-slow; err == nil {
		t.Error("a request was answered after Close")
	}
	if conn, err := net.Dial("tcp", p.listener.Addr().String()); err == nil {
		conn.Close()
		t.Error("it still listens")
	}
	for until := time.Now().Add(patience); ; runtime.Gosched() {
		left := goroutines("localcloud/proxy.(*")
		if left == "" {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("still running:\n%s", left)
		}
	}
}

// goroutines are the stacks of those with a word in them.
func goroutines(with string) string {
	all := make([]byte, 1<<20)
	var out []string
	for _, one := range strings.Split(string(all[:runtime.Stack(all, true)]), "\n\n") {
		if strings.Contains(one, with) {
			out = append(out, one)
		}
	}
	return strings.Join(out, "\n\n")
}

func TestConnectionsThatEndAreForgotten(t *testing.T) {
	t.Parallel()
	p := start(t, echo)
	other := httptest.NewTLSServer(echo)
	t.Cleanup(other.Close)
	roots := trusted(t, p)
	roots.AddCert(other.Certificate())
	for _, at := range []string{"https://compute.googleapis.com", other.URL} {
		c := client(t, p, roots)
		resp, err := c.Get(at)
		text(t, resp, err)
		c.CloseIdleConnections()
	}
	for until := time.Now().Add(patience); ; runtime.Gosched() {
		p.taken.mu.Lock()
		open := len(p.taken.open)
		p.taken.mu.Unlock()
		if open == 0 {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("%d connections are remembered", open)
		}
	}
}
