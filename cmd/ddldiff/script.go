package main

import (
	"fmt"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// script writes a plan as SQL that reads like a review: what must not run is a
// comment, with the reason.
func script(plan ddl.Plan) string {
	var blocks []string
	told := make([]bool, len(plan.Refused))
	tell := func(b *strings.Builder, i int) {
		if told[i] {
			return
		}
		told[i] = true
		r := plan.Refused[i]
		comment(b, "refused: "+r.Reason)
		if r.Position.Line > 0 {
			comment(b, "  declared at "+r.Position.String())
		}
		comment(b, "  "+r.Remedy)
	}
	for _, s := range plan.Steps {
		var b strings.Builder
		for _, i := range s.Refused {
			tell(&b, i)
		}
		comment(&b, string(s.Hazard)+": "+s.Reason)
		if len(s.Refused) > 0 {
			comment(&b, s.Statement+";")
		} else {
			b.WriteString(s.Statement + ";\n")
		}
		blocks = append(blocks, b.String())
	}
	// What no statement stands for, because Spanner knows none, comes first.
	var b strings.Builder
	for i := range plan.Refused {
		tell(&b, i)
	}
	if b.Len() > 0 {
		blocks = append([]string{b.String()}, blocks...)
	}
	return strings.Join(blocks, "\n")
}

// comment writes text as comment lines.
func comment(b *strings.Builder, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(b, "-- %s\n", strings.TrimRight(line, " \r"))
	}
}
