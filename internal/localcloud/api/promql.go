package api

import (
	"fmt"
	"slices"
	"strings"
)

// promQL reads a PromQL query as far as tells a query from what is none: its
// tokens, its brackets, and that operators and functions have operands. It
// returns the names of the metrics in it.
func promQL(query string) (metrics []string, err error) {
	tokens, err := promTokens(query)
	if err != nil {
		return nil, err
	}
	if len(tokens) == 0 {
		return nil, fmt.Errorf("the query is empty")
	}
	var open []string
	for i, t := range tokens {
		before, after := tokenAt(tokens, i-1), tokenAt(tokens, i+1)
		switch {
		case strings.Contains("([{", t):
			open = append(open, t)
			if t == "[" && before != ")" && before != "}" && !isPromName(before) {
				return nil, fmt.Errorf("a range needs something to range over")
			}
		case strings.Contains(")]}", t):
			if len(open) == 0 || open[len(open)-1] != map[string]string{")": "(", "]": "[", "}": "{"}[t] {
				return nil, fmt.Errorf("unexpected %q", t)
			}
			open = open[:len(open)-1]
		case slices.Contains(promBinary, strings.ToLower(t)):
			if len(open) > 0 && open[len(open)-1] == "{" || len(open) > 0 && open[len(open)-1] == "[" {
				continue
			}
			if after == "" || strings.Contains(")]},", after) {
				return nil, fmt.Errorf("%q has no right side", t)
			}
			if before == "" && t != "-" && t != "+" || strings.Contains("([{,", before) && before != "" && t != "-" && t != "+" {
				return nil, fmt.Errorf("%q has no left side", t)
			}
		case isPromName(t) && len(open) > 0 && open[len(open)-1] == "{":
		case isPromName(t):
			if isPromOperand(before) && isPromOperand(t) && before != "" {
				return nil, fmt.Errorf("unexpected %q after %q", t, before)
			}
			if after != "(" && !slices.Contains(promWords, strings.ToLower(t)) && !insideGrouping(tokens, i) {
				metrics = append(metrics, t)
			}
			if after == "(" && !slices.Contains(promFunctions, strings.ToLower(t)) && !slices.Contains(promWords, strings.ToLower(t)) {
				return nil, fmt.Errorf("unknown function with name %q", t)
			}
		}
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("unclosed %q", open[len(open)-1])
	}
	return metrics, nil
}

var (
	promBinary = []string{"+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<=", "and", "or", "unless"}
	promWords  = []string{"by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "inf", "nan", "and", "or", "unless", "start", "end"}
	// promFunctions are PromQL's functions and aggregations.
	promFunctions = strings.Fields(`sum min max avg group stddev stdvar count count_values bottomk topk quantile limitk limit_ratio
		abs absent absent_over_time ceil changes clamp clamp_max clamp_min day_of_month day_of_week day_of_year days_in_month delta deriv exp floor
		histogram_avg histogram_count histogram_sum histogram_fraction histogram_quantile histogram_stddev histogram_stdvar double_exponential_smoothing
		holt_winters hour idelta increase irate label_join label_replace ln log2 log10 minute month predict_linear rate resets round scalar sgn sort
		sort_desc sort_by_label sort_by_label_desc sqrt time timestamp vector year avg_over_time min_over_time max_over_time sum_over_time
		count_over_time quantile_over_time stddev_over_time stdvar_over_time last_over_time present_over_time mad_over_time
		acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh deg pi rad`)
)

// insideGrouping reports whether a name is a label in "by (...)" and its like.
func insideGrouping(tokens []string, i int) bool {
	for i--; i > 0; i-- {
		switch t := tokens[i]; {
		case t == "(":
			return slices.Contains([]string{"by", "without", "on", "ignoring", "group_left", "group_right"}, strings.ToLower(tokens[i-1]))
		case t != "," && !isPromName(t):
			return false
		}
	}
	return false
}

// isPromOperand reports whether a token is a whole operand, so that none may
// follow it.
func isPromOperand(t string) bool {
	return isPromName(t) && !slices.Contains(promWords, strings.ToLower(t)) && !slices.Contains(promFunctions, strings.ToLower(t)) || t != "" && '0' <= t[0] && t[0] <= '9'
}

func isPromName(t string) bool {
	return t != "" && (t[0] == '_' || t[0] == ':' || 'a' <= t[0] && t[0] <= 'z' || 'A' <= t[0] && t[0] <= 'Z')
}

func tokenAt(tokens []string, i int) string {
	if i < 0 || i >= len(tokens) {
		return ""
	}
	return tokens[i]
}

const promNameRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:."

func promTokens(query string) ([]string, error) {
	var tokens []string
	for i := 0; i < len(query); {
		c := query[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '#':
			if end := strings.IndexByte(query[i:], '\n'); end >= 0 {
				i += end
			} else {
				i = len(query)
			}
		case c == '"' || c == '\'' || c == '`':
			end := i + 1
			for end < len(query) && query[end] != c {
				if query[end] == '\\' && c != '`' {
					end++
				}
				end++
			}
			if end >= len(query) {
				return nil, fmt.Errorf("unterminated quoted string")
			}
			tokens = append(tokens, query[i:end+1])
			i = end + 1
		case strings.IndexByte(promNameRunes, c) >= 0:
			end := i
			for end < len(query) && strings.IndexByte(promNameRunes, query[end]) >= 0 {
				end++
			}
			tokens = append(tokens, query[i:end])
			i = end
		default:
			size := 1
			if i+1 < len(query) && slices.Contains([]string{"==", "!=", ">=", "<=", "=~", "!~"}, query[i:i+2]) {
				size = 2
			}
			if !strings.Contains("+-*/%^=<>()[]{},@!~", query[i:i+1]) || query[i:i+size] == "!" || query[i:i+size] == "~" {
				return nil, fmt.Errorf("unexpected character: %q", query[i:i+size])
			}
			tokens = append(tokens, query[i:i+size])
			i += size
		}
	}
	return tokens, nil
}
