package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// textValidator refuses a known string by a check that resolve makes again on
// values from the environment, so that both say the same.
type textValidator struct {
	summary     string
	description string
	check       func(string) error
}

func notEmpty() validator.String {
	return textValidator{"An empty string configures nothing", "must not be empty", func(s string) error {
		if s == "" {
			return errors.New("leave the argument out, or set it to null, to use the environment or the default")
		}
		return nil
	}}
}

func credentialsText() validator.String {
	return textValidator{summaryCredentials, "must be the path of a credentials file or its JSON text", unlessEmpty(func(s string) error {
		if !isJSON(s) {
			return nil // A path: read when the provider is configured, not on validation.
		}
		_, err := parseCredentials([]byte(s))
		return err
	})}
}

func endpointURL() validator.String {
	return textValidator{summaryEndpoint, "must be a URL such as https://host.example.com/v1/", unlessEmpty(func(s string) error {
		_, err := parseEndpoint(s)
		return err
	})}
}

func duration() validator.String {
	return textValidator{summaryTimeout, "must be a duration such as 90s or 2m", unlessEmpty(func(s string) error {
		_, err := parseTimeout(s)
		return err
	})}
}

func domain() validator.String {
	return textValidator{summaryUniverse, "must be a domain name such as googleapis.com", unlessEmpty(checkDomain)}
}

// unlessEmpty leaves the empty string to notEmpty, which every string argument
// has.
func unlessEmpty(check func(string) error) func(string) error {
	return func(s string) error {
		if s == "" {
			return nil
		}
		return check(s)
	}
}

// Description says what the validator demands.
func (v textValidator) Description(context.Context) string { return v.description }

// MarkdownDescription says what the validator demands.
func (v textValidator) MarkdownDescription(context.Context) string { return v.description }

// ValidateString checks a value that is known.
func (v textValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, v.summary, wording.Sentence(err.Error()))
	}
}
