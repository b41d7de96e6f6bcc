package console

import (
	"testing"

	"github.com/gatepost/gatepost/itest/chrome"
)

// A word that is broken in the middle reads as two.
func TestTheMenuIsOneWordWithWiderLettersToo(t *testing.T) {
	t.Parallel()
	tab := enter(t, furnished(t), owner, "/admin")
	for _, width := range []int64{390, chrome.Narrowest} {
		tab.Wear("light", width)
		tab.Spread(func() {
			lines := chrome.Ask[int](tab, `(() => {
				const label = document.createRange();
				label.selectNodeContents(document.querySelector("button.fold"));
				return label.getClientRects().length;
			})()`)
			if lines != 1 {
				t.Errorf("in a window of %d px the label has %d lines", width, lines)
			}
		})
	}
}
