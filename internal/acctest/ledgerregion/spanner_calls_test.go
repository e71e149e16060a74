package ledgerregion_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"path"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// What a plan of an unchanged ledger asks Spanner: the rows once, and of the
// database that the promises are held against its instance, that one's
// configurations and the DDL, each once, however many regions there are.
func TestUnchangedPlanAsksSpannerOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.instance("nam3", "europe-west1", "asia-southeast1")
	database := b.registry(true)
	calls := countCalls(t, acctest.Cloud(t).Emulator().Host())
	more := fmt.Sprintf("min_remaining_regions = 0\nregistry = { database = %q }\nspanner = { database = %q, required_role = \"NONE\" }\n", database, database)
	config := acctest.ProviderBlock(t, fmt.Sprintf("spanner_custom_endpoint = %q", b.spannerEndpoint())) +
		standard("us-east1", more) + standard("europe-west1", more) + standard("asia-southeast1", more)
	cli := acctest.NewCLI(t, config, "SPANNER_EMULATOR_HOST", calls.address)
	cli.Apply(0)
	before, asked := b.requests(), calls.counts()
	cli.Plan(false)
	after := b.requests()
	for method, want := range map[string]int{
		"networkEndpointGroups.aggregatedList": 1, "backendServices.get": 2,
		"spanner.projects.instances.get": 1, "spanner.projects.instanceConfigs.get": 2,
	} {
		if n := after[method] - before[method]; n != want {
			t.Errorf("the plan called %s %d times, want %d", method, n, want)
		}
	}
	now := calls.counts()
	for method, want := range map[string]int{"StreamingRead": 1, "ExecuteStreamingSql": 0, "GetDatabaseDdl": 1} {
		if n := now[method] - asked[method]; n != want {
			t.Errorf("the plan called %s %d times, want %d", method, n, want)
		}
	}
}

// callCounter passes calls on to a gRPC server and counts them.
type callCounter struct {
	address string
	to      *grpc.ClientConn
	mu      sync.Mutex
	made    map[string]int
}

// countCalls serves a counter in front of a gRPC server until the test ends.
func countCalls(t *testing.T, host string) *callCounter {
	t.Helper()
	conn, err := grpc.NewClient(host, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &callCounter{address: listener.Addr().String(), to: conn, made: map[string]int{}}
	server := grpc.NewServer(grpc.UnknownServiceHandler(c.pass), grpc.ForceServerCodec(verbatim{}))
	go server.Serve(listener)
	t.Cleanup(func() {
		server.Stop()
		conn.Close()
	})
	return c
}

// counts are the calls so far, by method.
func (c *callCounter) counts() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.made)
}

// pass passes one call on.
func (c *callCounter) pass(_ any, in grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(in)
	c.mu.Lock()
	c.made[path.Base(method)]++
	c.mu.Unlock()
	given, _ := metadata.FromIncomingContext(in.Context())
	ctx, cancel := context.WithCancel(metadata.NewOutgoingContext(in.Context(), given))
	defer cancel()
	out, err := c.to.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method, grpc.ForceCodec(verbatim{}))
	if err != nil {
		return err
	}
	go func() {
		// The other direction tells how the call ended.
		defer out.CloseSend()
		for {
			var message []byte
			if in.RecvMsg(&message) != nil || out.SendMsg(&message) != nil {
				return
			}
		}
	}()
	for {
		var message []byte
		err := out.RecvMsg(&message)
		if errors.Is(err, io.EOF) {
			in.SetTrailer(out.Trailer())
			return nil
		}
		if err == nil {
			err = in.SendMsg(&message)
		}
		if err != nil {
			in.SetTrailer(out.Trailer())
			return err
		}
	}
}

// verbatim passes messages on as they are.
type verbatim struct{}

// Marshal implements encoding.Codec.
func (verbatim) Marshal(v any) ([]byte, error) {
	message, ok := v.(*[]byte)
	if !ok {
		return nil, fmt.Errorf("%T is no message", v)
	}
	return *message, nil
}

// Unmarshal implements encoding.Codec.
func (verbatim) Unmarshal(data []byte, v any) error {
	message, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("%T is no message", v)
	}
	*message = append([]byte(nil), data...)
	return nil
}

// Name implements encoding.Codec.
func (verbatim) Name() string { return "verbatim" }
