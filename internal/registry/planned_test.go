package registry_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/api/option"
	"google.golang.org/grpc"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
)

// counted makes a client that counts the reads it sends.
func counted(t *testing.T, e *localcloud.Emulator, path string) (*registry.Client, *atomic.Int64) {
	t.Helper()
	var reads atomic.Int64
	count := func(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, streamer grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
		if strings.HasSuffix(method, "/StreamingRead") || strings.HasSuffix(method, "/ExecuteStreamingSql") {
			reads.Add(1)
		}
		return streamer(ctx, desc, cc, method, opts...)
	}
	c, err := registry.New(t.Context(), path, append(e.ClientOptions(), option.WithGRPCDialOption(grpc.WithChainStreamInterceptor(count)))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, &reads
}

// However many regions a ledger has, a plan reads their rows once.
func TestPlannedRowsAreReadOnce(t *testing.T) {
	t.Parallel()
	c, reads := counted(t, emulator, newDatabase(t, "planned", tables...))
	if err := c.Put(t.Context(), standard, registry.Row{LedgerID: "demo", Region: "us-east1", State: "ACTIVE", CapacityPercent: 100, Zones: []string{"b", "a"}}, "joined"); err != nil {
		t.Fatal(err)
	}
	before := reads.Load()
	var group sync.WaitGroup
	for range 30 {
		group.Go(func() {
			rows, err := c.Planned(t.Context(), standard, "demo")
			if err != nil || len(rows) != 1 || strings.Join(rows[0].Zones, "") != "ab" {
				t.Errorf("rows %v, %v", rows, err)
			}
		})
	}
	group.Wait()
	if n := reads.Load() - before; n != 1 {
		t.Errorf("30 regions of a ledger read its rows %d times", n)
	}
	// After a write they are read anew.
	if err := c.Put(t.Context(), standard, registry.Row{LedgerID: "demo", Region: "europe-west1", State: "ACTIVE", CapacityPercent: 100}, "joined"); err != nil {
		t.Fatal(err)
	}
	if rows, err := c.Planned(t.Context(), standard, "demo"); err != nil || len(rows) != 2 {
		t.Errorf("after a write: rows %v, %v", rows, err)
	}
}

// A Spanner that does not answer costs a plan its limit once, for all regions.
func TestPlannedReadOfAStoppedSpanner(t *testing.T) {
	t.Parallel()
	own, err := localcloud.StartEmulator(t.Context(), localcloud.EmulatorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c, _ := counted(t, own, newDatabaseOn(t, own, "stopped", tables...))
	if _, err := c.Planned(t.Context(), standard, "another"); err != nil {
		t.Fatal(err)
	}
	own.Stop()
	start := time.Now()
	for range 3 {
		if _, err := c.Planned(t.Context(), standard, "demo"); err == nil {
			t.Error("a stopped Spanner answered")
		}
	}
	if took := time.Since(start); took > 8*time.Second {
		t.Errorf("three regions waited %s, want about five seconds together", took)
	}
	// Whoever is cancelled does not wait.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	start = time.Now()
	if _, err := c.Planned(ctx, standard, "third"); err == nil || time.Since(start) > time.Second {
		t.Errorf("a cancelled plan waited %s: %v", time.Since(start), err)
	}
}
