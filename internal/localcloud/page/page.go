// Package page shows the local cloud in a browser: what it holds, how regions
// and endpoints are, where traffic goes, with switches to make things fail.
package page

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

//go:embed page.html
var files embed.FS

// Page is an http.Handler for "/" and the switches below it.
type Page struct {
	cloud   *api.Server
	project string
	shows   *template.Template
}

// New makes the page of a project.
func New(cloud *api.Server, project string) (*Page, error) {
	shows, err := template.New("page.html").Funcs(template.FuncMap{"percent": percent}).ParseFS(files, "page.html")
	if err != nil {
		return nil, err
	}
	return &Page{cloud: cloud, project: project, shows: shows}, nil
}

// view is what the template shows.
type view struct {
	Project  string
	Regions  []region
	Services []service
	Idle     []string // services without backends
	Kinds    []kinds
	APIs     []apiState
	Count    int
	Find     string // what was looked for among the resources
	Found    int
}

type region struct {
	Name               string
	NEGs               []api.NEG
	Healthy, Endpoints int
}

// service is a backend service with its traffic by region.
type service struct {
	api.Service
	Shares []share
}

type share struct {
	Region   string
	Share    float64
	Capacity string
}

// openLimit is how many resources of a kind a search shows without being asked.
const openLimit = 20

// kinds are the resources of one kind.
type kinds struct {
	Service, Kind string
	Paths         []string
	Open          bool
}

type apiState struct {
	Name    string
	Answers bool
}

// ServeHTTP shows the page, or works a switch and goes back to it.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodGet && r.URL.Path == "/":
		var out bytes.Buffer
		if err := p.shows.Execute(&out, p.view(strings.TrimSpace(r.FormValue("find")))); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		// A browser that went away is no concern of the page.
		_, _ = w.Write(out.Bytes())
	case r.Method == http.MethodPost:
		p.work(w, r)
	default:
		http.NotFound(w, r)
	}
}

// work turns a switch. Only the page itself may: a form of another site cannot
// know that it runs.
func (p *Page) work(w http.ResponseWriter, r *http.Request) {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		http.Error(w, "only the page itself works its switches", http.StatusForbidden)
		return
	}
	on := r.FormValue("on") == "true"
	at := "regions"
	switch r.URL.Path {
	case "/region":
		p.cloud.SetRegion(p.project, r.FormValue("region"), on)
	case "/endpoint":
		p.cloud.SetEndpoint(p.project, r.FormValue("zone"), r.FormValue("neg"), r.FormValue("address"), on)
	case "/api":
		p.cloud.SetAPI(r.FormValue("api"), on)
		at = "apis"
	default:
		http.NotFound(w, r)
		return
	}
	http.Redirect(w, r, "/#"+at, http.StatusSeeOther)
}

// view is all of the project, and the resources with a word in their name or
// kind.
func (p *Page) view(find string) view {
	v := view{Project: p.project, Find: find}
	byRegion := map[string]*region{}
	for _, g := range p.cloud.NEGs(p.project) {
		if byRegion[g.Region] == nil {
			byRegion[g.Region] = &region{Name: g.Region}
		}
		in := byRegion[g.Region]
		in.NEGs = append(in.NEGs, g)
		for _, e := range g.Endpoints {
			in.Endpoints++
			if e.Healthy {
				in.Healthy++
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byRegion)) {
		v.Regions = append(v.Regions, *byRegion[name])
	}
	for _, s := range p.cloud.Services(p.project) {
		if len(s.Backends) == 0 {
			v.Idle = append(v.Idle, s.Name)
			continue
		}
		v.Services = append(v.Services, service{Service: s, Shares: shares(s)})
	}
	resources := p.cloud.Resources(p.project)
	v.Count = len(resources)
	slices.SortStableFunc(resources, func(a, b api.ResourceInfo) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Kind, b.Kind))
	})
	for _, r := range resources {
		name := strings.TrimPrefix(r.Path, "projects/"+p.project+"/")
		if !strings.Contains(strings.ToLower(r.Service+" "+r.Kind+" "+name), strings.ToLower(find)) {
			continue
		}
		v.Found++
		last := len(v.Kinds) - 1
		if last < 0 || v.Kinds[last].Service != r.Service || v.Kinds[last].Kind != r.Kind {
			v.Kinds = append(v.Kinds, kinds{Service: r.Service, Kind: r.Kind})
			last++
		}
		v.Kinds[last].Paths = append(v.Kinds[last].Paths, name)
		v.Kinds[last].Open = find != "" && len(v.Kinds[last].Paths) <= openLimit
	}
	states := p.cloud.APIs()
	for _, name := range slices.Sorted(maps.Keys(states)) {
		v.APIs = append(v.APIs, apiState{name, states[name]})
	}
	return v
}

// shares adds the traffic of a service up by region.
func shares(s api.Service) []share {
	var out []share
	for place, backends := range inRegions(s.Backends) {
		in := share{Region: place}
		low, high := backends[0].Capacity, backends[0].Capacity
		for _, b := range backends {
			in.Share += b.Share
			low, high = min(low, b.Capacity), max(high, b.Capacity)
		}
		if in.Capacity = percent(high); low != high {
			in.Capacity = percent(low) + " to " + in.Capacity
		}
		out = append(out, in)
	}
	slices.SortFunc(out, func(a, b share) int { return cmp.Compare(a.Region, b.Region) })
	return out
}

func inRegions(backends []api.Backend) map[string][]api.Backend {
	out := map[string][]api.Backend{}
	for _, b := range backends {
		region := b.Zone
		// A group need not be a zone's: "us-east1-b" is in us-east1, as is "us-east1".
		if end := len(region) - len("-b"); end > 0 && region[end] == '-' {
			region = region[:end]
		}
		out[region] = append(out[region], b)
	}
	return out
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }
