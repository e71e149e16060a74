package api_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const zones = "dns.googleapis.com/dns/v1/projects/" + testProject + "/managedZones"

func record(name, kind string, data ...string) object {
	return object{"name": name, "type": kind, "ttl": 300, "rrdatas": data}
}

func added(records ...object) object   { return object{"additions": records} }
func deleted(records ...object) object { return object{"deletions": records} }

func TestZoneLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.refused(400, "ends in a dot", "POST", zones, object{"name": "z", "dnsName": "example.com"})
	z := c.do("POST", zones, object{"name": "z", "dnsName": "example.com.", "description": "d", "dnssecConfig": object{"state": "on"}})
	if servers, _ := z["nameServers"].([]any); len(servers) != 4 || z["visibility"] != "public" {
		t.Errorf("the zone: %v", z)
	}
	c.refused(409, "already exists", "POST", zones, object{"name": "z", "dnsName": "example.org.", "description": "d"})
	c.refused(400, "switch DNSSEC off first", "PATCH", zones+"/z", object{"dnssecConfig": object{"nonExistence": "nsec"}})
	c.refused(400, "cannot be changed", "PATCH", zones+"/z", object{"dnsName": "example.org."})
	if op := c.do("PATCH", zones+"/z", object{"description": "e"}); op["status"] != "done" {
		t.Errorf("the operation: %v", op)
	}
	if records, _ := c.do("GET", zones+"/z/rrsets", nil)["rrsets"].([]any); len(records) != 2 {
		t.Errorf("the records: %v", records)
	}
	keys, _ := c.do("GET", zones+"/z/dnsKeys", nil)["dnsKeys"].([]any)
	if len(keys) != 2 {
		t.Fatalf("the keys: %v", keys)
	}
	if key := c.do("GET", zones+"/z/dnsKeys/0", nil); key["type"] != "keySigning" || key["digests"] == nil {
		t.Errorf("the key: %v", key)
	}
	change := c.do("POST", zones+"/z/changes", added(record("api.example.com.", "A", "203.0.113.7"), record("api.example.com.", "AAAA", "2001:db8::1")))
	if change["status"] != "done" {
		t.Errorf("the change: %v", change)
	}
	c.do("GET", zones+"/z/changes/1", nil)
	c.do("POST", zones+"/z/rrsets", record("example.com.", "CAA", `0 issue "pki.goog"`))
	c.do("PATCH", zones+"/z/rrsets/example.com./CAA", object{"ttl": 60})
	if r := c.do("GET", zones+"/z/rrsets/example.com./CAA", nil); r["ttl"] != 60.0 {
		t.Errorf("the record: %v", r)
	}
	c.do("DELETE", zones+"/z/rrsets/example.com./CAA", nil)
	c.refused(404, "does not exist", "GET", zones+"/z/rrsets/example.com./CAA", nil)
	c.refused(400, "contains one or more 'resource records'", "DELETE", zones+"/z", nil)
	c.refused(412, "Precondition not met", "POST", zones+"/z/changes", deleted(record("api.example.com.", "A", "203.0.113.8")))
	c.do("POST", zones+"/z/changes", object{"deletions": []object{record("api.example.com.", "A", "203.0.113.7")}, "additions": []object{record("api.example.com.", "A", "203.0.113.9")}})
	c.do("POST", zones+"/z/changes", deleted(record("api.example.com.", "A", "203.0.113.9"), record("api.example.com.", "AAAA", "2001:db8::1")))
	c.do("DELETE", zones+"/z", nil)
	c.refused(404, "was not found", "GET", zones+"/z", nil)
}

func TestRecordMistakes(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.do("POST", zones, object{"name": "z", "dnsName": "example.com.", "description": "d"})
	change := func(status int, message string, r object) {
		t.Helper()
		c.refused(status, message, "POST", zones+"/z/changes", added(r))
	}
	c.do("POST", zones+"/z/changes", added(record("a.example.com.", "A", "203.0.113.7")))
	change(400, "additions[0].name': 'api.example.org.'", record("api.example.org.", "A", "203.0.113.7"))
	change(400, "additions[0].rrdata': '2001:db8::1'", record("b.example.com.", "A", "2001:db8::1"))
	change(400, "additions[0].rrdata': 'pki.goog'", record("b.example.com.", "CAA", "pki.goog"))
	change(400, "additions[0].type': 'AA'", record("b.example.com.", "AA", "203.0.113.7"))
	change(400, "but not both", record("a.example.com.", "CNAME", "b.example.com."))
	change(400, "cannot be at the zone's apex", record("example.com.", "CNAME", "b.example.com."))
	change(409, "named 'a.example.com. (A)' already exists", record("a.example.com.", "A", "203.0.113.8"))
	c.refused(400, "at the zone's apex cannot be deleted", "DELETE", zones+"/z/rrsets/example.com./NS", nil)
	c.refused(404, "does not exist", "POST", zones+"/absent/changes", added(record("a.example.com.", "A", "203.0.113.7")))
	c.do("POST", "compute.googleapis.com/compute/v1/projects/"+testProject+"/global/networks", object{"name": "n"})
	c.refused(400, "is visible to everybody", "POST", zones, object{"name": "y", "dnsName": "example.org.", "description": "d",
		"privateVisibilityConfig": object{"networks": []object{{"networkUrl": "https://www.googleapis.com/compute/v1/projects/" + testProject + "/global/networks/n"}}}})
}

func TestCertificateLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const at = "certificatemanager.googleapis.com/v1/projects/" + testProject + "/locations/global/"
	const name = "projects/" + testProject + "/locations/global/"
	c.refused(400, "without wildcard", "POST", at+"dnsAuthorizations?dnsAuthorizationId=a", object{"domain": "*.example.com"})
	c.do("POST", at+"dnsAuthorizations?dnsAuthorizationId=a", object{"domain": "example.com"})
	c.refused(400, "cannot be changed", "PATCH", at+"dnsAuthorizations/a?updateMask=domain", object{"domain": "example.org"})
	managed := func(authorization string, domains ...string) object {
		m := object{"domains": domains}
		if authorization != "" {
			m["dnsAuthorizations"] = []string{name + "dnsAuthorizations/" + authorization}
		}
		return object{"managed": m}
	}
	c.refused(400, "which does not exist", "POST", at+"certificates?certificateId=c", managed("absent", "example.com"))
	c.refused(400, "needs a DNS authorization", "POST", at+"certificates?certificateId=c", managed("", "*.example.com"))
	c.refused(400, "None of the DNS authorizations is for the domain 'example.org'", "POST", at+"certificates?certificateId=c", managed("a", "example.org"))
	c.refused(400, "cannot be used", "POST", at+"certificates?certificateId=c", object{"selfManaged": object{"pemCertificate": "x", "pemPrivateKey": "y"}})
	c.do("POST", at+"certificates?certificateId=c", managed("a", "example.com", "*.example.com"))
	state := func() any {
		m, _ := c.do("GET", at+"certificates/c", nil)["managed"].(object)
		return m["state"]
	}
	if got := state(); got != "PROVISIONING" {
		t.Errorf("the certificate without its record is %v", got)
	}
	wanted, _ := c.do("GET", at+"dnsAuthorizations/a", nil)["dnsResourceRecord"].(object)
	c.do("POST", zones, object{"name": "z", "dnsName": "example.com.", "description": "d"})
	data, _ := wanted["data"].(string)
	c.do("POST", zones+"/z/changes", added(record("_acme-challenge.example.com.", "CNAME", data)))
	if got := state(); got != "ACTIVE" {
		t.Errorf("the certificate with its record is %v", got)
	}
	c.refused(400, "is in use by", "DELETE", at+"dnsAuthorizations/a", nil)
	entry := func(more object) object {
		more["certificates"] = []string{name + "certificates/c"}
		return more
	}
	const entries = at + "certificateMaps/m/certificateMapEntries?certificateMapEntryId="
	c.refused(404, "certificateMaps/m", "POST", entries+"e", entry(object{"hostname": "example.com"}))
	c.do("POST", at+"certificateMaps?certificateMapId=m", object{})
	c.refused(400, "either a hostname or a matcher", "POST", entries+"e", entry(object{}))
	c.do("POST", entries+"e", entry(object{"hostname": "example.com"}))
	c.do("POST", entries+"p", entry(object{"matcher": "PRIMARY"}))
	c.refused(409, "has the entry 'e' for 'example.com' already", "POST", entries+"f", entry(object{"hostname": "example.com"}))
	c.refused(400, "is in use by", "DELETE", at+"certificates/c", nil)
	c.refused(400, "has entries", "DELETE", at+"certificateMaps/m", nil)
	c.do("PATCH", at+"certificateMaps/m?updateMask=description", object{"description": "d"})
	for _, path := range []string{"certificateMaps/m/certificateMapEntries/e", "certificateMaps/m/certificateMapEntries/p", "certificateMaps/m", "certificates/c", "dnsAuthorizations/a"} {
		c.do("DELETE", at+path, nil)
	}
}
