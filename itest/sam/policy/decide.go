package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Request is a call as IAM sees it.
type Request struct {
	Principal string // ARN of the caller; only for policies of a resource
	Action    string
	Resource  string
	Context   map[string][]string // condition keys; one that is not there is absent
}

// Allows reports whether the statements let the request through: one allows it
// and none denies it.
func Allows(statements []Statement, r Request) bool {
	allowed := false
	for _, s := range statements {
		if !s.applies(r) {
			continue
		}
		if !s.Allow {
			return false
		}
		allowed = true
	}
	return allowed
}

func (s Statement) applies(r Request) bool {
	return matches(s.Actions, r.Action) && matches(s.Resources, r.Resource) &&
		(s.Principals == nil || slices.Contains(s.Principals, r.Principal)) &&
		!slices.ContainsFunc(s.Conditions, func(c Condition) bool { return !c.holds(r.Context) })
}

// check reports whether this package knows every condition of the statement.
func (s Statement) check() error {
	for _, c := range s.Conditions {
		if c.test() == nil {
			return fmt.Errorf("condition operator %q is not known here", c.Operator)
		}
	}
	return nil
}

func (c Condition) holds(context map[string][]string) bool { return c.test()(context[c.Key]) }

// test is the condition as a function of the key's values in the request, nil
// when they are absent; see "Multivalued context keys" in the IAM User Guide. It
// is nil for an operator that is not known.
func (c Condition) test() func(values []string) bool {
	if c.Operator == "Null" {
		return func(values []string) bool { return slices.Contains(c.Values, fmt.Sprint(len(values) == 0)) }
	}
	quantifier, operator, quantified := strings.Cut(c.Operator, ":")
	if !quantified {
		quantifier, operator = "", c.Operator
	}
	operator, orAbsent := strings.CutSuffix(operator, "IfExists")
	one := c.one(operator)
	if one == nil {
		return nil
	}
	present := several(quantifier, one)
	if present == nil || !orAbsent {
		return present
	}
	return func(values []string) bool { return len(values) == 0 || present(values) }
}

// one is the operator as a function of one value, or nil.
func (c Condition) one(operator string) func(value string) bool {
	switch operator {
	case "StringEquals", "Bool": // IAM's truth values are texts, too
		return func(value string) bool { return slices.Contains(c.Values, value) }
	case "StringLike":
		return func(value string) bool { return matches(c.Values, value) }
	case "NumericGreaterThanEquals":
		return func(value string) bool {
			return slices.ContainsFunc(c.Values, func(least string) bool { return atLeast(value, least) })
		}
	default:
		return nil
	}
}

// atLeast compares numbers. What is no number is less than every other.
func atLeast(value, least string) bool {
	number, err := strconv.ParseFloat(value, 64)
	bound, errBound := strconv.ParseFloat(least, 64)
	return err == nil && errBound == nil && number >= bound
}

// several is a test of one value made one of all that a request has, as the
// quantifier says; nil for a quantifier that is not known.
func several(quantifier string, one func(value string) bool) func(values []string) bool {
	switch quantifier {
	case "ForAllValues": // holds when there are no values, too
		return func(values []string) bool {
			return !slices.ContainsFunc(values, func(v string) bool { return !one(v) })
		}
	case "ForAnyValue":
		return func(values []string) bool { return slices.ContainsFunc(values, one) }
	case "":
		return func(values []string) bool { return len(values) == 1 && one(values[0]) }
	default:
		return nil
	}
}

func matches(patterns []string, value string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return glob(pattern, value) })
}

// glob matches a pattern in which * stands for any characters and ? for one.
func glob(pattern, value string) bool {
	for pattern != "" {
		switch {
		case pattern[0] == '*':
			for i := range len(value) + 1 {
				if glob(pattern[1:], value[i:]) {
					return true
				}
			}
			return false
		case value == "" || pattern[0] != '?' && pattern[0] != value[0]:
			return false
		}
		pattern, value = pattern[1:], value[1:]
	}
	return value == ""
}
