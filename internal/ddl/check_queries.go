package ddl

import (
	"fmt"
	"strings"
)

// questions spell what queries of the two dialects spell differently.
type questions interface {
	// keyText is an expression that writes columns as one text, e.g. (42, "a").
	keyText(columns []keyColumn) string
	// unfit is the condition of a value that the new type has no room for; empty
	// when no query tells.
	unfit(value string, from, to columnType) string
	// future is the condition of a time that is yet to come.
	future(column string) string
	// nullsDiffer reports whether rows with NULL in a unique key never collide.
	nullsDiffer() bool
}

func (googleSQL) keyText(columns []keyColumn) string {
	parts := make([]string, 0, len(columns))
	for _, column := range columns {
		parts = append(parts, "FORMAT('%T', "+column.sql+")")
	}
	return "CONCAT('(', " + strings.Join(parts, ", ', ', ") + ", ')')"
}

func (googleSQL) unfit(value string, from, to columnType) string {
	switch from.base + " to " + to.base {
	case "STRING to STRING":
		return fmt.Sprintf("CHAR_LENGTH(%s) > %d", value, to.length)
	case "BYTES to BYTES":
		return fmt.Sprintf("BYTE_LENGTH(%s) > %d", value, to.length)
	case "STRING to BYTES":
		return fmt.Sprintf("BYTE_LENGTH(CAST(%s AS BYTES)) > %d", value, to.length)
	case "BYTES to STRING":
		return fmt.Sprintf("(CAST(SAFE_CONVERT_BYTES_TO_STRING(%s) AS BYTES) != %s OR CHAR_LENGTH(SAFE_CONVERT_BYTES_TO_STRING(%s)) > %d)", value, value, value, to.length)
	default:
		return ""
	}
}

func (googleSQL) future(column string) string { return column + " > CURRENT_TIMESTAMP()" }

func (googleSQL) nullsDiffer() bool { return false }

// keyText writes texts as literals of the dialect, for it has no function that
// does.
func (postgreSQL) keyText(columns []keyColumn) string {
	parts := make([]string, 0, len(columns))
	for _, column := range columns {
		text := column.sql + "::text"
		if column.typ.base == "STRING" {
			text = "'''' || replace(" + column.sql + ", '''', '''''') || ''''"
		}
		parts = append(parts, "coalesce("+text+", 'NULL')")
	}
	return "'(' || " + strings.Join(parts, " || ', ' || ") + " || ')'"
}

// unfit knows no limit of bytea, which has none in this dialect. Bytes that are
// no text make the cast fail, and with it the question.
func (postgreSQL) unfit(value string, from, to columnType) string {
	switch from.base + " to " + to.base {
	case "STRING to STRING":
		return fmt.Sprintf("length(%s) > %d", value, to.length)
	case "BYTES to STRING":
		return fmt.Sprintf("length(%s::text) > %d", value, to.length)
	default:
		return ""
	}
}

func (postgreSQL) future(column string) string { return column + " > CURRENT_TIMESTAMP" }

// nullsDiffer: measured on the emulator, and PostgreSQL's own rule.
func (postgreSQL) nullsDiffer() bool { return true }
