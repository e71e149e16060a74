package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// stdinName stands for standard input among the files.
const stdinName = "-"

// readSchemas reads both schemas, so that all mistakes are told at once, and
// warns of what is only compared word by word.
func readSchemas(s settings, stdin io.Reader, stderr io.Writer) (before, after *ddl.Schema, err error) {
	read := func(file string) (*ddl.Schema, error) {
		schema, warnings, err := readSchema(file, stdin)
		for _, w := range warnings {
			fmt.Fprintf(stderr, "warning: %v\n", w)
		}
		return schema, err
	}
	before, oldErr := read(s.old)
	after, newErr := read(s.desired)
	return before, after, errors.Join(oldErr, newErr)
}

func readSchema(file string, stdin io.Reader) (*ddl.Schema, []ddl.Problem, error) {
	name, text := file, []byte(nil)
	var err error
	if file == stdinName {
		name = "<stdin>"
		text, err = io.ReadAll(stdin)
	} else {
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("ddldiff: %w", err)
	}
	return ddl.Parse(ddl.Source{Name: name, Text: string(text)})
}
