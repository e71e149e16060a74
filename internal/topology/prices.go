package topology

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Price is a unit's price in US dollars, or a discount in percent.
type Price struct {
	Key, Unit string
	USD       float64
	// Assumed prices were not read in a source.
	Assumed bool
	Source  string
}

// Prices is a price table.
type Prices struct {
	Origin
	byKey map[string]Price
}

// percent is the unit of a discount.
const percent = "percent"

// ParsePrices reads a table with the columns key, unit, usd, assumed and source.
func ParsePrices(text string) (*Prices, error) {
	rows, origin, err := readTable("prices", text, "key", "unit", "usd", "assumed", "source")
	if err != nil {
		return nil, err
	}
	p := &Prices{Origin: origin, byKey: map[string]Price{}}
	for _, row := range rows {
		price := Price{Key: row[0], Unit: row[1], Assumed: row[3] != "", Source: row[4]}
		if price.USD, err = strconv.ParseFloat(row[2], 64); err != nil {
			return nil, fmt.Errorf("prices: %s: %w", price.Key, err)
		}
		if _, twice := p.byKey[price.Key]; twice {
			return nil, fmt.Errorf("prices: %s is there twice", price.Key)
		}
		if err := price.check(); err != nil {
			return nil, fmt.Errorf("prices: %w", err)
		}
		p.byKey[price.Key] = price
	}
	return p, nil
}

func (p Price) check() error {
	switch {
	case p.USD < 0 || math.IsNaN(p.USD) || math.IsInf(p.USD, 0):
		return fmt.Errorf("%s: %v is no price", p.Key, p.USD)
	case p.Unit == percent && p.USD > 100:
		return fmt.Errorf("%s: a discount of %v %% is more than all", p.Key, p.USD)
	}
	return nil
}

// Keys are the keys of all prices, sorted.
func (p *Prices) Keys() []string { return slices.Sorted(maps.Keys(p.byKey)) }

// Of is the price with a key; the table has every key that Keys lists.
func (p *Prices) Of(key string) (Price, bool) {
	price, found := p.byKey[key]
	return price, found
}

// With is the table with these prices in place of its own. They count as
// given, not as assumed.
func (p *Prices) With(overrides map[string]float64) (*Prices, error) {
	merged := &Prices{Origin: p.Origin, byKey: maps.Clone(p.byKey)}
	for _, key := range slices.Sorted(maps.Keys(overrides)) {
		price, found := merged.byKey[key]
		if !found {
			return nil, fmt.Errorf("there is no price %q; there are %s", key, strings.Join(p.Keys(), ", "))
		}
		price.USD, price.Assumed, price.Source = overrides[key], false, "given"
		if err := price.check(); err != nil {
			return nil, err
		}
		merged.byKey[key] = price
	}
	return merged, nil
}
