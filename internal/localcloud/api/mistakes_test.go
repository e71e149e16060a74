package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// request is a call of the API; body nil sends none.
type request struct {
	verb, address string
	body          object
}

// golden is something that terraform plan accepts and Google refuses.
type golden struct {
	name string
	// given are calls that must succeed before.
	given []request
	wrong request
	// status and says are the answer's.
	status int
	says   string
}

const (
	compute = "compute.googleapis.com/compute/v1/projects/" + testProject + "/"
	global  = compute + "global/"
)

func insert(collection string, body object) request { return request{"POST", collection, body} }

var aNetwork = insert(global+"networks", object{"name": "n", "autoCreateSubnetworks": false})

func aSubnetwork(region, ranges string, more ...string) request {
	body := object{"name": "s-" + region, "network": "global/networks/n", "ipCidrRange": ranges}
	var secondary []any
	for i, r := range more {
		secondary = append(secondary, object{"rangeName": "r" + string(rune('a'+i)), "ipCidrRange": r})
	}
	if secondary != nil {
		body["secondaryIpRanges"] = secondary
	}
	return insert(compute+"regions/"+region+"/subnetworks", body)
}

var (
	aHealthCheck = insert(global+"healthChecks", object{"name": "h", "type": "HTTP", "httpHealthCheck": object{"requestPath": "/"}})
	aService     = insert(global+"backendServices", object{"name": "s", "loadBalancingScheme": "EXTERNAL_MANAGED", "healthChecks": []any{"global/healthChecks/h"}})
	aURLMap      = insert(global+"urlMaps", object{"name": "u", "defaultService": "global/backendServices/s"})
	aProxy       = insert(global+"targetHttpProxies", object{"name": "p", "urlMap": "global/urlMaps/u"})
	anAddress    = insert(global+"addresses", object{"name": "a"})
)

func aRule(name, ports string) request {
	return insert(global+"forwardingRules", object{"name": name, "target": "global/targetHttpProxies/p", "IPAddress": "global/addresses/a", "portRange": ports, "loadBalancingScheme": "EXTERNAL_MANAGED"})
}

func routes(rules ...any) object {
	return object{"name": "v", "defaultService": "global/backendServices/s", "hostRules": []any{object{"hosts": []any{"h"}, "pathMatcher": "m"}},
		"pathMatchers": []any{object{"name": "m", "defaultService": "global/backendServices/s", "routeRules": rules}}}
}

func route(priority int, more object) object {
	out := object{"priority": priority, "matchRules": []any{object{"prefixMatch": "/"}}, "service": "global/backendServices/s"}
	for name, value := range more {
		out[name] = value
		if name == "routeAction" && more["service"] == nil {
			delete(out, "service")
		}
	}
	return out
}

var (
	anAffineService = insert(global+"backendServices", object{"name": "affine", "loadBalancingScheme": "EXTERNAL_MANAGED", "healthChecks": []any{"global/healthChecks/h"}, "sessionAffinity": "CLIENT_IP"})
	anotherService  = insert(global+"backendServices", object{"name": "other", "loadBalancingScheme": "EXTERNAL_MANAGED", "healthChecks": []any{"global/healthChecks/h"}})
)

// weighing is a URL map that sends requests to a service by weight.
func weighing(service string) object {
	out := routes(route(1, object{"routeAction": object{"weightedBackendServices": []any{object{"backendService": "global/backendServices/" + service, "weight": 1}}}}))
	out["defaultService"] = "global/backendServices/" + service
	out["pathMatchers"].([]any)[0].(object)["defaultService"] = "global/backendServices/" + service
	return out
}

// action is a route action beside the route's service.
func action(a object) object { return object{"routeAction": a, "service": "global/backendServices/s"} }

// tested is a URL map that expects a request at a service.
func tested(service string) object {
	out := routes(route(1, nil))
	out["tests"] = []any{object{"host": "h", "path": "/x", "service": service}}
	return out
}

// manyTests is a URL map with as many tests as given, all of which pass.
func manyTests(count int) object {
	out := tested("global/backendServices/s")
	out["tests"] = slices.Repeat(out["tests"].([]any), count)
	return out
}

// countries is an expression that any of them meets.
func countries(codes ...string) string {
	return "origin.region_code == '" + strings.Join(codes, "' || origin.region_code == '") + "'"
}

var computeMistakes = []golden{
	{"subnetworks that overlap", []request{aNetwork, aSubnetwork("us-east1", "10.0.0.0/16")}, aSubnetwork("us-west1", "10.0.128.0/20"), 400, "conflicts with existing range"},
	{"secondary range inside the primary", []request{aNetwork}, aSubnetwork("us-east1", "10.0.0.0/16", "10.0.4.0/24"), 400, "conflicts with existing range 10.0.0.0/16"},
	{"range with bits behind the prefix", []request{aNetwork}, aSubnetwork("us-east1", "10.0.0.1/16"), 400, "bits behind the prefix"},
	{"range that is too small", []request{aNetwork}, aSubnetwork("us-east1", "10.0.0.0/30"), 400, "between /4 and /29"},
	{"subnetwork of an absent network", nil, aSubnetwork("us-east1", "10.0.0.0/16"), 404, "global/networks/n' was not found"},
	{"region that does not exist", []request{aNetwork}, aSubnetwork("us-east9", "10.0.0.0/16"), 404, "regions/us-east9"},
	{"network with a subnetwork in it", []request{aNetwork, aSubnetwork("us-east1", "10.0.0.0/16")}, request{"DELETE", global + "networks/n", nil}, 400, "already being used by"},
	{"range for services inside a subnetwork", []request{aNetwork, aSubnetwork("us-east1", "10.0.0.0/16")},
		insert(global+"addresses", object{"name": "psa", "purpose": "VPC_PEERING", "addressType": "INTERNAL", "network": "global/networks/n", "address": "10.0.0.0", "prefixLength": 20}), 400, "The range 10.0.0.0/20 conflicts"},
	{"range for services without a size", []request{aNetwork}, insert(global+"addresses", object{"name": "psa", "purpose": "VPC_PEERING", "addressType": "INTERNAL", "network": "global/networks/n"}), 400, "between 8 and 29"},
	{"firewall that neither allows nor denies", []request{aNetwork}, insert(global+"firewalls", object{"name": "f", "network": "global/networks/n"}), 400, "must either allow or deny"},
	{"two NATs of one name", []request{aNetwork}, insert(compute+"regions/us-east1/routers", object{"name": "r", "network": "global/networks/n", "nats": []any{object{"name": "x"}, object{"name": "x"}}}), 400, "Two NATs"},
	{"health check slower than its interval", nil, insert(global+"healthChecks", object{"name": "h", "type": "TCP", "timeoutSec": 9, "checkIntervalSec": 5}), 400, "greater than checkIntervalSec"},
	{"backend service with an absent health check", nil, aService, 404, "global/healthChecks/h' was not found"},
	{"NEG with UTILIZATION", nil, request{"PATCH", global + "backendServices/seeded", object{"fingerprint": "FINGERPRINT", "backends": []any{object{"group": "zones/us-east1-b/networkEndpointGroups/neg"}}}}, 400, "UTILIZATION is not supported"},
	{"NEG that does not exist", nil, request{"PATCH", global + "backendServices/seeded", object{"fingerprint": "FINGERPRINT", "backends": []any{object{"group": "zones/us-east1-b/networkEndpointGroups/absent", "balancingMode": "RATE", "maxRatePerEndpoint": 1}}}}, 404, "networkEndpointGroups/absent' was not found"},
	{"capacity between 0 and a tenth", nil, request{"PATCH", global + "backendServices/seeded", object{"fingerprint": "FINGERPRINT", "backends": []any{object{"group": "zones/us-east1-b/networkEndpointGroups/neg", "balancingMode": "RATE", "maxRatePerEndpoint": 1, "capacityScaler": 0.05}}}}, 400, "range [0.1, 1.0]"},
	{"capacity 0 for the only backend", nil, request{"PATCH", global + "backendServices/seeded", object{"fingerprint": "FINGERPRINT", "backends": []any{object{"group": "zones/us-east1-b/networkEndpointGroups/neg", "balancingMode": "RATE", "maxRatePerEndpoint": 1, "capacityScaler": 0}}}}, 400, "only one backend"},
	{"stale fingerprint", nil, request{"PATCH", global + "backendServices/seeded", object{"fingerprint": "c3RhbGU=", "timeoutSec": 5}}, 412, "Invalid fingerprint"},
	{"CDN times that the origin decides", nil, request{"PATCH", global + "backendServices/seeded", object{"fingerprint": "FINGERPRINT", "enableCDN": true, "cdnPolicy": object{"cacheMode": "USE_ORIGIN_HEADERS", "defaultTtl": 60}}}, 400, "cache mode USE_ORIGIN_HEADERS"},
	{"backend bucket without its bucket", nil, insert(global+"backendBuckets", object{"name": "b", "bucketName": "absent-bucket"}), 400, "The bucket does not exist"},
	{"route rules out of order", []request{aHealthCheck, aService}, insert(global+"urlMaps", routes(route(20, nil), route(10, nil))), 400, "ascending order"},
	{"weights of nothing", []request{aHealthCheck, aService}, insert(global+"urlMaps", routes(route(1, object{"routeAction": object{"weightedBackendServices": []any{object{"backendService": "global/backendServices/s", "weight": 0}}}}))), 400, "At least one weight"},
	{"weight beyond its range", []request{aHealthCheck, aService}, insert(global+"urlMaps", routes(route(1, object{"routeAction": object{"weightedBackendServices": []any{object{"backendService": "global/backendServices/s", "weight": 1001}}}}))), 400, "between 0 and 1000"},
	{"session affinity beside weights", []request{aHealthCheck, anAffineService}, insert(global+"urlMaps", weighing("affine")), 400, "must have session affinity NONE, not CLIENT_IP"},
	{"session affinity where weights decide", []request{aHealthCheck, aService, insert(global+"urlMaps", weighing("seeded"))}, request{"PATCH", global + "backendServices/seeded", object{"fingerprint": "FINGERPRINT", "sessionAffinity": "CLIENT_IP"}}, 400, "sends requests here by weight"},
	{"two paths in one match", []request{aHealthCheck, aService}, insert(global+"urlMaps", routes(route(1, object{"matchRules": []any{object{"prefixMatch": "/", "fullPathMatch": "/a"}}}))), 400, "Only one of prefixMatch"},
	{"abort with what is no status", []request{aHealthCheck, aService}, insert(global+"urlMaps", routes(route(1, action(object{"faultInjectionPolicy": object{"abort": object{"httpStatus": 99, "percentage": 100}}})))), 400, "between 200 and 599"},
	{"abort of more than all", []request{aHealthCheck, aService}, insert(global+"urlMaps", routes(route(1, action(object{"faultInjectionPolicy": object{"abort": object{"httpStatus": 503, "percentage": 101}}})))), 400, "between 0 and 100"},
	{"retry on what cannot happen", []request{aHealthCheck, aService}, insert(global+"urlMaps", routes(route(1, action(object{"retryPolicy": object{"numRetries": 1, "retryConditions": []any{"rain"}}})))), 400, "No such condition"},
	{"route's cache times that the origin decides", []request{aHealthCheck, aService}, insert(global+"urlMaps", routes(route(1, action(object{"cachePolicy": object{"cacheMode": "USE_ORIGIN_HEADERS", "maxTtl": object{"seconds": "60"}}})))), 400, "cachePolicy.maxTtl"},
	{"test that comes elsewhere", []request{aHealthCheck, aService, anotherService}, insert(global+"urlMaps", tested("global/backendServices/other")), 400, "Expect URL 'h/x' to map to service"},
	{"more tests than a map has", []request{aHealthCheck, aService}, insert(global+"urlMaps", manyTests(101)), 400, "at most 100 tests"},
	{"host rule without its matcher", []request{aHealthCheck, aService}, insert(global+"urlMaps", object{"name": "v", "defaultService": "global/backendServices/s", "hostRules": []any{object{"hosts": []any{"h"}, "pathMatcher": "x"}}}), 400, "No path matcher has this name"},
	{"backend service in use", []request{aHealthCheck, aService, aURLMap}, request{"DELETE", global + "backendServices/s", nil}, 400, "global/urlMaps/u'"},
	{"health check in use", []request{aHealthCheck, aService}, request{"DELETE", global + "healthChecks/h", nil}, 400, "global/backendServices/s'"},
	{"URL map in use", []request{aHealthCheck, aService, aURLMap, aProxy}, request{"DELETE", global + "urlMaps/u", nil}, 400, "targetHttpProxies/p"},
	{"HTTPS without a certificate", []request{aHealthCheck, aService, aURLMap}, insert(global+"targetHttpsProxies", object{"name": "p", "urlMap": "global/urlMaps/u"}), 400, "needs a certificate"},
	{"certificate map that does not exist", []request{aHealthCheck, aService, aURLMap}, insert(global+"targetHttpsProxies", object{"name": "p", "urlMap": "global/urlMaps/u", "certificateMap": "//certificatemanager.googleapis.com/projects/" + testProject + "/locations/global/certificateMaps/absent"}), 404, "certificateMaps/absent"},
	{"two rules on one address and port", []request{aHealthCheck, aService, aURLMap, aProxy, anAddress, aRule("one", "80")}, aRule("two", "80"), 400, "Address and ports are in use"},
	{"policy rules of one priority", nil, insert(global+"securityPolicies", object{"name": "p", "rules": []any{object{"priority": 1, "action": "allow"}, object{"priority": 1, "action": "allow"}}}), 400, "Two rules have this priority"},
	{"rate limit at the edge", nil, insert(global+"securityPolicies", object{"name": "p", "type": "CLOUD_ARMOR_EDGE", "rules": []any{object{"priority": 1, "action": "throttle", "rateLimitOptions": object{}}}}), 400, "does not limit rates"},
	{"throttling without a limit", nil, insert(global+"securityPolicies", object{"name": "p", "rules": []any{object{"priority": 1, "action": "throttle"}}}), 400, "needs a rate limit"},
	{"throttling beyond Google's limit", nil, insert(global+"securityPolicies", object{"name": "p", "rules": []any{object{"priority": 1, "action": "throttle", "rateLimitOptions": object{"rateLimitThreshold": object{"count": 2000000, "intervalSec": 60}}}}}), 400, "between 1 and 1000000"},
	{"six conditions in one rule", nil, insert(global+"securityPolicies", object{"name": "p", "rules": []any{object{"priority": 1, "action": "deny(403)", "match": object{"expr": object{"expression": countries("AA", "AB", "AC", "AD", "AE", "AF")}}}}}), 400, "at most 5 subexpressions, not 6"},
	{"TLS features without a custom profile", nil, insert(global+"sslPolicies", object{"name": "t", "profile": "MODERN", "customFeatures": []any{"TLS_RSA_WITH_AES_128_GCM_SHA256"}}), 400, "Only profile CUSTOM"},
}

// TestMistakes: what plan accepts and Google refuses is refused here, each by a
// check of its own.
func TestMistakes(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	count := 0
	for _, mistakes := range [][]golden{computeMistakes, spannerMistakes, bigQueryMistakes, pubSubMistakes, otherMistakes, observabilityMistakes} {
		for _, m := range mistakes {
			count++
			if other := said[m.says]; other != "" {
				t.Errorf("%q and %q are told by the same words: %q", other, m.name, m.says)
			}
			said[m.says] = m.name
			t.Run(m.name, func(t *testing.T) {
				t.Parallel()
				c := newCloud(t, api.Options{Spanner: newMemorySpanner()})
				c.server.AddBackendService(testProject, "seeded", nil)
				c.server.AddNEG(testProject, "us-east1-b", "neg", 3)
				for _, r := range m.given {
					c.do(r.verb, r.address, r.body)
				}
				if m.wrong.body["fingerprint"] == "FINGERPRINT" {
					m.wrong.body["fingerprint"] = c.server.BackendService(testProject, "seeded")["fingerprint"]
				}
				before := len(c.server.Requests())
				c.refused(m.status, m.says, m.wrong.verb, m.wrong.address, m.wrong.body)
				if name := c.server.Requests()[before].Name; name == "" || m.status == http.StatusNotImplemented {
					t.Errorf("the mistake is no call of the API: %s %s", m.wrong.verb, m.wrong.address)
				}
			})
		}
	}
	t.Logf("%d mistakes", count)
	if count < 30 {
		t.Errorf("only %d mistakes", count)
	}
}

// A rule shows its address as a number; a change of the rule does not let go of
// the address, be it global or of a region.
func TestRuleKeepsItsAddress(t *testing.T) {
	t.Parallel()
	for _, scope := range []string{"global", "regions/us-east1"} {
		t.Run(scope, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			c.given(aHealthCheck, aService, aURLMap, aProxy, insert(compute+scope+"/addresses", object{"name": "a"}))
			rules := compute + scope + "/forwardingRules"
			rule := func(name string) object {
				return object{"name": name, "target": "global/targetHttpProxies/p", "IPAddress": scope + "/addresses/a", "portRange": "80", "loadBalancingScheme": "EXTERNAL_MANAGED"}
			}
			c.do("POST", rules, rule("one"))
			fingerprint := c.do("GET", rules+"/one", nil)["labelFingerprint"]
			c.do("POST", rules+"/one/setLabels", object{"labels": object{"team": "ledger"}, "labelFingerprint": fingerprint})
			c.refused(400, "already being used by", "DELETE", compute+scope+"/addresses/a", nil)
			c.refused(400, "Address and ports are in use", "POST", rules, rule("two"))
			c.do("DELETE", rules+"/one", nil)
			c.do("DELETE", compute+scope+"/addresses/a", nil)
		})
	}
}

// Of two mistakes in one request the same one is told every time.
func TestMistakesComeInOrder(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	for range 20 {
		c.refused(404, "sslPolicies/absent' was not found", "POST", global+"targetHttpsProxies",
			object{"name": "p", "urlMap": "global/urlMaps/absent", "sslPolicy": "global/sslPolicies/absent"})
	}
}
