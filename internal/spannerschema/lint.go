package spannerschema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// lintRule is a rule of the engine in a user's words.
type lintRule struct {
	rule ddl.Rule
	// warnsOf completes "Warns of ...".
	warnsOf string
	// summary and advice are those of the warning.
	summary, advice string
}

var lintRules = []lintRule{
	{ddl.RuleMonotonicKey, "a table's key or an index that begins with a timestamp or with a number that its name calls a counter, and of a table's key that begins with a date: all new rows then go to one server",
		"All new rows would go to one server",
		"A key whose first part only grows makes one server take every insert, however many nodes there are. Put a column before it that spreads the rows, for example a hash of the rest of the key."},
	{ddl.RuleMissingInterleave, "a table whose key begins with the key of a table that it refers to, but which is not interleaved in it",
		"Rows that belong together would be stored apart",
		"INTERLEAVE IN PARENT stores the rows of both tables side by side, so that one read gets them, and can replace the foreign key. It can only be declared when the table is created."},
	{ddl.RuleWideKey, "a key or an index that may hold more than the 8 KB that Spanner allows for a key",
		"A key may be longer than Spanner allows",
		"Spanner refuses a row whose key is longer than 8 KB, which nobody notices until such a row comes. Give the columns of keys lengths that are short enough."},
	{ddl.RuleUnnamedConstraint, "a check or a foreign key without a name",
		"Constraints have no name",
		"Spanner makes up a name for it, another one in every database, which the schema that it returns does not show. Write CONSTRAINT and a name before it."},
}

// lintAttribute is the argument lint: a switch for each rule.
func lintAttribute() schema.Attribute {
	switches := map[string]schema.Attribute{}
	for _, rule := range lintRules {
		switches[string(rule.rule)] = schema.BoolAttribute{Optional: true, MarkdownDescription: "Warns of " + rule.warnsOf + ". Default: `true`."}
	}
	return schema.SingleNestedAttribute{
		Optional:   true,
		Attributes: switches,
		MarkdownDescription: "What validation warns of although Spanner accepts it, a switch for each rule. All rules are on unless they are switched off here, for example with `{ unnamed_constraint = false }`. " +
			"No rule looks at the database, stops anything or plans a statement.",
	}
}

// lintOff reports whether a rule is switched off, or may be.
func (m *model) lintOff(rule ddl.Rule) bool {
	if m.Lint.IsUnknown() {
		return true
	}
	configured, ok := m.Lint.Attributes()[string(rule)].(types.Bool)
	return ok && !configured.IsNull() && (configured.IsUnknown() || !configured.ValueBool())
}

// How much of what a rule finds a warning shows: with the line in the text, and
// by its place alone.
const (
	lintShown  = 3
	lintPlaces = 20
)

// lint warns of what the rules find in the schema, once for each rule.
func (m *model) lint(desired *ddl.Schema) (diags diag.Diagnostics) {
	found := map[ddl.Rule][]ddl.Problem{}
	for _, finding := range ddl.Lint(desired) {
		found[finding.Rule] = append(found[finding.Rule], finding.Problem)
	}
	for _, rule := range lintRules {
		problems := found[rule.rule]
		if len(problems) == 0 || m.lintOff(rule.rule) {
			continue
		}
		source := problems[0].Position.Source
		if slices.ContainsFunc(problems, func(p ddl.Problem) bool { return p.Position.Source != source }) {
			source = ""
		}
		var detail strings.Builder
		for _, problem := range problems[:min(lintShown, len(problems))] {
			detail.WriteString(wording.Sentence(problem.Position.String()+": "+problem.Message) + excerpt(*m, problem) + "\n")
		}
		if rest := problems[min(lintShown, len(problems)):]; len(rest) > 0 {
			fmt.Fprintf(&detail, "The same at %s.\n\n", places(rest))
		}
		fmt.Fprintf(&detail, "%s If it is meant as it is: lint = { %s = false }", rule.advice, rule.rule)
		diags.AddAttributeWarning(m.textPath(source), fmt.Sprintf("%s (%s)", rule.summary, rule.rule), detail.String())
	}
	return diags
}

// places lists where problems are.
func places(problems []ddl.Problem) string {
	var out []string
	for _, problem := range problems[:min(lintPlaces, len(problems))] {
		out = append(out, problem.Position.String())
	}
	text := strings.Join(out, ", ")
	if more := len(problems) - lintPlaces; more > 0 {
		text += fmt.Sprintf(" and in %d more places", more)
	}
	return text
}
