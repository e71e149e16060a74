package provider

import (
	"context"
	"net/http"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"google.golang.org/api/option"
	transport "google.golang.org/api/transport/http"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

// argumentsOfCalls are those that every call depends on which is signed.
func argumentsOfCalls() []string {
	return []string{
		attrCredentials, attrAccessToken, attrImpersonate, attrDelegates, attrScopes,
		attrUserProject, attrBillingProject, attrUniverseDomain, attrRequestReason, attrRequestTimeout,
	}
}

// signedOptions authenticate and label calls, over gRPC and HTTP alike.
func (s settings) signedOptions(purpose string) ([]option.ClientOption, error) {
	if err := s.need(purpose, argumentsOfCalls()...); err != nil {
		return nil, err
	}
	if s.overrideProject && s.billingProject == "" {
		if err := s.need(purpose, attrProject); err != nil {
			return nil, err
		}
	}
	signer, err := s.signer()
	if err != nil {
		return nil, err
	}
	options := []option.ClientOption{
		option.WithAuthCredentials(signer),
		option.WithUserAgent(s.userAgent),
		option.WithUniverseDomain(s.universeDomain),
	}
	if project := s.quotaProject(); project != "" {
		options = append(options, option.WithQuotaProject(project))
	}
	if s.requestReason != "" {
		options = append(options, option.WithRequestReason(s.requestReason))
	}
	return options, nil
}

// plaintextOptions reach a gRPC server without encryption, and therefore
// without credentials.
func (s settings) plaintextOptions(authority string) []option.ClientOption {
	return []option.ClientOption{
		option.WithEndpoint("passthrough:///" + authority),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
		option.WithoutAuthentication(),
		option.WithUserAgent(s.userAgent),
	}
}

// spannerOptions are those of all Spanner clients. The emulator's come before
// everything else, as in every Spanner client.
func (s settings) spannerOptions(purpose string) ([]option.ClientOption, error) {
	if s.emulatorHost != "" {
		if err := s.need(purpose, attrRequestTimeout); err != nil {
			return nil, err
		}
		return s.plaintextOptions(s.emulatorHost), nil
	}
	if err := s.need(purpose, attrSpannerEndpoint); err != nil {
		return nil, err
	}
	if s.spannerEndpoint != nil && s.spannerEndpoint.plaintext {
		if err := s.need(purpose, attrRequestTimeout); err != nil {
			return nil, err
		}
		return s.plaintextOptions(s.spannerEndpoint.authority), nil
	}
	options, err := s.signedOptions(purpose)
	if err != nil {
		return nil, err
	}
	if s.spannerEndpoint != nil {
		options = append(options, option.WithEndpoint(s.spannerEndpoint.authority))
	}
	return options, nil
}

// httpClient makes an HTTP client of an API: signed, labelled, logged, and
// bounded by request_timeout.
func (c *Connections) httpClient(ctx context.Context, api, endpointArgument string, at *endpoint) (*http.Client, error) {
	purpose := "calling the " + api + " API"
	if err := c.settings.need(purpose, endpointArgument, attrRequestTimeout); err != nil {
		return nil, err
	}
	options := []option.ClientOption{option.WithoutAuthentication()}
	if at == nil || !at.plaintext {
		signed, err := c.settings.signedOptions(purpose)
		if err != nil {
			return nil, err
		}
		options = signed
	}
	options = append(options, option.WithTelemetryDisabled())

	client := &http.Client{}
	if c.base != nil {
		signing, err := transport.NewTransport(ctx, c.base, options...)
		if err != nil {
			return nil, err
		}
		client.Transport = signing
	} else {
		signing, _, err := transport.NewClient(ctx, options...)
		if err != nil {
			return nil, err
		}
		client = signing
	}
	client.Transport = &labelling{connections: c, api: api, next: client.Transport}
	client.Timeout = c.settings.requestTimeout
	return client, nil
}

// labelling sets the headers that say who calls and why, and logs each call.
type labelling struct {
	connections *Connections
	api         string
	next        http.RoundTripper
}

// RoundTrip sends a labelled copy of the request.
func (l *labelling) RoundTrip(req *http.Request) (*http.Response, error) {
	settings := l.connections.settings
	labelled := req.Clone(req.Context())
	labelled.Header.Set("User-Agent", settings.userAgent)
	if project := settings.quotaProject(); project != "" {
		labelled.Header.Set("X-Goog-User-Project", project)
	}
	if settings.requestReason != "" {
		labelled.Header.Set("X-Goog-Request-Reason", settings.requestReason)
	}
	response, err := l.next.RoundTrip(labelled)
	outcome := map[string]any{"api": l.api, "method": req.Method, "url": req.URL.Redacted()}
	if err != nil {
		outcome["error"] = err.Error()
	} else {
		outcome["status"] = response.StatusCode
	}
	tflog.Debug(l.connections.maskSecrets(req.Context()), "API call", outcome)
	return response, err
}

// loggedCalls logs each call of a gRPC client, never its payload.
func (c *Connections) loggedCalls(api string) option.ClientOption {
	return option.WithGRPCDialOption(grpc.WithChainUnaryInterceptor(
		func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
			err := invoke(ctx, method, req, reply, conn, options...)
			outcome := map[string]any{"api": api, "method": method, "status": status.Code(err).String()}
			if err != nil {
				outcome["error"] = err.Error()
			}
			tflog.Debug(c.maskSecrets(ctx), "API call", outcome)
			return err
		}))
}
