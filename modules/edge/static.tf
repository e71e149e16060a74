resource "google_storage_bucket" "static" {
  count = var.static == null ? 0 : 1

  project                     = var.project_id
  name                        = coalesce(var.static.bucket_name, "${var.project_id}-${var.name}-static")
  location                    = var.static.location
  uniform_bucket_level_access = true
  public_access_prevention    = "inherited"
  force_destroy               = !var.deletion_protection
  deletion_policy             = var.deletion_protection ? "PREVENT" : "DELETE"
  labels                      = var.labels

  versioning {
    enabled = true
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_storage_bucket_iam_member" "static" {
  count = try(var.static.public, false) ? 1 : 0

  bucket = google_storage_bucket.static[0].name
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}

resource "google_compute_backend_bucket" "static" {
  count = var.static == null ? 0 : 1

  project              = var.project_id
  name                 = "${var.name}-static"
  bucket_name          = google_storage_bucket.static[0].name
  compression_mode     = "AUTOMATIC"
  edge_security_policy = one(google_compute_security_policy.cached[*].id)
  enable_cdn           = var.cdn.static

  dynamic "cdn_policy" {
    for_each = var.cdn.static ? [var.static] : []
    content {
      cache_mode         = "CACHE_ALL_STATIC"
      client_ttl         = cdn_policy.value.client_seconds
      default_ttl        = cdn_policy.value.default_seconds
      max_ttl            = cdn_policy.value.max_seconds
      negative_caching   = true
      request_coalescing = true
      serve_while_stale  = var.cdn.serve_while_stale_seconds
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

# The answer to writes while the ledger is read-only. It is there all the time: in an
# outage nothing has to be made.
resource "google_storage_bucket" "read_only" {
  count = var.read_only_answer == null ? 0 : 1

  project                     = var.project_id
  name                        = coalesce(var.read_only_answer.bucket_name, "${var.project_id}-${var.name}-read-only")
  location                    = var.read_only_answer.location
  uniform_bucket_level_access = true
  public_access_prevention    = "inherited"
  force_destroy               = true
  labels                      = var.labels

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_storage_bucket_iam_member" "read_only" {
  count = var.read_only_answer == null ? 0 : 1

  bucket = google_storage_bucket.read_only[0].name
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}

resource "google_storage_bucket_object" "read_only" {
  count = var.read_only_answer == null ? 0 : 1

  bucket        = google_storage_bucket.read_only[0].name
  name          = "read-only.json"
  content       = jsonencode({ error = { code = "read_only", message = var.read_only_answer.message, retry_after_seconds = var.read_only_answer.retry_after_seconds } })
  content_type  = "application/json"
  cache_control = "no-store"
}

resource "google_compute_backend_bucket" "read_only" {
  count = var.read_only_answer == null ? 0 : 1

  project                 = var.project_id
  name                    = "${var.name}-read-only"
  bucket_name             = google_storage_bucket.read_only[0].name
  enable_cdn              = false
  custom_response_headers = ["Retry-After:${var.read_only_answer.retry_after_seconds}", "Cache-Control:no-store"]

  lifecycle {
    create_before_destroy = true
  }
}
