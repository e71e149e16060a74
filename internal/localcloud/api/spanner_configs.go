package api

import (
	_ "embed" // of the catalogue
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

//go:embed spanner_configs.json
var spannerCatalogue []byte

// spannerPlacement is one base configuration of the catalogue.
type spannerPlacement struct {
	Name      string         `json:"name"`
	ReadWrite []string       `json:"readWrite"` // the default leader first
	Witness   string         `json:"witness"`
	ReadOnly  map[string]int `json:"readOnly"`
	Optional  map[string]int `json:"optional"`
}

const (
	readWriteReplica = "READ_WRITE"
	readOnlyReplica  = "READ_ONLY"
	witnessReplica   = "WITNESS"
)

// baseConfigs reads the catalogue: the configurations as the API shows them,
// without names.
func baseConfigs() (map[string]map[string]any, error) {
	var file struct {
		Regions          []string                  `json:"regions"`
		RegionalOptional map[string]map[string]int `json:"regionalOptional"`
		Dual             []spannerPlacement        `json:"dual"`
		Multi            []spannerPlacement        `json:"multi"`
	}
	if err := json.Unmarshal(spannerCatalogue, &file); err != nil {
		return nil, fmt.Errorf("the catalogue of Spanner's configurations is broken: %w", err)
	}
	out := map[string]map[string]any{}
	for _, region := range file.Regions {
		p := spannerPlacement{ReadWrite: []string{region}, Optional: file.RegionalOptional[region]}
		out["regional-"+region] = p.show(region, "REGION", 3)
	}
	for _, p := range file.Dual {
		c := p.show(p.Name, "DUAL_REGION", 2)
		for _, region := range p.ReadWrite {
			c["replicas"] = append(c["replicas"].([]any), replica(region, witnessReplica, false))
		}
		out[p.Name] = c
	}
	for _, p := range file.Multi {
		out[p.Name] = p.show(p.Name, "MULTI_REGION", 2)
	}
	return out, nil
}

// show gives a placement as the API shows it, with so many voters per region.
func (p spannerPlacement) show(display, quorum string, voters int) map[string]any {
	var replicas, leaders []any
	for i, region := range p.ReadWrite {
		leaders = append(leaders, region)
		for n := range voters {
			replicas = append(replicas, replica(region, readWriteReplica, i == 0 && n == 0))
		}
	}
	if p.Witness != "" {
		replicas = append(replicas, replica(p.Witness, witnessReplica, false))
	}
	replicas = append(replicas, readOnly(p.ReadOnly)...)
	free := "UNSUPPORTED"
	if quorum == "REGION" {
		free = "AVAILABLE"
	}
	c := map[string]any{"configType": "GOOGLE_MANAGED", "displayName": display, "quorumType": quorum, "leaderOptions": leaders,
		"replicas": replicas, "freeInstanceAvailability": free}
	if optional := readOnly(p.Optional); optional != nil {
		c["optionalReplicas"] = optional
	}
	return c
}

func replica(region, kind string, leader bool) map[string]any {
	r := map[string]any{"location": region, "type": kind}
	if leader {
		r["defaultLeaderLocation"] = true
	}
	return r
}

func readOnly(count map[string]int) []any {
	var out []any
	for _, region := range slices.Sorted(maps.Keys(count)) {
		for range count[region] {
			out = append(out, replica(region, readOnlyReplica, false))
		}
	}
	return out
}

// withConfigs serves a method for which the base configurations must be there:
// nobody makes them, every project has them.
func withConfigs(does hook) hook {
	return func(k *call) (map[string]any, *apiError) {
		if err := k.s.addBaseConfigs(k.project); err != nil {
			return nil, &apiError{code: http.StatusInternalServerError, reason: "backendError", message: err.Error()}
		}
		return does(k)
	}
}

func (s *Server) addBaseConfigs(p *project) error {
	collection := "projects/" + p.id + "/instanceConfigs/"
	if s.store.get("spanner", collection+"nam3") != nil {
		return nil
	}
	found, err := baseConfigs()
	if err != nil {
		return err
	}
	for name, data := range found {
		r := &resource{kind: s.kindAt("spanner", "projects/{}/instanceConfigs/{}"), service: "spanner", path: collection + name, data: data}
		data["name"], data["state"] = r.path, "READY"
		r.given = true
		s.store.put(r)
		s.changed(r)
	}
	return nil
}

var customConfigID = regexp.MustCompile(`^custom-[-a-z0-9]*[a-z0-9]$`)

// createInstanceConfig serves what the document calls a create; a dry run is a
// different thing.
func createInstanceConfig(k *call) (map[string]any, *apiError) {
	if k.body["validateOnly"] == true {
		return nil, errNotServed(k.method.ID + " with validateOnly")
	}
	if id := text(k.body, "instanceConfigId"); !customConfigID.MatchString(id) || len(id) > 64 {
		return nil, errArgument("Invalid instance config id: %q. The id of a custom instance configuration must start with custom- and have 2 to 64 lower case letters, digits and hyphens.", id)
	}
	return create(k)
}

// checkInstanceConfig refuses replicas that the base does not offer, and fills
// in what follows from it.
func checkInstanceConfig(k *call, r, before *resource) *apiError {
	if err := checkSpannerLabels(r.data); err != nil {
		return err
	}
	if text(r.data, "displayName") == "" {
		return errArgument("The display_name of instance config %s must be given.", r.path)
	}
	if before != nil {
		for _, name := range []string{"baseConfig", "replicas", "leaderOptions", "name"} {
			if jsonText(before.data[name]) != jsonText(r.data[name]) {
				return errArgument("Field %s of instance config %s cannot be updated.", name, r.path)
			}
		}
		return nil
	}
	ref, _ := k.s.readReference(k, text(r.data, "baseConfig"))
	base := k.s.store.get("spanner", ref.path)
	if base == nil || text(base.data, "configType") != "GOOGLE_MANAGED" {
		return errArgument("Invalid base_config %q: it must be a configuration that Google manages.", text(r.data, "baseConfig"))
	}
	r.data["baseConfig"] = base.path
	left, err := addedReplicas(base.data, r.data)
	if err != nil {
		return err
	}
	r.data["configType"], r.data["quorumType"], r.data["leaderOptions"] = "USER_MANAGED", base.data["quorumType"], base.data["leaderOptions"]
	r.data["freeInstanceAvailability"] = "UNSUPPORTED"
	delete(r.data, "optionalReplicas")
	if len(left) > 0 {
		r.data["optionalReplicas"] = left
	}
	return nil
}

// addedReplicas checks a custom configuration against its base, and gives the
// optional replicas that it leaves.
func addedReplicas(base, custom map[string]any) (left []any, _ *apiError) {
	left = slices.Clone(listOf(base, "optionalReplicas"))
	missing := slices.Clone(listOf(base, "replicas"))
	for _, added := range listOf(custom, "replicas") {
		if i := slices.IndexFunc(missing, func(r any) bool { return sameReplica(r, added) }); i >= 0 {
			missing = slices.Delete(missing, i, i+1)
			continue
		}
		i := slices.IndexFunc(left, func(r any) bool { return sameReplica(r, added) })
		if i < 0 {
			where, _ := added.(map[string]any)
			return nil, errArgument("Base configuration %s does not offer a replica of type %s in %s. It offers: %s.",
				custom["baseConfig"], text(where, "type"), text(where, "location"), offered(base))
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(missing) > 0 {
		where, _ := missing[0].(map[string]any)
		return nil, errArgument("The replicas must include all of base configuration %s: a %s in %s is missing.",
			custom["baseConfig"], text(where, "type"), text(where, "location"))
	}
	return left, nil
}

// offered names the optional replicas of a configuration.
func offered(config map[string]any) string {
	regions := replicaRegions(map[string]any{"replicas": config["optionalReplicas"]})
	if len(regions) == 0 {
		return "none"
	}
	return strings.Join(regions, ", ")
}

func sameReplica(a, b any) bool {
	x, _ := a.(map[string]any)
	y, _ := b.(map[string]any)
	return text(x, "location") == text(y, "location") && text(x, "type") == text(y, "type")
}

// replicaRegions are the regions of a configuration's replicas, of some types or
// of all, sorted.
func replicaRegions(config map[string]any, types ...string) []string {
	found := map[string]bool{}
	for _, e := range listOf(config, "replicas") {
		r, _ := e.(map[string]any)
		if len(types) == 0 || slices.Contains(types, text(r, "type")) {
			found[text(r, "location")] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// listOf is a member that is a list, nil for none.
func listOf(object map[string]any, name string) []any {
	list, _ := object[name].([]any)
	return list
}

// deleteInstanceConfig refuses to delete what Google manages, what instances
// use, and what changed since it was read.
func deleteInstanceConfig(k *call, r *resource) *apiError {
	if k.query.Get("validateOnly") == "true" {
		return errNotServed(k.method.ID + " with validateOnly")
	}
	if text(r.data, "configType") == "GOOGLE_MANAGED" {
		return errArgument("Instance config %s is managed by Google and cannot be deleted.", r.path)
	}
	if etag := k.query.Get("etag"); etag != "" && etag != r.data["etag"] {
		return errEtag()
	}
	for _, key := range k.s.store.usedBy(r) {
		if user := k.s.store.byKey[key]; user != nil {
			return errPrecondition(fmt.Sprintf("Instance config %s is in use by %s.", r.path, user.path))
		}
	}
	return nil
}
