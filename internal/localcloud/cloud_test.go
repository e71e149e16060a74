//go:build unix

package localcloud

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCloud(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c, err := Start(t.Context(), Options{Project: "my-project", Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, c)
	if err := c.SeedLedger(t.Context(), DefaultLedger("my-project")); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"SPANNER_EMULATOR_HOST=" + c.Emulator().Host(),
		"GOOGLE_COMPUTE_CUSTOM_ENDPOINT=" + c.ComputeEndpoint(),
		"GOOGLE_OAUTH_ACCESS_TOKEN=localcloud",
		"GOOGLE_PROJECT=my-project",
	}
	if diff := cmp.Diff(want, c.Environment()); diff != "" {
		t.Errorf("Environment (-want +got):\n%s", diff)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.ComputeEndpoint()+"projects/my-project/global/backendServices/ledger-read", nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, response.Body)
	if response.StatusCode != http.StatusOK || len(c.API().Requests()) != 1 {
		t.Errorf("GET = %d, %d requests in the log", response.StatusCode, len(c.API().Requests()))
	}
	if err := c.SeedLedger(t.Context(), DefaultLedger("my-project")); err == nil {
		t.Error("a second seed of the same database is no error")
	}

	for range 2 {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	<-c.Done()
	if err := c.Err(); err != nil {
		t.Errorf("Err after Close = %v", err)
	}
	refuses(t, c.Emulator().Host())
	refuses(t, strings.TrimSuffix(strings.TrimPrefix(c.ComputeEndpoint(), "http://"), "/compute/v1/"))
	if log.Len() == 0 {
		t.Error("the log is empty")
	}
}

func TestCloudOnTakenPorts(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, taken)
	_, text, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	free, err := pickPort(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{
		"compute": {ComputePort: port},
		"spanner": {ComputePort: free, SpannerPort: port},
	} {
		o.Emulator = Binary{Path: role(t, "emulator")}
		if c, err := Start(t.Context(), o); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("port %d of 127.0.0.1 cannot be used", port)) {
			t.Errorf("%s port taken: %v", name, err)
			if c != nil {
				closed(t, c)
			}
		}
	}
	refuses(t, fmt.Sprintf("127.0.0.1:%d", free))
}

func TestCloudTellsWhenTheEmulatorEnds(t *testing.T) {
	t.Parallel()
	c, err := Start(t.Context(), Options{Emulator: Binary{Path: role(t, "emulator")}})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, c)
	if err := killGroup(c.emulator.process.cmd); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	if err := c.Err(); err == nil || !strings.Contains(err.Error(), "ended by itself") {
		t.Errorf("Err = %v", err)
	}
	if env := strings.Join(c.Environment(), " "); strings.Contains(env, "GOOGLE_PROJECT") {
		t.Errorf("Environment without a project = %s", env)
	}
}

// Not parallel: it moves the folder for temporary files.
func TestCloudWhoseProxyCannotStartLeavesNoFolder(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, taken)
	c, err := Start(t.Context(), Options{Proxy: true, ProxyPort: taken.Addr().(*net.TCPAddr).Port})
	if err == nil {
		closed(t, c)
		t.Fatal("two listen on one port")
	}
	left, err := filepath.Glob(filepath.Join(folder, "localcloud-*", "*.pem"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
