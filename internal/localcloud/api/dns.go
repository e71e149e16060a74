package api

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// registerZones: records live in a zone under name and type, which no pattern of
// the document tells, and change in sets that are made as a whole.
func registerZones(h *hooks) {
	h.check["dns managedZones"] = checkZone
	h.made["dns managedZones"] = makeZoneRecords
	h.deletion["dns managedZones"] = func(k *call, r *resource) *apiError {
		for _, record := range k.s.records(r) {
			if !isApexRecord(r, record) {
				return &apiError{code: http.StatusBadRequest, reason: "containerNotEmpty",
					message: "The resource named '" + r.id() + "' cannot be deleted because it contains one or more 'resource records'."}
			}
		}
		return nil
	}
	h.methods["dns.changes.create"] = createChange
	h.methods["dns.changes.get"] = getChange
	h.methods["dns.resourceRecordSets.create"] = createRecord
	h.methods["dns.resourceRecordSets.patch"] = patchRecord
	h.methods["dns.resourceRecordSets.get"] = getRecord
	h.methods["dns.resourceRecordSets.delete"] = deleteRecord
	h.methods["dns.resourceRecordSets.list"] = listRecords
	h.methods["dns.dnsKeys.list"] = listDNSKeys
	h.methods["dns.dnsKeys.get"] = getDNSKey
}

var dnsName = regexp.MustCompile(`^(?:[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?\.)+$`)

func checkZone(_ *call, r, before *resource) *apiError {
	name := text(r.data, "dnsName")
	if before != nil {
		if name != text(before.data, "dnsName") || text(r.data, "visibility") != text(before.data, "visibility") {
			return errInvalid("entity.managedZone.dnsName", name, "The name and the visibility of a zone cannot be changed.")
		}
		r.data["nameServers"], r.data["creationTime"] = before.data["nameServers"], before.data["creationTime"]
	} else if name = strings.ToLower(name); !dnsName.MatchString(name) || strings.Count(name, ".") < 2 {
		return errInvalid("entity.managedZone.dnsName", name, "A name of at least two labels that ends in a dot is wanted.")
	}
	if r.data["visibility"] == nil {
		r.data["visibility"] = "public"
	}
	private := member(r.data, "privateVisibilityConfig")
	if r.data["visibility"] == "private" {
		if r.data["dnssecConfig"] != nil && text(member(r.data, "dnssecConfig"), "state") == "on" {
			return errInvalid("entity.managedZone.dnssecConfig", "on", "Private zones have no DNSSEC.")
		}
		for _, each := range items(private, "networks") {
			if network, ok := each.(map[string]any); ok {
				network["kind"] = "dns#managedZonePrivateVisibilityConfigNetwork"
			}
		}
	} else if len(items(private, "networks")) == 0 && len(items(private, "gkeClusters")) == 0 {
		delete(r.data, "privateVisibilityConfig") // the provider sends an empty one
	} else {
		return errInvalid("entity.managedZone.privateVisibilityConfig", r.id(), "A public zone is visible to everybody.")
	}
	withDefaults(r.data, "cloudLoggingConfig", map[string]any{"kind": "dns#managedZoneCloudLoggingConfig", "enableLogging": false})
	if security := member(r.data, "dnssecConfig"); security != nil {
		if err := fillDNSSec(security, before); err != nil {
			return err
		}
	}
	if before == nil {
		set := "abcde"[int(r.data["id"].(string)[18]-'0')%5]
		var servers []any
		for n := 1; n <= 4; n++ {
			servers = append(servers, fmt.Sprintf("ns-cloud-%c%d.googledomains.com.", set, n))
		}
		r.data["nameServers"] = servers
	}
	return nil
}

// fillDNSSec says which keys a signed zone has; they cannot be changed while it
// is signed.
func fillDNSSec(security map[string]any, before *resource) *apiError {
	security["kind"] = "dns#managedZoneDnsSecConfig"
	if security["state"] == nil {
		security["state"] = "off"
	}
	if security["nonExistence"] == nil {
		security["nonExistence"] = "nsec3"
	}
	if len(items(security, "defaultKeySpecs")) == 0 {
		security["defaultKeySpecs"] = []any{
			map[string]any{"keyType": "keySigning", "algorithm": "rsasha256", "keyLength": 2048.0, "kind": "dns#dnsKeySpec"},
			map[string]any{"keyType": "zoneSigning", "algorithm": "rsasha256", "keyLength": 1024.0, "kind": "dns#dnsKeySpec"},
		}
	}
	for _, each := range items(security, "defaultKeySpecs") {
		if spec, ok := each.(map[string]any); ok {
			spec["kind"] = "dns#dnsKeySpec"
		}
	}
	if before == nil {
		return nil
	}
	was := member(before.data, "dnssecConfig")
	if text(was, "state") == "on" && text(security, "state") == "on" &&
		(was["nonExistence"] != security["nonExistence"] || jsonText(was["defaultKeySpecs"]) != jsonText(security["defaultKeySpecs"])) {
		return errInvalid("entity.managedZone.dnssecConfig", "on", "The keys and the non-existence of a signed zone cannot be changed; switch DNSSEC off first.")
	}
	return nil
}

func makeZoneRecords(s *Server, zone *resource) {
	servers := items(zone.data, "nameServers")
	s.putRecord(zone, map[string]any{"name": zone.data["dnsName"], "type": "NS", "ttl": 21600.0, "rrdatas": servers})
	s.putRecord(zone, map[string]any{"name": zone.data["dnsName"], "type": "SOA", "ttl": 21600.0,
		"rrdatas": []any{asText(servers[0]) + " cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300"}})
}

func isApexRecord(zone, record *resource) bool {
	return text(record.data, "name") == text(zone.data, "dnsName") && (record.data["type"] == "NS" || record.data["type"] == "SOA")
}

func (s *Server) putRecord(zone *resource, data map[string]any) *resource {
	data["kind"] = "dns#resourceRecordSet"
	if data["ttl"] == nil {
		data["ttl"] = 86400.0
	}
	r := &resource{kind: s.kindAt("dns", "projects/{}/managedZones/{}/rrsets/{}/{}"), service: "dns", path: recordPath(zone, data), data: data}
	s.store.put(r)
	return r
}

func recordPath(zone *resource, data map[string]any) string {
	return zone.path + "/rrsets/" + strings.ToLower(text(data, "name")) + "/" + text(data, "type")
}

// records are those of a zone, by name and type.
func (s *Server) records(zone *resource) []*resource {
	var out []*resource
	for key := range s.store.children[zone.key()] {
		if r := s.store.byKey[key]; r != nil && r.kind.schema == "ResourceRecordSet" {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *resource) int { return strings.Compare(a.path, b.path) })
	return out
}

// zone is the one that a call is about; it may be named by its number.
func (k *call) zone() (*resource, *apiError) {
	path := "projects/" + k.project.id + "/managedZones/"
	if r := k.s.store.get("dns", path+k.args["managedZone"]); r != nil {
		return r, nil
	}
	for _, r := range k.s.store.in("dns", strings.TrimSuffix(path, "/")) {
		if text(r.data, "id") == k.args["managedZone"] {
			return r, nil
		}
	}
	return nil, &apiError{code: http.StatusNotFound, reason: "notFound",
		message: "The 'parameters.managedZone' resource named '" + k.args["managedZone"] + "' does not exist."}
}
