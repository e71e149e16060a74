project_id     = "my-ledger"
project_number = "100000000001"
organization   = "my-organization"
