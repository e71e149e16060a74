package loadbalancer

import (
	"context"
	"fmt"
	"net/http"
)

// Health is what the load balancer says about the endpoints of one group.
type Health struct {
	// Healthy counts the endpoints reported as HEALTHY.
	Healthy int
	// Reported counts all endpoints reported. 0 is no answer, not "unhealthy":
	// the group is newly attached, empty, or no forwarding rule uses the service.
	Reported int
}

// Health asks a backend service for the health of one group, given as its URL.
func (c *Client) Health(ctx context.Context, project, service, group string) (Health, error) {
	var body struct {
		Statuses []struct {
			State string `json:"healthState"`
		} `json:"healthStatus"`
	}
	err := c.call(ctx, request{
		operation: fmt.Sprintf("read the health of %s in backend service %q", GroupPath(group), service),
		method:    http.MethodPost,
		path:      servicePath(project, service) + "/getHealth",
		body:      map[string]string{"group": group},
	}, &body)
	if err != nil {
		return Health{}, err
	}
	h := Health{Reported: len(body.Statuses)}
	for _, s := range body.Statuses {
		if s.State == "HEALTHY" {
			h.Healthy++
		}
	}
	return h, nil
}
