-- What Spanner executes: the events committed after @since. A plain projection
-- with a filter, so that it is split into partitions and runs on Data Boost. All
-- shards are named, for the index by commit time begins with the shard.
SELECT
  EventId AS event_id,
  SourceId AS source_id,
  EventType AS event_type,
  EntryRegion AS entry_region,
  PayloadHash AS payload_hash,
  CommittedAt AS committed_at
FROM ReportEvents
WHERE Shard IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  AND CommittedAt > @since
