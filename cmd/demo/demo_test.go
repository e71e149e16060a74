package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// asProgram makes the test binary the demo itself, so that a test can send
// signals to it.
const asProgram = "PROVENIQ_DEMO_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestDemo runs the demo as make demo does, and looks at what it shows and at
// what it leaves.
func TestDemo(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	before := fileNames(t, "../../examples/quickstart")
	var out bytes.Buffer
	err := run(t.Context(), nil, settings{core: os.Getenv("TF_ACC_TERRAFORM_PATH"), root: "../..", work: work}, &out)
	t.Log(out.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`\[4/12\] \w+ plan\n +create proveniq_spanner_schema.ledger\n +1  instant    CREATE TABLE LedgerRegions\n`,
		`\d+ statements for the schema, 3 regions to join`,
		`create proveniq_ledger_region.this\["us-east1"\]: ledger-api-us-east1 at 100 % in 3 backend services`,
		`\[6/12\] \w+ plan -detailed-exitcode\n +No changes`,
		`1  instant    ALTER TABLE WebhookEndpoints ALTER COLUMN Description STRING\(1024\)\n`,
		`2  instant    ALTER TABLE WebhookDeliveries ADD COLUMN LastError STRING\(1024\)\n`,
		`3  backfill   CREATE INDEX WebhookDeliveriesByState ON WebhookDeliveries `,
		`\[8/12\] .* plan -var schema_version=3\n +Error: `,
		`\n +asia-southeast1 +DRAINED +0 +asia-southeast1-a asia-southeast1-b asia-southeast1-c\n +europe-west1 +ACTIVE +100 `,
		`The load balancer agrees: 9 of its 27 backends are at capacity 0`,
		`\[10/12\] .*\n +Error: The region is not healthy\n(.*\n)+? +- ledger-read: 0 of 9 endpoints healthy, below 70 %`,
		`Its capacity in ledger-write went 0 % -> 10 % -> 50 % -> 100 %, healthy before each step`,
		`\[11/12\] .* destroy\n +Error: .*last`,
		`The load balancer has no backends, the database no tables`,
		`\nDone in [0-9.]+ s; nothing is left running. Full log: .*demo\.log\n$`,
	} {
		if !regexp.MustCompile(want).MatchString(out.String()) {
			t.Errorf("the output lacks %s", want)
		}
	}
	for number, line := range strings.Split(out.String(), "\n") {
		if len([]rune(line)) > 120 && !strings.Contains(line, work) {
			t.Errorf("line %d is %d characters wide: %s", number+1, len([]rune(line)), line)
		}
	}
	if left := fileNames(t, work); len(left) != 1 || left[0] != "demo.log" {
		t.Errorf("the run left %v, want demo.log alone", left)
	}
	log, err := os.ReadFile(filepath.Join(work, "demo.log"))
	if err != nil || !strings.Contains(string(log), "init -no-color\n") || !strings.Contains(string(log), "Apply complete!") {
		t.Errorf("the log lacks commands or their output: %v", err)
	}
	if after := fileNames(t, "../../examples/quickstart"); len(after) != len(before) {
		t.Errorf("the run changed examples/quickstart: %v, before %v", after, before)
	}
}

func TestCannotStart(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settings settings
		want     string
	}{
		"no such core":     {settings{core: "/nonexistent/terraform", root: "../.."}, "-terraform names"},
		"not a repository": {settings{core: anyProgram(t), root: t.TempDir()}, "not the root of the provider's repository"},
		"not a core":       {settings{core: anyProgram(t), root: "../.."}, "expected 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.settings.work = t.TempDir()
			err := run(t.Context(), nil, test.settings, &bytes.Buffer{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want an error with %q", err, test.want)
			}
		})
	}
}

// anyProgram is a program that is neither Terraform nor OpenTofu, and fails.
func anyProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nexit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func fileNames(t *testing.T, folder string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, strings.TrimPrefix(path, folder+string(filepath.Separator)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
