package api

import (
	"context"
	"fmt"
	"strings"
)

// savedInstance is an instance as the backend has it, whether the fake knows it
// or only clients that speak gRPC do.
type savedInstance struct {
	Name      string          `json:"name"`
	Databases []savedDatabase `json:"databases,omitempty"`
}

type savedDatabase struct {
	Name       string `json:"name"`
	PostgreSQL bool   `json:"postgreSQL,omitempty"`
	savedSnapshot
}

// savedInstances asks the backend for the schema of every database of every
// known project.
func (s *Server) savedInstances(ctx context.Context) ([]savedInstance, error) {
	backend := s.options.Spanner
	ctx, cancel := context.WithTimeout(ctx, spannerLimit)
	defer cancel()
	dialects := map[string]bool{}
	var out []savedInstance
	for _, id := range sortedKeys(s.projects) {
		instances, err := backend.Instances(ctx, "projects/"+id)
		if err != nil {
			return nil, fmt.Errorf("the Spanner instances of project %s cannot be listed: %w", id, err)
		}
		for _, name := range instances {
			saved := savedInstance{Name: name}
			databases, err := backend.Databases(ctx, name)
			if err != nil {
				return nil, fmt.Errorf("the databases of %s cannot be listed: %w", name, err)
			}
			for _, database := range databases {
				one, err := s.savedDatabase(ctx, database, dialects)
				if err != nil {
					return nil, fmt.Errorf("the schema of %s cannot be read: %w", database, err)
				}
				saved.Databases = append(saved.Databases, one)
			}
			out = append(out, saved)
		}
	}
	s.dialects = dialects
	return out, nil
}

// savedDatabase reads a database's schema. The dialect of one that has the
// statements that it had before is not asked for again: that takes a session.
func (s *Server) savedDatabase(ctx context.Context, name string, dialects map[string]bool) (savedDatabase, error) {
	statements, descriptors, err := s.options.Spanner.DDL(ctx, name)
	if err != nil {
		return savedDatabase{}, err
	}
	schema := name + "\n" + strings.Join(statements, "\n")
	postgres, known := s.dialects[schema]
	if !known {
		if postgres, err = s.options.Spanner.IsPostgreSQL(ctx, name); err != nil {
			return savedDatabase{}, err
		}
	}
	if len(statements) > 0 { // an empty one may be another by now
		dialects[schema] = postgres
	}
	return savedDatabase{Name: name, PostgreSQL: postgres, savedSnapshot: savedSnapshot{statements, descriptors}}, nil
}

// loadInstances makes instances and databases in the backend, without rows.
func (s *Server) loadInstances(ctx context.Context, saved []savedInstance) error {
	ctx, cancel := context.WithTimeout(ctx, spannerLimit)
	defer cancel()
	for _, instance := range saved {
		if err := s.options.Spanner.CreateInstance(ctx, instance.Name); err != nil {
			return fmt.Errorf("%s cannot be made again: %w", instance.Name, err)
		}
		for _, d := range instance.Databases {
			snapshot := s.options.Spanner.SchemaSnapshot(d.Statements, d.ProtoDescriptors)
			if err := s.options.Spanner.Restore(ctx, snapshot, SpannerDatabase{Name: d.Name, PostgreSQL: d.PostgreSQL}); err != nil {
				return fmt.Errorf("%s cannot be made again: %w", d.Name, err)
			}
		}
	}
	return nil
}
