# A load balancer and Spanner are both needed; of three regions one is enough.
output "availability_percent" {
  value = provider::proveniq::availability({
    edge    = 99.99
    spanner = 99.999
    regions = [99.9, 99.9, 99.9]
  })
}
