package ledgerregion

import (
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
func (p *problem) Error() string { return p.summary + ": " + p.detail }

// Unwrap returns what the API said, where that is the cause.
func (p *problem) Unwrap() error { return p.cause }

// report adds an error to the diagnostics. One that no step put into words gets
// the summary given.
func report(diags *diag.Diagnostics, summary string, err error) {
	p := asProblem(summary, err)
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

// asProblem is err as a problem, put under the summary when no step put it into words.
func asProblem(summary string, err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	return &problem{summary: summary, detail: sentence(err.Error()), cause: err}
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
