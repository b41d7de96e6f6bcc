package chrome

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Do performs steps, with an end to its patience.
func (b *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, Patience)
	defer cancel()
	err := chromedp.Do(ctx, steps...)
	if err != nil {
		b.Fatalf("%v\n%s", err, b.Describe())
	}
}

// Read performs an action that has an answer.
func Read[T any](b *Tab, action chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, Patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, action)
	if err != nil {
		b.Fatalf("%v\n%s", err, b.Describe())
	}
	return answer
}

// Ask is the value of a JavaScript expression in the page.
func Ask[T any](b *Tab, expression string) T {
	b.Helper()
	return Read(b, chromedp.Evaluate[T](expression))
}

// Describe says where the tab is and what it shows, for messages of failure.
func (b *Tab) Describe() string {
	ctx, cancel := context.WithTimeout(b.Ctx, 5*time.Second)
	defer cancel()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`location.href + " shows:\n" + (document.body ? document.body.innerText : "")`))
	if err != nil {
		return err.Error()
	}
	return shown
}

// Open goes to a path of the server, or to a whole address, and returns the status
// of the answer.
func (b *Tab) Open(address string) int64 {
	b.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.Base + address
	}
	return Read(b, chromedp.NavigateResponse(address)).Status
}

// Click clicks what the selector or XPath finds, once it can be seen.
func (b *Tab) Click(target string) {
	b.Helper()
	b.Do(chromedp.WaitVisible(target), chromedp.Click(target))
}

// Fill types into a field that is found by its label.
func (b *Tab) Fill(label, value string) {
	b.Helper()
	field := fmt.Sprintf(`//input[@id=//label[normalize-space()=%q]/@for]`, label)
	b.Do(chromedp.Clear(field), chromedp.SendKeys(field, value))
}

// Until waits until a JavaScript expression is true, through any number of
// navigations: while one is under way there may be no page to ask.
func (b *Tab) Until(expression string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, Patience)
	defer cancel()
	for {
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && holds {
			return
		}
		select {
		case <-ctx.Done():
			b.Fatalf("it never came to: %s (%v)\n%s", expression, err, b.Describe())
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// Shows waits until the page's text holds the words.
func (b *Tab) Shows(words string) {
	b.Helper()
	b.Until(fmt.Sprintf(`document.readyState === "complete" && document.body.innerText.includes(%q)`, words))
}

// At waits until the tab is at a path of the server.
func (b *Tab) At(path string) {
	b.Helper()
	b.Until(fmt.Sprintf(`location.href === %q && document.readyState === "complete"`, b.Base+path))
}

// Texts returns the text of each thing that the selector finds.
func (b *Tab) Texts(selector string) []string {
	b.Helper()
	return Ask[[]string](b, fmt.Sprintf(`[...document.querySelectorAll(%q)].map((e) => e.innerText.trim())`, selector))
}

// Leave does something that leads to another page, and waits until that one is
// there. An address that stays the same is no hindrance.
func (b *Tab) Leave(how func()) {
	b.Helper()
	b.Do(chromedp.Evaluate[chromedp.Void](`document.gatepostLeaves = true`))
	how()
	b.Until(`!document.gatepostLeaves && document.readyState === "complete"`)
}

// Scripts switches the pages' own scripts on or off, for pages that come after.
func (b *Tab) Scripts(on bool) {
	b.Helper()
	_, err := chromedp.Call(b.Ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	if err != nil {
		b.Fatal(err)
	}
}

// Back goes back as the browser's button does, once the question is answered: a
// page that is left cannot answer.
func (b *Tab) Back() {
	b.Helper()
	b.Do(chromedp.Evaluate[chromedp.Void](`void setTimeout(() => history.back(), 50)`))
}

// SignIn fills in the sign-in page and waits for the portal.
func (b *Tab) SignIn(username, password string) {
	b.Helper()
	b.Open("/signin")
	b.Fill("Email", username)
	b.Fill("Password", password)
	b.Click(Button("Sign in"))
	b.At("/")
}

// SignOut leaves by the portal: pages of problems have no such button.
func (b *Tab) SignOut() {
	b.Helper()
	b.Open("/")
	b.Click(Button("Sign out"))
	b.Until(`location.pathname === "/signin" && document.readyState === "complete"`)
}

// Tiles are the labels of the portal's tiles.
func (b *Tab) Tiles() []string {
	b.Helper()
	return b.Texts("main a[href^='/sso/'] .label")
}

// Button, Link and Tile are what a person would look for, as XPath.
func Button(text string) string { return fmt.Sprintf(`//button[normalize-space()=%q]`, text) }
func Link(text string) string   { return fmt.Sprintf(`//a[normalize-space()=%q]`, text) }
func Tile(label string) string {
	return fmt.Sprintf(`//main//a[.//*[normalize-space()=%q]]`, label)
}
