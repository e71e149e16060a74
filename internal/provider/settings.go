package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

const (
	defaultUniverse       = "googleapis.com"
	defaultRequestTimeout = 120 * time.Second
)

// Summaries of the errors that both validation and Configure may report.
const (
	summaryCredentials = "The credentials cannot be used"
	summaryToken       = "The access token cannot be used"
	summaryEndpoint    = "The endpoint is not a URL that can be called"
	summaryTimeout     = "The timeout is not a duration"
	summaryUniverse    = "The universe domain does not fit"
	summaryOverride    = "The value is neither true nor false"
	summaryEmulator    = "The address of the Spanner emulator cannot be used"
)

// settings are the provider's arguments after precedence: the configuration's
// value, else the environment's, else the default.
type settings struct {
	project         string
	credentials     []byte // JSON; nil means application default credentials
	credentialsType string
	accessToken     string
	impersonate     string
	delegates       []string
	billingProject  string
	overrideProject bool
	universeDomain  string
	scopes          []string
	requestReason   string
	requestTimeout  time.Duration
	spannerEndpoint *endpoint // nil means Google's
	computeEndpoint *endpoint
	monitorEndpoint *endpoint // of the checks that read metrics
	emulatorHost    string    // host:port; empty means none
	unguarded       []string  // ledgers that may be taken down
	userAgent       string
	unknown         map[string]bool // arguments whose value core does not know yet
}

// resolver collects settings and what is wrong with them.
type resolver struct {
	lookup  func(string) (string, bool)
	unknown map[string]bool
	diags   diag.Diagnostics
}

// resolve applies the precedence. It reads files that arguments name, and
// nothing else outside the process.
func resolve(ctx context.Context, c configuration, lookup func(string) (string, bool), readFile func(string) ([]byte, error)) (settings, diag.Diagnostics) {
	r := &resolver{lookup: lookup, unknown: map[string]bool{}}
	s := settings{unknown: r.unknown}

	s.project = r.text(attrProject, c.Project).value
	s.impersonate = r.text(attrImpersonate, c.Impersonate).value
	s.billingProject = r.text(attrBillingProject, c.BillingProject).value
	s.requestReason = r.text(attrRequestReason, c.RequestReason).value
	s.delegates = r.texts(ctx, attrDelegates, c.Delegates)
	s.scopes = r.texts(ctx, attrScopes, c.Scopes)
	if len(s.scopes) == 0 {
		s.scopes = []string{
			"https://www.googleapis.com/auth/cloud-platform",
			"https://www.googleapis.com/auth/userinfo.email",
		}
	}
	s.unguarded = r.texts(ctx, attrUnguarded, c.UnguardedLedgers)
	s.overrideProject = r.boolean(attrUserProject, c.UserProjectOverride)
	s.requestTimeout = parsed(r, attrRequestTimeout, c.RequestTimeout, summaryTimeout, parseTimeout)
	if s.requestTimeout == 0 {
		s.requestTimeout = defaultRequestTimeout
	}
	s.spannerEndpoint = parsed(r, attrSpannerEndpoint, c.SpannerCustomEndpoint, summaryEndpoint, parseEndpoint)
	s.computeEndpoint = parsed(r, attrComputeEndpoint, c.ComputeCustomEndpoint, summaryEndpoint, parseEndpoint)
	s.monitorEndpoint = parsed(r, attrMonitoringEndpoint, c.MonitoringCustomEndpoint, summaryEndpoint, parseEndpoint)

	r.signers(&s, c, readFile)
	r.universe(&s, c)
	r.emulator(&s)
	return s, r.diags
}

// sourced is a value and where it came from: "" is nowhere.
type sourced struct {
	value, variable string
}

// text applies the precedence to one string argument and remembers if it is
// unknown: then the environment is not asked, because the configuration's
// value will come before it.
func (r *resolver) text(name string, configured types.String) sourced {
	if configured.IsUnknown() {
		r.unknown[name] = true
		return sourced{}
	}
	if !configured.IsNull() {
		return sourced{value: configured.ValueString()}
	}
	for _, variable := range variablesOf(name) {
		if value, found := r.lookup(variable); found && value != "" {
			return sourced{value, variable}
		}
	}
	return sourced{}
}

func (r *resolver) texts(ctx context.Context, name string, configured types.List) []string {
	if configured.IsUnknown() || slices.ContainsFunc(configured.Elements(), attr.Value.IsUnknown) {
		r.unknown[name] = true
		return nil
	}
	var values []string
	r.diags.Append(configured.ElementsAs(ctx, &values, false)...)
	return values
}

func (r *resolver) boolean(name string, configured types.Bool) bool {
	if configured.IsUnknown() {
		r.unknown[name] = true
		return false
	}
	if !configured.IsNull() {
		return configured.ValueBool()
	}
	found := r.text(name, types.StringNull())
	if found.value == "" {
		return false
	}
	value, err := strconv.ParseBool(found.value)
	if err != nil {
		r.fail(name, summaryOverride, found, errors.New("it holds neither true nor false"))
	}
	return value
}

// parsed applies the precedence to a string argument that has a form of its
// own; the zero value means that it is not set.
func parsed[T any](r *resolver, name string, configured types.String, summary string, parse func(string) (T, error)) T {
	var zero T
	found := r.text(name, configured)
	if found.value == "" {
		return zero
	}
	value, err := parse(found.value)
	if err != nil {
		r.fail(name, summary, found, err)
		return zero
	}
	return value
}

// fail reports an error at an argument and says if the value is the
// environment's.
func (r *resolver) fail(name, summary string, found sourced, err error) {
	detail := wording.Sentence(err.Error())
	if found.variable != "" {
		detail += " The value is that of the environment variable " + found.variable + "."
	}
	r.diags.AddAttributeError(path.Root(name), summary, detail)
}

// signers finds what calls are signed with. The environment is asked only
// where the configuration holds neither credentials nor a token.
func (r *resolver) signers(s *settings, c configuration, readFile func(string) ([]byte, error)) {
	files := files{read: readFile, lookup: r.lookup}
	credentials, token := c.Credentials, c.AccessToken
	if !credentials.IsNull() || !token.IsNull() {
		// A conflict was refused on validation; one of the two is null or unknown.
		if credentials.IsNull() {
			credentials = types.StringValue("")
		}
		if token.IsNull() {
			token = types.StringValue("")
		}
	}
	if found := r.text(attrAccessToken, token); found.value != "" {
		value, err := files.token(found.value)
		if err != nil {
			r.fail(attrAccessToken, summaryToken, found, err)
		}
		s.accessToken = value
		if found.variable != "" {
			return // A token in the environment comes before credentials there.
		}
	}
	if found := r.text(attrCredentials, credentials); found.value != "" {
		text, kind, err := files.credentials(found.value)
		if err != nil {
			r.fail(attrCredentials, summaryCredentials, found, err)
		}
		s.credentials, s.credentialsType = text, kind
	}
}

// universe finds the universe domain and compares it with that of the
// credentials, where those are at hand.
func (r *resolver) universe(s *settings, c configuration) {
	found := r.text(attrUniverseDomain, c.UniverseDomain)
	s.universeDomain = found.value
	if s.universeDomain == "" {
		s.universeDomain = defaultUniverse
	}
	if found.value != "" {
		if err := checkDomain(found.value); err != nil {
			r.fail(attrUniverseDomain, summaryUniverse, found, err)
			return
		}
	}
	if s.credentials == nil || r.unknown[attrUniverseDomain] {
		return
	}
	if err := s.checkUniverse(s.credentials); err != nil {
		r.fail(attrUniverseDomain, summaryUniverse, found, err)
	}
}

// emulator honours the variable as every Spanner client does.
func (r *resolver) emulator(s *settings) {
	value, found := r.lookup(emulatorVariable)
	if !found || value == "" {
		return
	}
	host, err := parseEmulatorHost(value)
	if err != nil {
		r.diags.AddError(summaryEmulator, wording.Sentence(fmt.Sprintf("the environment variable %s: %v", emulatorVariable, err)))
		return
	}
	s.emulatorHost = host
}

// UnknownArgumentError says that a call needs a provider argument whose value
// is not known yet.
type UnknownArgumentError struct {
	// Argument is the provider's argument.
	Argument string
	// Purpose is what it was needed for, as in "calling Spanner".
	Purpose string
}

// Error names the argument and says what to do.
func (e *UnknownArgumentError) Error() string {
	return fmt.Sprintf("the provider's argument %s is not known yet, and %s needs it: it depends on something that is applied later; "+
		"apply that first (-target), or give the argument a value that is known at plan", e.Argument, e.Purpose)
}

// UnknownArgument gives the argument's name. Resources that can do without the
// call until the value is known find this method by errors.As on an interface
// of their own.
func (e *UnknownArgumentError) UnknownArgument() string { return e.Argument }

// need reports the first of the arguments that is unknown.
func (s settings) need(purpose string, arguments ...string) error {
	for _, argument := range arguments {
		if s.unknown[argument] {
			return &UnknownArgumentError{Argument: argument, Purpose: purpose}
		}
	}
	return nil
}

// logFields describes the settings for the log, without secrets.
func (s settings) logFields() map[string]any {
	signer := "application default credentials"
	switch {
	case s.accessToken != "":
		signer = attrAccessToken
	case s.credentials != nil:
		signer = s.credentialsType
	}
	return map[string]any{
		"project":         s.project,
		"signed_by":       signer,
		"impersonate":     s.impersonate,
		"quota_project":   s.quotaProject(),
		"universe_domain": s.universeDomain,
		"spanner":         s.spannerEndpoint.String(),
		"compute":         s.computeEndpoint.String(),
		"emulator":        s.emulatorHost,
		"user_agent":      s.userAgent,
		"unknown":         strings.Join(slices.Sorted(maps.Keys(s.unknown)), ", "),
	}
}

// quotaProject is the project that calls are counted on; empty leaves it to
// the credentials.
func (s settings) quotaProject() string {
	switch {
	case !s.overrideProject:
		return ""
	case s.billingProject != "":
		return s.billingProject
	default:
		return s.project
	}
}

// parseTimeout accepts a duration longer than zero.
func parseTimeout(text string) (time.Duration, error) {
	value, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration; write a number and a unit, such as 90s or 2m", text)
	}
	if value <= 0 {
		return 0, fmt.Errorf("%q is not longer than zero", text)
	}
	return value, nil
}

// checkDomain accepts what can be a domain of a universe.
func checkDomain(text string) error {
	if strings.ContainsAny(text, "/: \t\n@") || !strings.Contains(text, ".") || strings.HasPrefix(text, ".") || strings.HasSuffix(text, ".") {
		return fmt.Errorf("%q is not a domain name; write one such as googleapis.com, without scheme and path", text)
	}
	return nil
}
