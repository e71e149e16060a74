package api

import (
	"fmt"
	"slices"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/urlmap"
)

// checkURLMap refuses what Google refuses of routes: priorities out of order,
// weights beyond their range, hosts without matcher, tests that come elsewhere.
func checkURLMap(k *call, r, _ *resource) *apiError {
	if r.data["defaultService"] == nil && r.data["defaultUrlRedirect"] == nil && r.data["defaultRouteAction"] == nil {
		return errRequired("resource.defaultService")
	}
	if err := k.checkRouteAction(member(r.data, "defaultRouteAction"), "resource.defaultRouteAction"); err != nil {
		return err
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
			if err := k.checkRouteRule(rule, fmt.Sprintf("%s.routeRules[%d]", at, j), &last); err != nil {
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
	return runURLMapTests(r.data)
}

// maxURLMapTests is Google's limit of tests of one map.
// Source: Compute API reference, UrlMap.tests.
const maxURLMapTests = 100

// runURLMapTests tries a map's own tests, as Google does before it takes the map.
func runURLMapTests(data map[string]any) *apiError {
	if n := len(objectsOf(data, "tests")); n > maxURLMapTests {
		return errInvalid("resource.tests", n, fmt.Sprintf("A URL map has at most %d tests.", maxURLMapTests))
	}
	m, err := urlmap.Read(data)
	if err != nil {
		return errInvalid("resource", "", err.Error())
	}
	for _, failed := range m.RunTests() {
		return errInvalid("resource.tests", "", fmt.Sprintf("Test failure: Expect URL '%s%s' to map to service '%s', but actually mapped to '%s'.",
			failed.Test.Host, failed.Test.Path, failed.Test.Service, failed.Actual))
	}
	return nil
}

func (k *call) checkRouteRule(rule map[string]any, at string, last *float64) *apiError {
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
	for i, match := range objectsOf(rule, "matchRules") {
		paths := 0
		for _, name := range []string{"prefixMatch", "fullPathMatch", "regexMatch", "pathTemplateMatch"} {
			if text(match, name) != "" {
				paths++
			}
		}
		if paths > 1 {
			return errInvalid(fmt.Sprintf("%s.matchRules[%d]", at, i), "", "Only one of prefixMatch, fullPathMatch, regexMatch and pathTemplateMatch may be specified.")
		}
	}
	action := member(rule, "routeAction")
	weighted := objectsOf(action, "weightedBackendServices")
	switch {
	case len(weighted) > 0 && rule["service"] != nil:
		return errInvalid(at+".service", rule["service"], "A rule has either a service or weighted backend services.")
	case rule["service"] == nil && len(weighted) == 0 && rule["urlRedirect"] == nil:
		return errRequired(at + ".service")
	}
	return k.checkRouteAction(action, at+".routeAction")
}

// retryConditions are those that the Compute API knows.
// Source: its discovery document, HttpRetryPolicy.retryConditions.
var retryConditions = []string{"5xx", "gateway-error", "connect-failure", "retriable-4xx", "refused-stream", "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"}

func (k *call) checkRouteAction(action map[string]any, at string) *apiError {
	total, weighted := 0.0, objectsOf(action, "weightedBackendServices")
	for _, w := range weighted {
		weight, _ := w["weight"].(float64)
		if weight < 0 || weight > 1000 {
			return errInvalid(at+".weightedBackendServices[].weight", weight, "Must be between 0 and 1000.")
		}
		total += weight
		// A client that keeps to an endpoint cannot be sent by weight.
		if service := k.referred(text(w, "backendService")); service != nil {
			if affinity := text(service.data, "sessionAffinity"); affinity != "" && affinity != "NONE" {
				return errInvalid(at+".weightedBackendServices[].backendService", service.id(), "Weighted backend services must have session affinity NONE, not "+affinity+".")
			}
		}
	}
	if len(weighted) > 0 && total == 0 {
		return errInvalid(at+".weightedBackendServices", "", "At least one weight must be greater than 0.")
	}
	abort := member(member(action, "faultInjectionPolicy"), "abort")
	if status, ok := abort["httpStatus"].(float64); ok && (status < 200 || status > 599) {
		return errInvalid(at+".faultInjectionPolicy.abort.httpStatus", status, "Must be between 200 and 599.")
	}
	if percentage, ok := abort["percentage"].(float64); ok && (percentage < 0 || percentage > 100) {
		return errInvalid(at+".faultInjectionPolicy.abort.percentage", percentage, "Must be between 0 and 100.")
	}
	for _, condition := range texts(member(action, "retryPolicy")["retryConditions"]) {
		if !slices.Contains(retryConditions, condition) {
			return errInvalid(at+".retryPolicy.retryConditions", condition, "No such condition.")
		}
	}
	cache := member(action, "cachePolicy")
	if text(cache, "cacheMode") == "USE_ORIGIN_HEADERS" {
		for _, name := range []string{"clientTtl", "defaultTtl", "maxTtl"} {
			if cache[name] != nil {
				return errInvalid(at+".cachePolicy."+name, jsonText(cache[name]), "It cannot be set with cache mode USE_ORIGIN_HEADERS.")
			}
		}
	}
	return nil
}

// referred is the resource that a text names, nil when it names none that exists.
func (k *call) referred(text string) *resource {
	ref, ok := k.s.readReference(k, text)
	if !ok || ref.service == "" {
		return nil
	}
	return k.s.store.get(ref.service, ref.path)
}

// checkAffinity refuses session affinity on a service that a URL map weighs.
func (k *call) checkAffinity(r *resource) *apiError {
	affinity := text(r.data, "sessionAffinity")
	if affinity == "" || affinity == "NONE" {
		return nil
	}
	for _, key := range k.s.store.usedBy(r) {
		user := k.s.store.byKey[key]
		if user == nil || user.kind.word != "urlMaps" {
			continue
		}
		for _, matcher := range objectsOf(user.data, "pathMatchers") {
			for _, rule := range objectsOf(matcher, "routeRules") {
				for _, w := range objectsOf(member(rule, "routeAction"), "weightedBackendServices") {
					if weighed := k.referred(text(w, "backendService")); weighed != nil && weighed.path == r.path {
						return errInvalid("resource.sessionAffinity", affinity, fmt.Sprintf("The URL map '%s' sends requests here by weight, which needs session affinity NONE.", user.id()))
					}
				}
			}
		}
	}
	return nil
}
