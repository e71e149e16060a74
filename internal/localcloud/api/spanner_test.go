package api_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	spanner         = "spanner.googleapis.com/v1/"
	spannerProject  = spanner + "projects/" + testProject + "/"
	spannerConfigs  = spannerProject + "instanceConfigs"
	spannerInstance = spannerProject + "instances"
	spannerLedger   = spannerInstance + "/ledger"
	spannerDatabase = spannerLedger + "/databases"
)

func configName(id string) string { return "projects/" + testProject + "/instanceConfigs/" + id }

func anInstance(config, edition string, more object) request {
	instance := object{"config": configName(config), "displayName": "Ledger", "edition": edition}
	for name, value := range more {
		instance[name] = value
	}
	return insert(spannerInstance, object{"instanceId": "ledger", "instance": instance})
}

var (
	regional  = anInstance("regional-us-east1", "STANDARD", object{"processingUnits": 200})
	nam3      = anInstance("nam3", "ENTERPRISE_PLUS", object{"nodeCount": 1})
	aDatabase = insert(spannerDatabase, object{"createStatement": "CREATE DATABASE `ledger`"})
)

func (c cloud) given(requests ...request) {
	c.t.Helper()
	for _, r := range requests {
		c.do(r.verb, r.address, r.body)
	}
}

func newSpanner(t *testing.T, o api.Options) cloud {
	t.Helper()
	o.Spanner = newMemorySpanner()
	return newCloud(t, o)
}

func TestSpannerConfigs(t *testing.T) {
	t.Parallel()
	c := newSpanner(t, api.Options{})
	listed, _ := c.do("GET", spannerConfigs+"?pageSize=100", nil)["instanceConfigs"].([]any)
	if len(listed) != 42+5+21 {
		t.Errorf("%d configurations", len(listed))
	}
	base := c.do("GET", spannerConfigs+"/nam3", nil)
	if !reflect.DeepEqual(base["leaderOptions"], []any{"us-east4", "us-east1"}) || base["configType"] != "GOOGLE_MANAGED" || base["quorumType"] != "MULTI_REGION" {
		t.Errorf("nam3: %v", base)
	}
	replicas, _ := base["replicas"].([]any)
	if len(replicas) != 5 || !reflect.DeepEqual(replicas[0], object{"location": "us-east4", "type": "READ_WRITE", "defaultLeaderLocation": true}) ||
		!reflect.DeepEqual(replicas[4], object{"location": "us-central1", "type": "WITNESS"}) {
		t.Errorf("nam3's replicas: %v", replicas)
	}
	own := append([]any{object{"location": "europe-west1", "type": "READ_ONLY"}, object{"location": "asia-southeast1", "type": "READ_ONLY"}}, replicas...)
	c.do("POST", spannerConfigs, object{"instanceConfigId": "custom-ledger",
		"instanceConfig": object{"displayName": "Ledger", "baseConfig": configName("nam3"), "replicas": own}})
	made := c.do("GET", spannerConfigs+"/custom-ledger", nil)
	left, _ := made["optionalReplicas"].([]any)
	if made["configType"] != "USER_MANAGED" || !reflect.DeepEqual(made["leaderOptions"], base["leaderOptions"]) || len(left) != 10 {
		t.Errorf("the custom configuration: %v", made)
	}
	c.do("PATCH", spannerConfigs+"/custom-ledger?updateMask=displayName", object{"instanceConfig": object{"displayName": "Changed"}})
	changed := c.do("GET", spannerConfigs+"/custom-ledger", nil)
	if changed["displayName"] != "Changed" || changed["etag"] == made["etag"] {
		t.Errorf("after a change: %v", changed)
	}
	c.refused(400, "cannot be updated", "PATCH", spannerConfigs+"/custom-ledger?updateMask=baseConfig", object{"instanceConfig": object{"baseConfig": configName("nam6")}})
	c.refused(409, "ETag", "DELETE", spannerConfigs+"/custom-ledger?etag=old", nil)
	c.given(anInstance("custom-ledger", "ENTERPRISE_PLUS", object{"nodeCount": 1}))
	c.refused(400, "is in use by", "DELETE", spannerConfigs+"/custom-ledger", nil)
	c.do("DELETE", spannerLedger, nil)
	c.do("DELETE", spannerConfigs+"/custom-ledger", nil)
	c.refused(404, "was not found", "GET", spannerConfigs+"/custom-ledger", nil)
}

func TestSpannerInstances(t *testing.T) {
	t.Parallel()
	c := newSpanner(t, api.Options{})
	c.given(regional)
	c.refused(409, "already exists", "POST", regional.address, regional.body)
	i := c.do("GET", spannerLedger, nil)
	if i["processingUnits"] != 200.0 || i["nodeCount"] != nil || i["state"] != "READY" || i["instanceType"] != "PROVISIONED" || i["name"] != "projects/"+testProject+"/instances/ledger" {
		t.Errorf("the instance: %v", i)
	}
	patch := func(mask string, instance object) object {
		t.Helper()
		c.do("PATCH", spannerLedger, object{"instance": instance, "fieldMask": mask})
		return c.do("GET", spannerLedger, nil)
	}
	if i = patch("nodeCount", object{"nodeCount": 2}); i["processingUnits"] != 2000.0 || i["nodeCount"] != 2.0 {
		t.Errorf("with nodes: %v", i)
	}
	if i = patch("displayName,labels", object{"displayName": "Changed", "labels": object{"a": "b"}}); i["displayName"] != "Changed" || !reflect.DeepEqual(i["labels"], object{"a": "b"}) {
		t.Errorf("renamed: %v", i)
	}
	auto := object{"autoscalingLimits": object{"minNodes": 3, "maxNodes": 5},
		"autoscalingTargets": object{"highPriorityCpuUtilizationPercent": 65, "storageUtilizationPercent": 90}}
	if i = patch("edition,autoscalingConfig", object{"edition": "ENTERPRISE", "autoscalingConfig": auto}); i["nodeCount"] != 3.0 {
		t.Errorf("scaling by itself: %v", i)
	}
	c.refused(400, "node_count nor processing_units", "PATCH", spannerLedger, object{"instance": object{"nodeCount": 4}, "fieldMask": "nodeCount"})
	if i = patch("autoscalingConfig.autoscalingLimits.minNodes", object{"autoscalingConfig": object{"autoscalingLimits": object{"minNodes": 4}}}); i["nodeCount"] != 4.0 {
		t.Errorf("with another minimum: %v", i)
	}
	c.refused(400, "Managed autoscaling needs", "PATCH", spannerLedger, object{"instance": object{"edition": "STANDARD"}, "fieldMask": "edition"})
	if i = patch("autoscalingConfig,processingUnits", object{"processingUnits": 1000}); i["autoscalingConfig"] != nil || i["nodeCount"] != 1.0 {
		t.Errorf("no longer scaling by itself: %v", i)
	}
	plus := c.do("POST", spannerInstance, object{"instanceId": "plus", "instance": object{"config": "projects/100000000001/instanceConfigs/nam3", "displayName": "Ledger", "nodeCount": 1}})
	if made, _ := plus["response"].(object); made["edition"] != "ENTERPRISE_PLUS" || made["config"] != configName("nam3") || made["@type"] != "type.googleapis.com/google.spanner.admin.instance.v1.Instance" {
		t.Errorf("an instance without an edition: %v", made)
	}
	if list, _ := c.do("GET", spannerInstance, nil)["instances"].([]any); len(list) != 2 {
		t.Errorf("the list: %v", list)
	}
	c.do("DELETE", spannerLedger, nil)
	c.refused(404, "was not found", "GET", spannerLedger, nil)
}

func TestSpannerDatabases(t *testing.T) {
	t.Parallel()
	c := newSpanner(t, api.Options{OperationPolls: 2})
	finish := func(op object) object {
		t.Helper()
		for range 2 {
			op = c.do("GET", spanner+fmt.Sprint(op["name"]), nil)
		}
		if op["done"] != true {
			t.Fatalf("the operation is not done: %v", op)
		}
		return op
	}
	finish(c.do("POST", nam3.address, nam3.body))
	op := c.do("POST", aDatabase.address, aDatabase.body)
	database := "projects/" + testProject + "/instances/ledger/databases/ledger"
	if name, _ := op["name"].(string); op["done"] != false || !strings.HasPrefix(name, database+"/operations/") {
		t.Errorf("the operation: %v", op)
	}
	response, _ := finish(op)["response"].(object)
	if response["name"] != database || response["@type"] != "type.googleapis.com/google.spanner.admin.database.v1.Database" {
		t.Errorf("the operation's response: %v", response)
	}
	d := c.do("GET", spanner+database, nil)
	if d["state"] != "READY" || d["versionRetentionPeriod"] != "1h" || d["databaseDialect"] != "GOOGLE_STANDARD_SQL" {
		t.Errorf("the database: %v", d)
	}
	ddl := func(statements ...string) object {
		t.Helper()
		return finish(c.do("PATCH", spanner+database+"/ddl", object{"statements": statements}))
	}
	ddl("CREATE TABLE A (Id INT64) PRIMARY KEY (Id)", "ALTER DATABASE ledger SET OPTIONS (version_retention_period = '3d', default_leader = 'us-east1')", "CREATE ROLE reader")
	if d = c.do("GET", spanner+database, nil); d["versionRetentionPeriod"] != "3d" || d["defaultLeader"] != "us-east1" {
		t.Errorf("after the statements: %v", d)
	}
	want := []any{"CREATE TABLE A (Id INT64) PRIMARY KEY (Id)", "ALTER DATABASE `ledger` SET OPTIONS (default_leader = 'us-east1')",
		"ALTER DATABASE `ledger` SET OPTIONS (version_retention_period = '3d')", "CREATE ROLE reader"}
	if got := c.do("GET", spanner+database+"/ddl", nil)["statements"]; !reflect.DeepEqual(got, want) {
		t.Errorf("the statements are %q, want %q", got, want)
	}
	if roles, _ := c.do("GET", spanner+database+"/databaseRoles", nil)["databaseRoles"].([]any); len(roles) != 4 {
		t.Errorf("the roles: %v", roles)
	}
	if failure, _ := ddl("CREATE INDEX late")["error"].(object); failure["code"] != 9.0 || !strings.Contains(fmt.Sprint(failure["message"]), "Cannot add the index") {
		t.Errorf("the operation that fails: %v", failure)
	}
	c.refused(400, "has no statements", "PATCH", spanner+database+"/ddl", object{})
	named := c.do("PATCH", spanner+database+"/ddl", object{"statements": []any{"CREATE SEQUENCE s"}, "operationId": "mine"})
	if named["name"] != database+"/operations/mine" {
		t.Errorf("the named operation: %v", named)
	}
	finish(named)
	c.refused(409, "already exists", "PATCH", spanner+database+"/ddl", object{"statements": []any{"CREATE SEQUENCE t"}, "operationId": "mine"})

	op = c.do("PATCH", spanner+database+"?updateMask=enableDropProtection", object{"enableDropProtection": true})
	if d = c.do("GET", spanner+database, nil); d["enableDropProtection"] != true {
		t.Errorf("protected from being dropped: %v", d)
	}
	finish(op)
	c.refused(400, "drop protection enabled", "DELETE", spanner+database, nil)
	c.refused(400, "has drop protection", "DELETE", spannerLedger, nil)
	finish(c.do("PATCH", spanner+database+"?updateMask=enable_drop_protection", object{}))
	c.do("DELETE", spanner+database, nil)
	c.refused(404, "was not found", "GET", spanner+database, nil)
	if databases := c.do("GET", spannerDatabase, nil)["databases"]; databases != nil {
		t.Errorf("the list: %v", databases)
	}
}

func TestSpannerBackups(t *testing.T) {
	t.Parallel()
	c := newSpanner(t, api.Options{})
	c.given(nam3, aDatabase)
	schedules := spannerDatabase + "/ledger/backupSchedules"
	full := object{"retentionDuration": "604800s", "spec": object{"cronSpec": object{"text": "0 2/12 * * *"}}, "fullBackupSpec": object{}}
	c.do("POST", schedules+"?backup_schedule_id=daily", full)
	c.do("PATCH", schedules+"/daily?updateMask=spec.cron_spec.text", object{"spec": object{"cronSpec": object{"text": "0 3 * * 0"}}})
	s := c.do("GET", schedules+"/daily", nil)
	if want := (object{"cronSpec": object{"text": "0 3 * * 0", "timeZone": "UTC", "creationWindow": "14400s"}}); !reflect.DeepEqual(s["spec"], want) || s["encryptionConfig"] == nil {
		t.Errorf("the schedule: %v", s)
	}
	for _, id := range []string{"second", "third", "fourth"} {
		c.do("POST", schedules+"?backupScheduleId="+id, full)
	}
	c.refused(429, "the most that there can be", "POST", schedules+"?backupScheduleId=fifth", full)
	if list, _ := c.do("GET", schedules, nil)["backupSchedules"].([]any); len(list) != 4 {
		t.Errorf("the list: %v", list)
	}
	c.do("DELETE", schedules+"/daily", nil)

	backups := spannerLedger + "/backups"
	database := "projects/" + testProject + "/instances/ledger/databases/ledger"
	c.do("PATCH", spannerDatabase+"/ledger/ddl", object{"statements": []any{"CREATE TABLE A (Id INT64) PRIMARY KEY (Id)", "ALTER DATABASE ledger SET OPTIONS (version_retention_period = '3d')"}})
	c.do("POST", backups+"?backupId=first", object{"database": database, "expireTime": "2026-12-01T00:00:00Z"})
	if b := c.do("GET", backups+"/first", nil); b["state"] != "READY" || b["versionTime"] == nil {
		t.Errorf("the backup: %v", b)
	}
	c.do("PATCH", backups+"/first?updateMask=expireTime", object{"expireTime": "2026-12-02T00:00:00Z"})
	c.do("DELETE", spannerDatabase+"/ledger", nil)
	c.refused(400, "while it has backups", "DELETE", spannerLedger, nil)
	c.do("POST", spannerDatabase+":restore", object{"databaseId": "again", "backup": "projects/" + testProject + "/instances/ledger/backups/first"})
	d := c.do("GET", spannerDatabase+"/again", nil)
	info, _ := d["restoreInfo"].(object)
	if d["versionRetentionPeriod"] != "3d" || info["sourceType"] != "BACKUP" {
		t.Errorf("the restored database: %v", d)
	}
	if ddl := c.do("GET", spannerDatabase+"/again/ddl", nil)["statements"]; !reflect.DeepEqual(ddl, []any{"CREATE TABLE A (Id INT64) PRIMARY KEY (Id)", "ALTER DATABASE `again` SET OPTIONS (version_retention_period = '3d')"}) {
		t.Errorf("its statements: %q", ddl)
	}
	c.do("DELETE", backups+"/first", nil)
	c.do("DELETE", spannerLedger, nil)
}

func TestSpannerPolicies(t *testing.T) {
	t.Parallel()
	c := newSpanner(t, api.Options{})
	c.given(nam3, aDatabase)
	for _, of := range []string{spannerLedger, spannerDatabase + "/ledger"} {
		etag := c.do("POST", of+":getIamPolicy", object{"options": object{"requestedPolicyVersion": 3}})["etag"]
		binding := object{"role": "roles/spanner.databaseUser", "members": []any{"group:a@example.com"}, "condition": object{"title": "t", "expression": "true"}}
		c.do("POST", of+":setIamPolicy", object{"policy": object{"version": 3, "etag": etag, "bindings": []any{binding}}})
		if got := c.do("POST", of+":getIamPolicy", nil)["bindings"]; !reflect.DeepEqual(got, []any{binding}) {
			t.Errorf("the policy of %s: %v", of, got)
		}
		c.refused(409, "ETag", "POST", of+":setIamPolicy", object{"policy": object{"etag": etag}})
	}
}

// Every database of an instance that says so starts with a schedule of its own.
func TestSpannerDefaultSchedule(t *testing.T) {
	t.Parallel()
	c := newSpanner(t, api.Options{})
	c.given(anInstance("nam3", "ENTERPRISE_PLUS", object{"nodeCount": 1, "defaultBackupScheduleType": "AUTOMATIC"}), aDatabase)
	if list, _ := c.do("GET", spannerDatabase+"/ledger/backupSchedules", nil)["backupSchedules"].([]any); len(list) != 1 {
		t.Errorf("the schedules: %v", list)
	}
}

func TestSpannerUnserved(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.given(nam3)
	c.refused(501, "spanner.projects.instances.databases.create", "POST", aDatabase.address, aDatabase.body)
	c.refused(501, "spanner.projects.instances.databases.getDdl", "GET", spannerDatabase+"/ledger/ddl", nil)
	c = newSpanner(t, api.Options{})
	c.given(nam3, aDatabase)
	c.refused(501, "instances.move", "POST", spannerLedger+":move", object{"targetConfig": configName("nam6")})
	c.refused(501, "instancePartitions.create", "POST", spannerLedger+"/instancePartitions", object{"instancePartitionId": "p", "instancePartition": object{"config": configName("eur3"), "displayName": "Part", "nodeCount": 1}})
	c.refused(501, "sessions.create", "POST", spannerDatabase+"/ledger/sessions", object{})
	c.refused(501, "changequorum", "POST", spannerDatabase+"/ledger:changequorum", object{})
}
