package idp

import (
	"fmt"
	"slices"
	"strings"
)

// MaxAttributeValue is the longest text of a rule and of a user's attribute, in
// characters: the longest session tag that AWS takes.
const MaxAttributeValue = 256

// AttributeRule gives one SAML attribute to everybody who opens a connector: a
// constant, or a template over the person, such as ${user.email}.
type AttributeRule struct {
	Name  string // short name, such as RoleSessionName or PrincipalTag:team
	Value string
}

// The placeholders of a rule's value; ${user.attributes.NAME} takes one of the
// person's own attributes.
const (
	placeholderEmail     = "user.email"
	placeholderName      = "user.name"
	placeholderID        = "user.id"
	placeholderAttribute = "user.attributes."
)

func (r AttributeRule) validate(ps *Problems, field string) {
	ps.checkText(field+".name", r.Name, 1, 128+len("https://aws.amazon.com/SAML/Attributes/PrincipalTag:"))
	ps.checkText(field+".value", r.Value, 1, MaxAttributeValue)
	for _, part := range splitTemplate(r.Value) {
		if part.bad != "" {
			ps.add(field+".value", r.Value, part.bad, "use ${user.email}, ${user.name}, ${user.id} or ${user.attributes.NAME}")
		}
	}
}

// Constant reports whether the rule gives everybody the same value.
func (r AttributeRule) Constant() bool { return !strings.Contains(r.Value, "${") }

// Expand is the rule's value for u. It returns [Problems] when the value names
// an attribute that u does not have, or when it comes out empty, longer than
// [MaxAttributeValue] characters, or with a character that XML cannot carry.
func (r AttributeRule) Expand(u *User) (string, error) {
	var b strings.Builder
	for _, part := range splitTemplate(r.Value) {
		text, problem := part.text(u)
		if problem != "" {
			return "", Problems{{Field: r.Name, Value: r.Value, Reason: problem, Remedy: "ask an administrator to set the attribute or change the rule"}}
		}
		b.WriteString(text)
	}
	value := b.String()
	var ps Problems
	ps.checkText(r.Name, value, 1, MaxAttributeValue)
	return value, ps.Err()
}

// piece is a stretch of literal text or one placeholder of a template.
type piece struct {
	literal string
	name    string
	bad     string // why the placeholder cannot be understood
}

func (p piece) text(u *User) (text, problem string) {
	switch {
	case p.bad != "":
		return "", p.bad
	case p.name == "":
		return p.literal, ""
	case p.name == placeholderEmail:
		return u.Email, ""
	case p.name == placeholderName:
		return u.Name, ""
	case p.name == placeholderID:
		return u.ID, ""
	}
	key := strings.TrimPrefix(p.name, placeholderAttribute)
	value, ok := u.Attributes[key]
	if !ok {
		return "", fmt.Sprintf("the person has no attribute %q", key)
	}
	return value, ""
}

func splitTemplate(s string) []piece {
	var pieces []piece
	for s != "" {
		before, rest, found := strings.Cut(s, "${")
		if before != "" {
			pieces = append(pieces, piece{literal: before})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		pieces = append(pieces, placeholder(name, closed))
		s = after
	}
	return pieces
}

func placeholder(name string, closed bool) piece {
	key, isAttribute := strings.CutPrefix(name, placeholderAttribute)
	switch {
	case !closed:
		return piece{bad: "has a ${ without its }"}
	case name == placeholderEmail, name == placeholderName, name == placeholderID:
		return piece{name: name}
	case isAttribute && attributePattern.matches(key):
		return piece{name: name}
	}
	return piece{bad: fmt.Sprintf("has an unknown placeholder ${%s}", clip(name))}
}

// UserAttributes are the names of the people's own attributes that the rules
// ask for, in order of appearance.
func UserAttributes(rules []AttributeRule) []string {
	var names []string
	for _, rule := range rules {
		for _, p := range splitTemplate(rule.Value) {
			name, ok := strings.CutPrefix(p.name, placeholderAttribute)
			if ok && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
