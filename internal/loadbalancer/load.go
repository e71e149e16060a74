package loadbalancer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// DefaultMonitoringEndpoint is the public Cloud Monitoring API.
const DefaultMonitoringEndpoint = "https://monitoring.googleapis.com/v1/"

// loadLimit bounds asking Cloud Monitoring for the load.
const loadLimit = 5 * time.Second

// loadQuery is the requests per second that each backend service passed on to its
// backends, over ten minutes: what the caches answer is no load.
const loadQuery = `sum by (backend_target_name) (rate(loadbalancing_googleapis_com:https_backend_request_count{monitored_resource="https_lb_rule"}[10m]))`

// Load gives the requests per second that each backend service of a project
// takes at present, by name, as Cloud Monitoring knows it: some minutes old. A
// service without traffic is not in it. The answer may be as old as the client.
// It is an error when the client has no Monitoring endpoint.
func (c *Client) Load(ctx context.Context, project string) (map[string]float64, error) {
	return c.loads.get(ctx, project, func(ctx context.Context) (map[string]float64, error) {
		operation := fmt.Sprintf("read the load of the backend services of project %q", project)
		if c.monitoring == "" {
			return nil, fmt.Errorf("%s: Cloud Monitoring is not configured", operation)
		}
		ctx, cancel := context.WithTimeout(ctx, loadLimit)
		defer cancel()
		address := c.monitoring + "projects/" + url.PathEscape(project) + "/location/global/prometheus/api/v1/query?" + url.Values{"query": {loadQuery}}.Encode()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", operation, err)
		}
		resp, err := c.monitoringHTTP.Do(req)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", operation, ended(ctx, err))
		}
		defer resp.Body.Close() //nolint:errcheck // the body has been read; nothing is lost
		answer, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
		if err != nil {
			return nil, fmt.Errorf("%s: read the answer: %w", operation, ended(ctx, err))
		}
		if resp.StatusCode != http.StatusOK {
			return nil, responseError(operation, resp.StatusCode, answer)
		}
		return parseLoad(operation, answer)
	})
}

// parseLoad reads a vector of a Prometheus answer.
func parseLoad(operation string, answer []byte) (map[string]float64, error) {
	var body struct {
		Data struct {
			Result []struct {
				Metric map[string]string `json:"metric"`
				Value  []any             `json:"value"`
			} `json:"result"`
		} `json:"data"`
	}
	if err := json.Unmarshal(answer, &body); err != nil {
		return nil, fmt.Errorf("%s: the answer is not the JSON it should be: %w", operation, err)
	}
	load := map[string]float64{}
	for _, one := range body.Data.Result {
		if len(one.Value) != 2 {
			continue
		}
		text, _ := one.Value[1].(string)
		if rate, err := strconv.ParseFloat(text, 64); err == nil {
			load[one.Metric["backend_target_name"]] += rate
		}
	}
	return load, nil
}
