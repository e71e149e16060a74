package googlereplica

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"
)

// Source is what configurations call the provider. Terraform and OpenTofu each
// complete it with a registry of their own.
const Source = "hashicorp/google"

// Serve serves the replica to the core that started this process. With debug it
// prints instead how a core attaches to it.
func Serve(debug bool) error {
	server, err := New()
	if err != nil {
		return err
	}
	var options []tf5server.ServeOpt
	if debug {
		options = append(options, tf5server.WithManagedDebug())
	}
	return tf5server.Serve(Source, func() tfprotov5.ProviderServer { return server }, options...)
}
