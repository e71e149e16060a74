-- Webhooks: who wants to hear of events, and what became of each message.

-- Access paths:
--   GET, PUT, DELETE /webhooks/{id}: one row by key; EndpointId is random
--   GET /webhooks, fan-out of an event: WebhookEndpointsBySource
-- Deleting an endpoint deletes its deliveries.
CREATE TABLE WebhookEndpoints (
  EndpointId STRING(36) NOT NULL,
  -- The account whose events are sent.
  SourceId STRING(63) NOT NULL,
  Url STRING(2048) NOT NULL,
  Description STRING(255),
  -- Types of event to send; NULL means all.
  EventTypes ARRAY<STRING(128)>,
  -- Deliveries leave from here while the region serves.
  HomeRegion STRING(63) NOT NULL,
  -- Version of the signing key in Secret Manager; the key itself is never here.
  SigningKeyVersion STRING(255) NOT NULL,
  State STRING(16) NOT NULL DEFAULT ('ACTIVE'),
  CreatedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
  UpdatedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
  CONSTRAINT WebhookEndpointsUrlIsHttps CHECK (STARTS_WITH(Url, 'https://')),
  CONSTRAINT WebhookEndpointsState CHECK (State IN ('ACTIVE', 'PAUSED', 'DISABLED')),
) PRIMARY KEY (EndpointId);

-- Why: fan-out asks for the endpoints of one account for every event; without
-- it that is a scan. Accounts come in no order, so their ids spread.
CREATE INDEX WebhookEndpointsBySource
ON WebhookEndpoints (SourceId);

-- One row per endpoint and event: fan-out may run twice and still sends once.
-- Access paths:
--   fan-out: insert; ALREADY_EXISTS means done before
--   result of an attempt: one row by key
--   GET /webhooks/{id}/deliveries: by key prefix, one endpoint
--   workers, what is due now: WebhookDeliveriesDue
-- No foreign key to Events: events are never deleted, and the check would add
-- a read in another split to every insert.
CREATE TABLE WebhookDeliveries (
  EndpointId STRING(36) NOT NULL,
  EventId STRING(36) NOT NULL,
  -- Deals the queue of a region to 16 ranges; see WebhookDeliveriesDue.
  QueueShard INT64 NOT NULL AS (FARM_FINGERPRINT(EventId) & 15) STORED,
  -- The region whose workers send it: the endpoint's HomeRegion at fan-out.
  Region STRING(63) NOT NULL,
  State STRING(16) NOT NULL DEFAULT ('PENDING'),
  Attempts INT64 NOT NULL DEFAULT (0),
  -- When to try next; NULL once the message is delivered or given up.
  NextAttemptAt TIMESTAMP,
  -- HTTP status of the last answer; NULL when there was none.
  LastStatus INT64,
  CreatedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
  CONSTRAINT WebhookDeliveriesState CHECK (State IN ('PENDING', 'DELIVERED', 'FAILED')),
  CONSTRAINT WebhookDeliveriesQueued CHECK ((State = 'PENDING') = (NextAttemptAt IS NOT NULL)),
) PRIMARY KEY (EndpointId, EventId),
  INTERLEAVE IN PARENT WebhookEndpoints ON DELETE CASCADE,
  -- Attempts end after 3 days; 30 days leave time to look into failures.
  ROW DELETION POLICY (OLDER_THAN(CreatedAt, INTERVAL 30 DAY));

-- Why: the retry queue. A worker of a region reads "due by now, oldest first"
-- in the shards that it works on. NULL_FILTERED, so the index holds only what
-- still waits: it stays small however many deliveries there were. Times grow,
-- so Region and QueueShard stand before them.
CREATE NULL_FILTERED INDEX WebhookDeliveriesDue
ON WebhookDeliveries (Region, QueueShard, NextAttemptAt)
STORING (Attempts);
