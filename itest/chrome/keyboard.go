package chrome

import (
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TabTo presses Tab until the focus is where the expression says, and demands on
// the way that the focus can be seen.
func (b *Tab) TabTo(expression string) {
	b.Helper()
	const most = 40
	for range most {
		if Ask[bool](b, expression) {
			b.focusIsSeen()
			return
		}
		b.Do(chromedp.KeyEvent(kb.Tab))
	}
	b.Fatalf("%d times Tab do not reach: %s\n%s", most, expression, b.Describe())
}

func (b *Tab) focusIsSeen() {
	b.Helper()
	unseen := Ask[string](b, `(() => {
		const s = getComputedStyle(document.activeElement);
		return s.outlineStyle === "none" && s.boxShadow === "none" ? document.activeElement.outerHTML : "";
	})()`)
	if unseen != "" {
		b.Errorf("the focus cannot be seen on %s", unseen)
	}
}
