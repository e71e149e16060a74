package urlmap

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// MatchRule matches when its path, all its headers and all its query parameters do.
type MatchRule struct {
	PrefixMatch           string           `json:"prefixMatch"`
	FullPathMatch         string           `json:"fullPathMatch"`
	RegexMatch            string           `json:"regexMatch"`
	PathTemplateMatch     string           `json:"pathTemplateMatch"`
	IgnoreCase            bool             `json:"ignoreCase"`
	HeaderMatches         []HeaderMatch    `json:"headerMatches"`
	QueryParameterMatches []ParameterMatch `json:"queryParameterMatches"`
}

// HeaderMatch looks at one header; ":method" and ":authority" are headers too.
type HeaderMatch struct {
	HeaderName   string      `json:"headerName"`
	ExactMatch   string      `json:"exactMatch"`
	PrefixMatch  string      `json:"prefixMatch"`
	SuffixMatch  string      `json:"suffixMatch"`
	RegexMatch   string      `json:"regexMatch"`
	PresentMatch bool        `json:"presentMatch"`
	RangeMatch   *RangeMatch `json:"rangeMatch"`
	InvertMatch  bool        `json:"invertMatch"`
}

// RangeMatch is a range of whole numbers, its end exclusive.
type RangeMatch struct {
	RangeStart int64 `json:"rangeStart,string"`
	RangeEnd   int64 `json:"rangeEnd,string"`
}

// ParameterMatch looks at one parameter of the query, which must be there.
type ParameterMatch struct {
	Name       string `json:"name"`
	ExactMatch string `json:"exactMatch"`
	RegexMatch string `json:"regexMatch"`
}

// matches tells whether the rule matches, and which part of the path it matched.
// Paths are compared as they were sent: nothing is decoded, no dots or slashes are
// taken out.
func (m MatchRule) matches(r Request, path string) (matched string, ok bool) {
	have, prefix, full := path, m.PrefixMatch, m.FullPathMatch
	if m.IgnoreCase {
		have, prefix, full = strings.ToLower(have), strings.ToLower(prefix), strings.ToLower(full)
	}
	switch {
	case full != "":
		matched, ok = path, have == full
	case m.RegexMatch != "":
		matched, ok = path, wholly(m.RegexMatch, path)
	case m.PathTemplateMatch != "":
		matched, ok = path, wholly(templatePattern(m.PathTemplateMatch), path)
	default:
		ok = strings.HasPrefix(have, prefix)
		matched = path[:min(len(prefix), len(path))]
	}
	for _, h := range m.HeaderMatches {
		ok = ok && h.matches(r)
	}
	for _, p := range m.QueryParameterMatches {
		ok = ok && p.matches(r)
	}
	return matched, ok
}

func (h HeaderMatch) matches(r Request) bool {
	value, present := r.header(h.HeaderName)
	var ok bool
	switch {
	case h.PresentMatch:
		ok = present
	case h.PrefixMatch != "":
		ok = strings.HasPrefix(value, h.PrefixMatch)
	case h.SuffixMatch != "":
		ok = strings.HasSuffix(value, h.SuffixMatch)
	case h.RegexMatch != "":
		ok = wholly(h.RegexMatch, value)
	case h.RangeMatch != nil:
		number, err := strconv.ParseInt(value, 10, 64)
		ok = err == nil && number >= h.RangeMatch.RangeStart && number < h.RangeMatch.RangeEnd
	default:
		ok = value == h.ExactMatch
	}
	// A header that is not there meets no criterion, so its inversion matches.
	return (ok && present) != h.InvertMatch
}

// header gives a header's value; a header sent more than once has its values joined
// by commas. Names are compared without regard to case, values as they are.
func (r Request) header(name string) (value string, present bool) {
	switch strings.ToLower(name) {
	case ":method":
		return r.Method, true
	case ":authority", "host":
		return r.Host, true
	case ":path":
		return r.Path, true
	}
	var values []string
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, name) {
			values = append(values, h.Value)
		}
	}
	return strings.Join(values, ","), values != nil
}

func (p ParameterMatch) matches(r Request) bool {
	_, query, _ := strings.Cut(r.Path, "?")
	values, err := url.ParseQuery(query)
	if err != nil || !values.Has(p.Name) {
		return false
	}
	switch value := values.Get(p.Name); {
	case p.ExactMatch != "":
		return value == p.ExactMatch
	case p.RegexMatch != "":
		return wholly(p.RegexMatch, value)
	}
	return true
}

// wholly tells whether a pattern matches all of a text; a pattern that cannot be read
// matches nothing.
func wholly(pattern, text string) bool {
	matched, err := regexp.MatchString(`^(?:`+pattern+`)$`, text)
	return err == nil && matched
}

var templateVariable = regexp.MustCompile(`\\\{[^=}]*(?:=([^}]*))?\\\}`)

// templatePattern is a path template's regular expression: * is one segment, ** all
// that is left, {name} and {name=pattern} are these with a name.
func templatePattern(template string) string {
	pattern := templateVariable.ReplaceAllStringFunc(regexp.QuoteMeta(template), func(variable string) string {
		if inner := templateVariable.FindStringSubmatch(variable)[1]; inner != "" {
			return inner
		}
		return `\*`
	})
	return strings.NewReplacer(`\*\*`, `.*`, `\*`, `[^/]+`).Replace(pattern)
}
