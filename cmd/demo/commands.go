package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// plan makes a saved plan, prints it and returns it. A plan without changes is
// no error.
func (d *demo) plan(ctx context.Context, reasons bool, arguments ...string) (plan, error) {
	args := append([]string{"plan", "-no-color", "-detailed-exitcode", "-out=plan"}, arguments...)
	if _, err := d.core.expect(ctx, []int{2, 0}, nil, args...); err != nil {
		return plan{}, err
	}
	shown, err := d.core.run(ctx, nil, "show", "-json", "plan")
	if err != nil {
		return plan{}, err
	}
	p, err := parsePlan(shown.stdout)
	if err != nil {
		return p, err
	}
	lines, err := p.render(reasons)
	if err != nil {
		return p, err
	}
	for _, line := range lines {
		d.line("%s", line)
	}
	return p, nil
}

// apply runs the saved plan and prints each resource that is done.
func (d *demo) apply(ctx context.Context) error {
	_, err := d.core.run(ctx, func(line string) {
		if strings.Contains(line, " complete after ") {
			d.line("%s", shortened(line, 100))
		}
	}, "apply", "-no-color", "plan")
	return err
}

// wantCounts compares what the plan does with what the demo is about.
func (d *demo) wantCounts(p plan, created, updated, deleted int) error {
	c, u, x := p.count()
	if c != created || u != updated || x != deleted {
		return fmt.Errorf("the plan creates %d, updates %d and deletes %d resources; expected %d, %d and %d", c, u, x, created, updated, deleted)
	}
	return nil
}

// wantEmptyPlan checks that nothing remains to be done.
func (d *demo) wantEmptyPlan(ctx context.Context, arguments ...string) error {
	args := append([]string{"plan", "-no-color", "-detailed-exitcode"}, arguments...)
	result, err := d.core.expect(ctx, []int{0, 2}, nil, args...)
	if err == nil && result.code != 0 {
		err = errors.New("the plan after an apply is not empty")
	}
	return err
}

// wantRefused runs a command that must fail with an error that holds the word,
// and prints the error.
func (d *demo) wantRefused(ctx context.Context, word string, args ...string) error {
	refused, err := d.core.expect(ctx, []int{1}, nil, args...)
	if err != nil {
		return err
	}
	message := unboxed(refused.stderr)
	if !strings.Contains(message, "Error: ") || !strings.Contains(message, word) {
		return fmt.Errorf("`%s %s` was refused, but its error does not name %s", d.core.command(), strings.Join(args, " "), word)
	}
	d.text(errorText(message))
	return nil
}

// typed joins arguments as a reader would type them in a shell.
func typed(args []string) string {
	words := make([]string, len(args))
	for i, word := range args {
		if strings.ContainsAny(word, `"[] `) {
			word = "'" + word + "'"
		}
		words[i] = word
	}
	return strings.Join(words, " ")
}

// errorText is the first error in Terraform's output, without the quotation of
// the configuration.
func errorText(message string) string {
	_, text, _ := strings.Cut(message, "Error: ")
	text, _, _ = strings.Cut(text, "\nError: ")
	return "Error: " + strings.TrimSpace(text)
}
