package modules_test

var networkRefusals = refusals{
	sound: `project_id = "ledger-test"
name = "ledger"
regions = { us-east1 = { slot = 0 } }`,
	calls: []refusal{
		{"project_number_for_id", `project_id = "123456789012"`, "project_id must be a project's id"},
		{"name_too_long", `name = "a-name-of-21-letters-"`, "name must be 2 to 20 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen"},
		{"name_of_one_letter", `name = "l"`, "name must be 2 to 20 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen"},
		{"name_in_capitals", `name = "Ledger"`, "name must be 2 to 20 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen"},
		{"no_region", `regions = {}`, "regions must name at least one region"},
		{"zone_for_region", `regions = { us-east1-b = { slot = 0 } }`, "regions must have Google Cloud regions as keys"},
		{"unknown_region", `regions = { us-est1 = { slot = 0 } }`, "regions must have Google Cloud regions as keys"},
		{"slot_twice", `regions = { us-east1 = { slot = 1 }, europe-west1 = { slot = 1 } }`, "regions must each have a slot of their own"},
		{"slot_out_of_the_plan", `regions = { us-east1 = { slot = 16 } }`, "regions must have whole numbers from 0 to address_plan.slots - 1 as slots"},
		{"slot_below_zero", `regions = { us-east1 = { slot = -1 } }`, "regions must have whole numbers from 0 to address_plan.slots - 1 as slots"},
		{"half_a_slot", `regions = { us-east1 = { slot = 0.5 } }`, "regions must have whole numbers from 0 to address_plan.slots - 1 as slots"},
		{"slot_out_of_a_smaller_plan", `regions = { us-east1 = { slot = 4 } }
address_plan = { slots = 4 }`, "regions must have whole numbers from 0 to address_plan.slots - 1 as slots"},
		{"no_room_for_private_services", `regions = { us-east1 = { slot = 0 }, europe-west1 = { slot = 1 } }
address_plan = { private_services = "10.2.0.0/22" }`, "regions are more than address_plan.private_services has room for"},
		{"slots_no_power_of_two", `address_plan = { slots = 10 }`, "address_plan.slots must be a power of two from 1 to 64"},
		{"no_range", `address_plan = { nodes = "10.0.0.0" }`, "address_plan must have IPv4 ranges in CIDR form whose address is the range's first"},
		{"ipv6_range", `address_plan = { nodes = "fd00::/48" }`, "address_plan must have IPv4 ranges in CIDR form whose address is the range's first"},
		{"range_that_does_not_begin_where_it_says", `address_plan = { nodes = "10.0.1.0/16" }`, "address_plan must have IPv4 ranges in CIDR form whose address is the range's first"},
		{"pods_over_nodes", `address_plan = { pods = "10.0.0.0/11" }`, "address_plan must have ranges that do not overlap, neither each other nor 172.17.0.0/16"},
		{"private_services_inside_pods", `address_plan = { private_services = "10.140.0.0/16" }`, "address_plan must have ranges that do not overlap, neither each other nor 172.17.0.0/16"},
		{"range_that_cloud_sql_uses_inside", `address_plan = { nodes = "172.16.0.0/12" }`, "address_plan must have ranges that do not overlap, neither each other nor 172.17.0.0/16"},
		{"nodes_too_small", `address_plan = { nodes = "10.0.0.0/21" }`, "address_plan.nodes is too small"},
		{"pods_too_small", `address_plan = { pods = "10.128.0.0/17" }`, "address_plan.pods is too small"},
		{"services_too_small", `address_plan = { services = "10.1.0.0/24" }`, "address_plan.services must give each region a range from /16 to /27, which is what GKE takes for Services"},
		{"services_too_large", `address_plan = { services = "10.64.0.0/11", slots = 16 }`, "address_plan.services must give each region a range from /16 to /27, which is what GKE takes for Services"},
		{"sampling_of_nothing", `flow_logs = { sampling = 0 }`, "flow_logs.sampling must be above 0 and at most 1"},
		{"sampling_in_percent", `flow_logs = { sampling = 10 }`, "flow_logs.sampling must be above 0 and at most 1"},
		{"interval_that_google_lacks", `flow_logs = { interval = "INTERVAL_1_HOUR" }`, "flow_logs.interval must be INTERVAL_5_SEC, INTERVAL_30_SEC, INTERVAL_1_MIN, INTERVAL_5_MIN, INTERVAL_10_MIN or INTERVAL_15_MIN"},
		{"ports_no_power_of_two", `nat = { min_ports_per_node = 100 }`, "nat.min_ports_per_node must be a power of two from 32 to 32768"},
		{"ports_the_wrong_way_round", `nat = { min_ports_per_node = 1024, max_ports_per_node = 512 }`, "nat.max_ports_per_node must be a power of two up to 65536 and more than nat.min_ports_per_node"},
		{"no_port_for_health_checks", `health_check_ports = []`, "health_check_ports must be port numbers from 1 to 65535, at least one"},
		{"port_that_is_none", `health_check_ports = [65536]`, "health_check_ports must be port numbers from 1 to 65535, at least one"},
		{"network_by_url", `existing = { network = "https://www.googleapis.com/compute/v1/projects/p/global/networks/n" }`, "existing.network must be a network's name, or its id projects/<project>/global/networks/<name>"},
		{"network_of_another_project", `existing = { host_project = "network-host", network = "projects/other-host/global/networks/shared" }`, "existing.network is of another project than existing.host_project"},
		{"subnet_of_a_region_that_is_none_of_ours", `existing = { network = "shared", subnets = { europe-west1 = { name = "eu", pods_range = "pods", services_range = "services" } } }`, "existing.subnets names a region that regions does not have"},
		{"subnet_of_another_region", `existing = { network = "shared", subnets = { us-east1 = { name = "projects/ledger-test/regions/us-west1/subnetworks/us", pods_range = "pods", services_range = "services" } } }`, "existing.subnets must have a subnet's name, or its id projects/<project>/regions/<region>/subnetworks/<name> in the region that is its key"},
		{"existing_range_given_out_again", `regions = { us-east1 = { slot = 0 }, europe-west1 = { slot = 1 } }
existing = { network = "shared", subnets = { us-east1 = { name = "us", pods_range = "pods", services_range = "services", cidr = "10.0.16.0/20" } } }`, "existing.subnets has a range that address_plan would give out a second time"},
		{"ipv6_range_for_all", `address_plan = { nodes = "fd00::/48", pods = "fd01::/48", services = "fd02::/48", private_services = "fd03::/48" }`, "address_plan must have IPv4 ranges in CIDR form whose address is the range's first"},
		{"loopback_for_nodes", `address_plan = { nodes = "127.0.0.0/16" }`, "address_plan must have no range in 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4 or 240.0.0.0/4"},
		{"multicast_for_pods", `address_plan = { pods = "224.0.0.0/11" }`, "address_plan must have no range in 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4 or 240.0.0.0/4"},
		{"link_local_for_services", `address_plan = { services = "169.254.0.0/16" }`, "address_plan must have no range in 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4 or 240.0.0.0/4"},
		{"reserved_for_private_services", `address_plan = { private_services = "240.0.0.0/16" }`, "address_plan must have no range in 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4 or 240.0.0.0/4"},
		{"all_of_zero", `address_plan = { nodes = "0.0.0.0/8" }`, "address_plan must have no range in 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4 or 240.0.0.0/4"},
		{"existing_pods_given_out_again", `regions = { us-east1 = { slot = 0 }, europe-west1 = { slot = 1 } }
existing = { network = "shared", subnets = { us-east1 = { name = "us", pods_range = "pods", pods_cidr = "10.130.0.0/15", services_range = "services" } } }`, "existing.subnets has a range that address_plan would give out a second time"},
		{"existing_services_given_out_again", `regions = { us-east1 = { slot = 0 }, europe-west1 = { slot = 1 } }
existing = { network = "shared", subnets = { us-east1 = { name = "us", pods_range = "pods", services_range = "services", services_cidr = "10.1.0.0/20" } } }`, "existing.subnets has a range that address_plan would give out a second time"},
		{"existing_pods_over_private_services", `existing = { network = "shared", private_services_access = false, subnets = { us-east1 = { name = "us", pods_range = "pods", pods_cidr = "10.2.0.0/15", services_range = "services" } } }`, "existing.subnets has a range that address_plan would give out a second time"},
		{"existing_range_that_is_none", `existing = { network = "shared", subnets = { us-east1 = { name = "us", pods_range = "pods", pods_cidr = "10.9.0.1/16", services_range = "services" } } }`, "existing.subnets must have cidr, pods_cidr and services_cidr in CIDR form whose address is the range's first"},
	},
}
