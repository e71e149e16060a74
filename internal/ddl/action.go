package ddl

import "container/heap"

// Phases give statements their natural order where no dependency decides:
// what others stand on first, removals last, so that a plan that fails half
// way has lost nothing.
const (
	phaseDatabase = iota
	phaseFoundation
	phaseTable
	phaseAlter
	phaseConstraint
	phaseIndex
	phaseView
	phaseStream
	phaseRemove
)

// rank orders actions: phase, then place in the text, then place beside
// others of the same object.
type rank [4]int

func (r rank) less(o rank) bool {
	for i := range r {
		if r[i] != o[i] {
			return r[i] < o[i]
		}
	}
	return false
}

// element names a thing that statements make, remove or use: an object, a
// column or a constraint.
type element string

func objectElement(key string) element { return element("object " + key) }
func relationElement(nameKey string) element {
	return objectElement(KindTable.namespace() + " " + nameKey)
}
func columnElement(table, column string) element { return element("column " + table + " " + column) }
func constraintElement(table string, c *constraint) element {
	if c.key == "" {
		return element("constraint " + table + " " + c.sig)
	}
	return element("constraint " + table + " " + c.key)
}

// action is a step with what orders it among others.
type action struct {
	step Step
	rank rank
	// removes and makes name what ceases to be and what comes to be; a change
	// that others must make way for does both.
	removes, makes []element
	// uses must be in its new form before the action runs.
	uses []element
	// frees was used before the action and no longer is.
	frees []element
}

// order sorts actions so that what is used is made first and what is removed
// is free first; among the ready ones the lowest rank goes first. Where names
// alone suggest a circle, rank decides.
func order(actions []*action) []Step {
	makers, removers, freers := index3(actions)
	after := make([][]int, len(actions))
	waits := make([]int, len(actions))
	edge := func(from, to int) {
		if from != to {
			after[from] = append(after[from], to)
			waits[to]++
		}
	}
	for i, a := range actions {
		for _, u := range a.uses {
			for _, m := range makers[u] {
				edge(m, i)
			}
		}
		for _, r := range a.removes {
			for _, f := range freers[r] {
				edge(f, i)
			}
		}
		for _, m := range a.makes {
			for _, r := range removers[m] {
				edge(r, i)
			}
		}
	}
	queue := &readyQueue{actions: actions}
	done := make([]bool, len(actions))
	for i := range actions {
		if waits[i] == 0 {
			heap.Push(queue, i)
		}
	}
	steps := make([]Step, 0, len(actions))
	for len(steps) < len(actions) {
		if queue.Len() == 0 {
			heap.Push(queue, lowest(actions, done))
		}
		i, ok := heap.Pop(queue).(int)
		if !ok || done[i] {
			continue
		}
		done[i] = true
		steps = append(steps, actions[i].step)
		for _, next := range after[i] {
			waits[next]--
			if waits[next] == 0 && !done[next] {
				heap.Push(queue, next)
			}
		}
	}
	return steps
}

func index3(actions []*action) (makers, removers, freers map[element][]int) {
	makers, removers, freers = map[element][]int{}, map[element][]int{}, map[element][]int{}
	for i, a := range actions {
		for _, e := range a.makes {
			makers[e] = append(makers[e], i)
		}
		for _, e := range a.removes {
			removers[e] = append(removers[e], i)
		}
		for _, e := range a.frees {
			freers[e] = append(freers[e], i)
		}
	}
	return makers, removers, freers
}

// lowest finds the undone action of lowest rank, to break a circle.
func lowest(actions []*action, done []bool) int {
	best := -1
	for i, a := range actions {
		if !done[i] && (best < 0 || a.rank.less(actions[best].rank)) {
			best = i
		}
	}
	return best
}

// readyQueue is a heap of indexes into actions, lowest rank first.
type readyQueue struct {
	actions []*action
	items   []int
}

func (q *readyQueue) Len() int { return len(q.items) }
func (q *readyQueue) Less(i, j int) bool {
	a, b := q.items[i], q.items[j]
	// Equal ranks go in the order in which they were planned: the same plan
	// must come out every time.
	return q.actions[a].rank.less(q.actions[b].rank) || a < b && q.actions[a].rank == q.actions[b].rank
}
func (q *readyQueue) Swap(i, j int) { q.items[i], q.items[j] = q.items[j], q.items[i] }
func (q *readyQueue) Push(x any) {
	if i, ok := x.(int); ok {
		q.items = append(q.items, i)
	}
}
func (q *readyQueue) Pop() any {
	last := q.items[len(q.items)-1]
	q.items = q.items[:len(q.items)-1]
	return last
}

// components gives every node the number of its strongly connected
// component: two nodes with the same number reach each other.
func components(nodes []string, edges map[string][]string) map[string]int {
	c := &connect{edges: edges, index: map[string]int{}, low: map[string]int{}, on: map[string]bool{}, out: map[string]int{}}
	for _, n := range nodes {
		if _, seen := c.index[n]; !seen {
			c.visit(n)
		}
	}
	return c.out
}

// connect is Tarjan's algorithm.
type connect struct {
	edges      map[string][]string
	index, low map[string]int
	on         map[string]bool
	stack      []string
	out        map[string]int
	count      int
}

func (c *connect) visit(n string) {
	c.index[n] = len(c.index)
	c.low[n] = c.index[n]
	c.stack = append(c.stack, n)
	c.on[n] = true
	for _, m := range c.edges[n] {
		if _, seen := c.index[m]; !seen {
			c.visit(m)
			c.low[n] = min(c.low[n], c.low[m])
		} else if c.on[m] {
			c.low[n] = min(c.low[n], c.index[m])
		}
	}
	if c.low[n] != c.index[n] {
		return
	}
	c.count++
	for {
		m := c.stack[len(c.stack)-1]
		c.stack = c.stack[:len(c.stack)-1]
		c.on[m] = false
		c.out[m] = c.count
		if m == n {
			return
		}
	}
}
