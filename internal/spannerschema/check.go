package spannerschema

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// The values of mode.
const (
	modeApply = "apply"
	modeCheck = "check"
)

// checks reports whether the resource only compares.
//
// A check's state holds the text that was compared, and in planned_statements
// the difference that the last refresh found. So a plan of an unchanged
// configuration is empty whatever the database holds, and says in a warning
// what differs, each time until nothing does. The text that was last applied,
// by this resource before it became a check, is kept in private state: a check
// applies nothing, so it must not be taken for what the database owes us.
func (m *model) checks() bool { return m.Mode.ValueString() == modeCheck }

// reportDifference is the warning of a check that finds one.
func reportDifference(diags *diag.Diagnostics, m *model, change ddl.Plan) {
	if len(change.Steps) == 0 && len(change.Refused) == 0 {
		return
	}
	var detail strings.Builder
	fmt.Fprintf(&detail, "mode is \"check\": nothing is sent to %s.", m.DatabasePath.ValueString())
	if len(change.Steps) > 0 {
		fmt.Fprintf(&detail, " To become what the DDL declares it needs:\n%s", numberedSteps(change.Steps))
	}
	if len(change.Refused) > 0 {
		detail.WriteString("\nWith mode = \"apply\" this plan would be refused:\n")
		for _, refusal := range change.Refused {
			fmt.Fprintf(&detail, "  - %s: %s\n", refusal.Object, wording.Sentence(refusal.Reason))
		}
	}
	diags.AddAttributeWarning(path.Root("mode"), "The database differs from the DDL", detail.String())
}
