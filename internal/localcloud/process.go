package localcloud

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"
)

// process is a child program whose end is noticed, wanted or not.
type process struct {
	cmd  *exec.Cmd
	tail *tail
	done chan struct{}

	mu       sync.Mutex
	stopping bool
	err      error
}

// startProcess starts cmd and waits for it in the background. Its output goes
// to where cmd.Stdout and cmd.Stderr already point.
func startProcess(cmd *exec.Cmd, output *tail) (*process, error) {
	ownGroup(cmd)
	// Output pipes held open by a grandchild must not keep Wait waiting.
	cmd.WaitDelay = 2 * time.Second
	p := &process{cmd: cmd, tail: output, done: make(chan struct{})}
	started := make(chan error, 1)
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
		p.ended(cmd.Wait())
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

func (p *process) ended(waitErr error) {
	p.mu.Lock()
	if !p.stopping {
		p.err = fmt.Errorf("it ended by itself (%s)%s", exitWords(waitErr), p.tail.quote())
	}
	p.mu.Unlock()
	close(p.done)
}

func exitWords(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}

// Err tells why the process ended; nil while it runs and after stop.
func (p *process) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// stop kills the process group and waits until the process is gone.
func (p *process) stop() error {
	p.mu.Lock()
	select {
	case <-p.done:
		p.mu.Unlock()
		return nil
	default:
	}
	p.stopping = true
	p.mu.Unlock()
	err := killGroup(p.cmd)
	select {
	case <-p.done:
		return nil
	case <-time.After(10 * time.Second):
		return errors.Join(fmt.Errorf("process %d did not end within 10 seconds of being killed", p.cmd.Process.Pid), err)
	}
}

// tail keeps the last output of a program for error messages.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 2000 // bytes: enough for an abort message, short enough to print

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if over := len(t.text) - tailSize; over > 0 {
		t.text = append([]byte(nil), t.text[over:]...)
	}
	return len(b), nil
}

// quote returns the kept output as the end of a sentence, or nothing.
func (t *tail) quote() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.TrimSpace(string(t.text))
	if text == "" {
		return ""
	}
	return "; its last output was:\n" + text
}
