package api

import (
	"strings"
	"testing"
)

// A hook for a method or kind that no document has would never be asked.
func TestHooksAreForWhatDocumentsHave(t *testing.T) {
	t.Parallel()
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.prepare(); err != nil {
		t.Fatal(err)
	}
	methods, words := map[string]bool{}, map[string]bool{}
	for _, host := range s.router.Hosts() {
		docs, err := s.router.Documents(host)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			for id := range d.Methods {
				methods[id] = true
			}
		}
	}
	for _, of := range s.kinds.byPath {
		words[kindKey(of.doc.Name, of.word)] = true
	}
	for id := range s.hooks.methods {
		if !methods[id] {
			t.Errorf("no document has the method %s", id)
		}
	}
	note := func(kind string) {
		if !words[kind] {
			t.Errorf("no document has the kind %s", kind)
		}
	}
	for kind := range s.hooks.check {
		note(kind)
	}
	for kind := range s.hooks.deletion {
		note(kind)
	}
	for kind := range s.hooks.made {
		note(kind)
	}
	for kind := range s.hooks.gone {
		note(kind)
	}
	for kind := range s.hooks.replaced {
		note(kind)
	}
	for kind := range s.hooks.show {
		note(kind)
	}
	for kind := range generatesID {
		note(kind)
	}
	for kind := range mergesOnPut {
		note(kind)
	}
	for kind := range madeOtherwise {
		if !strings.HasPrefix(kind, "cloudkms ") && !strings.HasPrefix(kind, "secretmanager ") {
			note(kind)
		}
	}
}
