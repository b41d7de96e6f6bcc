package console

import (
	"maps"
	"slices"
)

// confirmPage asks before something that cannot be taken back, or that lets people
// in or shuts them out. Its form posts what was posted again, and a word that it
// is confirmed.
type confirmPage struct {
	Section string
	Trail   []link
	Title   string // a question
	Problem string // why the last answer was not taken
	Text    string
	Things  []string // what it is about, where that is several
	Changes []line
	Effects []effect

	Action     string // path that the form posts to
	Hidden     []hidden
	TypedLabel string
	Typed      string // what has to be typed; empty for nothing
	Button     string
	Danger     bool
	Back       string
	Keep       string // what the way back is called; "Change nothing" unless it says otherwise
}

// link is a text that leads somewhere in the console.
type link struct{ Text, Href string }

// hidden is a field that a form carries unseen.
type hidden struct{ Name, Value string }

func (c confirmPage) heading() heading {
	title := c.Title
	if c.Problem != "" {
		title = "Error: " + title
	}
	return heading{Template: "confirm", Title: title, Section: c.Section}
}

// again are the fields of a form for it to be posted once more, with the field
// confirmed set to what is confirmed.
func again(fields map[string]string, confirmed string) []hidden {
	var list []hidden
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name != "confirmed" && name != "typed" {
			list = append(list, hidden{name, fields[name]})
		}
	}
	return append(list, hidden{"confirmed", confirmed})
}
