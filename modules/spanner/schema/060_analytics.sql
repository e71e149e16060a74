-- Analytics: what GET /analytics/* and GET /reports/* read. Dashboards use
-- stale reads of 15 seconds, which the nearest replica answers; reports are
-- BigQuery's, up to an hour old.

-- Counts per region, hour and type. The sealer adds a block's counts in the
-- transaction that inserts the block, so each event is counted exactly once.
-- Access paths:
--   sealing: a few rows by key, once per block
--   GET /analytics/activity: one range of hours in each region named
-- The hour grows, so the region stands before it; a few rows a block are no
-- load on any of them.
CREATE TABLE EventActivity (
  EntryRegion STRING(63) NOT NULL,
  -- Start of the hour, by the events' commit time.
  Hour TIMESTAMP NOT NULL,
  EventType STRING(128) NOT NULL,
  EventCount INT64 NOT NULL,
  UpdatedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
  CONSTRAINT EventActivityHourIsWhole CHECK (MOD(UNIX_SECONDS(Hour), 3600) = 0),
  CONSTRAINT EventActivityCountsUp CHECK (EventCount > 0),
) PRIMARY KEY (EntryRegion, Hour DESC, EventType);

-- What is fed to BigQuery and to anyone who follows the ledger live. Both
-- tables are append-only, so inserts tell all. Seven days let a consumer be
-- repaired over a long weekend without a new full load.
CREATE CHANGE STREAM LedgerStream
FOR Events, Blocks
OPTIONS (retention_period = '7d', value_capture_type = 'NEW_ROW');

-- The newest block: the first row of each shard, then the highest of those,
-- whatever the chain's length. No row while the chain is empty.
CREATE VIEW ChainHead
SQL SECURITY INVOKER
AS
SELECT Head.Height, Head.BlockHash, Head.SealedThrough, Head.SealedAt
FROM (
  SELECT MAX(Newest.Height) AS Height
  FROM (
    SELECT
      (SELECT Block.Height FROM Blocks AS Block WHERE Block.Shard = Number ORDER BY Block.Height DESC LIMIT 1) AS Height
    FROM UNNEST(GENERATE_ARRAY(0, 15)) AS Number
  ) AS Newest
) AS Top
INNER JOIN Blocks AS Head ON Head.Shard = MOD(Top.Height, 16) AND Head.Height = Top.Height;

-- Events per region and hour, all types together. Filter on EntryRegion and
-- Hour; both reach the key.
CREATE VIEW RegionActivity
SQL SECURITY INVOKER
AS
SELECT Activity.EntryRegion, Activity.Hour, SUM(Activity.EventCount) AS EventCount
FROM EventActivity AS Activity
GROUP BY Activity.EntryRegion, Activity.Hour;

-- Each region as it is now, with the change that made it so.
CREATE VIEW RegionStatus
SQL SECURITY INVOKER
AS
SELECT
  Now.LedgerId,
  Now.Region,
  Now.State,
  Now.CapacityPercent,
  Now.Zones,
  Now.UpdatedAt,
  (
    SELECT Change.Reason
    FROM LedgerRegionChanges AS Change
    WHERE Change.LedgerId = Now.LedgerId AND Change.Region = Now.Region
    ORDER BY Change.ChangedAt DESC
    LIMIT 1
  ) AS LastReason
FROM LedgerRegions AS Now;

-- Messages that wait, per region: how many, and since when the oldest is due.
-- IS NOT NULL lets the optimizer answer from WebhookDeliveriesDue, which holds
-- nothing but waiting messages.
CREATE VIEW WebhookBacklog
SQL SECURITY INVOKER
AS
SELECT Delivery.Region, COUNT(*) AS Waiting, MIN(Delivery.NextAttemptAt) AS OldestDueAt
FROM WebhookDeliveries AS Delivery
WHERE Delivery.NextAttemptAt IS NOT NULL
GROUP BY Delivery.Region;

-- What BigQuery's scheduled merge reads, filtered by Shard and CommittedAt.
-- A plain projection, so that the federated query can be split into
-- partitions and run on Data Boost, away from the ledger's own capacity.
CREATE VIEW ReportEvents
SQL SECURITY INVOKER
AS
SELECT Event.Shard, Event.EventId, Event.SourceId, Event.EventType, Event.EntryRegion, Event.PayloadHash, Event.CommittedAt
FROM Events AS Event;
