package localcloud

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// EmulatorVariable names the environment variable that holds the path of
// emulator_main and goes before every other place.
const EmulatorVariable = "PROVENIQ_SPANNER_EMULATOR"

const (
	emulatorProgram = "emulator_main"
	emulatorFolder  = "cloud_spanner_emulator"
	emulatorImage   = "gcr.io/cloud-spanner-emulator/emulator"
)

// ErrEmulatorNotFound is wrapped by FindEmulator's error when no place holds
// the Spanner emulator.
var ErrEmulatorNotFound = errors.New("the Cloud Spanner emulator was not found on this machine")

// Binary says how to run the Spanner emulator.
type Binary struct {
	// Path is emulator_main or, when Image is set, the Docker client.
	Path string
	// Image is the container image to run; empty for a program on this machine.
	Image string
	// Source says in words where it was found.
	Source string
}

// FindEmulator looks for the Spanner emulator in this order: the file that
// PROVENIQ_SPANNER_EMULATOR names, PATH, the Google Cloud SDK, and Docker if an
// engine answers within five seconds. The error wraps ErrEmulatorNotFound and
// says how to get the emulator.
func FindEmulator() (Binary, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	return finder{
		getenv:       os.Getenv,
		lookPath:     exec.LookPath,
		sdkFolders:   usualSDKFolders(home),
		engineAnswer: dockerEngineAnswers,
	}.find()
}

// finder holds what the search reads from the machine.
type finder struct {
	getenv       func(string) string
	lookPath     func(string) (string, error)
	sdkFolders   []string
	engineAnswer func(docker string) bool
}

func (f finder) find() (Binary, error) {
	if path := f.getenv(EmulatorVariable); path != "" {
		if !isProgram(path) {
			return Binary{}, fmt.Errorf("%s names %q, which is not a program that can be run: set it to the path of %s or unset it",
				EmulatorVariable, path, emulatorProgram)
		}
		return Binary{Path: path, Source: "environment variable " + EmulatorVariable}, nil
	}
	for _, dir := range filepath.SplitList(f.getenv("PATH")) {
		// A relative entry would make the choice depend on the folder the command runs in.
		if !filepath.IsAbs(dir) {
			continue
		}
		for _, path := range []string{
			filepath.Join(dir, emulatorProgram),
			filepath.Join(dir, emulatorFolder, emulatorProgram),
		} {
			if isProgram(path) {
				return Binary{Path: path, Source: "PATH"}, nil
			}
		}
	}
	for _, root := range f.sdkRoots() {
		path := filepath.Join(root, "bin", emulatorFolder, emulatorProgram)
		if isProgram(path) {
			return Binary{Path: path, Source: "Google Cloud SDK"}, nil
		}
	}
	if docker, err := f.lookPath("docker"); err == nil && f.engineAnswer(docker) {
		return Binary{Path: docker, Image: emulatorImage, Source: "Docker"}, nil
	}
	return Binary{}, fmt.Errorf("%w: install it with `gcloud components install cloud-spanner-emulator`, "+
		"or the Debian package google-cloud-cli-spanner-emulator, or start Docker; "+
		"or set %s to the path of %s", ErrEmulatorNotFound, EmulatorVariable, emulatorProgram)
}

// sdkRoots lists the folders that may hold the Google Cloud SDK, the ones the
// user chose before the usual ones.
func (f finder) sdkRoots() []string {
	var roots []string
	for _, name := range []string{"CLOUDSDK_ROOT", "CLOUDSDK_ROOT_DIR"} {
		if root := f.getenv(name); root != "" {
			roots = append(roots, root)
		}
	}
	if gcloud, err := f.lookPath("gcloud"); err == nil {
		if target, err := filepath.EvalSymlinks(gcloud); err == nil {
			roots = append(roots, filepath.Dir(filepath.Dir(target)))
		}
	}
	return append(roots, f.sdkFolders...)
}

func usualSDKFolders(home string) []string {
	folders := []string{
		"/usr/lib/google-cloud-sdk",
		"/usr/share/google-cloud-sdk",
		"/usr/local/google-cloud-sdk",
		"/usr/local/share/google-cloud-sdk",
		"/opt/google-cloud-sdk",
		"/opt/homebrew/share/google-cloud-sdk",
		"/snap/google-cloud-cli/current",
		"/snap/google-cloud-sdk/current",
	}
	if home != "" {
		folders = append([]string{filepath.Join(home, "google-cloud-sdk")}, folders...)
	}
	return folders
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	// Windows has no execute bits: there the name decides, which exec checks.
	return info.Mode().Perm()&0o111 != 0 || strings.EqualFold(filepath.Ext(path), ".exe")
}

// dockerEngineAnswers reports whether the client reaches an engine: the client
// alone is often installed where no engine runs.
func dockerEngineAnswers(docker string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, docker, "version", "--format", "{{.Server.Version}}")
	cmd.WaitDelay = time.Second
	return cmd.Run() == nil
}
