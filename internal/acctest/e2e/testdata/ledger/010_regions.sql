-- Regions: which regions serve the ledger, and how that came about.
--
-- proveniq_ledger_region writes both tables. The load balancer is the truth
-- about traffic; these rows are its projection for the ledger's own services.

-- The present: one row per region that has joined.
-- Access paths:
--   services, every few seconds: all rows of a ledger, by key prefix, stale
--   provider: one row, by key
-- A handful of rows, changed a few times a day: nothing here can become hot.
CREATE TABLE LedgerRegions (
  LedgerId STRING(63) NOT NULL,
  Region STRING(63) NOT NULL,
  State STRING(16) NOT NULL,
  -- Share of the region's full capacity that the load balancer offers.
  CapacityPercent INT64 NOT NULL,
  -- Zones whose network endpoint groups take traffic.
  Zones ARRAY<STRING(63)>,
  ProviderVersion STRING(64),
  UpdatedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
  CONSTRAINT LedgerRegionsCapacityIsPercent CHECK (CapacityPercent BETWEEN 0 AND 100),
) PRIMARY KEY (LedgerId, Region);

-- The history: one row per change, never updated. Not interleaved in
-- LedgerRegions, because it must outlive a region that leaves.
-- Access paths:
--   provider: insert only; ChangeId is random
--   audit of one region: by key prefix
--   GET /analytics/regions, newest change first: LedgerRegionChangesByTime
CREATE TABLE LedgerRegionChanges (
  LedgerId STRING(63) NOT NULL,
  Region STRING(63) NOT NULL,
  ChangeId STRING(36) NOT NULL,
  State STRING(16) NOT NULL,
  CapacityPercent INT64 NOT NULL,
  Zones ARRAY<STRING(63)>,
  ProviderVersion STRING(64),
  Reason STRING(MAX),
  ChangedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
  CONSTRAINT LedgerRegionChangesCapacityIsPercent CHECK (CapacityPercent BETWEEN 0 AND 100),
) PRIMARY KEY (LedgerId, Region, ChangeId);

-- Why: ChangeId says nothing about time, so "the latest changes of a ledger"
-- would read its whole history. The key ends in a growing time, which is safe
-- at a few rows a day and behind LedgerId.
CREATE INDEX LedgerRegionChangesByTime
ON LedgerRegionChanges (LedgerId, ChangedAt DESC);
