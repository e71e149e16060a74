package schema_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/spanner"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
)

// The queries that the ledger's endpoints run.
const (
	eventByID = `
		SELECT PayloadHash FROM Events WHERE Shard = FARM_FINGERPRINT(@id) & 15 AND EventId = @id`
	eventsToSeal = `
		SELECT Shard, EventId, PayloadHash, EventType, EntryRegion
		FROM Events@{FORCE_INDEX = EventsByCommitTime}
		WHERE Shard IN UNNEST(GENERATE_ARRAY(0, 15)) AND CommittedAt > @after AND CommittedAt <= @through
		ORDER BY CommittedAt, EventId`
	chainHead  = `SELECT Height, BlockHash, SealedThrough FROM ChainHead`
	blocksPage = `
		SELECT Height FROM Blocks
		WHERE Shard IN UNNEST(GENERATE_ARRAY(0, 15)) AND Height BETWEEN @before - @limit AND @before - 1
		ORDER BY Height DESC`
	blockByHash   = `SELECT Height FROM Blocks@{FORCE_INDEX = BlocksByHash} WHERE BlockHash = @hash`
	eventsOfBlock = `
		SELECT EventId FROM BlockEvents WHERE Shard = MOD(@height, 16) AND Height = @height ORDER BY LeafIndex`
	proofOfEvent = `
		SELECT Event.PayloadHash, Proof.LeafIndex, Proof.MerklePath, Block.Height, Block.MerkleRoot
		FROM Events AS Event
		LEFT JOIN Proofs AS Proof ON Proof.Shard = Event.Shard AND Proof.EventId = Event.EventId
		LEFT JOIN Blocks AS Block ON Block.Shard = MOD(Proof.BlockHeight, 16) AND Block.Height = Proof.BlockHeight
		WHERE Event.Shard = FARM_FINGERPRINT(@id) & 15 AND Event.EventId = @id`
)

// TestPostEvents inserts as POST /events does: blind, idempotent, checked.
func TestPostEvents(t *testing.T) {
	t.Parallel()
	ledger := newLedger(t)
	const id = "0192f0c1-7a10-7000-8000-000000000001"
	if err := apply(t, ledger, event(id, `{"lot": 7}`)); err != nil {
		t.Fatal(err)
	}
	want := [][]any{{encoded(digest(`{"lot": 7}`))}}
	if diff := cmp.Diff(want, query(t, ledger, eventByID, map[string]any{"id": id})); diff != "" {
		t.Errorf("event read by its id (-want +got):\n%s", diff)
	}

	wrong := func(column string, value any) *spanner.Mutation {
		row := eventRow("0192f0c1-7a10-7000-8000-000000000002", `{}`)
		row[column] = value
		return spanner.InsertMap("Events", row)
	}
	for name, test := range map[string]struct {
		mutation *spanner.Mutation
		want     codes.Code
	}{
		"the same event again":       {event(id, `{"lot": 7}`), codes.AlreadyExists},
		"the same id, other payload": {event(id, `{"lot": 8}`), codes.AlreadyExists},
		"a short hash":               {wrong("PayloadHash", make([]byte, 31)), codes.OutOfRange},
		"a long hash":                {wrong("PayloadHash", make([]byte, 33)), codes.FailedPrecondition},
		"no hash":                    {wrong("PayloadHash", nil), codes.FailedPrecondition},
		"no type":                    {wrong("EventType", ""), codes.OutOfRange},
		"no payload":                 {wrong("Payload", spanner.NullJSON{}), codes.FailedPrecondition},
		"a commit time to come":      {wrong("CommittedAt", time.Now().Add(time.Hour)), codes.FailedPrecondition},
	} {
		if got := spanner.ErrCode(apply(t, ledger, test.mutation)); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	if rows := query(t, ledger, `SELECT EventId FROM Events`, nil); len(rows) != 1 {
		t.Errorf("the refused inserts left rows: %v", rows)
	}
}

// TestTimeOrderedIdsSpread inserts ids that grow with time: every shard gets
// its part of them.
func TestTimeOrderedIdsSpread(t *testing.T) {
	t.Parallel()
	ledger := newLedger(t)
	var events []*spanner.Mutation
	for i := range 400 {
		events = append(events, event(fmt.Sprintf("0192f0c1-7a10-7000-8000-%012d", i), `{}`))
	}
	if err := apply(t, ledger, events...); err != nil {
		t.Fatal(err)
	}
	shards := query(t, ledger, `SELECT Shard, COUNT(*) AS Events FROM Events GROUP BY Shard HAVING Events < 60`, nil)
	if len(shards) != 16 {
		t.Errorf("%d shards hold between 1 and 59 of 400 events, want all 16: %v", len(shards), shards)
	}
}

// TestSealAndProve seals two blocks and checks each proof by its hashes, as a
// verifier does who has only what GET /proof/{id} answers.
func TestSealAndProve(t *testing.T) {
	t.Parallel()
	ledger := newLedger(t)
	if head := query(t, ledger, chainHead, nil); len(head) != 0 {
		t.Errorf("an empty chain has a head: %v", head)
	}

	post := func(from, to int) {
		for i := from; i < to; i++ {
			if err := apply(t, ledger, event(fmt.Sprintf("event-%02d", i), fmt.Sprintf(`{"n": %d}`, i))); err != nil {
				t.Fatal(err)
			}
		}
	}
	post(0, 5)
	if err := seal(t, ledger); err != nil {
		t.Fatal(err)
	}
	post(5, 6)
	post(6, 13)
	if err := seal(t, ledger); err != nil {
		t.Fatal(err)
	}
	post(13, 14)

	for height, want := range map[int64]string{0: "event-00 event-01 event-02 event-03 event-04", 1: "event-05 event-06 event-07 event-08 event-09 event-10 event-11 event-12"} {
		var got []string
		for _, row := range query(t, ledger, eventsOfBlock, map[string]any{"height": height}) {
			got = append(got, row[0].(string))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("block %d holds %v, want %s", height, got, want)
		}
	}

	for i := range 13 {
		id := fmt.Sprintf("event-%02d", i)
		rows := query(t, ledger, proofOfEvent, map[string]any{"id": id})
		if len(rows) != 1 {
			t.Fatalf("%s: %d answers", id, len(rows))
		}
		hash, index := decoded(t, rows[0][0]), number(t, rows[0][1])
		for _, sibling := range rows[0][2].([]any) {
			if index%2 == 0 {
				hash = parent(hash, decoded(t, sibling))
			} else {
				hash = parent(decoded(t, sibling), hash)
			}
			index /= 2
		}
		if got := encoded(hash); got != rows[0][4] {
			t.Errorf("%s: its path leads to %v, the block's root is %v", id, got, rows[0][4])
		}
	}
	waiting := query(t, ledger, proofOfEvent, map[string]any{"id": "event-13"})
	if len(waiting) != 1 || waiting[0][4] != nil {
		t.Errorf("an event that is not sealed yet: %v, want one row without a block", waiting)
	}

	activity := query(t, ledger, `SELECT SUM(EventCount) FROM RegionActivity WHERE EntryRegion = 'us-east1'`, nil)
	if diff := cmp.Diff([][]any{{"13"}}, activity); diff != "" {
		t.Errorf("events counted (-want +got):\n%s", diff)
	}
}

// TestChainCannotBeBent tries what a faulty or second sealer might do.
func TestChainCannotBeBent(t *testing.T) {
	t.Parallel()
	ledger := newLedger(t)
	if err := apply(t, ledger, event("sealed", `{}`), event("other", `{}`), block(0, "first", 1)); err != nil {
		t.Fatal(err)
	}
	shard := number(t, query(t, ledger, `SELECT Shard FROM Events WHERE EventId = 'sealed'`, nil)[0][0])
	proof := func(shard int64, id string, leaf int64, path [][]byte) *spanner.Mutation {
		return spanner.Insert("Proofs", []string{"Shard", "EventId", "BlockHeight", "LeafIndex", "MerklePath"}, []any{shard, id, 0, leaf, path})
	}
	leaf := func(shard, height, index int64, id string) *spanner.Mutation {
		return spanner.Insert("BlockEvents", []string{"Shard", "Height", "LeafIndex", "EventId"}, []any{shard, height, index, id})
	}
	if err := apply(t, ledger, proof(shard, "sealed", 0, [][]byte{}), leaf(0, 0, 0, "sealed")); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		mutation *spanner.Mutation
		want     codes.Code
	}{
		"a second block of the same height": {block(0, "rival", 1), codes.AlreadyExists},
		"a second block of the same hash":   {block(1, "first", 1), codes.AlreadyExists},
		"an empty block":                    {block(1, "empty", 0), codes.OutOfRange},
		"a block too large for one commit":  {block(1, "large", 5001), codes.OutOfRange},
		"a negative height":                 {block(-1, "before", 1), codes.OutOfRange},
		"a second proof of an event":        {proof(shard, "sealed", 1, [][]byte{}), codes.AlreadyExists},
		"a proof of no event":               {proof(shard, "nothing", 1, [][]byte{}), codes.NotFound},
		"a proof in the wrong shard":        {proof((shard+1)%16, "sealed", 1, [][]byte{}), codes.NotFound},
		"a path without end":                {proof(number(t, query(t, ledger, `SELECT Shard FROM Events WHERE EventId = 'other'`, nil)[0][0]), "other", 1, hashes(14)), codes.OutOfRange},
		"a leaf that is taken":              {leaf(0, 0, 0, "other"), codes.AlreadyExists},
		"a leaf of no block":                {leaf(1, 1, 0, "other"), codes.NotFound},
		"a leaf in the wrong shard":         {leaf(1, 0, 1, "other"), codes.NotFound},
		"the end of an event with a proof":  {spanner.Delete("Events", spanner.Key{shard, "sealed"}), codes.FailedPrecondition},
		"the end of a block with events":    {spanner.Delete("Blocks", spanner.Key{0, 0}), codes.FailedPrecondition},
	} {
		if got := spanner.ErrCode(apply(t, ledger, test.mutation)); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// TestGetBlocks pages through a chain from its newest block.
func TestGetBlocks(t *testing.T) {
	t.Parallel()
	ledger := newLedger(t)
	var blocks []*spanner.Mutation
	for height := range int64(40) {
		blocks = append(blocks, block(height, fmt.Sprint(height), 1))
	}
	if err := apply(t, ledger, blocks...); err != nil {
		t.Fatal(err)
	}
	head := query(t, ledger, chainHead, nil)
	if len(head) != 1 || number(t, head[0][0]) != 39 {
		t.Fatalf("head of the chain: %v, want height 39", head)
	}
	cursor := number(t, head[0][0]) + 1
	want := int64(39)
	for page := 0; cursor > 0; page++ {
		rows := query(t, ledger, blocksPage, map[string]any{"before": cursor, "limit": 15})
		if len(rows) == 0 || len(rows) > 15 {
			t.Fatalf("page %d has %d blocks", page, len(rows))
		}
		for _, row := range rows {
			if got := number(t, row[0]); got != want {
				t.Fatalf("page %d: block %d, want %d", page, got, want)
			}
			want--
		}
		cursor = number(t, rows[len(rows)-1][0])
	}
	if want != -1 {
		t.Errorf("the pages end above block %d", want)
	}
	if got := query(t, ledger, blockByHash, map[string]any{"hash": digest("17")}); len(got) != 1 || number(t, got[0][0]) != 17 {
		t.Errorf("block by hash: %v, want height 17", got)
	}
}

// seal makes the next block, its events, proofs and counts in one transaction.
func seal(t *testing.T, ledger *spanner.Client) error {
	t.Helper()
	after, height, previous := time.Unix(0, 0).UTC(), int64(0), make([]byte, sha256.Size)
	if head := query(t, ledger, chainHead, nil); len(head) == 1 {
		height, previous = number(t, head[0][0])+1, decoded(t, head[0][1])
		after = moment(t, head[0][2])
	}
	through := moment(t, query(t, ledger, `SELECT CURRENT_TIMESTAMP()`, nil)[0][0])
	events := query(t, ledger, eventsToSeal, map[string]any{"after": after, "through": through})
	leaves := make([][]byte, len(events))
	for i, row := range events {
		leaves[i] = decoded(t, row[2])
	}
	root, paths := merkle(leaves)
	hash := parent(previous, root)
	changes := []*spanner.Mutation{spanner.InsertMap("Blocks", map[string]any{
		"Height": height, "BlockHash": hash, "PreviousHash": previous, "MerkleRoot": root, "EventCount": len(events),
		"SealedThrough": through, "SealedBy": "us-east1", "SealedAt": spanner.CommitTimestamp,
	})}
	for i, row := range events {
		changes = append(changes,
			spanner.InsertMap("BlockEvents", map[string]any{"Shard": height % 16, "Height": height, "LeafIndex": i, "EventId": row[1]}),
			spanner.InsertMap("Proofs", map[string]any{
				"Shard": number(t, row[0]), "EventId": row[1], "BlockHeight": height, "LeafIndex": i, "MerklePath": paths[i],
			}))
	}
	_, err := ledger.ReadWriteTransaction(t.Context(), func(ctx context.Context, transaction *spanner.ReadWriteTransaction) error {
		key := spanner.Key{"us-east1", through.Truncate(time.Hour), "lot.created"}
		counted := int64(0)
		row, err := transaction.ReadRow(ctx, "EventActivity", key, []string{"EventCount"})
		if err == nil {
			err = row.Columns(&counted)
		}
		if err != nil && spanner.ErrCode(err) != codes.NotFound {
			return err
		}
		return transaction.BufferWrite(append(changes, spanner.InsertOrUpdateMap("EventActivity", map[string]any{
			"EntryRegion": key[0], "Hour": key[1], "EventType": key[2],
			"EventCount": counted + int64(len(events)), "UpdatedAt": spanner.CommitTimestamp,
		})))
	})
	return err
}

// merkle gives the root of the leaves and each leaf's path; the last node of an
// odd level is paired with itself.
func merkle(level [][]byte) (root []byte, paths [][][]byte) {
	paths = make([][][]byte, len(level))
	at := make([]int, len(level))
	for i := range paths {
		paths[i], at[i] = [][]byte{}, i
	}
	for len(level) > 1 {
		if len(level)%2 == 1 {
			level = append(level, level[len(level)-1])
		}
		for i := range paths {
			paths[i] = append(paths[i], level[at[i]^1])
			at[i] /= 2
		}
		var next [][]byte
		for i := 0; i < len(level); i += 2 {
			next = append(next, parent(level[i], level[i+1]))
		}
		level = next
	}
	return level[0], paths
}

func parent(left, right []byte) []byte {
	return digest(string(left) + string(right))
}

func hashes(n int) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = make([]byte, sha256.Size)
	}
	return all
}

// eventRow is an event of account "acme" that entered in us-east1.
func eventRow(id, payload string) map[string]any {
	return map[string]any{
		"EventId": id, "SourceId": "acme", "EventType": "lot.created", "EntryRegion": "us-east1",
		"Payload":     spanner.NullJSON{Value: map[string]any{"text": payload}, Valid: true},
		"PayloadHash": digest(payload), "CommittedAt": spanner.CommitTimestamp,
	}
}

func event(id, payload string) *spanner.Mutation {
	return spanner.InsertMap("Events", eventRow(id, payload))
}

// block is a block whose hash is that of its name.
func block(height int64, name string, events int64) *spanner.Mutation {
	hash := digest(name)
	return spanner.InsertMap("Blocks", map[string]any{
		"Height": height, "BlockHash": hash, "PreviousHash": hash, "MerkleRoot": hash, "EventCount": events,
		"SealedThrough": time.Now(), "SealedBy": "us-east1", "SealedAt": spanner.CommitTimestamp,
	})
}

func apply(t *testing.T, ledger *spanner.Client, mutations ...*spanner.Mutation) error {
	t.Helper()
	_, err := ledger.Apply(t.Context(), mutations)
	return err
}

// digest is the SHA-256 of a text.
func digest(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// encoded is how a query gives bytes back.
func encoded(hash []byte) string { return base64.StdEncoding.EncodeToString(hash) }
