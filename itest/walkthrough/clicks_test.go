package walkthrough

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/chromedp/chromedp"

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
			r.chooses(field, filepath.Join(r.in.folder, value))
		case field != "":
			r.types(field, value)
		case tick != "":
			r.ticks(text)
		default:
			r.clicks(text, menu)
		}
		menu = false
	}
}

// search finds things by what a person reads: hints, and what only a screen reader
// says, are left out. It marks what it found, and returns what that is.
const search = `((what, text, menu) => {
	const said = (e) => {
		const copy = e.cloneNode(true);
		copy.querySelectorAll(".small, .unseen, .optional, [aria-hidden=true]").forEach((part) => part.remove());
		return copy.textContent.replace(/\s+/g, " ").trim();
	};
	const seen = (e) => e.checkVisibility() && e.getClientRects().length > 0 && e.ariaHidden !== "true";
	const is = {
		click: (e) => e.matches("a[href], button, summary, label") && said(e) === text,
		field: (e) => e.matches("input, textarea, select") && [...e.labels ?? []].some((label) => seen(label) && said(label) === text),
		tick: (e) => e.matches("[type=checkbox]") && [...e.labels ?? [], ...e.closest("tr")?.querySelectorAll("th a") ?? []].some((label) => said(label) === text),
	}[what];
	const places = [document.querySelector("main"), document];
	if (menu) places.unshift(document.querySelector("nav#sections"));
	document.querySelectorAll("[data-walk]").forEach((e) => e.removeAttribute("data-walk"));
	for (const place of places) {
		let found = [...place?.querySelectorAll("*") ?? []].filter((e) => seen(e) && is(e));
		if (found.length > 1) found = found.filter((e) => e.ariaCurrent !== "page"); // of the page that one is on
		if (found.length > 1) return "ambiguous";
		if (found.length === 0) continue;
		found[0].dataset.walk = "";
		if (found[0].matches("a:not([download]), button:not([type=button])")) return "leads on";
		return found[0].matches("select") ? "choice" : "stays";
	}
	return "";
})(%q, %q, %v)`

const marked = "[data-walk]"

// find marks the one thing that fits.
func (r reader) find(what, text string, menu bool) string {
	r.Helper()
	found := chrome.Ask[string](r.Tab, fmt.Sprintf(search, what, text, menu))
	if found == "" || found == "ambiguous" {
		r.Fatalf("the guide wants to %s %q, of which there is %q\n%s", what, text, found, r.Describe())
	}
	return found
}

func (r reader) clicks(text string, menu bool) {
	r.Helper()
	click := func() { r.Do(chromedp.Click(marked)) }
	if r.find("click", text, menu) != "leads on" {
		click()
		return
	}
	r.Leave(click)
	if alarm := r.Texts("main [role=alert]"); len(alarm) > 0 {
		r.Fatalf("after a click on %q: %q\n%s", text, alarm, r.Describe())
	}
}

func (r reader) ticks(text string) {
	r.Helper()
	r.find("tick", text, false)
	r.Do(chromedp.Click(marked))
	if !chrome.Ask[bool](r.Tab, `document.querySelector("`+marked+`").checked`) {
		r.Fatalf("a click does not tick %q\n%s", text, r.Describe())
	}
}

func (r reader) types(label, value string) {
	r.Helper()
	if r.find("field", label, false) != "choice" {
		// What is typed takes the place of what was there.
		r.Do(chromedp.Evaluate[chromedp.Void](`(() => { const e = document.querySelector("` + marked + `"); e.focus(); e.select(); })()`))
	}
	r.Do(chromedp.SendKeys(marked, value))
}

// chooses gives a field's file instead of its text.
func (r reader) chooses(label, file string) {
	r.Helper()
	r.find("field", label, false)
	id := chrome.Ask[string](r.Tab, `document.querySelector("`+marked+`").id`)
	r.Do(chromedp.SendKeys(fmt.Sprintf(`[id=%q]`, id+"-file"), file))
}
