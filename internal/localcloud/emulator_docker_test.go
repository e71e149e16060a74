//go:build unix

package localcloud

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// dockerCalls reads what the stand-in for Docker was told.
func dockerCalls(t *testing.T, docker string) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(filepath.Dir(docker), "calls"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(raw)), "\n")
}

func beside(t *testing.T, docker, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(filepath.Dir(docker), name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEmulatorInDocker(t *testing.T) {
	t.Parallel()
	docker := role(t, "docker")
	if !dockerEngineAnswers(docker) {
		t.Error("an engine that answers is not seen")
	}
	host, _, _ := strings.Cut(owner(), "/")
	// Only what a dead process of this machine left is removed. No process has
	// the largest id that a system can give.
	beside(t, docker, "left", strings.Join([]string{
		"left-by-dead " + host + "/4194305", "left-by-me " + owner(), "left-elsewhere " + host + "x/4194305", "left-nameless",
	}, "\n")+"\n")
	beside(t, docker, "busy", "") // the first port is taken by somebody else

	e := start(t, EmulatorOptions{Binary: Binary{Path: docker, Image: "image:tag"}})
	if err := e.Stop(); err != nil {
		t.Errorf("Stop: %v", err)
	}
	refuses(t, e.Host())

	run := `run --rm --name (proveniq-spanner-[a-z0-9]{26}) --label com\.proveniq\.localcloud=` + regexp.QuoteMeta(owner()) + ` --publish (127\.0\.0\.1:\d+):9010 image:tag`
	want := []string{
		`version --format \{\{\.Server\.Version\}\}`,
		`ps --all --filter label=com\.proveniq\.localcloud --format .*`,
		`rm --force left-by-dead`,
		run, `rm --force proveniq-spanner-[a-z0-9]{26}`,
		run, `rm --force proveniq-spanner-[a-z0-9]{26}`,
	}
	calls := dockerCalls(t, docker)
	if len(calls) != len(want) {
		t.Fatalf("Docker was told\n%s\nwant %d calls", strings.Join(calls, "\n"), len(want))
	}
	for i := range want {
		if !regexp.MustCompile("^" + want[i] + "$").MatchString(calls[i]) {
			t.Errorf("call %d = %q, want %s", i, calls[i], want[i])
		}
	}
	first, second := regexp.MustCompile(run).FindStringSubmatch(calls[3]), regexp.MustCompile(run).FindStringSubmatch(calls[5])
	if first[1] == second[1] || first[2] == second[2] || second[2] != e.Host() {
		t.Errorf("containers %q and %q, emulator at %s", first, second, e.Host())
	}
	if !strings.HasSuffix(calls[6], second[1]) {
		t.Errorf("%q does not remove %s", calls[6], second[1])
	}
}

func TestEmulatorInDockerOnAskedPort(t *testing.T) {
	t.Parallel()
	docker := role(t, "docker")
	beside(t, docker, "busy", "")
	port, err := pickPort(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = StartEmulator(t.Context(), EmulatorOptions{Binary: Binary{Path: docker, Image: "image:tag"}, Port: port})
	if err == nil || !strings.Contains(err.Error(), "port is already allocated") {
		t.Errorf("error = %v, want Docker's", err)
	}
	runs := 0
	for _, call := range dockerCalls(t, docker) {
		if strings.HasPrefix(call, "run ") {
			runs++
		}
	}
	if runs != 1 {
		t.Errorf("%d runs, want 1: a port that was asked for is not exchanged", runs)
	}
}

func TestNoDockerEngine(t *testing.T) {
	t.Parallel()
	if dockerEngineAnswers(role(t, "broken-emulator")) {
		t.Error("a client without engine is taken for one with")
	}
}
