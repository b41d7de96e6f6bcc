package chrome

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/gatepost/gatepost/itest/tool"
)

// look is a way in which a page is looked at.
type look struct {
	scheme string
	width  int64
}

// Narrowest is the width at which a page must still not scroll sideways: WCAG 2.2,
// 1.4.10 Reflow.
const Narrowest = 320

// Look has axe judge the page that the tab shows, in light and dark, wide and
// narrow, and keeps a picture of each.
func (b *Tab) Look(name string) {
	b.Helper()
	b.looks(name, look{"light", 1280}, look{"dark", 1280}, look{"dark", 360}, look{"light", 360})
}

// Glance is [Look] for one more state of a page that was looked at: light and wide,
// dark and narrow.
func (b *Tab) Glance(name string) {
	b.Helper()
	b.looks(name, look{"light", 1280}, look{"dark", 360})
}

func (b *Tab) looks(name string, ways ...look) {
	b.Helper()
	for _, l := range ways {
		b.Wear(l.scheme, l.width)
		for _, finding := range b.Axe() {
			b.Errorf("axe on %s, %s, %d px: %s", name, l.scheme, l.width, finding)
		}
		b.Keep(fmt.Sprintf("%s-%d-%s", name, l.width, l.scheme))
	}
	if width := b.WidthInTheNarrowest(); width > Narrowest {
		b.Errorf("%s is %d px wide in a window of %d px", name, width, Narrowest)
		b.Keep(fmt.Sprintf("%s-%d-light", name, Narrowest))
	}
	b.Spread(func() {
		if width := b.WidthInTheNarrowest(); width > Narrowest {
			b.Errorf("%s with wider letters is %d px wide in a window of %d px: %s", name, width, Narrowest, b.sticksOut())
			b.Keep(fmt.Sprintf("%s-%d-spread", name, Narrowest))
		}
	})
	b.Wear("light", 1280)
}

// Axe is what axe finds on the page that the tab shows.
func (b *Tab) Axe() []string {
	b.Helper()
	if !Ask[bool](b, `typeof axe === "object"`) {
		b.Do(chromedp.Evaluate[chromedp.Void](axeSource(b)))
	}
	return Read(b, chromedp.Evaluate[[]string](runAxe, chromedp.EvalAwaitPromise))
}

// WidthInTheNarrowest is how wide the page is, in CSS pixels, in the narrowest window.
func (b *Tab) WidthInTheNarrowest() int64 {
	b.Helper()
	b.Wear("light", Narrowest)
	return Ask[int64](b, `document.documentElement.scrollWidth`)
}

// Spread has the page wear wider letters while something happens: the text spacing
// that WCAG 2.2, 1.4.12 has people choose, and more than what any usual font is wider
// than another. So it depends on no font of this machine how wide a page may become.
func (b *Tab) Spread(meanwhile func()) {
	b.Helper()
	b.Do(chromedp.Evaluate[chromedp.Void](`(() => {
		const sheet = new CSSStyleSheet();
		sheet.replaceSync("*, ::before, ::after, ::placeholder, ::file-selector-button { letter-spacing: .12em !important; word-spacing: .16em !important; }");
		document.adoptedStyleSheets.push(sheet);
	})()`))
	meanwhile()
	b.Do(chromedp.Evaluate[chromedp.Void](`document.adoptedStyleSheets.pop() && undefined`))
}

// sticksOut names the elements that reach beyond the narrowest window.
func (b *Tab) sticksOut() string {
	b.Helper()
	return Ask[string](b, fmt.Sprintf(`[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > %d)
		.map((e) => e.outerHTML.slice(0, 120)).slice(-4).join("\n")`, Narrowest))
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

// Wear gives the tab a colour scheme and a width. Things that move stand still,
// so that no colour is judged half way.
func (b *Tab) Wear(scheme string, width int64) {
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

// Keep writes a picture of the whole page for people to look at.
func (b *Tab) Keep(name string) {
	b.Helper()
	folder, err := artifacts()
	if err != nil {
		b.Fatal(err)
	}
	const png = 100
	err = os.WriteFile(filepath.Join(folder, name+".png"), Read(b, chromedp.FullScreenshot(png)), 0o644)
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

// Titled demands that the page has a title of its own that begins with the words.
func (b *Tab) Titled(words string) {
	b.Helper()
	title := Read(b, chromedp.Title())
	if !strings.HasPrefix(title, words) {
		b.Errorf("the page's title is %q, not %q", title, words)
	}
}
