//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// interrupt asks the child, and only it, to end in order.
func interrupt(cmd *exec.Cmd) { _ = cmd.Process.Signal(syscall.SIGINT) }

// killGroup kills the child and everything that it started and left running.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
