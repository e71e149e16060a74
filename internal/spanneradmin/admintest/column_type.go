package admintest

import (
	"slices"
	"strings"
)

// columnType is a column's type.
type columnType struct {
	// base is INT64, STRING, ..., or the name of a proto type.
	base  string
	array bool
	// length is that of STRING and BYTES, as written.
	length string
	// vector is the vector_length of an array.
	vector string
	// proto and enum tell types of the bundle.
	proto, enum bool
}

var baseTypes = []string{"BOOL", "INT64", "FLOAT32", "FLOAT64", "NUMERIC", "STRING", "BYTES", "DATE", "TIMESTAMP", "JSON", "UUID", "INTERVAL", "TOKENLIST"}

// columnType reads a type.
func (s *schema) columnType(c *cursor) (columnType, error) {
	if c.take("ARRAY") {
		c.need("<")
		t, err := s.columnType(c)
		c.need(">")
		t.array = true
		if c.take("(") {
			c.need("vector_length", "=>")
			t.vector = c.number()
			c.need(")")
			if t.base != "FLOAT32" && t.base != "FLOAT64" {
				return t, invalid("vector_length is only for arrays of FLOAT32 or FLOAT64.")
			}
		}
		return t, err
	}
	word := strings.ToUpper(c.next())
	if word == "INTERVAL" { // a reserved word
		c.at++
		return columnType{base: word}, nil
	}
	name := c.path()
	if !slices.Contains(baseTypes, strings.ToUpper(name)) {
		enum, ok := s.protoType(name)
		if !ok {
			return columnType{}, invalid("Type not found: %s", name)
		}
		return columnType{base: name, enum: enum, proto: !enum}, nil
	}
	t := columnType{base: strings.ToUpper(name)}
	if t.base == "STRING" || t.base == "BYTES" {
		c.need("(")
		if c.take("MAX") {
			t.length = "MAX"
		} else {
			t.length = c.number()
		}
		c.need(")")
	}
	return t, nil
}

func (t columnType) String() string {
	text := t.base
	if t.proto || t.enum {
		text = quoted(t.base)
	}
	if t.length != "" {
		text += "(" + t.length + ")"
	}
	if t.array {
		text = "ARRAY<" + text + ">"
	}
	if t.vector != "" {
		text += "(vector_length=>" + t.vector + ")"
	}
	return text
}

// same reports whether only the length differs.
func (t columnType) same(other columnType) bool {
	t.length, other.length = "", ""
	return t == other
}

// becomes reports whether Spanner changes the type of a column in place.
func (t columnType) becomes(to columnType) bool {
	switch {
	case t.same(to):
		return true
	case t.array || to.array:
		return false
	case t.base == "STRING" && to.base == "BYTES", t.base == "BYTES" && to.base == "STRING":
		return true
	case t.proto && (to.proto || to.base == "BYTES" && to.length == "MAX"), t.base == "BYTES" && to.proto:
		return true
	case t.base == "INT64" && to.enum, t.enum && to.base == "INT64":
		return true
	}
	return false
}

// isKey reports whether a column of the type can be part of a key.
func (t columnType) isKey() bool {
	return !t.array && !t.proto && t.base != "JSON" && t.base != "TOKENLIST"
}
