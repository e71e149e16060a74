# A probe every 5 seconds, 2 of which must fail: 12 seconds.
output "detection_seconds" {
  value = provider::proveniq::detection_seconds(5, 2, 2)
}
