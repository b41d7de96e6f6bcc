package lambda

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"

	"github.com/gatepost/gatepost/itest/tool"
)

// patience bounds one step in the browser. It is no measure of speed.
const patience = 45 * time.Second

// browser is one tab of a Chromium that takes the front for the deployment, and
// the stand-in for AWS.
type browser struct {
	testing.TB
	ctx context.Context
}

// browse starts Chromium with an empty profile. What the pages' own policy blocks
// fails the test.
func (s *stage) browse(aws *httptest.Server) *browser {
	s.Helper()
	behind := strings.TrimPrefix(aws.URL, "https://")
	rules := []string{
		"MAP " + domain + " " + strings.TrimPrefix(s.front.URL, "https://"),
		"MAP " + signInHost + " " + behind,
		"MAP " + consoleHost + " " + behind,
		"MAP * ~NOTFOUND", // and nobody else
	}
	allocator, release := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(tool.Require(s, "chromium")),
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(s.TempDir()),
		chromedp.WSURLReadTimeout(patience),
		chromedp.IgnoreCertErrors,
		chromedp.Flag("host-resolver-rules", strings.Join(rules, ", ")),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true),
	)
	s.Cleanup(release)
	ctx, closeTab := chromedp.NewContext(allocator, chromedp.WithListener(func(event any) {
		e, entry := event.(*log.EventEntryAdded)
		// A page of status 403 is a "network" entry: that is what it should be.
		if entry && e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			s.Errorf("the browser complains: %s: %s", e.Entry.Source, e.Entry.Text)
		}
	}))
	s.Cleanup(closeTab)
	// The first run starts the browser, which lives as long as its context does.
	err := chromedp.Do(ctx)
	if err != nil {
		s.Fatalf("chromium does not start: %v", err)
	}
	// A page of a headless browser has no focus until somebody clicks into it.
	_, err = chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	s.must(err)
	return &browser{s, ctx}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	err := chromedp.Do(ctx, steps...)
	if err != nil {
		b.Fatal(err)
	}
}

func read[T any](b *browser, action chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, action)
	if err != nil {
		b.Fatal(err)
	}
	return answer
}

// open goes to a path of the deployment and returns the status of the answer.
func (b *browser) open(path string) int64 {
	b.Helper()
	return read(b, chromedp.NavigateResponse(address+path)).Status
}

// texts are the texts of what a selector finds.
func (b *browser) texts(selector string) []string {
	b.Helper()
	return read(b, chromedp.Evaluate[[]string](
		fmt.Sprintf(`[...document.querySelectorAll(%q)].map((e) => e.innerText.trim())`, selector)))
}

// until waits until a JavaScript expression is true, through any number of
// navigations: while one is under way there may be no page to ask.
func (b *browser) until(expression string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && holds {
			return
		}
		select {
		case <-ctx.Done():
			b.Fatalf("it never came to: %s (%v)\n%s", expression, err, b.describe())
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// describe says where the tab is and what it shows.
func (b *browser) describe() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + " shows:\n" + (document.body ? document.body.innerText : "")`))
	if err != nil {
		return err.Error()
	}
	return shown
}

func (b *browser) shows(words string) {
	b.Helper()
	b.until(fmt.Sprintf(`document.readyState === "complete" && document.body.innerText.includes(%q)`, words))
}

// signIn fills in the sign-in page that the portal leads to.
func (b *browser) signIn(email string) {
	b.Helper()
	b.open("/")
	b.do(
		chromedp.WaitVisible(`[name=username]`), chromedp.SendKeys(`[name=username]`, email),
		chromedp.SendKeys(`[name=password]`, password), chromedp.Click(button("Sign in")),
	)
	b.until(fmt.Sprintf(`location.href === %q && document.readyState === "complete"`, address+"/"))
}

// tiles are the labels of the portal's tiles.
func (b *browser) tiles() []string {
	b.Helper()
	return b.texts("main a[href^='/sso/'] .label")
}

// click clicks the tile of a connector.
func (b *browser) click(slug string) {
	b.Helper()
	tile := fmt.Sprintf(`main a[href='/sso/%s']`, slug)
	b.do(chromedp.WaitVisible(tile), chromedp.Click(tile))
}

func (b *browser) signOut() {
	b.Helper()
	b.open("/")
	b.do(chromedp.WaitVisible(button("Sign out")), chromedp.Click(button("Sign out")))
	b.shows("You are signed out.")
}

func button(text string) string { return fmt.Sprintf(`//button[normalize-space()=%q]`, text) }
