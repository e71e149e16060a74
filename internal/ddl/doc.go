// Package ddl is the schema engine: it reads Spanner DDL, models it, compares
// two models by meaning and plans the statements that lead from one to the
// other.
//
// It is pure: no Terraform, no network, no clock. What it is given as text it
// never rewrites: the author's own bytes (comments aside) are what the planned
// statements carry, because Spanner stores expressions verbatim.
//
// The work is laid out in one direction: tokens.go and statement.go cut text;
// parse*.go and postgres*.go make the objects of model.go of it, in either
// dialect; effective.go and compare.go decide what differs; diff.go, change*.go,
// create_table.go, recreate.go, rename.go, grants.go and remove.go turn a
// difference into statements with their hazards, blockers.go makes way for
// them, render.go spells them, and action.go puts them in order.
package ddl
