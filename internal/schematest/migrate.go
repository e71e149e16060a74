package schematest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// Migration leads a database from one schema to another.
type Migration struct {
	// Dialect is that of the texts; the zero value is GoogleSQL.
	Dialect ddl.Dialect
	// Before and After are the schemas' texts.
	Before, After string
	// AllowDestructive and Renames are those of the change.
	AllowDestructive []string
	Renames          []ddl.Rename
	// AnyWording leaves aside how expressions and queries are written: Spanner
	// keeps them as they were first written, however the text says them now.
	AnyWording bool
	// Fill puts rows into the database before the change, and Look checks what
	// is there after it. Both may be nil.
	Fill, Look func(context.Context, *Database) error
}

// ErrRefused is what Migrate returns for a plan that holds refusals.
var ErrRefused = errors.New("the plan is refused")

// Migrate creates Before in an empty database, changes it to After, and checks
// what must hold: every plan is accepted, leads to what a fresh database made
// from After would be, and leaves nothing to do. It returns the plan in
// between, also with an error.
func (e *Emulators) Migrate(ctx context.Context, m Migration) (plan ddl.Plan, err error) {
	before, _, err := m.Dialect.Parse(ddl.Source{Name: "before", Text: m.Before})
	if err != nil {
		return plan, err
	}
	after, _, err := m.Dialect.Parse(ddl.Source{Name: "after", Text: m.After})
	if err != nil {
		return plan, err
	}
	d, err := e.Database(ctx, m.Dialect)
	if err != nil {
		return plan, err
	}
	defer func() { err = errors.Join(err, d.Drop(context.WithoutCancel(ctx))) }()
	if _, err := d.become(ctx, ddl.Request{Desired: before}); err != nil {
		return plan, fmt.Errorf("creating the old schema: %w", err)
	}
	if m.Fill != nil {
		if err := m.Fill(ctx, d); err != nil {
			return plan, fmt.Errorf("filling the old schema: %w", err)
		}
	}
	request := ddl.Request{Applied: before, Desired: after, AllowDestructive: m.AllowDestructive, Renames: m.Renames}
	if plan, err = d.become(ctx, request); err != nil {
		return plan, fmt.Errorf("changing the schema: %w", err)
	}
	if m.Look != nil {
		if err := m.Look(ctx, d); err != nil {
			return plan, fmt.Errorf("after the change: %w", err)
		}
	}
	return plan, e.sameAsFresh(ctx, d, after, m)
}

func (e *Emulators) sameAsFresh(ctx context.Context, d *Database, want *ddl.Schema, m Migration) error {
	fresh, err := e.Database(ctx, d.dialect)
	if err != nil {
		return err
	}
	if _, err := fresh.become(ctx, ddl.Request{Desired: want}); err != nil {
		return errors.Join(fmt.Errorf("creating the new schema afresh: %w", err), fresh.Drop(ctx))
	}
	expected, err := fresh.Catalogue(ctx)
	if err := errors.Join(err, fresh.Drop(ctx)); err != nil {
		return err
	}
	got, err := d.Catalogue(ctx)
	if err != nil {
		return err
	}
	for _, r := range m.Renames {
		if r.KeepSynonym { // which the text need not declare
			synonym := func(line string) bool { return strings.HasSuffix(line, "SYNONYM("+r.From+")") }
			got, expected = slices.DeleteFunc(got, synonym), slices.DeleteFunc(expected, synonym)
		}
	}
	if m.AnyWording {
		expected, got = meanings(expected), meanings(got)
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		return fmt.Errorf("the changed database differs from a fresh one (-fresh +changed):\n%s", diff)
	}
	return nil
}

var (
	layout = regexp.MustCompile(`\s+`)
	quotes = strings.NewReplacer(`"""`, "'", `"`, "'")
)

// meanings leaves out of facts what a lexer does not see: layout, case and the
// kind of quotes.
func meanings(facts []string) []string {
	out := make([]string, len(facts))
	for i, f := range facts {
		out[i] = strings.ToLower(quotes.Replace(layout.ReplaceAllString(f, "")))
	}
	slices.Sort(out)
	return out
}

// become plans and applies what leads to the desired schema, and checks that
// nothing is left to do.
func (d *Database) become(ctx context.Context, request ddl.Request) (ddl.Plan, error) {
	plan, err := d.plan(ctx, request)
	if err != nil {
		return plan, err
	}
	if len(plan.Refused) > 0 {
		return plan, fmt.Errorf("%w: %+v\nstatements:\n%s", ErrRefused, plan.Refused, strings.Join(Statements(plan.Steps), ";\n"))
	}
	if err := d.Apply(ctx, Statements(plan.Steps)); err != nil {
		return plan, err
	}
	again, err := d.plan(ctx, ddl.Request{Applied: request.Desired, Desired: request.Desired, Renames: request.Renames})
	if err == nil && len(again.Steps)+len(again.Refused)+len(again.Unmanaged) > 0 {
		err = fmt.Errorf("the second plan is not empty: statements %q, refused %+v, unmanaged %q\nafter the statements:\n%s",
			Statements(again.Steps), again.Refused, again.Unmanaged, strings.Join(Statements(plan.Steps), ";\n"))
	}
	return plan, err
}

// plan fills in what is live.
func (d *Database) plan(ctx context.Context, request ddl.Request) (ddl.Plan, error) {
	statements, err := d.Echo(ctx)
	if err != nil {
		return ddl.Plan{}, err
	}
	read := d.dialect.ParseEcho(statements)
	if read.HasUnnamedConstraints() {
		if request.ConstraintNames, err = d.ConstraintNames(ctx); err != nil {
			return ddl.Plan{}, err
		}
	}
	plan := ddl.Diff(live(request, read))
	// What an echo shares with a text must make no difference.
	shared := ddl.Diff(live(request, d.dialect.ParseEcho(statements, request.Desired, request.Applied)))
	if diff := cmp.Diff(plan, shared); diff != "" {
		return plan, fmt.Errorf("an echo that shares objects with the text is planned otherwise (-read +shared):\n%s", diff)
	}
	return plan, nil
}

// live makes the request about what is live; what was applied is taken to be
// live unchanged.
func live(request ddl.Request, echo *ddl.Schema) ddl.Request {
	request.Live = echo
	if request.Applied != nil {
		request.AppliedEcho = echo
	}
	return request
}

// Statements are those of the steps.
func Statements(steps []ddl.Step) []string {
	out := make([]string, len(steps))
	for i, s := range steps {
		out[i] = s.Statement
	}
	return out
}
