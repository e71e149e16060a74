package alerttest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const top = "../.."

// guides gives the runbooks by name, as they are written.
func guides(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(top, "templates", "guides", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no guides: %v, %v", files, err)
	}
	all := map[string]string{}
	for _, file := range files {
		all[strings.TrimSuffix(filepath.Base(file), ".md")] = readFile(t, file)
	}
	return all
}

func readFile(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// classOrWindow is what a title says of a class of traffic or of windows.
var classOrWindow = regexp.MustCompile(` of [a-z]+( burns)|, .*$`)

// TestAlertsLeadToRunbooks: what an incident links to is there, is about this alert,
// and tells what the plan will show.
func TestAlertsLeadToRunbooks(t *testing.T) {
	all := guides(t)
	for setting, alerts := range Apply(t).Alerts {
		for key, alert := range alerts {
			text, ok := all[alert.Guide]
			title := classOrWindow.ReplaceAllString(alert.Title, "${1}")
			if strings.HasPrefix(alert.Name, "latency_burn_") {
				title = strings.Replace(title, " burns", " of a class burns", 1)
			}
			if !ok {
				t.Errorf("%s (%s) links to the guide %s, which is not there", key, setting, alert.Guide)
			} else if !strings.Contains(text, "*"+title+"*") {
				t.Errorf("the guide %s does not name the alert that leads there, *%s*", alert.Guide, title)
			} else if !strings.Contains(text, "plan") || !strings.Contains(text, "terraform apply") {
				t.Errorf("the guide %s shows neither a plan nor an apply", alert.Guide)
			}
		}
	}
	link := regexp.MustCompile(`\]\(([a-z-]+)\)`)
	for name, text := range all {
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			if _, ok := all[match[1]]; !ok {
				t.Errorf("%s links to %s, which is not there", name, match[1])
			}
		}
		if _, err := os.Stat(filepath.Join(top, "docs", "guides", name+".md")); err != nil {
			t.Errorf("docs/guides lacks %s: run make generate", name)
		}
	}
}

// TestIncidentsHaveTheWholeCommand: an ordinary plan waits for what is down, and who
// is woken copies what the incident says.
func TestIncidentsHaveTheWholeCommand(t *testing.T) {
	const command = "run `terraform apply -refresh=false -target="
	for setting, alerts := range Apply(t).Alerts {
		for key, alert := range alerts {
			for _, lever := range []string{"read_only", "capacity_percent = 0"} {
				for _, after := range strings.Split(alert.Runbook, lever)[1:] {
					if len(after) < 80 || !strings.Contains(after[:80], command) {
						t.Errorf("%s (%s) says %s without its command:\n%s", key, setting, lever, alert.Runbook)
					}
				}
			}
		}
	}
}

// stays is what a guide's block says where it shows a part: maps and objects are
// replaced whole, and what is left out is gone.
const stays = "# the other entries stay as they are"

var (
	hclBlock   = regexp.MustCompile("(?s)```hcl\n(.*?)```")
	objectHead = regexp.MustCompile(`^( *)([a-z_]+) = \{$`)
	inlineCode = regexp.MustCompile("`([^`\n]+)`")
	aRegion    = regexp.MustCompile(`(?m)^ *[a-z]+-[a-z]+[0-9]+ *= `)
	assigned   = regexp.MustCompile(`([a-z_]+)(?:\["[^"]+"\])?(?:\.([a-z_]+))? = (\{[^}]*)?`)
)

// TestRunbooksShowWholeObjects: a block that is pasted as it stands must take nothing
// away.
func TestRunbooksShowWholeObjects(t *testing.T) {
	checked := 0
	for name, text := range guides(t) {
		for _, block := range hclBlock.FindAllStringSubmatch(text, -1) {
			lines := strings.Split(block[1], "\n")
			for i := 0; i < len(lines); i++ {
				head := objectHead.FindStringSubmatch(lines[i])
				if head == nil {
					continue
				}
				length := slices.Index(lines[i:], head[1]+"}")
				if length < 0 {
					t.Fatalf("%s: the block of %s has no end", name, head[2])
				}
				checked++
				object := strings.Join(lines[i:i+length], "\n")
				i += length
				whole := head[2] == "traffic_shift" || head[2] == "regions" && len(aRegion.FindAllString(object, -1)) >= 3
				if !whole && !strings.Contains(object, head[1]+"  "+stays) {
					t.Errorf("%s: whoever pastes this block of %s loses what it leaves out; show all, or say %q:\n%s", name, head[2], stays, block[1])
				}
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d objects were found in the guides: the test reads them wrongly", checked)
	}
}

// variableBlocks gives the text of each variable of a file.
func variableBlocks(t *testing.T, path ...string) map[string]string {
	t.Helper()
	blocks := map[string]string{}
	for _, match := range regexp.MustCompile(`(?ms)^variable "([a-z_]+)" \{\n(.*?)^\}`).FindAllStringSubmatch(readFile(t, filepath.Join(append([]string{top}, path...)...)), -1) {
		blocks[match[1]] = match[2]
	}
	return blocks
}

// TestRunbooksSayWhatCanBeSet: what stands in a sentence, as `sql = { tier = ... }` or
// regions["R"].replicas = 3, is an attribute of that variable.
func TestRunbooksSayWhatCanBeSet(t *testing.T) {
	ledger, production := variableBlocks(t, "modules", "ledger", "variables.tf"), variableBlocks(t, "examples", "production", "variables.tf")
	has := func(block, attribute string) bool {
		return regexp.MustCompile(`\b` + attribute + ` *= *(optional\(|[a-z])`).MatchString(block)
	}
	inner := regexp.MustCompile(`[{,] *([a-z_]+) = `)
	checked := 0
	for name, text := range guides(t) {
		for _, code := range inlineCode.FindAllStringSubmatch(text, -1) {
			// A plan's line or a shell's word is no setting.
			setting := assigned.FindStringSubmatch(code[1])
			if setting == nil || !strings.HasPrefix(code[1], setting[0]) {
				continue
			}
			checked++
			variable, attribute, object := setting[1], setting[2], setting[3]
			block, declared := ledger[variable]
			switch {
			case !declared && production[variable] != "":
				continue // its values are keyed by region
			case !declared && attribute == "" && (has(ledger["regions"], variable) || has(ledger["traffic_shift"], variable)):
				continue
			case !declared:
				t.Errorf("%s says `%s`, and there is no variable %s", name, code[1], variable)
				continue
			}
			if attribute != "" && !has(block, attribute) {
				t.Errorf("%s says `%s`, and %s has no %s", name, code[1], variable, attribute)
			}
			for _, match := range inner.FindAllStringSubmatch(object, -1) {
				if !has(block, match[1]) && !has(production[variable], match[1]) {
					t.Errorf("%s says `%s`, and %s has no %s", name, code[1], variable, match[1])
				}
			}
		}
	}
	if checked < 15 {
		t.Errorf("only %d settings were found in the guides: the test reads them wrongly", checked)
	}
}

// TestPromotedReplicaKeepsItsLogin: pods find their way to the promoted instance by
// what the guide shows, and nothing of it may be left to a default.
func TestPromotedReplicaKeepsItsLogin(t *testing.T) {
	shown := regexp.MustCompile(`(?s)sql = \{(.*?)\}`).FindStringSubmatch(guides(t)["promote-replica"])
	of := regexp.MustCompile(`(?s)sql = optional\(object\(\{(.*?)\}\)\)`).FindStringSubmatch(variableBlocks(t, "modules", "ledger", "variables.tf")["regions"])
	if shown == nil || of == nil {
		t.Fatal("existing.sql is not found")
	}
	attributes := regexp.MustCompile(`(?m)^ *([a-z_]+) *= `)
	for _, attribute := range attributes.FindAllStringSubmatch(of[1], -1) {
		if attribute[1] != "replica" && !regexp.MustCompile(`\b`+attribute[1]+` *= `).MatchString(shown[1]) {
			t.Errorf("the guide shows existing.sql without %s", attribute[1])
		}
	}
}

// TestRunbooksUseWhatTheLedgerHas: in an outage nobody wants to learn that a
// variable or a resource is called otherwise.
func TestRunbooksUseWhatTheLedgerHas(t *testing.T) {
	variables := readFile(t, filepath.Join(top, "modules", "ledger", "variables.tf"))
	declared := regexp.MustCompile(`(?m)^variable "([a-z_]+)"`).FindAllStringSubmatch(variables, -1)
	var names []string
	for _, match := range declared {
		names = append(names, match[1])
	}
	var (
		argument  = regexp.MustCompile(`(?m)^( *)([a-z_]+) *= `)
		inside    = regexp.MustCompile(`[{,] *([a-z_]+) = `)
		address   = regexp.MustCompile(`module\.ledger\.((?:module\.[a-z_]+(?:\[[^\]]*\])?\.)*)((?:google|proveniq|terraform)_[a-z_]+)\.([a-z_]+)`)
		submodule = regexp.MustCompile(`module\.([a-z_]+)`)
	)
	checked := 0
	for name, text := range guides(t) {
		for _, found := range hclBlock.FindAllStringSubmatch(text, -1) {
			// A block in a numbered list is indented as a whole.
			code, least := found[1], -1
			for _, match := range argument.FindAllStringSubmatch(code, -1) {
				if least < 0 || len(match[1]) < least {
					least = len(match[1])
				}
			}
			for _, match := range argument.FindAllStringSubmatch(code, -1) {
				checked++
				if len(match[1]) == least && !slices.Contains(names, match[2]) {
					t.Errorf("%s: modules/ledger has no variable %s", name, match[2])
				}
				if len(match[1]) > least {
					nested(t, name, variables, match[2])
				}
			}
			for _, match := range inside.FindAllStringSubmatch(code, -1) {
				checked++
				nested(t, name, variables, match[1])
			}
		}
		for _, match := range address.FindAllStringSubmatch(text, -1) {
			checked++
			folder := "ledger"
			if modules := submodule.FindAllStringSubmatch(match[1], -1); len(modules) > 0 {
				folder = modules[len(modules)-1][1]
			}
			files, err := filepath.Glob(filepath.Join(top, "modules", folder, "*.tf"))
			if err != nil || len(files) == 0 {
				t.Errorf("%s: there is no module %s", name, folder)
			}
			want := `resource "` + match[2] + `" "` + match[3] + `"`
			if !slices.ContainsFunc(files, func(file string) bool { return strings.Contains(readFile(t, file), want) }) {
				t.Errorf("%s: modules/%s has no %s", name, folder, want)
			}
		}
	}
	if checked < 40 {
		t.Errorf("only %d names were found in the guides: the test reads them wrongly", checked)
	}
}

// nested looks for an attribute of an object variable; a region's name is a key.
func nested(t *testing.T, guide, variables, attribute string) {
	t.Helper()
	if !regexp.MustCompile(`\b` + attribute + ` *= *(optional\(|[a-z])`).MatchString(variables) {
		t.Errorf("%s: no variable of modules/ledger has an attribute %s", guide, attribute)
	}
}
