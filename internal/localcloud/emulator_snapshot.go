package localcloud

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"cloud.google.com/go/spanner"
	"google.golang.org/api/iterator"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// snapshot is a copy of a database: its statements, and the rows of its tables,
// each table after those that its rows may need.
type snapshot struct {
	statements       []string
	protoDescriptors []byte
	tables           []tableRows
}

// tableRows are a table's rows, without the columns that Spanner computes.
type tableRows struct {
	name    string
	columns []string
	rows    [][]any
}

// rowsPerCommit keeps a commit of a restore well below Spanner's limit of
// mutations.
const rowsPerCommit = 1000

// Snapshot copies a database into memory, all tables as of one time.
func (b spannerBackend) Snapshot(ctx context.Context, name string) (any, error) {
	statements, descriptors, err := b.DDL(ctx, name)
	if err != nil {
		return nil, err
	}
	client, err := b.rows(ctx, name)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	tx := client.ReadOnlyTransaction()
	defer tx.Close()
	s := &snapshot{statements: statements, protoDescriptors: descriptors}
	if s.tables, err = tablesInOrder(ctx, tx); err != nil {
		return nil, b.because(err)
	}
	for i := range s.tables {
		if err := s.tables[i].read(ctx, tx); err != nil {
			return nil, b.because(err)
		}
	}
	return s, nil
}

// tablesInOrder lists the tables with their columns, referenced tables first.
func tablesInOrder(ctx context.Context, tx *spanner.ReadOnlyTransaction) ([]tableRows, error) {
	needs, err := tableNeeds(ctx, tx)
	if err != nil {
		return nil, err
	}
	columns := map[string][]string{}
	var names []string
	err = query(ctx, tx, `SELECT c.table_schema, c.table_name, c.column_name FROM information_schema.columns c
		JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
		WHERE t.table_type = 'BASE TABLE' AND lower(t.table_schema) NOT IN ('information_schema', 'spanner_sys', 'pg_catalog') AND c.is_generated = 'NEVER'
		ORDER BY c.table_schema, c.table_name, c.ordinal_position`, func(v []string) {
		table := qualified(v[0], v[1])
		if columns[table] == nil {
			names = append(names, table)
		}
		columns[table] = append(columns[table], v[2])
	}, 3)
	if err != nil {
		return nil, err
	}
	var out []tableRows
	done := map[string]bool{}
	var add func(table string)
	add = func(table string) {
		if done[table] || columns[table] == nil {
			return
		}
		done[table] = true
		for _, needed := range needs[table] {
			add(needed)
		}
		out = append(out, tableRows{name: table, columns: columns[table]})
	}
	for _, table := range names {
		add(table)
	}
	return out, nil
}

// tableNeeds says for each table which others its rows may need: the one that it
// is interleaved in, and those that its foreign keys lead to.
func tableNeeds(ctx context.Context, tx *spanner.ReadOnlyTransaction) (map[string][]string, error) {
	needs := map[string][]string{}
	note := func(v []string) {
		table := qualified(v[0], v[1])
		needs[table] = append(needs[table], qualified(v[2], v[3]))
	}
	if err := query(ctx, tx, `SELECT table_schema, table_name, table_schema, parent_table_name FROM information_schema.tables
		WHERE parent_table_name IS NOT NULL AND parent_table_name != ''`, note, 4); err != nil {
		return nil, err
	}
	err := query(ctx, tx, `SELECT a.table_schema, a.table_name, z.table_schema, z.table_name FROM information_schema.referential_constraints r
		JOIN information_schema.table_constraints a ON a.constraint_schema = r.constraint_schema AND a.constraint_name = r.constraint_name
		JOIN information_schema.table_constraints z ON z.constraint_schema = r.unique_constraint_schema AND z.constraint_name = r.unique_constraint_name`, note, 4)
	return needs, err
}

// qualified is the name of a table in its schema; the two default schemas have
// none in names.
func qualified(schema, table string) string {
	if schema == "" || schema == "public" {
		return table
	}
	return schema + "." + table
}

func query(ctx context.Context, tx *spanner.ReadOnlyTransaction, sql string, each func([]string), columns int) error {
	return tx.Query(ctx, spanner.NewStatement(sql)).Do(func(r *spanner.Row) error {
		values := make([]string, columns)
		for i := range values {
			if err := r.Column(i, &values[i]); err != nil {
				return err
			}
		}
		each(values)
		return nil
	})
}

func (t *tableRows) read(ctx context.Context, tx *spanner.ReadOnlyTransaction) error {
	found := tx.Read(ctx, t.name, spanner.AllKeys(), t.columns)
	defer found.Stop()
	for {
		r, err := found.Next()
		if errors.Is(err, iterator.Done) {
			return nil
		}
		if err != nil {
			return err
		}
		values := make([]any, len(t.columns))
		for i := range values {
			var v spanner.GenericColumnValue
			if err := r.Column(i, &v); err != nil {
				return err
			}
			values[i] = v
		}
		t.rows = append(t.rows, values)
	}
}

// SnapshotSchema gives the statements of a snapshot.
func (b spannerBackend) SnapshotSchema(of any) ([]string, []byte, bool) {
	s, ok := of.(*snapshot)
	if !ok {
		return nil, nil, false
	}
	return s.statements, s.protoDescriptors, true
}

// SchemaSnapshot makes a snapshot without rows.
func (b spannerBackend) SchemaSnapshot(statements []string, protoDescriptors []byte) any {
	return &snapshot{statements: statements, protoDescriptors: protoDescriptors}
}

var alterDatabase = regexp.MustCompile("(?i)^(\\s*ALTER\\s+DATABASE\\s+)[`\"]?[^\\s`\"]+[`\"]?")

// Restore makes a new database of a snapshot. Rows are written in the order in
// which they need each other; sequences begin anew.
func (b spannerBackend) Restore(ctx context.Context, of any, d api.SpannerDatabase) error {
	s, ok := of.(*snapshot)
	if !ok {
		return fmt.Errorf("%T is no snapshot of the emulator", of)
	}
	if err := b.CreateDatabase(ctx, api.SpannerDatabase{Name: d.Name, PostgreSQL: d.PostgreSQL}); err != nil {
		return err
	}
	if err := b.fill(ctx, s, d); err != nil {
		return errors.Join(err, b.DropDatabase(ctx, d.Name))
	}
	return nil
}

// fill makes an empty database what a snapshot holds.
func (b spannerBackend) fill(ctx context.Context, s *snapshot, d api.SpannerDatabase) error {
	if len(s.statements) > 0 {
		id := d.Name[strings.LastIndexByte(d.Name, '/')+1:]
		quoted := "`" + id + "`"
		if d.PostgreSQL {
			quoted = `"` + id + `"`
		}
		statements := make([]string, len(s.statements))
		for i, statement := range s.statements {
			statements[i] = alterDatabase.ReplaceAllString(statement, "${1}"+quoted)
		}
		if err := b.UpdateDDL(ctx, d.Name, statements, s.protoDescriptors); err != nil {
			return err
		}
	}
	return b.write(ctx, d.Name, s.tables)
}

func (b spannerBackend) write(ctx context.Context, name string, tables []tableRows) error {
	client, err := b.rows(ctx, name)
	if err != nil {
		return err
	}
	defer client.Close()
	for _, t := range tables {
		for first := 0; first < len(t.rows); first += rowsPerCommit {
			var mutations []*spanner.Mutation
			for _, row := range t.rows[first:min(first+rowsPerCommit, len(t.rows))] {
				mutations = append(mutations, spanner.Insert(t.name, t.columns, row))
			}
			if _, err := client.Apply(ctx, mutations); err != nil {
				return b.because(err)
			}
		}
	}
	return nil
}
