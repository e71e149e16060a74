# Project, ledger and region.
terraform import 'proveniq_ledger_region.this["us-east1"]' proveniq-ledger/main/us-east1
