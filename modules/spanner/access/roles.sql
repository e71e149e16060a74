-- Roles: what each of the ledger's services may do. Whoever assumes one of these
-- has nothing else in the database: IAM gives such principals no data.
--
-- Append-only: no role holds UPDATE or DELETE on Events, Blocks, BlockEvents,
-- Proofs or LedgerRegionChanges. Only database administrators and those who hold
-- roles/spanner.databaseUser could change what is recorded.
--
-- The views run with the rights of who asks, so SELECT on a view goes with
-- SELECT on its tables. SELECT on a table holds for its indexes too.

-- The API: records events, answers all reads, keeps webhook endpoints.
CREATE ROLE ledger_api;

GRANT SELECT, INSERT ON TABLE Events TO ROLE ledger_api;

GRANT SELECT ON TABLE Blocks, BlockEvents, Proofs, EventActivity, LedgerRegions, LedgerRegionChanges TO ROLE ledger_api;

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE WebhookEndpoints TO ROLE ledger_api;

-- Deleting an endpoint deletes its deliveries.
GRANT SELECT, DELETE ON TABLE WebhookDeliveries TO ROLE ledger_api;

GRANT SELECT ON VIEW ChainHead, RegionActivity, RegionStatus, WebhookBacklog TO ROLE ledger_api;

-- The sealer: one commit holds a block, its events, their proofs and the counts.
CREATE ROLE ledger_sealer;

GRANT SELECT ON TABLE Events TO ROLE ledger_sealer;

GRANT SELECT, INSERT ON TABLE Blocks, BlockEvents, Proofs TO ROLE ledger_sealer;

-- Counts add up, so their rows change.
GRANT SELECT, INSERT, UPDATE ON TABLE EventActivity TO ROLE ledger_sealer;

GRANT SELECT ON VIEW ChainHead TO ROLE ledger_sealer;

-- The webhook workers: fan events out and deliver them.
CREATE ROLE ledger_webhooks;

GRANT SELECT ON TABLE Events, Blocks, BlockEvents, WebhookEndpoints TO ROLE ledger_webhooks;

GRANT SELECT, INSERT, UPDATE ON TABLE WebhookDeliveries TO ROLE ledger_webhooks;

GRANT SELECT ON VIEW WebhookBacklog TO ROLE ledger_webhooks;

-- Reports: dashboards and BigQuery read everything but webhook endpoints, whose
-- addresses are nobody's business.
CREATE ROLE ledger_reports;

GRANT SELECT ON TABLE Events, Blocks, BlockEvents, Proofs, EventActivity, WebhookDeliveries, LedgerRegions, LedgerRegionChanges TO ROLE ledger_reports;

GRANT SELECT ON VIEW ChainHead, RegionActivity, RegionStatus, WebhookBacklog, ReportEvents TO ROLE ledger_reports;

-- The feed: who follows the ledger live, through the change stream and the
-- function that reads it. What the stream tells is what was inserted.
CREATE ROLE ledger_feed;

GRANT SELECT ON CHANGE STREAM LedgerStream TO ROLE ledger_feed;

GRANT EXECUTE ON TABLE FUNCTION READ_LedgerStream TO ROLE ledger_feed;
