# Project, region, network, and the names of the groups with commas between them.
# A network of another project is written in full: projects/P/global/networks/N.
terraform import proveniq_neg_cleanup.us_east1 proveniq-ledger/us-east1/ledger/ledger-api
