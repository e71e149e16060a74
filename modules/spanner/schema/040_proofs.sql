-- Proofs: where an event sits in its block, and the hashes that lead from its
-- leaf to the block's Merkle root. Written once, in the transaction that
-- inserts the block. From then on the answer to GET /proof/{id} never changes
-- and may be cached; that a proof is still missing must never be cached.
--
-- Access paths:
--   GET /proof/{id}: one row by key. It is interleaved in Events, so event and
--     proof are one read in one split; the block's header is a second, by key
-- An event that would be sealed twice meets the primary key. An event that has
-- a proof cannot be deleted: ON DELETE NO ACTION.
CREATE TABLE Proofs (
  -- A plain column: a Shard that does not fit EventId has no parent, so the
  -- insert is refused. The sealer has it from EventsByCommitTime.
  Shard INT64 NOT NULL,
  EventId STRING(36) NOT NULL,
  BlockHeight INT64 NOT NULL,
  -- The leaf's place in the block, from 0.
  LeafIndex INT64 NOT NULL,
  -- Sibling hashes from the leaf upwards; empty in a block of one event.
  MerklePath ARRAY<BYTES(32)> NOT NULL,
  CONSTRAINT ProofsHeightIsNatural CHECK (BlockHeight >= 0),
  CONSTRAINT ProofsLeafIsInBlock CHECK (LeafIndex BETWEEN 0 AND 4999),
  -- 5,000 leaves make a tree of 13 levels.
  CONSTRAINT ProofsPathIsBounded CHECK (ARRAY_LENGTH(MerklePath) <= 13),
) PRIMARY KEY (Shard, EventId),
  INTERLEAVE IN PARENT Events ON DELETE NO ACTION;
