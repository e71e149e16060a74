package loadbalancer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// pageSize is the API's largest page.
const pageSize = "500"

// NEG is a zonal network endpoint group.
type NEG struct {
	// Name is the short name.
	Name string
	// Zone is the short name of the zone.
	Zone string
	// URL is what a backend's group is set to.
	URL string
	// Size is how many endpoints the group holds.
	Size int
	// Network is the group's network in the form of NetworkPath.
	Network string
	// Description is where the GKE controller signs what it makes; see Maker.
	Description string
}

// NEGList is what one aggregated list tells about a project's zonal groups.
type NEGList struct {
	groups      []NEG
	zones       map[string]bool // all that the list tells of, with groups or without
	unreachable map[string]bool
	partial     bool
}

// In returns the groups of a name in the zones of a region, by zone, and the
// zones of the region that did not answer. When the list is partial without
// naming its gaps, complete is false and no zone counts as answered.
func (l *NEGList) In(region, name string) (groups []NEG, unreachable []string, complete bool) {
	for _, n := range l.groups {
		if n.Name == name && strings.HasPrefix(n.Zone, region+"-") {
			groups = append(groups, n)
		}
	}
	for zone := range l.unreachable {
		if strings.HasPrefix(zone, region+"-") {
			unreachable = append(unreachable, zone)
		}
	}
	slices.SortFunc(groups, func(a, b NEG) int { return cmp.Compare(a.Zone, b.Zone) })
	slices.Sort(unreachable)
	return groups, unreachable, !l.partial && len(unreachable) == 0
}

// Answered says whether a group in a zone would be in the list.
func (l *NEGList) Answered(zone string) bool { return !l.partial && !l.unreachable[zone] }

// Zones are those of a region that the list tells of, with groups or without.
func (l *NEGList) Zones(region string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(l.zones)), func(zone string) bool { return !strings.HasPrefix(zone, region+"-") })
}

// Knows says whether the list tells of any zone of a region, and whether it would.
func (l *NEGList) Knows(region string) (known, complete bool) {
	known = len(l.Zones(region)) > 0
	for zone := range l.unreachable {
		known = known || strings.HasPrefix(zone, region+"-")
	}
	return known, !l.partial && len(l.zones) > 0
}

// Sizes are the endpoints of all groups of a region, by GroupPath.
func (l *NEGList) Sizes(region string) map[string]int {
	sizes := map[string]int{}
	for _, n := range l.groups {
		if strings.HasPrefix(n.Zone, region+"-") {
			sizes[GroupPath(n.URL)] = n.Size
		}
	}
	return sizes
}

// NEGs lists the zonal network endpoint groups of a project, all zones in one list.
func (c *Client) NEGs(ctx context.Context, project string) (*NEGList, error) {
	list := &NEGList{unreachable: map[string]bool{}, zones: map[string]bool{}}
	token := ""
	for {
		var page negPage
		query := url.Values{"maxResults": {pageSize}, "returnPartialSuccess": {"true"}}
		if token != "" {
			query.Set("pageToken", token)
		}
		err := c.call(ctx, request{
			operation: fmt.Sprintf("list the network endpoint groups of project %q", project),
			method:    http.MethodGet,
			path:      "projects/" + url.PathEscape(project) + "/aggregated/networkEndpointGroups",
			query:     query,
		}, &page)
		if err != nil {
			return nil, err
		}
		list.add(page)
		if token = page.NextPageToken; token == "" {
			return list, nil
		}
	}
}

// PlannedNEGs is NEGs with an answer that may be as old as the client: what a
// plan is made from.
func (c *Client) PlannedNEGs(ctx context.Context, project string) (*NEGList, error) {
	return c.negs.get(ctx, project, func(ctx context.Context) (*NEGList, error) {
		return c.NEGs(ctx, project)
	})
}

type negPage struct {
	Items map[string]struct {
		Groups []struct {
			Name        string `json:"name"`
			Zone        string `json:"zone"`
			SelfLink    string `json:"selfLink"`
			Size        int    `json:"size"`
			Network     string `json:"network"`
			Description string `json:"description"`
		} `json:"networkEndpointGroups"`
		Warning *warning `json:"warning"`
	} `json:"items"`
	Unreachables  []string `json:"unreachables"`
	Warning       *warning `json:"warning"`
	NextPageToken string   `json:"nextPageToken"`
}

type warning struct {
	Code string `json:"code"`
}

// gap says whether a warning means that something is missing. A scope without
// groups on a page also carries a warning; that one is harmless.
func (w *warning) gap() bool { return w != nil && w.Code != "" && w.Code != "NO_RESULTS_ON_PAGE" }

func (l *NEGList) add(page negPage) {
	for scope, item := range page.Items {
		zone, zonal := strings.CutPrefix(scope, "zones/")
		if !zonal {
			continue
		}
		l.zones[zone] = true
		if item.Warning.gap() {
			l.unreachable[zone] = true
		}
		for _, g := range item.Groups {
			l.groups = append(l.groups, NEG{
				Name: g.Name, Zone: zone, URL: g.SelfLink, Size: g.Size, Network: NetworkPath("", g.Network), Description: g.Description,
			})
		}
	}
	for _, scope := range page.Unreachables {
		if zone := pathPart(scope, "zones"); zone != "" {
			l.unreachable[zone] = true
		} else if pathPart(scope, "regions") == "" {
			l.partial = true
		}
	}
	if page.Warning.gap() && len(page.Unreachables) == 0 {
		l.partial = true
	}
}
