package main

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the child into a process group of its own, so that Ctrl-C in
// the terminal reaches only us and we stop the child in order. When we die,
// even by SIGKILL, the child is asked to end, and ends what it started.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
}
