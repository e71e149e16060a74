# A fingerprint of the schema that comments and layout do not change.
output "schema_fingerprint" {
  value = sha256(provider::proveniq::canonicalize_ddl(file("${path.module}/schema.sql")))
}
