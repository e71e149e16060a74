package ddl_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/spanner"
	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"google.golang.org/api/iterator"
)

// cloud is the real Spanner emulator, one for all tests of the package, started
// by the first that needs it.
type cloud struct {
	once      sync.Once
	err       error
	emulator  *localcloud.Emulator
	admin     *database.DatabaseAdminClient
	databases atomic.Int64
}

var shared cloud

func TestMain(m *testing.M) {
	code := m.Run()
	if err := shared.stop(); err != nil {
		log.Print(err)
		code = 1
	}
	os.Exit(code)
}

func (c *cloud) start() error {
	c.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if c.emulator, c.err = localcloud.StartEmulator(ctx, localcloud.EmulatorOptions{}); c.err == nil {
			c.admin, c.err = database.NewDatabaseAdminClient(context.Background(), c.emulator.ClientOptions()...)
		}
	})
	return c.err
}

func (c *cloud) stop() error {
	if c.emulator == nil {
		return nil
	}
	if c.admin == nil {
		return c.emulator.Stop()
	}
	return errors.Join(c.admin.Close(), c.emulator.Stop())
}

// testDatabase is an empty database of the emulator.
type testDatabase struct {
	t    *testing.T
	path string
}

func newDatabase(t *testing.T) testDatabase {
	t.Helper()
	if err := shared.start(); err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("d%d", shared.databases.Add(1))
	if err := shared.emulator.CreateDatabase(t.Context(), "p", "test", id); err != nil {
		t.Fatal(err)
	}
	d := testDatabase{t: t, path: "projects/p/instances/test/databases/" + id}
	t.Cleanup(func() {
		if err := shared.admin.DropDatabase(context.WithoutCancel(t.Context()), &databasepb.DropDatabaseRequest{Database: d.path}); err != nil {
			t.Error(err)
		}
	})
	return d
}

// apply sends the steps in one batch.
func (d testDatabase) apply(steps []ddl.Step) error {
	d.t.Helper()
	if len(steps) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	op, err := shared.admin.UpdateDatabaseDdl(ctx, &databasepb.UpdateDatabaseDdlRequest{Database: d.path, Statements: statements(steps)})
	if err != nil {
		return err
	}
	return op.Wait(ctx)
}

func (d testDatabase) mustApply(steps []ddl.Step) {
	d.t.Helper()
	if err := d.apply(steps); err != nil {
		d.t.Fatalf("%v\nstatements:\n%s", err, strings.Join(statements(steps), ";\n"))
	}
}

func (d testDatabase) echo() *ddl.Schema {
	d.t.Helper()
	reply, err := shared.admin.GetDatabaseDdl(d.t.Context(), &databasepb.GetDatabaseDdlRequest{Database: d.path})
	if err != nil {
		d.t.Fatal(err)
	}
	return ddl.ParseEcho(reply.Statements)
}

// catalogue queries say what a database holds in Spanner's own words,
// ordinals aside.
var catalogue = []string{
	"SELECT 'table', table_name, parent_table_name, on_delete_action, row_deletion_policy_expression FROM information_schema.tables WHERE table_schema = ''",
	"SELECT 'column', table_name, column_name, is_nullable, spanner_type, CAST(column_default AS STRING), is_generated, generation_expression, is_stored FROM information_schema.columns WHERE table_schema = ''",
	"SELECT 'option', table_name, column_name, option_name, option_value FROM information_schema.column_options WHERE table_schema = ''",
	"SELECT 'index', table_name, index_name, CAST(is_unique AS STRING), CAST(is_null_filtered AS STRING), parent_table_name FROM information_schema.indexes WHERE table_schema = '' AND NOT spanner_is_managed",
	"SELECT 'index column', c.table_name, c.index_name, c.column_name, CAST(c.ordinal_position AS STRING), c.column_ordering FROM information_schema.index_columns c JOIN information_schema.indexes x ON x.table_name = c.table_name AND x.index_name = c.index_name WHERE c.table_schema = '' AND NOT x.spanner_is_managed",
	"SELECT 'check', constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_schema = '' AND constraint_name NOT LIKE 'CK_IS_NOT_NULL%'",
	"SELECT 'foreign key', constraint_name, update_rule, delete_rule FROM information_schema.referential_constraints WHERE constraint_schema = ''",
	"SELECT 'key column', k.table_name, k.column_name, k.constraint_name, CAST(k.ordinal_position AS STRING) FROM information_schema.key_column_usage k WHERE k.constraint_schema = ''",
	"SELECT 'view', table_name, view_definition FROM information_schema.views WHERE table_schema = ''",
	"SELECT 'stream', change_stream_name, CAST(`all` AS STRING) FROM information_schema.change_streams",
	"SELECT 'stream table', change_stream_name, table_name, CAST(all_columns AS STRING) FROM information_schema.change_stream_tables",
	"SELECT 'stream column', change_stream_name, table_name, column_name FROM information_schema.change_stream_columns",
	"SELECT 'stream option', change_stream_name, option_name, option_value FROM information_schema.change_stream_options",
	"SELECT 'sequence option', name, option_name, option_value FROM information_schema.sequence_options",
}

func (d testDatabase) rows() []string {
	d.t.Helper()
	ctx := d.t.Context()
	client, err := spanner.NewClientWithConfig(ctx, d.path, spanner.ClientConfig{DisableNativeMetrics: true}, shared.emulator.ClientOptions()...)
	if err != nil {
		d.t.Fatal(err)
	}
	defer client.Close()
	var out []string
	for _, q := range catalogue {
		iter := client.Single().Query(ctx, spanner.NewStatement(q))
		for {
			row, err := iter.Next()
			if err == iterator.Done {
				break
			}
			if err != nil {
				d.t.Fatalf("%s: %v", q, err)
			}
			cells := make([]string, row.Size())
			for i := range cells {
				var v spanner.NullString
				if err := row.Column(i, &v); err != nil {
					d.t.Fatalf("%s: column %d: %v", q, i, err)
				}
				cells[i] = v.StringVal
			}
			out = append(out, strings.Join(cells, " | "))
		}
	}
	sort.Strings(out)
	return out
}

func statements(steps []ddl.Step) []string {
	out := make([]string, len(steps))
	for i, s := range steps {
		out[i] = s.Statement
	}
	return out
}

func parse(t *testing.T, text string) *ddl.Schema {
	t.Helper()
	s, _, err := ddl.Parse(ddl.Source{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
