// Command schemajson prints the provider's schema in the form of
// `terraform providers schema -json`, from the provider's own protocol server.
//
// The documentation is made of it. A core on the developer's machine would
// leave out whatever it is too old to know.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/proveniq/terraform-provider-proveniq/internal/provider"
)

// object is a JSON object.
type object map[string]any

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "schemajson:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	server, err := providerserver.NewProtocol6WithError(provider.New("dev")())()
	if err != nil {
		return err
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}
	for _, d := range append(schemas.Diagnostics, identities.Diagnostics...) {
		return fmt.Errorf("%s: %s", d.Summary, d.Detail)
	}
	printed := object{
		"provider":                  schema(schemas.Provider),
		"resource_schemas":          each(schemas.ResourceSchemas, schema),
		"data_source_schemas":       each(schemas.DataSourceSchemas, schema),
		"list_resource_schemas":     each(schemas.ListResourceSchemas, schema),
		"functions":                 each(schemas.Functions, function),
		"resource_identity_schemas": each(identities.IdentitySchemas, identity),
		"action_schemas": each(schemas.ActionSchemas, func(a *tfprotov6.ActionSchema) object {
			return object{"block": block(a.Schema.Block)}
		}),
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(object{"format_version": "1.0", "provider_schemas": object{"proveniq": printed}})
}

func each[T any](all map[string]T, form func(T) object) object {
	printed := object{}
	for name, one := range all {
		printed[name] = form(one)
	}
	return printed
}

func schema(s *tfprotov6.Schema) object {
	return object{"version": s.Version, "block": block(s.Block)}
}

func block(b *tfprotov6.SchemaBlock) object {
	blocks := object{}
	for _, nested := range b.BlockTypes {
		blocks[nested.TypeName] = object{
			"nesting_mode": strings.ToLower(nested.Nesting.String()),
			"block":        block(nested.Block),
			"min_items":    nested.MinItems,
			"max_items":    nested.MaxItems,
		}
	}
	return object{
		"attributes":       attributes(b.Attributes),
		"block_types":      blocks,
		"description":      b.Description,
		"description_kind": kind(b.DescriptionKind),
		"deprecated":       b.Deprecated,
	}
}

func attributes(all []*tfprotov6.SchemaAttribute) object {
	printed := object{}
	for _, a := range all {
		one := object{
			"description":      a.Description,
			"description_kind": kind(a.DescriptionKind),
			"required":         a.Required,
			"optional":         a.Optional,
			"computed":         a.Computed,
			"sensitive":        a.Sensitive,
			"deprecated":       a.Deprecated,
			"write_only":       a.WriteOnly,
		}
		if a.NestedType == nil {
			one["type"] = a.Type
		} else {
			one["nested_type"] = object{
				"attributes":   attributes(a.NestedType.Attributes),
				"nesting_mode": strings.ToLower(a.NestedType.Nesting.String()),
			}
		}
		printed[a.Name] = one
	}
	return printed
}

func identity(s *tfprotov6.ResourceIdentitySchema) object {
	printed := object{}
	for _, a := range s.IdentityAttributes {
		printed[a.Name] = object{
			"type":                a.Type,
			"description":         a.Description,
			"required_for_import": a.RequiredForImport,
			"optional_for_import": a.OptionalForImport,
		}
	}
	return object{"version": s.Version, "attributes": printed}
}

func function(f *tfprotov6.Function) object {
	parameter := func(p *tfprotov6.FunctionParameter) object {
		return object{"name": p.Name, "description": p.Description, "type": p.Type, "is_nullable": p.AllowNullValue}
	}
	parameters := make([]object, 0, len(f.Parameters))
	for _, p := range f.Parameters {
		parameters = append(parameters, parameter(p))
	}
	printed := object{
		"summary":     f.Summary,
		"description": f.Description,
		"return_type": f.Return.Type,
		"parameters":  parameters,
	}
	if f.VariadicParameter != nil {
		printed["variadic_parameter"] = parameter(f.VariadicParameter)
	}
	return printed
}

func kind(k tfprotov6.StringKind) string {
	if k == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}
