-- Blocks: the chain. A block seals all events committed after its
-- predecessor's SealedThrough and up to its own.
--
-- Access paths:
--   GET /blocks, newest first: heights have no gaps, so a page is the known
--     range of heights below the cursor, one bounded read in each shard
--   GET /blocks/{height}: one row by key, MOD(height, 16) gives the shard
--   GET /blocks?hash=: BlocksByHash
--   sealing: view ChainHead, then one insert at head + 1
-- Two sealers that reach for the same height meet the primary key: one commits,
-- the other gets ALREADY_EXISTS and starts again from the new head. No counter
-- row and no sequence is needed, hence none can become hot.
CREATE TABLE Blocks (
  -- A height only grows: as the first key part it would send every new block,
  -- and every read of the newest ones, to the table's last split. MOD deals
  -- neighbouring heights to 16 different ranges.
  Shard INT64 NOT NULL AS (MOD(Height, 16)) STORED,
  Height INT64 NOT NULL,
  -- SHA-256 of the block's header, the fields of this row.
  BlockHash BYTES(32) NOT NULL,
  -- BlockHash of Height - 1; 32 zero bytes in the first block.
  PreviousHash BYTES(32) NOT NULL,
  MerkleRoot BYTES(32) NOT NULL,
  -- A block with its events, proofs and counts is one commit, and Spanner takes
  -- 80,000 mutations in one. An event costs 9 of them.
  EventCount INT64 NOT NULL,
  -- No event committed up to here is left out, and none after it is in.
  SealedThrough TIMESTAMP NOT NULL,
  -- The region whose sealer made the block.
  SealedBy STRING(63) NOT NULL,
  SealedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
  CONSTRAINT BlocksHeightIsNatural CHECK (Height >= 0),
  CONSTRAINT BlocksBlockHashIsSha256 CHECK (BYTE_LENGTH(BlockHash) = 32),
  CONSTRAINT BlocksPreviousHashIsSha256 CHECK (BYTE_LENGTH(PreviousHash) = 32),
  CONSTRAINT BlocksMerkleRootIsSha256 CHECK (BYTE_LENGTH(MerkleRoot) = 32),
  CONSTRAINT BlocksFitOneCommit CHECK (EventCount BETWEEN 1 AND 5000),
) PRIMARY KEY (Shard, Height DESC);

-- Why: verifiers hold hashes, not heights. Unique, because two blocks with one
-- hash would make a proof ambiguous. A hash is random: no hot spot.
CREATE UNIQUE INDEX BlocksByHash
ON Blocks (BlockHash);

-- The events of a block, in the order of its leaves: written with the block,
-- never changed.
-- Access paths:
--   GET /blocks/{height}/events, recomputing a Merkle root: by key prefix,
--     stored beside the block itself
-- The key lets a leaf hold one event only, the interleaving keeps it from
-- naming a block that is not there. A foreign key to Events would say what
-- Proofs already says, and cost an index over every event.
CREATE TABLE BlockEvents (
  -- Plain columns: a Shard that does not fit Height has no parent, so the
  -- insert is refused.
  Shard INT64 NOT NULL,
  Height INT64 NOT NULL,
  -- The leaf's place in the block, from 0.
  LeafIndex INT64 NOT NULL,
  EventId STRING(36) NOT NULL,
  CONSTRAINT BlockEventsLeafIsInBlock CHECK (LeafIndex BETWEEN 0 AND 4999),
) PRIMARY KEY (Shard, Height DESC, LeafIndex),
  INTERLEAVE IN PARENT Blocks ON DELETE NO ACTION;
