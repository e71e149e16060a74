package api

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// registerMemorystore: the document does not say that an instance connects
// through a service connection policy, nor which settings go together.
func registerMemorystore(h *hooks) {
	h.check[kindKey("memorystore", "instances")], h.deletion[kindKey("memorystore", "instances")] = checkValkey, checkValkeyDeletion
	h.methods["memorystore.projects.locations.instances.certificateAuthority.get"] = valkeyAuthority
	policies := kindKey("networkconnectivity", "serviceConnectionPolicies")
	h.check[policies], h.deletion[policies], h.show[policies] = checkConnectionPolicy, checkConnectionPolicyDeletion, showConnectionPolicy
}

// valkeyClass is the service class of Valkey instances in connection policies.
const valkeyClass = "gcp-memorystore"

// valkeyConnections is how many endpoints an instance has in a network.
const valkeyConnections = 2

var (
	valkeyVersions = []string{"VALKEY_7_2", "VALKEY_8_0", "VALKEY_9_0"}
	// valkeyNodes are the node types that are served, with their memory in GB.
	valkeyNodes = map[string]float64{"SHARED_CORE_NANO": 1.4, "STANDARD_SMALL": 6.5, "HIGHMEM_MEDIUM": 13, "HIGHMEM_XLARGE": 58}
	// valkeyConfigNames are the parameters that are served.
	valkeyConfigNames = []string{
		"maxmemory", "maxmemory-clients", "maxmemory-policy", "notify-keyspace-events", "slowlog-log-slower-than", "maxclients",
		"lfu-decay-time", "lfu-log-factor", "activedefrag",
	}
)

func checkValkey(k *call, r, before *resource) *apiError {
	d := r.data
	location := k.arg("locationsId")
	if regionZones[location] == "" {
		return errArgument("Location '%s' is no region", location)
	}
	if !redisID.MatchString(r.id()) || len(r.id()) < 4 {
		return errArgument("The instance id '%s' must begin with a letter and have 4 to 40 lower case letters, digits and hyphens", r.id())
	}
	fillMissing(d, map[string]any{
		"engineVersion": "VALKEY_8_0", "mode": "CLUSTER", "nodeType": "HIGHMEM_MEDIUM", "replicaCount": 0.0, "authorizationMode": "AUTH_DISABLED",
		"transitEncryptionMode": "TRANSIT_ENCRYPTION_DISABLED", "deletionProtectionEnabled": false,
		"zoneDistributionConfig": map[string]any{"mode": "MULTI_ZONE"}, "persistenceConfig": map[string]any{"mode": "DISABLED"},
	})
	if d["mode"] == "CLUSTER_DISABLED" {
		fillMissing(d, map[string]any{"shardCount": 1.0})
	}
	for _, rule := range []func(*call, *resource, *resource) *apiError{valkeyFixed, valkeySize, valkeyPlace, valkeyEndpoints} {
		if err := rule(k, r, before); err != nil {
			return err
		}
	}
	d["nodeConfig"] = map[string]any{"sizeGb": valkeyNodes[text(d, "nodeType")]}
	if policy, ok := d["maintenancePolicy"].(map[string]any); ok {
		fillMissing(policy, map[string]any{"createTime": d["createTime"]})
		policy["updateTime"] = k.s.timestamp(r.service)
	}
	return nil
}

// valkeyFixed refuses changes of what never changes.
func valkeyFixed(_ *call, r, before *resource) *apiError {
	if before == nil {
		return nil
	}
	for _, name := range []string{"mode", "authorizationMode", "transitEncryptionMode", "kmsKey", "zoneDistributionConfig"} {
		if jsonText(r.data[name]) != jsonText(before.data[name]) {
			return errArgument("Field '%s' of an instance cannot be updated", name)
		}
	}
	if slices.Index(valkeyVersions, text(r.data, "engineVersion")) < slices.Index(valkeyVersions, text(before.data, "engineVersion")) {
		return errArgument("Engine version cannot go back from %s to %s", before.data["engineVersion"], r.data["engineVersion"])
	}
	return nil
}

func valkeySize(_ *call, r, _ *resource) *apiError {
	d := r.data
	shards, _ := d["shardCount"].(float64)     // 0 is refused
	replicas, _ := d["replicaCount"].(float64) // filled in as a number
	switch {
	case !slices.Contains(valkeyVersions, text(d, "engineVersion")):
		return errArgument("Engine version '%s' is not supported", d["engineVersion"])
	case valkeyNodes[text(d, "nodeType")] == 0:
		return errNotServed("the node type " + text(d, "nodeType"))
	case shards < 1:
		return errArgument("Shard count must be at least 1")
	case d["mode"] == "CLUSTER_DISABLED" && shards != 1:
		return errArgument("Shard count %v needs mode CLUSTER: CLUSTER_DISABLED has one shard", shards)
	case replicas < 0 || replicas > 5:
		return errArgument("Replica count %v is not between 0 and 5", replicas)
	}
	for _, name := range sortedKeys(object(d, "engineConfigs")) {
		if !slices.Contains(valkeyConfigNames, name) {
			return errNotServed("the engine config " + name)
		}
	}
	return nil
}

func valkeyPlace(k *call, r, _ *resource) *apiError {
	location := k.arg("locationsId")
	zones := object(r.data, "zoneDistributionConfig")
	zone := text(zones, "zone")
	switch {
	case zones["mode"] == "SINGLE_ZONE" && k.s.zones[zone] != location:
		return errArgument("Zone '%s' is not in region '%s'", zone, location)
	case zones["mode"] != "SINGLE_ZONE" && zone != "":
		return errArgument("A zone can be chosen with mode SINGLE_ZONE only")
	}
	if key := text(r.data, "kmsKey"); key != "" && keyLocation(key) != location {
		return errArgument("The KMS key '%s' is not in region '%s'", key, location)
	}
	return nil
}

// valkeyEndpoints connects the instance to the networks that it asks for, each
// by its service connection policy.
func valkeyEndpoints(k *call, r, before *resource) *apiError {
	if before != nil {
		return nil
	}
	wanted, _ := r.data["pscAutoConnections"].([]any) // either member may name the networks
	delete(r.data, "pscAutoConnections")
	endpoints, _ := r.data["endpoints"].([]any) // either member may name the networks
	for _, e := range endpoints {
		endpoint, _ := e.(map[string]any)                 // the document's type is an object
		connections, _ := endpoint["connections"].([]any) // the document's type is a list
		for _, c := range connections {
			connection, _ := c.(map[string]any) // the document's type is an object
			if connection["pscAutoConnection"] == nil {
				return errNotServed("endpoints that the user makes")
			}
			wanted = append(wanted, connection["pscAutoConnection"])
		}
	}
	if len(wanted) == 0 {
		return errArgument("An instance needs at least one network to connect to")
	}
	kinds := []string{"CONNECTION_TYPE_DISCOVERY", "CONNECTION_TYPE_UNSPECIFIED"}
	if r.data["mode"] == "CLUSTER_DISABLED" {
		kinds = []string{"CONNECTION_TYPE_PRIMARY", "CONNECTION_TYPE_READER"}
	}
	var made, discovery, attachments []any
	location := k.arg("locationsId")
	for _, w := range wanted {
		connection, _ := w.(map[string]any) // the document's type is an object
		network := text(connection, "network")
		policy, err := k.policyFor(network, location)
		if err != nil {
			return err
		}
		var connections []any
		for i, of := range kinds {
			id := k.s.newID()
			attachment := fmt.Sprintf("projects/%s/regions/%s/serviceAttachments/gcp-memorystore-%s-%d", k.project.number, location, opaqueID(r.path)[:8], i)
			address := k.s.addressInSubnetwork(policy)
			if of == "CONNECTION_TYPE_DISCOVERY" {
				discovery = append(discovery, map[string]any{"address": address, "port": 6379.0, "network": network})
			}
			attachments = append(attachments, map[string]any{"serviceAttachment": attachment, "connectionType": of})
			connections = append(connections, map[string]any{"pscAutoConnection": map[string]any{
				"network": network, "projectId": k.project.id, "port": 6379.0, "ipAddress": address, "connectionType": of, "pscConnectionId": id,
				"pscConnectionStatus": "ACTIVE", "serviceAttachment": attachment,
				"forwardingRule": computeSelfLink + "projects/" + k.project.id + "/regions/" + location + "/forwardingRules/sca-auto-fr-" + id,
			}})
		}
		made = append(made, map[string]any{"connections": connections})
	}
	r.data["endpoints"], r.data["pscAttachmentDetails"] = made, attachments
	if discovery != nil {
		r.data["discoveryEndpoints"] = discovery
	}
	return nil
}

// policyFor finds the policy by which an instance can connect to a network.
func (k *call) policyFor(network, location string) (*resource, *apiError) {
	for _, policy := range k.s.store.in("networkconnectivity", "projects/"+k.project.id+"/locations/"+location+"/serviceConnectionPolicies") {
		if policy.data["serviceClass"] != valkeyClass || !samePath(text(policy.data, "network"), network) {
			continue
		}
		used := float64(len(k.s.policyConnections(policy)))
		if limit := policyLimit(policy.data); limit > 0 && used+valkeyConnections > limit {
			return nil, errPrecondition(fmt.Sprintf("The service connection policy '%s' allows %v connections and has %v: the instance needs %d more.", policy.path, limit, used, valkeyConnections))
		}
		return policy, nil
	}
	return nil, errPrecondition(fmt.Sprintf("No service connection policy for service class '%s' exists in network '%s' and region '%s'.", valkeyClass, network, location))
}

// addressInSubnetwork gives out an address of a policy's first subnetwork.
func (s *Server) addressInSubnetwork(policy *resource) string {
	for _, name := range texts(object(policy.data, "pscConfig")["subnetworks"]) {
		_, path, _ := strings.Cut("/"+name, "/projects/")
		subnetwork := s.store.get("compute", "projects/"+path)
		if subnetwork == nil {
			continue
		}
		if prefix, err := netip.ParsePrefix(text(subnetwork.data, "ipCidrRange")); err == nil {
			return s.addressIn(prefix.Addr().String(), prefix.Bits())
		}
	}
	return ""
}

func checkValkeyDeletion(_ *call, r *resource) *apiError {
	if r.data["deletionProtectionEnabled"] == true {
		return errPrecondition("The instance '" + r.path + "' is protected from deletion. Set deletionProtectionEnabled to false first.")
	}
	return nil
}

// valkeyAuthority gives the certificates by which clients know an instance.
func valkeyAuthority(k *call) (map[string]any, *apiError) {
	r, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	if r.data["transitEncryptionMode"] != "SERVER_AUTHENTICATION" {
		return nil, errNotFound(k.path)
	}
	sum := sha256.Sum256([]byte(r.path))
	return map[string]any{"name": k.path, "managedServerCa": map[string]any{
		"caCerts": []any{map[string]any{"certificates": []any{pemOf(sum[:])}}},
	}}, nil
}
