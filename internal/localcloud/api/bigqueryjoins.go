package api

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// registerBigQueryJoins: how BigQuery reaches other databases and runs queries
// on a schedule. Which members go together, and what a schedule and the
// parameters of a source are, no document says.
func registerBigQueryJoins(h *hooks) {
	h.check["bigqueryconnection connections"] = checkConnection
	h.check["bigquerydatatransfer transferConfigs"] = checkTransfer
	valid := func(*call) (map[string]any, *apiError) { return map[string]any{"hasValidCreds": true}, nil }
	h.methods["bigquerydatatransfer.projects.locations.dataSources.checkValidCreds"] = valid
	h.methods["bigquerydatatransfer.projects.dataSources.checkValidCreds"] = valid
}

var spannerDatabase = regexp.MustCompile(`^projects/[^/]+/instances/[^/]+/databases/[^/]+$`)

func checkConnection(k *call, r, before *resource) *apiError {
	var kinds []string
	for _, name := range []string{"aws", "azure", "cloudResource", "cloudSpanner", "cloudSql", "configuration", "salesforceDataCloud", "spark"} {
		if r.data[name] != nil {
			kinds = append(kinds, name)
		}
	}
	if len(kinds) != 1 {
		return errArgument("A connection must have exactly one kind of properties, not %d", len(kinds))
	}
	if before != nil && before.data[kinds[0]] == nil {
		return errArgument("The kind of a connection cannot change")
	}
	setDefault(r.data, "creationTime", fmt.Sprint(k.s.options.Now().UnixMilli()))
	r.data["lastModifiedTime"] = fmt.Sprint(k.s.options.Now().UnixMilli())
	switch kinds[0] {
	case "cloudResource":
		setDefault(memberAt(r.data, "cloudResource"), "serviceAccountId", "bqcx-"+k.project.number+"-local@gcp-sa-bigquery-condel.iam.gserviceaccount.com")
	case "cloudSql":
		r.data["hasCredential"] = memberAt(r.data, "cloudSql")["credential"] != nil
		delete(memberAt(r.data, "cloudSql"), "credential")
	case "cloudSpanner":
		return checkSpannerConnection(memberAt(r.data, "cloudSpanner"))
	}
	return nil
}

func checkSpannerConnection(spanner map[string]any) *apiError {
	boost, parallel := spanner["useDataBoost"] == true, spanner["useParallelism"] == true
	most, _ := spanner["maxParallelism"].(float64)
	switch {
	case !spannerDatabase.MatchString(text(spanner, "database")):
		return errArgument("Cloud Spanner database '%s' must have the form projects/p/instances/i/databases/d", text(spanner, "database"))
	case boost && !parallel:
		return errArgument("use_data_boost needs use_parallelism")
	case most > 0 && !boost:
		return errArgument("max_parallelism needs use_parallelism and use_data_boost")
	case most < 0 || most > 1000:
		return errArgument("max_parallelism must be between 1 and 1000")
	}
	return nil
}

var (
	everySome = regexp.MustCompile(`^every (\d+) (hours?|minutes?|mins?)(?: from \d\d:\d\d to \d\d:\d\d)?$`)
	everyDay  = regexp.MustCompile(`^(?:every|(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|\d+)(?:,(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|\d+))*) ?[a-z, ]* ([01]\d|2[0-3]):[0-5]\d$`)
)

// scheduledQueryParams are what a scheduled query can be told.
var scheduledQueryParams = []string{"query", "destination_table_name_template", "write_disposition", "partitioning_field", "partitioning_type"}

func checkTransfer(k *call, r, before *resource) *apiError {
	if text(r.data, "displayName") == "" {
		return errArgument("A transfer configuration needs a display name")
	}
	if schedule := text(r.data, "schedule"); schedule != "" {
		if err := checkSchedule(schedule); err != nil {
			return err
		}
	}
	if account := k.query.Get("serviceAccountName"); account != "" {
		ref, ok := k.s.readReference(k, account)
		if ok && ref.service == "" {
			return errMissingReference(k, ref)
		}
		if !strings.Contains(account, "@") {
			return errArgument("Service account '%s' is no address of one", account)
		}
		r.data["ownerInfo"] = map[string]any{"email": account}
	}
	if before != nil {
		setDefault(r.data, "ownerInfo", before.data["ownerInfo"])
	}
	if id := text(r.data, "destinationDatasetId"); id != "" {
		dataset := k.s.store.get("bigquery", "projects/"+k.project.id+"/datasets/"+id)
		if dataset == nil {
			return errBigQueryNotFound("Dataset", k.project.id, id, "")
		}
		if place := k.arg("locationsId"); place != "" && !strings.EqualFold(text(dataset.data, "location"), place) {
			return errArgument("The destination dataset %s is in %s, the transfer in %s", id, text(dataset.data, "location"), place)
		}
	}
	if topic := text(r.data, "notificationPubsubTopic"); topic != "" && k.s.store.get("pubsub", k.withProjectID(topic)) == nil {
		return errArgument("The notification topic %s does not exist", topic)
	}
	setDefault(r.data, "datasetRegion", k.arg("locationsId"))
	setDefault(r.data, "userId", "1")
	if r.data["state"] == nil || r.data["state"] == "RUNNING" {
		r.data["state"] = "PENDING"
	}
	if text(r.data, "dataSourceId") == "scheduled_query" {
		return checkScheduledQuery(memberAt(r.data, "params"))
	}
	return nil
}

func checkSchedule(schedule string) *apiError {
	if m := everySome.FindStringSubmatch(schedule); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil || n < 1 || strings.HasPrefix(m[2], "min") && n < 5 {
			return errArgument("Schedule '%s' is too frequent: the minimum interval is 5 minutes", schedule)
		}
		return nil
	}
	if !everyDay.MatchString(schedule) {
		return errArgument("Schedule '%s' cannot be parsed", schedule)
	}
	return nil
}

func checkScheduledQuery(params map[string]any) *apiError {
	query := text(params, "query")
	if strings.TrimSpace(query) == "" {
		return errArgument("A scheduled query needs the parameter 'query'")
	}
	for name := range params {
		if !slices.Contains(scheduledQueryParams, name) {
			return errArgument("Data source scheduled_query has no parameter '%s'", name)
		}
	}
	if disposition := text(params, "write_disposition"); disposition != "" && disposition != "WRITE_TRUNCATE" && disposition != "WRITE_APPEND" {
		return errArgument("Parameter write_disposition must be WRITE_TRUNCATE or WRITE_APPEND, not '%s'", disposition)
	}
	if _, why := readSQL(query); why != "" {
		return errArgument("Scheduled query: syntax error: %s", why)
	}
	return nil
}
