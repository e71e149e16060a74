package api

import (
	"fmt"
	"net/netip"
	"strings"
)

// registerNetworks: addresses are handed out and must not overlap, which a
// schema does not say.
func registerNetworks(h *hooks) {
	h.check["compute networks"] = checkNetwork
	h.check["compute subnetworks"] = checkSubnetwork
	h.check["compute addresses"] = checkAddress
	h.check["compute firewalls"] = checkFirewall
	h.check["compute routers"] = checkRouter
	h.show["compute addresses"] = showAddress
	h.show["compute networks"] = showNetwork
}

func checkNetwork(_ *call, r, before *resource) *apiError {
	if r.data["autoCreateSubnetworks"] == true {
		return errNotServed("networks that make their own subnetworks")
	}
	if routing, ok := r.data["routingConfig"].(map[string]any); !ok || routing["routingMode"] == nil {
		r.data["routingConfig"] = mergePatch(routing, map[string]any{"routingMode": "REGIONAL"})
	}
	if before != nil && r.data["IPv4Range"] != before.data["IPv4Range"] {
		return errInvalid("resource.IPv4Range", r.data["IPv4Range"], "It cannot be changed.")
	}
	return nil
}

// showNetwork lists the subnetworks.
func showNetwork(s *Server, r *resource) map[string]any {
	var subnetworks []any
	for _, key := range s.store.usedBy(r) {
		if user := s.store.byKey[key]; user != nil && user.kind.word == "subnetworks" {
			subnetworks = append(subnetworks, user.data["selfLink"])
		}
	}
	out := map[string]any{}
	for name, value := range r.data {
		out[name] = value
	}
	if subnetworks != nil {
		out["subnetworks"] = subnetworks
	}
	return out
}

// taken is a range of addresses and who has it.
type taken struct {
	prefix netip.Prefix
	by     string
}

// takenIn lists the ranges of a network.
func (s *Server) takenIn(network *resource, but string) []taken {
	var out []taken
	add := func(text, by string) {
		if prefix, err := netip.ParsePrefix(text); err == nil {
			out = append(out, taken{prefix, by})
		}
	}
	for _, key := range s.store.usedBy(network) {
		user := s.store.byKey[key]
		if user == nil || user.path == but {
			continue
		}
		switch user.kind.word {
		case "subnetworks":
			for _, text := range rangesOf(user.data) {
				add(text, user.path)
			}
		case "addresses":
			if length, ok := user.data["prefixLength"].(float64); ok {
				add(fmt.Sprintf("%v/%v", user.data["address"], length), user.path)
			}
		}
	}
	return out
}

// rangesOf are all ranges of a subnetwork.
func rangesOf(data map[string]any) []string {
	out := []string{text(data, "ipCidrRange")}
	for _, secondary := range objectsOf(data, "secondaryIpRanges") {
		out = append(out, text(secondary, "ipCidrRange"))
	}
	return out
}

// networkOf is the network that a resource names.
func (k *call) networkOf(r *resource) *resource {
	ref, ok := k.s.readReference(k, text(r.data, "network"))
	if !ok {
		return nil
	}
	return k.s.store.get("compute", ref.path)
}

func checkSubnetwork(k *call, r, before *resource) *apiError {
	network := k.networkOf(r)
	if network == nil {
		return errRequired("resource.network")
	}
	var own []taken
	for _, text := range rangesOf(r.data) {
		prefix, err := netip.ParsePrefix(text)
		switch {
		case err != nil:
			return errInvalid("resource.ipCidrRange", text, "Must be a valid address in CIDR notation.")
		case prefix != prefix.Masked():
			return errInvalid("resource.ipCidrRange", text, "The address has bits behind the prefix; did you mean "+prefix.Masked().String()+"?")
		case prefix.Bits() > 29 || prefix.Bits() < 4:
			return errInvalid("resource.ipCidrRange", text, "The prefix must be between /4 and /29.")
		}
		for _, other := range append(k.s.takenIn(network, r.path), own...) {
			if other.prefix.Overlaps(prefix) {
				return errInvalid("resource.ipCidrRange", text, fmt.Sprintf("Invalid IPCidrRange: %s conflicts with existing range %s of '%s'.", text, other.prefix, other.by))
			}
		}
		own = append(own, taken{prefix, r.path})
	}
	if before != nil {
		was, err := netip.ParsePrefix(text(before.data, "ipCidrRange"))
		if err == nil && !(own[0].prefix.Contains(was.Addr()) && own[0].prefix.Bits() <= was.Bits()) {
			return errInvalid("resource.ipCidrRange", text(r.data, "ipCidrRange"), "A range can only be expanded.")
		}
	}
	for name, value := range map[string]any{"purpose": "PRIVATE", "stackType": "IPV4_ONLY", "privateIpGoogleAccess": false, "privateIpv6GoogleAccess": "DISABLE_GOOGLE_ACCESS"} {
		if r.data[name] == nil {
			r.data[name] = value
		}
	}
	r.data["gatewayAddress"] = own[0].prefix.Addr().Next().String()
	return nil
}

// checkAddress hands out an address, or a range for Private Service Access.
func checkAddress(k *call, r, before *resource) *apiError {
	if before != nil {
		return nil
	}
	global := strings.Contains(r.path, "/global/")
	if r.data["addressType"] == nil {
		r.data["addressType"] = "EXTERNAL"
	}
	r.data["status"] = "RESERVED"
	if !global {
		r.data["networkTier"] = "PREMIUM"
	}
	switch {
	case text(r.data, "purpose") == "VPC_PEERING":
		return k.reservePeering(r)
	case text(r.data, "addressType") == "INTERNAL" && r.data["address"] == nil:
		r.data["address"] = k.s.newAddress()
	case r.data["address"] == nil:
		k.s.externals++
		r.data["address"] = fmt.Sprintf("203.0.113.%d", k.s.externals%256)
		if text(r.data, "ipVersion") == "IPV6" {
			r.data["address"] = fmt.Sprintf("2001:db8::%x", k.s.externals)
			r.data["prefixLength"] = float64(96)
		}
	}
	return nil
}

// reservePeering finds a free range in the network.
func (k *call) reservePeering(r *resource) *apiError {
	network := k.networkOf(r)
	length, hasLength := r.data["prefixLength"].(float64)
	switch {
	case network == nil:
		return errRequired("resource.network")
	case !hasLength || length < 8 || length > 29:
		return errInvalid("resource.prefixLength", r.data["prefixLength"], "Must be between 8 and 29.")
	}
	used := k.s.takenIn(network, r.path)
	if given := text(r.data, "address"); given != "" {
		prefix, err := netip.ParsePrefix(fmt.Sprintf("%s/%v", given, length))
		if err != nil || prefix != prefix.Masked() {
			return errInvalid("resource.address", given, "Must be the first address of its range.")
		}
		for _, other := range used {
			if other.prefix.Overlaps(prefix) {
				return errInvalid("resource.address", given, fmt.Sprintf("The range %s conflicts with %s of '%s'.", prefix, other.prefix, other.by))
			}
		}
		return nil
	}
	// From the top, where plans of addresses rarely begin.
	top := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 255, 255, 255}), int(length)).Masked()
	for candidate := top; candidate.Addr().As4()[0] == 10; candidate = prefixBefore(candidate) {
		free := true
		for _, other := range used {
			free = free && !other.prefix.Overlaps(candidate)
		}
		if free {
			r.data["address"] = candidate.Addr().String()
			return nil
		}
	}
	return errInvalid("resource.prefixLength", length, "The network has no free range of this size.")
}

// prefixBefore is the range of the same size ahead of another.
func prefixBefore(p netip.Prefix) netip.Prefix {
	a := p.Addr().As4()
	n := uint32(a[0])<<24 | uint32(a[1])<<16 | uint32(a[2])<<8 | uint32(a[3])
	n -= 1 << (32 - p.Bits())
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), p.Bits())
}

// showAddress tells who uses the address.
func showAddress(s *Server, r *resource) map[string]any {
	var users []any
	for _, key := range s.store.usedBy(r) {
		if user := s.store.byKey[key]; user != nil {
			users = append(users, user.data["selfLink"])
		}
	}
	if users == nil {
		return r.data
	}
	out := map[string]any{}
	for name, value := range r.data {
		out[name] = value
	}
	out["users"], out["status"] = users, "IN_USE"
	return out
}

func checkFirewall(_ *call, r, _ *resource) *apiError {
	for name, value := range map[string]any{"direction": "INGRESS", "priority": 1000.0, "disabled": false, "logConfig": map[string]any{"enable": false}} {
		if r.data[name] == nil {
			r.data[name] = value
		}
	}
	allowed, denied := objectsOf(r.data, "allowed"), objectsOf(r.data, "denied")
	if len(allowed) == 0 && len(denied) == 0 || len(allowed) > 0 && len(denied) > 0 {
		return errInvalid("resource", r.id(), "A firewall must either allow or deny.")
	}
	for _, text := range texts(r.data["sourceRanges"]) {
		prefix, err := netip.ParsePrefix(text)
		if err != nil || prefix != prefix.Masked() {
			return errInvalid("resource.sourceRanges", text, "Must be a valid address in CIDR notation.")
		}
	}
	return nil
}

// checkRouter refuses two NATs of one name, and one for no addresses at all.
func checkRouter(_ *call, r, _ *resource) *apiError {
	seen := map[string]bool{}
	for _, nat := range objectsOf(r.data, "nats") {
		name := text(nat, "name")
		switch {
		case seen[name]:
			return errInvalid("resource.nats[].name", name, "Two NATs of the router have this name.")
		case text(nat, "natIpAllocateOption") == "MANUAL_ONLY" && len(texts(nat["natIps"])) == 0:
			return errInvalid("resource.nats[].natIps", "", "MANUAL_ONLY needs addresses.")
		}
		seen[name] = true
		for member, value := range map[string]any{"type": "PUBLIC", "autoNetworkTier": "PREMIUM"} {
			if nat[member] == nil {
				nat[member] = value
			}
		}
	}
	return nil
}
