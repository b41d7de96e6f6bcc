package page

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// newRenderer is a renderer for a local demonstration.
func newRenderer(t testing.TB) *Renderer {
	t.Helper()
	pages, err := New(Options{URL: "http://localhost:8080", Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// render writes one sample.
func render(t testing.TB, pages *Renderer, s sample) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	err := pages.Write(w, s.status, s.page)
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	return w
}

// headerLines writes headers sorted, one a line.
func headerLines(h http.Header) string {
	var lines []string
	for name, values := range h {
		for _, v := range values {
			lines = append(lines, fmt.Sprintf("%s: %s\n", name, v))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// hashes are what changes with every edit of an asset, or follows from the rest.
var hashes = regexp.MustCompile(`(?m)-[0-9a-f]{12}\.|sha256-[A-Za-z0-9+/=]+|^Content-Length: .*\n|(?s)<script>.*?</script>`)

func TestEveryPageLooksAsItDid(t *testing.T) {
	pages := newRenderer(t)
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			w := render(t, pages, s)
			got := fmt.Sprintf("%d\n%s\n%s", w.Code, headerLines(w.Header()), w.Body)
			got = hashes.ReplaceAllStringFunc(got, func(found string) string {
				switch {
				case strings.HasPrefix(found, "sha256-"):
					return "sha256-HASH"
				case strings.HasPrefix(found, "<script>"):
					return "<script>LAUNCH</script>"
				case strings.HasPrefix(found, "-"):
					return "-HASH."
				}
				return ""
			})
			golden(t, s.name, got)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		err := os.WriteFile(file, []byte(got), 0o644)
		if err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from %s; look at it, then run with -update. Got:\n%s", name, file, got)
	}
}

func TestNewRefusesAnAddressThatIsNotAbsolute(t *testing.T) {
	for _, address := range []string{"", "sso.example.com", "/", "ftp://sso.example.com", "https://", "https://a b"} {
		_, err := New(Options{URL: address})
		if err == nil {
			t.Errorf("%q: no error", address)
		}
	}
}

// Parsing one template allocates hundreds of times, and a function's start would
// wait for all of them.
func TestATemplateIsParsedWhenItsPageIsWritten(t *testing.T) {
	allocations := testing.AllocsPerRun(10, func() { newRenderer(t) })
	if allocations > 200 {
		t.Errorf("a renderer takes %.0f allocations before it writes a page", allocations)
	}
}

func TestAPageThatRefusesItsDataWritesNothing(t *testing.T) {
	w := httptest.NewRecorder()
	err := newRenderer(t).Write(w, 200, Launch{Action: "http://evil.example/saml", FormAction: []string{"https://*.aws.amazon.com"}})
	if !errors.Is(err, ErrAction) {
		t.Fatalf("error %v, want ErrAction", err)
	}
	if len(w.Header()) != 0 || w.Body.Len() != 0 {
		t.Errorf("wrote headers %v and %d bytes", w.Header(), w.Body.Len())
	}
}

func TestEveryTemplateIsShownBySomeSample(t *testing.T) {
	shown := make(map[string]bool)
	for _, s := range samples() {
		v, err := s.page.view()
		if err != nil {
			t.Fatal(err)
		}
		shown[v.name] = true
	}
	for name := range newRenderer(t).pages {
		if !shown[name] {
			t.Errorf("no sample shows %q", name)
		}
	}
}

func TestTitlesSayWhenSomethingIsWrong(t *testing.T) {
	pages := newRenderer(t)
	for _, s := range samples() {
		body := render(t, pages, s).Body.String()
		wrong := s.status == 401 || s.status == 429 || strings.HasSuffix(s.name, "-wrong")
		if strings.Contains(body, "<title>Error: ") != wrong {
			t.Errorf("%s: the title is not right for its state", s.name)
		}
	}
}
