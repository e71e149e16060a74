package ledgerregion

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
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
	return &problem{detail: sentence(err.Error()), cause: err}
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	if s[0] >= 'a' && s[0] <= 'z' {
		s = string(s[0]-'a'+'A') + s[1:]
	}
	switch s[len(s)-1] {
	case '.', '!', '?':
		return s
	}
	return s + "."
}
