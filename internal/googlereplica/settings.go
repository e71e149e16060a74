package googlereplica

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// settings are the parts of the provider block that plans depend on. A setting
// can be unknown while something that it depends on is planned.
type settings struct {
	project, region, zone tftypes.Value
	deletionPolicy        tftypes.Value
	defaultLabels         tftypes.Value
	// attributed says that the provider's own label is added, onlyOnCreate that
	// existing resources are left as they are.
	attributed, onlyOnCreate bool
}

func newSettings(config tftypes.Value) settings {
	given := fields(config)
	setting := func(name string, t tftypes.Type) tftypes.Value {
		if value := given[name]; value.Type() != nil {
			return value
		}
		return null(t)
	}
	s := settings{
		project:        setting("project", tftypes.String),
		region:         setting("region", tftypes.String),
		zone:           setting("zone", tftypes.String),
		deletionPolicy: setting("deletion_policy", tftypes.String),
		defaultLabels:  setting("default_labels", tftypes.Map{ElementType: tftypes.String}),
		onlyOnCreate:   text(setting("terraform_attribution_label_addition_strategy", tftypes.String)) != "PROACTIVE",
	}
	attributed := setting("add_terraform_attribution_label", tftypes.Bool)
	s.attributed = attributed.IsNull() || isTrue(attributed)
	if zone := text(s.zone); zone != "" && s.region.IsNull() {
		if dash := strings.LastIndexByte(zone, '-'); dash > 0 {
			s.region = tftypes.NewValue(tftypes.String, zone[:dash])
		}
	}
	return s
}
