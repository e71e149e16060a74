package api

import (
	"fmt"
	"regexp"
	"strconv"
)

// registerSecurityPolicies: a policy's rules are its own, but are changed by
// methods that name them by their priority.
func registerSecurityPolicies(h *hooks) {
	h.check["compute securityPolicies"] = checkSecurityPolicy
	h.methods["compute.securityPolicies.addRule"] = func(k *call) (map[string]any, *apiError) {
		return k.changeRules("addRule", func(rules []any, priority float64) ([]any, *apiError) {
			if indexOfRule(rules, priority) >= 0 {
				return nil, errInvalid("resource.priority", priority, "A rule of this priority exists.")
			}
			return append(rules, k.body), nil
		})
	}
	h.methods["compute.securityPolicies.removeRule"] = func(k *call) (map[string]any, *apiError) {
		return k.changeRules("removeRule", func(rules []any, priority float64) ([]any, *apiError) {
			i := indexOfRule(rules, priority)
			switch {
			case i < 0:
				return nil, errNotFound(fmt.Sprintf("%s rule %v", parentPath(k.path), priority))
			case priority == defaultPriority:
				return nil, errInvalid("priority", priority, "The default rule cannot be removed.")
			}
			return append(append([]any{}, rules[:i]...), rules[i+1:]...), nil
		})
	}
	h.methods["compute.securityPolicies.patchRule"] = func(k *call) (map[string]any, *apiError) {
		return k.changeRules("patchRule", func(rules []any, priority float64) ([]any, *apiError) {
			i := indexOfRule(rules, priority)
			if i < 0 {
				return nil, errNotFound(fmt.Sprintf("%s rule %v", parentPath(k.path), priority))
			}
			rule, _ := rules[i].(map[string]any)
			if mask := k.mask(k.body); mask != nil {
				changed := jsonCopy(rule)
				for _, name := range mask {
					setMember(changed, k.body, []string{name})
				}
				rules[i] = changed
			} else {
				rules[i] = mergePatch(rule, k.body)
			}
			return rules, nil
		})
	}
	h.methods["compute.securityPolicies.getRule"] = func(k *call) (map[string]any, *apiError) {
		r, err := k.find(parentPath(k.path))
		if err != nil {
			return nil, err
		}
		priority, err := k.priority()
		if err != nil {
			return nil, err
		}
		rules, _ := r.data["rules"].([]any)
		i := indexOfRule(rules, priority)
		if i < 0 {
			return nil, errNotFound(fmt.Sprintf("%s rule %v", r.path, priority))
		}
		rule, _ := rules[i].(map[string]any)
		return rule, nil
	}
}

// defaultPriority is that of the rule that every policy ends with.
const defaultPriority = 2147483647

// priority is that of the rule that the call names, in the query or the body.
func (k *call) priority() (float64, *apiError) {
	if given := k.query.Get("priority"); given != "" {
		priority, err := strconv.ParseFloat(given, 64)
		if err != nil {
			return 0, errInvalid("priority", given, "Must be a number.")
		}
		return priority, nil
	}
	priority, ok := k.body["priority"].(float64)
	if !ok {
		return 0, errRequired("priority")
	}
	return priority, nil
}

// changeRules makes a change of one rule.
func (k *call) changeRules(verb string, change func(rules []any, priority float64) ([]any, *apiError)) (map[string]any, *apiError) {
	r, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	priority, err := k.priority()
	if err != nil {
		return nil, err
	}
	after := jsonCopy(r.data)
	rules, _ := after["rules"].([]any)
	dropNulls(k.body)
	if after["rules"], err = change(rules, priority); err != nil {
		return nil, err
	}
	return k.replace(r, verb, after)
}

func indexOfRule(rules []any, priority float64) int {
	for i, e := range rules {
		if rule, ok := e.(map[string]any); ok && rule["priority"] == priority {
			return i
		}
	}
	return -1
}

// Limits of a rule: conditions joined in an advanced match condition, and requests
// that a throttle lets through in its interval.
// Source: Google Cloud documentation, "Custom rules language reference" and "Rate
// limiting overview" of Cloud Armor.
const (
	maxSubexpressions = 5
	maxThrottle       = 1000000
)

// joined are the operators between subexpressions, and the strings in which they
// mean nothing.
var joined = regexp.MustCompile(`'[^']*'|"[^"]*"|&&|\|\|`)

func subexpressions(expression string) int {
	count := 1
	for _, found := range joined.FindAllString(expression, -1) {
		if found == "&&" || found == "||" {
			count++
		}
	}
	return count
}

// checkSecurityPolicy adds the default rule, and refuses rules that share a
// priority, ask for too much at once, or throttle without a limit.
func checkSecurityPolicy(_ *call, r, _ *resource) *apiError {
	rules, _ := r.data["rules"].([]any)
	if r.data["type"] == nil {
		r.data["type"] = "CLOUD_ARMOR"
	}
	if indexOfRule(rules, defaultPriority) < 0 {
		rules = append(rules, map[string]any{"priority": float64(defaultPriority), "action": "allow", "description": "default rule", "preview": false,
			"match": map[string]any{"versionedExpr": "SRC_IPS_V1", "config": map[string]any{"srcIpRanges": []any{"*"}}}})
	}
	seen := map[any]bool{}
	for i, e := range rules {
		rule, ok := e.(map[string]any)
		at := fmt.Sprintf("resource.rules[%d]", i)
		expression := text(memberAt(rule, "match", "expr"), "expression")
		threshold, _ := memberAt(rule, "rateLimitOptions", "rateLimitThreshold")["count"].(float64)
		switch {
		case !ok || rule["priority"] == nil:
			return errRequired(at + ".priority")
		case seen[rule["priority"]]:
			return errInvalid(at+".priority", rule["priority"], "Two rules have this priority.")
		case text(rule, "action") == "throttle" && rule["rateLimitOptions"] == nil:
			return errInvalid(at+".rateLimitOptions", "", "A rule that throttles needs a rate limit.")
		case subexpressions(expression) > maxSubexpressions:
			return errInvalid(at+".match.expr.expression", expression, fmt.Sprintf("An expression has at most %d subexpressions, not %d.", maxSubexpressions, subexpressions(expression)))
		case threshold < 0 || threshold > maxThrottle:
			return errInvalid(at+".rateLimitOptions.rateLimitThreshold.count", threshold, fmt.Sprintf("Must be between 1 and %d.", maxThrottle))
		case text(r.data, "type") == "CLOUD_ARMOR_EDGE" && (text(rule, "action") == "throttle" || text(rule, "action") == "rate_based_ban"):
			return errInvalid(at+".action", rule["action"], "An edge security policy does not limit rates.")
		}
		seen[rule["priority"]] = true
		rule["kind"] = "compute#securityPolicyRule"
	}
	r.data["rules"] = rules
	return nil
}
