package idp

import (
	"maps"
	"slices"
	"strings"
)

// placeholders are what the value of a rule can name of a person. This is the one
// list of it: what stands here is what AWS may be told, and so it is the person's
// identity, which is not everybody's to change.
var placeholders = map[string]func(*User) string{
	"user.email": func(u *User) string { return u.Email },
	"user.name":  func(u *User) string { return u.Name },
	"user.id":    func(u *User) string { return u.ID },
}

// placeholderAttribute begins those that name one of the person's own attributes.
const placeholderAttribute = "user.attributes."

// Placeholders are what the value of a rule can name, sorted, with NAME for the
// name of an attribute.
func Placeholders() []string {
	names := slices.Sorted(maps.Keys(placeholders))
	return slices.Insert(names, 0, placeholderAttribute+"NAME")
}

func knownPlaceholder(name string) bool {
	key, isAttribute := strings.CutPrefix(name, placeholderAttribute)
	return placeholders[name] != nil || isAttribute && attributePattern.matches(key)
}

// said is what a placeholder stands for, and whether u has it.
func (u *User) said(placeholder string) (string, bool) {
	if get := placeholders[placeholder]; get != nil {
		return get(u), true
	}
	value, ok := u.Attributes[strings.TrimPrefix(placeholder, placeholderAttribute)]
	return value, ok
}

// Says reports whether u has anything in a field of their identity.
func (u *User) Says(field string) bool {
	value, _ := u.said("user." + field)
	return value != ""
}

// fieldOf is the field of a person that a placeholder names, such as name or
// attributes.team.
func fieldOf(placeholder string) string { return strings.TrimPrefix(placeholder, "user.") }

// IdentityChanges are the fields, sorted, in which two states of a person differ as
// far as the rule of a connector could tell it to AWS: such as email, name and
// attributes.team. A nil before stands for a person who is new.
func IdentityChanges(before, after *User) []string {
	if before == nil {
		before = &User{}
	}
	var fields []string
	note := func(placeholder string) {
		was, had := before.said(placeholder)
		is, has := after.said(placeholder)
		if was != is || had != has {
			fields = append(fields, fieldOf(placeholder))
		}
	}
	for placeholder := range placeholders {
		note(placeholder)
	}
	for key := range after.Attributes {
		note(placeholderAttribute + key)
	}
	for key := range before.Attributes {
		if _, stays := after.Attributes[key]; !stays {
			note(placeholderAttribute + key)
		}
	}
	slices.Sort(fields)
	return fields
}

// Confirmable are those of the [IdentityChanges] that need somebody's word before
// AWS is told what comes of them, be it that a value is gone. The ID is ours. The
// email of who is new was nobody else's word; another email is, since a grant to a
// group names none of those in it.
func Confirmable(before, after *User) []string {
	return slices.DeleteFunc(IdentityChanges(before, after), func(field string) bool {
		return field == "id" || field == "email" && before == nil
	})
}
