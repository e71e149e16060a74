package negcleanup

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

const (
	again       = "Then destroy again; what is gone by now stays gone."
	permissions = "The provider needs compute.networkEndpointGroups.list, .get and .delete and compute.backendServices.list in the project."
)

// reportFailure reports what kept the sweep from looking at all.
func (s *sweep) reportFailure(diags *diag.Diagnostics, err error) {
	detail := wording.Sentence(err.Error())
	switch {
	case errors.Is(err, context.Canceled):
		detail += " Terraform was interrupted. Destroy again: it begins from what is there then."
	case errors.Is(err, context.DeadlineExceeded):
		detail += fmt.Sprintf(" The limit is %s, timeouts.delete of the last apply. Destroy again.", s.limit)
	case loadbalancer.IsForbidden(err):
		detail += " " + permissions + " Grant them, and destroy again."
	default:
		detail += " Destroy again."
	}
	diags.AddAttributeError(path.Root("neg_names"), "The network endpoint groups could not be cleaned up", detail)
}

// reportRest reports what is left, one error for each reason.
func (s *sweep) reportRest(diags *diag.Diagnostics, left []rest, waited time.Duration) {
	of := map[reason][]rest{}
	for _, one := range left {
		of[one.reason] = append(of[one.reason], one)
	}
	for _, why := range slices.Sorted(maps.Keys(of)) {
		at, summary, intro, advice := s.words(why, of[why], waited)
		diags.AddAttributeError(path.Root(at), summary, fmt.Sprintf("%s\n%s\n\n%s", intro, lines(of[why]), advice))
	}
}

// words says for a reason at which argument it is reported, what has happened,
// and what to do.
func (s *sweep) words(why reason, left []rest, waited time.Duration) (at, summary, intro, advice string) {
	switch why {
	case filled:
		return "neg_names", "Network endpoint groups still have endpoints",
			fmt.Sprintf("After %s of at most %s (timeouts.delete) these groups of project %q are not empty:", waited, s.limit, s.project),
			"Endpoints are pods: a cluster that makes these groups is still there. Destroy it first; it is so by itself when the cluster depends on this resource. " +
				again + " If the cluster is gone and the endpoints stay, remove the groups yourself:\n" + s.commands(left)
	case busy:
		return "neg_names", "Network endpoint groups could not be removed in time",
			fmt.Sprintf("After %s of at most %s (timeouts.delete) Compute Engine has not removed these groups of project %q:", waited, s.limit, s.project),
			"Destroy again; what is gone by now stays gone."
	case held, used:
		return "neg_names", "Network endpoint groups are in use by a backend service",
			fmt.Sprintf("These groups of project %q cannot go:", s.project),
			"Take the region out of the load balancer first: destroy its proveniq_ledger_region, or remove the backends where they are managed. " + again
	case silent:
		return "region", "Zones did not answer",
			fmt.Sprintf("Compute Engine answered in part. Whether there are groups named %s is not known for:", strings.Join(s.names, ", ")),
			"Nothing that cannot be seen is taken to be gone. Destroy again when Compute Engine answers; what could be seen has been dealt with."
	default:
		advice = "Do what the message says. " + again
		if slices.ContainsFunc(left, func(one rest) bool { return loadbalancer.IsForbidden(one.err) }) {
			advice = permissions + " Grant them. " + again
		}
		return "neg_names", "Network endpoint groups could not be removed",
			fmt.Sprintf("Compute Engine refuses to remove these groups of project %q:", s.project), advice
	}
}

// lines describes each group in a line of its own.
func lines(left []rest) string {
	var out []string
	for _, one := range left {
		line := fmt.Sprintf("  - %q in %s", one.group.Name, one.group.Zone)
		switch one.reason {
		case filled:
			line += " has " + one.says
		case used:
			line += " is a backend of " + one.says
		case silent:
			line = "  - " + one.group.Zone
			if one.group.Zone == "" {
				line = "  - zones that the answer does not name"
			}
		default:
			line += ": " + one.says
		}
		if maker, made := one.group.Maker(); made {
			line += fmt.Sprintf("; GKE made it for Service %s/%s of the cluster with uid %s", maker.Namespace, maker.Service, maker.Cluster)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// reportForeign warns of groups with our name that are not ours to remove.
func (s *sweep) reportForeign(diags *diag.Diagnostics, foreign map[string]loadbalancer.NEG) {
	if len(foreign) == 0 {
		return
	}
	var left []rest
	var names []string
	for _, url := range slices.Sorted(maps.Keys(foreign)) {
		left = append(left, rest{group: foreign[url]})
		names = append(names, fmt.Sprintf("  - %q in %s", foreign[url].Name, foreign[url].Zone))
	}
	diags.AddAttributeWarning(path.Root("neg_names"), "Network endpoint groups of this name were not made by GKE",
		fmt.Sprintf("Their description is not what GKE writes, so that they are left alone in project %q:\n%s\n\n"+
			"They hold the subnetwork. Where nothing else manages them, remove them yourself:\n%s", s.project, strings.Join(names, "\n"), s.commands(left)))
}

// commands are those that remove the groups by hand.
func (s *sweep) commands(left []rest) string {
	var out []string
	for _, one := range left {
		out = append(out, fmt.Sprintf("  gcloud compute network-endpoint-groups delete %s --zone=%s --project=%s", one.group.Name, one.group.Zone, s.project))
	}
	return strings.Join(out, "\n")
}
