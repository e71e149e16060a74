package provider

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// maskSecrets gives a context whose log hides the provider's secrets wherever
// they turn up, in messages and in fields.
func (c *Connections) maskSecrets(ctx context.Context) context.Context {
	ctx = tflog.MaskFieldValuesWithFieldKeys(ctx, attrCredentials, attrAccessToken, "authorization", "Authorization")
	if secrets := c.settings.secrets(); len(secrets) > 0 {
		ctx = tflog.MaskLogStrings(ctx, secrets...)
	}
	return ctx
}

// secrets lists every text that must not be read in a log: tokens and
// credentials whole, and the secret parts of credentials also line by line, as
// a log would break a key.
func (s settings) secrets() []string {
	const shortest = 8 // What is shorter would hide innocent text.
	var secrets []string
	add := func(text string) {
		if text = strings.TrimSpace(text); len(text) >= shortest {
			secrets = append(secrets, text)
		}
	}
	add(s.accessToken)
	if s.credentials == nil {
		return secrets
	}
	add(string(s.credentials))
	var content any
	if json.Unmarshal(s.credentials, &content) != nil {
		return secrets
	}
	var walk func(key string, value any)
	walk = func(key string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for key, value := range value {
				walk(key, value)
			}
		case []any:
			for _, value := range value {
				walk(key, value)
			}
		case string:
			if !isSecretField(key) {
				return
			}
			add(value)
			if escaped, err := json.Marshal(value); err == nil {
				add(strings.Trim(string(escaped), `"`))
			}
			for line := range strings.Lines(value) {
				if !strings.HasPrefix(line, "-----") {
					add(line)
				}
			}
		}
	}
	walk("", content)
	return secrets
}

// isSecretField names the fields of credentials that alone would be enough to
// act in their name.
func isSecretField(key string) bool {
	switch key {
	case "private_key", "refresh_token", "client_secret", "access_token", "id_token":
		return true
	default:
		return strings.EqualFold(key, "authorization") // headers of an external account's URL source
	}
}
