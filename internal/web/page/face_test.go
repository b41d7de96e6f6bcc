package page

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func newFace(t *testing.T, files map[string]string) *Face {
	t.Helper()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	face, err := newRenderer(t).NewFace("/admin/assets/", folder)
	if err != nil {
		t.Fatal(err)
	}
	return face
}

var faceFiles = map[string]string{
	"templates/layout.html": `<link href="{{asset "a.css"}}"><link href="{{asset "mark.svg"}}">{{if demo}}Demo{{end}} {{template "content" .}}`,
	"templates/parts.html":  `{{define "bold"}}<b>{{.}}</b>{{end}}`,
	"templates/home.html":   `{{define "content"}}{{template "bold" .Name}}{{end}}`,
	"templates/other.html":  `{{define "content"}}other {{.Missing}}{{end}}`,
	"assets/a.css":          `b { background: url("p.svg"); }`,
	"assets/p.svg":          `<svg xmlns="http://www.w3.org/2000/svg"/>`,
}

func TestAFaceShowsItsPagesInItsOwnLayout(t *testing.T) {
	face := newFace(t, faceFiles)
	w := httptest.NewRecorder()
	err := face.Write(w, http.StatusTeapot, "home", struct{ Name string }{"<i>"})
	if err != nil {
		t.Fatal(err)
	}
	body := w.Body.String()
	if w.Code != http.StatusTeapot || !strings.HasSuffix(body, "Demo <b>&lt;i&gt;</b>") {
		t.Errorf("got %d: %s", w.Code, body)
	}
	for _, want := range []string{`"/admin/assets/a-`, `"/assets/mark-`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if got := w.Header().Get("Content-Security-Policy"); got != own().String() {
		t.Errorf("policy %q", got)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}

func TestAFacePageThatFailsWritesNothing(t *testing.T) {
	face := newFace(t, faceFiles)
	for _, name := range []string{"other", "none", "../home"} {
		w := httptest.NewRecorder()
		err := face.Write(w, http.StatusOK, name, struct{ Name string }{"x"})
		if err == nil || w.Body.Len() != 0 || len(w.Header()) != 0 {
			t.Errorf("%s: error %v, wrote %d bytes", name, err, w.Body.Len())
		}
	}
}

func TestAFaceServesItsAssetsAndNoOthers(t *testing.T) {
	face := newFace(t, faceFiles)
	all, err := face.assets()
	if err != nil {
		t.Fatal(err)
	}
	css := httptest.NewRecorder()
	face.Assets().ServeHTTP(css, httptest.NewRequestWithContext(t.Context(), http.MethodGet, all.paths["a.css"], nil))
	if css.Code != http.StatusOK || !strings.Contains(css.Body.String(), all.paths["p.svg"]) {
		t.Errorf("got %d: %s", css.Code, css.Body)
	}
	for _, path := range []string{"/admin/assets/a.css", "/assets/mark.svg", "/admin/assets/layout.html"} {
		w := httptest.NewRecorder()
		face.Assets().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}

func TestAnAssetOfNoKnownKindBreaksTheFace(t *testing.T) {
	face := newFace(t, map[string]string{"templates/layout.html": "", "templates/home.html": "", "assets/a.exe": "x"})
	err := face.Write(httptest.NewRecorder(), http.StatusOK, "home", nil)
	if err == nil || !strings.Contains(err.Error(), "a.exe") {
		t.Errorf("got %v", err)
	}
}
