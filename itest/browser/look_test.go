package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

// The control: a page with three mistakes, each of which has to be found.
func TestTheLookFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.Open("/signin")
	b.Do(chromedp.Evaluate[chromedp.Void](`
		document.querySelector("label[for=username]").remove();
		document.querySelector("h1").style.color = "#999";
		document.querySelector("main").style.minWidth = "600px";
	`))
	b.Wear("light", 1280)
	found := strings.Join(b.Axe(), "\n")
	for _, rule := range []string{"label: ", "color-contrast: "} {
		if !strings.Contains(found, rule) {
			t.Errorf("axe does not find %q:\n%s", rule, found)
		}
	}
	if width := b.WidthInTheNarrowest(); width <= chrome.Narrowest {
		t.Errorf("the wide page is found to be %d px wide", width)
	}
}
