package provider

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCredentialsOfEveryType(t *testing.T) {
	t.Parallel()
	federated := `"audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
		"subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": "https://127.0.0.1:1/token",
		"credential_source": {"file": "/nowhere/token"}`
	cases := map[string]string{
		"service_account":                  serviceAccount(t, nil),
		"authorized_user":                  `{"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}`,
		"external_account":                 `{"type": "external_account", ` + federated + `}`,
		"external_account_authorized_user": `{"type": "external_account_authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r", "token_url": "https://127.0.0.1:1/token", "token_info_url": "https://127.0.0.1:1/info", "audience": "a"}`,
		"impersonated_service_account": `{"type": "impersonated_service_account",
			"service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@x.iam.gserviceaccount.com:generateAccessToken",
			"source_credentials": {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}}`,
	}
	for kind, text := range cases {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			inline := mustConfigure(t, testProvider(nil, nil), block{attrCredentials: text}).settings
			named := mustConfigure(t, testProvider(nil, storedFiles{"/keys/key.json": text}), block{attrCredentials: "/keys/key.json"}).settings
			home := mustConfigure(t, testProvider(environment{"HOME": "/home/me"}, storedFiles{"/home/me/key.json": text}), block{attrCredentials: "~/key.json"}).settings
			for where, s := range map[string]settings{"inline": inline, "file": named, "file below ~": home} {
				if string(s.credentials) != text || s.credentialsType != kind {
					t.Errorf("%s: credentials of type %q: %s", where, s.credentialsType, s.credentials)
				}
				if _, err := s.signer(); err != nil {
					t.Errorf("%s: no signer: %v", where, err)
				}
				s.impersonate = "other@x.iam.gserviceaccount.com"
				if _, err := s.signer(); err != nil {
					t.Errorf("%s: no signer that acts as another account: %v", where, err)
				}
			}
		})
	}
}

func TestCredentialsThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	const secret = "c2VjcmV0LXRoYXQtbXVzdC1ub3QtYmUtc2hvd24K"
	cases := map[string]struct {
		text string
		want []string
	}{
		"broken JSON":         {`{"type": "service_account",`, []string{"not the JSON of credentials"}},
		"no type":             {`{"installed": {"client_id": "c"}}`, []string{`no "type"`, "gcloud auth application-default login"}},
		"an unknown type":     {`{"type": "carrier_pigeon"}`, []string{"carrier_pigeon"}},
		"a missing file":      {"/keys/none.json", []string{"/keys/none.json", "file does not exist"}},
		"a file that is none": {"/keys/text", []string{"not the JSON of credentials"}},
		"an encoded key":      {strings.Repeat(secret, 20), []string{"neither JSON nor the path of a file"}},
		"another form of key": {`{"type": "external_account"}`, []string{"external_account", "not complete"}},
	}
	for name, of := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := storedFiles{"/keys/text": "hello"}
			_, diags := configure(t, testProvider(nil, files), block{attrCredentials: of.text})
			wantError(t, diags, attrCredentials, of.want...)
			if strings.Contains(describe(diags), secret) {
				t.Error("the error shows the value")
			}
			_, diags = configure(t, testProvider(environment{"GCLOUD_KEYFILE_JSON": of.text}, files), nil)
			wantError(t, diags, attrCredentials, append(of.want, "GCLOUD_KEYFILE_JSON")...)
		})
	}
}

func TestTokenFromAFile(t *testing.T) {
	t.Parallel()
	files := storedFiles{"/run/token": "from-the-file\n", "/run/empty": "\n"}
	if have := mustConfigure(t, testProvider(nil, files), block{attrAccessToken: "/run/token"}).settings.accessToken; have != "from-the-file" {
		t.Errorf("the token is %q", have)
	}
	_, diags := configure(t, testProvider(nil, files), block{attrAccessToken: "/run/empty"})
	wantError(t, diags, attrAccessToken, "/run/empty", "empty")
}

func TestConflictIsFoundWhenValuesBecomeKnown(t *testing.T) {
	t.Parallel()
	_, diags := configure(t, testProvider(nil, nil), block{attrCredentials: serviceAccount(t, nil), attrAccessToken: "token"})
	wantError(t, diags, attrAccessToken, "Remove one of them")
}

func TestUniverseHasToMatchTheCredentials(t *testing.T) {
	t.Parallel()
	theirs := serviceAccount(t, map[string]string{"universe_domain": "their.cloud"})
	_, diags := configure(t, testProvider(nil, nil), block{attrCredentials: theirs})
	wantError(t, diags, attrUniverseDomain, "their.cloud", "googleapis.com")
	_, diags = configure(t, testProvider(environment{"GOOGLE_UNIVERSE_DOMAIN": "my.cloud"}, nil), block{attrCredentials: theirs})
	wantError(t, diags, attrUniverseDomain, "their.cloud", "my.cloud", "GOOGLE_UNIVERSE_DOMAIN")
	_, diags = configure(t, testProvider(nil, nil), block{attrCredentials: serviceAccount(t, nil), attrUniverseDomain: "my.cloud"})
	wantError(t, diags, attrUniverseDomain, "my.cloud", "googleapis.com")

	s := mustConfigure(t, testProvider(nil, nil), block{attrCredentials: theirs, attrUniverseDomain: "their.cloud"}).settings
	if have, want := s.computeURL(), "https://compute.their.cloud/compute/v1/"; have != want {
		t.Errorf("Compute is called at %s, want %s", have, want)
	}
	mustConfigure(t, testProvider(nil, nil), block{attrCredentials: theirs, attrUniverseDomain: unknownValue{}})
}

func TestMalformedVariables(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ variable, value, argument string }{
		"override":   {"USER_PROJECT_OVERRIDE", "sometimes", attrUserProject},
		"spanner":    {"GOOGLE_SPANNER_CUSTOM_ENDPOINT", "spanner:9010", attrSpannerEndpoint},
		"compute":    {"GOOGLE_COMPUTE_CUSTOM_ENDPOINT", "compute", attrComputeEndpoint},
		"monitoring": {"GOOGLE_MONITORING_CUSTOM_ENDPOINT", "//x", attrMonitoringEndpoint},
		"universe":   {"GOOGLE_CLOUD_UNIVERSE_DOMAIN", "cloud", attrUniverseDomain},
		"emulator":   {emulatorVariable, "localhost", "provider"},
	}
	for name, of := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := configure(t, testProvider(environment{of.variable: of.value}, nil), nil)
			wantError(t, diags, of.argument, of.variable)
			// The configuration's value comes first: the variable is not even read.
			if of.argument == attrUserProject {
				mustConfigure(t, testProvider(environment{of.variable: of.value}, nil), block{attrUserProject: false})
			}
		})
	}
}

func TestSecretsAreListedInEveryForm(t *testing.T) {
	t.Parallel()
	key := serviceAccount(t, map[string]string{"private_key": "-----BEGIN PRIVATE KEY-----\nlineonelineone\nlinetwolinetwo\n-----END PRIVATE KEY-----\n"})
	if !json.Valid([]byte(key)) {
		t.Fatal("the key is no JSON")
	}
	have := settings{credentials: []byte(key), accessToken: "the-token-itself"}.secrets()
	for _, want := range []string{
		"the-token-itself", key, "lineonelineone", "linetwolinetwo",
		`-----BEGIN PRIVATE KEY-----\nlineonelineone\nlinetwolinetwo\n-----END PRIVATE KEY-----\n`,
	} {
		found := false
		for _, secret := range have {
			found = found || secret == want
		}
		if !found {
			t.Errorf("not listed: %s", want)
		}
	}
	for _, secret := range have {
		if secret == "robot@of-the-key.iam.gserviceaccount.com" || secret == "of-the-key" {
			t.Errorf("listed, but no secret: %s", secret)
		}
	}
}
