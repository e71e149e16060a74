//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// The test binary is the command when it is called by its name, and an emulator
// that never answers when it is called by that one.
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "localcloud":
		main()
		return
	case "hanging-emulator":
		fmt.Println("hanging")
		// The timer keeps the runtime from calling this a deadlock.
		<-time.After(time.Hour)
	}
	os.Exit(m.Run())
}

// program makes the test binary callable by another name.
func program(t *testing.T, name string) string {
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

// exit runs the command to its end and returns its exit status and output.
func exit(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program(t, "localcloud"), args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if failed := new(exec.ExitError); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

func TestCommandFromStartToInterrupt(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			log := filepath.Join(t.TempDir(), "emulator.log")
			cmd := exec.Command(program(t, "localcloud"), "-project", "my-project", "-instance", "books", "-database", "main", "-log", log)
			var errs bytes.Buffer
			cmd.Stderr = &errs
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			env, text := announced(t, out)
			for _, want := range []string{
				"projects/my-project/instances/books/databases/main", "ledger-write, ledger-read, ledger-webhook",
				"ledger-api-us-east1 in us-east1-b, us-east1-c, us-east1-d", log,
			} {
				if !strings.Contains(text, want) {
					t.Errorf("it does not tell of %s:\n%s", want, text)
				}
			}
			if env["GOOGLE_PROJECT"] != "my-project" || env["GOOGLE_OAUTH_ACCESS_TOKEN"] == "" {
				t.Errorf("environment = %v", env)
			}
			useIt(t, env)

			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil || errs.Len() > 0 {
				t.Errorf("it ended with %v and said %q", err, errs.String())
			}
			if _, err := os.Stat(env["SSL_CERT_FILE"]); err == nil {
				t.Errorf("%s was left behind", env["SSL_CERT_FILE"])
			}
			endpoint, err := url.Parse(env["HTTPS_PROXY"])
			if err != nil {
				t.Fatal(err)
			}
			for _, host := range []string{env["SPANNER_EMULATOR_HOST"], endpoint.Host} {
				if conn, err := net.Dial("tcp", host); err == nil {
					t.Errorf("somebody still listens on %s", host)
					if err := conn.Close(); err != nil {
						t.Error(err)
					}
				}
			}
			if raw, err := os.ReadFile(log); err != nil || !bytes.Contains(raw, []byte("Cloud Spanner Emulator")) {
				t.Errorf("log = %q, %v", raw, err)
			}
		})
	}
}

// A second run with the same file goes on where the first was interrupted, or
// killed.
func TestStateOverRuns(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state")
	made := []string{"first", "second", "third"}
	for i, signal := range []os.Signal{os.Interrupt, os.Kill, os.Interrupt} {
		cmd := exec.CommandContext(t.Context(), program(t, "localcloud"), "-state", state)
		cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir()) // a killed run leaves its folder
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		_, text := announced(t, out)
		if restored := strings.Contains(text, "It is as "+state+" kept it"); restored != (i > 0) || !strings.Contains(text, state+" keeps everything but the rows") {
			t.Errorf("run %d says\n%s", i, text)
		}
		_, address, _ := strings.Cut(text, "let things fail: ")
		address, _, _ = strings.Cut(address, "\n")
		networks := address + "compute/v1/projects/proveniq-local/global/networks"
		for _, name := range made[:i] {
			if status := call(t, http.MethodGet, networks+"/"+name, ""); status != http.StatusOK {
				t.Errorf("run %d: GET of network %s = %d", i, name, status)
			}
		}
		if status := call(t, http.MethodPost, networks, `{"name": "`+made[i]+`", "autoCreateSubnetworks": false}`); status != http.StatusOK {
			t.Errorf("run %d: POST of network %s = %d", i, made[i], status)
		}
		if signal == os.Kill {
			appears(t, state, "global/networks/"+made[i])
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); signal == os.Interrupt && (err != nil || errs.Len() > 0) {
			t.Errorf("run %d ended with %v and said %q", i, err, errs.String())
		}
	}
	if err := os.WriteFile(state, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := exit(t, "-state", state)
	if raw, err := os.ReadFile(state); status != 1 || stdout != "" || !strings.Contains(stderr, "is left as it is: it is damaged") || string(raw) != "{" {
		t.Errorf("a damaged file: status %d, stderr %q, and then it holds %q, %v", status, stderr, raw, err)
	}
}

// call sends a request to the Compute API and gives the answer's status.
func call(t *testing.T, verb, address, body string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), verb, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	return response.StatusCode
}

// appears waits until a file holds something.
func appears(t *testing.T, path, what string) {
	t.Helper()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	limit := time.After(30 * time.Second)
	for {
		select {
		case <-ticker.C:
		case <-limit:
			t.Fatalf("%s never held %s", path, what)
		}
		raw, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte(what)) {
			return
		}
	}
}

// announced reads what the command prints until it is ready, as a shell would.
func announced(t *testing.T, out io.Reader) (env map[string]string, text string) {
	t.Helper()
	env = map[string]string{}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		line := lines.Text()
		text += line + "\n"
		if assignment, ok := strings.CutPrefix(line, "export "); ok {
			name, value, _ := strings.Cut(assignment, "=")
			env[name] = value
		} else if line != "" && !strings.HasPrefix(line, "#") {
			t.Errorf("a shell cannot read %q", line)
		}
		if strings.Contains(line, "Ctrl-C") {
			return env, text
		}
	}
	t.Fatalf("it ended after\n%s", text)
	return nil, ""
}

// useIt reads the seeded database and backend services.
func useIt(t *testing.T, env map[string]string) {
	t.Helper()
	client, err := database.NewDatabaseAdminClient(t.Context(),
		option.WithEndpoint("passthrough:///"+env["SPANNER_EMULATOR_HOST"]), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}()
	ddl, err := client.GetDatabaseDdl(t.Context(), &databasepb.GetDatabaseDdlRequest{Database: "projects/my-project/instances/books/databases/main"})
	if err != nil || len(ddl.GetStatements()) != 0 {
		t.Errorf("the database's DDL = %v, %v; want none", ddl, err)
	}
	// As any program does that knows nothing of the cloud on this machine.
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		"https://compute.googleapis.com/compute/v1/projects/my-project/global/backendServices/ledger-write", nil)
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := url.Parse(env["HTTPS_PROXY"])
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	if pem, err := os.ReadFile(env["SSL_CERT_FILE"]); err != nil || !trusted.AppendCertsFromPEM(pem) {
		t.Fatalf("SSL_CERT_FILE holds no certificate: %v", err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: trusted}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("GET of a backend service = %d, %v", response.StatusCode, err)
	}
}

func TestCoverageIsListed(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := exit(t, "-coverage")
	if status != 0 || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	for _, want := range []string{`^Documents from google\.golang\.org/api v\S+, \S+ v\S+\n\n`, `(?m)^API +hooks +by shape +501$`, `(?m)^compute/v1 +\d+ +\d+ +\d+$`, `(?m)^compute\.backendServices\.patch +hook$`, `(?m)^compute\.networks\.insert +shape$`, `(?m)^compute\.instances\.start +501$`} {
		if !regexp.MustCompile(want).MatchString(stdout) {
			t.Errorf("the list lacks %s", want)
		}
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // after the parallel tests below
		if err := taken.Close(); err != nil {
			t.Error(err)
		}
	})
	_, port, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"unknown flag", []string{"-projects", "x"}, 2, "flag provided but not defined: -projects"},
		{"argument", []string{"start"}, 2, `unknown argument "start"`},
		{"bad project", []string{"-project", "My Project"}, 2, `-project "My Project" is not a project id`},
		{"bad port", []string{"-compute-port", "70000"}, 2, "-compute-port 70000 is not a port"},
		{"negative port", []string{"-spanner-port", "-1"}, 2, "-spanner-port -1 is not a port"},
		{"one port for both", []string{"-compute-port", "8080", "-spanner-port", "8080"}, 2, "both 8080"},
		{"one file for both", []string{"-state", "./x", "-log", "x"}, 2, "-state and -log are both x"},
		{"state that cannot be made", []string{"-state", filepath.Join(t.TempDir(), "no", "state")}, 1, "cannot be made"},
		{"port of the Compute API taken", []string{"-compute-port", port}, 1, "port " + port + " of 127.0.0.1 cannot be used"},
		{"port of Spanner taken", []string{"-spanner-port", port}, 1, "port " + port + " of 127.0.0.1 cannot be used"},
		{"log that cannot be written", []string{"-log", filepath.Join(t.TempDir(), "no", "log")}, 1, "the log file cannot be written"},
		{"instance that Spanner refuses", []string{"-instance", "A"}, 1, "create instance projects/proveniq-local/instances/A"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := exit(t, test.args...)
			if status != test.status || !strings.HasPrefix(stderr, "localcloud: ") || !strings.Contains(stderr, test.says) ||
				strings.Count(strings.TrimSpace(stderr), "\n") > 0 || stdout != "" {
				t.Errorf("status %d, stdout %q, stderr %q; want status %d and one line with %q", status, stdout, stderr, test.status, test.says)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := exit(t, "-help")
	if status != 0 || stdout != "" || !strings.HasPrefix(stderr, "Usage: localcloud [flags]") || !strings.Contains(stderr, "-spanner-port") {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}

func TestEmulatorThatIsNotThere(t *testing.T) {
	t.Setenv("PROVENIQ_SPANNER_EMULATOR", "/nowhere/emulator_main")
	status, _, stderr := exit(t)
	if status != 1 || !strings.Contains(stderr, `PROVENIQ_SPANNER_EMULATOR names "/nowhere/emulator_main"`) {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
}

func TestInterruptDuringStart(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log")
	// A named pipe as the log tells when the emulator runs.
	if err := syscall.Mkfifo(log, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program(t, "localcloud"), "-log", log)
	cmd.Env = append(os.Environ(), "PROVENIQ_SPANNER_EMULATOR="+program(t, "hanging-emulator"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pipe, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	if err := pipe.SetDeadline(time.Now().Add(30 * time.Second)); err != nil && !errors.Is(err, os.ErrNoDeadline) {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(pipe).ReadString('\n'); line != "hanging\n" {
		t.Fatalf("the emulator said %q, %v", line, err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if err := pipe.Close(); err != nil {
		t.Error(err)
	}
}
