package provider

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// block is a provider block: argument to value. A Go string, bool or []string
// stands for itself; missing means null.
type block map[string]any

// unknownValue stands for a value that core does not know yet.
type unknownValue struct{}

// environment is what the provider sees instead of the process's variables.
type environment map[string]string

func (e environment) lookup(name string) (string, bool) {
	value, found := e[name]
	return value, found
}

// storedFiles are the files that arguments may name.
type storedFiles map[string]string

func (f storedFiles) read(name string) ([]byte, error) {
	content, found := f[name]
	if !found {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(content), nil
}

func testProvider(env environment, files storedFiles) *ledgerProvider {
	return &ledgerProvider{version: "1.2.3", lookup: env.lookup, readFile: files.read}
}

// config turns a block into what core sends.
func config(t *testing.T, arguments block) tfsdk.Config {
	t.Helper()
	schema := providerSchema()
	objectType, ok := schema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the provider's schema is no object")
	}
	values := map[string]tftypes.Value{}
	for name, of := range objectType.AttributeTypes {
		values[name] = tftypes.NewValue(of, nil)
	}
	for name, value := range arguments {
		of, found := objectType.AttributeTypes[name]
		if !found {
			t.Fatalf("the provider has no argument %s", name)
		}
		switch value := value.(type) {
		case unknownValue:
			values[name] = tftypes.NewValue(of, tftypes.UnknownValue)
		case []any: // a list with unknown elements
			elements := make([]tftypes.Value, 0, len(value))
			for _, element := range value {
				if _, unknown := element.(unknownValue); unknown {
					element = tftypes.UnknownValue
				}
				elements = append(elements, tftypes.NewValue(tftypes.String, element))
			}
			values[name] = tftypes.NewValue(of, elements)
		case []string:
			elements := make([]tftypes.Value, 0, len(value))
			for _, element := range value {
				elements = append(elements, tftypes.NewValue(tftypes.String, element))
			}
			values[name] = tftypes.NewValue(of, elements)
		default:
			values[name] = tftypes.NewValue(of, value)
		}
	}
	return tfsdk.Config{Schema: schema, Raw: tftypes.NewValue(objectType, values)}
}

// configure runs Configure as core 1.11.4 would.
func configure(t *testing.T, p *ledgerProvider, arguments block) (*Connections, diag.Diagnostics) {
	t.Helper()
	var resp provider.ConfigureResponse
	p.Configure(t.Context(), provider.ConfigureRequest{TerraformVersion: "1.11.4", Config: config(t, arguments)}, &resp)
	connections, _ := resp.ResourceData.(*Connections)
	if !resp.Diagnostics.HasError() && connections == nil {
		t.Fatal("Configure gave resources no connections")
	}
	if !resp.Diagnostics.HasError() && resp.DataSourceData != resp.ResourceData {
		t.Fatal("Configure gave data sources other connections than resources")
	}
	return connections, resp.Diagnostics
}

// mustConfigure fails the test on any diagnostic.
func mustConfigure(t *testing.T, p *ledgerProvider, arguments block) *Connections {
	t.Helper()
	connections, diags := configure(t, p, arguments)
	if len(diags) > 0 {
		t.Fatalf("Configure: %s", describe(diags))
	}
	return connections
}

// describe prints diagnostics one a line: severity, argument, summary, detail.
func describe(diags diag.Diagnostics) string {
	var lines []string
	for _, d := range diags {
		at := "provider"
		if located, ok := d.(diag.DiagnosticWithPath); ok {
			at = located.Path().String()
		}
		lines = append(lines, d.Severity().String()+" "+at+": "+d.Summary()+": "+d.Detail())
	}
	return strings.Join(lines, "\n")
}

// wantError demands exactly one error, at the argument, with the words.
func wantError(t *testing.T, diags diag.Diagnostics, argument string, words ...string) {
	t.Helper()
	if len(diags) != 1 || !diags.HasError() {
		t.Fatalf("want one error at %s, have:\n%s", argument, describe(diags))
	}
	text := describe(diags)
	if !strings.HasPrefix(text, "Error "+argument+": ") {
		t.Errorf("want an error at %s, have: %s", argument, text)
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("the error does not say %q: %s", word, text)
		}
	}
}

// serviceAccount is the JSON of a service account key that signs nothing real.
func serviceAccount(t *testing.T, extra map[string]string) string {
	t.Helper()
	fields := map[string]string{
		"type": "service_account", "project_id": "of-the-key", "client_email": "robot@of-the-key.iam.gserviceaccount.com",
		"private_key_id": "0123456789abcdef", "private_key": testPrivateKey(t), "token_uri": "https://127.0.0.1:1/token",
	}
	for name, value := range extra {
		fields[name] = value
	}
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
