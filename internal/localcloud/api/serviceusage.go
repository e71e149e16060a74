package api

import (
	"net/http"
	"slices"
	"strings"
)

// registerServiceUsage: APIs are switched, not made, and what is switched off
// answers no longer. A project starts with every API that is served here on;
// Google has more, which can be switched on and do nothing.
func registerServiceUsage(h *hooks) {
	h.methods["serviceusage.services.get"] = getService
	h.methods["serviceusage.services.list"] = listServices
	h.methods["serviceusage.services.batchGet"] = batchGetServices
	h.methods["serviceusage.services.enable"] = enableService
	h.methods["serviceusage.services.batchEnable"] = batchEnableServices
	h.methods["serviceusage.services.disable"] = disableService
}

// OnlyServices switches off all APIs of a project but those named, as they are
// in a project that was just made.
func (s *Server) OnlyServices(projectID string, names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.project(projectID)
	for _, name := range s.router.Hosts() {
		p.disabled[name] = !slices.Contains(names, name)
	}
	for _, name := range names {
		p.enabled[name] = true
	}
}

// isEnabled reports whether an API is on in a project.
func (s *Server) isEnabled(p *project, name string) bool {
	return !p.disabled[name] && (p.enabled[name] || s.router.Serves(name) && name != "www.googleapis.com")
}

func (k *call) showService(name string) map[string]any {
	state := "DISABLED"
	if k.s.isEnabled(k.project, name) {
		state = "ENABLED"
	}
	parent := "projects/" + k.project.number
	return map[string]any{"name": parent + "/services/" + name, "parent": parent, "state": state, "config": map[string]any{"name": name, "title": name}}
}

// knownService refuses APIs that Google does not have.
func (k *call) knownService(name string) *apiError {
	if k.s.router.Serves(name) || slices.Contains(otherServices(), strings.TrimSuffix(name, ".googleapis.com")) {
		return nil
	}
	return &apiError{code: http.StatusForbidden, reason: "forbidden", status: "PERMISSION_DENIED",
		message: "Not found or permission denied for service(s): " + name + ".",
		details: []any{map[string]any{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED",
			"domain": "serviceusage.googleapis.com", "metadata": map[string]any{"services": name}}}}
}

func getService(k *call) (map[string]any, *apiError) {
	if err := k.knownService(k.last()); err != nil {
		return nil, err
	}
	return k.showService(k.last()), nil
}

func listServices(k *call) (map[string]any, *apiError) {
	var items []listed
	state, filtered := strings.CutPrefix(k.query.Get("filter"), "state:")
	if filtered {
		// The one filter that this API has; the others' do not know the colon.
		k.query.Del("filter")
	}
	names := k.s.router.Hosts()
	for _, name := range otherServices() {
		names = append(names, name+".googleapis.com")
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if item := k.showService(name); name != "www.googleapis.com" && (!filtered || item["state"] == state) {
			items = append(items, listed{name, item})
		}
	}
	return k.listAnswer(k.s.kindAt("serviceusage", "{}/{}/services/{}"), items)
}

func batchGetServices(k *call) (map[string]any, *apiError) {
	services := []any{}
	for _, path := range k.query["names"] {
		name := path[strings.LastIndexByte(path, '/')+1:]
		if err := k.knownService(name); err != nil {
			return nil, err
		}
		services = append(services, k.showService(name))
	}
	return map[string]any{"services": services}, nil
}

func enableService(k *call) (map[string]any, *apiError) {
	return k.enable([]any{k.last()}, func() map[string]any { return map[string]any{"service": k.showService(k.last())} })
}

func batchEnableServices(k *call) (map[string]any, *apiError) {
	names, ok := k.body["serviceIds"].([]any)
	if !ok || len(names) == 0 {
		return nil, errArgument("service_ids must name at least one service")
	}
	if len(names) > 20 {
		return nil, errArgument("The batch has %d services, the limit is 20", len(names))
	}
	return k.enable(names, func() map[string]any {
		services := []any{}
		for _, name := range names {
			services = append(services, k.showService(asText(name)))
		}
		return map[string]any{"services": services}
	})
}

// enable switches APIs on with all that they need.
func (k *call) enable(names []any, result func() map[string]any) (map[string]any, *apiError) {
	for _, name := range names {
		if err := k.knownService(asText(name)); err != nil {
			return nil, err
		}
	}
	return k.s.startWith(k, k.s.projectResource(k.project), "enable", func() {
		for _, n := range names {
			name := asText(n)
			for _, each := range append([]string{name}, neededBy[name]...) {
				k.project.enabled[each] = true
				delete(k.project.disabled, each)
			}
		}
	}, result), nil
}

// neededBy are the APIs that others do not work without.
var neededBy = map[string][]string{
	"container.googleapis.com": {"compute.googleapis.com"},
	"dataflow.googleapis.com":  {"compute.googleapis.com"},
}

func disableService(k *call) (map[string]any, *apiError) {
	name := k.last()
	if err := k.knownService(name); err != nil {
		return nil, err
	}
	var dependents []string
	for other, needs := range neededBy {
		if slices.Contains(needs, name) && k.s.isEnabled(k.project, other) {
			dependents = append(dependents, other)
		}
	}
	slices.Sort(dependents)
	if len(dependents) > 0 && k.body["disableDependentServices"] != true {
		return nil, errPrecondition("The service " + name + " is depended on by the following active service(s): " + strings.Join(dependents, ", ") +
			"; Please specify disable_dependent_services=true if you want to proceed with disabling all services.")
	}
	if k.body["checkIfServiceHasUsage"] == "CHECK" && k.s.hasResources(k.project, strings.TrimSuffix(name, ".googleapis.com")) {
		return nil, errPrecondition("The service " + name + " has been used recently; skip the check to disable it all the same.")
	}
	return k.s.startWith(k, k.s.projectResource(k.project), "disable", func() {
		for _, each := range append(dependents, name) {
			k.project.disabled[each] = true
			delete(k.project.enabled, each)
		}
	}, func() map[string]any { return map[string]any{"service": k.showService(name)} }), nil
}

// hasResources reports whether anything of an API is in a project.
func (s *Server) hasResources(p *project, service string) bool {
	for _, r := range s.store.byKey {
		if r.service == service && strings.HasPrefix(r.path, "projects/"+p.id+"/") {
			return true
		}
	}
	return false
}

// otherServices are APIs that Google has and nobody serves here.
func otherServices() []string {
	return strings.Fields(`accesscontextmanager aiplatform analyticshub anthos anthosconfigmanagement apigateway apikeys appengine assuredworkloads
		autoscaling bigquerydatapolicy bigquerymigration bigqueryreservation bigquerystorage bigtable bigtableadmin binaryauthorization
		cloudapis cloudasset cloudbuild clouddebugger clouddeploy clouderrorreporting cloudfunctions cloudidentity
		cloudidentitytoolkit cloudprofiler cloudquotas cloudscheduler cloudtrace composer confidentialcomputing config connectgateway containeranalysis
		containerfilesystem containerregistry containersecurity containerscanning databasemigration datacatalog dataform datalineage datapipelines
		dataplex dataproc datastore deploymentmanager developerconnect dialogflow dlp domains essentialcontacts eventarc file firebase firestore
		gkebackup gkeconnect iap identitytoolkit ids integrations kmsinventory language looker managedkafka mesh meshca meshconfig metastore
		multiclusteringress multiclusterservicediscovery multiclustermetering networkmanagement networksecurity networktopology observability
		opsconfigmonitoring orgpolicy osconfig oslogin policysimulator policytroubleshooter privateca privilegedaccessmanager pubsublite
		recaptchaenterprise recommender resourcesettings run runapps securetoken securitycenter securitycentermanagement servicecontrol servicedirectory
		servicehealth servicemanagement serviceextensions sourcerepo source speech sql-component stackdriver storage-api storage-component
		storageinsights storagetransfer sts telemetry trafficdirector translate videointelligence vision vpcaccess websecurityscanner workflowexecutions
		workflows workloadmanager workstations`)
}
