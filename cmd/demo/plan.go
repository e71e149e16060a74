package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// plan is what `terraform show -json` tells of a saved plan, as far as the demo
// shows it.
type plan struct {
	Changes []resourceChange `json:"resource_changes"`
}

type resourceChange struct {
	Address string `json:"address"`
	Change  struct {
		Actions []string                   `json:"actions"`
		Before  map[string]json.RawMessage `json:"before"`
		After   map[string]json.RawMessage `json:"after"`
	} `json:"change"`
}

// statement is an element of planned_statements.
type statement struct {
	Statement string `json:"statement"`
	Hazard    string `json:"hazard"`
	Reason    string `json:"reason"`
}

func parsePlan(text string) (plan, error) {
	var p plan
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, fmt.Errorf("the plan's JSON cannot be read: %w", err)
	}
	return p, nil
}

// action is what happens to the resource: "create", "update", "delete",
// "delete/create" or "no-op".
func (r resourceChange) action() string { return strings.Join(r.Change.Actions, "/") }

// statements are the schema statements that the change sends, in order.
func (r resourceChange) statements() ([]statement, error) {
	planned, found := r.Change.After["planned_statements"]
	if !found {
		return nil, nil
	}
	var list []statement
	if err := json.Unmarshal(planned, &list); err != nil {
		return nil, fmt.Errorf("planned_statements of %s cannot be read: %w", r.Address, err)
	}
	return list, nil
}

// count gives how many resources are created, updated and deleted.
func (p plan) count() (created, updated, deleted int) {
	for _, r := range p.Changes {
		for _, action := range r.Change.Actions {
			switch action {
			case "create":
				created++
			case "update":
				updated++
			case "delete":
				deleted++
			}
		}
	}
	return created, updated, deleted
}

// statements are those of all resources.
func (p plan) statements() ([]statement, error) {
	var all []statement
	for _, r := range p.Changes {
		list, err := r.statements()
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// Widths of printed lines, in characters.
const (
	statementWidth = 76
	reasonWidth    = 84
)

// render gives the plan's lines: each changed resource, for the schema its
// statements with their hazards, and on request the reasons for them.
func (p plan) render(reasons bool) ([]string, error) {
	changes := slices.Clone(p.Changes)
	// The schema comes first, as it does at apply; Terraform sorts by address.
	slices.SortStableFunc(changes, func(a, b resourceChange) int { return a.rank() - b.rank() })
	var lines []string
	for _, r := range changes {
		if r.action() == "no-op" || r.action() == "read" {
			continue
		}
		lines = append(lines, fmt.Sprintf("%-6s %s%s", r.action(), r.Address, r.summary()))
		list, err := r.statements()
		if err != nil {
			return nil, err
		}
		for i, s := range list {
			lines = append(lines, fmt.Sprintf("  %2d  %-9s  %s", i+1, s.Hazard, s.head()))
			if reasons {
				lines = append(lines, strings.Repeat(" ", 17)+shortened(s.Reason, reasonWidth))
			}
		}
	}
	return lines, nil
}

// head is the statement in one line: of a table or view its name only, which
// says enough where it is new.
func (s statement) head() string {
	line := strings.Join(strings.Fields(s.Statement), " ")
	for kind, body := range map[string]string{"CREATE TABLE ": "(", "CREATE VIEW ": "SQL SECURITY", "CREATE OR REPLACE VIEW ": "SQL SECURITY"} {
		if before, _, found := strings.Cut(line, " "+body); found && strings.HasPrefix(line, kind) {
			return shortened(before, statementWidth)
		}
	}
	return shortened(line, statementWidth)
}

// rank is 0 for a schema, 1 for the rest.
func (r resourceChange) rank() int {
	if _, found := r.Change.After["planned_statements"]; found {
		return 0
	}
	return 1
}

// summary tells of a region what it joins, or what changes, and nothing of
// other resources and deletions.
func (r resourceChange) summary() string {
	switch {
	case r.Change.After == nil:
		return ""
	case r.Change.Before == nil && r.Change.After["neg_name"] != nil:
		return fmt.Sprintf(": %s at %s %% in %d backend services",
			scalar(r.Change.After["neg_name"]), scalar(r.Change.After["capacity_percent"]), len(members(r.Change.After["backend_services"])))
	case r.Change.Before == nil:
		return ""
	}
	var changes []string
	for name, after := range r.Change.After {
		before := r.Change.Before[name]
		if isScalar(before) && isScalar(after) && !bytes.Equal(before, after) {
			changes = append(changes, fmt.Sprintf("%s %s -> %s", name, scalar(before), scalar(after)))
		}
	}
	if len(changes) == 0 {
		return ""
	}
	slices.Sort(changes)
	return ": " + strings.Join(changes, ", ")
}

func isScalar(value json.RawMessage) bool {
	return len(value) > 0 && value[0] != '{' && value[0] != '[' && !bytes.Equal(value, []byte("null"))
}

// scalar is a value as a reader would write it.
func scalar(value json.RawMessage) string { return strings.Trim(string(value), `"`) }

func members(value json.RawMessage) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal(value, &object) != nil {
		return nil
	}
	return object
}
