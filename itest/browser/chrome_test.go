// Package browser does with the built binary what people do: in Debian's
// Chromium, with a mouse, with a keyboard only, and without scripts.
package browser

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/gatepost/gatepost/itest/server"
	"github.com/gatepost/gatepost/itest/tool"
)

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

// patience bounds one step in the browser. It is no measure of speed: two busy
// cores may need a while.
const patience = 45 * time.Second

// tab is one tab of a Chromium that no other test uses.
type tab struct {
	testing.TB
	ctx    context.Context
	server *server.Server
	faults *faults
}

// browse starts Chromium with an empty profile. Whatever the pages' own policy
// blocks and whatever their scripts throw fails the test.
func browse(t testing.TB, s *server.Server) *tab {
	t.Helper()
	b := start(t, s)
	t.Cleanup(func() {
		for _, fault := range b.faults.all() {
			t.Errorf("the browser complains: %s", fault)
		}
	})
	return b
}

// start is [browse] for a test that expects complaints, or wants more flags.
func start(t testing.TB, s *server.Server, flags ...chromedp.ExecAllocatorOption) *tab {
	t.Helper()
	options := append([]chromedp.ExecAllocatorOption{
		chromedp.ExecPath(tool.Require(t, "chromium")),
		chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck,
		chromedp.Headless,
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()),
		chromedp.WindowSize(1280, 900),
		chromedp.WSURLReadTimeout(patience),
		// The browser calls nobody but the servers of the test.
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true),
	}, flags...)
	heard := &faults{}
	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(release)
	ctx, closeTab := chromedp.NewContext(allocator, chromedp.WithListener(heard.hear))
	t.Cleanup(closeTab)
	// The first run starts the browser, which lives as long as its context does.
	err := chromedp.Do(ctx)
	if err != nil {
		t.Fatalf("chromium does not start: %v", err)
	}
	// A page of a headless browser has no focus until somebody clicks into it.
	_, err = chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	return &tab{TB: t, ctx: ctx, server: s, faults: heard}
}

// do performs steps, with an end to its patience.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	err := chromedp.Do(ctx, steps...)
	if err != nil {
		b.Fatalf("%v\n%s", err, b.describe())
	}
}

// read performs an action that has an answer.
func read[T any](b *tab, action chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, action)
	if err != nil {
		b.Fatalf("%v\n%s", err, b.describe())
	}
	return answer
}

// describe says where the tab is and what it shows, for messages of failure.
func (b *tab) describe() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`location.href + " shows:\n" + (document.body ? document.body.innerText : "")`))
	if err != nil {
		return err.Error()
	}
	return shown
}

// open goes to a path of the server, or to a whole address, and returns the
// status of the answer.
func (b *tab) open(address string) int64 {
	b.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.server.URL + address
	}
	return read(b, chromedp.NavigateResponse(address)).Status
}

// click clicks what the selector or XPath finds, once it can be seen.
func (b *tab) click(target string) {
	b.Helper()
	b.do(chromedp.WaitVisible(target), chromedp.Click(target))
}

// fill types into a field that is found by its label.
func (b *tab) fill(label, value string) {
	b.Helper()
	field := fmt.Sprintf(`//input[@id=//label[normalize-space()=%q]/@for]`, label)
	b.do(chromedp.Clear(field), chromedp.SendKeys(field, value))
}

// until waits until a JavaScript expression is true, through any number of
// navigations: while one is under way there may be no page to ask.
func (b *tab) until(expression string) {
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

// shows waits until the page's text holds the words.
func (b *tab) shows(words string) {
	b.Helper()
	b.until(fmt.Sprintf(`document.readyState === "complete" && document.body.innerText.includes(%q)`, words))
}

// at waits until the tab is at a path of the server.
func (b *tab) at(path string) {
	b.Helper()
	b.until(fmt.Sprintf(`location.href === %q && document.readyState === "complete"`, b.server.URL+path))
}

// texts returns the text of each thing that the selector finds.
func (b *tab) texts(selector string) []string {
	b.Helper()
	return read(b, chromedp.Evaluate[[]string](
		fmt.Sprintf(`[...document.querySelectorAll(%q)].map((e) => e.innerText.trim())`, selector)))
}

// signIn signs one of the demo's people in.
func (b *tab) signIn(username string) {
	b.Helper()
	b.signInWith(username, b.server.Password)
}

// signInWith fills in the sign-in page and waits for the portal.
func (b *tab) signInWith(username, password string) {
	b.Helper()
	b.open("/signin")
	b.fill("Email", username)
	b.fill("Password", password)
	b.click(button("Sign in"))
	b.at("/")
}

// button, link and tile are what a person would look for.
func button(text string) string { return fmt.Sprintf(`//button[normalize-space()=%q]`, text) }
func link(text string) string   { return fmt.Sprintf(`//a[normalize-space()=%q]`, text) }
func tile(label string) string {
	return fmt.Sprintf(`//main//a[.//*[normalize-space()=%q]]`, label)
}

// faults collects what the browser writes to its console of its own accord:
// blocked by policy, thrown and not caught.
type faults struct {
	mu    sync.Mutex
	found []string
}

func (f *faults) hear(event any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		// A page of status 403 is a "network" entry: that is what it should be.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			f.found = append(f.found, fmt.Sprintf("%s: %s", e.Entry.Source, e.Entry.Text))
		}
	case *runtime.EventExceptionThrown:
		f.found = append(f.found, fmt.Sprintf("script: %v", e.ExceptionDetails))
	}
}

func (f *faults) all() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string{}, f.found...)
}
