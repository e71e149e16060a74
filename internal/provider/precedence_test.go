package provider

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// precedenceCase is what the tests of precedence know of one argument.
type precedenceCase struct {
	configured   any                   // a value for the configuration
	have         string                // what settings hold then
	fromVariable string                // a value for its environment variables; "" where there are none
	haveVariable string                // what settings hold then
	fallback     string                // what settings hold without either
	read         func(settings) string // the setting
}

// precedenceCases has one case for each of the provider's arguments.
func precedenceCases(t *testing.T) map[string]precedenceCase {
	t.Helper()
	key, other := serviceAccount(t, nil), serviceAccount(t, map[string]string{"project_id": "other"})
	return map[string]precedenceCase{
		attrProject:        {"mine", "mine", "theirs", "theirs", "", func(s settings) string { return s.project }},
		attrCredentials:    {key, key, other, other, "", func(s settings) string { return string(s.credentials) }},
		attrAccessToken:    {"token-1", "token-1", "token-2", "token-2", "", func(s settings) string { return s.accessToken }},
		attrImpersonate:    {"a@x.iam", "a@x.iam", "b@x.iam", "b@x.iam", "", func(s settings) string { return s.impersonate }},
		attrDelegates:      {[]string{"c@x", "d@x"}, "c@x d@x", "", "", "", func(s settings) string { return strings.Join(s.delegates, " ") }},
		attrBillingProject: {"bill", "bill", "other", "other", "", func(s settings) string { return s.billingProject }},
		attrUserProject:    {false, "false", "true", "true", "false", func(s settings) string { return strconv.FormatBool(s.overrideProject) }},
		attrUniverseDomain: {"my.cloud", "my.cloud", "their.cloud", "their.cloud", "googleapis.com", func(s settings) string { return s.universeDomain }},
		attrScopes: {[]string{"s1", "s2"}, "s1 s2", "", "", "https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/userinfo.email",
			func(s settings) string { return strings.Join(s.scopes, " ") }},
		attrRequestReason:      {"ticket 1", "ticket 1", "ticket 2", "ticket 2", "", func(s settings) string { return s.requestReason }},
		attrRequestTimeout:     {"90s", "1m30s", "", "", "2m0s", func(s settings) string { return s.requestTimeout.String() }},
		attrSpannerEndpoint:    {"https://s1.example.com/v1/", "https://s1.example.com/v1/", "https://s2.example.com/v1/", "https://s2.example.com/v1/", "default", func(s settings) string { return s.spannerEndpoint.String() }},
		attrComputeEndpoint:    {"https://c1.example.com/v1/", "https://c1.example.com/v1/", "https://c2.example.com/v1", "https://c2.example.com/v1/", "default", func(s settings) string { return s.computeEndpoint.String() }},
		attrUnguarded:          {[]string{"main", "test"}, "main test", "", "", "", func(s settings) string { return strings.Join(s.unguarded, " ") }},
		attrMonitoringEndpoint: {"https://m1.example.com/v3/", "https://m1.example.com/v3/", "https://m2.example.com/v3/", "https://m2.example.com/v3/", "default", func(s settings) string { return s.monitorEndpoint.String() }},
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	cases := precedenceCases(t)
	for name := range providerSchema().Attributes {
		if _, found := cases[name]; !found {
			t.Errorf("no case for the argument %s", name)
		}
	}
	for name, of := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// all sets every variable of the argument, each to another value,
			// where only the first holds the one that is expected.
			all := environment{}
			for i, variable := range variablesOf(name) {
				all[variable] = of.fromVariable
				if i > 0 && name != attrCredentials && name != attrUserProject && !strings.HasSuffix(name, "_endpoint") {
					all[variable] = of.fromVariable + ".later"
				}
			}
			read := func(env environment, arguments block) string {
				t.Helper()
				return of.read(mustConfigure(t, testProvider(env, nil), arguments).settings)
			}
			if have := read(nil, nil); have != of.fallback {
				t.Errorf("without configuration and environment: %v, want %v", have, of.fallback)
			}
			if have := read(all, block{name: of.configured}); have != of.have {
				t.Errorf("with configuration and environment: %v, want the configuration's %v", have, of.have)
			}
			if of.fromVariable == "" {
				if len(all) > 0 {
					t.Fatal("the case has no value for the environment")
				}
				return
			}
			if have := read(all, nil); have != of.haveVariable {
				t.Errorf("with environment: %v, want %v", have, of.haveVariable)
			}
			for _, variable := range variablesOf(name) {
				if have := read(environment{variable: of.fromVariable}, nil); have != of.haveVariable {
					t.Errorf("with %s only: %v, want %v", variable, have, of.haveVariable)
				}
				if have := read(environment{variable: ""}, nil); have != of.fallback {
					t.Errorf("with an empty %s: %v, want the default %v", variable, have, of.fallback)
				}
			}
		})
	}
}

// An unknown argument is neither null nor empty: Configure succeeds, the
// environment does not take its place, and the call that needs it names it.
func TestUnknown(t *testing.T) {
	t.Parallel()
	for name, of := range precedenceCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := environment{}
			for _, variable := range variablesOf(name) {
				env[variable] = of.fromVariable
			}
			if name != attrCredentials && name != attrAccessToken {
				env["GOOGLE_OAUTH_ACCESS_TOKEN"] = "token"
			}
			arguments := block{name: unknownValue{}}
			if name != attrUserProject {
				arguments[attrUserProject] = true
			}
			connections := mustConfigure(t, testProvider(env, nil), arguments)
			if have := of.read(connections.settings); have == of.haveVariable && of.haveVariable != of.fallback {
				t.Errorf("the environment's %v took the place of the unknown value", have)
			}
			var errs []error
			_, err := connections.DatabaseAdmin(t.Context())
			errs = append(errs, err)
			_, err = connections.LoadBalancer(t.Context())
			errs = append(errs, err)
			_, err = connections.Registry(t.Context(), "projects/p/instances/i/databases/d")
			errs = append(errs, err)
			_, err = connections.DefaultProject()
			errs = append(errs, err)
			_, err = connections.MayBeTakenDown("main")
			errs = append(errs, err)

			named := 0
			for _, err := range errs {
				if unknown, ok := err.(interface{ UnknownArgument() string }); ok {
					named++
					if unknown.UnknownArgument() != name || !strings.Contains(err.Error(), name) {
						t.Errorf("the error names another argument than %s: %v", name, err)
					}
				}
			}
			want := map[string]int{
				attrProject:            4, // quota is counted on it where there is no billing_project
				attrSpannerEndpoint:    2,
				attrComputeEndpoint:    1,
				attrUnguarded:          1,
				attrMonitoringEndpoint: 0, // nothing calls it yet
			}
			wanted, special := want[name]
			if !special {
				wanted = 3
			}
			if named != wanted {
				t.Errorf("%d calls failed for the unknown argument, want %d: %v", named, wanted, errs)
			}
		})
	}
}

func TestUnknownElementMakesTheListUnknown(t *testing.T) {
	t.Parallel()
	for _, name := range []string{attrScopes, attrDelegates} {
		connections := mustConfigure(t, testProvider(nil, nil), block{name: []any{"known", unknownValue{}}})
		if !connections.settings.unknown[name] {
			t.Errorf("%s with an unknown element is taken for known", name)
		}
	}
}

// The emulator needs neither credentials nor endpoint: unknown ones do not
// stop a call that goes there.
func TestEmulatorNeedsNoCredentials(t *testing.T) {
	t.Parallel()
	connections := mustConfigure(t, testProvider(environment{emulatorVariable: "127.0.0.1:1"}, nil), block{
		attrImpersonate: nil, attrScopes: unknownValue{}, attrUniverseDomain: unknownValue{},
	})
	client, err := connections.DatabaseAdmin(t.Context())
	if err != nil {
		t.Fatalf("a client for the emulator: %v", err)
	}
	if err := client.Close(); err != nil {
		t.Error(err)
	}
	if _, err := connections.LoadBalancer(t.Context()); err == nil || !strings.Contains(err.Error(), attrScopes) {
		t.Errorf("the load balancer's client needs scopes, which are unknown; error: %v", err)
	}
}

// A variable that signs is not read where the configuration signs already, in
// whichever way.
func TestConfiguredSignerSilencesTheEnvironment(t *testing.T) {
	t.Parallel()
	key := serviceAccount(t, nil)
	both := environment{"GOOGLE_CREDENTIALS": serviceAccount(t, map[string]string{"project_id": "env"}), "GOOGLE_OAUTH_ACCESS_TOKEN": "env-token"}
	s := mustConfigure(t, testProvider(both, nil), block{attrCredentials: key}).settings
	if s.accessToken != "" || string(s.credentials) != key {
		t.Errorf("configured credentials: token %q, credentials %q", s.accessToken, s.credentials)
	}
	s = mustConfigure(t, testProvider(both, nil), block{attrAccessToken: "mine"}).settings
	if s.accessToken != "mine" || s.credentials != nil {
		t.Errorf("configured token: token %q, credentials %q", s.accessToken, s.credentials)
	}
	s = mustConfigure(t, testProvider(both, nil), nil).settings
	if s.accessToken != "env-token" || s.credentials != nil {
		t.Errorf("both in the environment: token %q, credentials %q; want the token", s.accessToken, s.credentials)
	}
	s = mustConfigure(t, testProvider(both, nil), block{attrAccessToken: unknownValue{}}).settings
	if s.accessToken != "" || s.credentials != nil {
		t.Errorf("unknown token: token %q, credentials %q; want neither yet", s.accessToken, s.credentials)
	}
}

func TestRequestTimeoutDefault(t *testing.T) {
	t.Parallel()
	if have := mustConfigure(t, testProvider(nil, nil), nil).settings.requestTimeout; have != 2*time.Minute {
		t.Errorf("the default timeout is %s", have)
	}
}

// validate runs ValidateProviderConfig through the protocol, as core does
// before it configures, validators included.
func validate(t *testing.T, arguments block) []string {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(testProvider(nil, nil))()
	if err != nil {
		t.Fatal(err)
	}
	raw := config(t, arguments).Raw
	value, err := tfprotov6.NewDynamicValue(raw.Type(), raw)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &value})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, d := range resp.Diagnostics {
		lines = append(lines, d.Severity.String()+" "+d.Attribute.String()+": "+d.Summary)
	}
	slices.Sort(lines)
	return lines
}

func TestValidation(t *testing.T) {
	t.Parallel()
	empty := "An empty string configures nothing"
	cases := map[string]struct {
		arguments block
		want      []string
	}{
		"nothing":                 {nil, nil},
		"unknown":                 {block{attrCredentials: unknownValue{}, attrAccessToken: "t", attrRequestTimeout: unknownValue{}, attrSpannerEndpoint: unknownValue{}, attrUniverseDomain: unknownValue{}}, nil},
		"credentials and a token": {block{attrCredentials: "key.json", attrAccessToken: "t"}, []string{`ERROR AttributeName("access_token"): Two sets of credentials are configured`}},
		"a path is not read yet":  {block{attrCredentials: "no/such/file.json"}, nil},
		"broken JSON":             {block{attrCredentials: `{"type": `}, []string{`ERROR AttributeName("credentials"): The credentials cannot be used`}},
		"a duration without unit": {block{attrRequestTimeout: "90"}, []string{`ERROR AttributeName("request_timeout"): The timeout is not a duration`}},
		"a negative duration":     {block{attrRequestTimeout: "-1s"}, []string{`ERROR AttributeName("request_timeout"): The timeout is not a duration`}},
		"no duration":             {block{attrRequestTimeout: "0s"}, []string{`ERROR AttributeName("request_timeout"): The timeout is not a duration`}},
		"an endpoint without scheme": {block{attrSpannerEndpoint: "spanner.example.com", attrComputeEndpoint: "ftp://x/", attrMonitoringEndpoint: "https://"},
			[]string{
				`ERROR AttributeName("compute_custom_endpoint"): The endpoint is not a URL that can be called`,
				`ERROR AttributeName("monitoring_custom_endpoint"): The endpoint is not a URL that can be called`,
				`ERROR AttributeName("spanner_custom_endpoint"): The endpoint is not a URL that can be called`,
			}},
		"a universe with a scheme": {block{attrUniverseDomain: "https://my.cloud"}, []string{`ERROR AttributeName("universe_domain"): The universe domain does not fit`}},
		"empty elements":           {block{attrScopes: []string{""}, attrDelegates: []string{"a", ""}}, []string{`ERROR AttributeName("impersonate_service_account_delegates").ElementKeyInt(1): ` + empty, `ERROR AttributeName("scopes").ElementKeyInt(0): ` + empty}},
		"null elements":            {block{attrScopes: []any{"s", nil}}, []string{`ERROR AttributeName("scopes"): Null List Value`}},
		"empty lists":              {block{attrScopes: []string{}, attrDelegates: []string{}}, nil},
	}
	for _, name := range []string{attrProject, attrCredentials, attrAccessToken, attrImpersonate, attrBillingProject, attrUniverseDomain,
		attrRequestReason, attrRequestTimeout, attrSpannerEndpoint, attrComputeEndpoint, attrMonitoringEndpoint} {
		cases["empty "+name] = struct {
			arguments block
			want      []string
		}{block{name: ""}, []string{`ERROR AttributeName("` + name + `"): ` + empty}}
	}
	for name, of := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(of.want, validate(t, of.arguments)); diff != "" {
				t.Errorf("diagnostics (-want +have):\n%s", diff)
			}
		})
	}
}
