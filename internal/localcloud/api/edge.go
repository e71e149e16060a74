package api

import (
	"fmt"
	"strings"
)

// registerEdge: what of the load balancer's front half a schema does not say.
func registerEdge(h *hooks) {
	h.check["compute forwardingRules"] = checkForwardingRule
	h.check["compute urlMaps"] = checkURLMap
	h.check["compute backendBuckets"] = checkBackendBucket
	h.check["compute targetHttpsProxies"] = checkHTTPSProxy
	h.check["compute healthChecks"] = checkHealthCheck
	h.check["compute sslPolicies"] = checkSSLPolicy
	h.refers["compute forwardingRules"] = forwardingRuleUses
	h.methods["compute.targetHttpsProxies.setCertificateMap"] = setMembers
}

// checkForwardingRule resolves the address: the API shows it as a number,
// however it was given.
func checkForwardingRule(k *call, r, before *resource) *apiError {
	given := text(r.data, "IPAddress")
	if ref, ok := k.s.readReference(k, given); ok {
		address := k.s.store.get("compute", ref.path)
		if address == nil {
			return errNotFound(ref.path)
		}
		if scheme := text(r.data, "loadBalancingScheme"); strings.HasPrefix(scheme, "EXTERNAL") && text(address.data, "addressType") != "EXTERNAL" {
			return errInvalid("resource.IPAddress", given, "An external forwarding rule needs an external address.")
		}
		r.data["IPAddress"] = address.data["address"]
		if r.extra == nil {
			r.extra = map[string]any{}
		}
		r.extra["address"] = address.key()
	}
	dropNulls(r.data)
	if r.data["IPProtocol"] == nil {
		r.data["IPProtocol"] = "TCP"
	}
	if ports := text(r.data, "portRange"); ports != "" && !strings.Contains(ports, "-") {
		r.data["portRange"] = ports + "-" + ports
	}
	r.data["networkTier"] = "PREMIUM"
	for _, key := range k.s.store.usedByKey(text(r.extra, "address")) {
		other := k.s.store.byKey[key]
		if other != nil && other.path != r.path && other.data["portRange"] == r.data["portRange"] && other.kind == r.kind {
			return errInvalid("resource.IPAddress", given, fmt.Sprintf("Address and ports are in use by '%s'.", other.path))
		}
	}
	target := text(r.data, "target")
	if before == nil && target == "" && r.data["backendService"] == nil {
		return errRequired("resource.target")
	}
	switch ports := text(r.data, "portRange"); {
	case strings.Contains(target, "/targetHttpsProxies/") && ports != "443-443":
		return errInvalid("resource.portRange", ports, "A target HTTPS proxy takes port 443.")
	}
	return nil
}

// forwardingRuleUses: once the rule shows its address as a number, nothing in it
// names the address, which is in use all the same.
func forwardingRuleUses(r *resource) []string {
	if key := text(r.extra, "address"); key != "" {
		return []string{key}
	}
	return nil
}

// checkBackendBucket: the bucket is named, not referred to by a path.
func checkBackendBucket(k *call, r, _ *resource) *apiError {
	name := text(r.data, "bucketName")
	if !bucketName.MatchString(name) || k.s.store.get("storage", "b/"+name) == nil {
		return errInvalid("resource.bucketName", name, "The bucket does not exist.")
	}
	return nil
}

// checkHTTPSProxy refuses a proxy without a certificate.
func checkHTTPSProxy(_ *call, r, _ *resource) *apiError {
	if r.data["certificateMap"] == nil && len(texts(r.data["sslCertificates"])) == 0 {
		return errInvalid("resource.sslCertificates", "", "A target HTTPS proxy needs a certificate or a certificate map.")
	}
	if r.data["quicOverride"] == nil {
		r.data["quicOverride"] = "NONE"
	}
	return nil
}

// checkHealthCheck refuses a timeout longer than the interval, and fills in
// what a check leaves out.
func checkHealthCheck(_ *call, r, _ *resource) *apiError {
	for name, value := range map[string]any{"checkIntervalSec": 5.0, "timeoutSec": 5.0, "healthyThreshold": 2.0, "unhealthyThreshold": 2.0} {
		if r.data[name] == nil {
			r.data[name] = value
		}
	}
	interval, _ := r.data["checkIntervalSec"].(float64)
	timeout, _ := r.data["timeoutSec"].(float64)
	if timeout > interval {
		return errInvalid("resource.timeoutSec", timeout, "Must not be greater than checkIntervalSec.")
	}
	kinds := map[string]string{"httpHealthCheck": "HTTP", "httpsHealthCheck": "HTTPS", "http2HealthCheck": "HTTP2", "tcpHealthCheck": "TCP", "grpcHealthCheck": "GRPC", "sslHealthCheck": "SSL"}
	for _, member := range sortedKeys(kinds) { // in order: of two members the same one always decides
		kind := kinds[member]
		if r.data[member] != nil {
			r.data["type"] = kind
			if check, ok := r.data[member].(map[string]any); ok && strings.HasPrefix(kind, "HTTP") {
				r.data[member] = mergePatch(map[string]any{"requestPath": "/", "proxyHeader": "NONE"}, check)
			}
		}
	}
	if r.data["type"] == nil {
		return errRequired("resource.type")
	}
	return nil
}

// checkSSLPolicy refuses features without a custom profile.
func checkSSLPolicy(_ *call, r, _ *resource) *apiError {
	custom := texts(r.data["customFeatures"])
	switch profile := text(r.data, "profile"); {
	case profile == "CUSTOM" && len(custom) == 0:
		return errInvalid("resource.customFeatures", "", "Profile CUSTOM needs features.")
	case profile != "CUSTOM" && len(custom) > 0:
		return errInvalid("resource.customFeatures", custom[0], "Only profile CUSTOM takes features.")
	case profile == "":
		r.data["profile"] = "COMPATIBLE"
	}
	if r.data["minTlsVersion"] == nil {
		r.data["minTlsVersion"] = "TLS_1_0"
	}
	return nil
}
