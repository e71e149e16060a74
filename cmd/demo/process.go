package main

import (
	"os/exec"
	"runtime"
)

// start starts a command in a process group of its own; its end is told on the
// channel.
func start(cmd *exec.Cmd) (<-chan error, error) {
	ownGroup(cmd)
	started, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		// The kernel ties the child's life to the thread that started it, not to
		// the process: this goroutine keeps that thread until the child has ended.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		ended <- cmd.Wait()
	}()
	return ended, <-started
}
