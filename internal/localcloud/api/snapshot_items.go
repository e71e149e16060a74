package api

import (
	"encoding/json"
	"errors"
	"fmt"
)

// savedItem is what a hook keeps of a resource, with the Go type that it has.
type savedItem struct {
	As    string          `json:"as"`
	Value json.RawMessage `json:"value"`
}

// The types that hooks keep; a hook that begins to keep another one adds it
// here, or nothing is saved any more.
const (
	asJSON      = "json"      // what JSON decodes to
	asInteger   = "int"       // counters
	asBytes     = "bytes"     // contents of objects
	asCounts    = "counts"    // of answers by group
	asEndpoints = "endpoints" // of NEGs
	asSnapshot  = "snapshot"  // what Spanner copied for a backup
)

type savedEndpoint struct {
	Instance string `json:"instance"`
	Address  string `json:"address"`
	Healthy  bool   `json:"healthy"`
}

// savedSnapshot is a backup's schema.
type savedSnapshot struct {
	Statements       []string `json:"statements"`
	ProtoDescriptors []byte   `json:"protoDescriptors,omitempty"`
}

func (s *Server) saveItem(value any) (savedItem, error) {
	switch value := value.(type) {
	case int:
		return itemOf(asInteger, value)
	case []byte:
		return itemOf(asBytes, value)
	case map[string]int:
		return itemOf(asCounts, value)
	case []*endpoint:
		list := make([]savedEndpoint, len(value))
		for i, e := range value {
			list[i] = savedEndpoint{Instance: e.instance, Address: e.address, Healthy: e.healthy}
		}
		return itemOf(asEndpoints, list)
	}
	if isJSON(value) {
		return itemOf(asJSON, value)
	}
	if s.options.Spanner != nil {
		if statements, descriptors, ok := s.options.Spanner.SnapshotSchema(value); ok {
			return itemOf(asSnapshot, savedSnapshot{statements, descriptors})
		}
	}
	return savedItem{}, fmt.Errorf("has the type %T, for which no saved form is known", value)
}

func itemOf(as string, value any) (savedItem, error) {
	out, err := json.Marshal(value)
	if err != nil {
		return savedItem{}, fmt.Errorf("has no saved form: %w", err)
	}
	return savedItem{As: as, Value: out}, nil
}

// isJSON reports whether a value comes back from JSON with the types that it has.
func isJSON(value any) bool {
	switch value := value.(type) {
	case nil, string, bool, float64:
		return true
	case []any:
		for _, e := range value {
			if !isJSON(e) {
				return false
			}
		}
		return true
	case map[string]any:
		for _, e := range value {
			if !isJSON(e) {
				return false
			}
		}
		return true
	}
	return false
}

func (s *Server) loadItem(item savedItem) (any, error) {
	switch item.As {
	case asJSON:
		return valueOf[any](item)
	case asInteger:
		return valueOf[int](item)
	case asBytes:
		return valueOf[[]byte](item)
	case asCounts:
		return valueOf[map[string]int](item)
	case asEndpoints:
		saved, err := valueOf[[]savedEndpoint](item)
		list := make([]*endpoint, len(saved))
		for i, e := range saved {
			list[i] = &endpoint{instance: e.Instance, address: e.Address, healthy: e.Healthy}
		}
		return list, err
	case asSnapshot:
		if s.options.Spanner == nil {
			return nil, errors.New("is of a Spanner backup, and this cloud has no Spanner")
		}
		saved, err := valueOf[savedSnapshot](item)
		return s.options.Spanner.SchemaSnapshot(saved.Statements, saved.ProtoDescriptors), err
	}
	return nil, fmt.Errorf("has the unknown type %q", item.As)
}

func valueOf[T any](item savedItem) (T, error) {
	var value T
	if err := json.Unmarshal(item.Value, &value); err != nil {
		return value, fmt.Errorf("is no %s: %w", item.As, err)
	}
	return value, nil
}
