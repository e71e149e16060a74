package topology

import (
	"fmt"
	"maps"
	"slices"
)

// HoursPerMonth is how many hours a month has on a bill.
const HoursPerMonth = 730

// Workload is what is paid for.
type Workload struct {
	// Regions is how many regions the ledger runs in.
	Regions int
	// Topology is Spanner's; it matters only where the usage has spanner in it.
	Topology Topology
	Usage    Usage
}

// CostLine is a line of a bill.
type CostLine struct {
	Component, Item string
	Quantity        float64
	// Price is a unit's, before what a commitment takes off.
	Price Price
	// MonthlyUSD is what is paid; CommittedSavingUSD and OffPeakSavingUSD are in it already.
	MonthlyUSD, CommittedSavingUSD, OffPeakSavingUSD float64
	// PerRegion lines grow with the number of regions.
	PerRegion bool
}

// Cost is a month's bill.
type Cost struct {
	Lines []CostLine
	// ExtraRegionUSD is what one more region costs: what stands in every region,
	// and one more read-only replica of Spanner's.
	ExtraRegionUSD float64
}

// charge is how a line comes about.
type charge struct {
	component, item, price string
	// quantity is what is paid for in a month: once, or in each region.
	quantity float64
	offPeak  float64 // the quantity that the autoscaler saves
	// committed is the part of the quantity that is used at all hours, so that a
	// commitment to it is never too large.
	committed float64
	perRegion bool
	extra     bool // one more region adds this, though it is in no line
}

// MonthlyCost is what a workload costs in a month of HoursPerMonth hours. The
// error is a *UsageError.
func (p *Prices) MonthlyCost(w Workload) (Cost, error) {
	if w.Regions < 1 {
		return Cost{}, &UsageError{Component: "regions", Reason: fmt.Sprintf("%d regions are none", w.Regions)}
	}
	usage, err := w.Usage.complete()
	if err != nil {
		return Cost{}, err
	}
	var cost Cost
	for _, component := range Components() {
		quantities, used := usage[component]
		if !used {
			continue
		}
		for _, c := range w.charges(component, quantities) {
			line, err := p.line(c, w.Regions, quantities["commitment_years"])
			if err != nil {
				return Cost{}, err
			}
			switch {
			case c.extra:
				cost.ExtraRegionUSD += line.MonthlyUSD
				continue
			case c.perRegion:
				cost.ExtraRegionUSD += line.MonthlyUSD / float64(w.Regions)
			}
			if line.Quantity > 0 || line.OffPeakSavingUSD > 0 {
				cost.Lines = append(cost.Lines, line)
			}
		}
	}
	return cost, nil
}

func (p *Prices) line(c charge, regions int, years float64) (CostLine, error) {
	price, found := p.Of(c.price)
	if !found {
		return CostLine{}, fmt.Errorf("the price table has no %s", c.price)
	}
	line := CostLine{Component: c.component, Item: c.item, Quantity: c.quantity, Price: price, PerRegion: c.perRegion, OffPeakSavingUSD: c.offPeak * price.USD}
	if c.perRegion {
		line.Quantity *= float64(regions)
		c.committed *= float64(regions)
	}
	line.MonthlyUSD = line.Quantity * price.USD
	if c.committed > 0 && years > 0 {
		key := fmt.Sprintf("commitment_%s_1_year", c.component)
		if years > 1 {
			key = fmt.Sprintf("commitment_%s_%.0f_years", c.component, years)
		}
		discount, found := p.Of(key)
		if !found {
			return CostLine{}, fmt.Errorf("the price table has no %s", key)
		}
		// Either to what is used at all hours, or to the peak, which is then paid for
		// at all hours: whichever is cheaper.
		share := discount.USD / 100
		line.CommittedSavingUSD = max(c.committed*share, line.Quantity-(line.Quantity+c.offPeak)*(1-share)) * price.USD
		line.MonthlyUSD -= line.CommittedSavingUSD
	}
	return line, nil
}

// ByComponent is what each component costs in US dollars.
func (c Cost) ByComponent() map[string]float64 {
	sums := map[string]float64{}
	for _, line := range c.Lines {
		sums[line.Component] += line.MonthlyUSD
	}
	return sums
}

// TotalUSD is what all of it costs.
func (c Cost) TotalUSD() float64 { return c.sum(func(l CostLine) float64 { return l.MonthlyUSD }) }

// CommittedSavingUSD is what commitments take off.
func (c Cost) CommittedSavingUSD() float64 {
	return c.sum(func(l CostLine) float64 { return l.CommittedSavingUSD })
}

// OffPeakSavingUSD is what the autoscaler saves off-peak, at list prices.
func (c Cost) OffPeakSavingUSD() float64 {
	return c.sum(func(l CostLine) float64 { return l.OffPeakSavingUSD })
}

func (c Cost) sum(of func(CostLine) float64) float64 {
	total := 0.0
	for _, line := range c.Lines {
		total += of(line)
	}
	return total
}

// Assumed are the keys of the prices in the bill that no source gives, sorted.
func (c Cost) Assumed() []string {
	keys := map[string]bool{}
	for _, line := range c.Lines {
		if line.Price.Assumed {
			keys[line.Price.Key] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}
