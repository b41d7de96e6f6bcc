package chrome

import (
	"fmt"

	"github.com/chromedp/chromedp"
)

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
		press: (e) => e.matches("a[href], button, summary, label") && said(e) === text,
		fill: (e) => e.matches("input, textarea, select") && [...e.labels ?? []].some((label) => seen(label) && said(label) === text),
		tick: (e) => e.matches("[type=checkbox]") && [...e.labels ?? [], ...e.closest("tr")?.querySelectorAll("th a") ?? []].some((label) => said(label) === text),
	}[what];
	const places = [document.querySelector("main"), document];
	if (menu) places.unshift(document.querySelector("nav#sections"));
	document.querySelectorAll("[data-found]").forEach((e) => e.removeAttribute("data-found"));
	for (const place of places) {
		let found = [...place?.querySelectorAll("*") ?? []].filter((e) => seen(e) && is(e));
		if (found.length > 1) found = found.filter((e) => e.ariaCurrent !== "page"); // of the page that one is on
		if (found.length > 1) return "ambiguous";
		if (found.length === 0) continue;
		found[0].dataset.found = "";
		if (found[0].matches("a:not([download]), button:not([type=button])")) return "leads on";
		return found[0].matches("select") ? "choice" : "stays";
	}
	return "";
})(%q, %q, %v)`

const marked = "[data-found]"

// Sees tells what there is to press, fill or tick under a text: something that
// "leads on" to another page, that "stays", a "choice", "ambiguous" for several of
// them, or nothing.
func (b *Tab) Sees(what, text string) string {
	b.Helper()
	return b.sees(what, text, false)
}

func (b *Tab) sees(what, text string, menu bool) string {
	b.Helper()
	return Ask[string](b, fmt.Sprintf(search, what, text, menu))
}

// found marks the one thing that fits.
func (b *Tab) found(what, text string, menu bool) string {
	b.Helper()
	found := b.sees(what, text, menu)
	if found == "" || found == "ambiguous" {
		b.Fatalf("there is nothing, or too much, to %s under %q: %q\n%s", what, text, found, b.Describe())
	}
	return found
}

// Press clicks the link, button, label or summary that says exactly the text, in
// the page before its surroundings. If that leads on, it waits for the next page.
func (b *Tab) Press(text string) {
	b.Helper()
	b.press(text, false)
}

// Menu is [Press] in the console's menu before the page.
func (b *Tab) Menu(text string) {
	b.Helper()
	b.press(text, true)
}

func (b *Tab) press(text string, menu bool) {
	b.Helper()
	click := func() { b.Do(chromedp.Click(marked)) }
	if b.found("press", text, menu) != "leads on" {
		click()
		return
	}
	b.Leave(click)
}

// Tick ticks the box whose label, or whose row of a table, says the text.
func (b *Tab) Tick(text string) {
	b.Helper()
	b.found("tick", text, false)
	b.Do(chromedp.Click(marked))
	if !Ask[bool](b, `document.querySelector("`+marked+`").checked`) {
		b.Fatalf("a click does not tick %q\n%s", text, b.Describe())
	}
}

// Type types into the field of a label, in the place of what was there, or into a
// list of choices.
func (b *Tab) Type(label, value string) {
	b.Helper()
	if b.found("fill", label, false) != "choice" {
		b.Do(chromedp.Evaluate[chromedp.Void](`(() => { const e = document.querySelector("` + marked + `"); e.focus(); e.select(); })()`))
	}
	b.Do(chromedp.SendKeys(marked, value))
}

// Attach gives a field a file in the place of its text: by the control for a file
// that stands beside it.
func (b *Tab) Attach(label, file string) {
	b.Helper()
	b.found("fill", label, false)
	id := Ask[string](b, `document.querySelector("`+marked+`").id`)
	b.Do(chromedp.SendKeys(fmt.Sprintf(`[id=%q]`, id+"-file"), file))
}
