# What a change of the schema would send, without a database: for a check in a
# pull request.
output "statements" {
  value = provider::proveniq::schema_diff(file("${path.module}/schema-v1.sql"), file("${path.module}/schema-v2.sql"))
}

check "nothing_is_lost" {
  assert {
    condition = alltrue([
      for step in provider::proveniq::schema_diff(file("${path.module}/schema-v1.sql"), file("${path.module}/schema-v2.sql")) :
      step.hazard != "destructive"
    ])
    error_message = "The new schema removes something."
  }
}
