package openapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
)

// branch is a JSON object as it is written: its members have an order, and may
// repeat, which no map can say.
type branch struct{ members []leaf }

// leaf is a member of an object.
type leaf struct {
	name    string
	value   any  // what encoding/json writes, or *branch, row, verbatim
	escaped bool // the name's first letter is written by its number
}

// row is a JSON array.
type row []any

// verbatim is written as it is, JSON or not.
type verbatim string

// set gives a member a value, in place of one that it has.
func (b *branch) set(name string, value any) {
	for i := range b.members {
		if b.members[i].name == name {
			b.members[i].value = value
			return
		}
	}
	b.members = append(b.members, leaf{name: name, value: value})
}

// write writes a value.
func write(value any) string {
	var b strings.Builder
	writeTo(&b, value)
	return b.String()
}

func writeTo(b *strings.Builder, value any) {
	switch v := value.(type) {
	case *branch:
		b.WriteByte('{')
		for i, m := range v.members {
			comma(b, i)
			writeName(b, m)
			b.WriteByte(':')
			writeTo(b, m.value)
		}
		b.WriteByte('}')
	case row:
		b.WriteByte('[')
		for i, one := range v {
			comma(b, i)
			writeTo(b, one)
		}
		b.WriteByte(']')
	case verbatim:
		b.WriteString(string(v))
	default:
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // texts, numbers and truth values can be written
		}
		b.Write(text)
	}
}

func writeName(b *strings.Builder, m leaf) {
	if m.escaped && m.name != "" {
		fmt.Fprintf(b, `"\u%04x%s"`, m.name[0], m.name[1:])
		return
	}
	writeTo(b, m.name)
}

func comma(b *strings.Builder, i int) {
	if i > 0 {
		b.WriteByte(',')
	}
}

// branches are an object and all objects in it.
func branches(value any) []*branch {
	var all []*branch
	switch v := value.(type) {
	case *branch:
		all = append(all, v)
		for _, m := range v.members {
			all = append(all, branches(m.value)...)
		}
	case row:
		for _, one := range v {
			all = append(all, branches(one)...)
		}
	}
	return all
}
