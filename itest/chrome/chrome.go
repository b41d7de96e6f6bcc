// Package chrome drives Debian's Chromium for the integration tests, as a person
// would: it clicks and types what can be seen, and waits no longer than a person's
// patience. Whatever a page's own policy blocks, and whatever its scripts throw, is
// kept as a fault.
package chrome

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/gatepost/gatepost/itest/tool"
)

// Patience bounds one step in the browser. It is no measure of speed: two busy
// cores may need a while.
const Patience = 45 * time.Second

// Tab is one tab of a Chromium that no other test uses.
type Tab struct {
	testing.TB
	Ctx  context.Context // of the browser, which ends with the test
	Base string          // address that paths are opened at, without a slash at the end

	heard *faults
}

// Browse is [Start] for a test that wants no complaints of the browser: each fails
// the test.
func Browse(t testing.TB, base string, flags ...chromedp.ExecAllocatorOption) *Tab {
	t.Helper()
	b := Start(t, base, flags...)
	t.Cleanup(func() {
		for _, fault := range b.Faults() {
			t.Errorf("the browser complains: %s", fault)
		}
	})
	return b
}

// Start starts Chromium with an empty profile. It is skipped, or fails, as package
// tool says, where there is none.
func Start(t testing.TB, base string, flags ...chromedp.ExecAllocatorOption) *Tab {
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
		chromedp.WSURLReadTimeout(Patience),
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
	return &Tab{TB: t, Ctx: ctx, Base: base, heard: heard}
}

// Faults are the browser's complaints so far.
func (b *Tab) Faults() []string {
	b.heard.mu.Lock()
	defer b.heard.mu.Unlock()
	return append([]string{}, b.heard.found...)
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
