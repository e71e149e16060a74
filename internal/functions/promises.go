package functions

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// promisesOf reads the argument promises: cells by the name of their column.
func promisesOf(value any) ([]map[string]string, error) {
	var promises []map[string]string
	add := func(name string, element any) error {
		object, isObject := element.(map[string]any)
		if !isObject {
			return fmt.Errorf("%s must be an object", name)
		}
		promise := map[string]string{}
		for column, cell := range object {
			text, err := cellOf(cell)
			if err != nil {
				return fmt.Errorf("%s.%s %w", name, column, err)
			}
			promise[column] = text
		}
		promises = append(promises, promise)
		return nil
	}
	switch all := value.(type) {
	case []any:
		for i, element := range all {
			if err := add(fmt.Sprintf("promises[%d]", i), element); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if err := add(name, all[name]); err != nil {
				return nil, err
			}
			if last := promises[len(promises)-1]; last["promise"] == "" || last["promise"] == "-" {
				last["promise"] = name
			}
		}
	default:
		return nil, errors.New("promises must be a list or a map of objects")
	}
	return promises, nil
}

func cellOf(cell any) (string, error) {
	switch c := cell.(type) {
	case nil:
		return "-", nil
	case string:
		return strings.Join(strings.Fields(c), " "), nil
	case bool:
		return strconv.FormatBool(c), nil
	case float64:
		return strconv.FormatFloat(c, 'f', -1, 64), nil
	}
	return "", errors.New("must be a string, a number or a boolean")
}

// alignColumns writes rows under a line of their columns' names; every line
// ends in a newline, and none in a space.
func alignColumns(rows []map[string]string) string {
	present := map[string]bool{}
	for _, row := range rows {
		for column := range row {
			present[column] = true
		}
	}
	columns := slices.DeleteFunc([]string{"promise", "asked", "attainable", "verdict", "why"}, func(column string) bool { return !present[column] })
	for _, column := range slices.Sorted(maps.Keys(present)) {
		if !slices.Contains(columns, column) {
			columns = append(columns, column)
		}
	}
	lines := make([]strings.Builder, len(rows)+1)
	for i, column := range columns {
		cells := []string{strings.ToUpper(strings.ReplaceAll(column, "_", " "))}
		for _, row := range rows {
			cell, found := row[column]
			if !found {
				cell = "-"
			}
			cells = append(cells, cell)
		}
		width := 0
		for _, cell := range cells {
			width = max(width, utf8.RuneCountInString(cell))
		}
		for line, cell := range cells {
			lines[line].WriteString(cell)
			if i < len(columns)-1 {
				lines[line].WriteString(strings.Repeat(" ", width-utf8.RuneCountInString(cell)+2))
			}
		}
	}
	var table strings.Builder
	for i := range lines {
		if text := strings.TrimRight(lines[i].String(), " "); text != "" {
			table.WriteString(text + "\n")
		}
	}
	return table.String()
}
