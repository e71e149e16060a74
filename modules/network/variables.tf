variable "project_id" {
  description = "Id of the project that the ledger runs in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be a project's id (6 to 30 lower-case letters, digits and hyphens), not its number or name."
  }
}

variable "name" {
  description = "The ledger's name: what this module makes is called `<name>-...`, so that two ledgers fit into one project. 2 to 20 lower-case letters, digits and hyphens."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{0,18}[a-z0-9]$", var.name))
    error_message = "name must be 2 to 20 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen."
  }
}

variable "regions" {
  description = "The ledger's regions by name. `slot` is the region's place in the address plan: it is the region's for good, and no other region's ranges follow from it. A slot is free again once its region is gone."
  type        = map(object({ slot = number }))
  nullable    = false

  validation {
    condition     = length(var.regions) > 0
    error_message = "regions must name at least one region."
  }
  validation {
    condition     = alltrue([for region in keys(var.regions) : can(regex("^(africa|asia|australia|europe|me|northamerica|southamerica|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)[0-9]{1,2}$", region))])
    error_message = "regions must have Google Cloud regions as keys, such as us-east1 (a zone such as us-east1-b is no region)."
  }
  validation {
    condition     = length(distinct([for region in var.regions : region.slot])) == length(var.regions)
    error_message = "regions must each have a slot of their own: give the region that came last the next free number."
  }
  validation {
    condition     = alltrue([for region in var.regions : floor(region.slot) == region.slot && region.slot >= 0 && region.slot < var.address_plan.slots])
    error_message = "regions must have whole numbers from 0 to address_plan.slots - 1 as slots."
  }
  validation {
    # In each region a /24 for Cloud SQL, another for its replicas, and a /24 for the cache.
    condition     = try(cidrnetmask(var.address_plan.private_services) == "" || pow(2, 24 - split("/", var.address_plan.private_services)[1]) >= 3 * length(var.regions), true)
    error_message = "regions are more than address_plan.private_services has room for: it must hold three /24 for each. Take a shorter prefix."
  }
}

variable "address_plan" {
  description = "The ranges that subnets are cut from, as IPv4 CIDRs. `nodes`, `pods` and `services` are each cut into `slots` equal parts, one for each region (a power of two; it can never be changed once there are subnets). `private_services` is shared by all regions: Cloud SQL and Memorystore take their addresses there, /24 by /24."
  type = object({
    nodes            = optional(string, "10.0.0.0/16")
    pods             = optional(string, "10.128.0.0/11")
    services         = optional(string, "10.1.0.0/16")
    private_services = optional(string, "10.2.0.0/16")
    slots            = optional(number, 16)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([1, 2, 4, 8, 16, 32, 64], var.address_plan.slots)
    error_message = "address_plan.slots must be a power of two from 1 to 64."
  }
  validation {
    condition = alltrue([
      for range in [var.address_plan.nodes, var.address_plan.pods, var.address_plan.services, var.address_plan.private_services] :
      can(cidrnetmask(range)) && try(cidrsubnet(range, 0, 0) == range, false)
    ])
    error_message = "address_plan must have IPv4 ranges in CIDR form whose address is the range's first, such as 10.0.0.0/16."
  }
  validation {
    # What is wrong in form is refused above; here it must not fail a second time.
    condition = alltrue(flatten([
      for i, a in [var.address_plan.nodes, var.address_plan.pods, var.address_plan.services, var.address_plan.private_services, "172.17.0.0/16"] : [
        for j, b in [var.address_plan.nodes, var.address_plan.pods, var.address_plan.services, var.address_plan.private_services, "172.17.0.0/16"] :
        try(cidrsubnet("${cidrhost(a, 0)}/${min(split("/", a)[1], split("/", b)[1])}", 0, 0) != cidrsubnet("${cidrhost(b, 0)}/${min(split("/", a)[1], split("/", b)[1])}", 0, 0), true)
        if i < j
      ]
    ]))
    error_message = "address_plan must have ranges that do not overlap, neither each other nor 172.17.0.0/16 (which Cloud SQL uses inside its machines): move one of them."
  }
  validation {
    # A range and one that Google takes for itself overlap when the shorter of the
    # two prefixes makes them the same.
    condition = alltrue(flatten([
      for a in [var.address_plan.nodes, var.address_plan.pods, var.address_plan.services, var.address_plan.private_services] : [
        for b in ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"] :
        try(cidrsubnet("${cidrhost(a, 0)}/${min(split("/", a)[1], split("/", b)[1])}", 0, 0) != cidrsubnet("${cidrhost(b, 0)}/${min(split("/", a)[1], split("/", b)[1])}", 0, 0), true)
      ]
    ]))
    error_message = "address_plan must have no range in 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4 or 240.0.0.0/4: no subnet can be there. Take private ones, such as of 10.0.0.0/8."
  }
  validation {
    condition     = try(cidrnetmask(var.address_plan.nodes) == "" || split("/", var.address_plan.nodes)[1] + ceil(log(var.address_plan.slots, 2)) <= 24, true)
    error_message = "address_plan.nodes is too small: one region's part must be a /24 (252 nodes) or larger. Take a shorter prefix or fewer slots."
  }
  validation {
    condition     = try(cidrnetmask(var.address_plan.pods) == "" || split("/", var.address_plan.pods)[1] + ceil(log(var.address_plan.slots, 2)) <= 20, true)
    error_message = "address_plan.pods is too small: one region's part must be a /20 (64 nodes of Autopilot) or larger, and it can never grow. Take a shorter prefix or fewer slots."
  }
  validation {
    condition     = try(cidrnetmask(var.address_plan.services) == "" || split("/", var.address_plan.services)[1] + ceil(log(var.address_plan.slots, 2)) <= 27 && split("/", var.address_plan.services)[1] + ceil(log(var.address_plan.slots, 2)) >= 16, true)
    error_message = "address_plan.services must give each region a range from /16 to /27, which is what GKE takes for Services. Take another prefix or number of slots."
  }
}

variable "labels" {
  description = "Labels for what can have them. Subnets, routers and firewall rules cannot."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "flow_logs" {
  description = "Flow logs of the subnets that this module makes; null switches them off. `sampling` is the share of packets from above 0 to 1: 0.1 shows who talks to whom at a tenth of the cost."
  type = object({
    sampling = optional(number, 0.1)
    interval = optional(string, "INTERVAL_1_MIN")
    filter   = optional(string, "true")
  })
  default = {}

  validation {
    condition     = var.flow_logs == null ? true : var.flow_logs.sampling > 0 && var.flow_logs.sampling <= 1
    error_message = "flow_logs.sampling must be above 0 and at most 1; set flow_logs to null for no flow logs."
  }
  validation {
    condition     = var.flow_logs == null ? true : contains(["INTERVAL_5_SEC", "INTERVAL_30_SEC", "INTERVAL_1_MIN", "INTERVAL_5_MIN", "INTERVAL_10_MIN", "INTERVAL_15_MIN"], var.flow_logs.interval)
    error_message = "flow_logs.interval must be INTERVAL_5_SEC, INTERVAL_30_SEC, INTERVAL_1_MIN, INTERVAL_5_MIN, INTERVAL_10_MIN or INTERVAL_15_MIN."
  }
}

variable "nat" {
  description = "Cloud NAT of the regions whose subnets this module makes: ports that one node has to one destination, at least and at most (powers of two; each new node starts with the least). null: nodes reach Google's APIs only."
  type = object({
    min_ports_per_node = optional(number, 64)
    max_ports_per_node = optional(number, 8192)
  })
  default = {}

  validation {
    condition     = var.nat == null ? true : contains([32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768], var.nat.min_ports_per_node)
    error_message = "nat.min_ports_per_node must be a power of two from 32 to 32768."
  }
  validation {
    condition     = var.nat == null ? true : contains([64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536], var.nat.max_ports_per_node) && var.nat.max_ports_per_node > var.nat.min_ports_per_node
    error_message = "nat.max_ports_per_node must be a power of two up to 65536 and more than nat.min_ports_per_node."
  }
}

variable "health_check_ports" {
  description = "TCP ports of the pods that the load balancer reaches, for traffic and for health checks."
  type        = list(number)
  default     = [8080]
  nullable    = false

  validation {
    condition     = length(var.health_check_ports) > 0 && alltrue([for port in var.health_check_ports : floor(port) == port && port >= 1 && port <= 65535])
    error_message = "health_check_ports must be port numbers from 1 to 65535, at least one: without the rule every backend stays unhealthy."
  }
}

variable "existing" {
  description = <<-EOT
    A network that is there already, for example of a Shared VPC; null: this module makes one.
    `host_project` is the network's project (null: project_id). `network` is its name or id.
    `subnets` are subnets that are there already, by region: name or id, the names of the secondary ranges for pods and
    Services, and, if known, the ranges themselves: `cidr` the primary one, `pods_cidr`, `services_cidr`. The address plan
    must give out none of them a second time, and what is not said is not seen. A region that is not named gets a subnet from the address plan.
    `private_services_access`: whether the network has Private Service Access (a network can have it only once). false says
    that nobody uses it there: a connection that an earlier ledger left is taken over, and gets this one's range alone.
    `firewall`: whether this module makes the rule for health checks in the network's project; without it someone else must.
  EOT
  type = object({
    host_project            = optional(string)
    network                 = string
    private_services_access = optional(bool, true)
    firewall                = optional(bool, true)
    subnets = optional(map(object({
      name           = string
      cidr           = optional(string)
      pods_range     = string
      pods_cidr      = optional(string)
      services_range = string
      services_cidr  = optional(string)
    })), {})
  })
  default = null

  validation {
    condition     = var.existing == null ? true : can(regex("^(projects/[^/]+/global/networks/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", var.existing.network))
    error_message = "existing.network must be a network's name, or its id projects/<project>/global/networks/<name>."
  }
  validation {
    condition     = var.existing == null ? true : length(setsubtract(keys(var.existing.subnets), keys(var.regions))) == 0
    error_message = "existing.subnets names a region that regions does not have: take it out, or add the region."
  }
  validation {
    condition     = var.existing == null ? true : !startswith(var.existing.network, "projects/") || startswith(var.existing.network, "projects/${coalesce(var.existing.host_project, var.project_id)}/")
    error_message = "existing.network is of another project than existing.host_project: set host_project to the network's own."
  }
  validation {
    condition = var.existing == null ? true : alltrue([
      for region, subnet in var.existing.subnets :
      can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", subnet.name)) || can(regex("^projects/[^/]+/regions/${region}/subnetworks/[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", subnet.name))
    ])
    error_message = "existing.subnets must have a subnet's name, or its id projects/<project>/regions/<region>/subnetworks/<name> in the region that is its key."
  }
  validation {
    condition = var.existing == null ? true : alltrue(flatten([
      for subnet in values(var.existing.subnets) : [
        for cidr in compact([subnet.cidr, subnet.pods_cidr, subnet.services_cidr]) : can(cidrnetmask(cidr)) && try(cidrsubnet(cidr, 0, 0) == cidr, false)
      ]
    ]))
    error_message = "existing.subnets must have cidr, pods_cidr and services_cidr in CIDR form whose address is the range's first, such as 10.0.0.0/20, or leave them out."
  }
  validation {
    # Every range of the plan that is in use, against every one that is there.
    condition = var.existing == null ? true : alltrue(flatten([
      for subnet in values(var.existing.subnets) : [
        for a in compact([subnet.cidr, subnet.pods_cidr, subnet.services_cidr]) : [
          for b in concat(
            length(var.existing.subnets) == length(var.regions) ? [] : [var.address_plan.nodes, var.address_plan.pods, var.address_plan.services],
            var.existing.private_services_access ? [] : [var.address_plan.private_services],
          ) :
          try(cidrsubnet("${cidrhost(a, 0)}/${min(split("/", a)[1], split("/", b)[1])}", 0, 0) != cidrsubnet("${cidrhost(b, 0)}/${min(split("/", a)[1], split("/", b)[1])}", 0, 0), true)
        ]
      ]
    ]))
    error_message = "existing.subnets has a range that address_plan would give out a second time: move the address plan."
  }
}

variable "deletion_protection" {
  description = "Whether the network and everything in it refuses to be destroyed. Set it to false and apply before destroying."
  type        = bool
  default     = true
  nullable    = false
}
