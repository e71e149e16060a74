package api_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// partOf gives what is at a path of members and list indices of an answer.
func partOf(value any, path ...any) any {
	for _, step := range path {
		switch s := step.(type) {
		case string:
			of, _ := value.(object)
			value = of[s]
		case int:
			list, _ := value.([]any)
			if s >= len(list) {
				return nil
			}
			value = list[s]
		}
	}
	return value
}

// want reports a member of an answer that is not as it must be.
func (c cloud) want(answer object, wanted any, path ...any) {
	c.t.Helper()
	if got := partOf(answer, path...); got != wanted {
		c.t.Errorf("%v is %v, want %v", path, got, wanted)
	}
}

func TestBigQueryLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	made := c.do("POST", bigquery, datasetBody("d", nil))
	c.want(made, "projectOwners", "access", 1, "specialGroup")
	c.refused(409, "already exists", "POST", bigquery, datasetBody("d", nil))

	// A PUT without access keeps it; the role's long name becomes the short one.
	c.do("PATCH", bigquery+"/d", object{"access": []any{object{"role": "roles/bigquery.dataViewer", "iamMember": "user:a@example.com"}}})
	kept := c.do("PUT", bigquery+"/d", object{"description": "x"})
	c.want(kept, "READER", "access", 0, "role")
	c.want(kept, "a@example.com", "access", 0, "userByEmail")
	c.want(kept, "x", "description")
	c.refused(409, "ETag", "PATCH", bigquery+"/d", object{"etag": "stale"})

	c.do("POST", bigquery+"/d/tables", tableBody("t", object{"schema": columns(column("n", "INTEGER"))}))
	view := c.do("POST", bigquery+"/d/tables", tableBody("v", object{"view": object{"useLegacySql": false, "query": "SELECT n FROM `" + testProject + ".d.t`"}}))
	c.want(view, "VIEW", "type")
	c.want(view, "us-east1", "location")
	c.do("POST", bigquery, datasetBody("e", object{"access": []any{object{"view": object{"projectId": testProject, "datasetId": "d", "tableId": "v"}}}}))
	wider := c.do("PUT", bigquery+"/d/tables/t", tableBody("t", object{"schema": columns(column("n", "INTEGER"), column("s", "STRING"))}))
	c.want(wider, "s", "schema", "fields", 1, "name")
	if got := c.do("GET", bigquery+"/d/tables", nil); len(got["tables"].([]any)) != 2 {
		t.Errorf("tables: %v", got)
	}
	policy := c.do("POST", bigquery+"/d/tables/t:setIamPolicy", object{"policy": object{"bindings": []any{object{"role": "roles/bigquery.dataViewer", "members": []any{"user:a@example.com"}}}}})
	c.refused(409, "ETag", "POST", bigquery+"/d/tables/t:setIamPolicy", object{"policy": object{"etag": "c3RhbGU="}})
	c.do("POST", bigquery+"/d/tables/t:setIamPolicy", object{"policy": object{"etag": policy["etag"]}})

	routine := object{"routineReference": object{"datasetId": "d", "projectId": testProject, "routineId": "r"}, "routineType": "SCALAR_FUNCTION", "definitionBody": "1"}
	c.want(c.do("POST", bigquery+"/d/routines", routine), "SQL", "language")
	routine["description"] = "x"
	c.want(c.do("PUT", bigquery+"/d/routines/r", routine), "x", "description")
	c.do("DELETE", bigquery+"/d/routines/r", nil)

	c.refused(400, "is still in use", "DELETE", bigquery+"/d", nil)
	c.do("DELETE", bigquery+"/d?deleteContents=true", nil)
	c.refused(404, "was not found", "GET", bigquery+"/d/tables/t", nil)
}

func TestConnectionsAndTransfers(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	made := c.do("POST", connections+"?connectionId=c", spannerConnection(object{"database": ledgerDatabase, "useParallelism": true, "useDataBoost": true}))
	c.want(made, "projects/"+testProject+"/locations/us-east1/connections/c", "name")
	changed := c.do("PATCH", connections+"/c?updateMask=cloudSpanner", spannerConnection(object{"database": ledgerDatabase}))
	c.want(changed, nil, "cloudSpanner", "useDataBoost")
	c.do("POST", connections+"/c:setIamPolicy", object{"policy": object{"bindings": []any{object{"role": "roles/bigquery.connectionUser", "members": []any{"user:a@example.com"}}}}})
	of := func(source string, connection any) object {
		return object{"externalDatasetReference": object{"externalSource": source, "connection": connection}}
	}
	c.want(c.do("POST", bigquery, datasetBody("live", of("google-cloudspanner:/"+ledgerDatabase, ""))), "EXTERNAL", "type")
	c.want(c.do("POST", bigquery, datasetBody("with_role", of("google-cloudspanner://ledger_reports@/"+ledgerDatabase, nil))), "EXTERNAL", "type")
	c.refused(400, "of the kind CLOUD_RESOURCE", "POST", bigquery, datasetBody("delegated", of("google-cloudspanner:/"+ledgerDatabase, made["name"])))
	resource := c.do("POST", connections+"?connectionId=r", object{"cloudResource": object{}})
	external := of("google-cloudspanner:/"+ledgerDatabase, resource["name"])
	c.want(c.do("POST", bigquery, datasetBody("delegated", external)), "EXTERNAL", "type")
	external["location"] = "europe-west1"
	c.refused(400, "must be in the dataset's location", "POST", bigquery, datasetBody("far", external))
	c.refused(400, "cannot be made in an external dataset", "POST", bigquery+"/live/tables", tableBody("t", nil))
	c.do("DELETE", connections+"/c", nil)

	valid := c.do("POST", "bigquerydatatransfer.googleapis.com/v1/projects/"+testProject+"/locations/us-east1/dataSources/scheduled_query:checkValidCreds", object{})
	c.want(valid, true, "hasValidCreds")
	config := c.do("POST", transfers, scheduledQuery("SELECT 1"))
	name, _ := config["name"].(string)
	c.want(c.do("PATCH", "bigquerydatatransfer.googleapis.com/v1/"+name+"?updateMask=schedule", object{"schedule": "every day 04:30"}), "every day 04:30", "schedule")
	if got := c.do("GET", transfers, nil); len(got["transferConfigs"].([]any)) != 1 {
		t.Errorf("transfers: %v", got)
	}
	c.do("DELETE", "bigquerydatatransfer.googleapis.com/v1/"+name, nil)
	c.refused(404, "was not found", "GET", "bigquerydatatransfer.googleapis.com/v1/"+name, nil)
}

func TestPubSubLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const topic = "projects/" + testProject + "/topics/events"
	c.want(c.do("PUT", topics+"events", object{"labels": object{"a": "b"}}), topic, "name")
	c.refused(409, "already exists", "PUT", topics+"events", object{})
	c.want(c.do("PATCH", topics+"events", object{"topic": object{"messageRetentionDuration": "86400s"}, "updateMask": "messageRetentionDuration"}), "86400s", "messageRetentionDuration")
	s := c.do("PUT", subs+"s-1", object{"topic": topic, "expirationPolicy": object{}})
	c.want(s, 10.0, "ackDeadlineSeconds")
	c.want(s, nil, "expirationPolicy", "ttl")
	c.refused(400, "The filter of a subscription cannot change", "PATCH", subs+"s-1", object{"subscription": object{"filter": "attributes:a"}, "updateMask": "filter"})
	c.do("POST", subs+"s-1:setIamPolicy", object{"policy": object{"bindings": []any{object{"role": "roles/pubsub.subscriber", "members": []any{"user:a@example.com"}}}}})
	c.do("DELETE", topics+"events", nil)
	c.want(c.do("GET", subs+"s-1", nil), "_deleted-topic_", "topic")
	c.do("DELETE", subs+"s-1", nil)
	c.refused(404, "was not found", "GET", subs+"s-1", nil)
}

func TestMigrationLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.do("POST", global+"networks", object{"name": "n"})
	const parent = "projects/" + testProject + "/locations/us-east1/"
	c.do("POST", datastream+"privateConnections?privateConnectionId=v", object{"displayName": "v", "vpcPeeringConfig": object{"vpc": "projects/" + testProject + "/global/networks/n", "subnet": "10.1.0.0/29"}})
	c.do("POST", datastream+"connectionProfiles?connectionProfileId=source", object{"displayName": "s", "postgresqlProfile": object{"hostname": "10.0.0.3", "username": "u", "password": "p", "database": "d"},
		"privateConnectivity": object{"privateConnection": parent + "privateConnections/v"}})
	c.want(c.do("GET", datastream+"connectionProfiles/source", nil), nil, "postgresqlProfile", "password")
	c.refused(400, "is used by", "DELETE", datastream+"privateConnections/v", nil)
	c.do("POST", datastream+"connectionProfiles?connectionProfileId=target", profile("bigquery", object{}))
	stream := object{"displayName": "s", "backfillNone": object{}, "sourceConfig": object{"sourceConnectionProfile": parent + "connectionProfiles/source", "mysqlSourceConfig": object{}},
		"destinationConfig": object{"destinationConnectionProfile": parent + "connectionProfiles/target", "bigqueryDestinationConfig": object{}}}
	c.refused(400, "settings are for mysql", "POST", datastream+"streams?streamId=s", stream)
	stream["sourceConfig"] = object{"sourceConnectionProfile": parent + "connectionProfiles/source", "postgresqlSourceConfig": object{"publication": "p", "replicationSlot": "r"}}
	c.do("POST", datastream+"streams?streamId=s", stream)
	c.do("PATCH", datastream+"streams/s?updateMask=state", object{"state": "RUNNING"})
	c.want(c.do("GET", datastream+"streams/s", nil), "RUNNING", "state")
	c.refused(400, "cannot become NOT_STARTED", "PATCH", datastream+"streams/s?updateMask=state", object{"state": "NOT_STARTED"})
	c.refused(400, "is used by", "DELETE", datastream+"connectionProfiles/source", nil)
	for _, path := range []string{"streams/s", "connectionProfiles/source", "connectionProfiles/target", "privateConnections/v"} {
		c.do("DELETE", datastream+path, nil)
	}
}

func TestDataflowJobs(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	launch := func(update bool, parameters object) object {
		return object{"launchParameter": object{"jobName": "m", "containerSpecGcsPath": "gs://dataflow-templates-us-east1/latest/flex/Cloud_Datastream_to_Spanner", "parameters": parameters, "update": update,
			"environment": object{"maxWorkers": 2}}}
	}
	c.refused(404, "job m", "POST", dataflow+"flexTemplates:launch", launch(true, nil))
	first := c.do("POST", dataflow+"flexTemplates:launch", launch(false, nil))
	c.want(first, "JOB_TYPE_STREAMING", "job", "type")
	c.refused(409, "already exists", "POST", dataflow+"flexTemplates:launch", launch(false, nil))
	second := c.do("POST", dataflow+"flexTemplates:launch", launch(true, object{"a": "b"}))
	c.want(second, partOf(first, "job", "id"), "job", "replaceJobId")
	id, _ := partOf(second, "job", "id").(string)
	old, _ := partOf(first, "job", "id").(string)
	c.want(c.do("GET", dataflow+"jobs/"+old, nil), "JOB_STATE_UPDATED", "currentState")
	c.want(c.do("GET", dataflow+"jobs/"+id+"?view=JOB_VIEW_ALL", nil), "b", "environment", "sdkPipelineOptions", "options", "a")
	c.want(c.do("PUT", dataflow+"jobs/"+id, object{"requestedState": "JOB_STATE_DRAINED"}), "JOB_STATE_DRAINED", "currentState")
	c.refused(400, "has ended", "PUT", dataflow+"jobs/"+id, object{"requestedState": "JOB_STATE_CANCELLED"})
	if got := c.do("GET", dataflow+"jobs", nil); len(got["jobs"].([]any)) != 2 {
		t.Errorf("jobs: %v", got)
	}
}

func TestBillingLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const info = "cloudbilling.googleapis.com/v1/projects/" + testProject + "/billingInfo"
	c.want(c.do("GET", info, nil), true, "billingEnabled")
	c.want(c.do("PUT", info, object{"billingAccountName": ""}), false, "billingEnabled")
	c.do("PUT", info+"/", object{"billingAccountName": "billingAccounts/" + account})
	c.want(c.do("GET", "cloudbilling.googleapis.com/v1/billingAccounts/"+account+"/projects", nil), testProject, "projectBillingInfo", 0, "projectId")
	c.refused(403, "does not have permission", "POST", "billingbudgets.googleapis.com/v1/billingAccounts/000000-000000-000000/budgets", budget("USD", 1))
	made := c.do("POST", budgets, budget("USD", 0.9))
	c.want(made, "CURRENT_SPEND", "thresholdRules", 0, "spendBasis")
	name, _ := made["name"].(string)
	changed := c.do("PATCH", "billingbudgets.googleapis.com/v1/"+name+"?updateMask=amount.specifiedAmount.units", object{"amount": object{"specifiedAmount": object{"units": "200"}}})
	c.want(changed, "200", "amount", "specifiedAmount", "units")
	c.refused(409, "ETag", "PATCH", "billingbudgets.googleapis.com/v1/"+name, object{"etag": made["etag"]})
	c.do("DELETE", "billingbudgets.googleapis.com/v1/"+name, nil)
	c.refused(404, "was not found", "GET", "billingbudgets.googleapis.com/v1/"+name, nil)
}

func TestExtensionsLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	for _, r := range loadBalancer {
		c.do(r.verb, r.address, r.body)
	}
	versions := object{"v1": object{"imageUri": "us-east1-docker.pkg.dev/p/r/i:1"}}
	c.do("POST", extensions+"wasmPlugins?wasmPluginId=w", object{"mainVersionId": "v1", "versions": versions})
	c.refused(400, "cannot change: make another", "PATCH", extensions+"wasmPlugins/w?updateMask=versions", object{"versions": object{"v1": object{"imageUri": "us-east1-docker.pkg.dev/p/r/i:2"}}})
	plugin := object{"name": "e", "service": "projects/" + testProject + "/locations/global/wasmPlugins/w", "supportedEvents": []any{"REQUEST_HEADERS"}}
	edge := extension("lbEdgeExtensions", plugin)
	c.do(edge.verb, edge.address, edge.body)
	c.want(c.do("GET", extensions+"wasmPlugins/w?view=WASM_PLUGIN_VIEW_FULL", nil), "projects/"+testProject+"/locations/global/lbEdgeExtensions/e", "usedBy", 0, "name")
	second := insert(extensions+"lbEdgeExtensions?lbEdgeExtensionId=again", edge.body)
	c.refused(400, "has an extension of this kind already", second.verb, second.address, second.body)
	c.refused(400, "in use by", "DELETE", extensions+"wasmPlugins/w", nil)
	c.do("PATCH", extensions+"lbEdgeExtensions/e?updateMask=description", object{"description": "x"})
	c.want(c.do("GET", extensions+"lbEdgeExtensions/e", nil), "x", "description")
	c.do("DELETE", extensions+"lbEdgeExtensions/e", nil)
	c.do("DELETE", extensions+"wasmPlugins/w", nil)
}

// TestOperationsOfServices: changes that take a while are asked for where each
// API keeps its operations.
func TestOperationsOfServices(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{OperationPolls: 2})
	for _, r := range []struct{ host, create, body, get string }{
		{"datastream.googleapis.com/v1/", datastream + "connectionProfiles?connectionProfileId=p", "bigqueryProfile", datastream + "connectionProfiles/p"},
		{"logging.googleapis.com/v2/", logging + "locations/us-east1/buckets:createAsync?bucketId=p", "description", logging + "locations/us-east1/buckets/p"},
	} {
		body := object{"bigqueryProfile": object{}, "displayName": "p"}
		if r.body == "description" {
			body = object{"description": "p"}
		}
		op := c.do("POST", r.create, body)
		name, _ := op["name"].(string)
		c.refused(404, "was not found", "GET", r.get, nil)
		c.want(c.do("GET", r.host+name, nil), false, "done")
		c.want(c.do("GET", r.host+name, nil), true, "done")
		c.do("GET", r.get, nil)
	}
}
