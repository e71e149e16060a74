package provider

import (
	"github.com/proveniq/terraform-provider-proveniq/internal/ledgerregion"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerschema"
)

// What each resource asks of the provider is declared by the resource.
var (
	_ spannerschema.Connector = (*Connections)(nil)
	_ ledgerregion.Connector  = (*Connections)(nil)
)
