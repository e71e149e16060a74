package localcloud

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// neg is one zonal network endpoint group as GKE makes it.
type neg struct {
	data      map[string]any // as the API shows it, but for size
	path      string         // "projects/.../networkEndpointGroups/name"
	endpoints []endpoint
}

// endpoint is one pod behind a NEG.
type endpoint struct {
	instance string // URL
	address  string
	healthy  bool
}

const endpointPort = 8080

// Partial says in which of Google's ways a list tells that a zone is missing.
type Partial int

const (
	// PartialEveryway is all of the ways at once, as aggregated lists do.
	PartialEveryway Partial = iota
	// PartialScopeWarning is a warning in the zone's own part of the list.
	PartialScopeWarning
	// PartialListWarning is a warning of the whole list.
	PartialListWarning
	// PartialUnreachables is the list's unreachables only.
	PartialUnreachables
)

// AddNEG adds a zonal NEG with a number of healthy endpoints, or replaces one.
// A zone that Google does not have is added to the fake's zones.
func (c *Compute) AddNEG(projectID, zone, name string, endpoints int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.project(projectID)
	if c.zones[zone] == "" {
		region, _ := cutLast(zone, "-")
		c.zones[zone] = region
	}
	if p.negs[zone] == nil {
		p.negs[zone] = map[string]*neg{}
	}
	project := computeSelfLink + "projects/" + projectID
	path := negPath(projectID, zone, name)
	g := &neg{path: path, data: map[string]any{
		"kind": "compute#networkEndpointGroup", "id": c.newID(), "name": name,
		"creationTimestamp":   c.timestamp(),
		"selfLink":            computeSelfLink + path,
		"zone":                project + "/zones/" + zone,
		"networkEndpointType": "GCE_VM_IP_PORT",
		"network":             project + "/global/networks/default",
		"subnetwork":          project + "/regions/" + c.zones[zone] + "/subnetworks/default",
		// The GKE controller signs what it makes; one without this is not its own.
		"description": jsonText(map[string]any{"cluster-uid": "localcloud", "namespace": "ledger", "service-name": name, "port": "8080"}),
	}}
	for i := range endpoints {
		g.endpoints = append(g.endpoints, endpoint{
			instance: fmt.Sprintf("%s/zones/%s/instances/%s-node-%d", project, zone, name, i/8),
			address:  c.newAddress(),
			healthy:  true,
		})
	}
	p.negs[zone][name] = g
}

// RemoveNEG removes a NEG, as nothing in Google can while a backend service
// uses it: entries of backend services that name it stay behind.
func (c *Compute) RemoveNEG(projectID, zone, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.project(projectID).negs[zone], name)
}

// SetHealthy makes the first healthy endpoints of a NEG HEALTHY and the rest
// UNHEALTHY. A NEG that does not exist stays absent.
func (c *Compute) SetHealthy(projectID, zone, name string, healthy int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if g := c.project(projectID).negs[zone][name]; g != nil {
		for i := range g.endpoints {
			g.endpoints[i].healthy = i < healthy
		}
	}
}

// SetUnreachable makes zones unreachable: lists that allow partial success tell
// so in the given way and leave the zones' NEGs out, other lists and reads in
// these zones fail with 503.
func (c *Compute) SetUnreachable(projectID string, how Partial, zones ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, zone := range zones {
		c.project(projectID).unreachable[zone] = how
	}
}

// SetReachable ends what SetUnreachable began.
func (c *Compute) SetReachable(projectID string, zones ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, zone := range zones {
		delete(c.project(projectID).unreachable, zone)
	}
}

// newAddress returns the next unused address of 10.0.0.0/8.
func (c *Compute) newAddress() string {
	c.addresses++
	n := c.addresses
	return fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)
}

func negPath(projectID, zone, name string) string {
	return "projects/" + projectID + "/zones/" + zone + "/networkEndpointGroups/" + name
}

// show returns the NEG as the API shows it.
func (g *neg) show() map[string]any {
	out := maps.Clone(g.data)
	out["size"] = len(g.endpoints)
	return out
}

// findNEG returns the NEG that a call names.
func (c *Compute) findNEG(k *call, name string) (*neg, *apiError) {
	zone := k.arg("zone")
	if _, gone := k.project.unreachable[zone]; gone {
		return nil, errUnreachable("zones/" + zone)
	}
	if c.zones[zone] == "" {
		return nil, errNotFound("projects/" + k.project.id + "/zones/" + zone)
	}
	g := k.project.negs[zone][name]
	if g == nil {
		return nil, errNotFound(negPath(k.project.id, zone, name))
	}
	return g, nil
}

func (c *Compute) getNEG(k *call) (map[string]any, *apiError) {
	g, err := c.findNEG(k, k.arg("networkEndpointGroup"))
	if err != nil {
		return nil, err
	}
	return g.show(), nil
}

func (c *Compute) listNEGs(k *call) (map[string]any, *apiError) {
	zone := k.arg("zone")
	if c.zones[zone] == "" {
		return nil, errNotFound("projects/" + k.project.id + "/zones/" + zone)
	}
	if _, gone := k.project.unreachable[zone]; gone {
		return nil, errUnreachable("zones/" + zone)
	}
	return k.listAnswer("compute#networkEndpointGroupList",
		"projects/"+k.project.id+"/zones/"+zone+"/networkEndpointGroups", k.project.negsOf(zone))
}

// negsOf returns the NEGs of a zone.
func (p *project) negsOf(zone string) []listed {
	var out []listed
	for _, g := range p.negs[zone] {
		out = append(out, listed{g.path, g.show()})
	}
	return out
}

// aggregatedListNEGs answers with one part per scope. As at Google a scope
// without results has a warning that says so, which is no failure.
func (c *Compute) aggregatedListNEGs(k *call) (map[string]any, *apiError) {
	p := k.project
	var all []listed
	for _, zone := range c.zoneNames() {
		if _, gone := p.unreachable[zone]; !gone {
			all = append(all, p.negsOf(zone)...)
		} else if k.query.Get("returnPartialSuccess") != "true" {
			return nil, errUnreachable("zones/" + zone)
		}
	}
	page, next, err := k.page(all)
	if err != nil {
		return nil, err
	}
	byScope := map[string][]any{}
	for _, l := range page {
		_, zone := cutLast(text(l.item, "zone"), "/")
		byScope["zones/"+zone] = append(byScope["zones/"+zone], l.item)
	}
	path := "projects/" + p.id + "/aggregated/networkEndpointGroups"
	answer := map[string]any{"kind": "compute#networkEndpointGroupAggregatedList", "id": path, "selfLink": computeSelfLink + path}
	items := map[string]any{}
	for _, scope := range c.scopes() {
		if list := byScope[scope]; len(list) > 0 {
			items[scope] = map[string]any{"networkEndpointGroups": list}
			continue
		}
		items[scope] = map[string]any{"warning": scopeWarning("NO_RESULTS_ON_PAGE",
			fmt.Sprintf("There are no results for scope '%s' on this page.", scope), scope)}
	}
	answer["items"] = items
	if next != "" {
		answer["nextPageToken"] = next
	}
	p.tellUnreachable(answer, items)
	return answer, nil
}

// tellUnreachable adds to an aggregated list which zones it lacks.
func (p *project) tellUnreachable(answer, items map[string]any) {
	var unreachables []any
	for _, zone := range slices.Sorted(maps.Keys(p.unreachable)) {
		scope, how := "zones/"+zone, p.unreachable[zone]
		if how == PartialUnreachables || how == PartialEveryway {
			unreachables = append(unreachables, "projects/"+p.id+"/"+scope)
		}
		warning := scopeWarning("UNREACHABLE", fmt.Sprintf("The scope '%s' cannot be reached.", scope), scope)
		if how == PartialScopeWarning || how == PartialEveryway {
			items[scope] = map[string]any{"warning": warning}
		} else {
			delete(items, scope)
		}
		if how == PartialListWarning || how == PartialEveryway {
			answer["warning"] = warning
		}
	}
	if unreachables != nil {
		answer["unreachables"] = unreachables
	}
}

func scopeWarning(code, message, scope string) map[string]any {
	return map[string]any{"code": code, "message": message, "data": []any{map[string]any{"key": "scope", "value": scope}}}
}

// scopes are the parts of an aggregated list.
func (c *Compute) scopes() []string {
	out := []string{"global"}
	for region := range regionZones {
		out = append(out, "regions/"+region)
	}
	for zone := range c.zones {
		out = append(out, "zones/"+zone)
	}
	return out
}

func (c *Compute) listNetworkEndpoints(k *call) (map[string]any, *apiError) {
	g, err := c.findNEG(k, k.arg("networkEndpointGroup"))
	if err != nil {
		return nil, err
	}
	var items []listed
	for i, e := range g.endpoints {
		item := map[string]any{
			"networkEndpoint": map[string]any{"instance": e.instance, "ipAddress": e.address, "port": endpointPort},
		}
		if text(k.body, "healthStatus") == "SHOW" {
			item["healths"] = c.endpointHealths(k.project, g, e)
		}
		items = append(items, listed{fmt.Sprintf("%06d", i), item})
	}
	if k.query.Get("filter") != "" {
		return nil, errNotServed("filters of " + k.method.ID)
	}
	answer, err := k.listAnswer("compute#networkEndpointGroupsListNetworkEndpoints", g.path, items)
	if err != nil {
		return nil, err
	}
	delete(answer, "selfLink") // this list has none
	return answer, nil
}

func (c *Compute) testNEGPermissions(k *call) (map[string]any, *apiError) {
	if _, err := c.findNEG(k, k.arg("resource")); err != nil {
		return nil, err
	}
	return k.permitted()
}

// permitted answers which of the asked permissions the caller has.
func (k *call) permitted() (map[string]any, *apiError) {
	asked, ok := k.body["permissions"].([]any)
	if !ok {
		return map[string]any{}, nil
	}
	var have []any
	for _, permission := range asked {
		name, ok := permission.(string)
		if !ok || strings.Contains(name, "*") || !strings.HasPrefix(name, "compute.") {
			return nil, &apiError{code: http.StatusBadRequest, reason: "badRequest", status: "INVALID_ARGUMENT",
				message: fmt.Sprintf("Permission %v is not valid for this resource.", permission)}
		}
		if !k.project.denied[name] {
			have = append(have, name)
		}
	}
	if have == nil {
		return map[string]any{}, nil
	}
	return map[string]any{"permissions": have}, nil
}

// cutLast slices s around the last separator.
func cutLast(s, separator string) (before, after string) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+len(separator):]
}
