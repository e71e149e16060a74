output "regions" {
  description = "What the tests compare."
  value = {
    for name, of in module.region : name => {
      parameter = of.runtime_parameter
      neg       = of.neg_annotation
      spread    = of.topology_spread
      workload  = of.workload
    }
  }
}
