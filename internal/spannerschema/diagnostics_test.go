package spannerschema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// diagnostics are what the provider told.
type diagnostics []*tfprotov6.Diagnostic

func (d diagnostics) failed() bool {
	for _, diagnostic := range d {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

func (d diagnostics) String() string {
	var text strings.Builder
	for _, diagnostic := range d {
		fmt.Fprintf(&text, "%s at %s: %s\n%s\n", diagnostic.Severity, diagnostic.Attribute, diagnostic.Summary, diagnostic.Detail)
	}
	return text.String()
}

func (d diagnostics) wantNone(t *testing.T) {
	t.Helper()
	if len(d) > 0 {
		t.Fatalf("unexpected diagnostics:\n%s", d)
	}
}

// want checks that there is one diagnostic, its severity and attribute, and
// that it contains the texts.
func (d diagnostics) want(t *testing.T, severity tfprotov6.DiagnosticSeverity, attribute string, texts ...string) {
	t.Helper()
	if len(d) != 1 {
		t.Fatalf("%d diagnostics, want one:\n%s", len(d), d)
	}
	if got := strings.TrimSpace(d[0].Attribute.String()); d[0].Severity != severity || got != attribute {
		t.Errorf("got %s at %q, want %s at %q", d[0].Severity, got, severity, attribute)
	}
	said := d[0].Summary + "\n" + d[0].Detail
	for _, text := range texts {
		if !strings.Contains(said, text) {
			t.Errorf("the diagnostic does not say %q:\n%s", text, said)
		}
	}
}

func (d diagnostics) wantError(t *testing.T, attribute string, texts ...string) {
	t.Helper()
	d.want(t, tfprotov6.DiagnosticSeverityError, attribute, texts...)
}

func (d diagnostics) wantWarning(t *testing.T, attribute string, texts ...string) {
	t.Helper()
	d.want(t, tfprotov6.DiagnosticSeverityWarning, attribute, texts...)
}
