# What is refused before anything is planned, each by the variable that has to change.
provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id = "ledger-test"
  name       = "main"
  domains    = ["ledger.example.com"]
  regions    = { us-east1 = {}, europe-west1 = {}, asia-southeast1 = {} }
}

run "route_within_webhooks" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = ["/webhooks/us-east1/x"] }] }
  }
  expect_failures = [google_compute_url_map.ledger]
}

run "static_files_in_place_of_blocks" {
  command = plan
  variables {
    static = { path = "/blocks" }
  }
  expect_failures = [google_compute_url_map.ledger]
}

run "analytics_within_sealed" {
  command = plan
  variables {
    routes = { analytics = ["/blocks/analytics"] }
  }
  expect_failures = [google_compute_url_map.ledger]
}

run "route_twice" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = ["/x"] }, { name = "y", class = "sealed", paths = ["/x/y"] }] }
  }
  expect_failures = [google_compute_url_map.ledger]
}

run "route_of_ones_own_in_place_of_proofs" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = ["/proofs"] }] }
  }
  expect_failures = [google_compute_url_map.ledger]
}

run "second_method_in_place_of_another" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "write", paths = ["/x"], methods = ["POST"] }, { name = "y", class = "write", paths = ["/x/y"], methods = ["PUT", "POST"] }] }
  }
  expect_failures = [google_compute_url_map.ledger]
}
