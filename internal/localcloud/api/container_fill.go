package api

import (
	"encoding/base64"
	"strings"
)

// logged and monitored are the components of a cluster whose writer said nothing.
func logged() []any { return []any{"SYSTEM_COMPONENTS", "WORKLOADS"} }

func monitored() []any {
	return []any{"SYSTEM_COMPONENTS", "STORAGE", "HPA", "POD", "DAEMONSET", "DEPLOYMENT", "STATEFULSET", "CADVISOR", "KUBELET", "DCGM", "JOBSET"}
}

// fillCluster sets what an Autopilot cluster has when nobody sets it, and what
// only the server sets.
func (k *call) fillCluster(r, before *resource) *apiError {
	d := r.data
	location := k.arg("locationsId")
	channel := inner(d, "releaseChannel")
	fillMissing(channel, map[string]any{"channel": "REGULAR"})
	if before == nil {
		version, err := clusterVersion(text(channel, "channel"), text(d, "initialClusterVersion"))
		if err != nil {
			return err
		}
		d["initialClusterVersion"], d["currentMasterVersion"], d["currentNodeVersion"] = version, version, version
		d["location"], d["zone"] = location, location
		d["endpoint"] = k.s.addressIn("203.0.113.0", 24)
		inner(d, "masterAuth")["clusterCaCertificate"] = base64.StdEncoding.EncodeToString([]byte(pemOf([]byte(r.path))))
		d["id"] = strings.ReplaceAll(opaqueID(r.path), "-", "") + opaqueID(r.path)[:8]
		var zones []string
		for _, letter := range regionZones[location] {
			zones = append(zones, location+"-"+string(letter))
		}
		fillMissing(d, map[string]any{"locations": anys(zones)})
	}
	fillMissing(d, map[string]any{
		"loggingService": "logging.googleapis.com/kubernetes", "monitoringService": "monitoring.googleapis.com/kubernetes",
		"legacyAbac": map[string]any{}, "masterAuthorizedNetworksConfig": map[string]any{}, "defaultMaxPodsConstraint": map[string]any{"maxPodsPerNode": "110"},
		"binaryAuthorization": map[string]any{}, "enterpriseConfig": map[string]any{"clusterTier": "STANDARD"},
	})
	d["currentNodeCount"] = 0.0
	// Autopilot always has these, whatever is asked for.
	d["shieldedNodes"], d["verticalPodAutoscaling"] = map[string]any{"enabled": true}, map[string]any{"enabled": true}
	d["workloadIdentityConfig"] = map[string]any{"workloadPool": k.project.id + ".svc.id.goog"}
	fillMissing(inner(inner(d, "loggingConfig"), "componentConfig"), map[string]any{"enableComponents": logged()})
	monitoring := inner(d, "monitoringConfig")
	fillMissing(inner(monitoring, "componentConfig"), map[string]any{"enableComponents": monitored()})
	fillMissing(inner(monitoring, "managedPrometheusConfig"), map[string]any{"enabled": true})
	fillMissing(inner(monitoring, "advancedDatapathObservabilityConfig"), map[string]any{"enableMetrics": true, "enableRelay": false})
	fillMissing(inner(d, "notificationConfig"), map[string]any{"pubsub": map[string]any{}})
	fillMissing(inner(d, "securityPostureConfig"), map[string]any{"mode": "BASIC", "vulnerabilityMode": "VULNERABILITY_DISABLED"})
	fillMissing(inner(d, "anonymousAuthenticationConfig"), map[string]any{"mode": "ENABLED"})
	fillMissing(inner(d, "podAutoscaling"), map[string]any{"hpaProfile": "PERFORMANCE"})
	fillMissing(inner(d, "rbacBindingConfig"), map[string]any{"enableInsecureBindingSystemUnauthenticated": true, "enableInsecureBindingSystemAuthenticated": true})
	fillMissing(inner(d, "secretManagerConfig"), map[string]any{"enabled": false})
	fillMissing(inner(d, "controlPlaneEgress"), map[string]any{"mode": "NONE"})
	encryption := inner(d, "databaseEncryption")
	fillMissing(encryption, map[string]any{"state": "DECRYPTED"})
	encryption["currentState"] = "CURRENT_STATE_" + text(encryption, "state")
	addons := inner(d, "addonsConfig")
	for _, addon := range []string{"gcePersistentDiskCsiDriverConfig", "gcpFilestoreCsiDriverConfig", "gcsFuseCsiDriverConfig", "dnsCacheConfig"} {
		fillMissing(inner(addons, addon), map[string]any{"enabled": true})
	}
	for _, addon := range []string{"kubernetesDashboard", "networkPolicyConfig"} {
		fillMissing(inner(addons, addon), map[string]any{"disabled": true})
	}
	fillAutoscaling(inner(d, "autoscaling"))
	k.fillEndpoints(r)
	fillMaintenance(d, before)
	return nil
}

// fillAutoscaling: Autopilot provisions its nodes itself.
func fillAutoscaling(a map[string]any) {
	a["enableNodeAutoprovisioning"] = true
	limit := func(of string) any { return map[string]any{"resourceType": of, "maximum": "1000000000"} }
	fillMissing(a, map[string]any{"autoscalingProfile": "OPTIMIZE_UTILIZATION", "resourceLimits": []any{limit("cpu"), limit("memory")}})
	defaults := inner(a, "autoprovisioningNodePoolDefaults")
	fillMissing(defaults, map[string]any{
		"serviceAccount": "default", "imageType": "COS_CONTAINERD",
		"management":      map[string]any{"autoUpgrade": true, "autoRepair": true},
		"upgradeSettings": map[string]any{"maxSurge": 1.0, "strategy": "SURGE"},
		"oauthScopes":     []any{"https://www.googleapis.com/auth/devstorage.read_only", "https://www.googleapis.com/auth/logging.write", "https://www.googleapis.com/auth/monitoring"},
	})
}

// fillEndpoints says where the control plane is reached.
func (k *call) fillEndpoints(r *resource) {
	d := r.data
	config := inner(d, "controlPlaneEndpointsConfig")
	dns, ip := inner(config, "dnsEndpointConfig"), inner(config, "ipEndpointsConfig")
	id := strings.ReplaceAll(opaqueID(r.path), "-", "")
	dns["endpoint"] = "gke-" + id + "-" + k.project.number + "." + text(d, "location") + ".gke.goog"
	fillMissing(dns, map[string]any{"allowExternalTraffic": false})
	// What IP endpoints are like stays known while they are switched off.
	fillMissing(ip, map[string]any{"enabled": true, "enablePublicEndpoint": true, "authorizedNetworksConfig": map[string]any{}})
	private := inner(d, "privateClusterConfig")
	private["enablePrivateEndpoint"] = ip["enablePublicEndpoint"] != true
	for member, address := range map[string]any{"privateEndpoint": "10.255.0.2", "publicEndpoint": d["endpoint"]} {
		if ip["enabled"] == true {
			ip[member], private[member] = address, address
			continue
		}
		delete(ip, member)
		delete(private, member)
	}
	private["enablePrivateNodes"] = inner(d, "networkConfig")["defaultEnablePrivateNodes"] == true
}

// fillMaintenance gives the policy the version by which it can be changed.
func fillMaintenance(d map[string]any, before *resource) {
	policy := inner(d, "maintenancePolicy")
	daily, ok := object(policy, "window")["dailyMaintenanceWindow"].(map[string]any)
	if ok {
		daily["duration"] = "PT4H0M0S"
	}
	delete(policy, "resourceVersion")
	if before != nil {
		had := jsonCopy(object(before.data, "maintenancePolicy"))
		version := text(had, "resourceVersion")
		delete(had, "resourceVersion")
		if jsonText(had) == jsonText(policy) {
			policy["resourceVersion"] = version
			return
		}
		policy["resourceVersion"] = opaqueID(version + "next")[:8]
		return
	}
	policy["resourceVersion"] = opaqueID("maintenance")[:8]
}
