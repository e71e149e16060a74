// Package negcleanup is the resource proveniq_neg_cleanup: it remembers which
// network endpoint groups a GKE cluster makes, and when it is destroyed, removes
// what the cluster left of them.
//
// GKE removes its groups when a Service goes away, but not when the whole
// cluster does. What stays is empty, costs nothing and holds the subnetwork, so
// that a destroy of everything stops there. A group goes only if all of this
// holds: it has a name that is ours, is in a zone of our region and in our
// network, carries the signature of GKE, has no endpoints, and no backend service
// uses it. Google itself refuses the last one, and so there is no race.
package negcleanup
