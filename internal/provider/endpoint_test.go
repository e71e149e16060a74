package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseEndpoint(t *testing.T) {
	t.Parallel()
	cases := map[string]endpoint{
		"https://spanner.example.com/v1/":     {"https://spanner.example.com/v1/", "spanner.example.com:443", false},
		"https://spanner.example.com/v1":      {"https://spanner.example.com/v1/", "spanner.example.com:443", false},
		"https://spanner.example.com":         {"https://spanner.example.com/", "spanner.example.com:443", false},
		"https://spanner.example.com:8443/v1": {"https://spanner.example.com:8443/v1/", "spanner.example.com:8443", false},
		"http://127.0.0.1:9020/v1/":           {"http://127.0.0.1:9020/v1/", "127.0.0.1:9020", true},
		"http://fake/":                        {"http://fake/", "fake:80", true},
		"https://[::1]/v1/":                   {"https://[::1]/v1/", "[::1]:443", false},
	}
	for text, want := range cases {
		have, err := parseEndpoint(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, *have, cmp.AllowUnexported(endpoint{})); diff != "" {
			t.Errorf("%s (-want +have):\n%s", text, diff)
		}
	}
	refused := map[string]string{
		"spanner.example.com":            "https://",
		"ftp://spanner.example.com/":     "https://",
		"https://":                       "no host",
		"https:///v1/":                   "no host",
		"https://me:secret@example.com/": "user name",
		"https://example.com/?key=1":     "query",
		"https://example.com/#v1":        "fragment",
		"https://exa mple.com/":          "not a URL",
		"https://example.com:port/":      "not a URL",
	}
	for text, want := range refused {
		_, err := parseEndpoint(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want an error with %q, have %v", text, want, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error shows the password", text)
		}
	}
}

func TestParseEmulatorHost(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"localhost:9010":             "localhost:9010",
		"http://localhost:9010":      "localhost:9010",
		"https://localhost:9010":     "localhost:9010",
		"passthrough:///[::1]:9010":  "[::1]:9010",
		"localhost":                  "",
		"localhost:":                 "",
		"http://localhost:9010/path": "",
	} {
		have, err := parseEmulatorHost(text)
		if (err != nil) != (want == "") || have != want {
			t.Errorf("%s: %q, %v; want %q", text, have, err, want)
		}
	}
}

func TestEmulatorWarnings(t *testing.T) {
	t.Parallel()
	emulator := environment{emulatorVariable: "http://127.0.0.1:9010", "GOOGLE_OAUTH_ACCESS_TOKEN": "t", "GOOGLE_SPANNER_CUSTOM_ENDPOINT": "https://x/v1/"}
	key := serviceAccount(t, nil)
	cases := map[string]struct {
		env       environment
		arguments block
		want      []string // arguments warned about
	}{
		"no emulator":                         {nil, block{attrCredentials: key, attrSpannerEndpoint: "https://x/v1/"}, nil},
		"an empty variable":                   {environment{emulatorVariable: ""}, block{attrCredentials: key}, nil},
		"nothing configured":                  {emulator, nil, nil},
		"a project only":                      {emulator, block{attrProject: "p", attrComputeEndpoint: "http://127.0.0.1/"}, nil},
		"credentials":                         {emulator, block{attrCredentials: key}, []string{attrCredentials}},
		"a token":                             {emulator, block{attrAccessToken: "t"}, []string{attrAccessToken}},
		"a service account to act as":         {emulator, block{attrImpersonate: "a@x"}, []string{attrImpersonate}},
		"an endpoint":                         {emulator, block{attrSpannerEndpoint: "https://x/v1/"}, []string{attrSpannerEndpoint}},
		"an unknown endpoint and credentials": {emulator, block{attrSpannerEndpoint: unknownValue{}, attrCredentials: unknownValue{}}, []string{attrCredentials, attrSpannerEndpoint}},
	}
	for name, of := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := configure(t, testProvider(of.env, nil), of.arguments)
			if diags.HasError() || len(diags) != len(of.want) {
				t.Fatalf("want warnings at %v, have:\n%s", of.want, describe(diags))
			}
			for i, d := range diags {
				text := describe(diags[i : i+1])
				if !strings.HasPrefix(text, "Warning "+of.want[i]+": ") || !strings.Contains(d.Detail(), emulatorVariable) || !strings.Contains(d.Detail(), "127.0.0.1:9010") {
					t.Errorf("want a warning at %s that names variable and address, have: %s", of.want[i], text)
				}
			}
		})
	}
}
