package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/auth/credentials"
	"cloud.google.com/go/auth/credentials/impersonate"
)

// files reads what arguments name instead of holding it.
type files struct {
	read   func(name string) ([]byte, error)
	lookup func(name string) (value string, found bool)
}

// credentials takes the JSON text of credentials or the path of a file with
// it, and gives the text and the type it declares.
func (f files) credentials(text string) (content []byte, kind string, err error) {
	content = []byte(text)
	if !isJSON(text) {
		content, err = f.read(f.expand(text))
		switch {
		case err != nil && looksLikePath(text):
			return nil, "", fmt.Errorf("the file %s cannot be read: %s; give the path of a credentials file or its JSON text", text, reason(err))
		case err != nil:
			return nil, "", errors.New("the text is neither JSON nor the path of a file; give the path of a credentials file or its JSON text")
		}
	}
	kind, err = parseCredentials(content)
	if err != nil {
		return nil, "", err
	}
	return content, kind, nil
}

// token takes an access token or the path of a file with one.
func (f files) token(text string) (string, error) {
	token := text
	if content, err := f.read(f.expand(text)); err == nil {
		if token = strings.TrimSpace(string(content)); token == "" {
			return "", fmt.Errorf("the file %s is empty", text)
		}
	}
	return token, nil
}

// expand replaces a leading ~ by the home directory, as the google provider
// does.
func (f files) expand(name string) string {
	if name != "~" && !strings.HasPrefix(name, "~/") {
		return name
	}
	home, found := f.lookup("HOME")
	if !found || home == "" {
		return name
	}
	return filepath.Join(home, strings.TrimPrefix(name, "~"))
}

func isJSON(text string) bool {
	return strings.HasPrefix(strings.TrimSpace(text), "{")
}

// looksLikePath tells if a text may be shown in an error: what is long or has
// lines may be a secret in some other encoding.
func looksLikePath(text string) bool {
	return len(text) <= 256 && !strings.ContainsAny(text, "\n\r")
}

// reason is the error of a file operation without the path, which the message
// around it names.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

// parseCredentials checks that credentials can be made of the text and gives
// their type. Nothing is called.
func parseCredentials(text []byte) (kind string, err error) {
	var declared struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(text, &declared); err != nil {
		return "", fmt.Errorf("the text is not the JSON of credentials: %w", err)
	}
	switch credentials.CredType(declared.Type) {
	case credentials.ServiceAccount, credentials.AuthorizedUser, credentials.ExternalAccount,
		credentials.ExternalAccountAuthorizedUser, credentials.ImpersonatedServiceAccount:
	case "":
		return "", errors.New(`the JSON has no "type"; OAuth client secrets are no credentials: make some with ` +
			"`gcloud auth application-default login`, or download the key of a service account")
	default:
		return "", fmt.Errorf("the type %q is none that can sign calls", declared.Type)
	}
	if _, err := newCredentials(declared.Type, text, []string{"check"}, ""); err != nil {
		return "", fmt.Errorf("the credentials are of type %s, but not complete: %w", declared.Type, err)
	}
	return declared.Type, nil
}

func newCredentials(kind string, text []byte, scopes []string, universe string) (*auth.Credentials, error) {
	options := &credentials.DetectOptions{Scopes: scopes}
	if universe != "" && universe != defaultUniverse {
		options.UniverseDomain = universe
		// Only Google's own universe exchanges a signed request for a token.
		options.UseSelfSignedJWT = true
	}
	return credentials.NewCredentialsFromJSON(credentials.CredType(kind), text, options)
}

// universeOf gives the universe that the JSON of credentials declares.
func universeOf(text []byte) string {
	var declared struct {
		Universe string `json:"universe_domain"`
	}
	if json.Unmarshal(text, &declared) != nil || declared.Universe == "" {
		return defaultUniverse
	}
	return declared.Universe
}

// checkUniverse compares the universe of credentials with the configured one.
func (s settings) checkUniverse(credentials []byte) error {
	if of := universeOf(credentials); of != s.universeDomain {
		return fmt.Errorf("the credentials belong to the universe %s, and the provider is configured for %s; "+
			"set universe_domain to %s, or use credentials of the other universe", of, s.universeDomain, of)
	}
	return nil
}

// staticToken signs with a token that is not renewed.
type staticToken string

// Token gives the token.
func (t staticToken) Token(context.Context) (*auth.Token, error) {
	return &auth.Token{Value: string(t), Type: "Bearer"}, nil
}

// signer makes the credentials that sign calls. It fetches no token yet, but
// where it has to fall back on application default credentials it may ask if
// this machine has a metadata server.
func (s settings) signer() (*auth.Credentials, error) {
	base, err := s.baseSigner()
	if err != nil {
		return nil, err
	}
	if s.impersonate == "" {
		return base, nil
	}
	options := &impersonate.CredentialsOptions{
		TargetPrincipal: s.impersonate,
		Delegates:       s.delegates,
		Scopes:          s.scopes,
		Credentials:     base,
	}
	if s.universeDomain != defaultUniverse {
		options.UniverseDomain = s.universeDomain
	}
	acting, err := impersonate.NewCredentials(options)
	if err != nil {
		return nil, fmt.Errorf("acting as %s (impersonate_service_account): %w", s.impersonate, err)
	}
	return acting, nil
}

func (s settings) baseSigner() (*auth.Credentials, error) {
	switch {
	case s.accessToken != "":
		return auth.NewCredentials(&auth.CredentialsOptions{
			TokenProvider: staticToken(s.accessToken),
			UniverseDomainProvider: auth.CredentialsPropertyFunc(func(context.Context) (string, error) {
				return s.universeDomain, nil // A token does not say where it belongs.
			}),
		}), nil
	case s.credentials != nil:
		return newCredentials(s.credentialsType, s.credentials, s.scopes, s.universeDomain)
	default:
		options := &credentials.DetectOptions{Scopes: s.scopes}
		if s.universeDomain != defaultUniverse {
			options.UniverseDomain = s.universeDomain
			options.UseSelfSignedJWT = true
		}
		found, err := credentials.DetectDefault(options)
		if err != nil {
			return nil, fmt.Errorf("no credentials: the provider has neither credentials nor access_token, "+
				"and there are no application default credentials (%w); run `gcloud auth application-default login`, or set one of them", err)
		}
		if text := found.JSON(); text != nil {
			if err := s.checkUniverse(text); err != nil {
				return nil, fmt.Errorf("the application default credentials do not fit: %w", err)
			}
		}
		return found, nil
	}
}
