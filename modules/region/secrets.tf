locals {
  secret_names = setunion(var.secrets, local.makes_redis ? ["cache-auth"] : [])
}

resource "google_secret_manager_secret" "region" {
  for_each = local.secret_names

  project             = var.project_id
  secret_id           = "${local.full_name}-${each.key}"
  labels              = var.labels
  deletion_protection = var.deletion_protection

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

resource "google_secret_manager_secret_iam_member" "workload" {
  for_each = google_secret_manager_secret.region

  project   = var.project_id
  secret_id = each.value.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = local.workload_principal

  depends_on = [google_container_cluster.region]
}

# The one secret in Terraform's state: Redis draws it, and there is no other way to get it.
resource "google_secret_manager_secret_version" "cache_auth" {
  count = local.makes_redis ? 1 : 0

  secret      = google_secret_manager_secret.region["cache-auth"].id
  secret_data = google_redis_instance.redis[0].auth_string
  # It goes with its secret: a destroy that the secret refuses must leave the password.
  deletion_policy = "ABANDON"

  # There is always one to read.
  lifecycle {
    create_before_destroy = true
  }
}
