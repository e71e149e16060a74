package localcloud

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestEmulatorDiesWithItsParent kills a parent so that it can clean up nothing.
func TestEmulatorDiesWithItsParent(t *testing.T) {
	t.Parallel()
	binary := role(t, "emulator")
	if found, err := FindEmulator(); err != nil {
		t.Fatal(err)
	} else if found.Image == "" {
		binary = found.Path // the real one; a container outlives its client
	}
	parent := exec.Command(role(t, "parent"))
	parent.Env = append(os.Environ(), EmulatorVariable+"="+binary, "TMPDIR="+t.TempDir()) // a killed parent leaves its folder
	parent.Stderr = os.Stderr
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the parent did not say where its emulator is: %v", err)
	}
	host := strings.TrimSpace(line)
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, conn)
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := parent.Wait(); err == nil {
		t.Error("the parent ended well though it was killed")
	}
	refuses(t, host)
}
