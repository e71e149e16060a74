// Package googlereplica serves the schema of hashicorp/google where no registry
// can be reached, so that the modules can be validated, planned and tested.
//
// It checks schema, not behaviour. What the provider's schema refuses is
// refused: names, types, missing and conflicting arguments, values outside a
// closed list. A plan marks what Google would choose as unknown and says what
// would be replaced; an apply calls nobody and fills in ids and values that are
// only plausible. Patterns, ranges, quotas, permissions and everything else
// that Google or the provider's code decides is not checked: a configuration
// that passes here can still fail there.
//
// The facts are package facts'. Only tests and commands import this package.
package googlereplica
