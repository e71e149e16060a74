package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// command runs the command and gives all that it says.
func command(t *testing.T, arguments ...string) (code int, said string) {
	t.Helper()
	var output bytes.Buffer
	code = run(arguments, &output, &output)
	return code, output.String()
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	full := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return full
}

// The READMEs under testdata are what the command makes of the .tf files beside
// them; to renew them, run it there and read the difference.
func TestREADMEs(t *testing.T) {
	t.Parallel()
	if code, said := command(t, "-check", "testdata/modules"); code != 0 || said != "" {
		t.Errorf("code %d: %s", code, said)
	}
}

// From empty markers come the same READMEs; what is not between them stays.
func TestWrites(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("testdata/modules")); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, module := range []string{"rich", "small"} {
		name := filepath.Join(folder, module, "README.md")
		want[name] = read(t, name)
		head, rest, _ := strings.Cut(want[name], beginMark)
		_, tail, _ := strings.Cut(rest, endMark)
		write(t, folder, module+"/README.md", head+beginMark+"\n"+endMark+tail)
	}

	stale := read(t, filepath.Join(folder, "small", "README.md"))
	code, said := command(t, "-check", folder)
	for _, line := range []string{"+++ " + filepath.Join(folder, "small", "README.md"), "\n+| `name` | The ledger's name. | `string` |  | yes |\n", "\n <!-- END GENERATED -->\n", "make generate"} {
		if code != 1 || !strings.Contains(said, line) {
			t.Errorf("-check exits with %d and does not say %q:\n%s", code, line, said)
		}
	}
	if read(t, filepath.Join(folder, "small", "README.md")) != stale {
		t.Error("-check has written")
	}

	if code, said := command(t, folder); code != 0 || strings.Count(said, "written: ") != 2 {
		t.Errorf("code %d: %s", code, said)
	}
	for name, text := range want {
		if diff := cmp.Diff(text, read(t, name)); diff != "" {
			t.Errorf("%s (-want +have):\n%s", name, diff)
		}
	}
	if code, said := command(t, folder); code != 0 || said != "" {
		t.Errorf("a second run: code %d: %s", code, said)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	const marks = beginMark + "\n" + endMark + "\n"
	tests := map[string]struct{ variables, readme, want string }{
		"no README":            {"", "", "README.md does not exist: write one that has <!-- BEGIN GENERATED -->"},
		"no first mark":        {"", endMark, "the line <!-- BEGIN GENERATED --> is missing"},
		"no second mark":       {"", beginMark, "the line <!-- END GENERATED --> is missing"},
		"a mark twice":         {"", marks + beginMark, "BEGIN GENERATED --> is there more than once"},
		"marks backwards":      {"", endMark + "\n" + beginMark, "END GENERATED --> stands before"},
		"no HCL":               {"variable {", marks, "variables.tf:1"},
		"a computed text":      {"variable \"x\" {\n  description = var.y\n}", marks, "variables.tf:2"},
		"a number as a text":   {"variable \"x\" {\n  description = 1\n}", marks, "variables.tf:2,17-18: this must be a text"},
		"a null text":          {"variable \"x\" {\n  description = null\n}", marks, "this must be a text"},
		"a computed flag":      {"output \"x\" {\n  sensitive = local.y\n}", marks, "variables.tf:2"},
		"a provider of a name": {"terraform {\n  required_providers {\n    google = \"1\"\n  }\n}", marks, "variables.tf:3"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			write(t, folder, "module/variables.tf", test.variables)
			write(t, folder, "second/variables.tf", "variable \"x\" {}")
			write(t, folder, "second/README.md", marks)
			if test.readme != "" {
				write(t, folder, "module/README.md", test.readme)
			}
			code, said := command(t, folder)
			if code != 1 || !strings.Contains(said, test.want) {
				t.Errorf("code %d, want 1 with %q:\n%s", code, test.want, said)
			}
			// One module's mistake does not keep the others from being written.
			if !strings.Contains(said, "written: "+filepath.Join(folder, "second", "README.md")) {
				t.Errorf("the second module was not written:\n%s", said)
			}
		})
	}
	for _, arguments := range [][]string{{}, {"-check"}, {"-chekc", "x"}} {
		if code, said := command(t, arguments...); code != 2 || said == "" {
			t.Errorf("%v: code %d %s", arguments, code, said)
		}
	}
	if code, said := command(t, "testdata/absent"); code != 1 || !strings.Contains(said, "testdata/absent") {
		t.Errorf("an absent folder: code %d %s", code, said)
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ before, after, want string }{
		"in the middle": {"a\nb\nc\nd\ne\nf\ng\nh\n", "a\nb\nc\nd\nX\nf\ng\nh\n", "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n"},
		"added":         {"a\nb\n", "a\nx\ny\nb\n", "@@ -1,2 +1,4 @@\n a\n+x\n+y\n b\n"},
		"removed":       {"a\nb\nc\n", "a\nb\n", "@@ -1,3 +1,2 @@\n a\n b\n-c\n"},
		"all":           {"a\n", "b\n", "@@ -1,1 +1,1 @@\n-a\n+b\n"},
	} {
		want := "--- r\n+++ r (generated)\n" + test.want
		if have := diff("r", test.before, test.after); have != want {
			t.Errorf("%s (-want +have):\n%s", name, cmp.Diff(want, have))
		}
	}
}
