package ddl

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Diff plans the statements that lead from what is live to what is desired.
func Diff(req Request) Plan {
	p := newPlanner(req)
	p.databaseOptions()
	p.renames()
	p.createTables()
	// Tables first: a change to one may create again what stands on it.
	for _, tables := range []bool{true, false} {
		for i, want := range p.want.objects {
			cur := p.cur.get(want.key())
			switch {
			case tables != (want.table != nil) || len(want.grant) > 0:
			case cur == nil && !tables:
				p.create(i, want)
			case cur != nil && (cur.sig != want.sig || want.bundle != nil && p.req.DescriptorsChanged) && !p.rebuilt[want.key()]:
				p.changeObject(i, cur, want)
			}
		}
	}
	p.grants()
	p.remove()
	sort.Strings(p.unmanaged)
	return Plan{Steps: order(p.actions), Refused: p.refused, Unmanaged: p.unmanaged}
}

// planner collects the actions of one Diff.
type planner struct {
	req     Request
	syntax  syntax
	cur     *Schema
	want    *Schema
	place   map[*Object]int
	using   map[element][]user
	allow   map[string]bool
	actions []*action
	refused []Refusal
	// unmanaged are live, but in neither the applied nor the desired text.
	unmanaged []string
	rebuilt   map[string]bool
	unwatched map[string]*unwatched
	planned   map[string]bool // keys of views whose change is decided
	leaving   map[string]bool // keys of objects that are being dropped
	// opened are the foreign keys that are dropped ahead of their tables.
	opened map[*constraint]bool
}

func newPlanner(req Request) *planner {
	if req.Desired == nil {
		req.Desired = newSchema()
		if req.Live != nil {
			req.Desired.dialect = req.Live.dialect
		}
	}
	p := &planner{req: req, syntax: req.Desired.syntax(), cur: withConstraintNames(effective(req), req.ConstraintNames), want: req.Desired, place: map[*Object]int{},
		allow: map[string]bool{}, rebuilt: map[string]bool{}, unwatched: map[string]*unwatched{}, planned: map[string]bool{}, leaving: map[string]bool{}, opened: map[*constraint]bool{}}
	for i, o := range p.want.objects {
		p.place[o] = i
	}
	for _, n := range req.AllowDestructive {
		p.allow[strings.ToLower(n)] = true
	}
	return p
}

// allowed reports whether the user gave up an object, by one of its names; "*"
// counts only for what the text itself removes.
func (p *planner) allowed(byText bool, names ...string) bool {
	if byText && p.allow["*"] {
		return true
	}
	for _, n := range names {
		if p.allow[strings.ToLower(n)] {
			return true
		}
	}
	return false
}

// users tells who uses what now. Few plans ask, so it is made when first asked
// for.
func (p *planner) users() map[element][]user {
	if p.using == nil {
		p.using = usersOf(p.cur)
	}
	return p.using
}

func (p *planner) add(a *action) { p.actions = append(p.actions, a) }

func (p *planner) refuse(r Refusal) { p.refused = append(p.refused, r) }

// change begins a change that is made as a whole or not at all: what is refused
// until it ends keeps all its statements from running.
func (p *planner) change() (end func()) {
	first, refused := len(p.actions), len(p.refused)
	return func() {
		for i := refused; i < len(p.refused); i++ {
			p.holdBack(p.actions[first:], i)
		}
	}
}

// holdBack notes that a refusal keeps actions from running.
func (p *planner) holdBack(actions []*action, refusal int) {
	for _, a := range actions {
		if !slices.Contains(a.step.Refused, refusal) {
			a.step.Refused = append(a.step.Refused, refusal)
			slices.Sort(a.step.Refused)
		}
	}
}

// databaseOptions compares only the options that the text names; one that it
// no longer names goes back to Spanner's default.
func (p *planner) databaseOptions() {
	var changes []optionChange
	for _, key := range sortedKeys(p.want.databaseOptions) {
		opt := p.want.databaseOptions[key]
		if cur, ok := p.cur.databaseOptions[key]; !ok && opt.sig != "NULL" || ok && cur.sig != opt.sig {
			changes = append(changes, optionChange{opt.name, opt.value})
		}
	}
	if p.req.Applied != nil {
		for _, key := range sortedKeys(p.req.Applied.databaseOptions) {
			_, wanted := p.want.databaseOptions[key]
			if cur, set := p.cur.databaseOptions[key]; set && !wanted && cur.sig != "NULL" {
				changes = append(changes, optionChange{name: cur.name})
			}
		}
	}
	if len(changes) == 0 {
		return
	}
	database := p.want.databaseName
	if database == "" && p.req.Applied != nil {
		database = p.req.Applied.databaseName
	}
	for _, statement := range p.syntax.alterDatabase(database, changes) {
		p.add(&action{rank: rank{phaseDatabase, len(p.actions)},
			step: Step{Statement: statement, Hazard: Instant, Reason: "sets database options", Objects: []string{database}}})
	}
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// create plans a whole new object that is not a table.
func (p *planner) create(i int, o *Object) {
	defer p.change()()
	step := Step{Statement: o.text, Hazard: Instant, Reason: "creates " + describe(o), Objects: []string{o.name.String()}}
	r := rank{phaseView, i}
	if o.index != nil {
		p.refuseSpelling(o, o.pos, o.index.table, o.index.columnsOf())
	}
	switch foundation, isFoundation := foundations[o.kind]; {
	case o.index != nil:
		step, r = p.createIndex(i, o)
	case isFoundation:
		r = rank{phaseFoundation, foundation, i}
	case o.kind == KindTable: // one that the parser does not understand
		r = rank{phaseTable, i}
	case streams[o.kind]:
		r = rank{phaseStream, i}
	}
	p.add(&action{step: step, rank: r, makes: []element{objectElement(o.key())}, uses: p.desiredUses(o)})
}

// foundations are the kinds that tables may stand on, in the order in which
// they may stand on each other.
var foundations = map[Kind]int{KindSchema: 1, kindBundle: 2, kindLocality: 3, kindPlacement: 4, KindSequence: 5}

// streams are the kinds that come after everything they speak of.
var streams = map[Kind]bool{KindChangeStream: true, "ROLE": true, kindGrant: true}

// createIndex: an index on a table of the same plan is empty at once; on any
// other table Spanner reads all rows.
func (p *planner) createIndex(i int, o *Object) (Step, rank) {
	step := Step{Statement: o.text, Hazard: Instant, Objects: []string{o.name.String(), o.index.table.String()},
		Reason: "creates " + describe(o) + " on the new table " + o.index.table.String()}
	if p.cur.relation(o.index.table.key) != nil {
		step.Hazard, step.Reason = indexHazard(o)
		return step, rank{phaseIndex, i}
	}
	if t := p.want.relation(o.index.table.key); t != nil {
		return step, rank{phaseTable, p.place[t], 2, i}
	}
	return step, rank{phaseIndex, i}
}

func indexHazard(o *Object) (Hazard, string) {
	if o.index.unique {
		return Unsafe, "fills a unique index from existing rows; fails if two rows have the same key, and reads the whole table (backfill)"
	}
	return Backfill, "fills the index from existing rows"
}

// changeObject plans what leads from one version of an object to another.
func (p *planner) changeObject(i int, cur, want *Object) {
	if want.table == nil || cur.table == nil { // a table has many changes
		defer p.change()()
	}
	switch {
	case cur.kind != want.kind && (cur.index == nil || want.index == nil):
		p.refuse(Refusal{Object: want.name.String(), Position: want.pos,
			Reason: fmt.Sprintf("%s is a %s in the database, and the text declares a %s", want.name, strings.ToLower(string(cur.kind)), strings.ToLower(string(want.kind))),
			Remedy: "give the new object another name"})
	case want.kind == KindSchema || want.kind == "ROLE":
		// Nothing but a name, however it is spelled.
	case want.table != nil && cur.table != nil:
		p.changeTable(i, cur, want)
	case want.index != nil && cur.index != nil:
		p.changeIndex(i, cur, want)
	case want.view != nil && cur.view != nil:
		p.changeView(i, cur, want)
	case want.stream != nil && cur.stream != nil:
		p.changeStream(i, cur, want)
	case want.bundle != nil && cur.bundle != nil:
		p.changeBundle(i, cur, want)
	case want.settings != nil && cur.settings != nil:
		if changes := optionChanges(cur.settings, want.settings); len(changes) > 0 {
			p.add(&action{rank: rank{phaseAlter, i}, makes: []element{objectElement(want.key())},
				step: Step{Statement: fmt.Sprintf("ALTER %s %s %s", want.kind, p.sql(cur.name), p.syntax.setOptions(changes)), Hazard: Instant,
					Reason: "changes options of " + describe(want), Objects: []string{want.name.String()}}})
		}
	case want.sequence != nil && cur.sequence != nil:
		p.changeSequence(i, cur, want)
	default:
		p.changePlain(i, cur, want)
	}
}

// changePlain handles the kinds that are compared word by word: replaced
// where the kind knows CREATE OR REPLACE, else dropped and created where the
// user allowed it.
func (p *planner) changePlain(i int, cur, want *Object) {
	if replaceable[want.kind] {
		p.add(&action{rank: rank{phaseView, i}, makes: []element{objectElement(want.key())}, uses: p.desiredUses(want), frees: currentUses(cur),
			step: Step{Statement: want.replacing(), Hazard: Instant, Reason: "replaces " + describe(want), Objects: []string{want.name.String()}}})
		return
	}
	if !p.allowed(false, want.name.String()) {
		p.refuse(Refusal{Object: want.name.String(), Position: want.pos, Allowable: true,
			Reason: fmt.Sprintf("%s differs from what the database holds, and Spanner or this provider cannot change it in place", describe(want)),
			Remedy: fmt.Sprintf("name %q in allow_destructive to have it dropped and created again", want.name)})
	}
	p.drop(cur, rank{phaseAlter, i}, Destructive, "drops "+describe(cur)+" to create it anew")
	p.create(i, want)
}

var replaceable = map[Kind]bool{KindView: true, "MODEL": true, "FUNCTION": true, "PROPERTY GRAPH": true}

// replacing is the statement with OR REPLACE behind its CREATE.
func (o *Object) replacing() string {
	words := o.words()
	if len(words) < 2 || isWord(words[1], "OR") {
		return o.text
	}
	create := words[0].end()
	return o.text[:create] + " OR REPLACE" + o.text[create:]
}

func describe(o *Object) string {
	return strings.ToLower(string(o.kind)) + " " + o.name.String()
}
