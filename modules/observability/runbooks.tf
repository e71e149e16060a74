# What an incident says: what it means, where to look, which apply ends it. The
# guides have the whole procedure, with what the plan shows. An ordinary plan waits for
# what does not answer, so the commands ask for one thing only; they are those of a
# root that calls the ledger `module.ledger`.
locals {
  drain     = "set `regions[\"R\"].capacity_percent = 0` and run `terraform apply -refresh=false -target='module.ledger.proveniq_ledger_region.this[\"R\"]'`: the region's users go to the next nearest region, and the plan says how much capacity is left"
  read_only = "set `mode = \"read_only\"` and run `terraform apply -refresh=false -target=module.ledger.module.edge.google_compute_url_map.ledger`: writes are answered with 503 and Retry-After, everything that is cached or stale still with 200"
  leader    = "set `spanner.leader` to the other read-write region and apply: one statement, no data moves, minutes until all leaders are there"

  advice = {
    api_latency_p99 = {
      means = "One request in a hundred of this class is slower than the threshold of its region. The threshold leaves room above the region's physical floor, so distance alone does not explain it."
      look  = "Latency by region and by class on the dashboard. One region: its pods and its Spanner replica. All regions, writes only: Spanner's CPU, its commit latency and the leaders' place. `https/backend_latencies` beside `https/total_latencies` tells our time from the load balancer's."
      fix   = "One region slow: ${local.drain}. Writes slow everywhere: see the alerts on Spanner first."
    }
    error_rate = {
      means = "Requests of this class are answered with 5xx in this region, or by the load balancer itself where the incident names no region."
      look  = "Error rate by region and by class. 502 without a region: no healthy backend. 503 in one region: too few pods, or a rollout. 5xx of writes in all regions: Spanner's errors by status."
      fix   = "One region: ${local.drain}. Spanner: ${local.read_only}."
    }
    spanner_cpu = {
      means = "High-priority work takes more of Spanner's CPU in this region than leaves room for losing another one."
      look  = "CPU by region and priority, query insights, and whether a report or a backfill runs without Data Boost. With the autoscaler at its largest size the ledger has outgrown it."
      fix   = "Raise `spanner.capacity` (processing units, or the autoscaler's limit) and apply: online, minutes. Move reports to low priority or Data Boost."
    }
    spanner_cpu_smoothed = {
      means = "Over a day Spanner used more than 90 % of its CPU, all priorities together: background work of its own starves, and later everything does."
      look  = "CPU by priority. Low and medium priority are reports, backfills and Spanner's own work."
      fix   = "Raise `spanner.capacity` and apply."
    }
    spanner_commit_p99 = {
      means = "Commits that this region takes are slow inside Spanner: without the network to the client, with the way from the region to the leader."
      look  = "Leader share by region: leaders that left their region add a round trip to each commit. Lock waits and the hottest split (`instance/peak_split_cpu_usage_score`) in Spanner's insights. CPU in the leader's region."
      fix   = "Leaders elsewhere: ${local.leader}. Far regions only: `write_routing = \"leader\"` sends writes to compute beside the leader."
    }
    spanner_errors = {
      means = "Spanner refuses or loses calls with a status that is its own fault."
      look  = "Errors by status. UNAVAILABLE or INTERNAL everywhere: an outage, see Google's status page. UNAVAILABLE in far regions only: a partition. RESOURCE_EXHAUSTED: CPU or sessions. DEADLINE_EXCEEDED: overload or locks."
      fix   = "Outage: ${local.read_only}. Nobody else switches it. Partition: see the guide. Overload: raise `spanner.capacity`."
    }
    spanner_leader = {
      means = "Part of the leaders left their region: Spanner moved them, or `default_leader` differs from the configuration. Writes work and are slower."
      look  = "Leader share by region. A plan shows whether `default_leader` drifted. Google's status page for the leader's region."
      fix   = "Region lost for long: ${local.leader}. Otherwise leaders return by themselves; that takes no apply."
    }
    spanner_key_revoked = {
      means = "A key that encrypts a replica is disabled or no longer granted. Within twelve hours the whole database can no longer be read, in all regions."
      look  = "Cloud KMS in the regions of the instance's replicas, witness included; the audit log says who disabled it."
      fix   = "Enable the key version again, or restore the grant of Spanner's service agent with an apply. It is never too early for a call to Google."
    }
    region_health = {
      means = "The path that only this region answers fails from most places that ask. The load balancer has sent its users elsewhere already, as fast as its health checks see it."
      look  = "Region health and traffic share on the dashboard; the health per NEG in `proveniq_ledger_regions`; a rollout or a changed Config Sync version. Two regions at once: what they have in common is Spanner, the edge, or the last apply."
      fix   = "So that it does not flap back, ${local.drain}. It needs neither the region nor Spanner to be up. A last apply is the cause: revert it and apply."
    }
    global_endpoint = {
      means = "Most places that ask cannot reach the ledger at all, by its own name."
      look  = "DNS and the certificate first (`dig`, `openssl s_client`): neither belongs to a region. Then region health: all regions down is Spanner, a shared secret, or the last apply."
      fix   = "Revert the last apply. If Spanner is down: ${local.read_only}."
    }
    sql_replica_lag = {
      means = "The replica that stands in for a lost region's Cloud SQL is behind, or no longer replicates (a lag below zero). What it lacks would be lost at a promotion."
      look  = "Long transactions and disk of the primary, CPU of the replica; a replica smaller than its primary always falls behind under load."
      fix   = "Give the replica the primary's tier. Replication stopped: replace the replica with `terraform apply -replace`, the primary is not touched."
    }
    availability_burn_fast = {
      means = "At this rate two percent of the month's error budget are gone in an hour, and it still goes on."
      look  = "Error rate by class and region. The error-rate alerts say where."
      fix   = "One region: ${local.drain}. All: revert the last apply, or ${local.read_only}."
    }
    availability_burn_medium = {
      means = "Five percent of the month's error budget went in six hours, and it still goes on. No single hour is bad enough to be loud."
      look  = "Error rate by class over the last day; rollouts and one unhealthy zone are usual."
      fix   = "One region: ${local.drain}. A release: revert its version and apply."
    }
    availability_burn_slow = {
      means = "Ten percent of the month's error budget went in three days: the objective will be missed, quietly."
      look  = "Error rate by class over the last week, by status code in the load balancer's log."
      fix   = "Plan a repair in working hours; freeze risky changes until the rate is back below 1."
    }
    latency_burn_fast = {
      means = "Most requests of this class have been slower than its target for an hour."
      look  = "Latency by region and class; whether users of a region are served by another one (traffic share), which adds an ocean."
      fix   = "A drained or shifted region: bring its capacity back (`regions[\"R\"].capacity_percent`, `traffic_shift`) and apply. Otherwise ${local.drain}."
    }
    latency_burn_medium = {
      means = "Three in ten requests of this class have been slower than its target for six hours."
      look  = "Latency by region and class, Spanner commit latency, cache hit ratio: misses are slower."
      fix   = "See the alerts on Spanner and on the cache; a traffic shift goes back one stage with `traffic_shift`."
    }
    latency_burn_slow = {
      means = "Over three days more than one request in twenty of this class was slower than its target: the objective will be missed."
      look  = "Latency by class over the last week, growth of traffic, pods at their limit, a region whose users are served from afar."
      fix   = "More replicas in the region (`regions[\"R\"]`), more `spanner.capacity`, or writes beside the leader with `write_routing = \"leader\"`."
    }
    cache_hit_ratio = {
      means = "The cache answers less of this class than it should: its origin pays for it."
      look  = "Requests by `cache_result`. MISS after a release: new file names, wait. MISS always: the origin sends no public Cache-Control for sealed objects, or a query string is part of the key. 404 is never cached, on purpose."
      fix   = "Repair the headers at the origin, or the class's cache policy in the edge module, and apply."
    }
    edge_hit_latency = {
      means = "Answers from the cache take too long inside Google's edge, without the client's own network."
      look  = "Whether objects grew (compression, chunked answers), and client round trips beside it: this figure excludes them."
      fix   = "Usually Google's: if one continent is slow, see the status page. Large objects: compress them at the origin."
    }
  }

  runbooks = {
    for name, advice in local.advice : name => <<-EOT
      **What it means.** ${advice.means}

      **Look at.** ${advice.look}

      **What ends it.** ${advice.fix}

      Series: $${metric_or_resource.labels}
    EOT
  }
}
