//go:build !unix

package main

import "os/exec"

// ownGroup does nothing where there are no process groups.
func ownGroup(*exec.Cmd) {}

// interrupt kills the child: it cannot be asked to end here.
func interrupt(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// killGroup kills the child.
func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
