// Package ledgerregion is the resource proveniq_ledger_region: a region of a
// ledger as a member of the ledger's global load balancer.
//
// A region consists of the backends that carry its mark in the backend services
// it joins. Whatever else a backend service holds belongs to others and is
// passed on as it was. State holds only what applies decide, never a figure that
// moves by itself, so that an unchanged region plans nothing.
package ledgerregion
