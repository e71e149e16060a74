package main

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	// longestCode is how many characters of a type or default stand in a table.
	longestCode = 48
	// longestText is how many of a description do, where there is a section to
	// hold all of it.
	longestText = 160
)

// render writes the tables.
func render(m module) string {
	var b strings.Builder
	m.renderVersions(&b)
	m.renderInputs(&b)
	m.renderOutputs(&b)
	m.renderCalls(&b)
	m.renderResources(&b)
	return b.String()
}

// table writes a heading and a table, or nothing when there are no rows.
func table(b *strings.Builder, title, note string, columns []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", title)
	if note != "" {
		b.WriteString(note + "\n\n")
	}
	fmt.Fprintf(b, "| %s |\n|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for _, row := range rows {
		fmt.Fprintf(b, "| %s |\n", strings.Join(row, " | "))
	}
}

func (m module) renderVersions(b *strings.Builder) {
	var rows [][]string
	if m.requiredCore != "" {
		rows = append(rows, []string{"Terraform or OpenTofu", code(m.requiredCore)})
	}
	for _, p := range m.providers {
		name := code(p.source)
		if page := p.page(); page != "" {
			name = fmt.Sprintf("[%s](%s)", name, page)
		}
		version := "any"
		if p.version != "" {
			version = code(p.version)
		}
		rows = append(rows, []string{"provider " + name, version})
	}
	table(b, "Requirements", "", []string{"Name", "Version"}, rows)
}

func (m module) renderInputs(b *strings.Builder) {
	var rows [][]string
	var sections strings.Builder
	for _, in := range m.inputs {
		name, description := code(in.name), in.description
		typed, fallback := code(in.typed.text), ""
		if !in.required {
			fallback = code(in.fallback.text)
		}
		if long(in.typed.text) || long(in.fallback.text) {
			in.renderSection(&sections)
			name = fmt.Sprintf("[%s](#%s)", name, in.anchor())
			description = summary(description)
			if long(in.typed.text) {
				typed = code(in.typed.short)
			}
			if long(in.fallback.text) {
				fallback = fmt.Sprintf("[below](#%s)", in.anchor())
			}
		}
		required := "no"
		if in.required {
			required = "yes"
		}
		rows = append(rows, []string{name, cell(description, in.sensitive), typed, fallback, required})
	}
	note := ""
	if sections.Len() > 0 {
		note = "A name that is a link has more below the table."
	}
	table(b, "Inputs", note, []string{"Name", "Description", "Type", "Default", "Required"}, rows)
	b.WriteString(sections.String())
}

// renderSection shows all of an input that does not fit into the table.
func (in input) renderSection(b *strings.Builder) {
	fmt.Fprintf(b, "\n### Input `%s`\n\n", in.name)
	if in.description != "" {
		b.WriteString(prose(in.description) + "\n\n")
	}
	fmt.Fprintf(b, "```hcl\n%s\n```\n", in.typed.text)
	if long(in.fallback.text) {
		fmt.Fprintf(b, "\nDefault:\n\n```hcl\n%s\n```\n", in.fallback.text)
	}
}

// anchor is where GitHub puts the section's heading.
func (in input) anchor() string { return "input-" + strings.ToLower(in.name) }

func (m module) renderOutputs(b *strings.Builder) {
	var rows [][]string
	for _, out := range m.outputs {
		rows = append(rows, []string{code(out.name), cell(out.description, out.sensitive)})
	}
	table(b, "Outputs", "", []string{"Name", "Description"}, rows)
}

func (m module) renderCalls(b *strings.Builder) {
	var rows [][]string
	for _, c := range m.calls {
		source := code(c.source)
		if strings.HasPrefix(c.source, "./") || strings.HasPrefix(c.source, "../") {
			source = fmt.Sprintf("[%s](%s)", source, c.source)
		}
		rows = append(rows, []string{code(c.name), source})
	}
	table(b, "Modules", "", []string{"Name", "Source"}, rows)
}

// renderResources writes one row for each type, with the names of all that have it.
func (m module) renderResources(b *strings.Builder) {
	var rows [][]string
	for i, r := range m.resources {
		if i > 0 && m.resources[i-1].kind == r.kind && m.resources[i-1].data == r.data {
			rows[len(rows)-1][1] += ", " + code(r.name)
			continue
		}
		kind := code(r.kind)
		if page := m.resourcePage(r); page != "" {
			kind = fmt.Sprintf("[%s](%s)", kind, page)
		}
		if r.data {
			kind = "data " + kind
		}
		rows = append(rows, []string{kind, code(r.name)})
	}
	table(b, "Resources", "", []string{"Type", "Names in this module"}, rows)
}

// resourcePage is the documentation of a resource; empty where the module does
// not say which provider it is of.
func (m module) resourcePage(r resource) string {
	if r.withoutAddress {
		return "https://developer.hashicorp.com/terraform/language/resources/" + strings.ReplaceAll(r.kind, "_", "-")
	}
	for _, p := range m.providers {
		if p.name != r.provider || p.page() == "" {
			continue
		}
		return p.resourcePage(r)
	}
	return ""
}

// own is the provider of this repository, whose documents lie beside the modules.
const own = "proveniq/proveniq"

// page is where the provider's source is; empty for a source on a host of its own.
func (p requirement) page() string {
	namespace, name, found := strings.Cut(p.source, "/")
	switch {
	case p.source == own:
		return "../../docs/index.md"
	case !found || strings.Contains(name, "/"):
		return ""
	}
	return "https://github.com/" + namespace + "/terraform-provider-" + name
}

// resourcePage is the page of one of the provider's resources.
func (p requirement) resourcePage(r resource) string {
	_, short, _ := strings.Cut(r.kind, "_")
	ours, theirs := "resources", "r"
	if r.data {
		ours, theirs = "data-sources", "d"
	}
	if p.source == own {
		return "../../docs/" + ours + "/" + short + ".md"
	}
	return p.page() + "/blob/main/website/docs/" + theirs + "/" + short + ".html.markdown"
}

// long says whether an expression needs more room than a table has.
func long(text string) bool { return len(text) > longestCode || strings.Contains(text, "\n") }

// endOfSentence is where the next one begins in the same line; dots that leave
// something out end none.
var endOfSentence = regexp.MustCompile("[^.][.] [A-Z`]")

// summary is a description, or when it is long the first sentence of its first
// paragraph; a list has a section to be in.
func summary(description string) string {
	if len(strings.Join(strings.Fields(description), " ")) <= longestText {
		return description
	}
	var paragraph []string
	for _, line := range strings.Split(strings.TrimSpace(description), "\n") {
		if line = strings.TrimSpace(line); line == "" || item(line) {
			break
		}
		paragraph = append(paragraph, line)
	}
	first := strings.Join(paragraph, " ")
	if end := endOfSentence.FindStringIndex(first); end != nil {
		first = first[:end[0]+2]
	}
	return first
}

// code is a code span in a table.
func code(text string) string {
	if text == "" {
		return ""
	}
	quote := "`"
	if strings.Contains(text, "`") {
		quote = "``"
	}
	return quote + strings.ReplaceAll(text, "|", `\|`) + quote
}

// cell is a description in a table, in which a line must not end.
func cell(description string, sensitive bool) string {
	var b strings.Builder
	between := ""
	for _, line := range strings.Split(strings.TrimSpace(description), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			between = "<br><br>"
			continue
		}
		if item(line) {
			between, line = "<br>", "• "+line[2:]
		}
		b.WriteString(between + strings.ReplaceAll(visible(line), "|", `\|`))
		between = " "
		if stops(line) {
			between = "<br>"
		}
	}
	text := strings.TrimPrefix(b.String(), "<br>")
	if sensitive {
		text += " Sensitive."
	}
	return strings.TrimSpace(text)
}

// prose is a description as text of its own. A line that ends a sentence stays
// a line.
func prose(description string) string {
	text := strings.TrimSpace(description)
	if strings.Contains(text, "```") {
		return text
	}
	rows := strings.Split(text, "\n")
	for i, row := range rows {
		rows[i] = visible(strings.TrimRight(row, " \t"))
		if i+1 == len(rows) || !stops(row) {
			continue
		}
		if next := strings.TrimSpace(rows[i+1]); next != "" && !item(next) && !strings.HasPrefix(next, "|") {
			rows[i] += `\`
		}
	}
	return strings.Join(rows, "\n")
}

// item says whether a line is one of a list.
func item(line string) bool { return strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ") }

// stops says whether a line ends with a sentence.
func stops(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasSuffix(line, ".") || strings.HasSuffix(line, ":") || strings.HasSuffix(line, ";")
}

// visible keeps what looks like HTML from being taken for it, but leaves code
// spans as they are.
func visible(line string) string {
	parts := strings.Split(line, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.ReplaceAll(parts[i], "<", "&lt;")
	}
	return strings.Join(parts, "`")
}
