// Package localcloud is Google Cloud on a laptop: the real Cloud Spanner
// emulator, found and supervised, and a strict fake of the Compute API calls
// that a ledger region makes. Tests, the demo and cmd/localcloud use it; the
// provider itself never does.
//
// The fake refuses what Google refuses. Requests are checked against an
// extract of Google's discovery document (compute.json), and a method that the
// fake does not serve is answered with 501 and its name, never with a guess.
// Nothing in it depends on wall-clock time or on chance, so a test that passes
// once passes always.
package localcloud
