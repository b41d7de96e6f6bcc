package console

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

// keyboard is an administrator without a mouse.
type keyboard struct{ *chrome.Tab }

// focused is an expression that is true when the focus is on what says the text.
func focused(text string) string {
	return fmt.Sprintf(`((e) => [e.innerText, e.ariaLabel, ...[...e.labels ?? []].map((l) => l.innerText)]
		.some((said) => said && said.replace(/\s+/g, " ").trim().startsWith(%q)))(document.activeElement)`, text)
}

// to moves the focus forwards to what begins so, in the page beside the menu.
func (k keyboard) to(text string) {
	k.Helper()
	k.TabTo(focused(text) + ` && document.activeElement.closest("main") !== null`)
}

// follows goes on to the next page by the Enter key.
func (k keyboard) follows(text string) {
	k.Helper()
	k.to(text)
	k.enter()
}

func (k keyboard) enter() {
	k.Helper()
	k.Leave(func() { k.Do(chromedp.KeyEvent(kb.Enter)) })
}

func (k keyboard) writes(label, text string) {
	k.Helper()
	k.to(label)
	k.Do(chromedp.KeyEvent(text))
}

// ticks presses the space bar on a box or a button of a choice.
func (k keyboard) ticks(text string) {
	k.Helper()
	k.to(text)
	k.Do(chromedp.KeyEvent(" "))
}

// A new connector, its key, its groups, what would happen, and its activation,
// without touching the mouse.
func TestAConnectorIsSetUpWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := server.Demo(t)
	k := keyboard{enter(t, s, owner, "/admin")}
	k.Do(chromedp.KeyEvent(kb.Tab))
	if at := chrome.Ask[string](k.Tab, `document.activeElement.innerText`); at != "Skip to content" {
		t.Errorf("the first stop of the focus is %q", at)
	}
	k.TabTo(focused("Connectors"))
	k.enter()
	k.follows("New connector")
	k.writes("Label", "Staging")
	k.writes("AWS account ID", "444455556666")
	k.ticks("SSO-AWS-B")
	k.follows("Create the connector")
	k.Shows("The connector is created.")
	k.At("/admin/connectors/staging?done=created")

	k.follows("SSO")
	k.Shows("Key and certificates")
	k.follows("Groups")
	k.ticks("SSO-AWS-A")
	k.follows("Save")
	k.Shows("Saved.")
	k.follows("Test")
	k.writes("Email", bob)
	k.enter()
	k.Shows("SAML-User")
	k.follows("Overview")
	k.follows("Activate")
	k.Shows("The connector is active")

	bobs := s.SignIn(t, bob)
	bobs.Launch(t, "staging")
}

// What was refused has the focus at once, so that nobody has to look for it.
func TestTheFocusIsOnWhatWasRefused(t *testing.T) {
	t.Parallel()
	s := server.Demo(t)
	k := keyboard{enter(t, s, owner, "/admin/users/new")}
	k.writes("Email", "no address")
	k.follows("Create the user")
	k.Until(`document.activeElement.matches("[role=alert]")`)
	k.follows("Email") // the summary leads to the field
}
