-- Events: what POST /events records. Append-only: services insert and read,
-- nothing ever updates or deletes a row. Whether an event is sealed is said by
-- its row in Proofs, not by a column here.
--
-- Access paths:
--   POST /events: one blind insert, one split, no read before it
--   GET /proof/{id}: one row by key, together with its interleaved proof
--   sealing, reports, catching up: by commit time, EventsByCommitTime
-- Idempotency: the service makes EventId from SourceId and the caller's
-- Idempotency-Key (a name-based UUID), so a repeated request meets the primary
-- key and is refused as ALREADY_EXISTS in the very split it wanted to write.
-- The service then compares PayloadHash: equal means the same answer again,
-- different means 409. A unique index would cost every insert a second split.
CREATE TABLE Events (
  -- Spreads the writes over 16 ranges of keys. EventId alone would do so only
  -- while it is random; time-ordered ids (UUIDv7, ULID) would all land in one
  -- split. Derived from EventId, so a reader who has the id has the whole key.
  Shard INT64 NOT NULL AS (FARM_FINGERPRINT(EventId) & 15) STORED,
  EventId STRING(36) NOT NULL,
  -- The account that sent the event.
  SourceId STRING(63) NOT NULL,
  -- The caller's Idempotency-Key, for support; NULL when there was none.
  IdempotencyKey STRING(255),
  EventType STRING(128) NOT NULL,
  -- The region whose API took the request.
  EntryRegion STRING(63) NOT NULL,
  Payload JSON NOT NULL,
  -- SHA-256 of the payload's canonical form (RFC 8785), because a JSON column
  -- keeps the value and not the bytes that were sent.
  PayloadHash BYTES(32) NOT NULL,
  -- Always PENDING_COMMIT_TIMESTAMP: sealing relies on it. A read at time T
  -- sees every event with CommittedAt <= T, and no later one can be added.
  CommittedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
  CONSTRAINT EventsPayloadHashIsSha256 CHECK (BYTE_LENGTH(PayloadHash) = 32),
  CONSTRAINT EventsHaveType CHECK (EventType != ''),
) PRIMARY KEY (Shard, EventId);

-- Why: the sealer reads "events after the last block's SealedThrough, up to
-- now", BigQuery's scheduled merge "events since the last run"; both would
-- otherwise scan the ledger. Commit time only grows, so Shard stands before
-- it: 16 tails take the inserts instead of one, and a reader makes 16 bounded
-- reads. STORING holds what goes into a leaf and into the counts, so that
-- sealing never reads payloads.
CREATE INDEX EventsByCommitTime
ON Events (Shard, CommittedAt)
STORING (SourceId, EventType, EntryRegion, PayloadHash);
