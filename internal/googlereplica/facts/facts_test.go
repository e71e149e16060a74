package facts

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFileIsWhatProvenanceSays(t *testing.T) {
	text, err := os.ReadFile("provenance.json")
	if err != nil {
		t.Fatal(err)
	}
	var from struct {
		Version     string `json:"version"`
		Resources   int    `json:"resource_types"`
		DataSources int    `json:"data_sources"`
		Output      struct {
			SHA256 string `json:"sha256"`
		} `json:"output"`
		Inputs map[string]struct {
			SHA256 string `json:"sha256"`
		} `json:"inputs"`
	}
	if err := json.Unmarshal(text, &from); err != nil {
		t.Fatal(err)
	}
	provider, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(embedded)
	if have := hex.EncodeToString(sum[:]); from.Output.SHA256 != have {
		t.Errorf("google.json was edited by hand: its checksum is %s, provenance.json says %s", have, from.Output.SHA256)
	}
	if from.Version != provider.Version || from.Resources != len(provider.Resources) || from.DataSources != len(provider.DataSources) {
		t.Errorf("provenance.json says %+v", from)
	}
	if len(from.Inputs["schema"].SHA256) != 64 || len(from.Inputs["constraints"].SHA256) != 64 {
		t.Errorf("provenance.json names no inputs: %+v", from.Inputs)
	}
}

// The file holds facts that can be checked, and no descriptions.
func TestFileHasFactsOnly(t *testing.T) {
	decoder := json.NewDecoder(bytes.NewReader(embedded))
	decoder.DisallowUnknownFields()
	var file File
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	if err := file.Write(&written); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written.Bytes(), embedded) {
		t.Error("the file is not written as Write does")
	}
	if len(embedded) > 800_000 {
		t.Errorf("the file has grown to %d bytes", len(embedded))
	}
}

func TestFileHasTheTypesOfTheList(t *testing.T) {
	list, err := os.ReadFile("types.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(string(list)) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
			want = append(want, line)
		}
	}
	provider, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for name := range provider.Resources {
		have = append(have, name)
	}
	for name := range provider.DataSources {
		have = append(have, "data "+name)
	}
	slices.Sort(want)
	slices.Sort(have)
	if difference := cmp.Diff(want, have); difference != "" {
		t.Errorf("types.txt and google.json differ; run internal/tools/googlefacts:\n%s", difference)
	}
}

var used = regexp.MustCompile(`(?m)^\s*(resource|data|mock_resource|mock_data)\s+"(google_[a-z0-9_]+)"`)

// A module that uses a type that the file lacks cannot be tested: it fails
// here, by name.
func TestFileHasWhatTheModulesUse(t *testing.T) {
	provider, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"modules", "examples", "internal/acctest"} {
		for name, text := range configurations(t, filepath.Join("..", "..", "..", folder)) {
			for _, missing := range lacking(provider, text) {
				t.Errorf("%s uses %s: add it to types.txt and run internal/tools/googlefacts", name, missing)
			}
		}
	}
}

func TestLackingTypesAreFound(t *testing.T) {
	provider, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	const config = `
resource "google_compute_network" "a" {}
  resource "google_no_such_thing" "b" {}
data "google_project" "c" {}
data "google_compute_url_map" "d" {}
`
	if difference := cmp.Diff([]string{"google_no_such_thing", "data google_compute_url_map"}, lacking(provider, config)); difference != "" {
		t.Error(difference)
	}
}

func lacking(provider *Provider, config string) []string {
	var missing []string
	for _, match := range used.FindAllStringSubmatch(config, -1) {
		kind, name := match[1], match[2]
		if strings.HasSuffix(kind, "data") && provider.DataSources[name] == nil {
			missing = append(missing, "data "+name)
		}
		if strings.HasSuffix(kind, "resource") && provider.Resources[name] == nil {
			missing = append(missing, name)
		}
	}
	return missing
}

func configurations(t *testing.T, folder string) map[string]string {
	t.Helper()
	found, below := map[string]string{}, os.DirFS(folder)
	err := fs.WalkDir(below, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == ".terraform" {
			return fs.SkipDir
		}
		if !entry.IsDir() && (strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".tftest.hcl")) {
			text, err := fs.ReadFile(below, path)
			if err != nil {
				return err
			}
			found[filepath.Join(folder, path)] = string(text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestBrokenFilesAreRefused(t *testing.T) {
	for name, schema := range map[string]map[string]Fact{
		"no block":  {"a.b": {Type: json.RawMessage(`"string"`)}},
		"no type":   {"a": {Type: json.RawMessage(`"strnig"`)}},
		"no kind":   {"a": {Type: json.RawMessage(`["bag","string"]`)}},
		"no parts":  {"a": {Type: json.RawMessage(`["list"]`)}},
		"no object": {"a": {Type: json.RawMessage(`["object","string"]`)}},
		"default":   {"a": {Type: json.RawMessage(`"bool"`), Default: json.RawMessage(`[]`)}},
	} {
		file := File{Resources: map[string]Schema{"x": {Facts: schema}}}
		if _, err := file.Provide(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
