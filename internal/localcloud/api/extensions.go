package api

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// registerExtensions: what kind of extension does what, and that a load
// balancer takes one of each, is prose in the document.
func registerExtensions(h *hooks) {
	h.check["networkservices wasmPlugins"] = checkWasmPlugin
	h.show["networkservices wasmPlugins"] = showWasmPlugin
	for word, events := range map[string][]string{
		"lbRouteExtensions":   {"REQUEST_HEADERS", "REQUEST_BODY", "REQUEST_TRAILERS"},
		"lbTrafficExtensions": {"REQUEST_HEADERS", "REQUEST_BODY", "REQUEST_TRAILERS", "RESPONSE_HEADERS", "RESPONSE_BODY", "RESPONSE_TRAILERS"},
		"lbEdgeExtensions":    {"REQUEST_HEADERS"},
	} {
		h.check["networkservices "+word] = func(k *call, r, _ *resource) *apiError { return k.checkExtension(r, events) }
	}
}

func checkWasmPlugin(k *call, r, before *resource) *apiError {
	versions := memberAt(r.data, "versions")
	mainVersion := text(r.data, "mainVersionId")
	if mainVersion == "" {
		return errArgument("A plugin needs a main_version_id")
	}
	if versions[mainVersion] == nil {
		return errArgument("The plugin's main version '%s' is none of its versions", mainVersion)
	}
	now := k.s.timestamp("networkservices")
	for _, id := range slices.Sorted(maps.Keys(versions)) {
		version := memberAt(versions, id)
		image := text(version, "imageUri")
		if !strings.Contains(image, "-docker.pkg.dev/") {
			return errArgument("The image '%s' of version %s is in no repository of Artifact Registry", image, id)
		}
		setDefault(version, "createTime", now)
		setDefault(version, "updateTime", now)
		sum := sha256.Sum256([]byte(image))
		setDefault(version, "imageDigest", fmt.Sprintf("sha256:%x", sum))
		if before != nil {
			if was := text(memberAt(before.data, "versions", id), "imageUri"); was != "" && was != image {
				return errArgument("Version %s of the plugin cannot change: make another", id)
			}
		}
	}
	return nil
}

// showWasmPlugin says who uses a plugin.
func showWasmPlugin(s *Server, r *resource) map[string]any {
	shown := jsonCopy(r.data)
	var users []any
	for _, key := range s.store.usedBy(r) {
		_, path, _ := strings.Cut(key, " ")
		users = append(users, map[string]any{"name": path})
	}
	if users != nil {
		shown["usedBy"] = users
	}
	return shown
}

const maxExtensions = 3

func (k *call) checkExtension(r *resource, events []string) *apiError {
	rules := texts(r.data["forwardingRules"])
	chains := listOfObjects(r.data["extensionChains"])
	scheme := text(r.data, "loadBalancingScheme")
	switch {
	case len(rules) == 0:
		return errArgument("An extension needs a forwarding rule")
	case len(chains) == 0:
		return errArgument("An extension needs a chain")
	case scheme == "":
		return errArgument("An extension needs a load balancing scheme")
	}
	for _, rule := range rules {
		ref, ok := k.s.readReference(k, rule)
		if !ok || ref.service == "" {
			continue // refused as a missing reference
		}
		target := k.s.store.get(ref.service, ref.path)
		if got := text(target.data, "loadBalancingScheme"); got != scheme {
			return errArgument("Forwarding rule %s has the load balancing scheme %s, the extension %s", target.id(), got, scheme)
		}
		for _, key := range k.s.store.usedBy(target) {
			if other := k.s.store.byKey[key]; other != nil && other.kind == r.kind && other.path != r.path {
				return errArgument("Forwarding rule %s has an extension of this kind already: '%s'", target.id(), other.id())
			}
		}
	}
	for _, chain := range chains {
		if err := k.checkChain(r, chain, events); err != nil {
			return err
		}
	}
	return nil
}

func (k *call) checkChain(r *resource, chain map[string]any, events []string) *apiError {
	expression := text(memberAt(chain, "matchCondition"), "celExpression")
	if why := balanced(strings.ReplaceAll(expression, "'", `"`)); why != "" {
		return errArgument("The CEL expression of chain '%s' cannot be parsed: %s", text(chain, "name"), why)
	}
	extensions := listOfObjects(chain["extensions"])
	if len(extensions) == 0 || len(extensions) > maxExtensions {
		return errArgument("Chain '%s' must have 1 to %d extensions, not %d", text(chain, "name"), maxExtensions, len(extensions))
	}
	for _, e := range extensions {
		name, service := text(e, "name"), text(e, "service")
		plugin := strings.Contains(service, "/wasmPlugins/")
		ref, known := k.s.readReference(k, service)
		switch {
		case !known || ref.service == "":
			return errArgument("Extension '%s' uses the service '%s', which does not exist", name, service)
		case r.kind.word == "lbEdgeExtensions" && !plugin:
			return errArgument("Extension '%s' at the edge must be a plugin, not a backend service", name)
		case !plugin && text(e, "authority") == "":
			return errArgument("Extension '%s' calls a backend service and needs an authority", name)
		case !plugin && text(e, "timeout") == "":
			return errArgument("Extension '%s' calls a backend service and needs a timeout", name)
		case plugin && (text(e, "authority") != "" || text(e, "timeout") != ""):
			return errArgument("Extension '%s' is a plugin, which has neither authority nor timeout", name)
		case !between(e, "timeout", 10*time.Millisecond, 10*time.Second):
			return errArgument("The timeout of extension '%s' must be between 10 and 10000 milliseconds", name)
		}
		for _, event := range texts(e["supportedEvents"]) {
			if !slices.Contains(events, event) {
				return errArgument("Extension '%s' cannot support the event %s in %s", name, event, r.kind.word)
			}
		}
	}
	return nil
}
