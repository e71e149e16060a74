package ddl

import (
	"fmt"
	"regexp"
	"strings"
)

// postgreSQL is Spanner's PostgreSQL dialect.
type postgreSQL struct{}

var plainPostgresName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

func (postgreSQL) quote(part string) string {
	if plainPostgresName.MatchString(part) && !postgresReserved[strings.ToUpper(part)] {
		return part
	}
	return `"` + strings.ReplaceAll(part, `"`, `""`) + `"`
}

// columnType says NOT NULL beside the type, for Spanner takes it away where
// only the type is given, and sets the default again in a statement of its
// own, for Spanner takes that away too and no third clause is allowed.
func (p postgreSQL) columnType(column string, want *column) []string {
	null := "DROP NOT NULL"
	if want.notNull {
		null = "SET NOT NULL"
	}
	clauses := []string{fmt.Sprintf("ALTER COLUMN %s TYPE %s, ALTER COLUMN %s %s", column, want.typ.text, column, null)}
	if want.def != nil {
		clauses = append(clauses, fmt.Sprintf("ALTER COLUMN %s %s", column, p.setDefault(want.def)))
	}
	return clauses
}

func (postgreSQL) setDefault(e *expr) string { return "SET DEFAULT " + e.text }

func (postgreSQL) storedColumn(add bool) string {
	if add {
		return "ADD INCLUDE COLUMN"
	}
	return "DROP INCLUDE COLUMN"
}

func (postgreSQL) addPolicy(text string) string     { return "ADD " + text }
func (postgreSQL) replacePolicy(text string) string { return "ALTER " + text }
func (postgreSQL) dropPolicy() string               { return "DROP TTL" }

func (postgreSQL) rename(_, to string, keepSynonym bool) string {
	if keepSynonym {
		return "RENAME WITH SYNONYM TO " + to
	}
	return "RENAME TO " + to
}

func (postgreSQL) identity(clause string) string { return clause }

// setOptions gives what changes the options of a change stream: columns and
// tables have none in this dialect.
func (postgreSQL) setOptions(changes []optionChange) string {
	var set, reset []string
	for _, c := range changes {
		if c.value != "" {
			set = append(set, c.name+" = "+c.value)
		} else {
			reset = append(reset, c.name)
		}
	}
	if len(set) == 0 {
		return "RESET (" + strings.Join(reset, ", ") + ")"
	}
	for _, name := range reset {
		set = append(set, name+" = NULL")
	}
	return "SET (" + strings.Join(set, ", ") + ")"
}

func (p postgreSQL) alterDatabase(database string, changes []optionChange) []string {
	out := make([]string, len(changes))
	for i, c := range changes {
		clause := "RESET " + c.name
		if c.value != "" {
			clause = "SET " + c.name + " = " + c.value
		}
		out[i] = "ALTER DATABASE " + p.quote(database) + " " + clause
	}
	return out
}
