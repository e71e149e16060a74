locals {
  # Requests a second that each region can serve.
  capacity = { us-east1 = 1200, europe-west1 = 1000, asia-southeast1 = 1000 }
}

# The peak of 2,000 must fit into any two of three regions.
check "capacity_without_one_region" {
  assert {
    condition     = alltrue([for left in provider::proveniq::capacity_after_loss(local.capacity) : left >= 2000])
    error_message = "The regions that are left cannot serve the peak when one is lost."
  }
}
