// Package wording puts errors into the words of diagnostics. It imports nothing of
// ours, so that whatever tells a user something can use it.
package wording

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence makes a sentence of an error's text: it begins with a capital, unless
// its first word is a path, an address or a name of code, and ends with a stop.
func Sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	word, _, _ := strings.Cut(text, " ")
	if first, size := utf8.DecodeRuneInString(text); unicode.IsLower(first) && !strings.ContainsAny(word, ":./_") {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if last, _ := utf8.DecodeLastRuneInString(text); !strings.ContainsRune(".!?)\n", last) {
		text += "."
	}
	return text
}
