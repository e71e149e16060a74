project_id     = "my-ledger"
project_number = "100000000001"
domain         = "ledger.example.com"
config_image   = "us-docker.pkg.dev/my-ledger/ledger/config:v1"
