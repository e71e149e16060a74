package ddl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, before, after string
		allow               []string
		object, reason      string // of the only refusal; none when object is empty
		allowable           bool
	}{
		{name: "table removed", before: base + table("S STRING(5)"), after: base, object: "A", reason: "table A is no longer in the text", allowable: true},
		{name: "another table allowed", before: base + table("S STRING(5)"), after: base, allow: []string{"P"}, object: "A", reason: "no longer in the text", allowable: true},
		{name: "table removed and allowed", before: base + table("S STRING(5)"), after: base, allow: []string{"a"}},
		{name: "column removed", before: table("S STRING(5)"), after: table("X INT64"), object: "A.S", reason: "column A.S is no longer in the text", allowable: true},
		{name: "index removed", before: base + "CREATE INDEX ix ON P(S);", after: base, object: "ix", reason: "index ix is no longer in the text", allowable: true},
		{name: "constraint removed", before: table("N INT64, CONSTRAINT ck CHECK (N > 0)"), after: table("N INT64"), object: "A.ck", reason: "constraint A.ck", allowable: true},
		{name: "unnamed constraint removed", before: table("N INT64, CHECK (N > 0)"), after: table("N INT64"), allow: []string{"*"}, object: "A", reason: "no name of its own"},
		{name: "primary key changed", before: "CREATE TABLE A (X INT64, Y INT64) PRIMARY KEY (X)", after: "CREATE TABLE A (X INT64, Y INT64) PRIMARY KEY (X, Y)", allow: []string{"*"}, object: "A", reason: "primary key", allowable: true},
		{name: "illegal type", before: table("N INT64"), after: table("N STRING(5)"), allow: []string{"*"}, object: "A.N", reason: "from INT64 to STRING(5)", allowable: true},
		{name: "illegal type given up", before: table("N INT64"), after: table("N STRING(5)"), allow: []string{"a.n"}},
		{name: "not null without a default", before: table("N INT64"), after: table("N INT64, M INT64 NOT NULL"), object: "A.M", reason: "NOT NULL without a DEFAULT"},
		{name: "not null on a key", before: "CREATE TABLE A (X INT64) PRIMARY KEY (X)", after: "CREATE TABLE A (X INT64 NOT NULL) PRIMARY KEY (X)", allow: []string{"A.X"}, object: "A.X", reason: "primary key"},
		{name: "length of a key that a child inherits", before: base, after: replace(base, "Id STRING(36)", "Id STRING(50)"), object: "P.Id", reason: "interleaved in this one"},
		{name: "interleaved later", before: base + "CREATE TABLE D (Id STRING(36) NOT NULL, J INT64) PRIMARY KEY (Id, J)", after: base + "CREATE TABLE D (Id STRING(36) NOT NULL, J INT64) PRIMARY KEY (Id, J), INTERLEAVE IN PARENT P", object: "D", reason: "hierarchy", allowable: true},
		{name: "ttl on rows that exist", before: table("T TIMESTAMP"), after: table("T TIMESTAMP", ", ROW DELETION POLICY (OLDER_THAN(T, INTERVAL 1 DAY))"), allow: []string{"*"}, object: "A", reason: "would delete existing rows", allowable: true},
		{name: "view becomes a table", before: base + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.Id FROM P p", after: base + "CREATE TABLE v (I INT64) PRIMARY KEY (I)", allow: []string{"*"}, object: "v", reason: "view in the database"},
		{name: "stream removed", before: base + "CREATE CHANGE STREAM cs FOR P", after: base, object: "cs", reason: "change stream cs", allowable: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			from, to := parse(t, c.before), parse(t, c.after)
			plan := ddl.Diff(ddl.Request{Live: from, Applied: from, AppliedEcho: from, Desired: to, AllowDestructive: c.allow})
			if c.object == "" {
				if len(plan.Refused) > 0 {
					t.Fatalf("refused: %+v", plan.Refused)
				}
				return
			}
			if len(plan.Refused) != 1 {
				t.Fatalf("got %d refusals, want one: %+v", len(plan.Refused), plan.Refused)
			}
			r := plan.Refused[0]
			if r.Object != c.object || !strings.Contains(r.Reason, c.reason) || r.Allowable != c.allowable || r.Remedy == "" {
				t.Errorf("got %+v", r)
			}
		})
	}
}

// With the names that Spanner gave them, constraints without one can go.
func TestUnnamedConstraintWithItsName(t *testing.T) {
	t.Parallel()
	const before = base + "CREATE TABLE F (I INT64, R STRING(36), CHECK (I > 0), CHECK (I < 9), FOREIGN KEY (R) REFERENCES P (Id)) PRIMARY KEY (I);"
	after := replace(before, "CHECK (I > 0), ", "", ", FOREIGN KEY (R) REFERENCES P (Id)", "")
	from := parse(t, before)
	plan := ddl.Diff(ddl.Request{Live: from, Applied: from, AppliedEcho: from, Desired: parse(t, after), AllowDestructive: []string{"*"}, ConstraintNames: []ddl.ConstraintName{
		{Table: "F", Name: "CK_F_2", Check: "I<9"}, {Table: "F", Name: "CK_F_1", Check: "I>0"}, {Table: "F", Name: "FK_F_P_1", Columns: []string{"R"}}, {Table: "X", Name: "CK_X", Check: "I > 0"},
	}})
	if len(plan.Refused) > 0 {
		t.Errorf("refused: %+v", plan.Refused)
	}
	if diff := cmp.Diff([]string{"ALTER TABLE F DROP CONSTRAINT CK_F_1", "ALTER TABLE F DROP CONSTRAINT FK_F_P_1"}, statements(plan.Steps)); diff != "" {
		t.Error(diff)
	}
}

// What no text of the owner ever declared stays, and only its exact name
// drops it.
func TestUnmanaged(t *testing.T) {
	t.Parallel()
	mine := parse(t, base)
	echo := parse(t, base+"CREATE INDEX other ON P(S); CREATE TABLE Foreigner (I INT64) PRIMARY KEY (I); ALTER TABLE P ADD COLUMN Foreign1 INT64; ALTER TABLE P ADD CONSTRAINT fck CHECK (N > 0);")
	request := ddl.Request{Live: echo, Applied: mine, AppliedEcho: echo, Desired: mine}
	for _, c := range []struct {
		allow     []string
		steps     []string
		unmanaged []string
	}{
		{nil, nil, []string{"Foreigner", "P.Foreign1", "P.fck", "other"}},
		{[]string{"*"}, nil, []string{"Foreigner", "P.Foreign1", "P.fck", "other"}},
		{[]string{"OTHER", "foreigner"}, []string{"DROP TABLE Foreigner", "DROP INDEX other"}, []string{"P.Foreign1", "P.fck"}},
		{[]string{"p.foreign1", "P.fck"}, []string{"ALTER TABLE P DROP CONSTRAINT fck", "ALTER TABLE P DROP COLUMN Foreign1"}, []string{"Foreigner", "other"}},
	} {
		r := request
		r.AllowDestructive = c.allow
		plan := ddl.Diff(r)
		if len(plan.Refused) > 0 {
			t.Errorf("%v: refused %+v", c.allow, plan.Refused)
		}
		if diff := cmp.Diff(c.steps, statements(plan.Steps), cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
			t.Errorf("%v: %s", c.allow, diff)
		}
		if diff := cmp.Diff(c.unmanaged, plan.Unmanaged); diff != "" {
			t.Errorf("%v: %s", c.allow, diff)
		}
	}
	stands := ddl.Diff(ddl.Request{Live: echo, Applied: mine, AppliedEcho: echo, Desired: parse(t, "CREATE TABLE Z (I INT64) PRIMARY KEY (I)"), AllowDestructive: []string{"*"}})
	if len(stands.Refused) != 1 || stands.Refused[0].Object != "other" || !stands.Refused[0].Allowable {
		t.Errorf("dropping P under a foreign index: got %+v", stands.Refused)
	}
}

// An echo that loses or rewrites something makes no noise as long as it stays
// what it was right after the apply; once it changes, only what changed counts.
func TestEchoThatLosesThings(t *testing.T) {
	t.Parallel()
	text := parse(t, "CREATE SCHEMA s; CREATE TABLE A (I INT64, H STRING(5) HIDDEN, S STRING(5)) PRIMARY KEY (I); CREATE SEARCH INDEX si ON A(S);")
	echo := parse(t, "CREATE TABLE A (I INT64, H STRING(5), S STRING(5)) PRIMARY KEY (I); CREATE INDEX si ON A(S);")
	if plan := ddl.Diff(ddl.Request{Live: echo, Applied: text, AppliedEcho: echo, Desired: text}); len(plan.Steps)+len(plan.Refused)+len(plan.Unmanaged) > 0 {
		t.Errorf("got %+v, want nothing", plan)
	}
	drifted := parse(t, "CREATE TABLE A (I INT64, H STRING(5), S STRING(9)) PRIMARY KEY (I); CREATE INDEX si ON A(S);")
	plan := ddl.Diff(ddl.Request{Live: drifted, Applied: text, AppliedEcho: echo, Desired: text})
	if diff := cmp.Diff([]string{"ALTER TABLE A ALTER COLUMN S STRING(5)"}, statements(plan.Steps)); diff != "" {
		t.Error(diff)
	}
}

// After a failure the applied text and its echo stay, and the live echo is
// new: the plan is what remains.
func TestWhatRemainsAfterAFailure(t *testing.T) {
	t.Parallel()
	before, after := parse(t, base), parse(t, base+"ALTER TABLE P ADD COLUMN X BOOL; ALTER TABLE P ADD COLUMN Y BOOL; CREATE UNIQUE INDEX ix ON P(S);")
	half := parse(t, base+"ALTER TABLE P ADD COLUMN X BOOL;")
	plan := ddl.Diff(ddl.Request{Live: half, Applied: before, AppliedEcho: before, Desired: after})
	if diff := cmp.Diff([]string{"ALTER TABLE P ADD COLUMN Y BOOL", "CREATE UNIQUE INDEX ix ON P(S)"}, statements(plan.Steps)); diff != "" {
		t.Error(diff)
	}
}

func TestDrifted(t *testing.T) {
	t.Parallel()
	stored := parse(t, base+table("S STRING(5)"))
	live := parse(t, replace(base, "N INT64", "N INT64, M INT64")+table("S STRING(6)")+"CREATE INDEX fresh ON P(S);")
	if got := ddl.Drifted(stored, live, parse(t, base), nil); !cmp.Equal(got, []string{"P"}) {
		t.Errorf("got %v, want P alone: A is another's", got)
	}
	if got := ddl.Drifted(stored, live, parse(t, base), []ddl.Step{{Objects: []string{"fresh", "a"}}}); !cmp.Equal(got, []string{"A", "P", "fresh"}) {
		t.Errorf("got %v, want what the steps name too", got)
	}
	if got := ddl.Drifted(stored, stored, stored, nil); len(got) > 0 {
		t.Errorf("got %v, want nothing", got)
	}
}
