package provider

import (
	"github.com/proveniq/terraform-provider-proveniq/internal/ledgerregion"
	"github.com/proveniq/terraform-provider-proveniq/internal/negcleanup"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerschema"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannertopology"
)

// What each resource asks of the provider is declared by the resource.
var (
	_ spannerschema.Connector   = (*Connections)(nil)
	_ ledgerregion.Connector    = (*Connections)(nil)
	_ negcleanup.Connector      = (*Connections)(nil)
	_ spannertopology.Connector = (*Connections)(nil)
)
