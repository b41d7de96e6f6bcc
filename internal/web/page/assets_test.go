package page

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func get(t *testing.T, pages *Renderer, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	pages.Assets().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
	return w
}

func assetsOf(t *testing.T, pages *Renderer) assets {
	t.Helper()
	all, err := pages.assets()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var reference = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"|url\("([^"]+)"\)`)

func TestEveryAssetThatAPageNamesIsServed(t *testing.T) {
	pages := newRenderer(t)
	kinds := map[string]string{"css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
	texts := []string{string(assetsOf(t, pages).files[assetsOf(t, pages).paths["gatepost.css"]].body)}
	for _, s := range samples() {
		texts = append(texts, render(t, pages, s).Body.String())
	}
	seen := make(map[string]bool)
	for _, found := range reference.FindAllStringSubmatch(strings.Join(texts, "\n"), -1) {
		address := found[1] + found[2]
		if seen[address] || strings.HasPrefix(address, "/assets/connectors/") {
			continue
		}
		seen[address] = true
		w := get(t, pages, http.MethodGet, address)
		if w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("%s: status %d, %d bytes", address, w.Code, w.Body.Len())
		}
		if got, want := w.Header().Get("Content-Type"), kinds[address[len(address)-3:]]; got != want {
			t.Errorf("%s: type %q, want %q", address, got, want)
		}
		if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", address, got)
		}
		if got := w.Header().Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s: X-Content-Type-Options %q", address, got)
		}
	}
	if len(seen) != len(assetsOf(t, pages).files) {
		t.Errorf("pages name %d assets of %d", len(seen), len(assetsOf(t, pages).files))
	}
}

func TestAnAssetThatIsNotThereIsNotCached(t *testing.T) {
	pages := newRenderer(t)
	for _, path := range []string{"/assets/", "/assets/gatepost.css", "/assets/gatepost-000000000000.css", "/assets/../page.go", "/assets/connectors/x.png"} {
		w := get(t, pages, http.MethodGet, path)
		if w.Code != http.StatusNotFound || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, Cache-Control %q", path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
}

func TestAssetsAreForReadingOnly(t *testing.T) {
	pages := newRenderer(t)
	path := assetsOf(t, pages).paths["mark.svg"]
	w := get(t, pages, http.MethodPost, path)
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: status %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	w = get(t, pages, http.MethodHead, path)
	if w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("HEAD: status %d, %d bytes", w.Code, w.Body.Len())
	}
}

func TestTheStylesheetHasEveryTone(t *testing.T) {
	css, err := assetFiles.ReadFile("assets/gatepost.css")
	if err != nil {
		t.Fatal(err)
	}
	for i := range tones {
		if !strings.Contains(string(css), ".tone-"+strconv.Itoa(i)+" {") {
			t.Errorf("no colour for tone %d", i)
		}
	}
}

func TestANameChangesWithTheContent(t *testing.T) {
	a, b := hashedName("mark.svg", []byte("a")), hashedName("mark.svg", []byte("b"))
	if a == b || !regexp.MustCompile(`^mark-[0-9a-f]{12}\.svg$`).MatchString(a) {
		t.Errorf("names %q and %q", a, b)
	}
}
