package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestInterrupted interrupts the demo while Terraform applies: it says so, and
// no process and no file of it is left. The kernel tells by the environment
// which processes come from it.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	provider := filepath.Join(t.TempDir(), providerProgram)
	build := exec.CommandContext(t.Context(), "go", "build", "-o", provider, "../..")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for name, signals := range map[string][]os.Signal{
		"by Ctrl-C":              {os.Interrupt},
		"by a request to end":    {syscall.SIGTERM},
		"twice, the second hard": {os.Interrupt, os.Interrupt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work := t.TempDir()
			mark := fmt.Sprintf("PROVENIQ_DEMO_MARK=%s", work)
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-root", "../..", "-work", work,
				"-provider", provider, "-terraform", os.Getenv("TF_ACC_TERRAFORM_PATH"))
			cmd.Env = append(os.Environ(), asProgram+"=1", mark)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(stdout)
			applying := false
			for lines.Scan() {
				// The schema is applied; the regions are now waiting for health.
				if strings.Contains(lines.Text(), "proveniq_spanner_schema.ledger: Creation complete") {
					applying = true
					if running := marked(t, mark); len(running) < 4 {
						t.Errorf("%d processes run during apply, want the demo, Terraform, the provider and the emulator: %v", len(running), running)
					}
					for _, one := range signals {
						if err := cmd.Process.Signal(one); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			begun := time.Now()
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != exitInterrupted {
				t.Errorf("%v, want exit code %d", err, exitInterrupted)
			}
			if !applying {
				t.Fatal("the demo ended before it applied anything")
			}
			if took := time.Since(begun); took > interruptGrace {
				t.Errorf("the end took %s", took)
			}
			if want := "demo: interrupted; everything it started is stopped.\n"; stderr.String() != want {
				t.Errorf("stderr is %q, want %q", stderr.String(), want)
			}
			wantNoneMarked(t, mark)
			if left := fileNames(t, work); len(left) != 1 || left[0] != "demo.log" {
				t.Errorf("left on disk: %v, want demo.log alone", left)
			}
		})
	}
}

// wantNoneMarked gives what was just killed a moment to be gone.
func wantNoneMarked(t *testing.T, mark string) {
	t.Helper()
	look, end := time.NewTicker(20*time.Millisecond), time.NewTimer(5*time.Second)
	defer look.Stop()
	defer end.Stop()
	for {
		running := marked(t, mark)
		if len(running) == 0 {
			return
		}
		select {
		case <-look.C:
		case <-end.C:
			t.Errorf("left running: %v", running)
			return
		}
	}
}

// marked are the command lines of all processes whose environment holds mark.
func marked(t *testing.T, mark string) []string {
	t.Helper()
	environments, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	var running []string
	for _, path := range environments {
		// A process may end while we look.
		environment, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(environment, []byte(mark+"\x00")) {
			continue
		}
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		running = append(running, strings.ReplaceAll(string(line), "\x00", " "))
	}
	return running
}
