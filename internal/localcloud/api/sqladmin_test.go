package api_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const sqlURL = "sqladmin.googleapis.com/sql/v1beta4/projects/" + testProject + "/instances"

// sqlInstance is a good request for an instance.
func sqlInstance(name string, more object) object {
	body := object{
		"name": name, "region": "us-east1", "databaseVersion": "POSTGRES_16",
		"settings": object{
			"tier": "db-custom-2-7680", "edition": "ENTERPRISE", "availabilityType": "REGIONAL",
			"backupConfiguration": object{"enabled": true, "pointInTimeRecoveryEnabled": true},
			"ipConfiguration":     object{"ipv4Enabled": false, "privateNetwork": networkPath},
		},
	}
	for key, value := range more {
		body[key] = value
	}
	return body
}

// sqlReplica is a good request for a read replica of "db" in another region.
func sqlReplica(name string) object {
	return object{
		"name": name, "region": "europe-west1", "databaseVersion": "POSTGRES_16", "masterInstanceName": "db",
		"settings": object{"tier": "db-custom-2-7680", "edition": "ENTERPRISE", "ipConfiguration": object{"ipv4Enabled": false, "privateNetwork": networkPath}},
	}
}

func TestSQLInstanceLifecycle(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	c.refused(400, "NETWORK_NOT_PEERED", "POST", sqlURL, sqlInstance("db", nil))
	c.peered()
	c.do("POST", sqlURL, sqlInstance("db", nil))
	c.refused(409, "already exists", "POST", sqlURL, sqlInstance("db", nil))
	db := c.do("GET", sqlURL+"/db", nil)
	settings := db["settings"].(object)
	address := db["ipAddresses"].([]any)[0].(object)
	if db["connectionName"] != testProject+":us-east1:db" || db["state"] != "RUNNABLE" || address["type"] != "PRIVATE" || settings["settingsVersion"] != "1" ||
		db["gceZone"] == db["secondaryGceZone"] || settings["dataDiskSizeGb"] != "10" {
		t.Errorf("the instance is %v", db)
	}
	if items := c.do("GET", sqlURL, nil)["items"].([]any); len(items) != 1 {
		t.Errorf("the list has %v", items)
	}

	// A PATCH merges, a PUT replaces the settings.
	c.do("PATCH", sqlURL+"/db", object{"settings": object{"userLabels": object{"a": "b"}}})
	settings = c.do("GET", sqlURL+"/db", nil)["settings"].(object)
	if settings["tier"] != "db-custom-2-7680" || settings["settingsVersion"] != "2" {
		t.Errorf("after a PATCH: %v", settings)
	}
	stale := sqlInstance("db", nil)
	stale["settings"].(object)["settingsVersion"] = "1"
	c.refused(412, "Condition does not match", "PUT", sqlURL+"/db", stale)
	stale["settings"].(object)["settingsVersion"] = "2"
	c.do("PUT", sqlURL+"/db", stale)
	after := c.do("GET", sqlURL+"/db", nil)
	if settings = after["settings"].(object); settings["userLabels"] != nil || settings["settingsVersion"] != "3" {
		t.Errorf("after a PUT: %v", settings)
	}
	if after["ipAddresses"].([]any)[0].(object)["ipAddress"] != address["ipAddress"] {
		t.Errorf("the address became %v", after["ipAddresses"])
	}

	c.refuses("PATCH", sqlURL+"/db", func() object { return object{} }, []mistake{
		{"another region", 400, "region of an instance cannot be changed", object{"region": "us-west1"}},
		{"an older version", 400, "cannot go back", object{"databaseVersion": "POSTGRES_15"}},
		{"another kind of disk", 400, "type of the data disk", object{"settings.dataDiskType": "PD_HDD"}},
		{"a network that was there", 400, "cannot be taken away", object{"settings.ipConfiguration": object{"privateNetwork": nil, "ipv4Enabled": true}}},
		{"a key for what has none", 400, "encryption key of an instance cannot be changed", object{"diskEncryptionConfiguration.kmsKeyName": keyIn("us-east1")}},
		{"no point-in-time recovery", 400, "REGIONAL availability needs", object{"settings.backupConfiguration.pointInTimeRecoveryEnabled": false}},
	})
	c.do("PATCH", sqlURL+"/db", object{"settings": object{"dataDiskSizeGb": "50"}})
	c.refused(400, "cannot be decreased", "PATCH", sqlURL+"/db", object{"settings": object{"dataDiskSizeGb": "20"}})

	c.do("POST", sqlURL+"/db/restart", nil)
	before := c.do("GET", sqlURL+"/db", nil)
	c.do("POST", sqlURL+"/db/failover", nil)
	if now := c.do("GET", sqlURL+"/db", nil); now["gceZone"] != before["secondaryGceZone"] {
		t.Errorf("after a failover it is in %v", now["gceZone"])
	}
	if cas := c.do("GET", sqlURL+"/db/listServerCas", nil); len(cas["certs"].([]any)) != 1 {
		t.Errorf("its certificates are %v", cas)
	}
	c.refused(501, "sql.instances.clone", "POST", sqlURL+"/db/clone", object{})
	c.refused(501, "sql.sslCerts.insert", "POST", sqlURL+"/db/sslCerts", object{"commonName": "x"})

	c.do("PATCH", sqlURL+"/db", object{"settings": object{"deletionProtectionEnabled": true}})
	c.refused(400, "The instance is protected", "DELETE", sqlURL+"/db", nil)
	c.do("PATCH", sqlURL+"/db", object{"settings": object{"deletionProtectionEnabled": false}})
	c.refused(400, "already being used", "DELETE", computeURL+"/global/networks/n", nil)
	c.do("DELETE", sqlURL+"/db", nil)
	c.refused(404, "not found", "GET", sqlURL+"/db", nil)
}

func TestSQLInstanceMistakes(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	c.peered()
	flag := func(name, value string) object {
		return object{"settings.databaseFlags": []object{{"name": name, "value": value}}}
	}
	c.refuses("POST", sqlURL, func() object { return sqlInstance("db", nil) }, []mistake{
		{"a bad name", 400, "instance name (DB)", object{"name": "DB"}},
		{"no such region", 400, "Invalid value for region", object{"region": "us-east9"}},
		{"another database", 501, "MYSQL_8_4", object{"databaseVersion": "MYSQL_8_4"}},
		{"the default edition of PostgreSQL 16", 400, "for (ENTERPRISE_PLUS) Edition", object{"settings.edition": nil}},
		{"the tier of another edition", 400, "for (ENTERPRISE) Edition", object{"settings.tier": "db-perf-optimized-N-2"}},
		{"an odd number of vCPUs", 400, "must be 1 or an even number", object{"settings.tier": "db-custom-3-7680"}},
		{"memory that is no multiple", 400, "multiple of 256 MB", object{"settings.tier": "db-custom-2-8000"}},
		{"too much memory", 400, "0.9 to 6.5 GB per vCPU", object{"settings.tier": "db-custom-2-16384"}},
		{"REGIONAL without backups", 400, "REGIONAL availability needs", object{"settings.backupConfiguration.enabled": false}},
		{"recovery without backups", 400, "Point-in-time recovery needs backups", object{"settings.backupConfiguration.enabled": false, "settings.availabilityType": "ZONAL"}},
		{"logs for too long", 400, "between 1 and 7", object{"settings.backupConfiguration.transactionLogRetentionDays": 14}},
		{"fewer backups than days of logs", 400, "must not be less than", object{"settings.backupConfiguration.backupRetentionSettings": object{"retainedBackups": 3}}},
		{"a disk that is too small", 400, "between 10 and 65536", object{"settings.dataDiskSizeGb": "5"}},
		{"a limit below the disk", 400, "is less than the disk size", object{"settings.storageAutoResizeLimit": "5"}},
		{"no address at all", 400, "At least one of Public IP", object{"settings.ipConfiguration.privateNetwork": nil}},
		{"a network without connection", 400, "NETWORK_NOT_PEERED", object{"settings.ipConfiguration.privateNetwork": "projects/" + testProject + "/global/networks/other"}},
		{"a network that is not there", 400, "does not exist", object{"settings.ipConfiguration.privateNetwork": "projects/" + testProject + "/global/networks/absent"}},
		{"a range of no connection", 400, "not one of the network's private connection", object{"settings.ipConfiguration.allocatedIpRange": "more"}},
		{"a zone elsewhere", 400, "not in the instance's region", object{"settings.locationPreference.zone": "us-west1-a"}},
		{"a key elsewhere", 400, "must be in the instance's region", object{"diskEncryptionConfiguration.kmsKeyName": keyIn("europe-west1")}},
		{"a key that is not there", 400, "does not exist", object{"diskEncryptionConfiguration.kmsKeyName": keyIn("us-east1") + "2"}},
		{"a flag's value", 400, "Flag requires value 'on|off'", flag("cloudsql.iam_authentication", "true")},
		{"a flag's range", 400, "Flag requires value", flag("max_connections", "1")},
		{"a flag that is not known", 501, `"max_conections"`, flag("max_conections", "100")},
		{"long query texts", 400, "between 256 and 4500", object{"settings.insightsConfig": object{"queryInsightsEnabled": true, "queryStringLength": 9000}}},
		{"no primary", 400, "does not exist", object{"masterInstanceName": "absent"}},
		{"a field that is not there", 400, "Unknown name", object{"settings.tierr": "x"}},
	})
}

func TestSQLReplicas(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	c.peered()
	c.do("POST", sqlURL, sqlInstance("db", object{"diskEncryptionConfiguration": object{"kmsKeyName": keyIn("us-east1")}}))
	good := func() object {
		body := sqlReplica("copy")
		body["diskEncryptionConfiguration"] = object{"kmsKeyName": keyIn("europe-west1")}
		return body
	}
	c.refuses("POST", sqlURL, good, []mistake{
		{"no key of its region", 400, "needs a key of its region", object{"diskEncryptionConfiguration": nil}},
		{"another version", 400, "database version POSTGRES_15 must be the primary's", object{"databaseVersion": "POSTGRES_15"}},
		{"another edition", 400, "edition ENTERPRISE_PLUS must be the primary's", object{"settings.edition": "ENTERPRISE_PLUS", "settings.tier": "db-perf-optimized-N-2"}},
		{"backups", 400, "cannot be enabled on the read replica", object{"settings.backupConfiguration": object{"enabled": true}}},
	})
	c.do("POST", sqlURL, good())
	copied := c.do("GET", sqlURL+"/copy", nil)
	if copied["masterInstanceName"] != testProject+":db" || copied["instanceType"] != "READ_REPLICA_INSTANCE" {
		t.Errorf("the replica is %v", copied)
	}
	if names := c.do("GET", sqlURL+"/db", nil)["replicaNames"].([]any); len(names) != 1 || names[0] != "copy" {
		t.Errorf("the primary's replicas are %v", names)
	}
	c.refused(400, "has the replica 'copy'", "DELETE", sqlURL+"/db", nil)
	c.refused(400, "is a read replica", "POST", sqlURL+"/copy/databases", object{"name": "x"})
	c.refused(400, "is no replica", "POST", sqlURL+"/db/promoteReplica", nil)
	c.do("POST", sqlURL+"/copy/promoteReplica", nil)
	c.do("POST", sqlURL+"/copy/databases", object{"name": "x"})
	c.do("DELETE", sqlURL+"/db", nil)
	c.do("DELETE", sqlURL+"/copy", nil)
}

func TestSQLDatabasesAndUsers(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	c.peered()
	body := sqlInstance("db", nil)
	body["settings"].(object)["passwordValidationPolicy"] = object{
		"enablePasswordPolicy": true, "minLength": 10, "complexity": "COMPLEXITY_DEFAULT", "disallowUsernameSubstring": true,
	}
	c.do("POST", sqlURL, body)
	databases, users := sqlURL+"/db/databases", sqlURL+"/db/users"
	c.do("POST", databases, object{"name": "meta"})
	if d := c.do("GET", databases+"/meta", nil); d["charset"] != "UTF8" || d["collation"] != "en_US.UTF8" || d["instance"] != "db" {
		t.Errorf("the database is %v", d)
	}
	if items := c.do("GET", databases, nil)["items"].([]any); len(items) != 2 {
		t.Errorf("the databases are %v", items)
	}
	c.refused(409, "already exists", "POST", databases, object{"name": "meta"})
	c.refused(400, "is not supported", "POST", databases, object{"name": "latin", "charset": "LATIN1"})
	c.refused(400, "collation of a PostgreSQL database cannot be changed", "PATCH", databases+"/meta", object{"collation": "C"})
	c.refused(400, "system database", "DELETE", databases+"/postgres", nil)
	c.refused(404, "not found", "POST", sqlURL+"/absent/databases", object{"name": "x"})
	c.do("DELETE", databases+"/meta", nil)

	c.refuses("POST", users, func() object { return object{"name": "app", "password": "Sufficient-1"} }, []mistake{
		{"no password", 400, "needs a password", object{"password": nil}},
		{"a short password", 400, "is shorter than the 10 characters", object{"password": "Short-1"}},
		{"a simple password", 400, "must have lower case", object{"password": "allthesamecase"}},
		{"the name in the password", 400, "must not contain the user's name", object{"password": "Application-1"}},
		{"a host", 400, "have no host", object{"host": "%"}},
		{"a password of an IAM user", 400, "cannot have a password", object{"name": "a@example.com", "type": "CLOUD_IAM_USER"}},
		{"a whole account name", 400, "without \".gserviceaccount.com\" suffix", object{
			"name": "x@" + testProject + ".iam.gserviceaccount.com", "type": "CLOUD_IAM_SERVICE_ACCOUNT", "password": nil}},
		{"an account that is not there", 400, "does not exist", object{"name": "x@" + testProject + ".iam", "type": "CLOUD_IAM_SERVICE_ACCOUNT", "password": nil}},
		{"capitals in an IAM user", 400, "must be in lower case", object{"name": "A@example.com", "type": "CLOUD_IAM_USER", "password": nil}},
	})
	c.do("POST", users, object{"name": "app", "password": "Sufficient-1"})
	c.do("POST", users, object{"name": "postgres", "password": "Sufficient-2"}) // the one that is there gets a password
	c.do("POST", users, object{"name": "a@example.com", "type": "CLOUD_IAM_USER"})
	c.refused(409, "already exists", "POST", users, object{"name": "a@example.com", "type": "CLOUD_IAM_USER"})
	for _, u := range c.do("GET", users, nil)["items"].([]any) {
		user := u.(object)
		if user["password"] != nil || user["name"] == "a@example.com" && user["iamEmail"] != "a@example.com" {
			t.Errorf("a user is shown as %v", user)
		}
	}
	c.do("PUT", users+"?name=app&databaseRoles=pg_monitor", object{"name": "app", "password": "Sufficient-3"})
	if user := c.do("GET", users+"/app", nil); len(user["databaseRoles"].([]any)) != 1 {
		t.Errorf("the user is %v", user)
	}
	c.refused(400, "type of a user cannot be changed", "PUT", users+"?name=app", object{"type": "CLOUD_IAM_USER"})
	c.refused(404, "not found", "DELETE", users+"?name=absent", nil)
	c.do("DELETE", users+"?name=app&host=", nil)
	c.refused(404, "not found", "GET", users+"/app", nil)
}
