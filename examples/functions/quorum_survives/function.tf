# Writes of nam3 outlast the loss of its leader, but not of both read-write
# regions.
output "writes_outlast" {
  value = {
    leader = provider::proveniq::quorum_survives({ base_config = "nam3" }, ["us-east4"])
    both   = provider::proveniq::quorum_survives({ base_config = "nam3" }, ["us-east4", "us-east1"])
  }
}
