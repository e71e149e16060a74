package ddl

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// chunk is how many statements one goroutine reads at a time.
const chunk = 64

// readAll reads n statements on all processors and puts together what they
// say, in their order. prepare gives the i-th statement, or false for none; it
// runs beside the others, and may use the room that it is given, empty, until it
// is called again with it: nothing of a statement is kept but texts.
func (r *reader) readAll(n int, prepare func(i int, room []lexeme) (statement, bool)) {
	parts := make([]*reader, (n+chunk-1)/chunk)
	var next atomic.Int64
	work := func() {
		var room []lexeme
		for {
			k := int(next.Add(1)) - 1
			if k >= len(parts) {
				return
			}
			part := &reader{echo: r.echo, known: r.known}
			for i := k * chunk; i < min(n, (k+1)*chunk); i++ {
				if st, ok := prepare(i, room[:0]); ok {
					part.read(st)
					if cap(st.src.lexemes) > cap(room) {
						room = st.src.lexemes
					}
				}
			}
			parts[k] = part
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(parts)) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
	for _, part := range parts {
		r.join(part)
	}
}

// join takes over what the statements behind its own say.
func (r *reader) join(part *reader) {
	r.warnings = append(r.warnings, part.warnings...)
	r.problems = append(r.problems, part.problems...)
	r.alters = append(r.alters, part.alters...)
	r.spelled = append(r.spelled, part.spelled...)
	if part.databaseName != "" {
		r.schema.databaseName = part.databaseName
	}
	for _, o := range part.databaseOptions {
		r.schema.databaseOptions[o.key] = o.option
	}
	for _, o := range part.found {
		if first := r.schema.get(o.key()); first != nil {
			r.problem(twice(o, first))
			continue
		}
		r.schema.add(o)
	}
}
