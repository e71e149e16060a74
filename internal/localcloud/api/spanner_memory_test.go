package api_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// memorySpanner stands in for the emulator where SQL is no matter: it keeps
// statements and reads none. The emulator itself is behind the fake in the tests
// of package localcloud.
type memorySpanner struct {
	mu        sync.Mutex
	databases map[string]*api.SpannerDatabase
}

func newMemorySpanner() *memorySpanner {
	return &memorySpanner{databases: map[string]*api.SpannerDatabase{}}
}

func (m *memorySpanner) find(name string) (*api.SpannerDatabase, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.databases[name]; d != nil {
		return d, nil
	}
	return nil, status.Error(codes.NotFound, "Database not found: "+name)
}

func (m *memorySpanner) CreateInstance(context.Context, string) error { return nil }

func (m *memorySpanner) DeleteInstance(_ context.Context, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.databases, func(of string, _ *api.SpannerDatabase) bool { return strings.HasPrefix(of, name+"/") })
	return nil
}

func (m *memorySpanner) Databases(_ context.Context, instance string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for name := range m.databases {
		if strings.HasPrefix(name, instance+"/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (m *memorySpanner) IsPostgreSQL(_ context.Context, name string) (bool, error) {
	d, err := m.find(name)
	if err != nil {
		return false, err
	}
	return d.PostgreSQL, nil
}

func (m *memorySpanner) CreateDatabase(_ context.Context, d api.SpannerDatabase) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.databases[d.Name] = &d
	return nil
}

func (m *memorySpanner) DropDatabase(_ context.Context, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.databases, name)
	return nil
}

// UpdateDDL takes anything but a statement with the word refused, or with the
// word late, which fails after it was taken.
func (m *memorySpanner) UpdateDDL(_ context.Context, name string, statements []string, _ []byte) error {
	d, err := m.find(name)
	if err != nil {
		return err
	}
	for _, s := range statements {
		switch {
		case strings.Contains(s, "refused"):
			return status.Error(codes.InvalidArgument, "Error parsing Spanner DDL statement: "+s)
		case strings.Contains(s, "late"):
			return &api.SpannerOperationError{Err: status.Error(codes.FailedPrecondition, "Cannot add the index: "+s)}
		}
	}
	d.ExtraStatements = append(d.ExtraStatements, statements...)
	return nil
}

func (m *memorySpanner) DDL(_ context.Context, name string) ([]string, []byte, error) {
	d, err := m.find(name)
	if err != nil {
		return nil, nil, err
	}
	return slices.Clone(d.ExtraStatements), nil, nil
}

func (m *memorySpanner) Snapshot(ctx context.Context, name string) (any, error) {
	statements, _, err := m.DDL(ctx, name)
	return statements, err
}

func (m *memorySpanner) Instances(_ context.Context, project string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := map[string]bool{}
	for name := range m.databases {
		if instance, _, _ := strings.Cut(name, "/databases/"); strings.HasPrefix(instance, project+"/") {
			found[instance] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

func (m *memorySpanner) SnapshotSchema(snapshot any) ([]string, []byte, bool) {
	statements, ok := snapshot.([]string)
	return statements, nil, ok
}

func (m *memorySpanner) SchemaSnapshot(statements []string, _ []byte) any { return statements }

func (m *memorySpanner) Restore(ctx context.Context, snapshot any, d api.SpannerDatabase) error {
	d.ExtraStatements, _ = snapshot.([]string)
	return m.CreateDatabase(ctx, d)
}
