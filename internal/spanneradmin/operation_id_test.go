package spanneradmin_test

import (
	"regexp"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
)

func TestOperationID(t *testing.T) {
	t.Parallel()
	path := spanneradmin.DatabasePath{Project: "acme", Instance: "ledger", Database: "events"}
	other := spanneradmin.DatabasePath{Project: "acme", Instance: "ledger", Database: "others"}
	a, b, ab := []string{"a"}, []string{"b"}, []string{"a", "b"}

	id := spanneradmin.OperationID(path, a, b)
	if !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(id) {
		t.Errorf("the API does not accept %q", id)
	}
	if again := spanneradmin.OperationID(path, a, b); again != id {
		t.Errorf("the same change has the ids %q and %q", id, again)
	}
	seen := map[string]string{}
	for what, id := range map[string]string{
		"a then b":         id,
		"another database": spanneradmin.OperationID(other, a, b),
		"b then a":         spanneradmin.OperationID(path, b, a),
		"nothing then ab":  spanneradmin.OperationID(path, nil, ab),
		"ab then nothing":  spanneradmin.OperationID(path, ab, nil),
		"one text of two":  spanneradmin.OperationID(path, nil, []string{"ab"}),
	} {
		if twin, taken := seen[id]; taken {
			t.Errorf("%q and %q have the same id", what, twin)
		}
		seen[id] = what
	}
}
