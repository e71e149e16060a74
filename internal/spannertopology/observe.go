package spannertopology

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/spannerinstances"
	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// Connector gives the data source what it needs of the provider.
type Connector interface {
	DefaultProject() (string, error)
	SpannerInstances(ctx context.Context) (*spannerinstances.Client, error)
}

// observation is a configuration as the API tells it.
type observation struct {
	base  topology.Configuration
	added []topology.Addition
	// edition is the instance's, empty where only a configuration was asked for.
	edition topology.Edition
}

// observe asks the API for the configuration that instance or instance_config
// names.
func (m *model) observe(ctx context.Context, connector Connector) (o observation, diags diag.Diagnostics) {
	argument, kind, name := argumentInstanceConfig, "instanceConfigs", m.InstanceConfig
	if !m.Instance.IsNull() {
		argument, kind, name = argumentInstance, "instances", m.Instance
	}
	fail := func(err error) {
		diags.AddAttributeError(path.Root(argument), "The configuration cannot be read", detail(err, kind))
	}
	if connector == nil {
		fail(errors.New("the provider is not configured"))
		return o, diags
	}
	at, err := resourcePath(name.ValueString(), kind, m.Project, connector)
	if err != nil {
		fail(err)
		return o, diags
	}
	client, err := connector.SpannerInstances(ctx)
	if err != nil {
		fail(err)
		return o, diags
	}
	if argument == argumentInstance {
		instance, err := client.Instance(ctx, at)
		if err != nil {
			fail(err)
			return o, diags
		}
		at = instance.Config
		if instance.Edition != "EDITION_UNSPECIFIED" {
			o.edition = topology.Edition(instance.Edition)
		}
	}
	config, err := client.Config(ctx, at)
	if err != nil {
		kind = "instanceConfigs"
		fail(err)
		return o, diags
	}
	base := config
	if config.BaseConfig != "" {
		if base, err = client.Config(ctx, config.BaseConfig); err != nil {
			kind = "instanceConfigs"
			fail(err)
			return o, diags
		}
	}
	o.base = base.Configuration()
	if len(o.base.LeaderOptions()) == 0 {
		fail(fmt.Errorf("%s: the API tells of no region with two read-write replicas, so that it is not known which can lead", base.Name))
		return o, diags
	}
	if config.BaseConfig != "" {
		o.added = config.AddedTo(o.base)
	}
	return o, diags
}

// compare takes what the API tells into the catalogue, and warns of where the
// two differ. What the API does not tell is the catalogue's.
func (m *model) compare(catalogue *topology.Configurations, o observation) (*topology.Configurations, diag.Diagnostics) {
	var diags diag.Diagnostics
	argument := argumentInstanceConfig
	if !m.Instance.IsNull() {
		argument = argumentInstance
	}
	published, known := catalogue.Named(o.base.Name)
	if !known {
		diags.AddAttributeWarning(path.Root(argument), "The configuration is not in the catalogue",
			fmt.Sprintf("The provider's catalogue of %s has no %s. The answer is by what Google tells of it; its resource location is not known.", catalogue.AsOf, o.base.Name))
		return catalogue.With(o.base.Offering(o.added)), diags
	}
	if differences := published.Differences(o.base); len(differences) > 0 {
		diags.AddAttributeWarning(path.Root(argument), "Google tells otherwise than the catalogue",
			fmt.Sprintf("The provider's catalogue of %s is out of date for %s, and the answer is by what Google tells:\n- %s\nA plan that is made with base_config is still by the catalogue; a newer provider may know better.",
				catalogue.AsOf, o.base.Name, strings.Join(differences, "\n- ")))
	}
	observed := o.base.Offering(o.added)
	observed.ResourceLocation, observed.Restricted = published.ResourceLocation, published.Restricted
	return catalogue.With(observed), diags
}

var (
	nameOnly  = regexp.MustCompile(`^[a-z][-a-z0-9]*$`)
	shortPath = regexp.MustCompile(`^[-a-z0-9.:]+/[a-z][-a-z0-9]*$`)
	fullPath  = regexp.MustCompile(`^projects/[-a-z0-9.:]+/([A-Za-z]+)/[a-z][-a-z0-9]*$`)
)

// resourcePath is projects/P/KIND/NAME of a name with or without its path.
func resourcePath(name, kind string, project types.String, connector Connector) (string, error) {
	switch match := fullPath.FindStringSubmatch(name); {
	case match != nil && match[1] == kind:
		return name, nil
	case shortPath.MatchString(name):
		owner, bare, _ := strings.Cut(name, "/")
		return "projects/" + owner + "/" + kind + "/" + bare, nil
	case !nameOnly.MatchString(name):
		return "", fmt.Errorf("%q is neither a name nor a path: write NAME or projects/PROJECT/%s/NAME", name, kind)
	}
	owner := project.ValueString()
	if owner == "" {
		var err error
		if owner, err = connector.DefaultProject(); err != nil {
			return "", err
		}
	}
	return "projects/" + owner + "/" + kind + "/" + name, nil
}

// detail says what failed and what to do.
func detail(err error, kind string) string {
	text := err.Error() + "."
	switch {
	case spannerinstances.IsNotFound(err) && kind == "instances":
		text += " If it is made in the same apply, take the name from the resource's attribute, so that it is read afterwards; or describe it with base_config and replicas, which need nothing to exist."
	case spannerinstances.IsNotFound(err):
		text += " Check the name and the project, or describe the configuration with base_config and replicas, which need nothing to exist."
	case spannerinstances.IsForbidden(err) && kind == "instances":
		text += " The caller needs spanner.instances.get, which roles/spanner.viewer holds."
	case spannerinstances.IsForbidden(err):
		text += " The caller needs spanner.instanceConfigs.get, which roles/spanner.viewer holds."
	}
	return text
}
