package api

import (
	"regexp"
	"slices"
	"strings"
)

// registerDataflow: jobs are launched from templates, end but never go, and are
// replaced rather than changed.
func registerDataflow(h *hooks) {
	for _, prefix := range []string{"dataflow.projects.", "dataflow.projects.locations."} {
		h.methods[prefix+"templates.create"] = func(k *call) (map[string]any, *apiError) {
			return k.launch(text(k.body, "gcsPath"), k.body)
		}
		h.methods[prefix+"templates.launch"] = func(k *call) (map[string]any, *apiError) {
			return k.launched(k.launch(k.query.Get("gcsPath"), k.body))
		}
		h.methods[prefix+"jobs.update"] = endJob
		h.methods[prefix+"jobs.get"] = getJob
		h.methods[prefix+"jobs.list"] = listJobs
	}
	h.methods["dataflow.projects.locations.flexTemplates.launch"] = func(k *call) (map[string]any, *apiError) {
		given := memberAt(k.body, "launchParameter")
		if given["containerSpec"] == nil && text(given, "containerSpecGcsPath") == "" {
			return nil, errArgument("A flex template needs a container spec")
		}
		return k.launched(k.launch(text(given, "containerSpecGcsPath"), given))
	}
}

var (
	jobName    = regexp.MustCompile(`^[a-z](?:[-a-z0-9]*[a-z0-9])?$`)
	gcsPath    = regexp.MustCompile(`^gs://([^/]+)(?:/.*)?$`)
	streamings = regexp.MustCompile(`(?i)pubsub|stream|kafka|cdc`)
)

// endStates are those that a job does not leave.
var endStates = []string{"JOB_STATE_DONE", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED", "JOB_STATE_UPDATED", "JOB_STATE_DRAINED"}

func (k *call) launched(job map[string]any, err *apiError) (map[string]any, *apiError) {
	if err != nil {
		return nil, err
	}
	return map[string]any{"job": job}, nil
}

// jobsPath is the collection of the call's jobs. Without a location they are in
// us-central1.
func (k *call) jobsPath() string {
	location := k.arg("location")
	if location == "" {
		location = "us-central1"
	}
	return "projects/" + k.project.id + "/locations/" + location + "/jobs"
}

// launch makes a job, or with update replaces the running one of its name.
func (k *call) launch(template string, given map[string]any) (map[string]any, *apiError) {
	dropNulls(given)
	name, environment := text(given, "jobName"), memberAt(given, "environment")
	if err := k.checkLaunch(template, name, environment); err != nil {
		return nil, err
	}
	var running *resource
	for _, r := range k.s.store.in("dataflow", k.jobsPath()) {
		if r.data["name"] == name && !slices.Contains(endStates, text(r.data, "currentState")) {
			running = r
		}
	}
	update := given["update"] == true
	switch {
	case running == nil && update:
		return nil, errNotFound("job " + name)
	case running != nil && !update:
		return nil, errExists("job " + name)
	case update && running.data["type"] != "JOB_TYPE_STREAMING":
		return nil, errPrecondition("Only streaming jobs can be updated")
	}
	id := "2026-01-01_00_00_00-" + k.s.newID()
	now := k.s.timestamp("dataflow")
	options := map[string]any{"templateLocation": template}
	for _, member := range []string{"tempLocation", "machineType", "network", "subnetwork", "serviceAccountEmail", "maxWorkers", "numWorkers"} {
		if value := environment[member]; value != nil {
			options[member] = value
		}
	}
	for key, value := range memberAt(given, "parameters") {
		options[key] = value
	}
	kind := "JOB_TYPE_BATCH"
	if streamings.MatchString(template) {
		kind = "JOB_TYPE_STREAMING"
	}
	data := map[string]any{"id": id, "name": name, "projectId": k.project.id, "location": parentID(k.jobsPath()), "type": kind,
		"createTime": now, "startTime": now, "currentStateTime": now, "currentState": "JOB_STATE_RUNNING",
		"environment": map[string]any{"sdkPipelineOptions": map[string]any{"options": options}}}
	if labels := memberAt(environment, "additionalUserLabels"); len(labels) > 0 {
		data["labels"] = labels
	}
	if key := text(environment, "kmsKeyName"); key != "" {
		memberAt(data, "environment")["serviceKmsKeyName"] = key
	}
	if running != nil {
		data["replaceJobId"] = running.data["id"]
		running.data["replacedByJobId"], running.data["currentState"] = id, "JOB_STATE_UPDATED"
	}
	of := k.s.kindAt("dataflow", "projects/{}/locations/{}/jobs/{}")
	k.s.store.put(&resource{kind: of, service: "dataflow", path: k.jobsPath() + "/" + id, data: data})
	return data, nil
}

func parentID(collection string) string {
	parent := parentPath(collection)
	return parent[strings.LastIndexByte(parent, '/')+1:]
}

func (k *call) checkLaunch(template, name string, environment map[string]any) *apiError {
	if !jobName.MatchString(name) {
		return errArgument("Invalid job name '%s': lower-case letters, digits and dashes, from a letter to none of dash", name)
	}
	if location := k.arg("location"); location != "" && regionZones[location] == "" {
		return errArgument("Dataflow does not run in '%s'", location)
	}
	paths := map[string]string{"template": template, "temp location": text(environment, "tempLocation")}
	for _, what := range sortedKeys(paths) { // in order: of two mistakes the same one is always told
		path := paths[what]
		if path == "" && what != "template" {
			continue
		}
		m := gcsPath.FindStringSubmatch(path)
		if m == nil {
			return errArgument("The job's %s '%s' is no path of Cloud Storage", what, path)
		}
		if !strings.HasPrefix(m[1], "dataflow-templates") && k.s.store.get("storage", "b/"+m[1]) == nil {
			return errArgument("The bucket %s of the job's %s does not exist", m[1], what)
		}
	}
	if ref, ok := k.s.readReference(k, text(environment, "serviceAccountEmail")); ok && ref.service == "" {
		return errMissingReference(k, ref)
	}
	if most, has := environment["maxWorkers"].(float64); has {
		if least, _ := environment["numWorkers"].(float64); most < 1 || least > most {
			return errArgument("max_workers %v is less than the number of workers to begin with", most)
		}
	}
	return nil
}

func (k *call) job() (*resource, *apiError) { return k.find(k.jobsPath() + "/" + k.arg("jobId")) }

func getJob(k *call) (map[string]any, *apiError) {
	r, err := k.job()
	if err != nil {
		return nil, err
	}
	return r.data, nil
}

func listJobs(k *call) (map[string]any, *apiError) {
	var items []listed
	for _, r := range k.s.store.in("dataflow", k.jobsPath()) {
		items = append(items, listed{r.path, r.data})
	}
	return k.listAnswer(k.s.kindAt("dataflow", "projects/{}/locations/{}/jobs/{}"), items)
}

// endJob serves the update of a job: a request for another state.
func endJob(k *call) (map[string]any, *apiError) {
	r, err := k.job()
	if err != nil {
		return nil, err
	}
	wanted := text(k.body, "requestedState")
	end := map[string]string{"JOB_STATE_CANCELLED": "JOB_STATE_CANCELLED", "JOB_STATE_DRAINED": "JOB_STATE_DRAINED", "JOB_STATE_DRAINING": "JOB_STATE_DRAINED"}[wanted]
	switch {
	case slices.Contains(endStates, text(r.data, "currentState")):
		return nil, errPrecondition("Job " + r.id() + " has ended: it is in state " + text(r.data, "currentState"))
	case end == "":
		return nil, errNotServed("a job's requested state " + wanted)
	case end == "JOB_STATE_DRAINED" && r.data["type"] != "JOB_TYPE_STREAMING":
		return nil, errPrecondition("Only streaming jobs can be drained")
	}
	r.data["requestedState"], r.data["currentState"] = wanted, end
	return r.data, nil
}
