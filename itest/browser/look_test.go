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

// The control: a line that just fits sticks out once its letters are wider, and fits
// again afterwards.
func TestWiderLettersShowWhatJustFits(t *testing.T) {
	t.Parallel()
	b := browse(t, server.Demo(t))
	b.Open("/signin")
	b.Wear("light", chrome.Narrowest)
	b.Do(chromedp.Evaluate[chromedp.Void](`(() => {
		const line = document.createElement("span");
		line.style.cssText = "position: absolute; top: 0; left: 0; white-space: nowrap";
		document.body.append(line);
		while (line.getBoundingClientRect().right < 290) line.textContent += "o";
	})()`))
	if width := b.WidthInTheNarrowest(); width > chrome.Narrowest {
		t.Fatalf("it does not fit: %d px", width)
	}
	b.Spread(func() {
		if width := b.WidthInTheNarrowest(); width <= chrome.Narrowest {
			t.Errorf("wider letters make it %d px", width)
		}
	})
	if width := b.WidthInTheNarrowest(); width > chrome.Narrowest {
		t.Errorf("afterwards it is %d px wide", width)
	}
}
