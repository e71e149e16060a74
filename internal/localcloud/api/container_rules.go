package api

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var clusterName = regexp.MustCompile(`^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$`)

// checkCluster fills in what Google fills in, and refuses what it refuses.
func checkCluster(k *call, r, before *resource) *apiError {
	d := r.data
	location := k.arg("locationsId")
	switch {
	case !clusterName.MatchString(r.id()):
		return errArgument("Invalid value for field \"cluster.name\": \"%s\". Must begin with a letter and have up to 40 lower case letters, digits and hyphens.", r.id())
	case object(d, "autopilot")["enabled"] != true:
		return errNotServed("clusters that are not Autopilot")
	case regionZones[location] == "":
		return errArgument("Autopilot clusters must be regional clusters.")
	case text(object(d, "releaseChannel"), "channel") == "UNSPECIFIED":
		return errArgument("Autopilot clusters must be enrolled in a release channel.")
	case len(texts(d["nodePools"])) > 0 || d["nodePools"] != nil:
		return errArgument("Autopilot clusters do not support node pools of their own.")
	}
	delete(d, "nodeConfig")
	delete(d, "initialNodeCount")
	if err := k.fillCluster(r, before); err != nil {
		return err
	}
	for _, rule := range []func(*call, *resource, *resource) *apiError{clusterNetwork, clusterRanges, clusterEncryption, clusterComponents, clusterFleet, clusterMaintenance} {
		if err := rule(k, r, before); err != nil {
			return err
		}
	}
	return nil
}

// clusterNetwork: the cluster shows its networks by name, and in full elsewhere.
func clusterNetwork(k *call, r, before *resource) *apiError {
	d := r.data
	config := inner(d, "networkConfig")
	if before != nil {
		config["network"], config["subnetwork"] = object(before.data, "networkConfig")["network"], object(before.data, "networkConfig")["subnetwork"]
		return nil
	}
	location := k.arg("locationsId")
	full := func(member, collection string) string {
		name := text(d, member)
		if name == "" {
			name = "default"
		}
		if _, path, found := strings.Cut(name, "projects/"); found {
			name = "projects/" + path
		}
		if !strings.Contains(name, "/") {
			name = "projects/" + k.project.id + "/" + collection + "/" + name
		}
		return name
	}
	network, subnetwork := full("network", "global/networks"), full("subnetwork", "regions/"+location+"/subnetworks")
	sub := k.s.store.get("compute", subnetwork)
	switch {
	case k.s.store.get("compute", network) == nil:
		return errArgument("Network \"%s\" does not exist.", network)
	case sub == nil:
		return errArgument("Subnetwork \"%s\" does not exist.", subnetwork)
	case !strings.Contains(subnetwork, "/regions/"+location+"/"):
		return errArgument("Subnetwork \"%s\" is not in the cluster's region \"%s\".", subnetwork, location)
	case !samePath(text(sub.data, "network"), network):
		return errArgument("Subnetwork \"%s\" is not of network \"%s\".", subnetwork, network)
	}
	config["network"], config["subnetwork"] = network, subnetwork
	d["network"], d["subnetwork"] = network[strings.LastIndexByte(network, '/')+1:], sub.id()
	fillMissing(config, map[string]any{
		"datapathProvider": "ADVANCED_DATAPATH", "defaultSnatStatus": map[string]any{"disabled": false}, "serviceExternalIpsConfig": map[string]any{},
		"gatewayApiConfig": map[string]any{"channel": "CHANNEL_STANDARD"}, "dnsConfig": map[string]any{"clusterDns": "CLOUD_DNS", "clusterDnsScope": "CLUSTER_SCOPE", "clusterDnsDomain": "cluster.local"},
	})
	config["enableIntraNodeVisibility"] = true
	return nil
}

// clusterRanges looks up the ranges of pods and services in the subnetwork.
func clusterRanges(k *call, r, before *resource) *apiError {
	if before != nil {
		return nil
	}
	d := r.data
	policy := inner(d, "ipAllocationPolicy")
	policy["useIpAliases"] = true
	fillMissing(policy, map[string]any{"stackType": "IPV4", "defaultPodIpv4RangeUtilization": 0.0})
	sub := k.s.store.get("compute", text(object(d, "networkConfig"), "subnetwork"))
	ranges := map[string]string{}
	secondary, _ := sub.data["secondaryIpRanges"].([]any) // a subnetwork may have none
	for _, s := range secondary {
		if of, ok := s.(map[string]any); ok {
			ranges[text(of, "rangeName")] = text(of, "ipCidrRange")
		}
	}
	pods, services := text(policy, "clusterSecondaryRangeName"), text(policy, "servicesSecondaryRangeName")
	secondaries := map[string]string{"Pod": pods, "Service": services}
	for _, what := range sortedKeys(secondaries) { // in order, here and below: of two mistakes the same one is always told
		name := secondaries[what]
		if name != "" && ranges[name] == "" {
			return errArgument("%s secondary range \"%s\" does not exist in subnetwork \"%s\".", what, name, sub.id())
		}
	}
	if pods != "" && pods == services {
		return errArgument("Pods and services cannot use the same secondary range \"%s\".", pods)
	}
	blocks := map[string][2]string{
		"clusterIpv4CidrBlock":  {ranges[pods], "10.4.0.0/14"},
		"servicesIpv4CidrBlock": {ranges[services], "34.118.224.0/20"},
	}
	for _, member := range sortedKeys(blocks) {
		of := blocks[member]
		cidr := of[0]
		if asked := text(policy, member); cidr == "" && strings.Contains(asked, ".") {
			cidr = asked
		}
		if cidr == "" {
			cidr = of[1]
		}
		if _, err := netip.ParsePrefix(cidr); err != nil {
			return errArgument("Invalid value for field \"cluster.ipAllocationPolicy.%s\": \"%s\" is no CIDR range.", member, cidr)
		}
		policy[member] = cidr
	}
	policy["clusterIpv4Cidr"], policy["servicesIpv4Cidr"] = policy["clusterIpv4CidrBlock"], policy["servicesIpv4CidrBlock"]
	d["clusterIpv4Cidr"], d["servicesIpv4Cidr"] = policy["clusterIpv4CidrBlock"], policy["servicesIpv4CidrBlock"]
	return nil
}

func clusterEncryption(k *call, r, _ *resource) *apiError {
	encryption := object(r.data, "databaseEncryption")
	key, state := text(encryption, "keyName"), text(encryption, "state")
	location := k.arg("locationsId")
	switch {
	case state != "DECRYPTED" && key == "":
		return errArgument("Database encryption needs a key.")
	case key != "" && keyLocation(key) != location:
		return errArgument("The key \"%s\" must be in the cluster's region \"%s\".", key, location)
	}
	return nil
}

// clusterComponents: Autopilot logs and watches itself and the workloads always.
func clusterComponents(_ *call, r, _ *resource) *apiError {
	components := func(of string) []string {
		return texts(object(object(r.data, of), "componentConfig")["enableComponents"])
	}
	for _, needed := range texts(logged()) {
		if !slices.Contains(components("loggingConfig"), needed) {
			return errArgument("Autopilot clusters must log %s.", needed)
		}
	}
	if !slices.Contains(components("monitoringConfig"), "SYSTEM_COMPONENTS") {
		return errArgument("Autopilot clusters must monitor SYSTEM_COMPONENTS.")
	}
	tags := texts(object(object(r.data, "nodePoolAutoConfig"), "networkTags")["tags"])
	for _, tag := range tags {
		if !networkTag.MatchString(tag) {
			return errArgument("Invalid network tag \"%s\".", tag)
		}
	}
	return nil
}

var networkTag = regexp.MustCompile(`^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$`)

// clusterMaintenance refuses windows that are too short for upgrades to happen.
func clusterMaintenance(_ *call, r, _ *resource) *apiError {
	window := object(object(r.data, "maintenancePolicy"), "window")
	exclusions := object(window, "maintenanceExclusions")
	for _, name := range sortedKeys(exclusions) {
		exclusion := object(exclusions, name)
		options := object(exclusion, "maintenanceExclusionOptions")
		length, ok := span(exclusion)
		switch {
		case text(options, "endTimeBehavior") != "" && text(exclusion, "endTime") == "":
		case !ok || length <= 0:
			return errArgument("Maintenance exclusion \"%s\" must end after it starts.", name)
		case (text(options, "scope") == "" || text(options, "scope") == "NO_UPGRADES") && length > 30*24*time.Hour:
			return errArgument("Maintenance exclusion \"%s\" of scope NO_UPGRADES must not be longer than 30 days.", name)
		}
	}
	recurring, given := window["recurringWindow"].(map[string]any)
	if !given {
		return nil
	}
	length, ok := span(object(recurring, "window"))
	if !ok || length <= 0 {
		return errArgument("The maintenance window must end after it starts.")
	}
	perWeek, err := timesPerWeek(text(recurring, "recurrence"))
	if err != nil {
		return err
	}
	if available := length.Hours() * perWeek * 32 / 7; length < 4*time.Hour || available < 48 {
		return errArgument("maintenance policy would go longer than 32d without 48h maintenance availability of ≥4h contiguous duration.")
	}
	return nil
}

// span is how long a window is.
func span(window map[string]any) (time.Duration, bool) {
	start, err := time.Parse(time.RFC3339, text(window, "startTime"))
	end, err2 := time.Parse(time.RFC3339, text(window, "endTime"))
	return end.Sub(start), err == nil && err2 == nil
}

// timesPerWeek reads a recurrence rule. Rules that are not by days or weeks are
// not served.
func timesPerWeek(rule string) (float64, *apiError) {
	parts := map[string]string{}
	for part := range strings.SplitSeq(strings.TrimPrefix(rule, "RRULE:"), ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return 0, errArgument("Invalid recurrence rule \"%s\".", rule)
		}
		parts[name] = value
	}
	interval := 1.0
	if given, ok := parts["INTERVAL"]; ok {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 {
			return 0, errArgument("Invalid recurrence rule \"%s\".", rule)
		}
		interval = float64(n)
	}
	days := 1.0
	if by := parts["BYDAY"]; by != "" {
		days = float64(strings.Count(by, ",") + 1)
	}
	switch parts["FREQ"] {
	case "DAILY":
		return 7 / interval, nil
	case "WEEKLY":
		return days / interval, nil
	}
	return 0, errNotServed("the recurrence rule " + rule)
}
