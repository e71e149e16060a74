package api

import (
	"maps"
	"strconv"
	"strings"
)

// policyLimit is how many connections a policy allows, 0 for any number.
func policyLimit(data map[string]any) float64 {
	// The document's format takes only numbers.
	limit, _ := strconv.ParseFloat(text(object(data, "pscConfig"), "limit"), 64)
	return limit
}

// checkConnectionPolicy refuses policies that could connect nothing, and a
// second one for the same class, network and region.
func checkConnectionPolicy(k *call, r, before *resource) *apiError {
	d := r.data
	network, location := text(d, "network"), k.arg("locationsId")
	d["infrastructure"] = "PSC"
	if before != nil {
		for _, name := range []string{"network", "serviceClass"} {
			if d[name] != before.data[name] {
				return errArgument("Field '%s' of a service connection policy cannot be updated", name)
			}
		}
	}
	switch {
	case network == "":
		return errRequired("network")
	case text(d, "serviceClass") == "":
		return errRequired("serviceClass")
	}
	subnetworks := texts(object(d, "pscConfig")["subnetworks"])
	if len(subnetworks) == 0 {
		return errArgument("A service connection policy needs at least one subnetwork")
	}
	for _, name := range subnetworks {
		_, path, _ := strings.Cut("/"+name, "/projects/")
		subnetwork := k.s.store.get("compute", "projects/"+path)
		switch {
		case subnetwork == nil:
			return errArgument("Subnetwork '%s' does not exist", name)
		case !strings.Contains(name, "/regions/"+location+"/"):
			return errArgument("Subnetwork '%s' is not in region '%s'", name, location)
		case !samePath(text(subnetwork.data, "network"), network):
			return errArgument("Subnetwork '%s' is not of network '%s'", name, network)
		}
	}
	for _, other := range k.s.store.in("networkconnectivity", parentPath(r.path)) {
		if other.path != r.path && other.data["serviceClass"] == d["serviceClass"] && samePath(text(other.data, "network"), network) {
			return errPrecondition("The service connection policy '" + other.path + "' is for the same service class, network and region.")
		}
	}
	if limit := policyLimit(d); before != nil && limit > 0 && limit < float64(len(k.s.policyConnections(before))) {
		return errPrecondition("The limit is less than the number of connections that the policy has.")
	}
	return nil
}

func checkConnectionPolicyDeletion(k *call, r *resource) *apiError {
	if len(k.s.policyConnections(r)) > 0 {
		return errPrecondition("The service connection policy '" + r.path + "' is in use: delete the instances that it connects first.")
	}
	return nil
}

// policyConnections are the endpoints that were made by a policy.
func (s *Server) policyConnections(policy *resource) []any {
	if policy.data["serviceClass"] != valkeyClass {
		return nil
	}
	base, _, _ := strings.Cut(policy.path, "/serviceConnectionPolicies/")
	instances := map[string]*resource{}
	for _, r := range s.store.in("memorystore", base+"/instances") {
		instances[r.path] = r
	}
	var out []any
	for _, path := range sortedKeys(instances) {
		endpoints, _ := instances[path].data["endpoints"].([]any) // written by the fake
		for _, e := range endpoints {
			endpoint, _ := e.(map[string]any)                 // written by the fake
			connections, _ := endpoint["connections"].([]any) // written by the fake
			for _, c := range connections {
				connection, _ := c.(map[string]any) // written by the fake
				auto := object(connection, "pscAutoConnection")
				if !samePath(text(auto, "network"), text(policy.data, "network")) {
					continue
				}
				out = append(out, map[string]any{
					"state": "ACTIVE", "consumerForwardingRule": auto["forwardingRule"], "consumerAddress": auto["ipAddress"],
					"consumerTargetProject": auto["projectId"], "pscConnectionId": auto["pscConnectionId"], "producerInstanceId": path,
					"serviceClass": valkeyClass, "ipVersion": "IPV4",
				})
			}
		}
	}
	return out
}

func showConnectionPolicy(s *Server, r *resource) map[string]any {
	shown := maps.Clone(r.data)
	if connections := s.policyConnections(r); connections != nil {
		shown["pscConnections"] = connections
	}
	return shown
}
