package ledgerregion

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// problem is an error in the user's words, at the argument it belongs to.
type problem struct {
	at      path.Path
	summary string
	detail  string
	cause   error
}

// Error implements error.
func (p *problem) Error() string {
	if p.summary == "" {
		return p.detail
	}
	return p.summary + ": " + p.detail
}

// Unwrap returns what the API said, where that is the cause.
func (p *problem) Unwrap() error { return p.cause }

// report adds an error to the diagnostics. One that no step put into words gets
// the summary given.
func report(diags *diag.Diagnostics, summary string, err error) {
	p := asProblem(err)
	if p.summary == "" {
		p.summary = summary
	}
	if errors.Is(err, context.Canceled) {
		p = p.with("Terraform was interrupted. Run it again: it begins from what is there now.")
	}
	if len(p.at.Steps()) == 0 {
		diags.AddError(p.summary, p.detail)
		return
	}
	diags.AddAttributeError(p.at, p.summary, p.detail)
}

// with is the same problem with more to say.
func (p *problem) with(more string) *problem {
	q := *p
	q.detail += "\n\n" + more
	return &q
}

// asProblem is a copy of err as a problem, without a summary when no step has
// put it into words.
func asProblem(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		q := *p
		return &q
	}
	return &problem{detail: wording.Sentence(err.Error()), cause: err}
}
