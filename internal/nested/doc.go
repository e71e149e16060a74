// Package nested runs tests of the modules inside this one where they are asked
// for by name from its root: `go test ./... -run Routes -v` prints which request
// takes which route, `-run Alert -v` which alert fires when.
package nested
