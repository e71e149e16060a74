package localcloud

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const (
	containerPort  = "9010" // where the image serves gRPC
	containerLabel = "com.proveniq.localcloud"
	pickAttempts   = 3
)

// container is the emulator run by Docker. Killing the client that started it
// leaves it running, so it must be removed by name.
type container struct {
	docker string
	name   string
}

// startContainer runs the emulator in Docker. Docker publishes a port that was
// free a moment ago, so with a picked port a start that fails is tried again
// with another.
func startContainer(ctx context.Context, o EmulatorOptions) (*Emulator, error) {
	removeLeftContainers(ctx, o.Binary.Path)
	var failed error
	for range pickAttempts {
		port := o.Port
		if port == 0 {
			picked, err := pickPort(ctx)
			if err != nil {
				return nil, err
			}
			port = picked
		}
		e, err := runContainer(ctx, o, port)
		if err == nil {
			return e, nil
		}
		failed = err
		if o.Port != 0 || ctx.Err() != nil {
			break
		}
	}
	return nil, failed
}

func runContainer(ctx context.Context, o EmulatorOptions, port int) (*Emulator, error) {
	host := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	c := &container{docker: o.Binary.Path, name: "proveniq-spanner-" + strings.ToLower(rand.Text())}
	last := &tail{}
	cmd := exec.Command(o.Binary.Path, "run", "--rm", "--name", c.name,
		"--label", containerLabel+"="+owner(), "--publish", host+":"+containerPort, o.Binary.Image)
	if o.InjectFaults { // what the image runs by itself, with the flag
		cmd.Args = append(cmd.Args, "./gateway_main", "--hostname", "0.0.0.0", faultFlag)
	}
	cmd.Stdout = io.MultiWriter(last, o.Log)
	cmd.Stderr = cmd.Stdout
	p, err := startProcess(cmd, last)
	if err != nil {
		return nil, fmt.Errorf("the image %s cannot be run by Docker: %w", o.Binary.Image, err)
	}
	return ready(ctx, &Emulator{host: host, process: p, container: c})
}

// remove ends the container and deletes it; one that is gone already is fine.
func (c *container) remove() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	out, err := dockerCommand(ctx, c.docker, "rm", "--force", c.name)
	if err != nil && !strings.Contains(out, "No such container") {
		return fmt.Errorf("the container %s cannot be removed by Docker: %w: %s", c.name, err, strings.TrimSpace(out))
	}
	return nil
}

// removeLeftContainers removes what a killed process of ours on this machine
// left behind. It is a courtesy: a failure must not stop the start.
func removeLeftContainers(ctx context.Context, docker string) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := dockerCommand(ctx, docker, "ps", "--all", "--filter", "label="+containerLabel,
		"--format", `{{.Names}} {{.Label "`+containerLabel+`"}}`)
	if err != nil {
		return
	}
	for line := range strings.Lines(out) {
		name, label, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok && ownerGone(label) {
			_ = (&container{docker: docker, name: name}).remove()
		}
	}
}

// owner is the label that ties a container to this process on this machine.
func owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return host + "/" + strconv.Itoa(os.Getpid())
}

// ownerGone reports whether a label names a process of this machine that has ended.
func ownerGone(label string) bool {
	mine, _, _ := strings.Cut(owner(), "/")
	host, id, ok := strings.Cut(label, "/")
	pid, err := strconv.Atoi(id)
	if !ok || err != nil || host != mine {
		return false
	}
	return !processAlive(pid)
}

func dockerCommand(ctx context.Context, docker string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, docker, args...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// pickPort returns a port that is free now.
func pickPort(ctx context.Context) (int, error) {
	l, err := listen(ctx, 0)
	if err != nil {
		return 0, err
	}
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, errors.Join(fmt.Errorf("unexpected listener address %s", l.Addr()), l.Close())
	}
	return addr.Port, l.Close()
}
