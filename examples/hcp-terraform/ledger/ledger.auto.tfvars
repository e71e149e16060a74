project_id     = "my-ledger"
project_number = "100000000001"
domain         = "ledger.example.com"
