// Package ddl is the schema engine: it reads Spanner DDL, models it, compares
// two models by meaning and plans the statements that lead from one to the
// other.
//
// It is pure: no Terraform, no network, no clock. What it is given as text it
// never rewrites: the author's own bytes (comments aside) are what the planned
// statements carry, because Spanner stores expressions verbatim.
//
// The work is laid out in one direction: tokens.go and split.go cut text,
// parse.go and model.go make objects of it, compare.go decides what differs,
// change*.go turn a difference into statements, order.go sorts them, hazard.go
// says what each one costs.
package ddl
