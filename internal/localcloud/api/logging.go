package api

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// registerLogging: names of metrics have slashes, sinks get an identity, and
// every project has two buckets that nobody made.
func registerLogging(h *hooks) {
	h.methods["logging.projects.metrics.create"] = createLogMetric
	for _, name := range []string{"get", "update", "delete"} {
		h.methods["logging.projects.metrics."+name] = func(k *call) (map[string]any, *apiError) {
			k.path = logMetricPath(k.project.id, k.arg("metricsId"))
			return k.s.generic(k)(k)
		}
	}
	h.methods["logging.projects.getSettings"] = func(k *call) (map[string]any, *apiError) {
		return map[string]any{"name": "projects/" + k.project.id + "/settings", "kmsServiceAccountId": "cmek-p" + k.project.number + "@gcp-sa-logging.iam.gserviceaccount.com",
			"loggingServiceAccountId": "service-" + k.project.number + "@gcp-sa-logging.iam.gserviceaccount.com"}, nil
	}
	h.methods["logging.projects.getCmekSettings"] = func(k *call) (map[string]any, *apiError) {
		return map[string]any{"name": "projects/" + k.project.id + "/cmekSettings", "serviceAccountId": "cmek-p" + k.project.number + "@gcp-sa-logging.iam.gserviceaccount.com"}, nil
	}
	h.check["logging metrics"] = checkLogMetric
	h.check["logging sinks"] = checkSink
	h.check["logging buckets"] = checkLogBucket
	h.deletion["logging buckets"] = logBucketUnused
	h.check["logging exclusions"] = checkExclusion
	h.check["logging views"] = checkLogView
	h.check["logging links"] = checkLogLink
	h.made["logging links"], h.gone["logging links"] = linkDataset, dropLinkedDataset
	for _, name := range []string{"createAsync", "updateAsync"} {
		h.methods["logging.projects.locations.buckets."+name] = changeLogBucket
	}
	for _, name := range []string{"get", "patch", "delete", "list"} {
		h.methods["logging.projects.locations.buckets."+name] = func(k *call) (map[string]any, *apiError) {
			k.madeLogBuckets()
			return k.s.generic(k)(k)
		}
	}
}

func createLogMetric(k *call) (map[string]any, *apiError) {
	name := text(k.body, "name")
	r := &resource{kind: k.s.kindAt("logging", "projects/{}/metrics/{}"), service: "logging", path: logMetricPath(k.project.id, name)}
	switch {
	case name == "" || len(name) > 100 || strings.HasPrefix(name, "/"):
		return nil, errArgument("Invalid metric name '%s': 1 to 100 characters, of which the first is no slash", name)
	case k.s.store.get(r.service, r.path) != nil:
		return nil, errExists(r.path)
	}
	dropNulls(k.body)
	return k.make(r, k.body)
}

var extractor = regexp.MustCompile(`^(?:EXTRACT\([\w.\-"\[\]]+\)|REGEXP_EXTRACT\([\w.\-"\[\]]+,\s*"(?:[^"\\]|\\.)*"\))$`)

func checkLogMetric(_ *call, r, before *resource) *apiError {
	name := strings.ReplaceAll(r.id(), "%2F", "/")
	r.data["name"] = name
	if why := balanced(text(r.data, "filter")); why != "" {
		return errArgument("Invalid filter of metric %s: %s", name, why)
	}
	d, has := r.data["metricDescriptor"].(map[string]any)
	if !has {
		d = map[string]any{}
		r.data["metricDescriptor"] = d
	}
	setDefault(d, "metricKind", "DELTA")
	setDefault(d, "valueType", "INT64")
	setDefault(d, "unit", "1")
	d["type"] = "logging.googleapis.com/user/" + name
	d["name"] = strings.Split(r.path, "/metrics/")[0] + "/metricDescriptors/" + text(d, "type")
	if before != nil && memberAt(before.data, "metricDescriptor")["valueType"] != d["valueType"] {
		return errArgument("The value type of metric %s cannot change", name)
	}
	distribution, value := d["valueType"] == "DISTRIBUTION", text(r.data, "valueExtractor")
	switch {
	case d["metricKind"] != "DELTA":
		return errArgument("Log-based metrics have the kind DELTA, not %v", d["metricKind"])
	case !distribution && d["valueType"] != "INT64":
		return errArgument("Log-based metrics have values of type INT64 or DISTRIBUTION, not %v", d["valueType"])
	case distribution && value == "":
		return errArgument("A metric of type DISTRIBUTION needs a value_extractor")
	case !distribution && value != "":
		return errArgument("A value_extractor is for metrics of type DISTRIBUTION only")
	case !distribution && r.data["bucketOptions"] != nil:
		return errArgument("Bucket options are for metrics of type DISTRIBUTION only")
	case value != "" && !extractor.MatchString(value):
		return errArgument("The value_extractor '%s' cannot be parsed: EXTRACT(field) or REGEXP_EXTRACT(field, \"expression\")", value)
	}
	return checkLabelExtractors(r, d)
}

// checkLabelExtractors refuses labels without an extractor and extractors
// without a label.
func checkLabelExtractors(r *resource, descriptor map[string]any) *apiError {
	extractors := memberAt(r.data, "labelExtractors")
	var labels []string
	for _, label := range listOfObjects(descriptor["labels"]) {
		key := text(label, "key")
		labels = append(labels, key)
		if extractors[key] == nil {
			return errArgument("Label '%s' of the metric has no extractor", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(extractors)) {
		if !slices.Contains(labels, key) {
			return errArgument("Label extractor '%s' is for a label that the metric's descriptor does not have", key)
		}
		if !extractor.MatchString(text(extractors, key)) {
			return errArgument("Label extractor '%s' cannot be parsed", text(extractors, key))
		}
	}
	return nil
}

var sinkDestinations = []*regexp.Regexp{
	regexp.MustCompile(`^storage\.googleapis\.com/[^/]+$`),
	regexp.MustCompile(`^bigquery\.googleapis\.com/projects/[^/]+/datasets/[^/]+$`),
	regexp.MustCompile(`^pubsub\.googleapis\.com/projects/[^/]+/topics/[^/]+$`),
	regexp.MustCompile(`^logging\.googleapis\.com/projects/[^/]+(?:/locations/[^/]+/buckets/[^/]+)?$`),
}

func checkSink(k *call, r, before *resource) *apiError {
	destination := text(r.data, "destination")
	if !slices.ContainsFunc(sinkDestinations, func(e *regexp.Regexp) bool { return e.MatchString(destination) }) {
		return errArgument("Sink destination '%s' has none of the forms that a destination can have", destination)
	}
	if filter := text(r.data, "filter"); filter != "" && balanced(filter) != "" {
		return errArgument("Invalid sink filter: %s", balanced(filter))
	}
	if r.data["bigqueryOptions"] != nil && !strings.HasPrefix(destination, "bigquery.") {
		return errArgument("bigquery_options are for sinks to BigQuery only")
	}
	seen := map[string]bool{}
	for _, exclusion := range listOfObjects(r.data["exclusions"]) {
		name := text(exclusion, "name")
		if seen[name] {
			return errArgument("Two exclusions of the sink are named '%s'", name)
		}
		seen[name] = true
		if why := balanced(text(exclusion, "filter")); why != "" {
			return errArgument("Invalid filter of exclusion '%s': %s", name, why)
		}
	}
	own := strings.HasPrefix(destination, "logging.googleapis.com/projects/"+k.project.id+"/") || strings.HasPrefix(destination, "logging.googleapis.com/projects/"+k.project.number+"/")
	switch {
	case own: // the service writes into its own project as itself
		delete(r.data, "writerIdentity")
	case k.query.Get("uniqueWriterIdentity") == "true":
		r.data["writerIdentity"] = "serviceAccount:service-" + k.project.number + "@gcp-sa-logging.iam.gserviceaccount.com"
	case before != nil && before.data["writerIdentity"] != nil && before.data["writerIdentity"] != sharedWriter:
		return errArgument("A sink that has a unique writer identity cannot lose it")
	default:
		r.data["writerIdentity"] = sharedWriter
	}
	if bq, is := r.data["bigqueryOptions"].(map[string]any); is {
		bq["usesTimestampColumnPartitioning"] = bq["usePartitionedTables"] == true
	}
	r.data["resourceName"] = r.path
	return nil
}

const sharedWriter = "serviceAccount:cloud-logs@system.gserviceaccount.com"

// madeLogBuckets makes the buckets that every project has.
func (k *call) madeLogBuckets() {
	if k.project == nil {
		return
	}
	for id, days := range map[string]float64{"_Default": 30, "_Required": 400} {
		path := "projects/" + k.project.id + "/locations/global/buckets/" + id
		if k.s.store.get("logging", path) == nil {
			k.s.store.put(&resource{kind: k.s.kindAt("logging", "projects/{}/locations/{}/buckets/{}"), service: "logging", path: path, given: true,
				data: map[string]any{"name": path, "retentionDays": days, "lifecycleState": "ACTIVE", "description": id[1:] + " bucket", "locked": id == "_Required"}})
		}
	}
}

// changeLogBucket serves the create and update that answer with an operation.
func changeLogBucket(k *call) (map[string]any, *apiError) {
	k.madeLogBuckets()
	dropNulls(k.body)
	if strings.HasSuffix(k.method.ID, ".createAsync") {
		return k.create(k.s.kindAt("logging", "projects/{}/locations/{}/buckets/{}"), strings.TrimSuffix(k.path, ":createAsync"))
	}
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	return k.change(r, k.body)
}

const maxRetentionDays = 3650

func checkLogBucket(_ *call, r, before *resource) *apiError {
	r.data["name"] = r.path
	setDefault(r.data, "retentionDays", 30.0)
	setDefault(r.data, "lifecycleState", "ACTIVE")
	days, _ := r.data["retentionDays"].(float64)
	switch {
	case r.id() == "_Required":
		return errArgument("The bucket _Required cannot change")
	case days < 1 || days > maxRetentionDays:
		return errArgument("Bucket retention_days %v must be between 1 and %d", days, maxRetentionDays)
	case before == nil && strings.HasPrefix(r.id(), "_"):
		return errArgument("Bucket ids that begin with an underscore are Google's own")
	case before == nil:
		return nil
	case before.data["locked"] == true:
		return errPrecondition("Bucket " + r.path + " is locked")
	case before.data["analyticsEnabled"] == true && r.data["analyticsEnabled"] != true:
		return errArgument("Log Analytics cannot be disabled on bucket %s", r.path)
	}
	return nil
}

// logBucketUnused refuses to delete buckets that log views of BigQuery or the
// service itself need.
func logBucketUnused(k *call, r *resource) *apiError {
	if strings.HasPrefix(r.id(), "_") {
		return errArgument("Bucket %s cannot be deleted", r.id())
	}
	if r.data["locked"] == true {
		return errPrecondition("Bucket " + r.path + " is locked and cannot be deleted")
	}
	if links := k.s.store.in("logging", r.path+"/links"); len(links) > 0 {
		return errPrecondition("Bucket " + r.path + " has the linked dataset '" + links[0].id() + "'")
	}
	return nil
}

func checkExclusion(_ *call, r, _ *resource) *apiError {
	if why := balanced(text(r.data, "filter")); why != "" {
		return errArgument("Invalid filter of exclusion %s: %s", r.id(), why)
	}
	return nil
}

var viewRestriction = regexp.MustCompile(`(?i)^(?:NOT\s+|-)?(?:source\(|log_id\(|resource\.type\s*=|SOURCE\()`)

func checkLogView(_ *call, r, _ *resource) *apiError {
	r.data["name"] = r.path
	filter := text(r.data, "filter")
	if filter == "" {
		return nil
	}
	if why := balanced(filter); why != "" {
		return errArgument("Invalid filter of view %s: %s", r.id(), why)
	}
	for part := range strings.SplitSeq(filter, " AND ") {
		if !viewRestriction.MatchString(strings.Trim(strings.TrimSpace(part), "()")) && !viewRestriction.MatchString(strings.TrimSpace(part)) {
			return errArgument("The filter of a view can only restrict source, log_id and resource.type: '%s'", part)
		}
	}
	return nil
}

// checkLogLink makes the dataset in BigQuery through which a bucket is read.
func checkLogLink(k *call, r, before *resource) *apiError {
	bucket := k.s.store.get("logging", parentPath(parentPath(r.path)))
	if bucket == nil || bucket.data["analyticsEnabled"] != true {
		return errPrecondition("Bucket " + parentPath(parentPath(r.path)) + " needs Log Analytics for a linked dataset")
	}
	r.data["name"] = r.path
	setDefault(r.data, "lifecycleState", "ACTIVE")
	r.data["bigqueryDataset"] = map[string]any{"datasetId": "bigquery.googleapis.com/projects/" + k.project.number + "/datasets/" + r.id()}
	path := "projects/" + k.project.id + "/datasets/" + r.id()
	if before == nil && k.s.store.get("bigquery", path) != nil {
		return errExists(path)
	}
	return nil
}

func dropLinkedDataset(s *Server, r *resource) {
	if d := s.store.get("bigquery", linkedDataset(r)); d != nil {
		s.store.remove(d)
	}
}

func linkedDataset(r *resource) string {
	project, _, _ := strings.Cut(strings.TrimPrefix(r.path, "projects/"), "/")
	return "projects/" + project + "/datasets/" + r.id()
}

// linkDataset shows the linked dataset in BigQuery.
func linkDataset(s *Server, r *resource) {
	project, _, _ := strings.Cut(strings.TrimPrefix(r.path, "projects/"), "/")
	now := s.options.Now().UTC().Format(time.RFC3339)
	s.store.put(&resource{kind: s.kindAt("bigquery", "projects/{}/datasets/{}"), service: "bigquery", path: linkedDataset(r),
		data: map[string]any{"datasetReference": map[string]any{"projectId": project, "datasetId": r.id()}, "type": "LINKED", "description": "Linked " + now}})
}
