package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
	"github.com/gatepost/gatepost/itest/tool"
)

// looks are the ways in which each page is looked at.
var looks = []struct {
	scheme string
	width  int64
}{
	{"light", 1280},
	{"dark", 1280},
	{"dark", 360},
	{"light", 360},
}

// narrowest is the width at which a page must still not scroll sideways: WCAG 2.2,
// 1.4.10 Reflow.
const narrowest = 320

// look has axe judge the page that the tab shows, in light and dark, wide and
// narrow, and keeps a picture of each.
func (b *tab) look(name string) {
	b.Helper()
	for _, l := range looks {
		b.wear(l.scheme, l.width)
		for _, finding := range b.axe() {
			b.Errorf("axe on %s, %s, %d px: %s", name, l.scheme, l.width, finding)
		}
		b.keep(fmt.Sprintf("%s-%d-%s", name, l.width, l.scheme))
	}
	if width := b.widthInTheNarrowest(); width > narrowest {
		b.Errorf("%s is %d px wide in a window of %d px", name, width, narrowest)
		b.keep(fmt.Sprintf("%s-%d-light", name, narrowest))
	}
	b.wear("light", 1280)
}

// axe is what axe finds on the page that the tab shows.
func (b *tab) axe() []string {
	b.Helper()
	b.Do(chromedp.Evaluate[chromedp.Void](axeSource(b)))
	return chrome.Read(b.Tab, chromedp.Evaluate[[]string](runAxe, chromedp.EvalAwaitPromise))
}

func (b *tab) widthInTheNarrowest() int64 {
	b.Helper()
	b.wear("light", narrowest)
	return chrome.Ask[int64](b.Tab, `document.documentElement.scrollWidth`)
}

// runAxe is every rule that axe has, best practices too.
const runAxe = `axe.run(document).then((result) => result.violations.map((v) =>
	v.id + ": " + v.help + ": " + v.nodes.map((n) => n.html + " " + n.failureSummary).join("; ")))`

// axeSource is axe-core, which runs outside of the pages' own policy, as a
// developer's tool does.
func axeSource(t testing.TB) string {
	t.Helper()
	_, folder := tool.Node(t, "axe-core")
	source, err := os.ReadFile(filepath.Join(folder, "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// wear gives the tab a colour scheme and a width. Things that move stand still,
// so that no colour is judged half way.
func (b *tab) wear(scheme string, width int64) {
	b.Helper()
	_, err := chromedp.Call(b.Ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.Do(chromedp.EmulateViewport(width, 900))
}

// keep writes a picture of the whole page for people to look at.
func (b *tab) keep(name string) {
	b.Helper()
	folder, err := artifacts()
	if err != nil {
		b.Fatal(err)
	}
	const png = 100
	err = os.WriteFile(filepath.Join(folder, name+".png"), chrome.Read(b.Tab, chromedp.FullScreenshot(png)), 0o644)
	if err != nil {
		b.Fatal(err)
	}
}

// artifacts is the folder of the pictures: GATEPOST_ARTIFACTS, or itest/artifacts.
var artifacts = sync.OnceValues(func() (string, error) {
	folder := os.Getenv("GATEPOST_ARTIFACTS")
	if folder == "" {
		folder = filepath.Join(tool.Root(), "artifacts")
	}
	return folder, os.MkdirAll(folder, 0o755)
})

// titled demands that the page has a title of its own that begins with the words.
func (b *tab) titled(words string) {
	b.Helper()
	title := chrome.Read(b.Tab, chromedp.Title())
	if !strings.HasPrefix(title, words) {
		b.Errorf("the page's title is %q, not %q", title, words)
	}
}

// The control: a page with three mistakes, each of which has to be found.
func TestTheLookFindsWhatIsWrong(t *testing.T) {
	b := browse(t, server.Demo(t))
	b.Open("/signin")
	b.Do(chromedp.Evaluate[chromedp.Void](`
		document.querySelector("label[for=username]").remove();
		document.querySelector("h1").style.color = "#999";
		document.querySelector("main").style.minWidth = "600px";
	`))
	b.wear("light", 1280)
	found := strings.Join(b.axe(), "\n")
	for _, rule := range []string{"label: ", "color-contrast: "} {
		if !strings.Contains(found, rule) {
			t.Errorf("axe does not find %q:\n%s", rule, found)
		}
	}
	if width := b.widthInTheNarrowest(); width <= narrowest {
		t.Errorf("the wide page is found to be %d px wide", width)
	}
}
