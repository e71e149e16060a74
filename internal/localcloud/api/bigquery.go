package api

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// registerBigQuery: access lists have defaults and two spellings, tables know
// their dataset, and SQL is text to the document.
func registerBigQuery(h *hooks) {
	h.check["bigquery datasets"] = checkDataset
	h.deletion["bigquery datasets"] = datasetEmpty
	h.check["bigquery tables"] = checkTable
	h.check["bigquery routines"] = checkRoutine
	h.methods["bigquery.projects.getServiceAccount"] = func(k *call) (map[string]any, *apiError) {
		return map[string]any{"kind": "bigquery#getServiceAccountResponse", "email": "bq-" + k.project.number + "@bigquery-encryption.iam.gserviceaccount.com"}, nil
	}
}

var bigQueryID = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// bigQueryLocation reports whether data can be in a place.
func bigQueryLocation(name string) bool {
	return name == "US" || name == "EU" || regionZones[name] != ""
}

// fillBigQuery sets what every resource of the API says of itself.
func (s *Server) fillBigQuery(r *resource, id, kind string) {
	r.data["id"], r.data["kind"] = id, "bigquery#"+kind
	now := fmt.Sprint(s.options.Now().UnixMilli())
	setDefault(r.data, "creationTime", now)
	r.data["lastModifiedTime"] = now
}

func checkDataset(k *call, r, before *resource) *apiError {
	if !bigQueryID.MatchString(r.id()) || len(r.id()) > 1024 {
		return errInvalid("datasetReference.datasetId", r.id(), "Dataset IDs must be alphanumeric (plus underscores) and at most 1024 characters long.")
	}
	setDefault(r.data, "location", "US")
	location := text(r.data, "location")
	if upper := strings.ToUpper(location); upper == "US" || upper == "EU" {
		location = upper
	}
	r.data["location"] = location
	if !bigQueryLocation(location) {
		return errInvalid("location", location, "BigQuery has no such location.")
	}
	if before != nil && before.data["location"] != r.data["location"] {
		return errInvalid("location", location, "The location of a dataset cannot change.")
	}
	r.data["datasetReference"] = map[string]any{"projectId": k.project.id, "datasetId": r.id()}
	k.s.fillBigQuery(r, k.project.id+":"+r.id(), "dataset")
	setDefault(r.data, "type", "DEFAULT")
	setDefault(r.data, "maxTimeTravelHours", "168")
	setDefault(r.data, "storageBillingModel", "LOGICAL")
	if hours, err := time.ParseDuration(text(r.data, "maxTimeTravelHours") + "h"); err != nil || hours < 48*time.Hour || hours > 168*time.Hour || hours%(24*time.Hour) != 0 {
		return errInvalid("maxTimeTravelHours", r.data["maxTimeTravelHours"], "Must be a multiple of 24 between 48 and 168.")
	}
	if ms := text(r.data, "defaultTableExpirationMs"); ms != "" {
		if d, err := time.ParseDuration(ms + "ms"); err != nil || d < time.Hour {
			return errInvalid("defaultTableExpirationMs", ms, "The minimum is 3600000 milliseconds, one hour.")
		}
	}
	if external := memberAt(r.data, "externalDatasetReference"); len(external) > 0 {
		r.data["type"] = "EXTERNAL"
		if err := k.checkExternalDataset(external, location); err != nil {
			return err
		}
	}
	return k.checkAccessList(r)
}

// spannerSource is a database of Spanner's as a dataset names it, with the role
// inside it or without.
var spannerSource = regexp.MustCompile(`^google-cloudspanner:(?://(?:[A-Za-z_][A-Za-z0-9_]*@)?)?/projects/[^/]+/instances/[^/]+/databases/[^/]+$`)

// checkExternalDataset refuses a federated dataset without its connection, in
// another place than it, or with one of a kind that it does not take.
func (k *call) checkExternalDataset(external map[string]any, location string) *apiError {
	source := text(external, "externalSource")
	if !strings.HasPrefix(source, "google-cloudspanner:/") && !strings.HasPrefix(source, "aws-glue://") {
		return errInvalid("externalDatasetReference.externalSource", source, "Must begin with google-cloudspanner:/ or aws-glue://.")
	}
	ofSpanner := strings.HasPrefix(source, "google-cloudspanner:")
	if ofSpanner && !spannerSource.MatchString(source) {
		return errInvalid("externalDatasetReference.externalSource", source, "Must have the form google-cloudspanner:/projects/p/instances/i/databases/d or google-cloudspanner://role@/projects/p/instances/i/databases/d.")
	}
	connection := strings.Split(k.withProjectID(text(external, "connection")), "/")
	switch {
	case text(external, "connection") == "" && ofSpanner:
		return nil
	case len(connection) != 6:
		return errInvalid("externalDatasetReference.connection", text(external, "connection"), "Must have the form projects/p/locations/l/connections/c.")
	case !strings.EqualFold(connection[3], location):
		return errInvalid("externalDatasetReference.connection", connection[3], "The connection must be in the dataset's location, "+location+".")
	}
	if named := k.referred(text(external, "connection")); ofSpanner && named != nil && named.data["cloudResource"] == nil {
		return errInvalid("externalDatasetReference.connection", text(external, "connection"), "A dataset of Spanner's tables takes a connection of the kind CLOUD_RESOURCE, or none.")
	}
	return nil
}

// primitiveRoles are the two spellings of what a dataset grants.
var primitiveRoles = map[string]string{"roles/bigquery.dataOwner": "OWNER", "roles/bigquery.dataEditor": "WRITER", "roles/bigquery.dataViewer": "READER"}

// checkAccessList refuses entries that name nobody or several, and shows those that
// it keeps as the API does.
func (k *call) checkAccessList(r *resource) *apiError {
	if _, given := r.data["access"]; !given {
		r.data["access"] = []any{
			map[string]any{"role": "WRITER", "specialGroup": "projectWriters"}, map[string]any{"role": "OWNER", "specialGroup": "projectOwners"},
			map[string]any{"role": "OWNER", "userByEmail": "localcloud@example.com"}, map[string]any{"role": "READER", "specialGroup": "projectReaders"},
		}
		return nil
	}
	var kept []any
	seen := map[string]bool{}
	for i, entry := range listOfObjects(r.data["access"]) {
		at := fmt.Sprintf("access[%d]", i)
		if err := k.checkAccessEntry(at, entry); err != nil {
			return err
		}
		if key := jsonText(entry); !seen[key] {
			seen[key] = true
			kept = append(kept, entry)
		}
	}
	r.data["access"] = kept
	return nil
}

func (k *call) checkAccessEntry(at string, entry map[string]any) *apiError {
	whom := slices.DeleteFunc(slices.Sorted(maps.Keys(entry)), func(name string) bool { return name == "role" || name == "condition" })
	if len(whom) != 1 {
		return errInvalid(at, jsonText(entry), "An access entry must name exactly one that it is for.")
	}
	role := text(entry, "role")
	authorized := slices.Contains([]string{"view", "routine", "dataset"}, whom[0])
	switch {
	case authorized && role != "":
		return errInvalid(at+".role", role, "What is authorized has no role.")
	case !authorized && role == "":
		return errInvalid(at+".role", role, "A role must be set.")
	case !authorized && !slices.Contains([]string{"OWNER", "WRITER", "READER"}, role) && !strings.Contains(role, "roles/"):
		return errInvalid(at+".role", role, "There is no such role.")
	}
	if short := primitiveRoles[role]; short != "" {
		entry["role"] = short
	}
	if member := text(entry, "iamMember"); member != "" {
		prefix, name, _ := strings.Cut(member, ":")
		if to := map[string]string{"user": "userByEmail", "serviceAccount": "userByEmail", "group": "groupByEmail", "domain": "domain"}[prefix]; to != "" {
			delete(entry, "iamMember")
			entry[to] = name
		}
	}
	if view := memberAt(entry, "view"); len(view) > 0 {
		path := "projects/" + text(view, "projectId") + "/datasets/" + text(view, "datasetId") + "/tables/" + text(view, "tableId")
		if r := k.s.store.get("bigquery", path); r == nil || r.data["view"] == nil && r.data["materializedView"] == nil {
			return errBigQueryNotFound("View", text(view, "projectId"), text(view, "datasetId"), text(view, "tableId"))
		}
	}
	return nil
}

func errBigQueryNotFound(what, project, dataset, name string) *apiError {
	return &apiError{code: http.StatusNotFound, reason: "notFound", status: "NOT_FOUND", message: fmt.Sprintf("Not found: %s %s:%s.%s", what, project, dataset, name)}
}

// datasetEmpty refuses to delete a dataset with something in it, unless the
// caller says to delete its contents too.
func datasetEmpty(k *call, r *resource) *apiError {
	if k.query.Get("deleteContents") == "true" || len(k.s.store.children[r.key()]) == 0 {
		return nil
	}
	return &apiError{code: http.StatusBadRequest, reason: "resourceInUse", message: "Dataset " + k.project.id + ":" + r.id() + " is still in use"}
}

func checkRoutine(k *call, r, before *resource) *apiError {
	dataset := parentPath(parentPath(r.path))
	r.data["routineReference"] = map[string]any{"projectId": k.project.id, "datasetId": dataset[strings.LastIndexByte(dataset, '/')+1:], "routineId": r.id()}
	k.s.fillBigQuery(r, "", "routine")
	delete(r.data, "id")
	delete(r.data, "kind")
	setDefault(r.data, "language", "SQL")
	if before != nil && before.data["routineType"] != r.data["routineType"] {
		return errInvalid("routineType", r.data["routineType"], "The type of a routine cannot change.")
	}
	switch text(r.data, "routineType") {
	case "":
		return errRequired("routine.routineType")
	case "TABLE_VALUED_FUNCTION":
		if r.data["returnType"] != nil {
			return errInvalid("returnType", "", "A table function returns a table.")
		}
	case "SCALAR_FUNCTION":
		if r.data["language"] != "SQL" && r.data["returnType"] == nil {
			return errInvalid("returnType", "", "A function that is not in SQL needs a return type.")
		}
	}
	if text(r.data, "definitionBody") == "" && r.data["remoteFunctionOptions"] == nil && r.data["sparkOptions"] == nil {
		return errInvalid("definitionBody", "", "A routine needs a body.")
	}
	if why := balanced(strings.ReplaceAll(text(r.data, "definitionBody"), "'", `"`)); why != "" && r.data["language"] == "SQL" {
		return errInvalid("definitionBody", text(r.data, "definitionBody"), "Syntax error: "+why+".")
	}
	seen := map[string]bool{}
	for _, argument := range listOfObjects(r.data["arguments"]) {
		if name := text(argument, "name"); seen[name] {
			return errInvalid("arguments", name, "Two arguments have this name.")
		}
		seen[text(argument, "name")] = true
	}
	return nil
}
