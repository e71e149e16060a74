package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

// peeringService is the one producer of private services access that is served:
// Google's own.
const peeringService = "servicenetworking.googleapis.com"

// registerServiceNetworking: the document has no method that gets a connection
// and no id for one. A connection is known by its service and its network, and
// is changed and deleted through names that are the same for every network.
func registerServiceNetworking(h *hooks) {
	h.methods["servicenetworking.services.connections.create"] = createConnection
	h.methods["servicenetworking.services.connections.list"] = listConnections
	h.methods["servicenetworking.services.connections.patch"] = patchConnection
	h.methods["servicenetworking.services.connections.deleteConnection"] = deleteConnection
}

// peeringNetwork finds the network that a text names, as
// "projects/NUMBER/global/networks/NAME".
func (k *call) peeringNetwork(name string) (*resource, *apiError) {
	ref, ok := k.s.readReference(k, name)
	if !ok || !strings.Contains(ref.path, "/global/networks/") {
		return nil, errArgument("Invalid network: '%s'. Must be projects/{project_number}/global/networks/{network}.", name)
	}
	network := k.s.store.get("compute", ref.path)
	if network == nil {
		return nil, errArgument("Network '%s' does not exist.", name)
	}
	return network, nil
}

// connectionPath is where the connection of a network is kept.
func connectionPath(network *resource) string {
	return "services/" + peeringService + "/connections/" + strings.ReplaceAll(network.path, "/", "|")
}

// connection is the private connection of a network, nil for none. It went with
// the network that it was made for: one made again under the same name has none.
func (s *Server) connection(network *resource) *resource {
	c := s.store.get("servicenetworking", connectionPath(network))
	if c == nil || c.extra["networkID"] != network.data["id"] {
		return nil
	}
	return c
}

// producer refuses services other than Google's.
func (k *call) producer() *apiError {
	switch k.arg("servicesId") {
	case peeringService, "-":
		return nil
	}
	return errNotServed("connections to " + k.arg("servicesId"))
}

// connectionKind is of connections, which no method gets by a path.
func connectionKind(doc *discovery.Document) *kind {
	return &kind{doc: doc, schema: "Connection", template: "services/{}/connections/{}", word: "connections"}
}

func createConnection(k *call) (map[string]any, *apiError) {
	if err := k.producer(); err != nil {
		return nil, err
	}
	network, err := k.peeringNetwork(text(k.body, "network"))
	if err != nil {
		return nil, err
	}
	ranges, err := k.peeringRanges(network)
	if err != nil {
		return nil, err
	}
	if c := k.s.connection(network); c != nil && !slices.Equal(ranges, texts(c.data["reservedPeeringRanges"])) {
		return nil, errPrecondition("Cannot modify allocated ranges in CreateConnection. Please use UpdateConnection.\nExisting allocated IP ranges: [" +
			strings.Join(texts(c.data["reservedPeeringRanges"]), ", ") + "].")
	}
	segments := strings.Split(network.path, "/")
	k.project = k.s.projects[segments[1]]
	segments[1] = k.project.number
	r := &resource{
		kind:    connectionKind(k.method.Document),
		service: "servicenetworking", path: connectionPath(network), extra: map[string]any{"networkID": network.data["id"]},
		data: map[string]any{
			"network": strings.Join(segments, "/"), "reservedPeeringRanges": k.body["reservedPeeringRanges"],
			"peering": "servicenetworking-googleapis-com", "service": "services/" + peeringService,
		},
	}
	return k.conclude(r, "create", func() { k.s.store.put(r) })
}

// peeringRanges refuses ranges that nobody reserved for peering in the network.
func (k *call) peeringRanges(network *resource) ([]string, *apiError) {
	ranges := texts(k.body["reservedPeeringRanges"])
	if len(ranges) == 0 {
		return nil, errArgument("A connection needs at least one reserved peering range.")
	}
	project := strings.Split(network.path, "/")[1]
	for _, name := range ranges {
		address := k.s.store.get("compute", "projects/"+project+"/global/addresses/"+name)
		switch {
		case address == nil:
			return nil, errArgument("Reserved peering range '%s' does not exist in network '%s'.", name, network.path)
		case address.data["purpose"] != "VPC_PEERING":
			return nil, errArgument("Address '%s' is not reserved for VPC_PEERING.", name)
		case !strings.HasSuffix(text(address.data, "network"), "/"+network.path):
			return nil, errArgument("Reserved peering range '%s' is not of network '%s'.", name, network.path)
		}
	}
	return ranges, nil
}

func listConnections(k *call) (map[string]any, *apiError) {
	if err := k.producer(); err != nil {
		return nil, err
	}
	if !k.query.Has("network") {
		return nil, errArgument("The network whose connections to list is missing")
	}
	network, err := k.peeringNetwork(k.query.Get("network"))
	if err != nil {
		return nil, err
	}
	c := k.s.connection(network)
	if c == nil {
		return map[string]any{}, nil
	}
	return map[string]any{"connections": []any{c.data}}, nil
}

// patchConnection changes the ranges. Taking one away needs force.
func patchConnection(k *call) (map[string]any, *apiError) {
	network, err := k.peeringNetwork(text(k.body, "network"))
	if err != nil {
		return nil, err
	}
	c := k.s.connection(network)
	if c == nil {
		return nil, errNotFound(k.path)
	}
	ranges, err := k.peeringRanges(network)
	if err != nil {
		return nil, err
	}
	for _, before := range texts(c.data["reservedPeeringRanges"]) {
		if !slices.Contains(ranges, before) && k.query.Get("force") != "true" {
			return nil, errPrecondition("Reserved peering range '" + before + "' is allocated to the connection. Set force to take it away.")
		}
	}
	return k.conclude(c, "update", func() { c.data["reservedPeeringRanges"] = k.body["reservedPeeringRanges"] })
}

// deleteConnection fails while a producer has something in the network. As at
// Google it is the operation that says so.
func deleteConnection(k *call) (map[string]any, *apiError) {
	network, err := k.peeringNetwork(text(k.body, "consumerNetwork"))
	if err != nil {
		return nil, err
	}
	c := k.s.connection(network)
	if c == nil {
		return nil, errNotFound(k.path)
	}
	if k.s.usesPeering(network) && k.failure == nil {
		k.failure = &OperationError{Code: "FAILED_PRECONDITION", HTTPStatus: http.StatusBadRequest,
			Message: "Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.) are still using this connection."}
	}
	return k.conclude(c, "delete", func() { k.s.store.remove(c) })
}

// usesPeering reports whether a producer has something in the network.
func (s *Server) usesPeering(network *resource) bool {
	return slices.ContainsFunc(s.store.usedBy(network), func(key string) bool {
		user := s.store.byKey[key]
		return user != nil && (user.service == "sqladmin" || user.service == "redis" && user.data["connectMode"] == "PRIVATE_SERVICE_ACCESS")
	})
}

// peered gives the reserved ranges of the network that a text names; ok is
// false when it has no private connection.
func (k *call) peered(name string) (ranges []string, ok bool) {
	network, err := k.peeringNetwork(name)
	if err != nil {
		return nil, false
	}
	c := k.s.connection(network)
	if c == nil {
		return nil, false
	}
	return texts(c.data["reservedPeeringRanges"]), true
}
