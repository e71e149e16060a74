package topology

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ConvergenceSeconds is how long a load balancer is taken to act on a health
// check's verdict. Google publishes no figure: it is an assumption.
const ConvergenceSeconds = 10

// HealthCheck is a load balancer's health check.
type HealthCheck struct {
	IntervalSeconds, TimeoutSeconds float64
	UnhealthyThreshold              float64
}

// Check tells what Google would refuse.
func (h HealthCheck) Check() error {
	switch {
	case h.IntervalSeconds < 1 || h.IntervalSeconds > 300:
		return fmt.Errorf("the interval is 1 to 300 seconds, not %v", h.IntervalSeconds)
	case h.TimeoutSeconds < 1 || h.TimeoutSeconds > 300:
		return fmt.Errorf("the timeout is 1 to 300 seconds, not %v", h.TimeoutSeconds)
	case h.TimeoutSeconds > h.IntervalSeconds:
		return fmt.Errorf("the timeout of %v seconds is longer than the interval of %v", h.TimeoutSeconds, h.IntervalSeconds)
	case h.UnhealthyThreshold < 1 || h.UnhealthyThreshold > 10 || h.UnhealthyThreshold != float64(int(h.UnhealthyThreshold)):
		return fmt.Errorf("the unhealthy threshold is a whole number from 1 to 10, not %v", h.UnhealthyThreshold)
	}
	return nil
}

// DetectionSeconds is how long it takes at worst until a dead endpoint counts
// as unhealthy: the threshold of probes, one an interval, and the last one's
// timeout.
func (h HealthCheck) DetectionSeconds() float64 {
	return h.UnhealthyThreshold*h.IntervalSeconds + h.TimeoutSeconds
}

// RecoverySeconds is how long it takes at worst until requests go elsewhere.
func (h HealthCheck) RecoverySeconds(convergence float64) float64 {
	return h.DetectionSeconds() + convergence
}

// FailoverOrder is in which order regions serve the users near one: the region
// itself where it is among them, then the nearest. What nothing is known of
// comes by its lower bound, and last among equals.
func (r *RoundTrips) FailoverOrder(from string, regions []string) []string {
	order := slices.Compact(slices.Sorted(slices.Values(regions)))
	slices.SortStableFunc(order, func(a, b string) int {
		to, other := r.Between(from, a), r.Between(from, b)
		if to.Bounded() != other.Bounded() {
			return before(to.Bounded(), other.Bounded())
		}
		return cmp.Or(cmp.Compare(to.AtMost, other.AtMost), cmp.Compare(to.AtLeast, other.AtLeast))
	})
	return order
}

var errNoPercent = errors.New("an availability is more than 0 and at most 100 percent")

func checkPercents(percents []float64) error {
	for _, percent := range percents {
		if !(percent > 0 && percent <= 100) {
			return fmt.Errorf("%v: %w", percent, errNoPercent)
		}
	}
	return nil
}

// AllNeeded is the availability in percent of what needs all of its parts,
// which fail independently of each other.
func AllNeeded(percents ...float64) (float64, error) {
	if err := checkPercents(percents); err != nil {
		return 0, err
	}
	up := 1.0
	for _, percent := range percents {
		up *= percent / 100
	}
	return up * 100, nil
}

// OneEnough is the availability in percent of what works while one of its
// parts does, which fail independently of each other.
func OneEnough(percents ...float64) (float64, error) {
	if err := checkPercents(percents); err != nil {
		return 0, err
	}
	down := 1.0
	for _, percent := range percents {
		down *= 1 - percent/100
	}
	return (1 - down) * 100, nil
}

// CapacityAfterLoss is what is left of the sum of the regions' capacities when
// one of them is lost, by the lost region.
func CapacityAfterLoss(capacity map[string]float64) map[string]float64 {
	left := map[string]float64{}
	for lost := range capacity {
		for _, region := range slices.Sorted(maps.Keys(capacity)) {
			if region != lost {
				left[lost] += capacity[region]
			}
		}
		if len(capacity) == 1 {
			left[lost] = 0
		}
	}
	return left
}
