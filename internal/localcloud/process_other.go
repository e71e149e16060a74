//go:build !unix

package localcloud

import "os/exec"

// ownGroup does nothing where there are no process groups.
func ownGroup(*exec.Cmd) {}

// killGroup kills the child.
func killGroup(cmd *exec.Cmd) error {
	return cmd.Process.Kill()
}

// processAlive cannot be asked cheaply here and so never calls a process dead.
func processAlive(int) bool { return true }
