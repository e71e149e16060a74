package api

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// columnTypes are what a column can be.
var columnTypes = strings.Fields(`STRING BYTES INTEGER INT64 FLOAT FLOAT64 NUMERIC BIGNUMERIC BOOLEAN BOOL TIMESTAMP DATE TIME DATETIME GEOGRAPHY
	RECORD STRUCT JSON RANGE INTERVAL`)

func checkTable(k *call, r, before *resource) *apiError {
	datasetPath := parentPath(parentPath(r.path))
	dataset := k.s.store.get("bigquery", datasetPath)
	if dataset == nil {
		return errNotFound(datasetPath)
	}
	if dataset.data["type"] == "EXTERNAL" {
		return errInvalid("tableReference.datasetId", dataset.id(), "Tables cannot be made in an external dataset.")
	}
	r.data["tableReference"] = map[string]any{"projectId": k.project.id, "datasetId": dataset.id(), "tableId": r.id()}
	r.data["location"] = dataset.data["location"]
	k.s.fillBigQuery(r, k.project.id+":"+dataset.id()+"."+r.id(), "table")
	for name, value := range map[string]any{"numBytes": "0", "numRows": "0", "numLongTermBytes": "0"} {
		setDefault(r.data, name, value)
	}
	kind := "TABLE"
	for member, of := range map[string]string{"view": "VIEW", "materializedView": "MATERIALIZED_VIEW", "externalDataConfiguration": "EXTERNAL"} {
		if r.data[member] != nil {
			kind = of
		}
	}
	r.data["type"] = kind
	if before != nil && before.data["type"] != kind {
		return errInvalid("type", kind, fmt.Sprintf("A %v cannot become another kind of table.", before.data["type"]))
	}
	if ms := text(dataset.data, "defaultTableExpirationMs"); ms != "" && kind == "TABLE" && before == nil && r.data["expirationTime"] == nil {
		if d, err := time.ParseDuration(ms + "ms"); err == nil {
			r.data["expirationTime"] = fmt.Sprint(k.s.options.Now().Add(d).UnixMilli())
		}
	}
	if kind == "VIEW" || kind == "MATERIALIZED_VIEW" {
		return k.checkViewQuery(r, kind)
	}
	return checkColumnsOf(r, before)
}

var (
	quotedTable = regexp.MustCompile("`([^`]+)`")
)

// checkViewQuery refuses a view of what is no query or of tables that do not
// exist.
func (k *call) checkViewQuery(r *resource, kind string) *apiError {
	view := memberAt(r.data, "view")
	if kind == "MATERIALIZED_VIEW" {
		view = memberAt(r.data, "materializedView")
		setDefault(view, "enableRefresh", true)
		setDefault(view, "refreshIntervalMs", "1800000")
	}
	query := text(view, "query")
	if view["useLegacySql"] != false && kind == "VIEW" {
		return nil
	}
	tokens, why := readSQL(query)
	if why != "" {
		return errInvalid("view.query", query, "Syntax error: "+why+".")
	}
	if !isQuery(tokens) {
		return errInvalid("view.query", query, "Syntax error: a view needs a SELECT.")
	}
	for _, m := range quotedTable.FindAllStringSubmatch(query, -1) {
		parts := strings.Split(m[1], ".")
		if len(parts) != 3 || k.s.projects[parts[0]] == nil || strings.HasPrefix(parts[1], "region-") {
			continue
		}
		path := "projects/" + parts[0] + "/datasets/" + parts[1]
		if d := k.s.store.get("bigquery", path); d != nil && d.data["type"] == "EXTERNAL" {
			continue
		}
		if k.s.store.get("bigquery", path+"/tables/"+parts[2]) == nil && k.s.store.get("bigquery", path+"/routines/"+parts[2]) == nil {
			return errBigQueryNotFound("Table", parts[0], parts[1], parts[2])
		}
	}
	return nil
}

// checkColumnsOf refuses columns that cannot be, and changes of columns that
// keep no data.
func checkColumnsOf(r, before *resource) *apiError {
	columns := map[string]string{}
	fields := listOfObjects(memberAt(r.data, "schema")["fields"])
	if err := checkColumns("schema.fields", fields, columns); err != nil {
		return err
	}
	if before != nil {
		if err := checkColumnChanges(listOfObjects(memberAt(before.data, "schema")["fields"]), fields); err != nil {
			return err
		}
	}
	if len(columns) == 0 {
		return nil
	}
	clustered := texts(memberAt(r.data, "clustering")["fields"])
	if len(clustered) > 4 {
		return errInvalid("clustering.fields", strings.Join(clustered, ","), "At most 4 columns can cluster a table.")
	}
	for _, name := range clustered {
		if columns[strings.ToLower(name)] == "" {
			return errInvalid("clustering.fields", name, "The field specified for clustering cannot be found in the schema.")
		}
	}
	partition := memberAt(r.data, "timePartitioning")
	if name := text(partition, "field"); name != "" {
		switch of := columns[strings.ToLower(name)]; of {
		case "":
			return errInvalid("timePartitioning.field", name, "The field specified for partitioning cannot be found in the schema.")
		case "TIMESTAMP", "DATE", "DATETIME":
		default:
			return errInvalid("timePartitioning.field", name, "The field specified for time partitioning can only be of type TIMESTAMP, DATE or DATETIME, not "+of+".")
		}
	}
	if r.data["requirePartitionFilter"] == true && len(partition) == 0 && r.data["rangePartitioning"] == nil {
		return errInvalid("requirePartitionFilter", true, "The table is not partitioned.")
	}
	return nil
}

func checkColumns(at string, fields []map[string]any, columns map[string]string) *apiError {
	for i, f := range fields {
		name, of := text(f, "name"), strings.ToUpper(text(f, "type"))
		key := strings.ToLower(name)
		here := fmt.Sprintf("%s[%d]", at, i)
		switch {
		case name == "":
			return errInvalid(here+".name", name, "A column needs a name.")
		case columns[key] != "":
			return errInvalid(here+".name", name, "Duplicate field name.")
		case !slices.Contains(columnTypes, of):
			return errInvalid(here+".type", of, "There is no such type of column.")
		case (of == "RECORD" || of == "STRUCT") && len(listOfObjects(f["fields"])) == 0:
			return errInvalid(here+".fields", "", "A RECORD must have fields.")
		}
		if mode := strings.ToUpper(text(f, "mode")); mode != "" && !slices.Contains([]string{"NULLABLE", "REQUIRED", "REPEATED"}, mode) {
			return errInvalid(here+".mode", mode, "Must be NULLABLE, REQUIRED or REPEATED.")
		}
		columns[key] = of
		if err := checkColumns(here+".fields", listOfObjects(f["fields"]), map[string]string{}); err != nil {
			return err
		}
	}
	return nil
}

// checkColumnChanges refuses what would lose data: columns that go or change
// their type, and new ones that must have a value.
func checkColumnChanges(before, after []map[string]any) *apiError {
	now := map[string]map[string]any{}
	for _, f := range after {
		now[strings.ToLower(text(f, "name"))] = f
	}
	for _, f := range before {
		name := text(f, "name")
		next := now[strings.ToLower(name)]
		delete(now, strings.ToLower(name))
		switch {
		case next == nil:
			return errInvalid("schema", name, "Provided Schema does not match Table: the field is missing in the new schema.")
		case !strings.EqualFold(text(next, "type"), text(f, "type")):
			return errInvalid("schema", name, fmt.Sprintf("Provided Schema does not match Table: the field has changed type from %s to %s.", text(f, "type"), text(next, "type")))
		case strings.EqualFold(text(next, "mode"), "REQUIRED") && !strings.EqualFold(text(f, "mode"), "REQUIRED"):
			return errInvalid("schema", name, "Provided Schema does not match Table: the field has changed mode from NULLABLE to REQUIRED.")
		}
	}
	for _, f := range now {
		if strings.EqualFold(text(f, "mode"), "REQUIRED") {
			return errInvalid("schema", text(f, "name"), "Provided Schema does not match Table: cannot add required fields to an existing schema.")
		}
	}
	return nil
}
