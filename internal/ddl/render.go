package ddl

import (
	"fmt"
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// syntax spells what the two dialects spell differently. What the author wrote
// (definitions, expressions, what a stream watches) is never spelled anew.
type syntax interface {
	questions
	// quote gives one part of a name as a statement needs it.
	quote(part string) string
	// columnType gives the clauses of ALTER TABLE, a statement each, that turn
	// a column into what want says of type, NOT NULL, default and ON UPDATE.
	columnType(column string, want *column) []string
	// setDefault is a clause of ALTER TABLE ... ALTER COLUMN.
	setDefault(e *expr) string
	// storedColumn is a clause of ALTER INDEX that adds or drops a column that
	// is not part of the key.
	storedColumn(add bool) string
	// addPolicy, replacePolicy and dropPolicy are clauses of ALTER TABLE; the
	// policy's text is the author's.
	addPolicy(text string) string
	replacePolicy(text string) string
	dropPolicy() string
	// rename is a clause of ALTER TABLE; from and to are as a statement needs
	// them.
	rename(from, to string, keepSynonym bool) string
	// identity is a clause of ALTER COLUMN that changes the numbers it gets.
	identity(clause string) string
	// setOptions is a clause of any ALTER but that of a database.
	setOptions(changes []optionChange) string
	// alterDatabase gives the statements that set options of a database.
	alterDatabase(database string, changes []optionChange) []string
}

// optionChange is a new value of an option; the empty value is the default.
type optionChange struct {
	name, value string
}

// googleSQL is Spanner's own dialect.
type googleSQL struct{}

func (googleSQL) quote(part string) string {
	if part == "" {
		return "``"
	}
	return token.QuoteSQLIdent(part)
}

// columnType repeats the whole definition, for Spanner removes whatever the
// statement leaves out.
func (googleSQL) columnType(column string, want *column) []string {
	var b strings.Builder
	b.WriteString("ALTER COLUMN " + column + " " + want.typ.text)
	if want.notNull {
		b.WriteString(" NOT NULL")
	}
	if want.def != nil {
		b.WriteString(" DEFAULT (" + want.def.text + ")")
	}
	if want.onUpdate != nil {
		b.WriteString(" ON UPDATE (" + want.onUpdate.text + ")")
	}
	return []string{b.String()}
}

func (googleSQL) setDefault(e *expr) string { return "SET DEFAULT (" + e.text + ")" }

func (googleSQL) storedColumn(add bool) string {
	if add {
		return "ADD STORED COLUMN"
	}
	return "DROP STORED COLUMN"
}

func (googleSQL) addPolicy(text string) string     { return "ADD " + text }
func (googleSQL) replacePolicy(text string) string { return "REPLACE " + text }
func (googleSQL) dropPolicy() string               { return "DROP ROW DELETION POLICY" }

func (googleSQL) rename(from, to string, keepSynonym bool) string {
	if keepSynonym {
		return "RENAME TO " + to + ", ADD SYNONYM " + from
	}
	return "RENAME TO " + to
}

func (googleSQL) identity(clause string) string { return "ALTER IDENTITY " + clause }

func (googleSQL) setOptions(changes []optionChange) string {
	parts := make([]string, len(changes))
	for i, c := range changes {
		value := c.value
		if value == "" {
			value = "null"
		}
		parts[i] = c.name + " = " + value
	}
	return "SET OPTIONS (" + strings.Join(parts, ", ") + ")"
}

func (g googleSQL) alterDatabase(database string, changes []optionChange) []string {
	return []string{fmt.Sprintf("ALTER DATABASE %s %s", g.quote(database), g.setOptions(changes))}
}

// quote and sql spell names in the planner's dialect.
func (p *planner) quote(part string) string { return p.syntax.quote(part) }

func (p *planner) sql(n name) string {
	parts := make([]string, len(n.parts))
	for i, part := range n.parts {
		parts[i] = p.quote(part)
	}
	return strings.Join(parts, ".")
}

// alterTable is the beginning of every change to a table.
func (p *planner) alterTable(o *Object) string { return "ALTER TABLE " + p.sql(o.name) + " " }

// alterColumn is the beginning of a change to a column.
func (p *planner) alterColumn(column string) string { return "ALTER COLUMN " + p.quote(column) + " " }
