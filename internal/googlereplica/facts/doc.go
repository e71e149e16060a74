// Package facts holds what is known of hashicorp/google's schema: the names,
// types, flags and nesting of the types that our modules use, and what
// configurations each of them refuses. There is no prose in it and nothing of
// how the resources behave.
//
// google.json is written by internal/tools/googlefacts from the provider's own
// answers; provenance.json beside it says which provider that was and what was
// read. types.txt names the types.
package facts
