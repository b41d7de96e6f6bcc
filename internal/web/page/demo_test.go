package page

import (
	"regexp"
	"testing"
)

// Where a note stands in the line of what it is about, a space sets it apart.
func TestADemoSetsEveryNoteApartFromWhatItIsAbout(t *testing.T) {
	joined := regexp.MustCompile(`[\pL\pN]<span class="small">.{0,20}`)
	pages := newRenderer(t)
	for _, s := range demoSamples() {
		if at := joined.FindString(render(t, pages, s).Body.String()); at != "" {
			t.Errorf("%s runs words together: %q", s.name, at)
		}
	}
}
