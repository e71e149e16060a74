package topology

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Usage is how much of each component is used: by component and quantity, as
// Quantities lists them.
type Usage map[string]map[string]float64

// Quantity is something that a component is paid for by.
type Quantity struct {
	Name    string
	Default float64
	// What says in a few words what is counted, with its unit.
	What string
}

// The components of a ledger's cost.
const (
	ComponentSpanner       = "spanner"
	ComponentGKE           = "gke"
	ComponentSQL           = "sql"
	ComponentCache         = "cache"
	ComponentEdge          = "edge"
	ComponentNetwork       = "network"
	ComponentEncryption    = "encryption"
	ComponentObservability = "observability"
)

// Components are the components in the order of a bill.
func Components() []string {
	return []string{ComponentSpanner, ComponentGKE, ComponentSQL, ComponentCache, ComponentEdge, ComponentNetwork, ComponentEncryption, ComponentObservability}
}

// Quantities are what a component is paid for by. Those of gke, sql and cache
// count in each region, all others once.
func Quantities(component string) []Quantity {
	commitment := Quantity{"commitment_years", 0, "length of the commitment: 0, 1 or 3 years; to what is used at all hours, or to the peak where that is cheaper"}
	switch component {
	case ComponentSpanner:
		return []Quantity{
			{"processing_units", 1000, "processing units, the same number in every replica"},
			{"off_peak_processing_units", 0, "processing units that the autoscaler goes down to off-peak; 0 for no autoscaler"},
			{"off_peak_hours_per_day", 0, "hours of a day that are off-peak"},
			{"storage_gb", 0, "data with its indexes in GB"},
			{"backup_gb", 0, "backups in GB"},
			{"replicated_gb", 0, "data replicated to other regions in GB a month"},
			{"data_boost_spu_hours", 0, "Data Boost in serverless processing unit hours a month"},
			commitment,
		}
	case ComponentGKE:
		return []Quantity{
			{"pods", 3, "pods"}, {"vcpu_per_pod", 1, "requested vCPUs of a pod"}, {"memory_gb_per_pod", 4, "requested memory of a pod in GB"}, commitment,
		}
	case ComponentSQL:
		return []Quantity{
			{"vcpus", 4, "vCPUs"}, {"memory_gb", 16, "memory in GB"}, {"high_availability", 1, "1 for a standby in another zone, 0 for none"},
			{"replicas", 0, "zonal replicas of the same size"}, {"storage_gb", 0, "storage in GB"}, {"backup_gb", 0, "backups in GB"}, commitment,
		}
	case ComponentCache:
		return []Quantity{{"memory_gb", 5, "memory in GB"}, {"high_availability", 1, "1 for a replica, 0 for none"}, commitment}
	case ComponentEdge:
		return []Quantity{
			{"forwarding_rules", 4, "forwarding rules"}, {"processed_gb", 0, "requests in GB a month"}, {"internet_gb", 0, "uncached responses in GB a month"},
			{"cdn_gb", 0, "cached responses in GB a month"}, {"security_policies", 0, "Cloud Armor policies"}, {"security_rules", 0, "rules in them"},
			{"million_requests", 0, "requests that they look at, in millions a month"},
		}
	case ComponentNetwork:
		return []Quantity{{"nat_gb", 0, "data through Cloud NAT in GB a month"}, {"inter_region_gb", 0, "data between regions in GB a month"}}
	case ComponentEncryption:
		return []Quantity{{"key_versions", 0, "active key versions"}}
	case ComponentObservability:
		return []Quantity{{"metrics_mib", 0, "chargeable metrics in MiB a month"}, {"logs_gib", 0, "logs beyond what is free, in GiB a month"}}
	}
	return nil
}

// UsageError is a quantity that cannot be.
type UsageError struct {
	Component, Quantity, Reason string
}

// Error tells what is wrong and what to do.
func (e *UsageError) Error() string {
	return strings.Trim(e.Component+"."+e.Quantity, ".") + ": " + e.Reason
}

// complete checks the usage and fills in what is left out of a component that
// is there.
func (u Usage) complete() (Usage, error) {
	full := Usage{}
	for _, component := range slices.Sorted(maps.Keys(u)) {
		known := Quantities(component)
		if known == nil {
			return nil, &UsageError{Component: component, Reason: "there is no such component; there are " + strings.Join(Components(), ", ")}
		}
		full[component] = map[string]float64{}
		var names []string
		for _, quantity := range known {
			names = append(names, quantity.Name)
			full[component][quantity.Name] = quantity.Default
		}
		for _, name := range slices.Sorted(maps.Keys(u[component])) {
			value := u[component][name]
			problem := ""
			switch {
			case !slices.Contains(names, name):
				problem = "there is no such quantity; there are " + strings.Join(names, ", ")
			case value < 0 || math.IsNaN(value) || math.IsInf(value, 0):
				problem = fmt.Sprintf("%v is no quantity", value)
			case name == "commitment_years" && value != 0 && value != 1 && value != 3:
				problem = fmt.Sprintf("Google offers commitments of 1 and 3 years, not of %v", value)
			case name == "off_peak_hours_per_day" && value > 24:
				problem = fmt.Sprintf("a day has 24 hours, not %v", value)
			case name == "high_availability" && value != 0 && value != 1:
				problem = fmt.Sprintf("%v is neither 0 nor 1", value)
			}
			if problem != "" {
				return nil, &UsageError{component, name, problem}
			}
			full[component][name] = value
		}
	}
	if spanner := full[ComponentSpanner]; spanner["off_peak_processing_units"] > spanner["processing_units"] {
		return nil, &UsageError{ComponentSpanner, "off_peak_processing_units", "they are fewer off-peak than processing_units"}
	}
	return full, nil
}
