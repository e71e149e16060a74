# One key signs the sessions of all regions: a token made in one is good in every
# other, so no session has to stick to a region.

resource "google_kms_key_ring" "jwt" {
  project  = local.project_id
  name     = "${var.name}-jwt"
  location = "global"
}

resource "google_kms_crypto_key" "jwt" {
  name     = "${var.name}-jwt"
  key_ring = google_kms_key_ring.jwt.id
  purpose  = "ASYMMETRIC_SIGN"
  labels   = local.labels

  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"

  version_template {
    algorithm        = "EC_SIGN_P256_SHA256"
    protection_level = var.jwt.protection_level
  }

  # Asymmetric keys do not rotate by themselves: a new version is made first, then
  # the workload signs with it, then the old one goes.
  destroy_scheduled_duration = "${var.jwt.destroy_after_days * 24 * 3600}s"
}

resource "google_kms_crypto_key_iam_member" "jwt" {
  crypto_key_id = google_kms_crypto_key.jwt.id
  role          = "roles/cloudkms.signerVerifier"
  member        = local.workload_principal
}
