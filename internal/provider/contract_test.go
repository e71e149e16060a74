package provider

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func providerSchemas(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(New("1.2.3")())()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range schemas.Diagnostics {
		t.Errorf("%s: %s: %s", d.Severity, d.Summary, d.Detail)
	}
	return schemas
}

// Everything a user may write is described: the documentation is made of it.
func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	schemas := providerSchemas(t)
	checkBlock(t, "provider", schemas.Provider.Block)
	for name, schema := range schemas.ResourceSchemas {
		checkBlock(t, name, schema.Block)
	}
	for name, schema := range schemas.DataSourceSchemas {
		checkBlock(t, "data."+name, schema.Block)
	}
	for name, function := range schemas.Functions {
		if function.Summary == "" || function.Description == "" {
			t.Errorf("function %s is not described", name)
		}
	}
}

func checkBlock(t *testing.T, at string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	if block.Description == "" && !strings.Contains(at, ".") {
		t.Errorf("%s is not described", at)
	}
	for _, attribute := range block.Attributes {
		checkAttribute(t, at+"."+attribute.Name, attribute)
	}
	for _, nested := range block.BlockTypes {
		checkBlock(t, at+"."+nested.TypeName, nested.Block)
	}
}

func checkAttribute(t *testing.T, at string, attribute *tfprotov6.SchemaAttribute) {
	t.Helper()
	text := strings.TrimSpace(attribute.Description)
	switch {
	case text == "":
		t.Errorf("%s is not described", at)
	case !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "`") && !strings.HasSuffix(text, ")"):
		t.Errorf("the description of %s does not end as a sentence: %s", at, text)
	}
	if attribute.NestedType == nil {
		return
	}
	for _, nested := range attribute.NestedType.Attributes {
		checkAttribute(t, at+"."+nested.Name, nested)
	}
}

// Secrets stay out of plans.
func TestSecretArgumentsAreSensitive(t *testing.T) {
	t.Parallel()
	var have []string
	for _, attribute := range providerSchemas(t).Provider.Block.Attributes {
		if attribute.Sensitive {
			have = append(have, attribute.Name)
		}
	}
	slices.Sort(have)
	if diff := cmp.Diff([]string{attrAccessToken, attrCredentials}, have); diff != "" {
		t.Errorf("sensitive arguments (-want +have):\n%s", diff)
	}
}

// The structure that the block is read into has a field for each argument, and
// no other.
func TestConfigurationMatchesTheSchema(t *testing.T) {
	t.Parallel()
	var fields, arguments []string
	structure := reflect.TypeFor[configuration]()
	for i := range structure.NumField() {
		fields = append(fields, structure.Field(i).Tag.Get("tfsdk"))
	}
	for name := range providerSchema().Attributes {
		arguments = append(arguments, name)
	}
	slices.Sort(fields)
	slices.Sort(arguments)
	if diff := cmp.Diff(arguments, fields); diff != "" {
		t.Errorf("arguments and fields (-arguments +fields):\n%s", diff)
	}
}

// Every resource and data source shows an example and how to import it.
func TestEverythingHasAnExample(t *testing.T) {
	t.Parallel()
	examples := filepath.Join("..", "..", "examples")
	wanted := []string{filepath.Join("provider", "provider.tf")}
	schemas := providerSchemas(t)
	for name := range schemas.ResourceSchemas {
		wanted = append(wanted, filepath.Join("resources", name, "resource.tf"), filepath.Join("resources", name, "import.sh"))
	}
	for name := range schemas.DataSourceSchemas {
		wanted = append(wanted, filepath.Join("data-sources", name, "data-source.tf"))
	}
	for name := range schemas.Functions {
		wanted = append(wanted, filepath.Join("functions", name, "function.tf"))
	}
	for _, name := range wanted {
		if _, err := os.Stat(filepath.Join(examples, name)); err != nil {
			t.Errorf("no example: %v", err)
		}
	}
}
