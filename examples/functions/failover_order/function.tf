# Who serves the users near each region when it is lost.
output "failover" {
  value = {
    for region in ["us-east1", "europe-west1", "asia-southeast1"] :
    region => provider::proveniq::failover_order(region, ["us-east1", "europe-west1", "asia-southeast1"])
  }
}
