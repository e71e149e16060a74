// Package registry reads and writes the ledger's region table in Spanner.
//
// The table is a projection for the ledger's own services: which regions the
// ledger has and in which state. The load balancer is the truth. A row changes
// together with a line of its history, in one transaction, and every call is
// bounded in time, so that a region can be drained while Spanner is down.
package registry
