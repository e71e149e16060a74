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

// checkURLMap refuses what Google refuses of routes: priorities out of order,
// weights beyond their range, tests that name nothing, hosts without matcher.
func checkURLMap(_ *call, r, _ *resource) *apiError {
	if r.data["defaultService"] == nil && r.data["defaultUrlRedirect"] == nil && r.data["defaultRouteAction"] == nil {
		return errRequired("resource.defaultService")
	}
	matchers := map[string]bool{}
	for i, matcher := range objectsOf(r.data, "pathMatchers") {
		at := fmt.Sprintf("resource.pathMatchers[%d]", i)
		matchers[text(matcher, "name")] = true
		if len(objectsOf(matcher, "routeRules")) > 0 && len(objectsOf(matcher, "pathRules")) > 0 {
			return errInvalid(at, text(matcher, "name"), "A path matcher has either path rules or route rules.")
		}
		last := -1.0
		for j, rule := range objectsOf(matcher, "routeRules") {
			if err := checkRouteRule(rule, fmt.Sprintf("%s.routeRules[%d]", at, j), &last); err != nil {
				return err
			}
		}
	}
	hosts := map[string]bool{}
	for i, rule := range objectsOf(r.data, "hostRules") {
		at := fmt.Sprintf("resource.hostRules[%d]", i)
		if !matchers[text(rule, "pathMatcher")] {
			return errInvalid(at+".pathMatcher", text(rule, "pathMatcher"), "No path matcher has this name.")
		}
		for _, host := range texts(rule["hosts"]) {
			if hosts[host] {
				return errInvalid(at+".hosts", host, "A host may stand in one host rule only.")
			}
			hosts[host] = true
		}
	}
	return nil
}

func checkRouteRule(rule map[string]any, at string, last *float64) *apiError {
	priority, ok := rule["priority"].(float64)
	switch {
	case !ok:
		return errRequired(at + ".priority")
	case priority <= *last:
		return errInvalid(at+".priority", priority, "Route rules must be listed in ascending order of their priorities.")
	case len(objectsOf(rule, "matchRules")) == 0:
		return errRequired(at + ".matchRules")
	}
	*last = priority
	action, _ := rule["routeAction"].(map[string]any)
	total := 0.0
	weighted := objectsOf(action, "weightedBackendServices")
	for _, w := range weighted {
		weight, _ := w["weight"].(float64)
		if weight < 0 || weight > 1000 {
			return errInvalid(at+".routeAction.weightedBackendServices[].weight", weight, "Must be between 0 and 1000.")
		}
		total += weight
	}
	switch {
	case len(weighted) > 0 && total == 0:
		return errInvalid(at+".routeAction.weightedBackendServices", "", "At least one weight must be greater than 0.")
	case len(weighted) > 0 && rule["service"] != nil:
		return errInvalid(at+".service", rule["service"], "A rule has either a service or weighted backend services.")
	case rule["service"] == nil && len(weighted) == 0 && rule["urlRedirect"] == nil:
		return errRequired(at + ".service")
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
