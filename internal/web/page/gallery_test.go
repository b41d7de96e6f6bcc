package page

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGallery writes every page in every state, with its headers beside it, and
// the assets to the folder named by GATEPOST_GALLERY, to be looked at; without one,
// to a folder that is thrown away.
func TestGallery(t *testing.T) {
	dir := os.Getenv("GATEPOST_GALLERY")
	if dir == "" {
		dir = t.TempDir()
	}
	pages := newRenderer(t)
	put := func(name string, body []byte) {
		t.Helper()
		file := filepath.Join(dir, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(file), 0o755)
		if err != nil {
			t.Fatal(err)
		}
		err = os.WriteFile(file, body, 0o644)
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range samples() {
		w := render(t, pages, s)
		put(s.name+".html", w.Body.Bytes())
		put(s.name+".headers", []byte(headerLines(w.Header())))
	}
	for address, file := range assetsOf(t, pages).files {
		put(strings.TrimPrefix(address, "/"), file.body)
	}
}
