package api

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

func backendAt(i int) string { return fmt.Sprintf("resource.backends[%d]", i) }

// checkBackend refuses a backend that Google would refuse, and brings its group
// into its canonical form.
func (k *call) checkBackend(b map[string]any, i int, all []map[string]any, attached map[string]bool, protocol string) *apiError {
	at := backendAt(i)
	kind, err := k.checkGroup(b, at, attached)
	if err != nil {
		return err
	}
	if kind == "serverless" {
		return nil
	}
	if err := checkBalancing(b, at, protocol); err != nil {
		return err
	}
	return checkCapacity(b, at, len(all))
}

// groupPath matches what a group may be after the host and the version.
var groupPath = regexp.MustCompile(`^(?:projects/([^/]+)/)?(zones|regions|global)/?([^/]*)/(networkEndpointGroups|instanceGroups)/([^/]+)$`)

// group is a reference to a group of backends.
type group struct {
	project, scope, place, kind, name string
}

// parseGroup reads a full or partial URL of a group.
func parseGroup(text string) (group, bool) {
	rest := text
	if u, err := url.Parse(text); err == nil && u.IsAbs() {
		// Any host: the google provider sends the URL of the endpoint it was given.
		_, path, found := strings.Cut(u.Path, "/compute/")
		if !found {
			return group{}, false
		}
		_, rest, _ = strings.Cut(path, "/")
	}
	m := groupPath.FindStringSubmatch(rest)
	if m == nil {
		return group{}, false
	}
	return group{project: m[1], scope: m[2], place: m[3], kind: m[4], name: m[5]}, true
}

// checkGroup refuses a group that is malformed, of a kind that is not served,
// absent, or not for the caller to use. Groups attached already are not looked
// up again, as only a new reference is resolved.
func (k *call) checkGroup(b map[string]any, at string, attached map[string]bool) (kind string, err *apiError) {
	given := text(b, "group")
	if given == "" {
		return "", errRequired(at + ".group")
	}
	g, ok := parseGroup(given)
	if !ok {
		return "", errInvalid(at+".group", given, "The URL is malformed.")
	}
	if g.kind != "networkEndpointGroups" {
		return "", errNotServed("backends that are instance groups")
	}
	if g.project == "" {
		g.project = k.project.id
	}
	if g.scope != "zones" {
		return "serverless", nil
	}
	path := negPath(g.project, g.place, g.name)
	b["group"] = computeSelfLink + path
	if attached[computeSelfLink+path] {
		return "", nil
	}
	p := k.s.projects[g.project]
	if p == nil || k.s.store.get("compute", path) == nil {
		return "", errNotFound(path)
	}
	if p.denied["compute.networkEndpointGroups.use"] {
		return "", errForbidden("compute.networkEndpointGroups.use", path)
	}
	return "", nil
}

// checkBalancing refuses balancing modes and targets that do not go with a NEG
// of GCE_VM_IP_PORT endpoints.
func checkBalancing(b map[string]any, at, protocol string) *apiError {
	mode := text(b, "balancingMode")
	tcp := protocol == "TCP" || protocol == "SSL"
	switch {
	case mode == "UTILIZATION":
		return errInvalid(at+".balancingMode", mode, "Balancing mode UTILIZATION is not supported for network endpoint groups.")
	case mode == "RATE" && tcp, mode == "CONNECTION" && !tcp:
		return errInvalid(at+".balancingMode", mode, fmt.Sprintf("Balancing mode %s is not supported for protocol %s.", mode, protocol))
	case mode != "RATE" && mode != "CONNECTION":
		return errNotServed("balancing mode " + mode)
	}
	targets, others := []string{"maxRate", "maxRatePerEndpoint"}, []string{"maxConnections", "maxConnectionsPerEndpoint"}
	if mode == "CONNECTION" {
		targets, others = others, targets
	}
	others = append(slices.Clone(others), "maxRatePerInstance", "maxConnectionsPerInstance", "maxUtilization",
		"maxInFlightRequests", "maxInFlightRequestsPerEndpoint", "maxInFlightRequestsPerInstance")
	for _, name := range others {
		if b[name] != nil {
			return errInvalid(at+"."+name, jsonText(b[name]),
				fmt.Sprintf("It cannot be set for a network endpoint group with balancing mode %s.", mode))
		}
	}
	some := false
	for _, name := range targets {
		if b[name] == nil {
			continue
		}
		if value, ok := b[name].(float64); !ok || value <= 0 {
			return errInvalid(at+"."+name, jsonText(b[name]), "Must be greater than 0.")
		}
		some = true
	}
	if !some {
		return errInvalid(at, jsonText(b), fmt.Sprintf("Balancing mode %s requires %s or %s.", mode, targets[0], targets[1]))
	}
	if b["failover"] == true {
		return errInvalid(at+".failover", true, "Failover backends are only for passthrough load balancers.")
	}
	return nil
}

// checkCapacity refuses capacity scalers outside 0 and 0.1 to 1, and 0 for the
// only backend.
func checkCapacity(b map[string]any, at string, backends int) *apiError {
	scaler, ok := b["capacityScaler"].(float64)
	// The API holds it as a float of 32 bits, so 0.1 must compare as one.
	if !ok || scaler != 0 && (float32(scaler) < float32(0.1) || scaler > 1) {
		return errInvalid(at+".capacityScaler", jsonText(b["capacityScaler"]), "Must be 0.0 or in the range [0.1, 1.0].")
	}
	if scaler == 0 && backends == 1 {
		return errInvalid(at+".capacityScaler", "0.0", "It cannot be 0.0 when there is only one backend.")
	}
	return nil
}

// maxBackends is Google's limit of backends of one backend service.
// Source: Google Cloud documentation, "Load balancing quotas and limits".
const maxBackends = 50

// checkServicePolicies refuses combinations that a schema cannot.
func checkServicePolicies(data map[string]any) *apiError {
	if n := len(backendsOf(data)); n > maxBackends {
		return errInvalid("resource.backends", n, fmt.Sprintf("A backend service has at most %d network endpoint groups.", maxBackends))
	}
	cdn, _ := data["cdnPolicy"].(map[string]any)
	if data["enableCDN"] == true && text(cdn, "cacheMode") == "USE_ORIGIN_HEADERS" {
		for _, name := range []string{"defaultTtl", "maxTtl"} {
			if value, ok := cdn[name].(float64); ok && value != 0 {
				return errInvalid("resource.cdnPolicy."+name, value, "It cannot be set with cache mode USE_ORIGIN_HEADERS.")
			}
		}
	}
	if text(data, "sessionAffinity") != "NONE" && data["connectionTrackingPolicy"] != nil && text(data, "loadBalancingScheme") == "EXTERNAL_MANAGED" {
		return errInvalid("resource.connectionTrackingPolicy", "", "It is only for passthrough load balancers.")
	}
	return nil
}
