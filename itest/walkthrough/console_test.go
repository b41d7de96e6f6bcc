package walkthrough

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

// byConsole is the administrator who clicks.
type byConsole struct {
	reader
	scripts bool
	aws     *signIn
}

func newConsole(t testing.TB, scripts bool) *byConsole {
	t.Helper()
	in := begin(t)
	stand := newSignIn(t)
	w := &byConsole{reader{chrome.Browse(t, in.server.URL, chrome.Towards(stand.URL)...), in}, scripts, stand}
	w.Scripts(scripts)
	w.Open(in.server.Printed("setup:"))
	w.does("begin: owner", "begin: token")
	in.token = w.Texts("#token")[0]
	return w
}

func (w *byConsole) self() *installation { return w.in }

func (w *byConsole) setsUp() {
	w.Helper()
	w.does("console: connectors", "console: people", "console: activate")
	w.Shows("The assertion")
}

// links are read from the page that shows each of them once.
func (w *byConsole) links() []string {
	w.Helper()
	var links []string
	for _, item := range items.Split(w.in.guide.piece(w, "console: links"), -1)[1:] {
		w.doesItem(item)
		links = append(links, w.Texts(".once code")...)
	}
	return links
}

func (w *byConsole) closes() {
	w.Helper()
	w.Open("/")
	w.doesItem("Then *Console*.")
	w.does("console: close")
}

func (w *byConsole) deletes() {
	w.Helper()
	w.does("console: delete")
	w.Shows("No connectors yet")
}

// arrives signs a person in, in a window of their own, as the guide says under
// "Sign in": if the administrator signed out, the token of the guide would end.
func (w *byConsole) arrives(email string) person {
	w.Helper()
	own := *w
	own.reader = reader{chrome.Browse(w.in, w.in.server.URL, chrome.Towards(w.aws.URL)...), w.in}
	own.Scripts(w.scripts)
	own.SignIn(email, password)
	return clicker{&own}
}

// clicker is a person in the browser.
type clicker struct{ *byConsole }

func (c clicker) tiles() []string {
	c.Helper()
	c.Open("/")
	return c.Tiles()
}

func (c clicker) launch(label string) string {
	c.Helper()
	c.Open("/")
	c.Click(chrome.Tile(label))
	if !c.scripts {
		c.Click(chrome.Button("Continue to " + label))
	}
	c.Shows("The console of AWS")
	posted := c.aws.take()
	if len(posted) != 1 {
		c.Fatalf("%d responses were posted", len(posted))
	}
	return posted[0]
}

func (c clicker) visit(path string) int {
	c.Helper()
	return int(c.Open(path))
}

func (c clicker) leave() {
	c.Helper()
	c.SignOut()
}

// signIn stands for AWS in the browser: its sign-in host keeps what is posted to it
// and sends the browser on to the console.
type signIn struct {
	*httptest.Server
	mu     sync.Mutex
	posted []string
}

func newSignIn(t testing.TB) *signIn {
	t.Helper()
	a := &signIn{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+chrome.SignInHost+"/saml", func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.posted = append(a.posted, r.PostFormValue("SAMLResponse"))
		http.Redirect(w, r, "https://"+chrome.ConsoleHost+"/console/home", http.StatusFound)
	})
	mux.HandleFunc("GET "+chrome.ConsoleHost+"/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><title>AWS</title>The console of AWS")
	})
	a.Server = httptest.NewTLSServer(mux)
	t.Cleanup(a.Close)
	return a
}

// take are the responses that were posted since it was last asked.
func (a *signIn) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	posted := a.posted
	a.posted = nil
	return posted
}

// The control: the reader does not take one thing for another.
func TestTheReaderOfTheGuideFindsWhatIsMeantAndNothingElse(t *testing.T) {
	in := &installation{TB: t, server: server.Start(t, filepath.Join(t.TempDir(), "data"))}
	r := reader{chrome.Browse(t, in.server.URL), in}
	r.Open(in.server.Printed("setup:"))
	for _, c := range []struct{ what, text, want string }{
		{"press", "Create the owner", "leads on"},
		{"press", "Create", ""},
		{"press", "Email", "stays"},
		{"fill", "Email", "stays"},
		{"tick", "Email", ""},
	} {
		if got := r.Sees(c.what, c.text); got != c.want {
			t.Errorf("to %s under %q there is %q, not %q", c.what, c.text, got, c.want)
		}
	}
	r.doesItem("**Email** `ada@example.com`, **Name** `Ada`")
	if value := chrome.Ask[string](r.Tab, `document.querySelector("[name=name]").value`); value != "Ada" {
		t.Errorf("typed %q", value)
	}
}
