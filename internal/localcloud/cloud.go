package localcloud

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/page"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/proxy"
)

// AccessToken is the token of Environment. It opens nothing.
const AccessToken = "localcloud"

// Options say what Start starts. The zero value is a cloud without projects on
// free ports.
type Options struct {
	// Project is made known to the fake and named in Environment; empty for none.
	Project string
	// Log receives the emulator's output and the HTTP server's complaints; nil
	// discards them.
	Log io.Writer
	// API sets how the fake behaves.
	API api.Options
	// ComputePort, SpannerPort and ProxyPort are ports of 127.0.0.1; 0 picks free
	// ones.
	ComputePort, SpannerPort, ProxyPort int
	// Proxy starts an HTTPS proxy that answers for *.googleapis.com, so that
	// provider blocks and modules need no word about this cloud.
	Proxy bool
	// Emulator is the emulator to run; the zero value asks FindEmulator.
	Emulator Binary
	// State is a file that keeps the cloud between runs; empty for none. Of
	// Spanner databases it keeps the schema, not the rows.
	State string
	// Warnings is told when the state cannot be saved while the cloud runs; nil
	// for nobody. Close returns the last save's error.
	Warnings io.Writer
}

// Cloud is a running Compute API and Spanner emulator.
type Cloud struct {
	project  string
	api      *api.Server
	endpoint string
	server   *http.Server
	served   chan error
	emulator *Emulator
	proxy    *proxy.Proxy // nil for none
	folder   string       // of the proxy's certificate
	state    *stateFile   // nil for none

	closeOnce sync.Once
	closeErr  error
}

// Start starts the Compute API and the Spanner emulator on 127.0.0.1 and
// returns when both answer. The context bounds the start only; call Close to
// stop them.
func Start(ctx context.Context, o Options) (*Cloud, error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	output := &sharedWriter{to: o.Log}
	listener, err := listen(ctx, o.ComputePort)
	if err != nil {
		return nil, err
	}
	// Asked for after the Compute API has its port, so that the two cannot be
	// given one port.
	emulator, err := StartEmulator(ctx, EmulatorOptions{Binary: o.Emulator, Port: o.SpannerPort, Log: output})
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	if o.API.Spanner == nil {
		o.API.Spanner = emulator.Backend()
	}
	server, err := api.New(o.API)
	if err != nil {
		return nil, errors.Join(err, emulator.Stop(), listener.Close())
	}
	c := &Cloud{
		project:  o.Project,
		api:      server,
		endpoint: "http://" + listener.Addr().String() + "/compute/v1/",
		served:   make(chan error, 1),
		emulator: emulator,
	}
	if o.State != "" {
		if c.state, err = openState(ctx, o.State, server, o.Warnings); err != nil {
			return nil, errors.Join(err, emulator.Stop(), listener.Close())
		}
	}
	if o.Project != "" {
		c.api.AddProject(o.Project)
	}
	shown, err := page.New(c.api, o.Project)
	if err != nil {
		return nil, errors.Join(err, emulator.Stop(), listener.Close())
	}
	c.server = &http.Server{Handler: apiOrPage(c.api, shown), ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(output, "api: ", 0)}
	go func() { c.served <- c.server.Serve(listener) }()
	if c.state != nil {
		c.state.keep(ctx, emulator.Done())
	}
	if o.Proxy {
		if err := c.startProxy(o.ProxyPort); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	if c.state != nil {
		c.state.hold(false)
	}
	return c, nil
}

// apiOrPage serves the APIs under their paths, and the page for people under
// all others.
func apiOrPage(apis *api.Server, shown *page.Page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if apis.Answers(r) {
			apis.ServeHTTP(w, r)
			return
		}
		shown.ServeHTTP(w, r)
	})
}

func (c *Cloud) startProxy(port int) (err error) {
	if c.folder, err = os.MkdirTemp("", "localcloud-"); err != nil {
		return err
	}
	c.proxy, err = proxy.Start(port, c.folder, c.api)
	return err
}

// PageURL is where a browser shows the cloud.
func (c *Cloud) PageURL() string { return strings.TrimSuffix(c.endpoint, "compute/v1/") }

// API is the fake of Google's APIs.
func (c *Cloud) API() *api.Server { return c.api }

// ComputeEndpoint is the base URL of the Compute API, as
// "http://127.0.0.1:port/compute/v1/".
func (c *Cloud) ComputeEndpoint() string { return c.endpoint }

// Emulator is the Spanner emulator.
func (c *Cloud) Emulator() *Emulator { return c.emulator }

// Restored reports whether the cloud began with what the state file holds.
func (c *Cloud) Restored() bool { return c.state != nil && c.state.restored }

// Environment is what to export so that the provider talks to this cloud, as
// KEY=value.
func (c *Cloud) Environment() []string {
	env := []string{"SPANNER_EMULATOR_HOST=" + c.emulator.Host()}
	if c.proxy != nil {
		env = append(env, c.proxy.Environment()...)
	} else {
		env = append(env, "GOOGLE_COMPUTE_CUSTOM_ENDPOINT="+c.endpoint)
	}
	env = append(env, "GOOGLE_OAUTH_ACCESS_TOKEN="+AccessToken)
	if c.project != "" {
		env = append(env, "GOOGLE_PROJECT="+c.project)
	}
	return env
}

// Done is closed when the emulator has ended, by Close or by itself; Err then
// tells why.
func (c *Cloud) Done() <-chan struct{} { return c.emulator.Done() }

// Err tells why the emulator ended by itself; nil while it runs and after Close.
func (c *Cloud) Err() error { return c.emulator.Err() }

// Close stops both, saves the state and returns when nothing of them is left. It
// may be called many times.
func (c *Cloud) Close() error {
	c.closeOnce.Do(func() {
		err := c.server.Close()
		if served := <-c.served; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		if c.proxy != nil {
			err = errors.Join(err, c.proxy.Close())
		}
		if c.folder != "" { // also of a proxy that did not start
			err = errors.Join(err, os.RemoveAll(c.folder))
		}
		if c.state != nil {
			err = errors.Join(err, c.state.close())
		}
		c.closeErr = errors.Join(err, c.emulator.Stop())
	})
	return c.closeErr
}

// sharedWriter lets several writers share a log.
type sharedWriter struct {
	mu sync.Mutex
	to io.Writer
}

func (w *sharedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(b)
}
