// Command terraform-provider-proveniq serves the Proveniq Ledger provider to
// Terraform and OpenTofu. They start it; there is no reason to run it by hand
// but -version and -debug.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/proveniq/terraform-provider-proveniq/internal/provider"
)

// version is set by the linker when a release is built.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger: print the variable with which Terraform attaches to this process")
	printVersion := flag.Bool("version", false, "print the provider's version and exit")
	flag.Parse()

	if *printVersion {
		fmt.Println(version)
		return
	}
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
