//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestSuperviseStops ends commands that heed an interrupt and such that do not.
func TestSuperviseStops(t *testing.T) {
	t.Parallel()
	now := make(chan struct{})
	close(now)
	for name, test := range map[string]struct {
		script string
		hurry  <-chan struct{}
		want   string
	}{
		"it ends in order":                    {`trap 'echo tidy; exit 7' INT; echo ready; while :; do sleep 0.05; done`, nil, "exit status 7"},
		"it ignores the interrupt, we hurry":  {`trap '' INT; echo ready; while :; do sleep 0.05; done`, now, "signal: killed"},
		"its child ignores it and holds pipe": {`(trap '' INT; sleep 600) & trap 'exit 7' INT; echo ready; while :; do sleep 0.05; done`, nil, "exit status 7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			cmd := exec.Command("/bin/sh", "-c", test.script)
			alive, held, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer alive.Close()
			cmd.ExtraFiles = []*os.File{held}
			reader, writer := io.Pipe()
			cmd.Stdout = writer
			go func() {
				for lines := bufio.NewScanner(reader); lines.Scan(); {
					if lines.Text() == "ready" {
						cancel()
					}
				}
			}()
			begun := time.Now()
			err = supervise(ctx, test.hurry, cmd)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
			if took := time.Since(begun); took > interruptGrace {
				t.Errorf("the end took %s", took)
			}
			// Every process of the group holds the pipe's other end: it closes when
			// none is left.
			if err := errors.Join(held.Close(), alive.SetReadDeadline(time.Now().Add(10*time.Second))); err != nil {
				t.Fatal(err)
			}
			if _, err := alive.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
				t.Errorf("something of the group is left running: %v", err)
			}
		})
	}
}
