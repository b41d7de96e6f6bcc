package console

import (
	"flag"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
)

var update = flag.Bool("update", false, "write the golden files anew")

func newWriter(t testing.TB) problem.Writer {
	t.Helper()
	pages, err := page.New(page.Options{URL: "https://sso.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	return problem.Writer{Pages: pages, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)}
}

// framed writes a sample in its frame, with the banners that its page would have.
func framed(t testing.TB, h *Handler, s sampleOf) *httptest.ResponseRecorder {
	t.Helper()
	banners := certificateBanners(tally{Connectors: nil}.endings(noon))
	if s.name == "connector-lockdown" {
		banners = append(banners, lockdownBanner())
	}
	if s.name == "overview" {
		banners = certificateBanners([]ending{{Slug: "old", Label: "Old", Over: true}, {Slug: "a", Label: "A", Day: dayOf(stamped(noon))}, {Slug: "b", Label: "B", Day: dayOf(stamped(noon))}})
	}
	who := admin.Actor{Name: "dana@example.com", Role: idp.AdminConnectors}
	w := httptest.NewRecorder()
	err := h.face.Write(w, s.status, s.page.heading().Template, dress(s.page, s.page.heading().Section, who, banners, notices["saved"]))
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	return w
}

func newGallery(t testing.TB) *Handler {
	t.Helper()
	h, err := New(Options{Write: newWriter(t), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// hashes are what changes with every edit of an asset.
var hashes = regexp.MustCompile(`-[0-9a-f]{12}\.(css|js|svg)`)

func TestEveryPageLooksAsItDid(t *testing.T) {
	h := newGallery(t)
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			w := framed(t, h, s)
			got := fmt.Sprintf("%d\n%s", w.Code, hashes.ReplaceAllString(w.Body.String(), "-HASH.$1"))
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

func TestEveryGoldenFileHasItsSample(t *testing.T) {
	known := map[string]bool{}
	for _, s := range samples() {
		if known[s.name] {
			t.Errorf("two samples are named %s", s.name)
		}
		known[s.name] = true
	}
	files, err := filepath.Glob(filepath.Join("testdata", "*.golden"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".golden")
		if !known[name] {
			t.Errorf("%s belongs to no sample", file)
		}
	}
}

// What the Content-Security-Policy would block, and what nobody can follow.
func TestNoPageHasWhatThePolicyBlocks(t *testing.T) {
	h := newGallery(t)
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(?: [^>]*)?>[^<]|javascript:`)
	for _, s := range samples() {
		body := framed(t, h, s).Body.String()
		if found := inline.FindString(body); found != "" {
			t.Errorf("%s has %q", s.name, found)
		}
		if strings.Contains(body, "<b>") || strings.Contains(body, "<i>") || strings.Contains(body, "ZgotmplZ") {
			t.Errorf("%s has markup that came from data", s.name)
		}
		if strings.Contains(body, "SECRET") {
			t.Errorf("%s shows a private key again", s.name)
		}
	}
}

var (
	ids      = regexp.MustCompile(` id="([^"]+)"`)
	anchors  = regexp.MustCompile(`href="#([^"]+)"`)
	labelled = regexp.MustCompile(` for="([^"]+)"`)
	describe = regexp.MustCompile(` aria-describedby="([^"]+)"`)
	copied   = regexp.MustCompile(` data-copy="([^"]+)"`)
)

func TestWhatAPageRefersToIsOnThePage(t *testing.T) {
	h := newGallery(t)
	for _, s := range samples() {
		body := framed(t, h, s).Body.String()
		known := map[string]bool{}
		for _, id := range ids.FindAllStringSubmatch(body, -1) {
			if known[id[1]] {
				t.Errorf("%s: two things have the ID %q", s.name, id[1])
			}
			known[id[1]] = true
		}
		for _, kind := range []*regexp.Regexp{anchors, labelled, describe, copied} {
			for _, reference := range kind.FindAllStringSubmatch(body, -1) {
				for id := range strings.FieldsSeq(reference[1]) {
					plain, err := url.PathUnescape(id) // as browsers do with a fragment
					if err != nil || !known[plain] {
						t.Errorf("%s: %s leads nowhere", s.name, reference[0])
					}
				}
			}
		}
	}
}
