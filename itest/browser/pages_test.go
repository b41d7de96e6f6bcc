package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

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
	b := browse(t, furnished(t))
	b.pagesOfTheSignIn()
	b.signIn(alice)
	b.pagesOfThePortal()
	b.pagesOfTheLaunch()
	b.pagesOfProblems()
}

func (b *tab) pagesOfTheSignIn() {
	b.open("/signin")
	b.titled("Sign in")
	b.look("signin")

	b.fill("Email", "nobody@example.com")
	b.fill("Password", "not the password")
	b.click(button("Sign in"))
	b.do(chromedp.WaitVisible(`[role=alert]`))
	b.look("signin-wrong")

	const enough = 8 // wrong passwords, for the lock
	for range enough {
		b.server.Visitor(b).TrySignIn(b, "nobody@example.com", "not the password")
	}
	b.fill("Password", "not the password")
	b.click(button("Sign in"))
	b.shows("Try again in")
	b.look("signin-limited")
}

func (b *tab) pagesOfThePortal() {
	b.open("/")
	b.titled("Your applications")
	b.look("portal")
	b.open("/?q=bill")
	b.look("portal-found")
	b.open("/?q=nothing+has+this")
	b.shows("Nothing matches")
	b.look("portal-nothing")

	b.signOut()
	b.look("signed-out")
	b.signIn(carol)
	b.look("portal-empty")
	b.signOut()
	b.signIn(alice)
}

func (b *tab) pagesOfTheLaunch() {
	// Without scripts the page that sends itself stays to be looked at.
	b.scripts(false)
	b.open("/sso/aws-a")
	b.scripts(true)
	b.look("launch")
	b.click(button("Continue to AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")
	b.look("demo-accepted")

	b.scripts(false)
	b.open("/sso/aws-a")
	b.scripts(true)
	b.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const field = document.querySelector("[name=SAMLResponse]");
		field.value = btoa(atob(field.value).replace("alice@", "admin@"));
	})()`))
	b.click(button("Continue to AWS A"))
	b.shows("AWS would refuse this")
	b.look("demo-refused")

	b.open(otherSite(b, b.server.URL+"/sso/aws-a"))
	b.click(link("To AWS"))
	b.shows("Continue to AWS A")
	b.look("confirm")

	b.open("/sso/many")
	b.titled("Choose a role")
	b.look("chooser")
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
		status := b.open(p.path)
		if status != p.status {
			b.Errorf("%s answers %d, not %d", p.path, status, p.status)
		}
		b.look(p.name)
	}
	b.open("/")
	b.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const form = document.createElement("form");
		form.method = "post";
		form.action = "/sso/aws-a";
		document.body.append(form);
		form.submit();
	})()`))
	b.at("/sso/aws-a")
	b.look("problem-405")

	b.signOut()
	b.signIn(bob)
	b.open("/sso/aws-b")
	b.look("problem-403")

	b.signOut()
	b.signInWith(obrien, ownPassword)
	if status := b.open("/sso/aws-a"); status != http.StatusUnprocessableEntity {
		b.Errorf("a launch that AWS would refuse answers %d", status)
	}
	b.shows("RoleSessionName in AuthnResponse must match")
	b.look("problem-422")
}

// signOut leaves by the portal: pages of problems have no such button.
func (b *tab) signOut() {
	b.Helper()
	b.open("/")
	b.click(button("Sign out"))
	b.until(`location.pathname === "/signin" && document.readyState === "complete"`)
}

func TestTheFirstOwnerMakesThemselvesByTheSetupLink(t *testing.T) {
	gatepost := server.Start(t, filepath.Join(t.TempDir(), "data"))
	b := browse(t, gatepost)
	b.open(gatepost.Printed("setup:"))
	b.look("setup")
	b.fill("Email", "ada@example.com")
	b.fill("Name", "Ada")
	b.click(button("Create the owner"))
	b.shows("You are the owner")
	b.look("setup-done")
	b.click(link("Set your password"))
	b.shows("New password")
	b.look("password")
	b.fill("New password", "too short")
	b.fill("The same again", "another one")
	b.click(button("Set password"))
	b.do(chromedp.WaitVisible(`[aria-invalid=true]`))
	b.look("password-wrong")
	b.fill("New password", ownPassword)
	b.fill("The same again", ownPassword)
	b.click(button("Set password"))
	b.until(`location.pathname === "/signin"`)
	b.signInWith("ada@example.com", ownPassword)
	b.shows("Ada")

	if status := b.open(gatepost.Printed("setup:")); status == http.StatusOK {
		t.Error("the setup link opens a second time")
	}
}
