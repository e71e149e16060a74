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
	oldText, oldErr := readFile(s.old, stdin)
	newText, newErr := readFile(s.desired, stdin)
	if err := errors.Join(oldErr, newErr); err != nil {
		return nil, nil, err
	}
	dialect := s.dialect
	if guess, ok := ddl.GuessDialect(oldText, newText); dialect == "" && ok {
		dialect = guess
	} else if dialect == "" {
		dialect = ddl.GoogleSQL // nothing that they hold tells the dialects apart
	}
	before, oldWarnings, oldErr := dialect.Parse(oldText)
	after, newWarnings, newErr := dialect.Parse(newText)
	for _, w := range append(oldWarnings, newWarnings...) {
		fmt.Fprintf(stderr, "warning: %v\n", w)
	}
	return before, after, errors.Join(oldErr, newErr)
}

func readFile(file string, stdin io.Reader) (ddl.Source, error) {
	name := file
	var text []byte
	var err error
	if file == stdinName {
		name = "<stdin>"
		text, err = io.ReadAll(stdin)
	} else {
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return ddl.Source{}, fmt.Errorf("ddldiff: %w", err)
	}
	return ddl.Source{Name: name, Text: string(text)}, nil
}
