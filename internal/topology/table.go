package topology

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// Origin says from when a table is and where its figures come from.
type Origin struct {
	// AsOf is the day of the source, YYYY-MM-DD.
	AsOf string
	// Source is an address, or words where there is none.
	Source string
}

// readTable reads a text of comma separated values with these columns. Lines
// that begin with # are remarks; two of them, "# as of:" and "# source:", are
// the table's origin.
func readTable(name, text string, columns ...string) ([][]string, Origin, error) {
	var origin Origin
	for line := range strings.Lines(text) {
		remark, isRemark := strings.CutPrefix(strings.TrimSpace(line), "#")
		if !isRemark {
			continue
		}
		if value, found := strings.CutPrefix(strings.TrimSpace(remark), "as of:"); found {
			origin.AsOf = strings.TrimSpace(value)
		}
		if value, found := strings.CutPrefix(strings.TrimSpace(remark), "source:"); found {
			origin.Source = strings.TrimSpace(value)
		}
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comment = '#'
	reader.FieldsPerRecord = len(columns)
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, origin, fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], columns) {
		return nil, origin, fmt.Errorf("%s: the first line must be %s", name, strings.Join(columns, ","))
	}
	return rows[1:], origin, nil
}
