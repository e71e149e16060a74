package spannerinstances

import "github.com/proveniq/terraform-provider-proveniq/internal/topology"

// Configuration is a base configuration in the terms of topology.
func (c Config) Configuration() topology.Configuration {
	kinds := map[string]topology.Kind{"REGION": topology.Regional, "DUAL_REGION": topology.DualRegion, "MULTI_REGION": topology.MultiRegion}
	leader := ""
	for _, replica := range c.Replicas {
		if replica.DefaultLeaderLocation {
			leader = replica.Location
		}
	}
	return topology.Observed(topology.BaseName(c.Name), kinds[c.QuorumType], leader, replicas(c.Replicas), replicas(c.OptionalReplicas))
}

// AddedTo are the replicas that a custom configuration has beside its base's.
func (c Config) AddedTo(base topology.Configuration) []topology.Addition {
	return topology.AddedTo(base, replicas(c.Replicas))
}

func replicas(told []Replica) []topology.Replicas {
	all := make([]topology.Replicas, 0, len(told))
	for _, replica := range told {
		all = append(all, topology.Replicas{Location: replica.Location, Type: topology.Role(replica.Type), Count: 1})
	}
	return all
}
