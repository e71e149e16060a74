package localcloud

import (
	"testing"

	spanner "cloud.google.com/go/spanner/apiv1"
	"cloud.google.com/go/spanner/apiv1/spannerpb"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Commits that no client tries again show whether the emulator aborts some.
func TestRealEmulatorInjectsFaults(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string]bool{"on": true, "off": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := start(t, EmulatorOptions{InjectFaults: faults})
			if err := e.CreateDatabase(t.Context(), "a-project", "ledger", "one"); err != nil {
				t.Fatal(err)
			}
			client, err := spanner.NewClient(t.Context(), e.ClientOptions()...)
			if err != nil {
				t.Fatal(err)
			}
			defer closed(t, client)
			session, err := client.CreateSession(t.Context(), &spannerpb.CreateSessionRequest{Database: "projects/a-project/instances/ledger/databases/one"})
			if err != nil {
				t.Fatal(err)
			}
			commit := &spannerpb.CommitRequest{Session: session.GetName(), Transaction: &spannerpb.CommitRequest_SingleUseTransaction{
				SingleUseTransaction: &spannerpb.TransactionOptions{Mode: &spannerpb.TransactionOptions_ReadWrite_{ReadWrite: &spannerpb.TransactionOptions_ReadWrite{}}}}}
			once := gax.WithRetry(func() gax.Retryer { return nil })
			aborted := 0
			for range 400 {
				switch _, err := client.Commit(t.Context(), commit, once); status.Code(err) {
				case codes.OK:
				case codes.Aborted:
					aborted++
				default:
					t.Fatal(err)
				}
			}
			t.Logf("%d of 400 commits were aborted", aborted)
			if (aborted > 0) != faults {
				t.Errorf("%d commits were aborted", aborted)
			}
		})
	}
}
