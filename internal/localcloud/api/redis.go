package api

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// registerRedis: the document does not say which settings go together, nor what
// a new instance gets.
func registerRedis(h *hooks) {
	h.check[kindKey("redis", "instances")] = checkRedis
	h.methods["redis.projects.locations.instances.getAuthString"] = redisAuthString
	h.methods["redis.projects.locations.instances.upgrade"] = upgradeRedis
}

// redisVersions are the versions that there are, oldest first.
var redisVersions = []string{"REDIS_3_2", "REDIS_4_0", "REDIS_5_0", "REDIS_6_X", "REDIS_7_0", "REDIS_7_2"}

// redisConfigNames are the parameters that an instance takes.
var redisConfigNames = []string{
	"activedefrag", "lfu-decay-time", "lfu-log-factor", "maxmemory-clients", "maxmemory-gb", "maxmemory-policy", "notify-keyspace-events",
	"save", "stream-node-max-bytes", "stream-node-max-entries", "timeout",
}

var redisID = regexp.MustCompile(`^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$`)

func checkRedis(k *call, r, before *resource) *apiError {
	d := r.data
	location := k.arg("locationsId")
	letters := regionZones[location]
	switch {
	case letters == "":
		return errArgument("Location '%s' is no region", location)
	case !redisID.MatchString(r.id()):
		return errArgument("The instance id '%s' must begin with a letter and have up to 40 lower case letters, digits and hyphens", r.id())
	}
	fillMissing(d, map[string]any{
		"tier": "BASIC", "redisVersion": "REDIS_7_2", "connectMode": "DIRECT_PEERING", "transitEncryptionMode": "DISABLED",
		"readReplicasMode": "READ_REPLICAS_DISABLED", "authorizedNetwork": "projects/" + k.project.id + "/global/networks/default",
		"persistenceConfig": map[string]any{"persistenceMode": "DISABLED"},
	})
	for _, rule := range []func(*call, *resource, *resource) *apiError{redisFixed, redisSize, redisPlace, redisNetwork} {
		if err := rule(k, r, before); err != nil {
			return err
		}
	}
	if !slices.Contains(redisVersions, text(d, "redisVersion")) {
		return errArgument("Redis version '%s' is not supported", d["redisVersion"])
	}
	for _, name := range sortedKeys(object(d, "redisConfigs")) {
		if !slices.Contains(redisConfigNames, name) {
			return errArgument("Redis config '%s' is not supported", name)
		}
	}
	k.fillRedis(r, before)
	return nil
}

// redisFixed refuses changes of what never changes.
func redisFixed(k *call, r, before *resource) *apiError {
	if before == nil {
		return nil
	}
	fixed := []string{"tier", "connectMode", "authorizedNetwork", "customerManagedKey", "transitEncryptionMode", "locationId", "alternativeLocationId", "reservedIpRange"}
	if k.method.Name() != "upgrade" {
		fixed = append(fixed, "redisVersion")
	}
	for _, name := range fixed {
		if text(r.data, name) != text(before.data, name) {
			return errArgument("Field '%s' of a Redis instance cannot be updated", name)
		}
	}
	if before.data["readReplicasMode"] == "READ_REPLICAS_ENABLED" && r.data["readReplicasMode"] != "READ_REPLICAS_ENABLED" {
		return errArgument("Read replicas cannot be disabled once they are enabled")
	}
	return nil
}

// redisSize checks memory and replicas, which depend on the tier.
func redisSize(_ *call, r, _ *resource) *apiError {
	d := r.data
	memory, _ := d["memorySizeGb"].(float64) // 0 is refused
	read := d["readReplicasMode"] == "READ_REPLICAS_ENABLED"
	basic := d["tier"] == "BASIC"
	replicas, given := d["replicaCount"].(float64)
	switch {
	case memory < 1 || memory > 300:
		return errArgument("Memory size of %v GB is not between 1 and 300 GB", memory)
	case read && basic:
		return errArgument("Read replicas need tier STANDARD_HA")
	case read && memory < 5:
		return errArgument("Read replicas need at least 5 GB of memory")
	case read && given && (replicas < 1 || replicas > 5):
		return errArgument("Replica count %v is not between 1 and 5", replicas)
	case !read && !basic && given && replicas != 1:
		return errArgument("Replica count %v needs read replicas to be enabled", replicas)
	case basic && given && replicas != 0:
		return errArgument("Tier BASIC has no replicas")
	}
	if !given && !basic {
		d["replicaCount"] = 1.0
		if read {
			d["replicaCount"] = 2.0
		}
	}
	return nil
}

// redisPlace refuses zones and keys of other regions.
func redisPlace(k *call, r, _ *resource) *apiError {
	location := k.arg("locationsId")
	for _, name := range []string{"locationId", "alternativeLocationId"} {
		if zone := text(r.data, name); zone != "" && k.s.zones[zone] != location {
			return errArgument("Zone '%s' is not in region '%s'", zone, location)
		}
	}
	first, second := text(r.data, "locationId"), text(r.data, "alternativeLocationId")
	if first != "" && first == second {
		return errArgument("The alternative zone must not be the zone itself")
	}
	if key := text(r.data, "customerManagedKey"); key != "" && keyLocation(key) != location {
		return errArgument("The customer-managed key '%s' is not in region '%s'", key, location)
	}
	return nil
}

// redisNetwork: an instance in a private connection needs one.
func redisNetwork(k *call, r, before *resource) *apiError {
	network := text(r.data, "authorizedNetwork")
	if _, err := k.peeringNetwork(network); err != nil {
		return err
	}
	if before != nil {
		return nil
	}
	address, prefix := "10.200.0.0", 16
	if r.data["connectMode"] == "PRIVATE_SERVICE_ACCESS" {
		ranges, ok := k.peered(network)
		if !ok {
			return errPrecondition("Google private service access is not enabled for network '" + network + "'. Make a private connection first.")
		}
		if wanted := text(r.data, "reservedIpRange"); wanted != "" && !slices.Contains(ranges, wanted) {
			return errArgument("Reserved IP range '%s' is not one of the network's private connection", wanted)
		}
		address, prefix = k.s.reservedRange(network, ranges[0])
		if wanted := text(r.data, "reservedIpRange"); wanted != "" {
			address, prefix = k.s.reservedRange(network, wanted)
		}
	}
	r.data["host"] = k.s.addressIn(address, prefix)
	return nil
}

// fillRedis sets what only the server sets.
func (k *call) fillRedis(r, before *resource) {
	d := r.data
	location := k.arg("locationsId")
	letters := regionZones[location]
	zone := func(i int) string { return location + "-" + string(letters[i%len(letters)]) }
	if before == nil {
		fillMissing(d, map[string]any{"locationId": zone(0)})
		d["port"] = 6379.0
		if d["transitEncryptionMode"] == "SERVER_AUTHENTICATION" {
			d["port"] = 6378.0
			sum := sha256.Sum256([]byte(r.path))
			now := k.s.options.Now().UTC()
			d["serverCaCerts"] = []any{map[string]any{
				"serialNumber": "0", "cert": pemOf(sum[:]), "sha1Fingerprint": fmt.Sprintf("%x", sum[:20]),
				"createTime": now.Format("2006-01-02T15:04:05Z"), "expireTime": now.AddDate(10, 0, 0).Format("2006-01-02T15:04:05Z"),
			}}
		}
		d["persistenceIamIdentity"] = "serviceAccount:service-" + k.project.number + "@cloud-redis.iam.gserviceaccount.com"
		d["currentLocationId"] = d["locationId"]
	}
	if d["tier"] == "STANDARD_HA" && text(d, "alternativeLocationId") == "" {
		d["alternativeLocationId"] = zone(strings.IndexByte(letters, text(d, "locationId")[len(location)+1]) + 1)
	}
	replicas, _ := d["replicaCount"].(float64) // BASIC has none
	var nodes []any
	for i := range int(replicas) + 1 {
		nodes = append(nodes, map[string]any{"id": fmt.Sprintf("node-%d", i), "zone": zone(i)})
	}
	d["nodes"] = nodes
	if d["readReplicasMode"] == "READ_REPLICAS_ENABLED" && text(d, "readEndpoint") == "" {
		d["readEndpoint"], d["readEndpointPort"] = k.s.addressIn(text(d, "host"), 29), d["port"]
	}
	if policy, ok := d["maintenancePolicy"].(map[string]any); ok {
		fillMissing(policy, map[string]any{"createTime": d["createTime"]})
		policy["updateTime"] = k.s.timestamp(r.service)
		windows, _ := policy["weeklyMaintenanceWindow"].([]any) // a policy may have none
		for _, w := range windows {
			if window, ok := w.(map[string]any); ok {
				fillMissing(window, map[string]any{"duration": "3600s"})
				fillMissing(inner(window, "startTime"), map[string]any{})
			}
		}
	}
}

// redisAuthString gives the password of an instance that asks for one.
func redisAuthString(k *call) (map[string]any, *apiError) {
	r, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	if r.data["authEnabled"] != true {
		return map[string]any{}, nil
	}
	return map[string]any{"authString": opaqueID(r.path + " auth")}, nil
}

// upgradeRedis raises the version.
func upgradeRedis(k *call) (map[string]any, *apiError) {
	r, err := k.find(strings.TrimSuffix(k.path, ":upgrade"))
	if err != nil {
		return nil, err
	}
	wanted := text(k.body, "redisVersion")
	if slices.Index(redisVersions, wanted) <= slices.Index(redisVersions, text(r.data, "redisVersion")) {
		return nil, errArgument("Redis version %s is no upgrade of %s", wanted, r.data["redisVersion"])
	}
	after := jsonCopy(r.data)
	after["redisVersion"] = wanted
	return k.replace(r, "upgrade", after)
}
