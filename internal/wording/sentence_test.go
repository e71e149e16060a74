package wording_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

func TestSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                    "",
		"  \n":                                "",
		"the database is gone":                "The database is gone.",
		"Why? ":                               "Why?",
		"écrire":                              "Écrire.",
		"projects/p/instances/i: not found":   "projects/p/instances/i: not found.",
		"min_zones is 2":                      "min_zones is 2.",
		"it failed (403)":                     "It failed (403)",
		"https://example.com answers nothing": "https://example.com answers nothing.",
	} {
		if have := wording.Sentence(text); have != want {
			t.Errorf("%q: %q, want %q", text, have, want)
		}
	}
}
