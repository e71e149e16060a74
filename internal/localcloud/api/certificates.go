package api

import (
	"crypto/tls"
	"encoding/pem"
	"slices"
	"strings"
	"time"
)

// registerCertificates: who may have a certificate is proved by a DNS record
// whose data Google makes up, and a certificate works once that record is there.
func registerCertificates(h *hooks) {
	h.check["certificatemanager dnsAuthorizations"] = checkDNSAuthorization
	h.check["certificatemanager certificates"] = checkCertificate
	h.check["certificatemanager certificateMapEntries"] = checkMapEntry
	h.show["certificatemanager certificates"] = showCertificate
	h.show["certificatemanager certificateMaps"] = showCertificateMap
	h.deletion["certificatemanager certificateMaps"] = func(k *call, r *resource) *apiError {
		if entries := k.s.store.in(r.service, r.path+"/certificateMapEntries"); len(entries) > 0 {
			return errPrecondition("The certificate map '" + r.path + "' has entries: delete them first.")
		}
		return nil
	}
}

func checkDNSAuthorization(k *call, r, before *resource) *apiError {
	domain := text(r.data, "domain")
	switch {
	case before != nil && (domain != text(before.data, "domain") || r.data["type"] != before.data["type"]):
		return errArgument("The domain and the type of a DNS authorization cannot be changed")
	case domain == "" || strings.HasPrefix(domain, "*.") || strings.HasSuffix(domain, ".") || !strings.Contains(domain, "."):
		return errArgument("DnsAuthorization.domain '%s' must be a domain without wildcard and final dot; it covers its wildcard too", domain)
	}
	if r.data["type"] == nil {
		r.data["type"] = "FIXED_RECORD"
		if k.args["locationsId"] != "global" {
			r.data["type"] = "PER_PROJECT_RECORD"
		}
	}
	name := "_acme-challenge." + domain + "."
	if r.data["type"] == "PER_PROJECT_RECORD" {
		name = "_acme-challenge_" + opaqueID(k.project.number)[:16] + "." + domain + "."
	}
	r.data["dnsResourceRecord"] = map[string]any{"name": name, "type": "CNAME", "data": opaqueID(r.path) + ".0.authorize.certificatemanager.goog."}
	return nil
}

func checkCertificate(k *call, r, before *resource) *apiError {
	managed, own := member(r.data, "managed"), member(r.data, "selfManaged")
	if r.data["scope"] == nil {
		r.data["scope"] = "DEFAULT"
	}
	if before != nil {
		if jsonText(member(before.data, "managed")["domains"]) != jsonText(managed["domains"]) {
			return errArgument("The domains of a managed certificate cannot be changed")
		}
		if own != nil && own["pemPrivateKey"] == nil {
			return nil // not changed; the key is never shown
		}
	}
	switch {
	case own != nil:
		return readOwnCertificate(r, own)
	case managed == nil:
		return errArgument("A certificate must be managed, self-managed or a managed identity's")
	}
	var proved []string
	for _, name := range items(managed, "dnsAuthorizations") {
		if a := k.s.named("certificatemanager", asText(name)); a != nil {
			proved = append(proved, text(a.data, "domain"))
		}
	}
	domains := items(managed, "domains")
	if len(domains) == 0 {
		return errArgument("ManagedCertificate.domains must name at least one domain")
	}
	for _, d := range domains {
		domain := asText(d)
		bare, wild := strings.CutPrefix(domain, "*.")
		switch {
		case managed["issuanceConfig"] != nil:
		case wild && len(proved) == 0:
			return errArgument("The wildcard domain '%s' needs a DNS authorization", domain)
		case len(proved) > 0 && !slices.Contains(proved, bare):
			return errArgument("None of the DNS authorizations is for the domain '%s'", domain)
		}
	}
	r.data["sanDnsnames"] = domains
	return nil
}

// readOwnCertificate takes what a certificate says of itself from it, and
// refuses one whose key is another's.
func readOwnCertificate(r *resource, own map[string]any) *apiError {
	pair, err := tls.X509KeyPair([]byte(text(own, "pemCertificate")), []byte(text(own, "pemPrivateKey")))
	if err != nil {
		return errArgument("The certificate and its private key cannot be used: %v", err)
	}
	if block, _ := pem.Decode([]byte(text(own, "pemCertificate"))); block != nil {
		r.data["pemCertificate"] = string(pem.EncodeToMemory(block))
	}
	names := []any{}
	for _, name := range pair.Leaf.DNSNames {
		names = append(names, name)
	}
	r.data["sanDnsnames"], r.data["expireTime"] = names, pair.Leaf.NotAfter.UTC().Format(time.RFC3339)
	delete(r.data, "selfManaged")
	return nil
}

// showCertificate says of a managed certificate whether its records are there.
func showCertificate(s *Server, r *resource) map[string]any {
	shown := jsonCopy(r.data)
	managed := member(shown, "managed")
	if managed == nil {
		return shown
	}
	ready := len(items(managed, "dnsAuthorizations")) > 0
	for _, name := range items(managed, "dnsAuthorizations") {
		a := s.named("certificatemanager", asText(name))
		if a == nil || !s.hasRecord(member(a.data, "dnsResourceRecord")) {
			ready = false
		}
	}
	state, attempt := "PROVISIONING", "AUTHORIZING"
	if ready {
		state, attempt = "ACTIVE", "AUTHORIZED"
	}
	var attempts []any
	for _, domain := range items(managed, "domains") {
		attempts = append(attempts, map[string]any{"domain": domain, "state": attempt})
	}
	managed["state"], managed["authorizationAttemptInfo"] = state, attempts
	var users []any
	for _, user := range s.store.usedBy(r) {
		_, path, _ := strings.Cut(user, " ")
		users = append(users, map[string]any{"name": "//certificatemanager.googleapis.com/" + path})
	}
	if users != nil {
		shown["usedBy"] = users
	}
	return shown
}

// hasRecord reports whether some public zone has a record as it is asked for.
func (s *Server) hasRecord(wanted map[string]any) bool {
	for _, r := range s.store.byKey {
		if r.service == "dns" && r.kind.schema == "ResourceRecordSet" && text(r.data, "name") == text(wanted, "name") &&
			r.data["type"] == wanted["type"] && slices.Contains(items(r.data, "rrdatas"), wanted["data"]) {
			return true
		}
	}
	return false
}

// showCertificateMap says which proxies use a map.
func showCertificateMap(s *Server, r *resource) map[string]any {
	shown := jsonCopy(r.data)
	var targets []any
	for _, user := range s.store.usedBy(r) {
		if proxy := s.store.byKey[user]; proxy != nil && proxy.service == "compute" {
			targets = append(targets, map[string]any{"targetHttpsProxy": selfLink(proxy.kind, proxy.path)})
		}
	}
	if targets != nil {
		shown["gclbTargets"] = targets
	}
	return shown
}

func checkMapEntry(k *call, r, before *resource) *apiError {
	hostname, matcher := text(r.data, "hostname"), text(r.data, "matcher")
	switch {
	case (hostname == "") == (matcher == ""):
		return errArgument("A certificate map entry has either a hostname or a matcher")
	case before != nil && (hostname != text(before.data, "hostname") || matcher != text(before.data, "matcher")):
		return errArgument("The hostname and the matcher of a certificate map entry cannot be changed")
	case len(items(r.data, "certificates")) == 0 || len(items(r.data, "certificates")) > 4:
		return errArgument("A certificate map entry has one to four certificates")
	}
	for _, name := range items(r.data, "certificates") {
		if c := k.s.named("certificatemanager", asText(name)); c != nil && (c.data["scope"] == "ALL_REGIONS" || c.data["scope"] == "CLIENT_AUTH") {
			return errArgument("The certificate '%v' has scope %v and cannot be in a certificate map", name, c.data["scope"])
		}
	}
	for _, other := range k.s.store.in(r.service, parentPath(r.path)) {
		if other.path != r.path && text(other.data, "hostname") == hostname && text(other.data, "matcher") == matcher {
			return &apiError{code: 409, reason: "alreadyExists", status: "ALREADY_EXISTS",
				message: "The certificate map has the entry '" + other.id() + "' for '" + hostname + matcher + "' already"}
		}
	}
	r.data["state"] = "ACTIVE"
	return nil
}
