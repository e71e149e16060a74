# The statements of a file, for whatever takes them one by one.
resource "google_spanner_database" "scratch" {
  instance = "ledger"
  name     = "scratch"
  ddl      = provider::proveniq::ddl_statements(file("${path.module}/schema.sql"))
}
