package console

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

// Two administrators have the same form open. The first to save wins; the second
// sees what the first did, and neither loses what they typed.
func TestOfTwoAdministratorsWhoSaveAtOnceOneWinsAndTheOtherLosesNothing(t *testing.T) {
	t.Parallel()
	s := server.Demo(t)
	const path = "/admin/connectors/aws-a"
	one, other := enter(t, s, owner, path), enter(t, s, owner, path)
	one.Type("Label", "Production")
	other.Type("Description", "Ask Olga first")
	one.Press("Save")
	one.Shows("Saved.")

	other.Press("Save")
	other.Shows(owner + " saved this meanwhile")
	if told := strings.Join(other.Texts(".meanwhile ins"), "\n"); !strings.Contains(told, "Production") {
		t.Errorf("the other's change is told as %q", told)
	}
	if typed := value(other, "description"); typed != "Ask Olga first" {
		t.Errorf("what was typed is %q now", typed)
	}
	other.Look("console-conflict")
	other.Press("Save")
	other.Shows("Saved.")
	other.Open(path)
	if label, description := value(other, "label"), value(other, "description"); label != "Production" || description != "Ask Olga first" {
		t.Errorf("stored are %q and %q", label, description)
	}
}

// When both changed the same, both values are shown, and the second decides.
func TestWhatTwoAdministratorsChangedBothIsShownBoth(t *testing.T) {
	t.Parallel()
	s := server.Demo(t)
	const path = "/admin/connectors/aws-a"
	one, other := enter(t, s, owner, path), enter(t, s, owner, path)
	one.Type("Label", "Production")
	other.Type("Label", "Live")
	one.Press("Save")
	other.Press("Save")
	other.Shows("Yours against what is stored now")
	for selector, want := range map[string]string{"del": "Production", "ins": "Live"} {
		if shown := other.Texts(".meanwhile > .diff " + selector); !slices.Contains(shown, want) {
			t.Errorf("%s shows %q, not %q", selector, shown, want)
		}
	}
	other.Press("drop yours and see what is stored")
	if label := value(other, "label"); label != "Production" {
		t.Errorf("stored is %q", label)
	}
}

func value(b *chrome.Tab, name string) string {
	b.Helper()
	return chrome.Ask[string](b, `document.querySelector("main [name=`+name+`]").value`)
}

// The session of an administrator ended while a page stood open, here by a sign-out
// in another window. The next click leads to the sign-in, and from there on to where
// it would have led.
func TestASessionThatEndedLeadsThroughTheSignInToThePageThatWasMeant(t *testing.T) {
	t.Parallel()
	s := server.Demo(t)
	b := enter(t, s, owner, "/admin/connectors/aws-a")
	signsOutElsewhere(b, s)
	b.Press("Access")
	b.At("/signin?next=%2Fadmin%2Fconnectors%2Faws-a%2Faccess")
	b.Type("Email", owner)
	b.Type("Password", s.Password)
	b.Press("Sign in")
	b.At("/admin/connectors/aws-a/access")
	b.Shows(bob)
}

// signsOutElsewhere ends the browser's session without the browser.
func signsOutElsewhere(b *chrome.Tab, s *server.Server) {
	b.Helper()
	kept, err := chromedp.Call(b.Ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		b.Fatal(err)
	}
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, s.URL+"/signout", nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, cookie := range kept.Cookies {
		request.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
	}
	if page := s.Visitor(b).Do(b, request); page.Status != http.StatusSeeOther {
		b.Fatalf("the sign-out is answered %d\n%s", page.Status, page.Body)
	}
}

// A viewer sees everything and is offered nothing: no page has a button that would
// change something, but for the tokens, which everybody makes for themselves.
func TestAViewerIsOfferedNothingThatChangesAnything(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	// What sends a form that changes something, and what leads to such forms.
	const offers = `[...document.querySelectorAll("main form[method=post] button, main a.button.main")]
		.filter((e) => !e.matches("[type=button], fieldset:disabled *")).map((e) => e.innerText.trim())`
	paths := []string{
		"/admin/connectors", "/admin/connectors/aws-a", "/admin/connectors/aws-a/sso", "/admin/connectors/aws-a/roles", "/admin/connectors/aws-a/groups",
		"/admin/connectors/draft", "/admin/users", "/admin/users/" + alice, "/admin/users/" + alice + "/groups", "/admin/users/" + suspended,
		"/admin/groups", "/admin/groups/SSO-AWS-A", "/admin/groups/SSO-AWS-A/connectors", "/admin/groups/SSO-AWS-A/settings", "/admin/settings",
	}
	b := enter(t, s, viewer, "/admin")
	for _, path := range paths {
		b.Open(path)
		if offered := chrome.Ask[[]string](b, offers); len(offered) > 0 {
			t.Errorf("%s offers a viewer %q", path, offered)
		}
	}
	// The control: an owner is offered something on each of them.
	b.SignOut()
	signIn(b, s, owner)
	for _, path := range paths {
		b.Open(path)
		if len(chrome.Ask[[]string](b, offers)) == 0 {
			t.Errorf("%s offers an owner nothing", path)
		}
	}
}
