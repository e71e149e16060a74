package topology

import (
	_ "embed" // the data files
)

//go:embed data/configurations.csv
var configurationsFile string

//go:embed data/round_trips.csv
var roundTripsFile string

//go:embed data/prices.csv
var pricesFile string

// Facts is what the arithmetic stands on.
type Facts struct {
	Configurations *Configurations
	RoundTrips     *RoundTrips
	Prices         *Prices
}

// Published reads the tables that the provider ships. It fails only if the
// provider was built with a broken table.
func Published() (Facts, error) {
	var facts Facts
	var err error
	if facts.Configurations, err = ParseConfigurations(configurationsFile); err != nil {
		return Facts{}, err
	}
	if facts.RoundTrips, err = ParseRoundTrips(roundTripsFile); err != nil {
		return Facts{}, err
	}
	if facts.Prices, err = ParsePrices(pricesFile); err != nil {
		return Facts{}, err
	}
	return facts, nil
}
