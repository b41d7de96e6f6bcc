package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

const (
	alice = "alice@example.com" // of both groups
	bob   = "bob@example.com"   // of the first only
	carol = "carol@example.com" // of none
)

func TestAliceClicksHerTileAndTheDemoPageSaysWhichRoleSessionAWSWouldOpen(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.Open("/")
	b.At("/signin")
	b.signIn(alice)
	if tiles := b.Tiles(); !slices.Equal(tiles, []string{"AWS A", "AWS B"}) {
		t.Fatalf("alice sees the tiles %q", tiles)
	}
	b.Click(chrome.Tile("AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")

	b.Open("/")
	b.Click(chrome.Tile("AWS B"))
	b.saysTheSessionOf(alice, "SAML2-User")
}

func TestBobSeesOneTileAndIsRefusedAtTheOther(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.signIn(bob)
	if tiles := b.Tiles(); !slices.Equal(tiles, []string{"AWS A"}) {
		t.Fatalf("bob sees the tiles %q", tiles)
	}
	if status := b.Open("/sso/aws-b"); status != http.StatusForbidden {
		t.Fatalf("/sso/aws-b answers bob %d", status)
	}
	if len(b.Texts("[name=SAMLResponse]")) > 0 {
		t.Fatal("the page of the refusal carries a response")
	}
}

func TestCarolSeesNoTileAndLearnsWhomToAsk(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.signIn(carol)
	if tiles := b.Tiles(); len(tiles) != 0 {
		t.Fatalf("carol sees the tiles %q", tiles)
	}
	b.Shows("Ask ")
	for _, path := range []string{"/sso/aws-a", "/sso/aws-b"} {
		if status := b.Open(path); status != http.StatusForbidden {
			t.Errorf("%s answers carol %d", path, status)
		}
	}
}

func TestSigningOutEndsTheSessionForTheBackButtonToo(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.signIn(alice)
	b.Click(chrome.Button("Sign out"))
	b.At("/signin?out")
	b.Back()
	b.At("/signin") // where the portal sends those who are not signed in
	b.Open("/sso/aws-a")
	b.At("/signin?next=%2Fsso%2Faws-a")
}

func TestALinkKeepsItsAimThroughTheSignIn(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.Open("/sso/aws-b")
	b.Fill("Email", alice)
	b.Fill("Password", b.server.Password)
	b.Click(chrome.Button("Sign in"))
	b.saysTheSessionOf(alice, "SAML2-User")
}

func TestAWrongPasswordShowsThePageAgainAndKeepsTheName(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.Open("/signin")
	b.Fill("Email", alice)
	b.Fill("Password", "not the password")
	b.Click(chrome.Button("Sign in"))
	b.Do(chromedp.WaitVisible(`[role=alert]`))
	name := chrome.Read(b.Tab, chromedp.Value(`[name=username]`))
	password := chrome.Read(b.Tab, chromedp.Value(`[name=password]`))
	if name != alice || password != "" {
		t.Fatalf("the page comes back with the name %q and the password %q", name, password)
	}
}

func TestALinkOnAnotherSiteFirstAsks(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.signIn(alice)
	b.Open(otherSite(t, b.server.URL+"/sso/aws-a"))
	b.Click(chrome.Link("To AWS"))
	b.Shows("Continue to AWS A")
	if len(b.Texts("[name=SAMLResponse]")) > 0 {
		t.Fatal("the page of the question carries a response")
	}
	b.Click(chrome.Button("Continue"))
	b.saysTheSessionOf(alice, "SAML-User")
}

func TestAFormOnAnotherSiteSignsNobodyIn(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.Open(otherSite(t, b.server.URL+"/signin"))
	b.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => {
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
	b.At("/signin")
	b.Open("/")
	b.At("/signin")
}

// A bookmark leads to another site. The form of the sign-in may not be redirected
// there, by its page's own policy, so that a page with a link stands between.
func TestABookmarkOpensAfterTheSignInThatItAskedFor(t *testing.T) {
	t.Parallel()
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
	b.Open("/sso/wiki")
	b.Fill("Email", alice)
	b.Fill("Password", b.server.Password)
	b.Click(chrome.Button("Sign in"))
	b.Click(chrome.Link("Continue to Wiki"))
	b.Shows("The wiki of the house")
	b.Open("/")
	b.Click(chrome.Tile("Wiki"))
	b.Shows("The wiki of the house")
}

func TestTheBackButtonSendsNothingAgain(t *testing.T) {
	t.Parallel()
	gatepost := server.Demo(t)
	// Without its cache of whole pages the browser asks for the page again, which
	// is where a script could send it again.
	b := start(t, gatepost, chromedp.Flag("disable-features", "BackForwardCache"))
	b.signIn(alice)
	b.Click(chrome.Tile("AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")
	b.Back()
	b.At("/") // Chromium leaves out the page that sent itself

	b.Scripts(false)
	b.Open("/sso/aws-a")
	b.Click(chrome.Button("Continue to AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")
	b.Scripts(true)
	b.Back()
	b.Shows("Open AWS A again?")
	b.Look("launch-back")
	b.Click(chrome.Button("Continue to AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")
}

func TestTheWholeWayWithoutScripts(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.Scripts(false)
	b.Open("/")
	b.Fill("Email", alice)
	b.Fill("Password", b.server.Password)
	b.Click(chrome.Button("Sign in"))
	b.Click(chrome.Tile("AWS A"))
	b.Click(chrome.Button("Continue to AWS A"))
	b.saysTheSessionOf(alice, "SAML-User")
	b.Click(chrome.Link("Back to all applications"))
	b.Click(chrome.Button("Sign out"))
	b.Do(chromedp.WaitVisible(`[name=password]`))
}

func TestTheWholeWayWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.Open("/")
	b.TabTo(`document.activeElement.name === "username"`)
	b.Do(chromedp.KeyEvent(alice))
	b.TabTo(`document.activeElement.name === "password"`)
	b.Do(chromedp.KeyEvent(b.server.Password), chromedp.KeyEvent(kb.Enter))
	b.At("/")
	b.TabTo(`document.activeElement.matches("main a") && document.activeElement.innerText.includes("AWS A")`)
	b.Do(chromedp.KeyEvent(kb.Enter))
	b.saysTheSessionOf(alice, "SAML-User")
	b.TabTo(`document.activeElement.innerText === "Back to all applications"`)
	b.Do(chromedp.KeyEvent(kb.Enter))
	b.At("/")
	b.TabTo(`document.activeElement.innerText === "Sign out"`)
	b.Do(chromedp.KeyEvent(kb.Enter))
	b.Shows("Password")
}

// saysTheSessionOf waits for the page that stands for AWS and reads its verdict.
func (b *tab) saysTheSessionOf(person, role string) {
	b.Helper()
	b.Shows("AWS would sign you in")
	page := strings.Join(b.Texts("main"), "\n")
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
