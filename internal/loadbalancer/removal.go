package loadbalancer

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Maker is what the GKE controller writes about itself into the description of
// a group: the cluster by the uid of its namespace kube-system, which no Google
// API shows, and the Service.
type Maker struct {
	Cluster   string `json:"cluster-uid"`
	Namespace string `json:"namespace"`
	Service   string `json:"service-name"`
	Port      string `json:"port"`
}

// Maker reads the description; made is false when GKE did not make the group.
func (n NEG) Maker() (m Maker, made bool) {
	err := json.Unmarshal([]byte(n.Description), &m)
	return m, err == nil && m.Cluster != ""
}

// NetworkPath is "projects/P/global/networks/N" for a network given so, as a URL,
// or by its name, and then in the project given.
func NetworkPath(project, network string) string {
	if network == "" || strings.Contains(network, "/") {
		return GroupPath(network)
	}
	return "projects/" + project + "/global/networks/" + network
}

// Endpoints lists the endpoints of a group as "address:port". They are what is
// there now; Size may be older.
func (c *Client) Endpoints(ctx context.Context, group NEG) ([]string, error) {
	var endpoints []string
	query := url.Values{"maxResults": {pageSize}}
	for {
		var page struct {
			Items []struct {
				Endpoint struct {
					Address string `json:"ipAddress"`
					Port    int    `json:"port"`
				} `json:"networkEndpoint"`
			} `json:"items"`
			NextPageToken string `json:"nextPageToken"`
		}
		err := c.call(ctx, request{
			operation: fmt.Sprintf("list the endpoints of network endpoint group %q in %s", group.Name, group.Zone),
			method:    http.MethodPost,
			path:      GroupPath(group.URL) + "/listNetworkEndpoints",
			query:     query,
			body:      map[string]string{"healthStatus": "SKIP"},
		}, &page)
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			endpoints = append(endpoints, net.JoinHostPort(item.Endpoint.Address, strconv.Itoa(item.Endpoint.Port)))
		}
		if page.NextPageToken == "" {
			return endpoints, nil
		}
		query = url.Values{"maxResults": {pageSize}, "pageToken": {page.NextPageToken}}
	}
}

// DeleteNEG deletes a group with the endpoints that it still has, and returns
// when it is gone. Google refuses it while a backend service uses the group (see
// IsInUse). Once sent, the deletion is followed to its end for at most a minute
// after ctx has ended.
func (c *Client) DeleteNEG(ctx context.Context, project string, group NEG) error {
	defer c.negs.forget(project)
	var op operation
	what := fmt.Sprintf("delete network endpoint group %q in %s", group.Name, group.Zone)
	err := c.call(ctx, request{operation: what, method: http.MethodDelete, path: GroupPath(group.URL), detached: true}, &op)
	if err != nil {
		return err
	}
	if err := c.follow(ctx, project, what, &op); err != nil {
		return err
	}
	return op.failure(what)
}
