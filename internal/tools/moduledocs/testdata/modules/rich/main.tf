locals {
  x = 1
}

module "region" {
  source   = "../small"
  for_each = var.regions

  name = each.key
}

module "elsewhere" {
  source = "git::https://example.com/modules.git//x?ref=v1"
}

resource "google_compute_global_address" "this" {
  name = "x"
}

resource "google_compute_global_address" "another" {
  provider = google.billing
  name     = "y"
}

resource "proveniq_neg_cleanup" "this" {}

resource "own_thing" "this" {}

resource "unknown_thing" "this" {}

resource "terraform_data" "this" {}

data "proveniq_spanner_topology" "this" {}

check "something" {
  data "google_project" "scoped" {}

  assert {
    condition     = true
    error_message = "x"
  }
}
