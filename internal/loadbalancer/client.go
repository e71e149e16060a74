package loadbalancer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/googleapis/gax-go/v2"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/time/rate"
)

// DefaultEndpoint is the public Compute API.
const DefaultEndpoint = "https://compute.googleapis.com/compute/v1/"

const (
	// refusedTries bounds how often a call is sent that the API puts off (429, 503).
	refusedTries = 10
	// brokenTries bounds how often a read is sent whose connection broke.
	brokenTries = 3
	// detachedLimit bounds a change that has begun and goes on after its context ended.
	detachedLimit = time.Minute
	// answerLimit bounds the bytes read of one answer.
	answerLimit = 64 << 20
)

// Options configure a Client.
type Options struct {
	// HTTPClient authenticates and sets the user agent. Nil is http.DefaultClient.
	HTTPClient *http.Client
	// Endpoint is the API's base and ends in "/". Empty is DefaultEndpoint.
	Endpoint string
	// MonitoringEndpoint is the base of Cloud Monitoring's API v1 and ends in "/",
	// and MonitoringClient calls it. Empty: the load is not known.
	MonitoringEndpoint string
	MonitoringClient   *http.Client
	// Limiter, when set, is waited for before every call.
	Limiter *rate.Limiter
	// Clock waits between tries and polls. Nil is SystemClock.
	Clock Clock
}

// Client calls the Compute API. It is safe for concurrent use, holds what one
// run of the provider has read for planning, and lets one change at a time
// through to each backend service.
type Client struct {
	http     *http.Client
	endpoint string
	limiter  *rate.Limiter
	clock    Clock

	services       memo[*Service]
	negs           memo[*NEGList]
	monitoring     string
	monitoringHTTP *http.Client

	permissions memo[[]string]
	loads       memo[map[string]float64]
	changing    keyedLocks
	departures  departures
	claims      claims
}

// New makes a Client. It sends nothing.
func New(o Options) *Client {
	c := &Client{
		http: o.HTTPClient, endpoint: o.Endpoint, limiter: o.Limiter, clock: o.Clock,
		monitoring: o.MonitoringEndpoint, monitoringHTTP: o.MonitoringClient,
	}
	if c.http == nil {
		c.http = http.DefaultClient
	}
	if c.monitoringHTTP == nil {
		c.monitoringHTTP = http.DefaultClient
	}
	if c.endpoint == "" {
		c.endpoint = DefaultEndpoint
	}
	if !strings.HasSuffix(c.endpoint, "/") {
		c.endpoint += "/"
	}
	if c.clock == nil {
		c.clock = SystemClock{}
	}
	return c
}

// request is one call of the API.
type request struct {
	operation string // in words, for errors
	method    string
	path      string // below the endpoint, already escaped
	query     url.Values
	body      any
	// detached calls are changes. Once sent they are not cut off by the caller's
	// context: whether a change was accepted has to be known in order to undo it.
	// Nor is one sent again as it is: a refusal may come from a proxy after the
	// change was made, so its caller reads first what has become of it.
	detached bool
}

// call sends a request, again after 429 and 503 unless it is a change, and
// decodes the answer into out.
func (c *Client) call(ctx context.Context, r request, out any) error {
	var payload []byte
	if r.body != nil {
		var err error
		if payload, err = json.Marshal(r.body); err != nil {
			return fmt.Errorf("%s: encode the request: %w", r.operation, err)
		}
	}
	backoff := gax.Backoff{Initial: time.Second, Max: 30 * time.Second, Multiplier: 2}
	for try := 1; ; try++ {
		if c.limiter != nil {
			if err := c.limiter.Wait(ctx); err != nil {
				return fmt.Errorf("%s: %w", r.operation, ended(ctx, err))
			}
		}
		answer, err := c.send(ctx, r, payload)
		if err == nil {
			return decode(r.operation, answer, out)
		}
		if r.detached || !again(err, try) {
			return err
		}
		pause := pauseAfter(err, backoff.Pause())
		tflog.Debug(ctx, "the Compute API puts a call off", map[string]any{
			"operation": r.operation, "error": err.Error(), "wait": pause.String(), "try": try,
		})
		if werr := c.clock.Wait(ctx, pause); werr != nil {
			return fmt.Errorf("%w (waiting to send it again: %w)", err, werr)
		}
	}
}

// again says whether a call that failed and changes nothing is worth sending once more.
func again(err error, try int) bool {
	var e *Error
	if !errors.As(err, &e) {
		return try < brokenTries && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
	}
	if putOff(e) {
		return try < refusedTries
	}
	return e.Status >= http.StatusInternalServerError && e.Status != http.StatusNotImplemented && try < brokenTries
}

// pauseAfter is how long to wait after an error: what the API asks for, or else
// the pause given.
func pauseAfter(err error, pause time.Duration) time.Duration {
	var e *Error
	if errors.As(err, &e) && e.retryAfter > 0 {
		return e.retryAfter
	}
	return pause
}

// send makes one try.
func (c *Client) send(ctx context.Context, r request, payload []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", r.operation, err)
	}
	sendCtx := ctx
	if r.detached {
		var cancel context.CancelFunc
		sendCtx, cancel = context.WithTimeout(context.WithoutCancel(ctx), detachedLimit)
		defer cancel()
	}
	address := c.endpoint + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	var body io.Reader
	if payload != nil {
		body = bytes.NewReader(payload)
	}
	req, err := http.NewRequestWithContext(sendCtx, r.method, address, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.operation, err)
	}
	req.Header.Set("Accept", "application/json")
	if payload != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.operation, ended(sendCtx, err))
	}
	defer resp.Body.Close() //nolint:errcheck // the body has been read; nothing is lost
	answer, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil {
		return nil, fmt.Errorf("%s: read the answer: %w", r.operation, ended(sendCtx, err))
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		e := responseError(r.operation, resp.StatusCode, answer)
		e.retryAfter = c.retryAfter(resp.Header)
		return nil, e
	}
	return answer, nil
}

// retryAfter reads the Retry-After header, which is seconds or a date.
func (c *Client) retryAfter(h http.Header) time.Duration {
	const longest = 5 * time.Minute
	value := h.Get("Retry-After")
	if value == "" {
		return 0
	}
	if seconds, err := strconv.Atoi(value); err == nil {
		return min(time.Duration(max(seconds, 0))*time.Second, longest)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(at.Sub(c.clock.Now()), 0), longest)
	}
	return 0
}

// ended prefers the context's own reason over the error that it caused.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// decode reads JSON without turning numbers into floats.
func decode(operation string, answer []byte, out any) error {
	if out == nil {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(answer))
	d.UseNumber()
	if err := d.Decode(out); err != nil {
		return fmt.Errorf("%s: the answer is not the JSON it should be: %w", operation, err)
	}
	return nil
}
