package ddl

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// postgresTypes gives the name under which Spanner echoes a type.
var postgresTypes = map[string]string{
	"varchar": "character varying", "text": "character varying", "character varying": "character varying",
	"int8": "bigint", "int": "bigint", "integer": "bigint", "int4": "bigint", "bigint": "bigint",
	"float8": "double precision", "float": "double precision", "double precision": "double precision",
	"float4": "real", "real": "real", "bool": "boolean", "boolean": "boolean", "decimal": "numeric", "numeric": "numeric",
	"timestamptz": "timestamp with time zone", "timestamp with time zone": "timestamp with time zone",
}

// postgresBases are the types in the words that the rules about types use.
var postgresBases = map[string]string{
	"character varying": "STRING", "bytea": "BYTES", "bigint": "INT64", "double precision": "FLOAT64", "real": "FLOAT32",
	"boolean": "BOOL", "jsonb": "JSON", "timestamp with time zone": "TIMESTAMP", "spanner.commit_timestamp": "TIMESTAMP",
}

// longTypes are the types of more than one word.
var longTypes = [][]string{{"character", "varying"}, {"double", "precision"}, {"timestamp", "with", "time", "zone"}, {"timestamp", "without", "time", "zone"}}

// typeName reads a type.
func (c *cursor) typeName() columnType {
	first := c.at
	word := ""
	for _, words := range longTypes {
		if c.take(words...) {
			word = strings.Join(words, " ")
			break
		}
	}
	if word == "" {
		parts := []string{strings.ToLower(c.ident())}
		for c.take(".") {
			parts = append(parts, strings.ToLower(c.ident()))
		}
		if len(parts) > 1 && parts[0] == "pg_catalog" {
			parts = parts[1:]
		}
		word = strings.Join(parts, ".")
	}
	t := columnType{length: lengthMax}
	t.sig = word
	if same, ok := postgresTypes[word]; ok {
		t.sig = same
	}
	t.base = strings.ToUpper(t.sig)
	if base, ok := postgresBases[t.sig]; ok {
		t.base = base
	}
	if c.ahead("(") {
		modifier := c.group()
		t.sig += "(" + signature(modifier) + ")"
		if len(modifier) == 1 && modifier[0].kind == token.TokenInt {
			if n, err := parseInt(modifier[0].norm()); err == nil {
				t.length = n
			}
		}
	}
	for c.ahead("[") || c.ahead("ARRAY") {
		t.array = true
		if c.take("ARRAY") {
			continue
		}
		for !c.done() && !c.take("]") {
			c.next()
		}
	}
	if t.array {
		t.sig += "[]"
	}
	// An array of fixed length, for vectors.
	if c.take("VECTOR", "LENGTH") {
		t.sig += " vector length " + c.next().norm()
	}
	if c.stuck == nil {
		t.text = c.src.written(c.lexemes[first:c.at])
	}
	return t
}

var intervalPart = regexp.MustCompile(`^([0-9]+)\s*([a-z]+)\s*`)

// intervalUnits are the hours in each unit; Spanner takes months for 30 days.
var intervalUnits = map[string]int64{
	"y": 12 * 30 * 24, "year": 12 * 30 * 24, "mon": 30 * 24, "month": 30 * 24, "w": 7 * 24, "week": 7 * 24,
	"d": 24, "day": 24, "h": 1, "hour": 1,
}

// intervalDays gives the whole days of an interval as PostgreSQL writes it, as
// in '30 days', '4 WEEKS 2 DAYS', '24 HOURS', '72:00:00' and 'P30D'.
func intervalDays(text string) (days int64, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if n, isISO := strings.CutPrefix(text, "p"); isISO && strings.HasSuffix(n, "d") {
		days, err := strconv.ParseInt(strings.TrimSuffix(n, "d"), 10, 32)
		return days, err == nil
	}
	var hours int64
	for text != "" {
		if clock, isClock := strings.CutSuffix(text, ":00:00"); isClock {
			n, err := strconv.ParseInt(clock, 10, 32)
			if err != nil {
				return 0, false
			}
			hours += n
			break
		}
		m := intervalPart.FindStringSubmatch(text)
		if m == nil {
			return 0, false
		}
		n, err := strconv.ParseInt(m[1], 10, 32)
		unit, known := intervalUnits[m[2]]
		if !known {
			unit, known = intervalUnits[strings.TrimSuffix(m[2], "s")]
		}
		if err != nil || !known {
			return 0, false
		}
		hours += n * unit
		text = text[len(m[0]):]
	}
	return hours / 24, hours%24 == 0
}

// policy reads TTL INTERVAL '30 days' ON c. Its meaning is spelled as the
// other dialect's policy, for the same rules hold.
func (c *cursor) policy() *expr {
	first := c.at
	c.expect("TTL", "INTERVAL")
	interval := c.next()
	if interval.kind != token.TokenString {
		c.fail("expected an interval")
	}
	c.expect("ON")
	column := strings.ToLower(c.ident())
	if c.stuck != nil {
		return nil
	}
	e := &expr{text: c.src.written(c.lexemes[first:c.at]), names: map[string]bool{column: true}}
	if days, ok := intervalDays(interval.norm()[1:]); ok {
		e.sig = fmt.Sprintf("ROW DELETION POLICY ( OLDER_THAN ( %s , INTERVAL %d DAY ) )", column, days)
	} else {
		e.sig = signature(c.lexemes[first:c.at])
	}
	return e
}
