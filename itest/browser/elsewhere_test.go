package browser

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

// Whoever makes the link chooses where it begins: no way through the sign-in may
// end in a launch that the person was not asked about.
func TestALinkOnAnotherSiteAsksAfterTheSignInToo(t *testing.T) {
	t.Parallel()
	s := server.Demo(t)
	through := func(path, next string) string { return path + "?" + url.Values{"next": {next}}.Encode() }
	const launch = "/sso/aws-a"
	for name, path := range map[string]string{
		"the launch":                    launch,
		"the launch, spelled otherwise": "/%73so/aws-a",
		"the sign-in":                   through("/signin", launch),
		"the sign-in, twice":            through("/signin", through("/signin", launch)),
		"the renewal":                   through("/renew", launch),
		"the sign-in, then the renewal": through("/signin", through("/renew", launch)),
		"a part of the page":            through("/signin", launch+"#part"),
		"a folder above":                through("/signin", "/x/.."+launch),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := browse(t, s)
			b.Open(otherSite(t, s.URL+path))
			b.Click(chrome.Link("To AWS"))
			b.asksBeforeAWS()
		})
	}
}

func TestALinkOnAnotherSiteAsksHoweverTheSignInGoes(t *testing.T) {
	t.Parallel()
	s := server.Demo(t)
	t.Run("sent on by the other site", func(t *testing.T) {
		t.Parallel()
		b := browse(t, s)
		b.Open(otherSite(t, sender(t, s.URL+"/sso/aws-a")))
		b.Click(chrome.Link("To AWS"))
		b.asksBeforeAWS()
	})
	t.Run("a wrong password first", func(t *testing.T) {
		t.Parallel()
		b := browse(t, s)
		b.Open(otherSite(t, s.URL+"/signin?next=/sso/aws-a"))
		b.Click(chrome.Link("To AWS"))
		b.Until(`location.pathname === "/signin" && document.readyState === "complete"`)
		b.Fill("Email", alice)
		b.Fill("Password", "not the password")
		b.Click(chrome.Button("Sign in"))
		b.Do(chromedp.WaitVisible(`[role=alert]`))
		b.asksBeforeAWS()
	})
	t.Run("the address opened again by hand", func(t *testing.T) {
		t.Parallel()
		b := browse(t, s)
		b.Open(otherSite(t, s.URL+"/signin?next=/sso/aws-a"))
		b.Click(chrome.Link("To AWS"))
		b.Shows("Password")
		b.Open(chrome.Ask[string](b.Tab, "location.href"))
		b.asksBeforeAWS()
	})
}

func TestTheQuestionSaysWhereTheLinkLeads(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	const page = "eu-central-1.console.aws.amazon.com/cloudformation/home"
	link := "/sso/aws-a?" + url.Values{"RelayState": {"https://" + page + "?region=eu-central-1#/stacks/create"}}.Encode()
	b.Open(otherSite(t, b.server.URL+link))
	b.Click(chrome.Link("To AWS"))
	b.Shows("Password")
	b.Fill("Email", alice)
	b.Fill("Password", b.server.Password)
	b.Click(chrome.Button("Sign in"))
	b.Shows("Continue to AWS A?")
	b.Shows(page)
	b.Look("confirm-leads-to")
	b.Click(chrome.Button("Continue"))
	b.saysTheSessionOf(alice, "SAML-User")
}

// asksBeforeAWS signs alice in, as often as she is asked to, until she is led to AWS
// or asked whether she wants to be.
func (b *tab) asksBeforeAWS() {
	b.Helper()
	const signIn, question, aws = `!!document.querySelector("form[action='/signin']")`, `document.body.innerText.includes("Continue to AWS A?")`, `document.body.innerText.includes("AWS would sign you in")`
	for range 5 {
		b.Until(`document.readyState === "complete" && (` + signIn + ` || ` + question + ` || ` + aws + `)`)
		if !chrome.Ask[bool](b.Tab, signIn) {
			break
		}
		b.Leave(func() {
			b.Fill("Email", alice)
			b.Fill("Password", b.server.Password)
			b.Click(chrome.Button("Sign in"))
		})
	}
	if !chrome.Ask[bool](b.Tab, question) {
		b.Fatalf("nobody asked\n%s", b.Describe())
	}
	b.Click(chrome.Button("Continue"))
	b.saysTheSessionOf(alice, "SAML-User")
}

// sender sends everybody on.
func sender(t testing.TB, target string) string {
	t.Helper()
	site := httptest.NewServer(http.RedirectHandler(target, http.StatusFound))
	t.Cleanup(site.Close)
	return site.URL
}
