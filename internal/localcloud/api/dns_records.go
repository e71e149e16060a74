package api

import (
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
)

// createChange deletes and adds record sets, all or none.
func createChange(k *call) (map[string]any, *apiError) {
	zone, err := k.zone()
	if err != nil {
		return nil, err
	}
	additions, deletions := items(k.body, "additions"), items(k.body, "deletions")
	if len(additions)+len(deletions) == 0 {
		return nil, errRequired("entity.change")
	}
	gone := map[string]bool{}
	for i, each := range deletions {
		at := fmt.Sprintf("entity.change.deletions[%d]", i)
		data, _ := each.(map[string]any)
		r := k.s.store.get("dns", recordPath(zone, data))
		if r == nil {
			return nil, &apiError{code: http.StatusNotFound, reason: "notFound",
				message: fmt.Sprintf("The '%s' resource named '%s (%s)' does not exist.", at, text(data, "name"), text(data, "type"))}
		}
		if !sameRecord(r.data, data) {
			return nil, &apiError{code: http.StatusPreconditionFailed, reason: "conditionNotMet", message: "Precondition not met for '" + at + "'"}
		}
		gone[r.path] = true
	}
	for i, each := range additions {
		data, _ := each.(map[string]any)
		if err := k.checkRecord(zone, data, fmt.Sprintf("entity.change.additions[%d]", i), gone); err != nil {
			return nil, err
		}
	}
	added := map[string]bool{}
	for _, each := range additions {
		if data, ok := each.(map[string]any); ok {
			added[recordPath(zone, data)] = true
		}
	}
	for path := range gone {
		if r := k.s.store.get("dns", path); isApexRecord(zone, r) && !added[path] {
			return nil, &apiError{code: http.StatusBadRequest, reason: "invalid",
				message: fmt.Sprintf("The resource record set '%s (%s)' at the zone's apex cannot be deleted", text(r.data, "name"), text(r.data, "type"))}
		}
	}
	for path := range gone {
		k.s.store.remove(k.s.store.get("dns", path))
	}
	for _, each := range additions {
		if data, ok := each.(map[string]any); ok {
			k.s.putRecord(zone, data)
		}
	}
	number, _ := zone.extra["changes"].(int)
	number++
	if zone.extra == nil {
		zone.extra = map[string]any{}
	}
	zone.extra["changes"] = number
	change := map[string]any{"kind": "dns#change", "id": fmt.Sprint(number), "startTime": k.s.timestamp("dns"), "status": "done"}
	for name, list := range map[string][]any{"additions": additions, "deletions": deletions} {
		if len(list) > 0 {
			change[name] = list
		}
	}
	zone.extra["change "+fmt.Sprint(number)] = change
	return change, nil
}

func getChange(k *call) (map[string]any, *apiError) {
	zone, err := k.zone()
	if err != nil {
		return nil, err
	}
	change, ok := zone.extra["change "+k.args["changeId"]].(map[string]any)
	if !ok {
		return nil, errNotFound(k.path)
	}
	return change, nil
}

// sameRecord compares what a deletion must repeat.
func sameRecord(have, given map[string]any) bool {
	return jsonText(have["rrdatas"]) == jsonText(given["rrdatas"]) && (given["ttl"] == nil || jsonText(have["ttl"]) == jsonText(given["ttl"]))
}

// checkRecord refuses a record set that Google refuses; gone are those that the
// same change deletes.
func (k *call) checkRecord(zone *resource, data map[string]any, at string, gone map[string]bool) *apiError {
	name, kind := strings.ToLower(text(data, "name")), text(data, "type")
	apex := strings.ToLower(text(zone.data, "dnsName"))
	bad := func(field string, value any) *apiError {
		return &apiError{code: http.StatusBadRequest, reason: "invalid", message: fmt.Sprintf("Invalid value for '%s.%s': '%v'", at, field, value)}
	}
	if bare := strings.TrimPrefix(name, "*."); !dnsName.MatchString(bare) || name != apex && !strings.HasSuffix(name, "."+apex) {
		return bad("name", text(data, "name"))
	}
	if ttl, ok := data["ttl"].(float64); ok && ttl < 0 {
		return bad("ttl", ttl)
	}
	values := items(data, "rrdatas")
	if len(values) == 0 && data["routingPolicy"] == nil {
		return bad("rrdata", "")
	}
	check := rrdata[kind]
	if check == nil {
		return bad("type", kind)
	}
	seen := map[string]bool{}
	for _, v := range values {
		value := asText(v)
		if !check(value) || seen[value] {
			return bad("rrdata", value)
		}
		seen[value] = true
	}
	if kind == "CNAME" && (len(values) > 1 || name == apex) {
		return &apiError{code: http.StatusBadRequest, reason: "cnameResourceRecordSetConflict",
			message: fmt.Sprintf("The resource record set '%s' is invalid because a CNAME can have one value and cannot be at the zone's apex.", at)}
	}
	for _, other := range k.s.records(zone) {
		if gone[other.path] || strings.ToLower(text(other.data, "name")) != name {
			continue
		}
		if other.data["type"] == kind {
			return &apiError{code: http.StatusConflict, reason: "alreadyExists",
				message: fmt.Sprintf("The resource '%s' named '%s (%s)' already exists", at, text(data, "name"), kind)}
		}
		if kind == "CNAME" || other.data["type"] == "CNAME" {
			return &apiError{code: http.StatusBadRequest, reason: "cnameResourceRecordSetConflict",
				message: fmt.Sprintf("The resource record set '%s' is invalid because the DNS name '%s' may have either one CNAME resource record set or resource record sets of other types, but not both.", at, name)}
		}
	}
	return nil
}

var caa = regexp.MustCompile(`^\d{1,3} [a-z0-9]+ "[^"]*"$`)

// rrdata are the types of records that a zone may have, and how their data looks.
var rrdata = map[string]func(string) bool{
	"A":    func(v string) bool { a, err := netip.ParseAddr(v); return err == nil && a.Is4() },
	"AAAA": func(v string) bool { a, err := netip.ParseAddr(v); return err == nil && a.Is6() },
	"CNAME": func(v string) bool {
		return strings.HasSuffix(v, ".")
	},
	"CAA":   caa.MatchString,
	"NS":    func(v string) bool { return strings.HasSuffix(v, ".") },
	"PTR":   func(v string) bool { return strings.HasSuffix(v, ".") },
	"MX":    func(v string) bool { return len(strings.Fields(v)) == 2 },
	"SRV":   func(v string) bool { return len(strings.Fields(v)) == 4 },
	"TXT":   func(v string) bool { return len(v) > 0 },
	"SPF":   func(v string) bool { return len(v) > 0 },
	"SOA":   func(v string) bool { return len(strings.Fields(v)) == 7 },
	"DS":    func(v string) bool { return len(strings.Fields(v)) >= 4 },
	"TLSA":  func(v string) bool { return len(strings.Fields(v)) >= 4 },
	"HTTPS": func(v string) bool { return len(strings.Fields(v)) >= 2 },
	"SVCB":  func(v string) bool { return len(strings.Fields(v)) >= 2 },
	"SSHFP": func(v string) bool { return len(strings.Fields(v)) == 3 },
	"NAPTR": func(v string) bool { return len(strings.Fields(v)) >= 6 },
}

// record is the one that a path names.
func (k *call) record() (zone, record *resource, err *apiError) {
	if zone, err = k.zone(); err != nil {
		return nil, nil, err
	}
	named := map[string]any{"name": k.args["name"], "type": k.args["type"]}
	if record = k.s.store.get("dns", recordPath(zone, named)); record == nil {
		return nil, nil, &apiError{code: http.StatusNotFound, reason: "notFound",
			message: fmt.Sprintf("The 'parameters.name' resource named '%s (%s)' does not exist.", k.args["name"], k.args["type"])}
	}
	return zone, record, nil
}

func createRecord(k *call) (map[string]any, *apiError) {
	zone, err := k.zone()
	if err != nil {
		return nil, err
	}
	if err := k.checkRecord(zone, k.body, "entity.rrset", nil); err != nil {
		return nil, err
	}
	return k.s.putRecord(zone, k.body).data, nil
}

func getRecord(k *call) (map[string]any, *apiError) {
	_, record, err := k.record()
	if err != nil {
		return nil, err
	}
	return record.data, nil
}

func patchRecord(k *call) (map[string]any, *apiError) {
	zone, record, err := k.record()
	if err != nil {
		return nil, err
	}
	after := mergePatch(record.data, k.body)
	if err := k.checkRecord(zone, after, "entity.rrset", map[string]bool{record.path: true}); err != nil {
		return nil, err
	}
	k.s.store.remove(record)
	return k.s.putRecord(zone, after).data, nil
}

func deleteRecord(k *call) (map[string]any, *apiError) {
	zone, record, err := k.record()
	if err != nil {
		return nil, err
	}
	if isApexRecord(zone, record) {
		return nil, &apiError{code: http.StatusBadRequest, reason: "invalid",
			message: fmt.Sprintf("The resource record set '%s (%s)' at the zone's apex cannot be deleted", text(record.data, "name"), text(record.data, "type"))}
	}
	k.s.store.remove(record)
	return map[string]any{}, nil
}

func listRecords(k *call) (map[string]any, *apiError) {
	zone, err := k.zone()
	if err != nil {
		return nil, err
	}
	var found []listed
	for _, r := range k.s.records(zone) {
		name, kind := k.query.Get("name"), k.query.Get("type")
		if (name == "" || strings.EqualFold(name, text(r.data, "name"))) && (kind == "" || kind == r.data["type"]) {
			found = append(found, listed{r.path, r.data})
		}
	}
	answer, err := k.listAnswer(k.s.kindAt("dns", "projects/{}/managedZones/{}/rrsets/{}/{}"), found)
	if err == nil {
		answer["kind"] = "dns#resourceRecordSetsListResponse"
		if answer["rrsets"] == nil {
			answer["rrsets"] = []any{}
		}
	}
	return answer, err
}
