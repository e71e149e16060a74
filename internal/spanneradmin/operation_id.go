package spanneradmin

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
)

// OperationID derives the id of a schema change from the database, its schema
// before the change and the statements. The same change on the same schema has
// the same id, also in another process, so a change whose answer was lost is
// found again instead of being sent twice. It matches [a-z][a-z0-9_]*.
func OperationID(path DatabasePath, base, statements []string) string {
	sum := sha256.New()
	writeAll(sum, path.String())
	writeAll(sum, base...)
	writeAll(sum, statements...)
	return "proveniq_" + hex.EncodeToString(sum.Sum(nil)[:20])
}

// writeAll writes count and lengths too, so that moving text from one list or
// element to the next changes the sum.
func writeAll(sum hash.Hash, texts ...string) {
	length := make([]byte, 8)
	binary.BigEndian.PutUint64(length, uint64(len(texts)))
	sum.Write(length)
	for _, text := range texts {
		binary.BigEndian.PutUint64(length, uint64(len(text)))
		sum.Write(length)
		sum.Write([]byte(text))
	}
}

// nthID gives the id for the nth time that the same change is wanted: a schema
// that went from A to B and back to A may go to B again.
func nthID(id string, n int) string {
	if n == 1 {
		return id
	}
	return fmt.Sprintf("%s_%d", id, n)
}
