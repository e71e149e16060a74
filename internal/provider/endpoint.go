package provider

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// endpoint is where an API is called instead of at Google's address.
type endpoint struct {
	url string // ends in "/"
	// authority is host:port, as gRPC dials it.
	authority string
	// plaintext connections carry no credentials: they could be read by anyone
	// on the way.
	plaintext bool
}

// String gives the URL, or a word for the default where there is no endpoint.
func (e *endpoint) String() string {
	if e == nil {
		return "default"
	}
	return e.url
}

// parseEndpoint accepts the URLs that the google provider takes as custom
// endpoints; a slash at the end may be missing.
func parseEndpoint(text string) (*endpoint, error) {
	const example = "write one such as https://host.example.com/v1/"
	parsed, err := url.Parse(text)
	if err != nil {
		// The text may hold a password: it is not repeated.
		return nil, errors.New("the text is not a URL; " + example)
	}
	port := parsed.Port()
	switch parsed.Scheme {
	case "https":
		if port == "" {
			port = "443"
		}
	case "http":
		if port == "" {
			port = "80"
		}
	default:
		return nil, errors.New("the URL has to start with https:// (or http://, for a server that runs on this machine); " + example)
	}
	switch {
	case parsed.Hostname() == "":
		return nil, errors.New("the URL names no host; " + example)
	case parsed.User != nil:
		return nil, errors.New("the URL holds a user name or a password; remove them and use credentials or access_token")
	case parsed.RawQuery != "" || parsed.Fragment != "":
		return nil, errors.New("the URL has a query or a fragment, which no API call could keep; " + example)
	}
	whole := parsed.String()
	if !strings.HasSuffix(whole, "/") {
		whole += "/"
	}
	return &endpoint{
		url:       whole,
		authority: net.JoinHostPort(parsed.Hostname(), port),
		plaintext: parsed.Scheme == "http",
	}, nil
}

// parseEmulatorHost takes what SPANNER_EMULATOR_HOST may hold: host:port,
// with or without a scheme, which Spanner's clients ignore.
func parseEmulatorHost(text string) (string, error) {
	bare := text
	for _, scheme := range []string{"http://", "https://", "passthrough:///"} {
		bare = strings.TrimPrefix(bare, scheme)
	}
	if _, port, err := net.SplitHostPort(bare); err != nil || port == "" || strings.Contains(port, "/") {
		return "", fmt.Errorf("%q is not an address; set it to host:port, such as localhost:9010, or unset it", text)
	}
	return bare, nil
}
