package main

import (
	"slices"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// refusalsOf gives the indexes of the refusals that keep a statement from
// running.
func refusalsOf(plan ddl.Plan, s ddl.Step) []int {
	var out []int
	for i, r := range plan.Refused {
		object, _, _ := strings.Cut(r.Object, ".")
		if s.Hazard == ddl.Destructive && (slices.Contains(s.Objects, r.Object) || slices.Contains(s.Objects, object)) {
			out = append(out, i)
		}
	}
	return out
}
