package topology

import (
	"fmt"
	"math"
)

// Latency is a time in milliseconds that is known exactly or within bounds.
// AtMost is infinite where nothing bounds it from above; both are infinite
// where the thing cannot happen at all, as a commit without a quorum.
type Latency struct {
	AtLeast, AtMost float64
}

// Exactly is a latency that is known.
func Exactly(milliseconds float64) Latency { return Latency{milliseconds, milliseconds} }

// Unbounded is a latency of which only a lower bound is known.
func Unbounded(atLeast float64) Latency { return Latency{atLeast, math.Inf(1)} }

// Never is the latency of what cannot happen.
func Never() Latency { return Latency{math.Inf(1), math.Inf(1)} }

// Exact is the latency in milliseconds where it is known.
func (l Latency) Exact() (float64, bool) {
	return l.AtMost, l.AtLeast == l.AtMost && !l.Impossible()
}

// Bounded tells whether the latency has an upper bound.
func (l Latency) Bounded() bool { return !math.IsInf(l.AtMost, 1) }

// Impossible tells whether the thing cannot happen.
func (l Latency) Impossible() bool { return math.IsInf(l.AtLeast, 1) }

// Plus is the latency of one thing after another.
func (l Latency) Plus(other Latency) Latency {
	return Latency{l.AtLeast + other.AtLeast, l.AtMost + other.AtMost}
}

// Slower is the latency of two things at the same time, both of which are waited for.
func (l Latency) Slower(other Latency) Latency {
	return Latency{max(l.AtLeast, other.AtLeast), max(l.AtMost, other.AtMost)}
}

// Faster is the latency of two things at the same time, the first of which is enough.
func (l Latency) Faster(other Latency) Latency {
	return Latency{min(l.AtLeast, other.AtLeast), min(l.AtMost, other.AtMost)}
}

// String writes the latency in whole milliseconds: "33", "2..33", ">=8", "never".
func (l Latency) String() string {
	switch {
	case l.Impossible():
		return "never"
	case !l.Bounded():
		return fmt.Sprintf(">=%.0f", l.AtLeast)
	case math.Round(l.AtLeast) == math.Round(l.AtMost):
		return fmt.Sprintf("%.0f", l.AtMost)
	}
	return fmt.Sprintf("%.0f..%.0f", l.AtLeast, l.AtMost)
}
