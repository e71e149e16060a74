package provider

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

// tellTale fails every request with an error that repeats what it saw.
type tellTale struct{ secrets []string }

// RoundTrip repeats the request's token, and the secrets it was given.
func (t tellTale) RoundTrip(req *http.Request) (*http.Response, error) {
	return nil, errors.New("refused: " + req.Header.Get("Authorization") + " " + strings.Join(t.secrets, " | "))
}

// Whatever is logged at the finest level, no secret is in it; the same lines
// hold them without the masks, or the test would show nothing.
func TestSecretsAreMaskedInLogs(t *testing.T) {
	t.Parallel()
	const canary = "canary-3f9c2d71-token"
	key := serviceAccount(t, map[string]string{"private_key_id": "kept-readable"})
	for name, arguments := range map[string]block{
		"token":       {attrAccessToken: canary},
		"credentials": {attrCredentials: key},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			ctx := tflogtest.RootLogger(t.Context(), &log)
			arguments[attrComputeEndpoint] = "https://compute.example.com/compute/v1/"
			var resp provider.ConfigureResponse
			testProvider(nil, nil).Configure(ctx, provider.ConfigureRequest{TerraformVersion: "1.11.4", Config: config(t, arguments)}, &resp)
			connections, ok := resp.ResourceData.(*Connections)
			if !ok {
				t.Fatal(describe(resp.Diagnostics))
			}
			secrets := connections.settings.secrets()
			if len(secrets) == 0 {
				t.Fatal("no secrets are known")
			}
			if name == "token" {
				connections.base = tellTale{secrets}
				client, err := connections.httpClient(ctx, "compute", attrComputeEndpoint, connections.settings.computeEndpoint)
				if err != nil {
					t.Fatal(err)
				}
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://compute.example.com/compute/v1/?access_token="+canary, nil)
				if err != nil {
					t.Fatal(err)
				}
				resp, err := client.Do(req)
				if err == nil {
					resp.Body.Close()
				}
				if err == nil || !strings.Contains(err.Error(), "Bearer "+canary) {
					t.Fatalf("the call was not signed, or did not fail: %v", err)
				}
			}
			masked := connections.maskSecrets(ctx)
			for _, secret := range secrets {
				tflog.Trace(masked, "message with "+secret, map[string]any{"field": "and " + secret, attrAccessToken: "whatever"})
			}
			if !strings.Contains(log.String(), "provider configured") || !strings.Contains(log.String(), "message with ***") {
				t.Fatalf("the log lacks what was logged:\n%s", log.String())
			}
			for _, secret := range secrets {
				if strings.Contains(log.String(), secret) {
					t.Errorf("the log holds a secret of %d characters", len(secret))
				}
			}
			if strings.Contains(log.String(), "whatever") {
				t.Error("a field named access_token is shown")
			}
		})
	}
}
