package awsfed

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gatepost/gatepost/internal/idp"
)

// ToPerson tells a problem of [Compose] to the person who launches: what AWS does not
// take of them, without the terms and the patterns by which administrators mend it.
// It has no full stop.
func ToPerson(p idp.Problem) string {
	a := parseShort(p.Field)
	f := valueFault(a, p.Value)
	if f == nil || !strings.HasPrefix(p.Reason, f.reason) { // such as a template that lacks an attribute
		return p.Error()
	}
	what, in, most := "a session tag", isTagRune, maxTagValue
	switch a.kind {
	case kindSessionName:
		what, in, most = "a session name", isNameRune, maxName
	case kindSourceIdentity:
		what, in, most = "a source identity", isNameRune, maxName
	}
	value := clip(p.Value)
	odd := oddRunes(p.Value, in)
	switch {
	case len(odd) > 0:
		return fmt.Sprintf("AWS does not take %s in %s (%q)", strings.Join(odd, " "), what, value)
	case utf8.RuneCountInString(p.Value) > most:
		return fmt.Sprintf("AWS takes at most %d characters in %s (%q)", most, what, value)
	case a.kind != kindTag:
		return fmt.Sprintf("AWS takes no fewer than %d characters in %s (%q)", minName, what, value)
	}
	return fmt.Sprintf("AWS does not take %s that begins with aws: (%q)", what, value)
}

func isNameRune(r rune) bool { return r < utf8.RuneSelf && isNameByte(byte(r)) }

// oddRunes are the first of the characters that are not in the set, each once.
func oddRunes(s string, in func(rune) bool) []string {
	const most = 5
	var odd []string
	for _, r := range s {
		sign := string(r)
		if r == ' ' {
			sign = "a blank"
		}
		if !in(r) && len(odd) < most && !slices.Contains(odd, sign) {
			odd = append(odd, sign)
		}
	}
	return odd
}

// ruleRemedy tells an administrator what to change, and where, when what a rule makes
// of a person is not what AWS takes.
func ruleRemedy(a attribute, name string, rule idp.AttributeRule) string {
	text := "change the connector's rule " + clip(name)
	if a.kind != kindTag {
		text += ", for example to ${user.id}"
	}
	var facts []string
	for _, fact := range []string{"email", "name"} {
		if strings.Contains(rule.Value, "${user."+fact+"}") {
			facts = append(facts, "the person's "+fact)
		}
	}
	for _, key := range idp.UserAttributes([]idp.AttributeRule{rule}) {
		facts = append(facts, "the person's attribute "+key)
	}
	if len(facts) > 0 {
		text += ", or " + strings.Join(facts, " or ")
	}
	return text
}
