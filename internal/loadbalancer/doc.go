// Package loadbalancer is a client of the few Compute Engine calls that move a
// region in and out of a global load balancer: it finds zonal network endpoint
// groups, reads backend services, changes their backends and asks for health.
//
// Two things hold everywhere. A backend service is kept as the JSON the API
// sent, so that fields this package does not know, and zeros, survive a change:
// PATCH replaces the whole list of backends, and a capacity scaler of 0 that is
// left out comes back as 1. And every change is a compare-and-swap on the
// service's fingerprint, computed again from a fresh read after each conflict.
package loadbalancer
