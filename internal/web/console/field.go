package console

import (
	"slices"
	"strings"
)

// field is one control of a form, with all that belongs to it. Templates show it:
//
//	{{template "text" (.Form.Field "label" "Label" "What the tile says")}}
type field struct {
	ID       string
	Name     string
	Value    string
	Label    string
	Hint     string
	Error    string
	Required bool
	Optional bool
	List     string // ID of a datalist with proposals
	Options  []option
	Ticks    []field
	Wide     bool   // so many ticks that a search among them helps
	More     string // why not all ticks are shown
	Closed   bool   // a tick that the administrator may not set
	Why      right  // why some ticks are closed
}

type option struct {
	Value  string
	Text   string
	Chosen bool
}

// Field is the control of that name. Its ID is its name, which the summary of
// problems leads to.
func (f form) Field(name, label, hint string) field {
	return field{ID: name, Name: name, Value: f.Values[name], Label: label, Hint: hint, Error: f.Error(name)}
}

// Error is what is wrong with a control, and with the parts of it that have no
// control of their own.
func (f form) Error(name string) string {
	var texts []string
	for _, p := range f.Problems {
		_, own := f.Values[p.Field]
		part := !own && strings.HasPrefix(p.Field, name) && strings.ContainsRune("[.", rune((p.Field + " ")[len(name)]))
		if p.Field == name || part {
			texts = append(texts, p.Sentence())
		}
	}
	return strings.Join(texts, " ")
}

// Needed is the field with a value demanded.
func (f field) Needed() field {
	f.Required = true
	return f
}

// Free is the field said to be optional.
func (f field) Free() field {
	f.Optional = true
	return f
}

// Ticked reports whether a box is ticked.
func (f field) Ticked() bool { return f.Value != "" }

// Offer is the field with a value to choose, beside those that it has.
func (f field) Offer(value, text string) field {
	f.Options = append(f.Options, option{Value: value, Text: text, Chosen: value == f.Value})
	return f
}

// DescribedBy are the IDs of what describes the control.
func (f field) DescribedBy() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.ID+"-problem")
	}
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	return strings.Join(ids, " ")
}

// narrowFrom is how many ticks get a search among them.
const narrowFrom = 12

// ticks are boxes of one kind: name[choice], such as groups[SSO-AWS-A].
func (f form) ticks(name, label, hint string, choices []choice, more string) field {
	all := field{ID: name, Name: name, Label: label, Hint: hint, Error: f.Error(name), Wide: len(choices) >= narrowFrom, More: more}
	for _, c := range choices {
		at := name + "[" + c.Name + "]"
		all.Ticks = append(all.Ticks, field{ID: at, Name: at, Value: f.Values[at], Label: c.Name, Hint: c.Hint})
	}
	return all
}

// choice is one thing that can be ticked.
type choice struct{ Name, Hint string }

// ticked are the choices under a name that the values tick, sorted.
func (f form) ticked(name string) []string {
	list := []string{}
	for control, value := range f.Values {
		choice, ours := strings.CutPrefix(control, name+"[")
		if ours && strings.HasSuffix(choice, "]") && value != "" {
			list = append(list, strings.TrimSuffix(choice, "]"))
		}
	}
	slices.Sort(list)
	return list
}
