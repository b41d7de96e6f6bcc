package walkthrough

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/gatepost/gatepost/itest/chrome"
)

// reader does in a browser what the guide's numbered lists say: *text* is clicked,
// “tick *text*” is a box that is ticked, and “**field** `text`” is typed.
type reader struct {
	*chrome.Tab
	in *installation
}

var (
	items  = regexp.MustCompile(`(?m)^\d\. `)
	action = regexp.MustCompile("\\*\\*([^*]+)\\*\\*( file)? `([^`]+)`|(tick )?\\*([^*]+)\\*")
)

// does works through pieces of the guide.
func (r reader) does(names ...string) {
	r.Helper()
	for _, name := range names {
		for _, item := range items.Split(r.in.filled(r.in.guide.piece(r, name)), -1)[1:] {
			r.doesItem(strings.Join(strings.Fields(item), " "))
		}
	}
}

// doesItem does one line of a list. Its first click is in the menu, where the menu
// has it, unless the line says that one is still there.
func (r reader) doesItem(item string) {
	r.Helper()
	menu := !strings.HasPrefix(item, "Still there")
	for _, found := range action.FindAllStringSubmatch(item, -1) {
		field, file, value, tick, text := found[1], found[2], found[3], found[4], found[5]
		switch {
		case file != "":
			r.Attach(field, filepath.Join(r.in.folder, value))
		case field != "":
			r.Type(field, value)
		case tick != "":
			r.Tick(text)
		case menu:
			r.Menu(text)
		default:
			r.Press(text)
		}
		menu = false
		if alarm := r.Texts("main [role=alert]"); len(alarm) > 0 {
			r.Fatalf("%q: the page says %q\n%s", item, alarm, r.Describe())
		}
	}
}
