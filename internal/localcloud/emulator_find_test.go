package localcloud

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a made-up machine for the finder.
type machine struct {
	t    *testing.T
	root string
	env  map[string]string
	find finder
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, root: t.TempDir(), env: map[string]string{}}
	m.find = finder{
		getenv:       func(name string) string { return m.env[name] },
		lookPath:     m.lookPath,
		sdkFolders:   []string{m.path("usual/sdk")},
		engineAnswer: func(string) bool { return true },
	}
	m.env["PATH"] = strings.Join([]string{"relative", m.path("bin"), m.path("other")}, string(os.PathListSeparator))
	return m
}

func (m *machine) path(name string) string { return filepath.Join(m.root, filepath.FromSlash(name)) }

// program makes an executable file.
func (m *machine) program(name string) string { return m.file(name, 0o755) }

func (m *machine) file(name string, mode os.FileMode) string {
	m.t.Helper()
	path := m.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), mode); err != nil {
		m.t.Fatal(err)
	}
	return path
}

func (m *machine) lookPath(name string) (string, error) {
	for _, dir := range filepath.SplitList(m.env["PATH"]) {
		if path := filepath.Join(dir, name); filepath.IsAbs(dir) && isProgram(path) {
			return path, nil
		}
	}
	return "", errors.New(name + " is not in PATH")
}

func TestFindEmulatorOrder(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	// From the last place to the first: each new one must win over those before.
	places := []struct {
		name string
		add  func() Binary
	}{
		{"Docker", func() Binary {
			return Binary{Path: m.program("bin/docker"), Image: emulatorImage, Source: "Docker"}
		}},
		{"a usual folder", func() Binary {
			return Binary{Path: m.program("usual/sdk/bin/cloud_spanner_emulator/emulator_main"), Source: "Google Cloud SDK"}
		}},
		{"beside gcloud, through a link", func() Binary {
			m.program("linked/sdk/bin/gcloud")
			if err := os.Symlink(m.path("linked/sdk/bin/gcloud"), m.path("bin/gcloud")); err != nil {
				t.Fatal(err)
			}
			path := m.program("linked/sdk/bin/cloud_spanner_emulator/emulator_main")
			resolved, err := filepath.EvalSymlinks(path)
			if err != nil {
				t.Fatal(err)
			}
			return Binary{Path: resolved, Source: "Google Cloud SDK"}
		}},
		{"CLOUDSDK_ROOT_DIR", func() Binary {
			m.env["CLOUDSDK_ROOT_DIR"] = m.path("dir/sdk")
			return Binary{Path: m.program("dir/sdk/bin/cloud_spanner_emulator/emulator_main"), Source: "Google Cloud SDK"}
		}},
		{"CLOUDSDK_ROOT", func() Binary {
			m.env["CLOUDSDK_ROOT"] = m.path("root/sdk")
			return Binary{Path: m.program("root/sdk/bin/cloud_spanner_emulator/emulator_main"), Source: "Google Cloud SDK"}
		}},
		{"a folder of PATH, one level down", func() Binary {
			return Binary{Path: m.program("other/cloud_spanner_emulator/emulator_main"), Source: "PATH"}
		}},
		{"an earlier folder of PATH", func() Binary {
			return Binary{Path: m.program("bin/emulator_main"), Source: "PATH"}
		}},
		{"the environment variable", func() Binary {
			m.env[EmulatorVariable] = m.program("my/own-emulator")
			return Binary{Path: m.env[EmulatorVariable], Source: "environment variable " + EmulatorVariable}
		}},
	}
	for _, place := range places {
		want := place.add()
		got, err := m.find.find()
		if err != nil || got != want {
			t.Errorf("with %s: %+v, %v; want %+v", place.name, got, err, want)
		}
	}
}

func TestFindEmulatorNowhere(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.program("bin/docker")
	m.program("bin/gcloud")
	m.find.engineAnswer = func(string) bool { return false }
	m.file("bin/emulator_main", 0o644) // cannot be run
	if err := os.MkdirAll(m.path("other/emulator_main"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := m.find.find()
	if !errors.Is(err, ErrEmulatorNotFound) {
		t.Fatalf("error = %v, want ErrEmulatorNotFound", err)
	}
	for _, way := range []string{"gcloud components install cloud-spanner-emulator", "google-cloud-cli-spanner-emulator", "Docker", EmulatorVariable} {
		if !strings.Contains(err.Error(), way) {
			t.Errorf("the error does not tell of %s: %v", way, err)
		}
	}
}

func TestFindEmulatorNotInRelativeFolders(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(here, filepath.Dir(m.program("bin/emulator_main")))
	if err != nil {
		t.Fatal(err)
	}
	m.env["PATH"] = relative
	if got, err := m.find.find(); !errors.Is(err, ErrEmulatorNotFound) {
		t.Errorf("with PATH=%s: %+v, %v; want ErrEmulatorNotFound", relative, got, err)
	}
}

func TestFindEmulatorVariableIsFinal(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.program("bin/emulator_main")
	for _, path := range []string{m.path("absent"), m.path("bin"), m.file("plain", 0o644)} {
		m.env[EmulatorVariable] = path
		if got, err := m.find.find(); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), EmulatorVariable) {
			t.Errorf("with the variable at %s: %+v, %v; want an error that names both", path, got, err)
		}
	}
}
