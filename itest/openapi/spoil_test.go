package openapi_test

import (
	"encoding/json"
	"slices"
	"strings"
)

// spoil makes a body that must be refused, or at least read with care.
type spoil struct {
	name string
	do   func(*drawer, any) string
}

// GoString is how a failed run tells of it.
func (s spoil) GoString() string { return s.name }

// spoiledValues break the value, so that the text is JSON still.
func spoiledValues() []spoil {
	return []spoil{
		{"an unknown member", func(d *drawer, value any) string {
			return d.inside(value, func(b *branch) {
				b.set(one(d, "unknown", []string{"nonsense", "", "ID", "$ref", "__proto__", "a/b~c", strings.Repeat("n", 100)}), 1)
			})
		}},
		{"a member in another case", func(d *drawer, value any) string {
			return d.member(value, func(_ *branch, m *leaf) { m.name = strings.ToUpper(m.name) })
		}},
		{"a member twice", func(d *drawer, value any) string {
			return d.member(value, func(b *branch, m *leaf) { b.members = append(b.members, *m) })
		}},
		{"a member twice, once escaped", func(d *drawer, value any) string {
			return d.member(value, func(b *branch, m *leaf) { b.members = append(b.members, leaf{m.name, m.value, true}) })
		}},
		{"a member left out", func(d *drawer, value any) string {
			return d.inside(value, func(b *branch) { b.members = b.members[min(1, len(b.members)):] })
		}},
		{"another type", func(d *drawer, value any) string {
			return d.member(value, func(_ *branch, m *leaf) { m.value = one(d, "type", otherTypes()) })
		}},
		{"a hostile text", func(d *drawer, value any) string {
			return d.member(value, func(_ *branch, m *leaf) { m.value = one(d, "text", oddities()) })
		}},
	}
}

// otherTypes are values of which one at least is not what a member wants.
func otherTypes() []any {
	return []any{
		1, "text", true, nil, row{}, &branch{}, -1, 1.5, row{nil}, row{row{}}, row{1, "a"}, &branch{[]leaf{{name: "a"}}}, verbatim("1e400"),
		verbatim("-0"), verbatim("1E2"),
		json.Number("18446744073709551616"), verbatim(strings.Repeat("9", 400)), verbatim(`"\ud800"`), verbatim(`"\udc00\ud800"`),
		verbatim("\"\xff\""), verbatim("\"a\x00b\""), verbatim(`"\u0000"`), verbatim("NaN"), verbatim("01"),
		verbatim(strings.Repeat("[", 40) + strings.Repeat("]", 40)), verbatim(strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)),
		strings.Repeat("x", 100_000),
	}
}

// spoiledTexts break the text and not the value.
func spoiledTexts() []spoil {
	var all []spoil
	for name, change := range map[string]func(string) string{
		"trailing data":         func(s string) string { return s + "{}" },
		"trailing bracket":      func(s string) string { return s + "]" },
		"cut short":             func(s string) string { return s[:len(s)-1] },
		"empty":                 func(string) string { return "" },
		"white space":           func(string) string { return " \r\n\t" },
		"null":                  func(string) string { return "null" },
		"a list":                func(s string) string { return "[" + s + "]" },
		"a text":                func(string) string { return `"text"` },
		"a byte order mark":     func(s string) string { return "\uFEFF" + s },
		"UTF-16":                func(s string) string { return "\xfe\xff" + strings.Join(strings.Split(s, ""), "\x00") },
		"a comment":             func(s string) string { return s + " // x" },
		"a NUL after it":        func(s string) string { return s + "\x00" },
		"single quotes":         func(s string) string { return strings.ReplaceAll(s, `"`, "'") },
		"a comma too many":      func(s string) string { return s[:len(s)-1] + ",}" },
		"a form":                func(string) string { return "label=x&slug=y" },
		"XML":                   func(string) string { return "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>" },
		"too deep":              func(string) string { return strings.Repeat("[", 100_000) },
		"white space around it": func(s string) string { return "\n " + s + "\t" },
		"too long":              func(s string) string { return s + strings.Repeat(" ", 1<<20) },
	} {
		all = append(all, spoil{name, func(_ *drawer, value any) string { return change(write(value)) }})
	}
	slices.SortFunc(all, func(a, b spoil) int { return strings.Compare(a.name, b.name) }) // a run is repeated by its seed
	return all
}

// inside changes one of the objects in a value.
func (d *drawer) inside(value any, change func(*branch)) string {
	all := branches(value)
	if len(all) > 0 {
		change(one(d, "object", all))
	}
	return write(value)
}

// member changes one member of one of the objects in a value.
func (d *drawer) member(value any, change func(*branch, *leaf)) string {
	return d.inside(value, func(b *branch) {
		if len(b.members) > 0 {
			change(b, &b.members[one(d, "member", indexes(len(b.members)))])
		}
	})
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
