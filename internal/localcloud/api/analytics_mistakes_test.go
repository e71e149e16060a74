package api_test

const (
	bigquery    = "bigquery.googleapis.com/bigquery/v2/projects/" + testProject + "/datasets"
	connections = "bigqueryconnection.googleapis.com/v1/projects/" + testProject + "/locations/us-east1/connections"
	transfers   = "bigquerydatatransfer.googleapis.com/v1/projects/" + testProject + "/locations/us-east1/transferConfigs"
	topics      = "pubsub.googleapis.com/v1/projects/" + testProject + "/topics/"
	subs        = "pubsub.googleapis.com/v1/projects/" + testProject + "/subscriptions/"
	datastream  = "datastream.googleapis.com/v1/projects/" + testProject + "/locations/us-east1/"
	dataflow    = "dataflow.googleapis.com/v1b3/projects/" + testProject + "/locations/us-east1/"
	account     = "012345-6789AB-CDEF01"
	budgets     = "billingbudgets.googleapis.com/v1/billingAccounts/" + account + "/budgets"
	extensions  = "networkservices.googleapis.com/v1/projects/" + testProject + "/locations/global/"
)

func datasetBody(id string, more object) object {
	body := object{"datasetReference": object{"datasetId": id, "projectId": testProject}, "location": "us-east1"}
	for name, value := range more {
		body[name] = value
	}
	return body
}

func tableBody(id string, more object) object {
	body := object{"tableReference": object{"datasetId": "d", "projectId": testProject, "tableId": id}}
	for name, value := range more {
		body[name] = value
	}
	return body
}

func columns(fields ...any) object { return object{"fields": fields} }

func column(name, of string) object { return object{"name": name, "type": of} }

var (
	aDataset = insert(bigquery, datasetBody("d", nil))
	aTable   = insert(bigquery+"/d/tables", tableBody("t", object{"schema": columns(column("at", "TIMESTAMP"), column("n", "INTEGER"))}))
	aTopic   = request{"PUT", topics + "events", object{}}
)

func scheduledQuery(text string) object {
	return object{"dataSourceId": "scheduled_query", "displayName": "q", "schedule": "every 30 minutes", "params": object{"query": text}}
}

func transfer(member string, value any) object {
	body := scheduledQuery("SELECT 1")
	body[member] = value
	return body
}

func spannerConnection(spanner object) object { return object{"cloudSpanner": spanner} }

const ledgerDatabase = "projects/" + testProject + "/instances/ledger/databases/ledger"

var bigQueryMistakes = []golden{
	{"dataset in no location", nil, insert(bigquery, datasetBody("x", object{"location": "us-east99"})), 400, "BigQuery has no such location"},
	{"dash in a dataset's id", nil, insert(bigquery, datasetBody("ledger-reports", nil)), 400, "alphanumeric"},
	{"table expiry below an hour", nil, insert(bigquery, datasetBody("x", object{"defaultTableExpirationMs": "60000"})), 400, "The minimum is 3600000"},
	{"time travel beyond a week", nil, insert(bigquery, datasetBody("x", object{"maxTimeTravelHours": "200"})), 400, "multiple of 24"},
	{"access for a service account that does not exist", nil, insert(bigquery, datasetBody("x", object{"access": []any{object{"role": "READER", "userByEmail": "absent@" + testProject + ".iam.gserviceaccount.com"}}})), 400, "Service account absent@"},
	{"access without a role", nil, insert(bigquery, datasetBody("x", object{"access": []any{object{"userByEmail": "a@example.com"}}})), 400, "A role must be set"},
	{"authorized view that does not exist", []request{aDataset}, insert(bigquery, datasetBody("x", object{"access": []any{object{"view": object{"projectId": testProject, "datasetId": "d", "tableId": "v"}}}})), 404, "Not found: View"},
	{"dataset with tables deleted", []request{aDataset, aTable}, request{"DELETE", bigquery + "/d", nil}, 400, "is still in use"},
	{"external dataset away from its connection", nil, insert(bigquery, datasetBody("x", object{"externalDatasetReference": object{"externalSource": "google-cloudspanner:/" + ledgerDatabase, "connection": "projects/" + testProject + "/locations/europe-west1/connections/c"}})), 400, "which does not exist"},
	{"external dataset of another kind", nil, insert(bigquery, datasetBody("x", object{"externalDatasetReference": object{"externalSource": "spanner:/" + ledgerDatabase, "connection": ""}})), 400, "Must begin with google-cloudspanner:/"},
	{"external dataset of a database by its id", nil, insert(bigquery, datasetBody("x", object{"externalDatasetReference": object{"externalSource": "google-cloudspanner:/ledger", "connection": ""}})), 400, "Must have the form google-cloudspanner:/projects/"},
	{"table in no dataset", nil, insert(bigquery+"/d/tables", tableBody("x", nil)), 404, "datasets/d' was not found"},
	{"column type that does not exist", []request{aDataset}, insert(bigquery+"/d/tables", tableBody("x", object{"schema": columns(column("a", "VARCHAR"))})), 400, "no such type of column"},
	{"two columns of one name", []request{aDataset}, insert(bigquery+"/d/tables", tableBody("x", object{"schema": columns(column("a", "STRING"), column("A", "STRING"))})), 400, "Duplicate field name"},
	{"clustered by a column that does not exist", []request{aDataset}, insert(bigquery+"/d/tables", tableBody("x", object{"schema": columns(column("a", "STRING")), "clustering": object{"fields": []any{"b"}}})), 400, "specified for clustering"},
	{"partitioned by a number", []request{aDataset}, insert(bigquery+"/d/tables", tableBody("x", object{"schema": columns(column("a", "INTEGER")), "timePartitioning": object{"type": "DAY", "field": "a"}})), 400, "can only be of type TIMESTAMP"},
	{"column that changes its type", []request{aDataset, aTable}, request{"PUT", bigquery + "/d/tables/t", tableBody("t", object{"schema": columns(column("at", "TIMESTAMP"), column("n", "STRING"))})}, 400, "changed type from INTEGER to STRING"},
	{"column that goes", []request{aDataset, aTable}, request{"PUT", bigquery + "/d/tables/t", tableBody("t", object{"schema": columns(column("at", "TIMESTAMP"))})}, 400, "missing in the new schema"},
	{"view of a table that does not exist", []request{aDataset}, insert(bigquery+"/d/tables", tableBody("v", object{"view": object{"useLegacySql": false, "query": "SELECT * FROM `" + testProject + ".d.absent`"}})), 404, "Not found: Table"},
	{"view that cannot be parsed", []request{aDataset}, insert(bigquery+"/d/tables", tableBody("v", object{"view": object{"useLegacySql": false, "query": "SELECT COUNT(* FROM t"}})), 400, "a parenthesis is not closed"},
	{"routine without a body", []request{aDataset}, insert(bigquery+"/d/routines", object{"routineReference": object{"datasetId": "d", "projectId": testProject, "routineId": "r"}, "routineType": "SCALAR_FUNCTION"}), 400, "A routine needs a body"},
	{"Data Boost without parallelism", nil, insert(connections+"?connectionId=c", spannerConnection(object{"database": ledgerDatabase, "useDataBoost": true})), 400, "use_data_boost needs"},
	{"Spanner database by its id", nil, insert(connections+"?connectionId=c", spannerConnection(object{"database": "ledger"})), 400, "must have the form projects/p/instances"},
	{"scheduled query too often", nil, insert(transfers, transfer("schedule", "every 2 minutes")), 400, "minimum interval is 5 minutes"},
	{"schedule in cron's words", nil, insert(transfers, transfer("schedule", "*/30 * * * *")), 400, "cannot be parsed"},
	{"scheduled query without a query", nil, insert(transfers, scheduledQuery("")), 400, "needs the parameter 'query'"},
	{"transfer's service account that does not exist", nil, insert(transfers+"?serviceAccountName=gone@"+testProject+".iam.gserviceaccount.com", scheduledQuery("SELECT 1")), 400, "Service account gone@"},
	{"transfer's dataset that does not exist", nil, insert(transfers, transfer("destinationDatasetId", "absent")), 404, "Not found: Dataset"},
	{"transfer's topic that does not exist", nil, insert(transfers, transfer("notificationPubsubTopic", "projects/"+testProject+"/topics/absent")), 400, "notification topic"},
}

func sub(member string, value any) object {
	body := object{"topic": "projects/" + testProject + "/topics/events"}
	body[member] = value
	return body
}

var pubSubMistakes = []golden{
	{"topic named as Google's", nil, request{"PUT", topics + "goog-events", object{}}, 400, "and not with goog"},
	{"topic kept too short", nil, request{"PUT", topics + "t-1", object{"messageRetentionDuration": "60s"}}, 400, "Topic message_retention_duration"},
	{"storage in no region", nil, request{"PUT", topics + "t-1", object{"messageStoragePolicy": object{"allowedPersistenceRegions": []any{"us-east99"}}}}, 400, "stored in region"},
	{"subscription without its topic", nil, request{"PUT", subs + "s-1", sub("ackDeadlineSeconds", 20)}, 400, "topics/events', which does not exist"},
	{"deadline beyond its range", []request{aTopic}, request{"PUT", subs + "s-1", sub("ackDeadlineSeconds", 900)}, 400, "must be between 10 and 600"},
	{"too few attempts", []request{aTopic}, request{"PUT", subs + "s-1", sub("deadLetterPolicy", object{"deadLetterTopic": "projects/" + testProject + "/topics/events", "maxDeliveryAttempts": 1})}, 400, "max_delivery_attempts 1"},
	{"dead letters to nowhere", []request{aTopic}, request{"PUT", subs + "s-1", sub("deadLetterPolicy", object{"deadLetterTopic": "projects/" + testProject + "/topics/dead"})}, 400, "topics/dead', which does not exist"},
	{"push in the clear", []request{aTopic}, request{"PUT", subs + "s-1", sub("pushConfig", object{"pushEndpoint": "http://hooks.example.com"})}, 400, "must be an HTTPS URL"},
	{"filter about data", []request{aTopic}, request{"PUT", subs + "s-1", sub("filter", `data = "x"`)}, 400, "can only be about attributes"},
	{"archive in a table that does not exist", []request{aTopic}, request{"PUT", subs + "s-1", sub("bigqueryConfig", object{"table": testProject + ".d.archive"})}, 404, testProject + ":d.archive"},
	{"schema that is no AVRO", nil, insert("pubsub.googleapis.com/v1/projects/"+testProject+"/schemas?schemaId=event", object{"type": "AVRO", "definition": "{"}), 400, "AVRO schema definition cannot be parsed"},
}

func budget(currency string, percent float64) object {
	return object{"displayName": "b", "amount": object{"specifiedAmount": object{"currencyCode": currency, "units": "100"}}, "thresholdRules": []any{object{"thresholdPercent": percent}}}
}

func extension(word string, e object) request {
	return insert(extensions+word+"?"+word[:len(word)-1]+"Id=e", object{"loadBalancingScheme": "EXTERNAL_MANAGED", "forwardingRules": []any{"https://www.googleapis.com/" + "compute/v1/projects/" + testProject + "/global/forwardingRules/f"},
		"extensionChains": []any{object{"name": "c", "matchCondition": object{"celExpression": "true"}, "extensions": []any{e}}}})
}

const serviceLink = "https://www.googleapis.com/compute/v1/projects/" + testProject + "/global/backendServices/s"

var loadBalancer = []request{aHealthCheck, aService, aURLMap, aProxy, anAddress, aRule("f", "80")}

func profile(kind string, more object) object {
	return object{"displayName": "p", kind + "Profile": more}
}

var otherMistakes = []golden{
	{"billing account that cannot be seen", nil, request{"PUT", "cloudbilling.googleapis.com/v1/projects/" + testProject + "/billingInfo", object{"billingAccountName": "billingAccounts/000000-000000-000000"}}, 403, "does not have permission on billingAccounts/000000"},
	{"closed billing account", nil, request{"PUT", "cloudbilling.googleapis.com/v1/projects/" + testProject + "/billingInfo", object{"billingAccountName": "billingAccounts/0C105E-D0C105-ED0C10"}}, 400, "is closed"},
	{"budget in another currency", nil, insert(budgets, budget("EUR", 0.9)), 400, "does not match the billing account's"},
	{"budget's threshold of nothing", nil, insert(budgets, budget("USD", 0)), 400, "greater than 0"},
	{"budget's topic that does not exist", nil, insert(budgets, object{"displayName": "b", "amount": object{"lastPeriodAmount": object{}}, "notificationsRule": object{"pubsubTopic": "projects/" + testProject + "/topics/alarm"}}), 400, "topics/alarm', which does not exist"},
	{"two kinds of profile", nil, insert(datastream+"connectionProfiles?connectionProfileId=p", object{"displayName": "p", "bigqueryProfile": object{}, "gcsProfile": object{"bucket": "b"}}), 400, "exactly one kind of profile"},
	{"files in a bucket that does not exist", nil, insert(datastream+"connectionProfiles?connectionProfileId=p", profile("gcs", object{"bucket": "absent"})), 400, "The bucket 'absent'"},
	{"private connection in a public range", []request{aNetwork}, insert(datastream+"privateConnections?privateConnectionId=p", object{"displayName": "p", "vpcPeeringConfig": object{"vpc": "projects/" + testProject + "/global/networks/n", "subnet": "8.8.8.0/29"}}), 400, "must be a private range"},
	{"stream without its profiles", nil, insert(datastream+"streams?streamId=s", object{"displayName": "s", "backfillNone": object{}, "sourceConfig": object{"sourceConnectionProfile": "projects/" + testProject + "/locations/us-east1/connectionProfiles/source"}}), 400, "connectionProfiles/source', which does not exist"},
	{"job's name in capitals", nil, insert(dataflow+"templates", object{"jobName": "Migration", "gcsPath": "gs://dataflow-templates/latest/x"}), 400, "Invalid job name"},
	{"job's files in a bucket that does not exist", nil, insert(dataflow+"templates", object{"jobName": "m", "gcsPath": "gs://dataflow-templates/latest/x", "environment": object{"tempLocation": "gs://nowhere/temp"}}), 400, "The bucket nowhere"},
	{"plugin whose main version is none", nil, insert(extensions+"wasmPlugins?wasmPluginId=w", object{"mainVersionId": "v2", "versions": object{"v1": object{"imageUri": "us-east1-docker.pkg.dev/p/r/i:1"}}}), 400, "main version 'v2'"},
	{"backend service at the edge", loadBalancer, extension("lbEdgeExtensions", object{"name": "e", "service": serviceLink}), 400, "must be a plugin"},
	{"callout without a timeout", loadBalancer, extension("lbTrafficExtensions", object{"name": "e", "service": serviceLink, "authority": "a.example.com"}), 400, "needs a timeout"},
	{"route extension that looks at responses", loadBalancer, extension("lbRouteExtensions", object{"name": "e", "service": serviceLink, "authority": "a.example.com", "timeout": "0.1s", "supportedEvents": []any{"RESPONSE_HEADERS"}}), 400, "cannot support the event RESPONSE_HEADERS"},
}
