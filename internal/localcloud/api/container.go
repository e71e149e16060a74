package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
)

// registerContainer: a cluster is changed by naming what is desired, one method
// knows which versions there are, and the document says nothing of what a new
// cluster gets. Only Autopilot clusters are served: they have no node pools that
// a client can see to.
func registerContainer(h *hooks) {
	clusters := kindKey("container", "clusters")
	h.check[clusters], h.deletion[clusters] = checkCluster, idleCluster
	h.made[clusters] = registerCluster
	h.gone[clusters] = func(s *Server, r *resource) {
		unregisterCluster(s, r)
		emptyNEGs(s, r)
	}
	h.refers[clusters] = clusterUses
	const methods = "container.projects.locations."
	h.methods[methods+"getServerConfig"] = serverConfig
	h.methods[methods+"clusters.update"] = updateCluster
	h.methods[methods+"clusters.setResourceLabels"] = setClusterLabels
	h.methods[methods+"clusters.setMaintenancePolicy"] = setClusterMaintenance
	for _, name := range []string{"create", "delete", "update", "setAutoscaling", "setManagement", "setSize", "rollback"} {
		h.methods[methods+"clusters.nodePools."+name] = func(k *call) (map[string]any, *apiError) {
			if _, err := k.find(clusterPath(k.path)); err != nil {
				return nil, err
			}
			return nil, errArgument("Autopilot clusters do not support mutating node pools.")
		}
	}
}

// clusterUses: a cluster names its network and subnetwork in members that only
// the server writes.
func clusterUses(r *resource) []string {
	config := object(r.data, "networkConfig")
	return []string{resourceKey("compute", text(config, "network")), resourceKey("compute", text(config, "subnetwork"))}
}

// clusterOperationType is what the API calls a change.
func clusterOperationType(verb string) string {
	switch verb {
	case "insert":
		return "CREATE_CLUSTER"
	case "delete":
		return "DELETE_CLUSTER"
	}
	return verb
}

// clusterPath is the part of a path that names the cluster.
func clusterPath(path string) string {
	segments := strings.Split(path, "/")
	if len(segments) > 6 {
		segments = segments[:6]
	}
	name, _, _ := strings.Cut(segments[len(segments)-1], ":")
	segments[len(segments)-1] = name
	return strings.Join(segments, "/")
}

// clusterVersions are the versions that channels offer, the newest first. A
// cluster that asks for none gets its channel's default, which is the last.
func clusterVersions(channel string) []string {
	switch channel {
	case "RAPID":
		return []string{"1.35.1-gke.1200000", "1.34.4-gke.1100000"}
	case "STABLE", "EXTENDED":
		return []string{"1.33.6-gke.1300000", "1.32.9-gke.1500000"}
	}
	return []string{"1.34.2-gke.1400000", "1.33.6-gke.1300000"}
}

// clusterVersion finds the version of a channel that a client asks for: all of
// it, its beginning, or "latest".
func clusterVersion(channel, wanted string) (string, *apiError) {
	offered := clusterVersions(channel)
	switch wanted {
	case "", "-":
		return offered[len(offered)-1], nil
	case "latest":
		return offered[0], nil
	}
	for _, version := range offered {
		if version == wanted || strings.HasPrefix(version, wanted+".") || strings.HasPrefix(version, wanted+"-") {
			return version, nil
		}
	}
	return "", errArgument("Master version \"%s\" is unsupported.", wanted)
}

func serverConfig(*call) (map[string]any, *apiError) {
	var channels []any
	var all []string
	for _, channel := range []string{"RAPID", "REGULAR", "STABLE", "EXTENDED"} {
		offered := clusterVersions(channel)
		all = append(all, offered...)
		channels = append(channels, map[string]any{
			"channel": channel, "validVersions": anys(offered), "defaultVersion": offered[len(offered)-1], "upgradeTargetVersion": offered[0],
		})
	}
	slices.Sort(all)
	all = slices.Compact(all)
	slices.Reverse(all)
	regular := clusterVersions("REGULAR")
	return map[string]any{
		"channels": channels, "defaultClusterVersion": regular[len(regular)-1], "validMasterVersions": anys(all), "validNodeVersions": anys(all),
		"defaultImageType": "COS_CONTAINERD", "validImageTypes": []any{"COS_CONTAINERD", "UBUNTU_CONTAINERD"},
	}, nil
}

// idleCluster refuses a second change while the first is not done.
func idleCluster(k *call, r *resource) *apiError {
	if r.pending == nil {
		return nil
	}
	// Asking counts as a poll, so that a change whose client was killed does not
	// block the cluster for ever.
	k.s.advance(r.pending)
	return errPrecondition(fmt.Sprintf("Cluster %s is currently being changed by %s. Please wait and try again once it is done.", r.id(), text(r.pending.data, "name")))
}

// clusterTarget finds the cluster that a method is about.
func (k *call) clusterTarget() (*resource, *apiError) {
	r, err := k.find(clusterPath(k.path))
	if err != nil {
		return nil, err
	}
	if err := idleCluster(k, r); err != nil {
		return nil, err
	}
	return r, nil
}

// desiredPlaces are the members of a cluster that are changed under another name.
var desiredPlaces = map[string]string{
	"desiredClusterAutoscaling":                    "autoscaling",
	"desiredNodePoolAutoConfigNetworkTags":         "nodePoolAutoConfig.networkTags",
	"desiredNodePoolAutoConfigResourceManagerTags": "nodePoolAutoConfig.resourceManagerTags",
	"desiredNodePoolAutoConfigKubeletConfig":       "nodePoolAutoConfig.nodeKubeletConfig",
	"desiredNodePoolAutoConfigLinuxNodeConfig":     "nodePoolAutoConfig.linuxNodeConfig",
	"desiredAutopilotWorkloadPolicyConfig":         "autopilot.workloadPolicyConfig",
	"desiredAutopilotClusterPolicyConfig":          "autopilot.clusterPolicyConfig",
	"desiredPrivilegedAdmissionConfig":             "autopilot.privilegedAdmissionConfig",
	"desiredStackType":                             "ipAllocationPolicy.stackType",
	"desiredNetworkTierConfig":                     "ipAllocationPolicy.networkTierConfig",
	"desiredAutoIpamConfig":                        "ipAllocationPolicy.autoIpamConfig",
	"desiredMasterVersion":                         "currentMasterVersion",
	"desiredNodeVersion":                           "currentNodeVersion",
}

// desiredPlace is where in a cluster a member of an update belongs: under its
// own name, in the cluster or in its network settings, or where the table says.
func (k *call) desiredPlace(name string) ([]string, bool) {
	if place := desiredPlaces[name]; place != "" {
		return strings.Split(place, "."), true
	}
	rest, desired := strings.CutPrefix(name, "desired")
	if desired {
		first := []rune(rest)
		first[0] = unicode.ToLower(first[0])
		name = string(first)
	}
	switch schemas := k.method.Document.Schemas; {
	case schemas["Cluster"].Properties[name] != nil:
		return []string{name}, true
	case desired && schemas["NetworkConfig"].Properties[name] != nil:
		return []string{"networkConfig", name}, true
	}
	return nil, false
}

// updateCluster changes what the request desires.
func updateCluster(k *call) (map[string]any, *apiError) {
	r, err := k.clusterTarget()
	if err != nil {
		return nil, err
	}
	update := object(k.body, "update")
	if etag := text(update, "etag"); etag != "" && etag != text(r.data, "etag") {
		return nil, errEtag()
	}
	delete(update, "etag")
	dropNulls(update)
	if len(update) == 0 {
		return nil, errArgument("Must specify a field to update.")
	}
	after := jsonCopy(r.data)
	for _, name := range sortedKeys(update) {
		place, known := k.desiredPlace(name)
		if !known {
			return nil, errNotServed(k.method.ID + " of " + name)
		}
		if property := k.method.Document.Schemas["ClusterUpdate"].Properties[name]; property != nil && property.Ref != "" {
			k.dropReadOnly(property.Ref, object(update, name))
		}
		to := after
		for _, step := range place[:len(place)-1] {
			to = inner(to, step)
		}
		last := place[len(place)-1]
		wanted, isObject := update[name].(map[string]any)
		if !isObject {
			to[last] = update[name]
			continue
		}
		to[last] = mergePatch(object(to, last), wanted)
	}
	for _, name := range []string{"desiredMasterVersion", "desiredNodeVersion"} {
		if wanted := text(update, name); wanted != "" {
			version, err := clusterVersion(text(object(after, "releaseChannel"), "channel"), wanted)
			if err != nil {
				return nil, err
			}
			after[desiredPlaces[name]] = version
		}
	}
	return k.replaceCluster(r, "UPDATE_CLUSTER", after)
}

// replaceCluster stores a changed cluster. A fleet that it joins or leaves so
// has it as a member or not.
func (k *call) replaceCluster(r *resource, verb string, after map[string]any) (map[string]any, *apiError) {
	project := text(object(r.data, "fleet"), "project")
	return k.replaceThen(r, verb, after, func() {
		if text(object(r.data, "fleet"), "project") != project {
			registerCluster(k.s, r)
		}
	})
}

func setClusterLabels(k *call) (map[string]any, *apiError) {
	r, err := k.clusterTarget()
	if err != nil {
		return nil, err
	}
	if given := text(k.body, "labelFingerprint"); given != text(r.data, "labelFingerprint") {
		return nil, &apiError{code: http.StatusPreconditionFailed, reason: "conditionNotMet", status: "FAILED_PRECONDITION",
			message: "Labels could not be set: the label fingerprint is not the current one."}
	}
	after := maps.Clone(r.data)
	after["resourceLabels"] = k.body["resourceLabels"]
	dropNulls(after)
	return k.replace(r, "SET_LABELS", after)
}

// setClusterMaintenance replaces the maintenance policy. It must have been made
// from the one that is there.
func setClusterMaintenance(k *call) (map[string]any, *apiError) {
	r, err := k.clusterTarget()
	if err != nil {
		return nil, err
	}
	policy, given := k.body["maintenancePolicy"].(map[string]any)
	if !given {
		return nil, errRequired("maintenancePolicy")
	}
	if text(policy, "resourceVersion") != text(object(r.data, "maintenancePolicy"), "resourceVersion") {
		return nil, errPrecondition("The maintenance policy was changed meanwhile: its resource version is not the current one.")
	}
	dropNulls(policy)
	after := maps.Clone(r.data)
	after["maintenancePolicy"] = policy
	return k.replace(r, "SET_MAINTENANCE_POLICY", after)
}
