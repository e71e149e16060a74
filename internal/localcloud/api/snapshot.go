package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

const (
	stateFormat = "localcloud state"
	// stateVersion grows when a program that reads the old form would read the
	// new one wrongly.
	stateVersion = 1
)

// savedState is everything that outlives a run. Operations do not: what they
// change is done before the state is saved. Nor do faults and the log of
// requests, which belong to a test.
type savedState struct {
	Format    string            `json:"format"`
	Version   int               `json:"version"`
	Projects  []savedProject    `json:"projects"`
	Zones     map[string]string `json:"zones,omitempty"` // added to Google's, with their regions
	IDs       uint64            `json:"ids"`             // given out so far, as the addresses are
	Addresses uint32            `json:"addresses"`
	Externals uint32            `json:"externals"`
	Failing   map[string]bool   `json:"failing,omitempty"`
	Resources []savedResource   `json:"resources"`
	Spanner   []savedInstance   `json:"spanner,omitempty"`
}

type savedProject struct {
	ID          string             `json:"id"`
	Number      string             `json:"number"`
	Denied      map[string]bool    `json:"denied,omitempty"`
	Disabled    map[string]bool    `json:"disabled,omitempty"`
	Enabled     map[string]bool    `json:"enabled,omitempty"`
	Unreachable map[string]Partial `json:"unreachable,omitempty"`
	Quotas      map[string]int     `json:"quotas,omitempty"`
}

type savedResource struct {
	Service string `json:"service"`
	Path    string `json:"path"`
	// KindOf and Template say what the resource is, which its path does not
	// always: noncurrent objects of a bucket have one that no method has.
	KindOf     string               `json:"kindOf"`
	Template   string               `json:"template"`
	Generation int                  `json:"generation"`
	Given      bool                 `json:"given,omitempty"`
	Data       map[string]any       `json:"data"`
	Policy     map[string]any       `json:"policy,omitzero"`
	Refs       []string             `json:"refs,omitempty"`
	Extra      map[string]savedItem `json:"extra,omitzero"`
}

// Save gives all that the cloud holds in the form that Load reads. The same
// cloud gives the same bytes. Operations in flight are finished first. Of
// Spanner databases and backups it holds the schema, not the rows.
func (s *Server) Save(ctx context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.prepare(); err != nil {
		return nil, err
	}
	s.finishAll()
	state := savedState{Format: stateFormat, Version: stateVersion, Projects: []savedProject{}, Resources: []savedResource{},
		Zones: s.addedZones(), IDs: s.idSequence, Addresses: s.addresses, Externals: s.externals, Failing: s.failing}
	for _, id := range sortedKeys(s.projects) {
		p := s.projects[id]
		state.Projects = append(state.Projects, savedProject{ID: p.id, Number: p.number, Denied: p.denied, Disabled: p.disabled,
			Enabled: p.enabled, Unreachable: p.unreachable, Quotas: p.quotas})
	}
	for _, key := range sortedKeys(s.store.byKey) {
		saved, err := s.saved(s.store.byKey[key])
		if err != nil {
			return nil, err
		}
		state.Resources = append(state.Resources, saved)
	}
	if s.options.Spanner != nil {
		var err error
		if state.Spanner, err = s.savedInstances(ctx); err != nil {
			return nil, err
		}
	}
	out, err := json.MarshalIndent(state, "", " ")
	if err != nil {
		return nil, fmt.Errorf("the state has something that JSON does not: %w", err)
	}
	return append(out, '\n'), nil
}

// finishAll finishes the operations in flight in the order in which they began.
func (s *Server) finishAll() {
	var pending []*operation
	for _, op := range s.store.operations {
		if op.apply != nil {
			pending = append(pending, op)
		}
	}
	slices.SortFunc(pending, func(a, b *operation) int { return cmp.Compare(a.order, b.order) })
	for _, op := range pending {
		s.finish(op)
	}
}

// addedZones are the zones that Google does not have.
func (s *Server) addedZones() map[string]string {
	added := maps.Clone(s.zones)
	maps.DeleteFunc(added, func(zone, _ string) bool { return builtInZone(zone) })
	return added
}

func builtInZone(zone string) bool {
	region, _ := cutLast(zone, "-")
	return slices.Contains(ZonesOf(region), zone)
}

func (s *Server) saved(r *resource) (savedResource, error) {
	if of := s.savedKind(r.kind.doc.Name, r.kind.template); of == nil || *of != *r.kind {
		return savedResource{}, fmt.Errorf("%s resource %s cannot be saved: it is of a kind that no API's document has", r.service, r.path)
	}
	out := savedResource{Service: r.service, Path: r.path, KindOf: r.kind.doc.Name, Template: r.kind.template, Generation: r.generation,
		Given: r.given, Data: r.data, Policy: r.policy, Refs: r.refs}
	if out.Data == nil {
		out.Data = map[string]any{}
	}
	if r.extra != nil {
		out.Extra = map[string]savedItem{}
	}
	for name, value := range r.extra {
		item, err := s.saveItem(value)
		if err != nil {
			return savedResource{}, fmt.Errorf("%s resource %s cannot be saved: its %q %w", r.service, r.path, name, err)
		}
		out.Extra[name] = item
	}
	return out, nil
}

// savedKind finds a kind that a method gets, or the one that none does.
func (s *Server) savedKind(service, template string) *kind {
	if of := s.kindAt(service, template); of != nil || service != "servicenetworking" {
		return of
	}
	docs, err := s.router.Documents("servicenetworking.googleapis.com")
	if err != nil { // prepare has read them all
		return nil
	}
	for _, doc := range docs {
		if of := connectionKind(doc); of.template == template {
			return of
		}
	}
	return nil
}

// Load makes a cloud that nobody has used yet what another was when it was
// saved. After an error the server is of no use.
func (s *Server) Load(ctx context.Context, from []byte) error {
	state, err := readState(from)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.prepare(); err != nil {
		return err
	}
	if len(s.projects) > 0 || len(s.store.operations) > 0 {
		return errors.New("a state can only be loaded into a cloud that nobody has used yet")
	}
	if len(state.Spanner) > 0 && s.options.Spanner == nil {
		return errors.New("the state has Spanner databases, and this cloud has no Spanner to hold them")
	}
	if err := s.loadProjects(state); err != nil {
		return err
	}
	for zone, region := range state.Zones {
		s.zones[zone] = region
	}
	s.idSequence, s.addresses, s.externals, s.failing = state.IDs, state.Addresses, state.Externals, state.Failing
	if err := s.loadResources(state.Resources); err != nil {
		return err
	}
	return s.loadInstances(ctx, state.Spanner)
}

// readState decodes a state. What it does not know is an error: a state that is
// read in part would be written in part.
func readState(from []byte) (*savedState, error) {
	var head struct {
		Format  string
		Version int
	}
	if err := json.Unmarshal(from, &head); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if head.Format != stateFormat {
		return nil, errors.New("it was not written by localcloud")
	}
	if head.Version != stateVersion {
		return nil, fmt.Errorf("it has version %d of the format, and this localcloud reads version %d only", head.Version, stateVersion)
	}
	decoder := json.NewDecoder(bytes.NewReader(from))
	decoder.DisallowUnknownFields()
	state := new(savedState)
	if err := decoder.Decode(state); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("it is damaged: something follows its end")
	}
	return state, nil
}

func (s *Server) loadProjects(state *savedState) error {
	numbers := map[string]bool{}
	for _, p := range state.Projects {
		if p.ID == "" || p.Number == "" || s.projects[p.ID] != nil || numbers[p.Number] {
			return fmt.Errorf("it is damaged: project %q with number %q is incomplete or there twice", p.ID, p.Number)
		}
		numbers[p.Number] = true
		made := s.project(p.ID)
		made.number = p.Number
		maps.Copy(made.denied, p.Denied)
		maps.Copy(made.disabled, p.Disabled)
		maps.Copy(made.enabled, p.Enabled)
		maps.Copy(made.unreachable, p.Unreachable)
		maps.Copy(made.quotas, p.Quotas)
	}
	return nil
}

func (s *Server) loadResources(saved []savedResource) error {
	// The seeded resources are among those that were saved, as they were then.
	s.store.init()
	// A path follows the one that it is part of.
	slices.SortFunc(saved, func(a, b savedResource) int { return cmp.Compare(a.Path, b.Path) })
	for _, one := range saved {
		of := s.savedKind(one.KindOf, one.Template)
		switch {
		case one.Service == "" || one.Path == "" || one.Data == nil:
			return fmt.Errorf("it is damaged: %s resource %q is incomplete", one.Service, one.Path)
		case of == nil:
			return fmt.Errorf("it is damaged: %s resource %s is of the kind %s %s, which does not exist", one.Service, one.Path, one.KindOf, one.Template)
		case s.store.get(one.Service, one.Path) != nil:
			return fmt.Errorf("it is damaged: %s resource %s is there twice", one.Service, one.Path)
		}
		r := &resource{kind: of, service: one.Service, path: one.Path, data: one.Data, generation: one.Generation, policy: one.Policy, given: one.Given}
		if one.Extra != nil {
			r.extra = map[string]any{}
		}
		for name, item := range one.Extra {
			value, err := s.loadItem(item)
			if err != nil {
				return fmt.Errorf("it is damaged: %q of %s resource %s %w", name, one.Service, one.Path, err)
			}
			r.extra[name] = value
		}
		s.store.put(r)
		s.store.refer(r, one.Refs)
	}
	return nil
}
