package api

import (
	"strings"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/token"
)

// readSQL splits a query in GoogleSQL into its tokens, comments left out. It says
// why it cannot, or which parenthesis has no other.
func readSQL(query string) (tokens []token.Token, why string) {
	lexer := &memefish.Lexer{File: &token.File{FilePath: "query", Buffer: query}}
	depth := 0
	for {
		if err := lexer.NextToken(); err != nil {
			return nil, err.Error()
		}
		switch lexer.Token.Kind {
		case token.TokenEOF:
			if depth > 0 {
				return nil, "a parenthesis is not closed"
			}
			return tokens, ""
		case "(":
			depth++
		case ")":
			if depth--; depth < 0 {
				return nil, "a parenthesis is closed that was not opened"
			}
		}
		tokens = append(tokens, lexer.Token)
	}
}

// isQuery says whether tokens begin as a query does.
func isQuery(tokens []token.Token) bool {
	for _, t := range tokens {
		if t.Kind != "(" {
			return strings.EqualFold(t.Raw, "SELECT") || strings.EqualFold(t.Raw, "WITH")
		}
	}
	return false
}
