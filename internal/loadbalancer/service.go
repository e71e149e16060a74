package loadbalancer

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// SchemeExternalManaged is the load balancing scheme of a global external
// Application Load Balancer.
const SchemeExternalManaged = "EXTERNAL_MANAGED"

// Service is a global backend service as the API sent it.
type Service struct {
	// Project is the project asked.
	Project string
	// Name is the service's short name.
	Name string
	// Scheme is its loadBalancingScheme.
	Scheme string
	// Fingerprint changes with every change of the service.
	Fingerprint string
	// Region is empty for a global service.
	Region string
	// Draining is how long the load balancer lets open connections of a backend
	// end that leaves: connectionDraining.drainingTimeoutSec.
	Draining time.Duration
	// UsedBy counts what refers to the service, such as URL maps, where the API
	// says so.
	UsedBy int
	// Backends are its backends in the API's order.
	Backends []Backend
}

// Backend is one entry of a service's backends, kept as the API sent it.
type Backend map[string]any

// Group is the backend's group in the form of GroupPath.
func (b Backend) Group() string { return GroupPath(b.text("group")) }

// GroupURL is the backend's group as the API sent it.
func (b Backend) GroupURL() string { return b.text("group") }

// GroupName is the short name of the backend's group.
func (b Backend) GroupName() string { return pathPart(b.text("group"), "networkEndpointGroups") }

// Description is the backend's description, where owners leave their mark.
func (b Backend) Description() string { return b.text("description") }

// Zone is the zone of the backend's group, empty for a group without one.
func (b Backend) Zone() string { return pathPart(b.text("group"), "zones") }

// CapacityPercent is the capacity scaler in percent, 0 to 100. A scaler that the
// API leaves out is 1, its default.
func (b Backend) CapacityPercent() int {
	scaler, ok := b.number("capacityScaler")
	if !ok {
		return 100
	}
	return int(scaler*100 + 0.5)
}

// RatePerEndpoint is maxRatePerEndpoint in requests per second, 0 when unset.
func (b Backend) RatePerEndpoint() float64 {
	rate, _ := b.number("maxRatePerEndpoint")
	return rate
}

// Preference is "DEFAULT" or "PREFERRED".
func (b Backend) Preference() string {
	if p := b.text("preference"); p != "" {
		return p
	}
	return "DEFAULT"
}

// Text sets a field to a string. A field that holds it already stays untouched.
func (b Backend) Text(field, value string) {
	if b.text(field) != value {
		b[field] = value
	}
}

// Number sets a field to a number. A field that holds it already, in whatever
// notation, stays untouched.
func (b Backend) Number(field string, value float64) {
	if old, ok := b.number(field); !ok || old != Single(value) {
		b[field] = json.Number(strconv.FormatFloat(value, 'g', -1, 64))
	}
}

func (b Backend) text(field string) string {
	s, _ := b[field].(string)
	return s
}

func (b Backend) number(field string) (float64, bool) {
	n, ok := b[field].(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return Single(f), err == nil
}

// Single is a number as the API keeps it in a backend, in 32 bits, written as
// short as that allows: 0.1 can come back as 0.10000000149011612.
func Single(f float64) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', -1, 32), 64)
	if err != nil {
		return f
	}
	return short
}

// Clone copies the service so that changes of backends do not reach s.
func (s *Service) Clone() *Service {
	c := *s
	c.Backends = make([]Backend, len(s.Backends))
	for i, b := range s.Backends {
		c.Backends[i] = maps.Clone(b)
	}
	return &c
}

// GroupPath is the part of a group's URL that identifies it, "projects/…",
// whichever host and API version stand in front.
func GroupPath(group string) string {
	if i := strings.Index(group, "projects/"); i >= 0 {
		return group[i:]
	}
	return group
}

// pathPart is the path element after the one named.
func pathPart(path, name string) string {
	parts := strings.Split(path, "/")
	if i := slices.Index(parts, name); i >= 0 && i+1 < len(parts) {
		return parts[i+1]
	}
	return ""
}

// serviceBody is what a Service is decoded from.
type serviceBody struct {
	Name        string    `json:"name"`
	Scheme      string    `json:"loadBalancingScheme"`
	Fingerprint string    `json:"fingerprint"`
	Region      string    `json:"region"`
	UsedBy      []any     `json:"usedBy"`
	Backends    []Backend `json:"backends"`
	Draining    struct {
		Seconds int64 `json:"drainingTimeoutSec"`
	} `json:"connectionDraining"`
}

func (b serviceBody) service(project string) *Service {
	return &Service{
		Project: project, Name: b.Name, Scheme: b.Scheme, Fingerprint: b.Fingerprint,
		Region: b.Region, UsedBy: len(b.UsedBy), Backends: b.Backends,
		Draining: time.Duration(b.Draining.Seconds) * time.Second,
	}
}

// BackendService reads a global backend service.
func (c *Client) BackendService(ctx context.Context, project, name string) (*Service, error) {
	var body serviceBody
	err := c.call(ctx, request{
		operation: fmt.Sprintf("read backend service %q of project %q", name, project),
		method:    http.MethodGet,
		path:      servicePath(project, name),
	}, &body)
	if err != nil {
		return nil, err
	}
	return body.service(project), nil
}

// PlannedService is BackendService with an answer that may be as old as the
// client: what a plan is made from. It must not be changed.
func (c *Client) PlannedService(ctx context.Context, project, name string) (*Service, error) {
	return c.services.get(ctx, project+"/"+name, func(ctx context.Context) (*Service, error) {
		return c.BackendService(ctx, project, name)
	})
}

// IsRegional says whether a region has a backend service of a name: what is meant
// where no global one has it.
func (c *Client) IsRegional(ctx context.Context, project, region, name string) (bool, error) {
	err := c.call(ctx, request{
		operation: fmt.Sprintf("read backend service %q of region %s in project %q", name, region, project),
		method:    http.MethodGet,
		path:      "projects/" + url.PathEscape(project) + "/regions/" + url.PathEscape(region) + "/backendServices/" + url.PathEscape(name),
	}, nil)
	if IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// BackendServices lists all global backend services of a project.
func (c *Client) BackendServices(ctx context.Context, project string) ([]*Service, error) {
	var services []*Service
	query := url.Values{"maxResults": {pageSize}}
	for {
		var page struct {
			Items         []serviceBody `json:"items"`
			NextPageToken string        `json:"nextPageToken"`
		}
		err := c.call(ctx, request{
			operation: fmt.Sprintf("list the backend services of project %q", project),
			method:    http.MethodGet,
			path:      "projects/" + url.PathEscape(project) + "/global/backendServices",
			query:     query,
		}, &page)
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			services = append(services, item.service(project))
		}
		if page.NextPageToken == "" {
			return services, nil
		}
		query = url.Values{"maxResults": {pageSize}, "pageToken": {page.NextPageToken}}
	}
}

func servicePath(project, name string) string {
	return "projects/" + url.PathEscape(project) + "/global/backendServices/" + url.PathEscape(name)
}
