// Command moduledocs writes what a Terraform module takes, gives and makes into
// its README.md:
//
//	moduledocs [-check] folder...
//
// Each folder holds modules: every folder in it that has a variables.tf is one.
// The text between the two markers in its README.md is replaced by tables of the
// required versions, inputs, outputs, modules and resources, in the module's own
// words. With -check nothing is written: it prints what would change, and exits
// with 1 if something would.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run gives the exit code: 1 when a README is not current or cannot be made so,
// 2 for a wrong command line.
func run(arguments []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("moduledocs", flag.ContinueOnError)
	flags.SetOutput(stderr)
	check := flags.Bool("check", false, "write nothing; exit with 1 if a README.md is not current")
	if err := flags.Parse(arguments); err != nil {
		return 2
	}
	if flags.NArg() == 0 {
		fmt.Fprintln(stderr, "usage: moduledocs [-check] folder...")
		return 2
	}
	folders, err := modulesIn(flags.Args())
	if err != nil {
		fmt.Fprintln(stderr, "moduledocs:", err)
		return 1
	}
	code := 0
	for _, folder := range folders {
		stale, err := document(folder, *check, stdout)
		if err != nil {
			fmt.Fprintln(stderr, "moduledocs:", err)
		}
		if err != nil || stale && *check {
			code = 1
		}
	}
	if code == 1 && *check {
		fmt.Fprintln(stderr, "a module's README.md is not what make generate makes of its .tf files")
	}
	return code
}

// modulesIn are the folders of modules in folders, in order.
func modulesIn(parents []string) ([]string, error) {
	var folders []string
	for _, parent := range parents {
		entries, err := os.ReadDir(parent)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			folder := filepath.Join(parent, entry.Name())
			if _, err := os.Stat(filepath.Join(folder, "variables.tf")); err == nil {
				folders = append(folders, folder)
			}
		}
	}
	return folders, nil
}

// document makes the README of one module current, or with check only prints
// what would change; stale says whether it was not current.
func document(folder string, check bool, stdout io.Writer) (stale bool, err error) {
	read, err := readModule(folder)
	if err != nil {
		return false, err
	}
	name := filepath.Join(folder, "README.md")
	before, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return false, fmt.Errorf("%s does not exist: write one that has %s and %s on lines of their own", name, beginMark, endMark)
	}
	if err != nil {
		return false, err
	}
	after, err := splice(string(before), render(read))
	if err != nil {
		return false, fmt.Errorf("%s: %w", name, err)
	}
	if bytes.Equal(before, []byte(after)) {
		return false, nil
	}
	if check {
		fmt.Fprint(stdout, diff(name, string(before), after))
		return true, nil
	}
	if err := os.WriteFile(name, []byte(after), 0o644); err != nil {
		return true, err
	}
	fmt.Fprintln(stdout, "written:", name)
	return true, nil
}
