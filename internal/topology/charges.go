package topology

// charges are the lines of a component's bill.
func (w Workload) charges(component string, q map[string]float64) []charge {
	once := func(item, price string, quantity float64) charge {
		return charge{component: component, item: item, price: price, quantity: quantity}
	}
	everywhere := func(item, price string, quantity float64) charge {
		return charge{component: component, item: item, price: price, quantity: quantity, perRegion: true}
	}
	// always is used at all hours, so that a commitment takes part of it off.
	always := func(item, price string, quantity float64) charge {
		c := everywhere(item, price, quantity)
		c.committed = quantity
		return c
	}
	// standby picks the price of what has a standby in another zone, or has not.
	standby := func(without, with string) string {
		if q["high_availability"] == 1 {
			return with
		}
		return without
	}
	switch component {
	case ComponentSpanner:
		return w.spannerCharges(q)
	case ComponentGKE:
		return []charge{
			everywhere("clusters", "gke_cluster", 1),
			always("vCPUs of pods", "gke_vcpu", q["pods"]*q["vcpu_per_pod"]),
			always("memory of pods", "gke_memory", q["pods"]*q["memory_gb_per_pod"]),
		}
	case ComponentSQL:
		return []charge{
			always("vCPUs", standby("sql_vcpu_zonal", "sql_vcpu_regional"), q["vcpus"]*HoursPerMonth),
			always("memory", standby("sql_memory_zonal", "sql_memory_regional"), q["memory_gb"]*HoursPerMonth),
			everywhere("storage", standby("sql_storage_zonal", "sql_storage_regional"), q["storage_gb"]),
			always("vCPUs of replicas", "sql_vcpu_zonal", q["replicas"]*q["vcpus"]*HoursPerMonth),
			always("memory of replicas", "sql_memory_zonal", q["replicas"]*q["memory_gb"]*HoursPerMonth),
			everywhere("storage of replicas", "sql_storage_zonal", q["replicas"]*q["storage_gb"]),
			everywhere("backups", "sql_backup", q["backup_gb"]),
		}
	case ComponentCache:
		return []charge{always("memory", standby("cache_basic", "cache_replicated"), q["memory_gb"]*HoursPerMonth)}
	case ComponentEdge:
		return []charge{
			once("forwarding rules", "edge_rule", min(q["forwarding_rules"], 1)*HoursPerMonth),
			once("forwarding rules beyond five", "edge_rule_further", max(q["forwarding_rules"]-5, 0)*HoursPerMonth),
			once("requests", "edge_processed", q["processed_gb"]),
			once("responses to the internet", "edge_internet", q["internet_gb"]),
			once("responses from the cache", "edge_cdn", q["cdn_gb"]),
			once("security policies", "edge_security_policy", q["security_policies"]),
			once("security rules", "edge_security_rule", q["security_rules"]),
			once("requests looked at", "edge_requests", q["million_requests"]),
		}
	case ComponentNetwork:
		return []charge{
			once("Cloud NAT", "network_nat", q["nat_gb"]),
			once("between regions", "network_inter_region", q["inter_region_gb"]),
		}
	case ComponentEncryption:
		return []charge{once("key versions", "encryption_key", q["key_versions"])}
	case ComponentObservability:
		return []charge{
			once("metrics", "observability_metrics", q["metrics_mib"]),
			once("logs", "observability_logs", q["logs_gib"]),
		}
	}
	return nil
}

// spannerCharges: a node is paid for once with its base configuration, whose
// replicas are in the price, and once more for each added replica.
func (w Workload) spannerCharges(q map[string]float64) []charge {
	peak := q["processing_units"] / 1000
	always, saved := peak, 0.0
	if low, share := q["off_peak_processing_units"]/1000, q["off_peak_hours_per_day"]/24; low > 0 && share > 0 {
		always, saved = low, (peak-low)*share
	}
	added := 0.0
	for _, r := range w.Topology.Replicas {
		if r.Added {
			added += float64(r.Count)
		}
	}
	node, storage := w.Topology.priceClass()
	charges := []charge{
		{item: "nodes", price: node, quantity: (peak - saved) * HoursPerMonth, offPeak: saved * HoursPerMonth, committed: always * HoursPerMonth},
		{item: "nodes of added replicas", price: "spanner_node_added_replica", quantity: added * (peak - saved) * HoursPerMonth, offPeak: added * saved * HoursPerMonth, committed: added * always * HoursPerMonth},
		{item: "storage", price: storage, quantity: q["storage_gb"]},
		{item: "storage of added replicas", price: "spanner_storage_added_replica", quantity: added * q["storage_gb"]},
		{item: "backups", price: "spanner_backup", quantity: q["backup_gb"]},
		{item: "replication", price: "spanner_replication", quantity: q["replicated_gb"]},
		{item: "Data Boost", price: "spanner_data_boost", quantity: q["data_boost_spu_hours"]},
		{item: "a further replica's nodes", price: "spanner_node_added_replica", quantity: (peak - saved) * HoursPerMonth, offPeak: saved * HoursPerMonth, committed: always * HoursPerMonth, extra: true},
		{item: "a further replica's storage", price: "spanner_storage_added_replica", quantity: q["storage_gb"], extra: true},
	}
	for i := range charges {
		charges[i].component = ComponentSpanner
	}
	return charges
}

// priceClass is the price of a node and of storage that the base belongs to.
func (t Topology) priceClass() (node, storage string) {
	switch t.Base.Kind {
	case Regional:
		return "spanner_node_regional", "spanner_storage_regional"
	case DualRegion:
		return "spanner_node_dual_region", "spanner_storage_multi_region"
	}
	for _, r := range t.Base.Replicas {
		if continent(r.Location) != continent(t.Base.Replicas[0].Location) {
			return "spanner_node_many_continents", "spanner_storage_multi_region"
		}
	}
	return "spanner_node_one_continent", "spanner_storage_multi_region"
}
