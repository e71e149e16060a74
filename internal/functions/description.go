package functions

import (
	"errors"
	"fmt"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

const argumentConfiguration = "configuration"

// descriptionOf reads the optional configuration of a topology, nil without.
func descriptionOf(f *fields) (*topology.Description, error) {
	value := f.get(argumentConfiguration)
	if value == nil {
		return nil, nil
	}
	c := fieldsOf(f.at+"."+argumentConfiguration, value)
	described := &topology.Description{
		Name:             c.text(topology.ArgumentName),
		ResourceLocation: c.text(topology.ArgumentResourceLocation),
		DefaultLeader:    c.text(topology.ArgumentDefaultLeader),
	}
	replicas, wrong := replicasOf(c, topology.ArgumentReplicas, true)
	optional, wrongToo := replicasOf(c, topology.ArgumentOptionalReplicas, false)
	described.Replicas = replicas
	for _, r := range optional {
		described.Optional = append(described.Optional, topology.Addition{Location: r.Location, Count: r.Count})
	}
	return described, errors.Join(wrong, wrongToo, c.done())
}

// replicasOf reads a list of replicas; those that are not typed are read-only.
func replicasOf(f *fields, name string, typed bool) ([]topology.Replicas, error) {
	var all []topology.Replicas
	for i, element := range f.list(name) {
		r := fieldsOf(fmt.Sprintf("%s.%s[%d]", f.at, name, i), element)
		replicas := topology.Replicas{Location: r.text("location"), Type: topology.ReadOnly, Count: r.whole("count", 1)}
		if typed {
			replicas.Type = topology.Role(r.text("type"))
		}
		if err := r.done(); err != nil {
			return nil, err
		}
		all = append(all, replicas)
	}
	return all, nil
}

// withDescription puts a described configuration, if there is one, into the
// catalogue; the choice must be of it.
func withDescription(catalogue *topology.Configurations, described *topology.Description, choice topology.Choice, at string) (*topology.Configurations, error) {
	if described == nil {
		return catalogue, nil
	}
	at += "." + argumentConfiguration + "."
	if base := topology.BaseName(choice.BaseConfig); described.Name != "" && topology.BaseName(described.Name) != base {
		return nil, fmt.Errorf("%s%s: %s is described, and base_config names %s. Describe the configuration that base_config names, or leave the description out", at, topology.ArgumentName, described.Name, base)
	}
	merged, refusals := catalogue.Described(*described)
	var all []error
	for _, refusal := range refusals {
		all = append(all, fmt.Errorf("%s%w", at, refusal))
	}
	return merged, errors.Join(all...)
}
