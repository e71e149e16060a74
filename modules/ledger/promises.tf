# What the architecture document promises, what the chosen topology can attain, and
# why. Everything here is known at the first plan, with nothing existing: it comes
# from the provider's dated tables and from the variables alone.

locals {
  floors = module.spanner.serving.region_floors
  asked  = var.promises.asked

  # Milliseconds that no software can go below, by class and region, between two
  # bounds where a round trip is not known. A promise is kept when even the upper one
  # keeps it, and broken when even the lower one does not.
  routed = var.write_routing == "leader" && local.leader_region != null
  bounds = {
    for region, at in local.floors : region => {
      # The user's request goes to the leader's region once, and runs there.
      write = local.routed && region != local.leader ? {
        least = try(provider::proveniq::round_trip_ms(region, local.leader, module.spanner.serving.round_trips_ms) + local.floors[local.leader].rw_txn_at_least_ms, null)
        most  = try(provider::proveniq::round_trip_ms(region, local.leader, module.spanner.serving.round_trips_ms) + local.floors[local.leader].rw_txn_at_most_ms, null)
      } : { least = at.rw_txn_at_least_ms, most = at.rw_txn_at_most_ms }
      strong = { least = at.strong_read_at_least_ms, most = at.strong_read_at_most_ms }
      stale  = { least = at.stale_read_at_least_ms, most = at.stale_read_at_most_ms }
    }
  }

  latency_promises = flatten([
    for region in local.by_slot : [
      for class in [
        { name = "write", floor = local.bounds[region].write, why = local.routed ? "the request goes to ${local.leader}, a read-write transaction runs there" : "a read-write transaction goes to ${local.leader} twice and waits for a quorum" },
        { name = "strong read", floor = local.bounds[region].strong, why = contains(var.spanner.read_lease_regions, region) && local.several ? "a read lease answers it at home" : "a strong read asks ${local.leader}" },
        { name = "stale read", floor = local.bounds[region].stale, why = "the nearest replica is in ${coalesce(local.floors[region].nearest_read_region, "no region that is known")}" },
        ] : {
        promise    = "${class.name} from ${region}"
        asked      = "${local.asked.latency_ms} ms"
        attainable = class.floor.least == null ? null : "${class.floor.least} ms at least"
        verdict    = try(class.floor.least > local.asked.latency_ms, false) ? "broken" : try(class.floor.most <= local.asked.latency_ms, false) ? "kept" : "unknown"
        why        = class.why
      }
    ]
  ])

  role_promises = [
    for region in local.by_slot : {
      promise    = "Spanner in ${region}"
      asked      = local.asked.role
      attainable = local.floors[region].role
      verdict    = local.role_rank[local.floors[region].role] >= local.role_rank[local.asked.role] ? "kept" : "broken"
      why = {
        READ_WRITE = "its replicas vote, and may lead"
        READ_ONLY  = "its replicas serve reads and never vote: no configuration has more than two read-write regions"
        WITNESS    = "its replica votes and serves nothing"
        NONE       = "the configuration has no replica there"
      }[local.floors[region].role]
    }
  ]

  # What is promised of several regions is promised by those that take traffic; before
  # the first one does, by all that are there.
  in_traffic = length(local.capacity) > 0 ? keys(local.capacity) : local.by_slot

  survivors   = module.spanner.serving.survivors
  lost_writes = [for region, left in local.survivors : region if !left.writes]

  availability = provider::proveniq::availability({
    edge    = var.promises.sla_percent.load_balancer
    spanner = module.spanner.serving.sla_percent
    regions = [for region in local.in_traffic : var.promises.sla_percent.region]
  })
  detection_seconds = module.edge.health_check.detection_seconds
  recovery_seconds  = provider::proveniq::recovery_seconds(local.detection_seconds)

  # Pods that always run, at the share that their region offers.
  capacity = {
    for region, r in var.regions : region => coalesce(r.replicas, var.workload.min_replicas) * r.capacity_percent / 100
    if local.joined[region] && r.capacity_percent > 0
  }
  after_loss = length(local.capacity) > 1 ? floor(min(values(provider::proveniq::capacity_after_loss(local.capacity))...)) : 0
  peak       = var.edge.peak_requests_per_second

  # Until Spanner is moved all else here is said of where it is.
  move_promises = module.spanner.serving == module.spanner.topology ? [] : [{
    promise    = "Spanner is where it is wanted"
    asked      = module.spanner.wanted_config
    attainable = module.spanner.instance.config
    verdict    = "broken"
    why        = "it is still to be moved (output move_command); what is promised here is of where it is, and changes with the move"
  }]

  promises = concat(local.move_promises, local.role_promises, local.latency_promises, [
    {
      promise    = "commit inside Spanner"
      asked      = "${local.asked.commit_ms} ms"
      attainable = module.spanner.serving.quorum_at_least_ms == null ? null : "${module.spanner.serving.quorum_at_least_ms} ms at least"
      verdict    = try(module.spanner.serving.quorum_at_least_ms > local.asked.commit_ms, false) ? "broken" : try(module.spanner.serving.quorum_at_most_ms <= local.asked.commit_ms, false) ? "kept" : "unknown"
      why        = "measured at the leader in ${local.leader}, without the way to it"
    },
    {
      promise    = "static file at the edge"
      asked      = "${local.asked.edge_hit_ms} ms"
      attainable = null
      verdict    = var.static != null && try(coalesce(var.edge.cdn.static, true), true) ? "unknown" : "broken"
      why        = "the way from the user to the edge is not the ledger's; what the edge itself takes for hits has an alert"
    },
    {
      promise    = "availability"
      asked      = "${local.asked.availability_percent} %"
      attainable = "${floor(local.availability * 10000) / 10000} % by Google's agreements"
      verdict    = local.availability >= local.asked.availability_percent ? "kept" : "broken"
      why        = "load balancer, Spanner and any one region are needed together; as an objective of your own it is watched by burn rates"
    },
    {
      promise    = "recovery from the loss of a region"
      asked      = "${var.recovery_seconds} s"
      attainable = length(local.in_traffic) > 1 ? "${local.recovery_seconds} s" : null
      verdict    = length(local.in_traffic) > 1 ? (local.recovery_seconds <= var.recovery_seconds ? "kept" : "broken") : "broken"
      why        = length(local.in_traffic) > 1 ? "health checks notice after ${local.detection_seconds} s, the load balancer acts within 10 s more (assumed: Google publishes no figure)" : local.several ? "no other region takes traffic" : "there is no other region"
    },
    {
      promise    = "no data lost with a region"
      asked      = "0 commits"
      attainable = module.spanner.serving.multi_region ? "0 commits" : "0 while the region lives"
      verdict    = module.spanner.serving.multi_region ? "kept" : "broken"
      why        = module.spanner.serving.multi_region ? "a commit is in a quorum of ${join(", ", module.spanner.serving.voting_regions)}; this is RPO, not RTO" : "all replicas are in one region"
    },
    {
      promise    = "writes outlast the loss of any region"
      asked      = "all regions"
      attainable = length(local.lost_writes) == 0 ? "all regions" : "all but ${join(", ", local.lost_writes)}"
      verdict    = length(local.lost_writes) == 0 ? "kept" : "broken"
      why        = length(local.lost_writes) == 0 ? "a quorum is left, and the other read-write region leads" : "no quorum is left without them"
    },
    {
      promise    = "new leader after a partition"
      asked      = "10 s"
      attainable = null
      verdict    = "unknown"
      why        = "Google publishes no bound; the side without a quorum keeps its stale reads and loses writes"
    },
    {
      promise    = "capacity without one region"
      asked      = length(local.peak) == 0 ? "the peak" : join(", ", [for class, rate in local.peak : "${class} ${rate}/s"])
      attainable = length(local.capacity) == 0 ? null : length(local.peak) == 0 ? "${local.after_loss} pods at once" : join(", ", [for class in keys(local.peak) : "${class} ${floor(module.edge.rates_without_a_region[class])}/s"])
      verdict    = length(local.peak) == 0 || length(local.capacity) == 0 ? "unknown" : alltrue([for class, rate in local.peak : module.edge.rates_without_a_region[class] >= rate]) ? "kept" : "broken"
      why        = length(local.peak) == 0 ? "edge.peak_requests_per_second does not say the peak" : "what the pods that always run take when the largest region is lost; new nodes take minutes"
    },
    {
      promise    = "metadata replica"
      asked      = "1 s behind"
      attainable = null
      verdict    = "unknown"
      why        = local.several && var.sql != null ? "Cloud SQL replicates asynchronously and promises nothing; the lag has an alert" : "there is no replica"
    },
    {
      promise    = "proof after its event"
      asked      = "0 s stale"
      attainable = "0 s stale"
      verdict    = "kept"
      why        = "a strong read; only sealed proofs are cached, and a missing one never is"
    },
    {
      promise    = "dashboards"
      asked      = "15 s stale"
      attainable = var.analytics == null ? null : "${var.analytics.dashboards.staleness_seconds} s stale"
      verdict    = var.analytics == null ? "broken" : var.analytics.dashboards.staleness_seconds <= 15 ? "kept" : "broken"
      why        = "bounded staleness at the nearest replica"
    },
    {
      promise    = "reports"
      asked      = "60 min stale"
      attainable = var.analytics == null ? null : "${module.analytics[0].worst_staleness_minutes} min stale"
      verdict    = var.analytics == null ? "broken" : module.analytics[0].worst_staleness_minutes <= 60 ? "kept" : "broken"
      why        = "a scheduled merge, and the time that it runs"
    },
    {
      promise    = "read-only mode"
      asked      = "one apply"
      attainable = "one apply"
      verdict    = "kept"
      why        = "the document says at once, but somebody has to flip it; mode = \"read_only\" is in the URL map alone, and needs neither Spanner nor a region"
    },
    {
      promise    = "cost of a month"
      asked      = "${local.asked.monthly_usd} USD"
      attainable = local.cost_bounds.most.total_usd > local.cost.total_usd ? "${ceil(local.cost.total_usd)} to ${ceil(local.cost_bounds.most.total_usd)} USD" : "${ceil(local.cost.total_usd)} USD"
      verdict    = local.cost.total_usd > local.asked.monthly_usd ? "broken" : local.cost_bounds.most.total_usd <= local.asked.monthly_usd ? "kept" : "unknown"
      why        = "Spanner ${ceil(local.cost.components.spanner)}${local.cost_bounds.most.total_usd > local.cost.total_usd ? " at its least" : ""}, GKE ${ceil(local.cost.components.gke)}; a further region ${ceil(local.cost.extra_region_usd)}; list prices as of ${local.cost.as_of}, ${length(local.cost.assumed)} of them assumed"
    },
  ])
  broken = [for p in local.promises : p if p.verdict == "broken" && !contains(var.promises.accepted, p.promise)]
}

# One line for each, so that a plan tells what is given up before it is applied.
check "promises" {
  assert {
    condition     = length(local.broken) == 0
    error_message = "The topology cannot keep:\n${join("\n", [for p in local.broken : "- ${p.promise}: asked ${p.asked}, attainable ${coalesce(p.attainable, "nothing")}: ${p.why}."])}\nChange spanner.topology, write_routing or what is asked, or name in promises.accepted what you can live with."
  }
}

check "accepted" {
  assert {
    condition     = length(setsubtract(var.promises.accepted, local.promises[*].promise)) == 0
    error_message = "promises.accepted names what is no promise: ${join(", ", setsubtract(var.promises.accepted, local.promises[*].promise))}. Output promises has their names."
  }
}
