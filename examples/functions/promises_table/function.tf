output "promises_table" {
  value = provider::proveniq::promises_table([
    { promise = "commit", asked = "50 ms", attainable = "13 ms", verdict = "kept", why = "from us-east1" },
    { promise = "recovery", asked = "30 s", attainable = "22 s", verdict = "kept", why = "detection 12 s, convergence 10 s" },
  ])
}
