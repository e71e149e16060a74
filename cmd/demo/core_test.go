package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFindCore(t *testing.T) {
	t.Parallel()
	on := func(names ...string) func(string) (string, error) {
		return func(name string) (string, error) {
			for _, there := range names {
				if there == name {
					return "/bin/" + name, nil
				}
			}
			return "", errors.New("not found")
		}
	}
	for name, test := range map[string]struct {
		named   string
		look    func(string) (string, error)
		want    string
		problem string
	}{
		"both":            {"", on("tofu", "terraform"), "/bin/terraform", ""},
		"OpenTofu alone":  {"", on("tofu"), "/bin/tofu", ""},
		"neither":         {"", on(), "", "make demo"},
		"named":           {"tofu", on("tofu", "terraform"), "/bin/tofu", ""},
		"named, not here": {"tofu", on("terraform"), "", `-terraform names "tofu"`},
	} {
		got, err := findCore(test.named, test.look)
		if got != test.want || (err == nil) != (test.problem == "") || err != nil && !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%s: %q, %v, want %q, error with %q", name, got, err, test.want, test.problem)
		}
	}
}

func TestTooOld(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{"1.8.5": true, "1.9.0": false, "1.11.4": false, "1.10.0-beta1": false, "2.0.0": false, "dev": false} {
		if got := tooOld(version); got != want {
			t.Errorf("%s: %t", version, got)
		}
	}
}

func TestBaseEnvironment(t *testing.T) {
	t.Parallel()
	got := baseEnvironment([]string{
		"HOME=/home/a", "PATH=/bin", "TF_CLI_CONFIG_FILE=/nowhere", "TF_VAR_project=mine", "GOOGLE_CREDENTIALS={}",
		"SPANNER_EMULATOR_HOST=localhost:9010", "CLOUDSDK_CORE_PROJECT=mine", "GCLOUD_PROJECT=mine", "USER_PROJECT_OVERRIDE=true", "GOPATH=/go",
	})
	if diff := cmp.Diff([]string{"HOME=/home/a", "PATH=/bin", "GOPATH=/go"}, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

// TestMirror lays out for a host that is not Terraform's own, in a folder whose
// name Terraform's language would interpolate.
func TestMirror(t *testing.T) {
	t.Parallel()
	s := space{dir: filepath.Join(t.TempDir(), `odd "${name}"`)}
	provider := anyProgram(t)
	configuration, err := s.mirror(provider, "registry.example.org/proveniq/proveniq", "plan9_mips")
	if err != nil {
		t.Fatal(err)
	}
	linked := filepath.Join(s.dir, "mirror", "registry.example.org", "proveniq", "proveniq", providerVersion, "plan9_mips", "terraform-provider-proveniq_v"+providerVersion)
	if there, err := os.Readlink(linked); err != nil || there != provider {
		t.Errorf("the mirror has %q, %v, want a link to %s", there, err, provider)
	}
	text, err := os.ReadFile(configuration)
	if err != nil {
		t.Fatal(err)
	}
	if want := `odd \"$${name}\"/mirror"`; !strings.Contains(string(text), want) || strings.Contains(string(text), "direct") {
		t.Errorf("the configuration must name the mirror alone, with %s:\n%s", want, text)
	}
}

func TestSpace(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	old, fresh := filepath.Join(work, "run-old"), filepath.Join(work, "run-fresh")
	for _, folder := range []string{old, fresh} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-2 * leftoverAge)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	s, err := newSpace("../..", work)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.copyQuickstart(); err != nil {
		t.Fatal(err)
	}
	for _, name := range fileNames(t, s.quickstart()) {
		if extension := filepath.Ext(name); extension != ".tf" && extension != ".sql" {
			t.Errorf("%s was copied into the run", name)
		}
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(work)
	if err != nil || len(left) != 2 || left[0].Name() != "demo.log" || left[1].Name() != "run-fresh" {
		t.Errorf("left are %v, want the log and the folder of the run that may still go on", left)
	}
}
