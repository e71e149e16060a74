# The path of the database. Importing changes nothing; the first plan shows
# where the configuration's DDL differs from what the database holds.
terraform import proveniq_spanner_schema.ledger projects/proveniq-ledger/instances/ledger/databases/ledger
