package main

import (
	"fmt"
	"strings"
)

const (
	beginMark = "<!-- BEGIN GENERATED -->"
	endMark   = "<!-- END GENERATED -->"
)

// splice replaces what stands between the markers.
func splice(text, generated string) (string, error) {
	for _, mark := range []string{beginMark, endMark} {
		switch strings.Count(text, mark) {
		case 0:
			return "", fmt.Errorf("the line %s is missing", mark)
		case 1:
		default:
			return "", fmt.Errorf("the line %s is there more than once", mark)
		}
	}
	head, rest, _ := strings.Cut(text, beginMark)
	_, tail, found := strings.Cut(rest, endMark)
	if !found {
		return "", fmt.Errorf("the line %s stands before %s", endMark, beginMark)
	}
	return head + beginMark + "\n" + generated + "\n" + endMark + tail, nil
}

// diff shows what changes between two texts as one hunk of a unified diff: the
// lines from the first that differs to the last, with three around them.
func diff(name, before, after string) string {
	const around = 3
	old, now := lines(before), lines(after)
	first := 0
	for first < min(len(old), len(now)) && old[first] == now[first] {
		first++
	}
	same := 0
	for same < min(len(old), len(now))-first && old[len(old)-1-same] == now[len(now)-1-same] {
		same++
	}
	from, context := max(0, first-around), min(same, around)
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s (generated)\n@@ -%d,%d +%d,%d @@\n", name, name,
		from+1, len(old)-same+context-from, from+1, len(now)-same+context-from)
	write := func(sign string, part []string) {
		for _, line := range part {
			b.WriteString(sign + line + "\n")
		}
	}
	write(" ", old[from:first])
	write("-", old[first:len(old)-same])
	write("+", now[first:len(now)-same])
	write(" ", old[len(old)-same:len(old)-same+context])
	return b.String()
}

// lines are a text's lines without their ends.
func lines(text string) []string {
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
