package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/gatepost/gatepost/itest/server"
)

const (
	alice = "alice@example.com" // of both groups
	bob   = "bob@example.com"   // of the first only
	carol = "carol@example.com" // of none
)

func TestAliceClicksHerTileAndTheDemoPageSaysWhichRoleSessionAWSWouldOpen(t *testing.T) {
	b := browse(t, server.Demo(t))
	b.open("/")
	b.at("/signin")
	b.signIn(alice)
	if tiles := b.tiles(); !slices.Equal(tiles, []string{"AWS A", "AWS B"}) {
		t.Fatalf("alice sees the tiles %q", tiles)
	}
	b.click(tile("AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")

	b.open("/")
	b.click(tile("AWS B"))
	b.saysTheSessionOf(alice, "SAML2-User")
}

func TestBobSeesOneTileAndIsRefusedAtTheOther(t *testing.T) {
	b := browse(t, server.Demo(t))
	b.signIn(bob)
	if tiles := b.tiles(); !slices.Equal(tiles, []string{"AWS A"}) {
		t.Fatalf("bob sees the tiles %q", tiles)
	}
	if status := b.open("/sso/aws-b"); status != http.StatusForbidden {
		t.Fatalf("/sso/aws-b answers bob %d", status)
	}
	if len(b.texts("[name=SAMLResponse]")) > 0 {
		t.Fatal("the page of the refusal carries a response")
	}
}

func TestCarolSeesNoTileAndLearnsWhomToAsk(t *testing.T) {
	b := browse(t, server.Demo(t))
	b.signIn(carol)
	if tiles := b.tiles(); len(tiles) != 0 {
		t.Fatalf("carol sees the tiles %q", tiles)
	}
	b.shows("Ask ")
	for _, path := range []string{"/sso/aws-a", "/sso/aws-b"} {
		if status := b.open(path); status != http.StatusForbidden {
			t.Errorf("%s answers carol %d", path, status)
		}
	}
}

func TestSigningOutEndsTheSessionForTheBackButtonToo(t *testing.T) {
	b := browse(t, server.Demo(t))
	b.signIn(alice)
	b.click(button("Sign out"))
	b.at("/signin?out")
	b.back()
	b.at("/signin") // where the portal sends those who are not signed in
	b.open("/sso/aws-a")
	b.at("/signin?next=%2Fsso%2Faws-a")
}

func TestALinkKeepsItsAimThroughTheSignIn(t *testing.T) {
	b := browse(t, server.Demo(t))
	b.open("/sso/aws-b")
	b.fill("Email", alice)
	b.fill("Password", b.server.Password)
	b.click(button("Sign in"))
	b.saysTheSessionOf(alice, "SAML2-User")
}

func TestAWrongPasswordShowsThePageAgainAndKeepsTheName(t *testing.T) {
	b := browse(t, server.Demo(t))
	b.open("/signin")
	b.fill("Email", alice)
	b.fill("Password", "not the password")
	b.click(button("Sign in"))
	b.do(chromedp.WaitVisible(`[role=alert]`))
	name := read(b, chromedp.Value(`[name=username]`))
	password := read(b, chromedp.Value(`[name=password]`))
	if name != alice || password != "" {
		t.Fatalf("the page comes back with the name %q and the password %q", name, password)
	}
}

func TestALinkOnAnotherSiteFirstAsks(t *testing.T) {
	b := browse(t, server.Demo(t))
	b.signIn(alice)
	b.open(otherSite(t, b.server.URL+"/sso/aws-a"))
	b.click(link("To AWS"))
	b.shows("Continue to AWS A")
	if len(b.texts("[name=SAMLResponse]")) > 0 {
		t.Fatal("the page of the question carries a response")
	}
	b.click(button("Continue"))
	b.saysTheSessionOf(alice, "SAML-User")
}

func TestAFormOnAnotherSiteSignsNobodyIn(t *testing.T) {
	b := browse(t, server.Demo(t))
	b.open(otherSite(t, b.server.URL+"/signin"))
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => {
		const form = document.createElement("form");
		form.method = "post";
		form.action = document.querySelector("a").href;
		for (const [name, value] of [["username", %q], ["password", %q]]) {
			const field = document.createElement("input");
			field.name = name;
			field.value = value;
			form.append(field);
		}
		document.body.append(form);
		form.submit();
	})()`, bob, b.server.Password)))
	b.at("/signin")
	b.open("/")
	b.at("/signin")
}

// A bookmark leads to another site. The form of the sign-in may not be redirected
// there, by its page's own policy, so that a page with a link stands between.
func TestABookmarkOpensAfterTheSignInThatItAskedFor(t *testing.T) {
	wiki := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!doctype html><title>Wiki</title>The wiki of the house"))
	}))
	t.Cleanup(wiki.Close)
	data := filepath.Join(t.TempDir(), "data")
	server.DemoIn(t, data).Stop(t)
	server.Must(t, "", "--data", data, "connector", "create", "wiki", "--label", "Wiki", "--url", wiki.URL+"/")
	server.Must(t, "", "--data", data, "connector", "grant", "wiki", "SSO-AWS-A")
	server.Must(t, "", "--data", data, "connector", "activate", "wiki")

	b := start(t, server.DemoIn(t, data), chromedp.IgnoreCertErrors)
	b.open("/sso/wiki")
	b.fill("Email", alice)
	b.fill("Password", b.server.Password)
	b.click(button("Sign in"))
	b.click(link("Continue to Wiki"))
	b.shows("The wiki of the house")
	b.open("/")
	b.click(tile("Wiki"))
	b.shows("The wiki of the house")
}

func TestTheBackButtonSendsNothingAgain(t *testing.T) {
	gatepost := server.Demo(t)
	// Without its cache of whole pages the browser asks for the page again, which
	// is where a script could send it again.
	b := start(t, gatepost, chromedp.Flag("disable-features", "BackForwardCache"))
	b.signIn(alice)
	b.click(tile("AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")
	b.back()
	b.at("/") // Chromium leaves out the page that sent itself

	b.scripts(false)
	b.open("/sso/aws-a")
	b.click(button("Continue to AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")
	b.scripts(true)
	b.back()
	b.shows("Open AWS A again?")
	b.look("launch-back")
	b.click(button("Continue to AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")
}

func TestTheWholeWayWithoutScripts(t *testing.T) {
	b := browse(t, server.Demo(t))
	b.scripts(false)
	b.open("/")
	b.fill("Email", alice)
	b.fill("Password", b.server.Password)
	b.click(button("Sign in"))
	b.click(tile("AWS A"))
	b.click(button("Continue to AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")
	b.click(link("Back to all applications"))
	b.click(button("Sign out"))
	b.do(chromedp.WaitVisible(`[name=password]`))
}

func TestTheWholeWayWithTheKeyboardAlone(t *testing.T) {
	b := browse(t, server.Demo(t))
	b.open("/")
	b.tabTo(`document.activeElement.name === "username"`)
	b.do(chromedp.KeyEvent(alice))
	b.tabTo(`document.activeElement.name === "password"`)
	b.do(chromedp.KeyEvent(b.server.Password), chromedp.KeyEvent(kb.Enter))
	b.at("/")
	b.tabTo(`document.activeElement.matches("main a") && document.activeElement.innerText.includes("AWS A")`)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.saysTheSessionOf(alice, "SAML-User")
	b.tabTo(`document.activeElement.innerText === "Back to all applications"`)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.at("/")
	b.tabTo(`document.activeElement.innerText === "Sign out"`)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.shows("Password")
}

// scripts switches the pages' own scripts on or off, for pages that come after.
func (b *tab) scripts(on bool) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	if err != nil {
		b.Fatal(err)
	}
}

// back goes back as the browser's button does, once the question is answered: a
// page that is left cannot answer.
func (b *tab) back() {
	b.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`void setTimeout(() => history.back(), 50)`))
}

// tabTo presses Tab until the focus is where the expression says, and demands on
// the way that the focus can be seen.
func (b *tab) tabTo(expression string) {
	b.Helper()
	const most = 40
	for range most {
		if read(b, chromedp.Evaluate[bool](expression)) {
			b.focusIsSeen()
			return
		}
		b.do(chromedp.KeyEvent(kb.Tab))
	}
	b.Fatalf("%d times Tab do not reach: %s\n%s", most, expression, b.describe())
}

func (b *tab) focusIsSeen() {
	b.Helper()
	unseen := read(b, chromedp.Evaluate[string](`(() => {
		const s = getComputedStyle(document.activeElement);
		return s.outlineStyle === "none" && s.boxShadow === "none" ? document.activeElement.outerHTML : "";
	})()`))
	if unseen != "" {
		b.Errorf("the focus cannot be seen on %s", unseen)
	}
}

// tiles are the labels of the portal's tiles.
func (b *tab) tiles() []string {
	b.Helper()
	return b.texts("main a[href^='/sso/'] .label")
}

// saysTheSessionOf waits for the page that stands for AWS and reads its verdict.
func (b *tab) saysTheSessionOf(person, role string) {
	b.Helper()
	b.shows("AWS would sign you in")
	page := strings.Join(b.texts("main"), "\n")
	for _, want := range []string{person, "arn:aws:iam::111122223333:role/" + role, "https://signin.aws.amazon.com/saml"} {
		if !strings.Contains(page, want) {
			b.Errorf("the verdict does not name %q:\n%s", want, page)
		}
	}
}

// otherSite serves a page with one link. 127.0.0.1 and localhost are different
// sites to a browser.
func otherSite(t testing.TB, target string) string {
	t.Helper()
	wiki := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!doctype html><title>Wiki</title><a href="` + target + `">To AWS</a>`))
	}))
	t.Cleanup(wiki.Close)
	return wiki.URL
}
