package awsfed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// NormalizeRules rewrites the names of c's attribute rules that are full names
// of its partition into short names, the only form that is stored. Other names
// stay as they are, for [CheckConnector] to refuse.
func NormalizeRules(c *idp.Connector) {
	p, ok := PartitionByName(c.Partition)
	if !ok {
		return
	}
	rules := slices.Clone(c.Attributes)
	for i := range rules {
		rules[i].Name = p.shortRuleName(rules[i].Name)
	}
	c.Attributes = rules
}

// ruleSet collects the rules of a connector while they are checked.
type ruleSet struct {
	partition  Partition
	problems   idp.Problems
	names      []placed // of single-valued attributes
	tags       []placed // keys
	transitive []placed // keys
}

// placed is a text and the number of the rule that it stands in.
type placed struct {
	text string
	rule int
}

// sameKey is how AWS compares the keys of tags.
func sameKey(a, b string) bool { return strings.EqualFold(a, b) }

func sameName(a, b string) bool { return a == b }

func ruleProblems(p Partition, rules []idp.AttributeRule) idp.Problems {
	set := ruleSet{partition: p}
	for i, rule := range rules {
		set.check(i, rule)
	}
	if n := len(set.tags); n > maxTags {
		set.add("attributes", fmt.Sprint(n), "has too many session tags", fmt.Sprintf("AWS takes at most %d in one session", maxTags))
	}
	for _, key := range set.transitive {
		known := slices.ContainsFunc(set.tags, func(tag placed) bool { return sameKey(tag.text, key.text) })
		if !known {
			set.add(fmt.Sprintf("attributes[%d].value", key.rule), key.text, "is a transitive key without its tag", "add a rule PrincipalTag:"+clip(key.text)+" or remove the key")
		}
	}
	return set.problems
}

func (s *ruleSet) check(i int, rule idp.AttributeRule) {
	field := fmt.Sprintf("attributes[%d]", i)
	a := s.partition.parseRuleName(rule.Name)
	switch a.kind {
	case kindUnknown:
		s.add(field+".name", rule.Name, s.unknownName(rule.Name), "use RoleSessionName, SourceIdentity, PrincipalTag:KEY or TransitiveTagKeys")
		return
	case kindRole:
		s.add(field+".name", rule.Name, "is not set by a rule", "put the role and the provider in the connector's roles")
		return
	case kindDuration:
		s.add(field+".name", rule.Name, "is not set by a rule", "put it in the connector's session_duration")
		return
	case kindTag:
		s.addFault(field+".name", rule.Name, tagKeyFault(a.key))
		if idp.BlankEnds(a.key) {
			s.add(field+".name", rule.Name, "has a tag key that begins or ends with a blank", "take the blanks away")
		}
		s.tags = s.once(s.tags, placed{a.key, i}, sameKey, field+".name")
	case kindTransitive:
		if !rule.Constant() {
			s.add(field+".value", rule.Value, "is a template", "name one tag's key, the same for everybody; repeat the rule for more keys")
			return
		}
		s.transitive = s.once(s.transitive, placed{rule.Value, i}, sameKey, field+".value")
	default:
		s.names = s.once(s.names, placed{s.partition.shortRuleName(rule.Name), i}, sameName, field+".name")
	}
	names := a.kind == kindSessionName || a.kind == kindSourceIdentity
	for _, word := range rule.Fallbacks() {
		if names {
			s.add(field+".value", rule.Value, "has a fallback, by which people would have one name", "leave the fallback out: who lacks the attribute is refused")
			break
		}
		s.addFault(field+".value", word, valueFault(a, word))
	}
	if rule.Constant() {
		s.addFault(field+".value", rule.Value, valueFault(a, rule.Value))
	}
}

// once adds one to those that stood there before, and refuses it when it is the
// same as one of them.
func (s *ruleSet) once(before []placed, one placed, same func(a, b string) bool, field string) []placed {
	i := slices.IndexFunc(before, func(other placed) bool { return same(other.text, one.text) })
	if i >= 0 {
		s.add(field, one.text, fmt.Sprintf("is given by attributes[%d] already", before[i].rule), "keep one of them")
	}
	return append(before, one)
}

func (s *ruleSet) unknownName(name string) string {
	_, own := s.partition.ShortName(name)
	for i := range partitions {
		_, ok := partitions[i].ShortName(name)
		if ok && !own {
			return "is spelled as in partition " + partitions[i].Name + ", not as in " + s.partition.Name
		}
	}
	return "is not an attribute that AWS reads; names are case-sensitive"
}

func (s *ruleSet) add(field, value, reason, remedy string) {
	s.problems = append(s.problems, idp.Problem{Field: field, Value: value, Reason: reason, Remedy: remedy})
}

func (s *ruleSet) addFault(field, value string, f *fault) {
	if f != nil {
		s.problems = append(s.problems, f.problem(field, value))
	}
}
