// Package access_test checks what the ledger's database roles may do.
package access_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/ast"
	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

// sources are the ledger's schema and its roles.
func sources(t *testing.T) []ddl.Source {
	t.Helper()
	files, err := filepath.Glob("../schema/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v, %v", files, err)
	}
	var out []ddl.Source
	for _, file := range append(files, "roles.sql") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, ddl.Source{Name: filepath.Base(file), Text: string(text)})
	}
	return out
}

// privileges are the rights of each role by object, such as
// ["ledger_api"]["Events"] = INSERT, SELECT.
type privileges map[string]map[string][]string

func (p privileges) add(role, object string, rights ...string) {
	if p[role] == nil {
		p[role] = map[string][]string{}
	}
	p[role][object] = append(p[role][object], rights...)
	slices.Sort(p[role][object])
}

// granted reads roles.sql with another parser than the provider's.
func granted(t *testing.T) privileges {
	t.Helper()
	text, err := os.ReadFile("roles.sql")
	if err != nil {
		t.Fatal(err)
	}
	statements, err := memefish.ParseDDLs("roles.sql", string(text))
	if err != nil {
		t.Fatal(err)
	}
	out := privileges{}
	for _, statement := range statements {
		switch s := statement.(type) {
		case *ast.CreateRole:
			out[s.Name.Name] = map[string][]string{}
		case *ast.Grant:
			objects, rights := privilege(t, s.Privilege)
			for _, role := range s.Roles {
				for _, object := range objects {
					out.add(role.Name, object, rights...)
				}
			}
		default:
			t.Errorf("%s is neither a role nor a grant", s.SQL())
		}
	}
	return out
}

func privilege(t *testing.T, p ast.Privilege) (objects, rights []string) {
	t.Helper()
	names := func(paths []*ast.Path) {
		for _, path := range paths {
			objects = append(objects, path.SQL())
		}
	}
	switch p := p.(type) {
	case *ast.PrivilegeOnTable:
		names(p.Names)
		for _, right := range p.Privileges {
			rights = append(rights, strings.Fields(right.SQL())[0])
		}
	case *ast.SelectPrivilegeOnView:
		names(p.Names)
		rights = []string{"SELECT"}
	case *ast.SelectPrivilegeOnChangeStream:
		names(p.Names)
		rights = []string{"SELECT"}
	case *ast.ExecutePrivilegeOnTableFunction:
		names(p.Names)
		rights = []string{"EXECUTE"}
	default:
		t.Errorf("%s: no such privilege is expected", p.SQL())
	}
	return objects, rights
}

// TestNothingRecordedCanBeChanged: the ledger is append-only for every service,
// and the API only adds events.
func TestNothingRecordedCanBeChanged(t *testing.T) {
	t.Parallel()
	all := granted(t)
	if diff := cmp.Diff([]string{"INSERT", "SELECT"}, all["ledger_api"]["Events"]); diff != "" {
		t.Errorf("what the API may do with events (-want +got):\n%s", diff)
	}
	inserts := map[string][]string{}
	for role, objects := range all {
		for _, table := range []string{"Events", "Blocks", "BlockEvents", "Proofs", "LedgerRegionChanges"} {
			for _, right := range objects[table] {
				switch right {
				case "SELECT":
				case "INSERT":
					inserts[table] = append(inserts[table], role)
				default:
					t.Errorf("%s may %s in %s, which is append-only", role, right, table)
				}
			}
		}
	}
	want := map[string][]string{"Events": {"ledger_api"}, "Blocks": {"ledger_sealer"}, "BlockEvents": {"ledger_sealer"}, "Proofs": {"ledger_sealer"}}
	if diff := cmp.Diff(want, inserts); diff != "" {
		t.Errorf("who may add what (-want +got):\n%s", diff)
	}
}

// TestReadersOnlyRead: those who report and follow change nothing, and webhook
// addresses stay with those who deliver.
func TestReadersOnlyRead(t *testing.T) {
	t.Parallel()
	all := granted(t)
	for role, allowed := range map[string][]string{"ledger_reports": {"SELECT"}, "ledger_feed": {"SELECT", "EXECUTE"}} {
		if len(all[role]) == 0 {
			t.Errorf("%s may do nothing", role)
		}
		for object, rights := range all[role] {
			for _, right := range rights {
				if !slices.Contains(allowed, right) {
					t.Errorf("%s may %s %s", role, right, object)
				}
			}
		}
		if rights := all[role]["WebhookEndpoints"]; rights != nil {
			t.Errorf("%s may %v webhook endpoints", role, rights)
		}
	}
}

// TestViewsCanBeRead: a view runs with the rights of who asks, so each role has
// the tables of its views too.
func TestViewsCanBeRead(t *testing.T) {
	t.Parallel()
	tables := map[string][]string{}
	from := regexp.MustCompile(`(?:FROM|JOIN) ([A-Z]\w+) AS`)
	for _, source := range sources(t) {
		for _, view := range strings.Split(source.Text, "CREATE VIEW ")[1:] {
			name, body, _ := strings.Cut(view, "\n")
			body, _, _ = strings.Cut(body, ";")
			for _, table := range from.FindAllStringSubmatch(body, -1) {
				tables[name] = append(tables[name], table[1])
			}
		}
	}
	if len(tables) < 5 {
		t.Fatalf("views found: %v", slices.Sorted(maps.Keys(tables)))
	}
	for role, objects := range granted(t) {
		for object := range objects {
			for _, table := range tables[object] {
				if !slices.Contains(objects[table], "SELECT") {
					t.Errorf("%s may read the view %s, but not its table %s", role, object, table)
				}
			}
		}
	}
}

// TestRolesAreWhatTheModuleSays: Terraform gives IAM access by these names.
func TestRolesAreWhatTheModuleSays(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../access.tf")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, match := range regexp.MustCompile(`(?m)^    \w+ += "(ledger_\w+)"$`).FindAllStringSubmatch(string(text), -1) {
		named = append(named, match[1])
	}
	slices.Sort(named)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(granted(t))), named); diff != "" {
		t.Errorf("roles (-roles.sql +access.tf):\n%s", diff)
	}
}

// TestSpannerTakesTheRoles applies schema and roles as Spanner documents them,
// for its emulator knows no roles, and finds nothing left to do.
func TestSpannerTakesTheRoles(t *testing.T) {
	t.Parallel()
	wanted, warnings, err := ddl.Parse(sources(t)...)
	if err != nil || len(warnings) > 0 {
		t.Fatalf("%v, %v", err, warnings)
	}
	spanner := admintest.StartSpanner(t, "projects/proveniq-test/instances/ledger/databases/ledger")
	plan := ddl.Diff(ddl.Request{Desired: wanted})
	if len(plan.Refused) > 0 {
		t.Fatalf("refused: %+v", plan.Refused)
	}
	var statements []string
	for _, step := range plan.Steps {
		statements = append(statements, step.Statement)
	}
	if err := spanner.Change(statements...); err != nil {
		t.Fatal(err)
	}
	echo, err := spanner.Echo()
	if err != nil {
		t.Fatal(err)
	}
	live := ddl.ParseEcho(echo)
	again := ddl.Diff(ddl.Request{Live: live, Applied: wanted, AppliedEcho: live, Desired: wanted})
	if len(again.Steps) > 0 || len(again.Refused) > 0 {
		t.Errorf("left to do: %+v, %+v", again.Steps, again.Refused)
	}
}
