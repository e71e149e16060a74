package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// screen prints the run: numbered steps, what each shows, how long it took.
type screen struct {
	out   io.Writer
	now   func() time.Time
	total int

	step    int
	begun   time.Time
	stepped time.Time
}

func newScreen(out io.Writer, now func() time.Time, total int) *screen {
	return &screen{out: out, now: now, total: total, begun: now(), stepped: now()}
}

// begin prints the head of the next step.
func (s *screen) begin(format string, args ...any) {
	s.step++
	s.stepped = s.now()
	fmt.Fprintf(s.out, "\n[%d/%d] %s\n", s.step, s.total, fmt.Sprintf(format, args...))
}

// screenWidth is where lines of running text are broken, in characters.
const screenWidth = 100

const indent = "       " // as wide as "[1/11] "

// line prints lines of a step, indented.
func (s *screen) line(format string, args ...any) {
	for line := range strings.Lines(fmt.Sprintf(format, args...)) {
		fmt.Fprintln(s.out, strings.TrimRight(indent+line, " \n"))
	}
}

// text prints running text, its long lines broken.
func (s *screen) text(text string) {
	for line := range strings.Lines(text) {
		for _, part := range wrapped(strings.TrimRight(line, " \n"), screenWidth-len(indent)) {
			s.line("%s\n", part)
		}
	}
}

// wrapped breaks a line at spaces; the parts keep its indentation, behind a
// list's bullet too.
func wrapped(line string, width int) []string {
	words := strings.Fields(line)
	margin := line[:len(line)-len(strings.TrimLeft(line, " "))]
	if len(words) == 0 || len(line) <= width {
		return []string{line}
	}
	parts := []string{margin + words[0]}
	if words[0] == "-" {
		margin += "  "
	}
	for _, word := range words[1:] {
		if last := len(parts) - 1; len(parts[last])+1+len(word) <= width {
			parts[last] += " " + word
		} else {
			parts = append(parts, margin+word)
		}
	}
	return parts
}

// end prints the outcome of the step and the time it took.
func (s *screen) end(format string, args ...any) {
	s.line("%s (%s)", fmt.Sprintf(format, args...), seconds(s.now().Sub(s.stepped)))
}

// elapsed is the time since the run began.
func (s *screen) elapsed() string { return seconds(s.now().Sub(s.begun)) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// shortened is a text in one line of at most width characters.
func shortened(text string, width int) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= width {
		return string(runes)
	}
	cut := string(runes[:width-4])
	if space := strings.LastIndexByte(cut, ' '); space > width/2 {
		cut = cut[:space]
	}
	return cut + " ..."
}
