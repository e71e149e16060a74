package ddl

import "fmt"

// Source is one text of DDL and the name that error positions carry.
type Source struct {
	// Name is the file's name, or empty when there is only one text.
	Name string
	// Text holds statements separated by ";", comments welcome.
	Text string
}

// Position is a place in a Source; lines and columns count from 1, columns in
// characters.
type Position struct {
	Source string
	Line   int
	Column int
}

// String gives "020_events.sql:14:7", or "14:7" for a source without a name.
func (p Position) String() string {
	if p.Source == "" {
		return fmt.Sprintf("%d:%d", p.Line, p.Column)
	}
	return fmt.Sprintf("%s:%d:%d", p.Source, p.Line, p.Column)
}

// Problem is something about the text that its author should hear of: an
// error when Parse returns it in Problems, a warning when in its second result.
type Problem struct {
	Position Position
	// Token is the offending token as written; empty at the end of the text.
	Token string
	// Message is one sentence without position and token.
	Message string
}

// Error gives position, message and token in one line.
func (p Problem) Error() string {
	if p.Token == "" {
		return fmt.Sprintf("%s: %s", p.Position, p.Message)
	}
	return fmt.Sprintf("%s: %s, at %q", p.Position, p.Message, p.Token)
}

// Problems are all errors found in a text, in the order of the text.
type Problems []Problem

// Error gives one line per problem.
func (ps Problems) Error() string {
	var text string
	for i, p := range ps {
		if i > 0 {
			text += "\n"
		}
		text += p.Error()
	}
	return text
}

// Hazard is what running a statement costs or risks, mildest first.
type Hazard string

// The hazards, from mildest to worst.
const (
	// Instant changes metadata only.
	Instant Hazard = "instant"
	// Validates makes Spanner check existing rows.
	Validates Hazard = "validates"
	// Backfill makes Spanner write data in the background.
	Backfill Hazard = "backfill"
	// Unsafe may fail on existing rows.
	Unsafe Hazard = "unsafe"
	// Destructive loses data, or an object that the text no longer wants.
	Destructive Hazard = "destructive"
)

// Step is one statement of a plan.
type Step struct {
	// Statement is the text to send: no leading comment, no ";" at its end.
	Statement string
	// Hazard is the worst that applies.
	Hazard Hazard
	// Reason says in a few words what is done and why it has this hazard.
	Reason string
	// Objects are the names of the schema objects that the statement names:
	// the one it changes first, then those it depends on.
	Objects []string
	// Refused are the indexes in Plan.Refused of what keeps the statement from
	// running, ascending; nil when nothing does.
	Refused []int
}

// Refusal is a change that the text asks for and the plan must not make.
type Refusal struct {
	// Object is the name to put in allow_destructive where Allowable.
	Object string
	// Position is where the text declares the object, or the table that it
	// was part of; zero when the text declares neither.
	Position Position
	// Reason says what is refused and why.
	Reason string
	// Remedy says what to do instead.
	Remedy string
	// Allowable is true when naming Object in allow_destructive lifts the refusal.
	Allowable bool
}

// Request is the input of Diff.
type Request struct {
	// Live is what the database holds now, read from its echo.
	Live *Schema
	// Applied is what the owner's last successfully applied text declared;
	// nil when nothing was applied yet.
	Applied *Schema
	// AppliedEcho is the database's echo right after Applied was applied. An
	// object whose echo is still the same is taken to be as Applied declares
	// it, so that echoes which lose or rewrite something make no noise. Nil
	// when not known: Live is then compared as it stands.
	AppliedEcho *Schema
	// Desired is what the owner's text declares now.
	Desired *Schema
	// AllowDestructive names objects ("Table", "Table.Column", an index, a
	// view, ...) that may be lost, or "*" for all that the text removes.
	AllowDestructive []string
	// Renames say that a table of the desired text is one that the database
	// holds under another name. One whose From is gone and whose To is there is
	// done, and ignored.
	Renames []Rename
	// Scope limits what the owner looks at.
	Scope Scope
	// DescriptorsChanged is true when the proto descriptors that go with the
	// request differ from those last sent, so that the types of a proto bundle
	// need an update although its text stays.
	DescriptorsChanged bool
	// ConstraintNames are the names that Spanner gave to constraints without
	// one, where they are known: without them such a constraint cannot be
	// dropped.
	ConstraintNames []ConstraintName
}

// Rename is a table's new name.
type Rename struct {
	From, To string
	// KeepSynonym leaves the old name as a synonym of the new one.
	KeepSynonym bool
}

// ConstraintName is a row of INFORMATION_SCHEMA about a constraint of a table.
type ConstraintName struct {
	// Table and Name are as Spanner writes them.
	Table, Name string
	// Check is the expression of a check constraint; empty for a foreign key.
	Check string
	// Columns are a foreign key's columns, in order; nil for a check.
	Columns []string
}

// Scope says what an owner manages, so that several can share a database.
type Scope struct {
	// Kinds are the kinds that the owner manages, from ManageableKinds; nil
	// means every kind that its text declares, and reports what it does not
	// declare of all kinds but roles, grants and statistics.
	Kinds []string
	// Ignore holds patterns of object names, "*" for any characters and "?" for
	// one, letter case aside; what matches is never reported and never dropped.
	Ignore []string
}

// Plan is the outcome of Diff.
type Plan struct {
	// Steps are all statements in sending order, refused ones included.
	Steps []Step
	// Refused is empty when the plan may run.
	Refused []Refusal
	// Unmanaged names objects that are live but in neither the applied nor the
	// desired text, sorted. They are not dropped unless named exactly.
	Unmanaged []string
}
