package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

const (
	// obrien's address holds a character that AWS takes in no session name.
	obrien      = "o'brien@example.com"
	ownPassword = "a few unrelated words do well"
)

// furnished is the demo with what its two connectors do not show: a connector
// with roles in two accounts, and a person whose launch AWS would refuse.
func furnished(t testing.TB) *server.Server {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	server.DemoIn(t, data).Stop(t)
	command := func(args ...string) {
		server.Must(t, ownPassword+"\n", append([]string{"--data", data}, args...)...)
	}
	create := []string{"connector", "create", "many", "--label", "Many accounts"}
	for _, account := range []string{"111122223333", "444455556666"} {
		for _, role := range []string{"Administrator", "Billing", "Developer", "ReadOnly", "Support"} {
			create = append(create, "--role", fmt.Sprintf(
				"arn:aws:iam::%[1]s:role/%[2]s,arn:aws:iam::%[1]s:saml-provider/Gatepost", account, role))
		}
	}
	command(create...)
	command("connector", "grant", "many", "SSO-AWS-B")
	command("connector", "activate", "many")
	command("user", "create", obrien, "--name", "Pat O'Brien", "--password-stdin")
	command("group", "add-member", "SSO-AWS-A", obrien)
	return server.DemoIn(t, data)
}

// Each page is brought up as a person would come upon it, then looked at. The
// pages of the sign-in come first: nobody is signed in yet.
func TestEachPageIsAccessibleInLightAndDarkWideAndNarrow(t *testing.T) {
	t.Parallel()
	b := browse(t, furnished(t))
	b.pagesOfTheSignIn()
	b.signIn(alice)
	b.pagesOfThePortal()
	b.pagesOfTheLaunch()
	b.pagesOfProblems()
}

func (b *tab) pagesOfTheSignIn() {
	b.Open("/signin")
	b.Titled("Sign in")
	b.Look("signin")

	b.Fill("Email", "nobody@example.com")
	b.Fill("Password", "not the password")
	b.Click(chrome.Button("Sign in"))
	b.Do(chromedp.WaitVisible(`[role=alert]`))
	b.Look("signin-wrong")

	const enough = 8 // wrong passwords, for the lock
	for range enough {
		b.server.Visitor(b).TrySignIn(b, "nobody@example.com", "not the password")
	}
	b.Fill("Password", "not the password")
	b.Click(chrome.Button("Sign in"))
	b.Shows("Try again in")
	b.Look("signin-limited")
}

func (b *tab) pagesOfThePortal() {
	b.Open("/")
	b.Titled("Your applications")
	b.Look("portal")
	b.Open("/?q=bill")
	b.Look("portal-found")
	b.Open("/?q=nothing+has+this")
	b.Shows("Nothing matches")
	b.Look("portal-nothing")

	b.SignOut()
	b.Look("signed-out")
	b.signIn(carol)
	b.Look("portal-empty")
	b.SignOut()
	b.signIn(alice)
}

func (b *tab) pagesOfTheLaunch() {
	// Without scripts the page that sends itself stays to be looked at.
	b.Scripts(false)
	b.Open("/sso/aws-a")
	b.Scripts(true)
	b.Look("launch")
	b.Click(chrome.Button("Continue to AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")
	b.Look("demo-accepted")

	b.Scripts(false)
	b.Open("/sso/aws-a")
	b.Scripts(true)
	b.Do(chromedp.Evaluate[chromedp.Void](`(() => {
		const field = document.querySelector("[name=SAMLResponse]");
		field.value = btoa(atob(field.value).replace("alice@", "admin@"));
	})()`))
	b.Click(chrome.Button("Continue to AWS A"))
	b.Shows("AWS would refuse this")
	b.Look("demo-refused")

	b.Open(otherSite(b, b.server.URL+"/sso/aws-a"))
	b.Click(chrome.Link("To AWS"))
	b.Shows("Continue to AWS A")
	b.Look("confirm")

	b.Open("/sso/many")
	b.Titled("Choose a role")
	b.Look("chooser")
}

func (b *tab) pagesOfProblems() {
	for _, p := range []struct {
		path   string
		status int64
		name   string
	}{
		{"/sso/aws-a?SAMLRequest=x", http.StatusBadRequest, "problem-400"},
		{"/sso/aws-a?RelayState=" + url.QueryEscape("https://example.com/"), http.StatusBadRequest, "problem-relay-state"},
		{"/sso/none", http.StatusNotFound, "problem-404-connector"},
		{"/no/such/page", http.StatusNotFound, "problem-404"},
	} {
		status := b.Open(p.path)
		if status != p.status {
			b.Errorf("%s answers %d, not %d", p.path, status, p.status)
		}
		b.Look(p.name)
	}
	b.Open("/")
	b.Do(chromedp.Evaluate[chromedp.Void](`(() => {
		const form = document.createElement("form");
		form.method = "post";
		form.action = "/sso/aws-a";
		document.body.append(form);
		form.submit();
	})()`))
	b.At("/sso/aws-a")
	b.Look("problem-405")

	b.SignOut()
	b.signIn(bob)
	b.Open("/sso/aws-b")
	b.Look("problem-403")

	b.SignOut()
	b.SignIn(obrien, ownPassword)
	if status := b.Open("/sso/aws-a"); status != http.StatusUnprocessableEntity {
		b.Errorf("a launch that AWS would refuse answers %d", status)
	}
	b.Shows("AWS does not take ' in a session name")
	b.Look("problem-422")
}

func TestTheFirstOwnerMakesThemselvesByTheSetupLink(t *testing.T) {
	t.Parallel()
	gatepost := server.Start(t, filepath.Join(t.TempDir(), "data"))
	b := browse(t, gatepost)
	b.Open(gatepost.Printed("setup:"))
	b.Look("setup")
	b.Fill("Email", "ada@example.com")
	b.Fill("Name", "Ada")
	b.Click(chrome.Button("Create the owner"))
	b.Shows("You are the owner")
	b.Look("setup-done")
	b.Click(chrome.Link("Set your password"))
	b.Shows("New password")
	b.Look("password")
	b.Fill("New password", "too short")
	b.Fill("The same again", "another one")
	b.Click(chrome.Button("Set password"))
	b.Do(chromedp.WaitVisible(`[aria-invalid=true]`))
	b.Look("password-wrong")
	b.Fill("New password", ownPassword)
	b.Fill("The same again", ownPassword)
	b.Click(chrome.Button("Set password"))
	b.Until(`location.pathname === "/signin"`)
	b.SignIn("ada@example.com", ownPassword)
	b.Shows("Ada")

	if status := b.Open(gatepost.Printed("setup:")); status == http.StatusOK {
		t.Error("the setup link opens a second time")
	}
}
