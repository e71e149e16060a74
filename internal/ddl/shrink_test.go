package ddl_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// program is a random schema and a random change of it: the edits that make
// the one and the other.
type program struct {
	dialect       ddl.Dialect
	before, after []randomEdit
}

func newProgram(dialect ddl.Dialect, seed uint64) program {
	r := rand.New(rand.NewPCG(seed, 1))
	id := 0
	edit := func(kind int) randomEdit {
		id++
		return randomEdit{kind: kind, seed: r.Uint64(), id: id}
	}
	p := program{dialect: dialect}
	for range 3 + r.IntN(3) {
		p.before = append(p.before, edit(0)) // a table
	}
	for range 25 {
		p.before = append(p.before, edit(r.IntN(len(edits))))
	}
	for range 1 + r.IntN(10) {
		p.after = append(p.after, edit(r.IntN(len(edits))))
	}
	return p
}

// run makes both schemas.
func (p program) run() (before, after *randomSchema) {
	before, after = &randomSchema{dialect: p.dialect}, &randomSchema{dialect: p.dialect}
	for _, e := range p.before {
		before.apply(e)
		after.apply(e)
	}
	after.changing = true
	for _, e := range p.after {
		after.apply(e)
	}
	return before, after
}

// shrink leaves out as many edits as it can while fails still does, within a
// number of tries.
func (p program) shrink(tries int, fails func(program) bool) program {
	for size := max(len(p.before), len(p.after)); size > 0; size /= 2 {
		for _, part := range []func(*program) *[]randomEdit{
			func(p *program) *[]randomEdit { return &p.after }, func(p *program) *[]randomEdit { return &p.before },
		} {
			for at := 0; at < len(*part(&p)); {
				if tries == 0 {
					return p
				}
				tries--
				smaller := p
				all := *part(&p)
				*part(&smaller) = slices.Delete(slices.Clone(all), at, min(at+size, len(all)))
				if fails(smaller) {
					p = smaller
				} else {
					at += size
				}
			}
		}
	}
	return p
}

func (p program) String() string {
	before, after := p.run()
	return fmt.Sprintf("before:\n%s\nafter:\n%s", before.text(), after.text())
}
