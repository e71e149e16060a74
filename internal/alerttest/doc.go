// Package alerttest evaluates the modules' alerts with Prometheus's own parser
// and engine. It is a module of its own, so that Prometheus stays out of what
// the provider is built from.
//
// The modules are applied against the replica of the google provider, which
// calls nobody, and their outputs are read. Each expression is then parsed, its
// metric and label names are compared with Google's (metrics.json), and it is
// evaluated minute by minute over made-up series of a ledger to which something
// happens.
package alerttest
