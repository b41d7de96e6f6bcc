// Package browser does with the built binary what people do: in Debian's
// Chromium, with a mouse, with a keyboard only, and without scripts.
package browser

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

// tab is a tab at a server.
type tab struct {
	*chrome.Tab
	server *server.Server
}

// browse starts Chromium. Whatever the pages' own policy blocks and whatever their
// scripts throw fails the test.
func browse(t testing.TB, s *server.Server) *tab {
	t.Helper()
	return &tab{chrome.Browse(t, s.URL), s}
}

// start is [browse] for a test that expects complaints, or wants more flags.
func start(t testing.TB, s *server.Server, flags ...chromedp.ExecAllocatorOption) *tab {
	t.Helper()
	return &tab{chrome.Start(t, s.URL, flags...), s}
}

// signIn signs one of the demo's people in.
func (b *tab) signIn(username string) {
	b.Helper()
	b.SignIn(username, b.server.Password)
}
