package api

import (
	"slices"
	"strings"
)

// registerHub: a cluster that joins a fleet becomes a membership that nobody
// made, and features name memberships in the keys of a map.
func registerHub(h *hooks) {
	features, memberships := kindKey("gkehub", "features"), kindKey("gkehub", "memberships")
	h.check[features], h.deletion[features] = checkFeature, checkFeatureDeletion
	h.check[memberships] = checkMembership
	// A project has one fleet, which has no name but this.
	h.methods["gkehub.projects.locations.fleets.create"] = func(k *call) (map[string]any, *apiError) {
		if k.arg("locationsId") != "global" {
			return nil, errArgument("Fleets are in location global only")
		}
		k.body["name"] = k.path + "/default"
		return create(k)
	}
	h.made[memberships], h.gone[memberships] = joinedFleet, leftFleet
}

// clusterLink is how the hub names a cluster.
func clusterLink(path string) string { return "//container.googleapis.com/" + path }

// clusterFleet refuses fleets of projects that there are not, and says which
// membership the cluster has.
func clusterFleet(k *call, r, before *resource) *apiError {
	fleet, joins := r.data["fleet"].(map[string]any)
	if !joins || text(fleet, "project") == "" {
		delete(r.data, "fleet")
		return nil
	}
	host := k.s.projectID(strings.TrimPrefix(text(fleet, "project"), "projects/"))
	project := k.s.projects[host]
	if project == nil {
		return errArgument("Fleet project \"%s\" does not exist.", text(fleet, "project"))
	}
	if before != nil && text(object(before.data, "fleet"), "membership") != "" {
		had := text(object(before.data, "fleet"), "project")
		if k.s.projectID(had) != host {
			return errArgument("A cluster cannot move from one fleet to another.")
		}
		fleet["membership"], fleet["project"] = object(before.data, "fleet")["membership"], had
		if object(before.data, "fleet")["preRegistered"] == true {
			fleet["preRegistered"] = true
		}
		return nil
	}
	membership := "projects/" + host + "/locations/" + k.arg("locationsId") + "/memberships/" + r.id()
	if k.s.store.get("gkehub", membership) != nil {
		return errPrecondition("The fleet has a membership '" + membership + "' of another cluster.")
	}
	fleet["membership"] = "//gkehub.googleapis.com/projects/" + project.number + "/locations/" + k.arg("locationsId") + "/memberships/" + r.id()
	return nil
}

// registerCluster makes the membership of a cluster that joins a fleet by its
// own settings.
func registerCluster(s *Server, r *resource) {
	fleet := object(r.data, "fleet")
	if text(fleet, "membership") == "" || fleet["preRegistered"] == true {
		return
	}
	_, path, _ := strings.Cut(text(fleet, "membership"), "gkehub.googleapis.com/")
	segments := strings.Split(path, "/")
	segments[1] = s.projectID(segments[1])
	path = strings.Join(segments, "/")
	m := &resource{kind: s.kindAt("gkehub", "projects/{}/locations/{}/memberships/{}"), service: "gkehub", path: path, data: map[string]any{
		"name": path, "createTime": s.timestamp("gkehub"), "updateTime": s.timestamp("gkehub"), "uniqueId": opaqueID(path),
		"state": map[string]any{"code": "READY"}, "description": r.id(), "externalId": opaqueID(r.path),
		"endpoint": map[string]any{"gkeCluster": map[string]any{"resourceLink": clusterLink(r.path)}},
	}}
	s.store.put(m)
	s.changed(m)
}

// unregisterCluster takes a cluster's membership away with it.
func unregisterCluster(s *Server, r *resource) {
	_, path, _ := strings.Cut(text(object(r.data, "fleet"), "membership"), "gkehub.googleapis.com/")
	segments := strings.Split(path, "/")
	if len(segments) < 6 {
		return
	}
	segments[1] = s.projectID(segments[1])
	if m := s.store.get("gkehub", strings.Join(segments, "/")); m != nil && object(r.data, "fleet")["preRegistered"] != true {
		leftFleet(s, m)
		s.store.remove(m)
	}
}

// clusterOf finds the cluster that a membership is of.
func (s *Server) clusterOf(membership *resource) *resource {
	link := text(object(object(membership.data, "endpoint"), "gkeCluster"), "resourceLink")
	_, path, _ := strings.Cut(link, "//container.googleapis.com/")
	path = strings.TrimPrefix(path, "v1/")
	return s.store.get("container", path)
}

// checkMembership refuses a second membership of a cluster.
func checkMembership(k *call, r, before *resource) *apiError {
	d := r.data
	if before != nil {
		if jsonText(d["endpoint"]) != jsonText(before.data["endpoint"]) {
			return errArgument("The endpoint of a membership cannot be updated")
		}
		return nil
	}
	d["uniqueId"], d["state"], d["description"] = opaqueID(r.path), map[string]any{"code": "READY"}, r.id()
	link := text(object(object(d, "endpoint"), "gkeCluster"), "resourceLink")
	if link == "" {
		return nil
	}
	cluster := k.s.clusterOf(r)
	if cluster == nil {
		return errArgument("The cluster '%s' does not exist", link)
	}
	if member := text(object(cluster.data, "fleet"), "membership"); member != "" {
		return errPrecondition("The cluster '" + cluster.path + "' is registered already, as '" + member + "'.")
	}
	fillMissing(d, map[string]any{"externalId": opaqueID(cluster.path)})
	return nil
}

// joinedFleet shows in the cluster that it was registered.
func joinedFleet(s *Server, r *resource) {
	cluster := s.clusterOf(r)
	if cluster == nil {
		return
	}
	segments := strings.Split(r.path, "/")
	project := segments[1]
	segments[1] = s.project(project).number
	cluster.data["fleet"] = map[string]any{"project": project, "membership": "//gkehub.googleapis.com/" + strings.Join(segments, "/"), "preRegistered": true}
}

// leftFleet takes what features say of a membership away with it.
func leftFleet(s *Server, r *resource) {
	if cluster := s.clusterOf(r); cluster != nil {
		delete(cluster.data, "fleet")
	}
	segments := strings.Split(r.path, "/")
	number := s.project(segments[1]).number
	for _, feature := range s.store.in("gkehub", "projects/"+segments[1]+"/locations/global/features") {
		delete(object(feature.data, "membershipSpecs"), "projects/"+number+"/"+strings.Join(segments[2:], "/"))
	}
}

// hubFeatures are the features that a fleet can have.
var hubFeatures = []string{
	"appdevexperience", "authorizer", "clusterupgrade", "configmanagement", "dataplanev2", "fleetobservability", "identityservice", "mesh", "metering",
	"multiclusteringress", "multiclusterservicediscovery", "policycontroller", "rbacrolebindingactuation", "servicedirectory", "servicemesh", "workloadcertificate", "workloadidentity",
}

// checkFeature refuses features that there are not and settings of memberships
// that there are not. Keys name projects by number, however they were written;
// empty settings mean none.
func checkFeature(k *call, r, _ *resource) *apiError {
	d := r.data
	switch {
	case k.arg("locationsId") != "global":
		return errArgument("Features are in location global only")
	case !slices.Contains(hubFeatures, r.id()):
		return errArgument("Feature '%s' does not exist", r.id())
	}
	d["resourceState"] = map[string]any{"state": "ACTIVE"}
	if d["state"] == nil {
		d["state"] = map[string]any{"state": map[string]any{"code": "OK"}}
	}
	config, given := object(d, "spec")["multiclusteringress"].(map[string]any)
	if given && k.s.store.get("gkehub", k.membershipPath(text(config, "configMembership"))) == nil {
		return errArgument("The config membership '%s' does not exist", config["configMembership"])
	}
	specs := map[string]any{}
	for key, spec := range object(d, "membershipSpecs") {
		settings, ok := spec.(map[string]any)
		if !ok || len(settings) == 0 {
			continue
		}
		path := k.membershipPath(key)
		if k.s.store.get("gkehub", path) == nil {
			return errArgument("The membership '%s' does not exist", key)
		}
		for name := range settings {
			if name != "origin" && name != r.id() {
				return errArgument("Feature '%s' takes no settings of '%s'", r.id(), name)
			}
		}
		segments := strings.Split(path, "/")
		segments[1] = k.s.project(segments[1]).number
		fillMissing(settings, map[string]any{"origin": map[string]any{"type": "USER"}})
		specs[strings.Join(segments, "/")] = settings
	}
	delete(d, "membershipSpecs")
	if len(specs) > 0 {
		d["membershipSpecs"] = specs
	}
	return nil
}

// membershipPath is where a membership is kept: its name, the project by its id.
func (k *call) membershipPath(name string) string {
	segments := strings.Split(name, "/")
	if len(segments) < 3 || k.s.projects[k.s.projectID(segments[1])] == nil {
		return name
	}
	segments[1] = k.s.projectID(segments[1])
	return strings.Join(segments, "/")
}

// checkFeatureDeletion: settings of memberships keep a feature, unless it is
// forced.
func checkFeatureDeletion(k *call, r *resource) *apiError {
	if len(object(r.data, "membershipSpecs")) > 0 && k.query.Get("force") != "true" {
		return errPrecondition("Feature '" + r.path + "' has settings of memberships: remove them first or set force.")
	}
	return nil
}
