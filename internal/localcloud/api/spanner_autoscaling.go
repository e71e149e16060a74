package api

import (
	"math"
	"slices"
)

// checkAutoscaling refuses limits and targets that Google refuses, and gives the
// limits in processing units.
func checkAutoscaling(auto map[string]any, config *resource) (least, most float64, err *apiError) {
	limits, _ := auto["autoscalingLimits"].(map[string]any)
	if least, most, err = autoscalingLimits(limits, "autoscaling_limits"); err != nil {
		return 0, 0, err
	}
	targets, _ := auto["autoscalingTargets"].(map[string]any)
	high, hasHigh := targets["highPriorityCpuUtilizationPercent"].(float64)
	total, hasTotal := targets["totalCpuUtilizationPercent"].(float64)
	storage, hasStorage := targets["storageUtilizationPercent"].(float64)
	switch {
	case !hasHigh && !hasTotal:
		return 0, 0, errArgument("The autoscaling_targets must have a target of CPU utilization.")
	case !hasStorage || storage < 10 || storage > 99:
		return 0, 0, errArgument("The storage_utilization_percent must be from 10 to 99, not %v.", storage)
	}
	if err := cpuTargets(high, hasHigh, total, hasTotal); err != nil {
		return 0, 0, err
	}
	return least, most, checkAsymmetric(auto, config)
}

func cpuTargets(high float64, hasHigh bool, total float64, hasTotal bool) *apiError {
	switch {
	case hasHigh && (high < 10 || high > 90):
		return errArgument("The high_priority_cpu_utilization_percent must be from 10 to 90, not %v.", high)
	case hasTotal && (total < 10 || total > 90):
		return errArgument("The total_cpu_utilization_percent must be from 10 to 90, not %v.", total)
	case hasHigh && hasTotal && total <= high:
		return errArgument("The total_cpu_utilization_percent %v must be greater than the high_priority_cpu_utilization_percent %v.", total, high)
	}
	return nil
}

// autoscalingLimits reads limits that are given in nodes or in processing units.
func autoscalingLimits(limits map[string]any, at string) (least, most float64, _ *apiError) {
	leastNodes, nodesFrom := limits["minNodes"].(float64)
	mostNodes, nodesTo := limits["maxNodes"].(float64)
	leastUnits, unitsFrom := limits["minProcessingUnits"].(float64)
	mostUnits, unitsTo := limits["maxProcessingUnits"].(float64)
	switch {
	case nodesFrom && nodesTo && !unitsFrom && !unitsTo:
		least, most = leastNodes*unitsPerNode, mostNodes*unitsPerNode
	case unitsFrom && unitsTo && !nodesFrom && !nodesTo:
		least, most = leastUnits, mostUnits
	default:
		return 0, 0, errArgument("The %s must have a minimum and a maximum, both in nodes or both in processing units.", at)
	}
	switch {
	case least < unitsPerNode || math.Mod(least, unitsPerNode) != 0 || math.Mod(most, unitsPerNode) != 0:
		return 0, 0, errArgument("The %s must be multiples of 1000 processing units, at least 1000: %v to %v.", at, least, most)
	case most < least:
		return 0, 0, errArgument("The maximum of the %s is less than the minimum: %v to %v.", at, least, most)
	case most > 10*least:
		return 0, 0, errArgument("The maximum of the %s can be at most 10 times the minimum: %v to %v.", at, least, most)
	}
	return least, most, nil
}

// checkAsymmetric refuses options for what is no read-only replica.
func checkAsymmetric(auto map[string]any, config *resource) *apiError {
	var seen []string
	regions := replicaRegions(config.data, readOnlyReplica)
	for _, e := range listOf(auto, "asymmetricAutoscalingOptions") {
		option, _ := e.(map[string]any)
		selection, _ := option["replicaSelection"].(map[string]any)
		region := text(selection, "location")
		if !slices.Contains(regions, region) {
			return errArgument("Asymmetric autoscaling is for read-only replicas: instance config %s has none in %q.", config.path, region)
		}
		if slices.Contains(seen, region) {
			return errArgument("There are two asymmetric autoscaling options for %s.", region)
		}
		seen = append(seen, region)
		overrides, _ := option["overrides"].(map[string]any)
		high, hasHigh := overrides["autoscalingTargetHighPriorityCpuUtilizationPercent"].(float64)
		total, hasTotal := overrides["autoscalingTargetTotalCpuUtilizationPercent"].(float64)
		limits, hasLimits := overrides["autoscalingLimits"].(map[string]any)
		if hasLimits {
			if _, _, err := autoscalingLimits(limits, "overrides for "+region); err != nil {
				return err
			}
		}
		if !hasLimits && !hasHigh && !hasTotal && overrides["disableHighPriorityCpuAutoscaling"] == nil && overrides["disableTotalCpuAutoscaling"] == nil {
			return errArgument("The asymmetric autoscaling option for %s overrides nothing.", region)
		}
		if err := cpuTargets(high, hasHigh, total, hasTotal); err != nil {
			return err
		}
	}
	return nil
}
