package main

import (
	"regexp"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// refusalsOf gives the indexes of the refusals that keep a statement from
// running: those of the object that it changes, and those of the column or
// constraint of a table that it names.
func refusalsOf(plan ddl.Plan, s ddl.Step) []int {
	var out []int
	for i, r := range plan.Refused {
		if len(s.Objects) > 0 && (strings.EqualFold(s.Objects[0], r.Object) || changesPart(s, r.Object)) {
			out = append(out, i)
		}
	}
	return out
}

// part finds the column or constraint that an ALTER TABLE names.
var part = regexp.MustCompile("^(?i:ALTER TABLE) \\S+ (?i:ADD|DROP|ALTER) (?i:COLUMN|CONSTRAINT) [`\"]?(\\w+)")

func changesPart(s ddl.Step, object string) bool {
	named := part.FindStringSubmatch(s.Statement)
	return named != nil && strings.EqualFold(s.Objects[0]+"."+named[1], object)
}
