//go:build unix

package localcloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"cloud.google.com/go/spanner/admin/instance/apiv1/instancepb"
	"google.golang.org/grpc"
)

// The test binary plays other programs when it is called by their names, through
// links that role makes: no compiler and no shell is needed, and a fork of one
// test cannot hold a script open that another wants to run.
var roles = map[string]func() error{
	"emulator":        playEmulator,
	"mute-emulator":   playMuteEmulator,
	"silent-emulator": playSilentEmulator,
	"broken-emulator": playBrokenEmulator,
	"docker":          playDocker,
	"parent":          playParent,
}

func TestMain(m *testing.M) {
	if play := roles[filepath.Base(os.Args[0])]; play != nil {
		if err := play(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// role makes a program of that name in a folder of its own.
func role(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// listenAsTold listens where --host_port says and prints it as the emulator does.
func listenAsTold() (net.Listener, error) {
	at := slices.Index(os.Args, "--host_port")
	if at < 0 || at+1 >= len(os.Args) {
		return nil, fmt.Errorf("no --host_port in %q", os.Args)
	}
	l, err := net.Listen("tcp", os.Args[at+1])
	if err != nil {
		return nil, err
	}
	fmt.Fprint(os.Stderr, "emulator_main.cc:39] Cloud Spanner Emulator running.\nemulator_main.cc:40] Server addr")
	fmt.Fprintf(os.Stderr, "ess: %s\n", l.Addr())
	return l, nil
}

type configOnly struct {
	instancepb.UnimplementedInstanceAdminServer
}

func (configOnly) GetInstanceConfig(_ context.Context, r *instancepb.GetInstanceConfigRequest) (*instancepb.InstanceConfig, error) {
	return &instancepb.InstanceConfig{Name: r.GetName()}, nil
}

// playEmulator answers the one call that tells that it is there.
func playEmulator() error {
	l, err := listenAsTold()
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	instancepb.RegisterInstanceAdminServer(server, configOnly{})
	return server.Serve(l)
}

// playMuteEmulator listens, tells when it is asked, and never answers.
func playMuteEmulator() error {
	l, err := listenAsTold()
	if err != nil {
		return err
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		fmt.Fprintln(os.Stderr, "asked")
		go func() { _, _ = io.Copy(io.Discard, conn) }()
	}
}

// playSilentEmulator starts a child of its own, as a wrapper script would, tells
// its process id and where the child listens, and nothing else.
func playSilentEmulator() error {
	out, in, err := os.Pipe()
	if err != nil {
		return err
	}
	child, err := os.StartProcess(os.Args[0], []string{"emulator", "--host_port", "127.0.0.1:0"},
		&os.ProcAttr{Files: []*os.File{nil, nil, in}})
	if err != nil {
		return err
	}
	address := &addressWatch{found: make(chan string, 1)}
	go func() { _, _ = io.Copy(address, out) }()
	fmt.Fprintf(os.Stderr, "pid %d child %s\n", os.Getpid(), <-address.found)
	_, err = child.Wait()
	return err
}

func playBrokenEmulator() error {
	return fmt.Errorf("the emulator is broken: %s", strings.Repeat("x", 3*tailSize))
}

// playDocker notes what it is told beside itself, and runs the emulator for a
// container.
func playDocker() error {
	dir := filepath.Dir(os.Args[0])
	notes, err := os.OpenFile(filepath.Join(dir, "calls"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(notes, strings.Join(os.Args[1:], " ")); err != nil {
		return err
	}
	switch os.Args[1] {
	case "ps":
		left, err := os.ReadFile(filepath.Join(dir, "left"))
		if err == nil {
			_, err = os.Stdout.Write(left)
		}
		if errors.Is(err, os.ErrNotExist) {
			return nil // nothing was left
		}
		return err
	case "run":
		if err := os.Remove(filepath.Join(dir, "busy")); err == nil {
			return errors.New("docker: port is already allocated")
		}
		at := slices.Index(os.Args, "--publish")
		host := strings.TrimSuffix(os.Args[at+1], ":"+containerPort)
		self, err := os.Executable()
		if err != nil {
			return err
		}
		return syscall.Exec(self, []string{"emulator", "--host_port", host}, os.Environ())
	}
	return nil
}

// playParent starts the emulator that the environment names and tells where it
// is, then waits to be killed.
func playParent() error {
	e, err := StartEmulator(context.Background(), EmulatorOptions{})
	if err != nil {
		return err
	}
	fmt.Println(e.Host())
	<-e.Done()
	return e.Err()
}
