// Package spannerinstances reads Spanner instances and their configurations
// over REST. It changes nothing.
//
// An emulator knows no configurations, so these calls go to the API even where
// all other calls of Spanner go to one.
package spannerinstances

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/googleapis/gax-go/v2"
	"golang.org/x/time/rate"
)

// DefaultEndpoint is the public Spanner API.
const DefaultEndpoint = "https://spanner.googleapis.com/v1/"

const (
	// tries bounds how often a read is sent that the API puts off.
	tries = 5
	// answerLimit bounds the bytes read of one answer.
	answerLimit = 4 << 20
)

// Options configure a Client.
type Options struct {
	// HTTPClient authenticates and sets the user agent. Nil is http.DefaultClient.
	HTTPClient *http.Client
	// Endpoint is the API's base and ends in "/". Empty is DefaultEndpoint.
	Endpoint string
	// Limiter, when set, is waited for before every call.
	Limiter *rate.Limiter
	// Backoff paces the tries; zero is half a second, doubled up to ten.
	Backoff gax.Backoff
}

// Client reads from the Spanner API. It is safe for concurrent use.
type Client struct {
	http     *http.Client
	endpoint string
	limiter  *rate.Limiter
	backoff  gax.Backoff
}

// New makes a Client. It sends nothing.
func New(o Options) *Client {
	c := &Client{http: o.HTTPClient, endpoint: o.Endpoint, limiter: o.Limiter, backoff: o.Backoff}
	if c.http == nil {
		c.http = http.DefaultClient
	}
	if c.endpoint == "" {
		c.endpoint = DefaultEndpoint
	}
	if c.backoff == (gax.Backoff{}) {
		c.backoff = gax.Backoff{Initial: 500 * time.Millisecond, Max: 10 * time.Second, Multiplier: 2}
	}
	return c
}

// Instance is what an instance says of its configuration.
type Instance struct {
	// Config is the path of its configuration, projects/P/instanceConfigs/C.
	Config string `json:"config"`
	// Edition is empty where the API does not tell it.
	Edition string `json:"edition"`
}

// Config is an instance configuration.
type Config struct {
	// Name is its path, projects/P/instanceConfigs/C.
	Name string `json:"name"`
	// BaseConfig is the path of the base of a custom configuration, else empty.
	BaseConfig string `json:"baseConfig"`
	// QuorumType is REGION, DUAL_REGION or MULTI_REGION.
	QuorumType string `json:"quorumType"`
	// Replicas has an element for each replica.
	Replicas []Replica `json:"replicas"`
	// OptionalReplicas are the read-only replicas that may be added to it.
	OptionalReplicas []Replica `json:"optionalReplicas"`
}

// Replica is one replica of a configuration.
type Replica struct {
	Location string `json:"location"`
	// Type is READ_WRITE, READ_ONLY or WITNESS.
	Type                  string `json:"type"`
	DefaultLeaderLocation bool   `json:"defaultLeaderLocation"`
}

// Instance reads an instance by its path, projects/P/instances/I.
func (c *Client) Instance(ctx context.Context, path string) (Instance, error) {
	var instance Instance
	return instance, c.get(ctx, path, &instance)
}

// Config reads an instance configuration by its path, projects/P/instanceConfigs/C.
func (c *Client) Config(ctx context.Context, path string) (Config, error) {
	var config Config
	return config, c.get(ctx, path, &config)
}

// Error is an answer of the API that refuses a read.
type Error struct {
	// Path is what was to be read.
	Path string
	// Status is the HTTP status, Code the API's own word for it.
	Status int
	Code   string
	// Message is the API's sentence.
	Message string
}

// Error implements error.
func (e *Error) Error() string {
	return strings.TrimSpace(fmt.Sprintf("%s: %d %s %s", e.Path, e.Status, e.Code, e.Message))
}

// IsNotFound says whether err is the API's answer that there is no such thing.
func IsNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

// IsForbidden says whether err is the API's answer that the caller lacks a permission.
func IsForbidden(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusForbidden
}

func (c *Client) get(ctx context.Context, path string, out any) error {
	backoff := c.backoff
	for try := 1; ; try++ {
		if c.limiter != nil {
			if err := c.limiter.Wait(ctx); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		err := c.send(ctx, path, out)
		var refused *Error
		if err == nil || try == tries || !errors.As(err, &refused) ||
			refused.Status != http.StatusTooManyRequests && refused.Status != http.StatusServiceUnavailable {
			return err
		}
		if waiting := gax.Sleep(ctx, backoff.Pause()); waiting != nil {
			return fmt.Errorf("%w (waiting to ask again: %w)", err, waiting)
		}
	}
}

func (c *Client) send(ctx context.Context, path string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.endpoint+path, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	response, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, answerLimit))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if response.StatusCode != http.StatusOK {
		return refusal(path, response.StatusCode, body)
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("%s: the answer cannot be read: %w", path, err)
	}
	return nil
}

// refusal makes an Error of an answer; one that is not the API's JSON, as a
// proxy's, is quoted in part.
func refusal(path string, status int, body []byte) *Error {
	const quoted = 300
	var parsed struct {
		Error struct {
			Message string `json:"message"`
			Status  string `json:"status"`
		} `json:"error"`
	}
	e := &Error{Path: path, Status: status, Code: http.StatusText(status), Message: string(body[:min(len(body), quoted)])}
	if json.Unmarshal(body, &parsed) == nil && parsed.Error.Message != "" {
		e.Code, e.Message = parsed.Error.Status, parsed.Error.Message
	}
	return e
}
