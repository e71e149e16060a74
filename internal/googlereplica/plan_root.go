package googlereplica

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// plan makes the planned state of a resource.
func (s *Server) plan(subject string, root *facts.Node, config, prior tftypes.Value) (
	tftypes.Value, []*tftypes.AttributePath, []*tfprotov5.Diagnostic,
) {
	p := &planner{}
	planned := fields(p.block(root, tftypes.NewAttributePath(), config, prior))
	given, had, set := fields(config), fields(prior), s.configured()
	problems := fromProvider(subject, root, given, planned, set)
	if had == nil {
		f := s.filler(subject, root, planned, set)
		for name, template := range s.values.Planned[subject] {
			if value, whole := f.expand(template, false); whole && !planned[name].IsKnown() {
				planned[name] = tftypes.NewValue(tftypes.String, value)
			}
		}
	}
	planLabels(root, given, had, planned, set)
	return tftypes.NewValue(root.ObjectType, planned), p.replace, problems
}

// fromProvider fills in what the provider block says for all resources, and
// refuses a resource that has it from nowhere.
func fromProvider(subject string, root *facts.Node, given, planned map[string]tftypes.Value, set settings) []*tfprotov5.Diagnostic {
	var problems []*tfprotov5.Diagnostic
	for _, setting := range []struct {
		name  string
		value tftypes.Value
		must  bool
	}{
		{"project", set.project, true}, {"region", set.region, true}, {"zone", set.zone, true},
		{"deletion_policy", set.deletionPolicy, false},
	} {
		node := root.Child(setting.name)
		if node == nil || node.IsBlock() || !node.Optional || !node.Computed ||
			!given[setting.name].IsNull() || planned[setting.name].IsKnown() {
			continue
		}
		switch {
		case !setting.value.IsNull():
			planned[setting.name] = setting.value
		case setting.must:
			problems = append(problems, &tfprotov5.Diagnostic{
				Severity:  tfprotov5.DiagnosticSeverityError,
				Summary:   "Missing " + setting.name,
				Detail:    subject + " has no " + setting.name + ": set it here or in the block provider \"google\".",
				Attribute: tftypes.NewAttributePath().WithAttributeName(setting.name),
			})
		}
	}
	return problems
}

// planLabels merges the provider's default labels with the resource's own, as
// terraform_labels; effective_labels adds what others put there.
func planLabels(root *facts.Node, given, had, planned map[string]tftypes.Value, set settings) {
	if root.Child("effective_annotations") != nil && root.Child("annotations") != nil {
		planned["effective_annotations"] = merged(had["annotations"], had["effective_annotations"], given["annotations"])
	}
	if root.Child("terraform_labels") == nil {
		return
	}
	own := "labels"
	if root.Child(own) == nil {
		own = "resource_labels"
	}
	attribution := tftypes.NewValue(labelsType(), map[string]tftypes.Value{})
	const mark = "goog-terraform-provisioned"
	before := fields(had["terraform_labels"])
	_, marked := before[mark]
	if set.attributed && (had == nil || marked || !set.onlyOnCreate) {
		attribution = tftypes.NewValue(labelsType(), map[string]tftypes.Value{mark: tftypes.NewValue(tftypes.String, "true")})
	}
	mine := merge(attribution, set.defaultLabels, given[own])
	planned["terraform_labels"] = mine
	if root.Child("effective_labels") != nil {
		planned["effective_labels"] = merged(had["terraform_labels"], had["effective_labels"], mine)
	}
}

func labelsType() tftypes.Map { return tftypes.Map{ElementType: tftypes.String} }

// merged is what will be there: what is there, without what was ours, with
// what is ours now.
func merged(was, there, ours tftypes.Value) tftypes.Value {
	kept := maps.Clone(fields(there))
	for name := range fields(was) {
		delete(kept, name)
	}
	if kept == nil {
		return merge(ours)
	}
	return merge(tftypes.NewValue(labelsType(), kept), ours)
}

// merge unites maps, the last one winning; the result is unknown if any part
// of one is.
func merge(all ...tftypes.Value) tftypes.Value {
	united := map[string]tftypes.Value{}
	for _, one := range all {
		if one.Type() == nil || one.IsNull() {
			continue
		}
		if !one.IsFullyKnown() {
			return unknown(labelsType())
		}
		maps.Copy(united, fields(one))
	}
	return tftypes.NewValue(labelsType(), united)
}
