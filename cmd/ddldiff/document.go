package main

import (
	"bytes"
	"encoding/json"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// jsonPlan is the document that -json prints.
type jsonPlan struct {
	Runnable   bool            `json:"runnable"`
	Statements []jsonStatement `json:"statements"`
	Refused    []jsonRefusal   `json:"refused"`
}

type jsonStatement struct {
	Statement string   `json:"statement"`
	Hazard    string   `json:"hazard"`
	Reason    string   `json:"reason"`
	Objects   []string `json:"objects"`
	// Refused is true for a statement that must not run.
	Refused bool `json:"refused"`
}

type jsonRefusal struct {
	Object string `json:"object"`
	Reason string `json:"reason"`
	Remedy string `json:"remedy"`
	// Allowable is true when naming the object in -allow-destructive lifts it.
	Allowable bool          `json:"allowable"`
	Position  *jsonPosition `json:"position,omitempty"`
}

type jsonPosition struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// document writes a plan as JSON. Lists are never null.
func document(plan ddl.Plan) (string, error) {
	out := jsonPlan{Runnable: len(plan.Refused) == 0, Statements: []jsonStatement{}, Refused: []jsonRefusal{}}
	for _, s := range plan.Steps {
		out.Statements = append(out.Statements, jsonStatement{
			Statement: s.Statement, Hazard: string(s.Hazard), Reason: s.Reason,
			Objects: append([]string{}, s.Objects...), Refused: len(s.Refused) > 0,
		})
	}
	for _, r := range plan.Refused {
		refusal := jsonRefusal{Object: r.Object, Reason: r.Reason, Remedy: r.Remedy, Allowable: r.Allowable}
		if r.Position.Line > 0 {
			refusal.Position = &jsonPosition{File: r.Position.Source, Line: r.Position.Line, Column: r.Position.Column}
		}
		out.Refused = append(out.Refused, refusal)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // "<" and ">" are part of types and checks
	e.SetIndent("", "  ")
	err := e.Encode(out)
	return b.String(), err
}
