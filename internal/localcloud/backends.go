package localcloud

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// checkService refuses a body of a backend service that Google would refuse,
// and brings its groups into their canonical form.
func (c *Compute) checkService(k *call, s *backendService, body map[string]any) *apiError {
	if scheme := text(body, "loadBalancingScheme"); scheme != text(s.data, "loadBalancingScheme") {
		return errInvalid("resource.loadBalancingScheme", scheme, "The load balancing scheme cannot be changed.")
	}
	attached := map[string]bool{}
	for _, b := range backendsOf(s.data) {
		attached[text(b, "group")] = true
	}
	backends, seen := backendsOf(body), map[string]bool{}
	for i, b := range backends {
		at := fmt.Sprintf("resource.backends[%d]", i)
		if err := c.checkGroup(k, b, at, attached); err != nil {
			return err
		}
		group := text(b, "group")
		if seen[group] {
			return errInvalid(at+".group", group, "Each group may be a backend of a backend service only once.")
		}
		seen[group] = true
		if err := checkBalancing(b, at, text(body, "protocol")); err != nil {
			return err
		}
		if err := checkCapacity(b, at, len(backends)); err != nil {
			return err
		}
	}
	return nil
}

// groupPath matches what a group may be after the host and the version.
var groupPath = regexp.MustCompile(`^(?:projects/([^/]+)/)?zones/([^/]+)/(networkEndpointGroups|instanceGroups)/([^/]+)$`)

// parseGroup reads a full or partial URL of a zonal group.
func parseGroup(group string) (projectID, zone, kind, name string, ok bool) {
	rest := group
	if u, err := url.Parse(group); err == nil && u.IsAbs() {
		// Any host: the google provider sends the URL of the endpoint it was given.
		_, path, found := strings.Cut(u.Path, "/compute/")
		if !found {
			return "", "", "", "", false
		}
		_, rest, _ = strings.Cut(path, "/")
	}
	m := groupPath.FindStringSubmatch(rest)
	if m == nil {
		return "", "", "", "", false
	}
	return m[1], m[2], m[3], m[4], true
}

// canonicalGroup rewrites a stored entry's group as the API shows it.
func (s *backendService) canonicalGroup(b map[string]any) {
	projectID, zone, kind, name, ok := parseGroup(text(b, "group"))
	if !ok {
		return
	}
	if projectID == "" {
		projectID = strings.Split(s.path, "/")[1]
	}
	b["group"] = computeSelfLink + "projects/" + projectID + "/zones/" + zone + "/" + kind + "/" + name
}

// checkGroup refuses a group that is malformed, of a kind that is not served,
// absent, or not for the caller to use. Groups attached already are not looked
// up again, as only a new reference is resolved.
func (c *Compute) checkGroup(k *call, b map[string]any, at string, attached map[string]bool) *apiError {
	given := text(b, "group")
	if given == "" {
		return errRequired(at + ".group")
	}
	projectID, zone, kind, name, ok := parseGroup(given)
	if !ok {
		return errInvalid(at+".group", given, "The URL is malformed.")
	}
	if kind != "networkEndpointGroups" {
		return errNotServed("backends that are instance groups")
	}
	if projectID == "" {
		projectID = k.project.id
	}
	path := negPath(projectID, zone, name)
	b["group"] = computeSelfLink + path
	if attached[computeSelfLink+path] {
		return nil
	}
	p := c.projects[projectID]
	if p == nil || p.negs[zone][name] == nil {
		return errNotFound(path)
	}
	if p.denied["compute.networkEndpointGroups.use"] {
		return errForbidden("compute.networkEndpointGroups.use", path)
	}
	return nil
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
	others = append(others, "maxRatePerInstance", "maxConnectionsPerInstance", "maxUtilization",
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
