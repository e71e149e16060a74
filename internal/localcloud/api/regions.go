package api

import (
	"maps"
	"slices"
)

// regionZones are Google's regions and the letters of their zones.
var regionZones = map[string]string{
	"africa-south1":           "abc",
	"asia-east1":              "abc",
	"asia-east2":              "abc",
	"asia-northeast1":         "abc",
	"asia-northeast2":         "abc",
	"asia-northeast3":         "abc",
	"asia-south1":             "abc",
	"asia-south2":             "abc",
	"asia-southeast1":         "abc",
	"asia-southeast2":         "abc",
	"australia-southeast1":    "abc",
	"australia-southeast2":    "abc",
	"europe-central2":         "abc",
	"europe-north1":           "abc",
	"europe-north2":           "abc",
	"europe-southwest1":       "abc",
	"europe-west1":            "bcd",
	"europe-west2":            "abc",
	"europe-west3":            "abc",
	"europe-west4":            "abc",
	"europe-west6":            "abc",
	"europe-west8":            "abc",
	"europe-west9":            "abc",
	"europe-west10":           "abc",
	"europe-west12":           "abc",
	"me-central1":             "abc",
	"me-central2":             "abc",
	"me-west1":                "abc",
	"northamerica-northeast1": "abc",
	"northamerica-northeast2": "abc",
	"northamerica-south1":     "abc",
	"southamerica-east1":      "abc",
	"southamerica-west1":      "abc",
	"us-central1":             "abcf",
	"us-east1":                "bcd",
	"us-east4":                "abc",
	"us-east5":                "abc",
	"us-south1":               "abc",
	"us-west1":                "abc",
	"us-west2":                "abc",
	"us-west3":                "abc",
	"us-west4":                "abc",
}

// getRegion and the like show the places that Google has.
func getRegion(k *call) (map[string]any, *apiError) {
	return k.s.region(k.project, k.arg("region")), nil
}

func getZone(k *call) (map[string]any, *apiError) { return k.s.zone(k.project, k.arg("zone")), nil }

func listRegions(k *call) (map[string]any, *apiError) {
	var items []listed
	for name := range regionZones {
		items = append(items, listed{name, k.s.region(k.project, name)})
	}
	return k.listAnswer(&kind{schema: "Region", word: "regions"}, items)
}

func listZones(k *call) (map[string]any, *apiError) {
	var items []listed
	for name := range k.s.zones {
		items = append(items, listed{name, k.s.zone(k.project, name)})
	}
	return k.listAnswer(&kind{schema: "Zone", word: "zones"}, items)
}

const computeSelfLink = "https://www.googleapis.com/compute/v1/"

func (s *Server) region(p *project, name string) map[string]any {
	link := computeSelfLink + "projects/" + p.id
	var zones []any
	for _, zone := range s.zoneNames() {
		if s.zones[zone] == name {
			zones = append(zones, link+"/zones/"+zone)
		}
	}
	return map[string]any{
		"kind": "compute#region", "name": name, "description": name, "status": "UP",
		"zones": zones, "selfLink": link + "/regions/" + name,
	}
}

func (s *Server) zone(p *project, name string) map[string]any {
	link := computeSelfLink + "projects/" + p.id
	return map[string]any{
		"kind": "compute#zone", "name": name, "description": name, "status": "UP",
		"region": link + "/regions/" + s.zones[name], "selfLink": link + "/zones/" + name,
	}
}

// zoneNames returns all zones in order.
func (s *Server) zoneNames() []string { return slices.Sorted(maps.Keys(s.zones)) }

// ZonesOf are the zones of a region, as "us-east1-b"; none for a region that
// Google does not have.
func ZonesOf(region string) []string {
	var out []string
	for _, letter := range regionZones[region] {
		out = append(out, region+"-"+string(letter))
	}
	return out
}
