package localcloud

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/spanner/admin/instance/apiv1/instancepb"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
)

// EmulatorOptions say how to start the Spanner emulator. The zero value finds
// the emulator and picks a free port.
type EmulatorOptions struct {
	// Binary is the emulator to run; the zero value asks FindEmulator.
	Binary Binary
	// Port of 127.0.0.1 to serve gRPC on; 0 picks a free one.
	Port int
	// Log receives the emulator's output; nil discards it.
	Log io.Writer
	// InjectFaults makes the emulator abort some transactions at their commit, as
	// Spanner does under load, so that it shows who does not try again.
	InjectFaults bool
	// ReadyTimeout bounds the wait for the first answer. 0 means 30 seconds, and
	// 5 minutes with Docker, which may have to fetch the image first.
	ReadyTimeout time.Duration
}

// Emulator is a running Spanner emulator. Its data lives in its memory and is
// gone when it stops.
type Emulator struct {
	host      string
	process   *process
	conn      *grpc.ClientConn
	container *container // nil for a program on this machine
	stopOnce  sync.Once
	stopErr   error
}

// StartEmulator starts the Spanner emulator on 127.0.0.1 and returns when it
// answers. The context bounds the start only; the emulator lives until Stop,
// or until this process dies (on Linux even by SIGKILL).
func StartEmulator(ctx context.Context, o EmulatorOptions) (*Emulator, error) {
	if o.Binary == (Binary{}) {
		found, err := FindEmulator()
		if err != nil {
			return nil, err
		}
		o.Binary = found
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	// The emulator itself does not notice a taken port: it listens with
	// SO_REUSEPORT, and two emulators on one port then share its connections.
	if o.Port != 0 {
		if err := portFree(ctx, o.Port); err != nil {
			return nil, err
		}
	}
	if o.ReadyTimeout == 0 {
		o.ReadyTimeout = 30 * time.Second
		if o.Binary.Image != "" {
			o.ReadyTimeout = 5 * time.Minute
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.ReadyTimeout,
		fmt.Errorf("not ready within %s: %w", o.ReadyTimeout, context.DeadlineExceeded))
	defer cancel()
	if o.Binary.Image != "" {
		return startContainer(ctx, o)
	}
	return startProgram(ctx, o)
}

// faultFlag is a flag of the emulator, and of the gateway in its image.
const faultFlag = "--enable_fault_injection"

func startProgram(ctx context.Context, o EmulatorOptions) (*Emulator, error) {
	last := &tail{}
	address := &addressWatch{found: make(chan string, 1)}
	cmd := exec.Command(o.Binary.Path, "--host_port", net.JoinHostPort("127.0.0.1", strconv.Itoa(o.Port)))
	if o.InjectFaults {
		cmd.Args = append(cmd.Args, faultFlag)
	}
	cmd.Stdout = io.MultiWriter(last, o.Log)
	cmd.Stderr = io.MultiWriter(address, last, o.Log)
	p, err := startProcess(cmd, last)
	if err != nil {
		return nil, fmt.Errorf("the Spanner emulator %s cannot be started: %w", o.Binary.Path, err)
	}
	// With port 0 the kernel picks a port that nobody has, and the emulator says
	// which: choosing one beforehand would leave time for another program to take it.
	select {
	case host := <-address.found:
		return ready(ctx, &Emulator{host: host, process: p})
	case <-p.done:
		return nil, fmt.Errorf("the Spanner emulator %s did not start: %w", o.Binary.Path, p.Err())
	case <-ctx.Done():
		return nil, errors.Join(fmt.Errorf("the Spanner emulator %s did not say where it listens: %w%s",
			o.Binary.Path, context.Cause(ctx), last.quote()), p.stop())
	}
}

// ready waits until the emulator answers a call, and stops it when it does not.
func ready(ctx context.Context, e *Emulator) (*Emulator, error) {
	err := e.connect(ctx)
	if err == nil {
		return e, nil
	}
	if died := e.Err(); died != nil {
		err = died
	}
	return nil, errors.Join(fmt.Errorf("the Spanner emulator on %s does not answer: %w", e.host, err), e.Stop())
}

func (e *Emulator) connect(ctx context.Context) error {
	conn, err := grpc.NewClient("passthrough:///"+e.host,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithNoProxy(),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 20 * time.Millisecond, Multiplier: 1.5, MaxDelay: time.Second},
			MinConnectTimeout: time.Second,
		}),
	)
	if err != nil {
		return err
	}
	e.conn = conn
	// A program that ends while it is asked will not answer any more.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-e.Done():
			cancel()
		case <-ctx.Done():
		}
	}()
	pause := gax.Backoff{Initial: 10 * time.Millisecond, Max: time.Second, Multiplier: 1.5}
	for {
		err := e.ask(ctx)
		if err == nil {
			return nil
		}
		if gax.Sleep(ctx, pause.Pause()) != nil {
			return fmt.Errorf("%w; last answer: %w", context.Cause(ctx), err)
		}
	}
}

// ask makes one short call through the bare stub, which does not retry by
// itself as the client library does.
func (e *Emulator) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := instancepb.NewInstanceAdminClient(e.conn).GetInstanceConfig(ctx, &instancepb.GetInstanceConfigRequest{
		Name: "projects/localcloud/instanceConfigs/" + emulatorConfig,
	})
	return err
}

// Host is the address for SPANNER_EMULATOR_HOST, "127.0.0.1:port".
func (e *Emulator) Host() string { return e.host }

// ClientOptions connect a Google Cloud client to the emulator without any
// environment variable.
func (e *Emulator) ClientOptions() []option.ClientOption {
	return []option.ClientOption{
		option.WithEndpoint("passthrough:///" + e.host),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
		option.WithGRPCDialOption(grpc.WithNoProxy()),
		option.WithoutAuthentication(),
	}
}

// Done is closed when the emulator has ended, by Stop or by itself.
func (e *Emulator) Done() <-chan struct{} { return e.process.done }

// Err tells why the emulator ended by itself; nil while it runs and after Stop.
func (e *Emulator) Err() error {
	if err := e.process.Err(); err != nil {
		return fmt.Errorf("the Spanner emulator is gone: %w", err)
	}
	return nil
}

// Stop ends the emulator and returns when its process is gone. It may be called
// many times.
func (e *Emulator) Stop() error {
	e.stopOnce.Do(func() {
		var errs []error
		if e.conn != nil {
			errs = append(errs, e.conn.Close())
		}
		if e.container != nil {
			errs = append(errs, e.container.remove())
		}
		errs = append(errs, e.process.stop())
		e.stopErr = errors.Join(errs...)
	})
	return e.stopErr
}

// portFree tells in one sentence when a port that was asked for is taken.
func portFree(ctx context.Context, port int) error {
	l, err := listen(ctx, port)
	if err != nil {
		return err
	}
	return l.Close()
}

// listen listens on a port of 127.0.0.1; 0 picks one.
func listen(ctx context.Context, port int) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	switch {
	case err == nil:
		return l, nil
	case port == 0:
		return nil, fmt.Errorf("no free port on 127.0.0.1: %w", reason(err))
	}
	return nil, fmt.Errorf("port %d of 127.0.0.1 cannot be used (%w): free it, or choose another", port, reason(err))
}

// reason drops the address that net repeats in front of its errors.
func reason(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// addressWatch reads the emulator's output for the line that tells its address.
type addressWatch struct {
	found chan string
	line  []byte
	done  bool
}

const addressMark = "Server address: "

func (w *addressWatch) Write(b []byte) (int, error) {
	n := len(b)
	for !w.done && len(b) > 0 {
		part, rest, full := bytes.Cut(b, []byte("\n"))
		w.line = append(w.line, part...)
		if !full {
			break
		}
		if _, host, ok := strings.Cut(string(w.line), addressMark); ok {
			w.found <- strings.TrimSpace(host)
			w.done = true
		}
		w.line, b = w.line[:0], rest
	}
	return n, nil
}
