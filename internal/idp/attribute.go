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

func (r AttributeRule) validate(ps *Problems, field string) {
	ps.checkText(field+".name", r.Name, 1, 128+len("https://aws.amazon.com/SAML/Attributes/PrincipalTag:"))
	ps.checkText(field+".value", r.Value, 1, MaxAttributeValue)
	for _, part := range splitTemplate(r.Value) {
		if part.bad != "" {
			ps.add(field+".value", r.Value, part.bad, "use "+placeholderList+" or ${user.attributes.NAME|word}")
		}
	}
}

// Constant reports whether the rule gives everybody the same value.
func (r AttributeRule) Constant() bool { return !strings.Contains(r.Value, "${") }

// Fallbacks are the words that the rule gives to those who lack an attribute that
// it names.
func (r AttributeRule) Fallbacks() []string {
	var words []string
	for _, p := range splitTemplate(r.Value) {
		if p.fallback != "" {
			words = append(words, p.fallback)
		}
	}
	return words
}

// Expand is the rule's value for u. It returns [Problems] when the value names
// an attribute that u does not have, without a fallback, or something of u that
// nobody has confirmed (see [User.Unconfirmed]), or when it comes out as no text of
// 1 to [MaxAttributeValue] characters by [CheckText].
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

// placeholderList is what can be named, for people.
var placeholderList = "${" + strings.Join(Placeholders(), "}, ${") + "}"

// piece is a stretch of literal text or one placeholder of a template.
type piece struct {
	literal  string
	name     string
	fallback string // what stands for an attribute that the person lacks; empty for none
	bad      string // why the placeholder cannot be understood
}

func (p piece) text(u *User) (text, problem string) {
	switch {
	case p.bad != "":
		return "", p.bad
	case p.name == "":
		return p.literal, ""
	}
	value, ok := u.said(p.name)
	switch {
	case slices.Contains(u.Unconfirmed, fieldOf(p.name)):
		did := "set"
		if !u.Says(fieldOf(p.name)) {
			did = "removed"
		}
		return "", fmt.Sprintf("helpdesk has %s the person's %s, and nobody who decides about access has confirmed it: an owner saves the person", did, fieldOf(p.name))
	case value == "" && p.fallback != "":
		return p.fallback, ""
	case !ok:
		return "", fmt.Sprintf("the person has no attribute %q", strings.TrimPrefix(p.name, placeholderAttribute))
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

func placeholder(text string, closed bool) piece {
	name, fallback, has := strings.Cut(text, "|")
	switch {
	case !closed:
		return piece{bad: "has a ${ without its }"}
	case !knownPlaceholder(name):
		return piece{bad: fmt.Sprintf("has an unknown placeholder ${%s}", clip(text))}
	case !has:
		return piece{name: name}
	case !strings.HasPrefix(name, placeholderAttribute):
		return piece{bad: fmt.Sprintf("has a fallback for ${%s}, which everybody has", clip(name))}
	case strings.TrimSpace(fallback) == "" || strings.ContainsAny(fallback, "|{$"):
		return piece{bad: fmt.Sprintf("has the fallback %q, which is no word", clip(fallback))}
	}
	return piece{name: name, fallback: fallback}
}

// UserAttributes are the names of the people's own attributes that the rules
// ask for, in order of appearance, those with a fallback included.
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
