package serve

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/app/proxies"
)

// site is the demo behind its real handler, with a log that a test can read.
type site struct {
	t      *testing.T
	folder *installation.Installation
	server *httptest.Server
	log    *bytes.Buffer
}

const password = "open sesame"

func newSite(t *testing.T, c Config) *site {
	t.Helper()
	folder, err := installation.OpenFolder(t.Context(), installation.FolderOptions{Path: filepath.Join(t.TempDir(), "data"), URL: "http://localhost:8080", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := folder.Close()
		if err != nil {
			t.Error(err)
		}
	})
	_, err = fillDemo(t.Context(), folder, password)
	if err != nil {
		t.Fatal(err)
	}
	return newSiteOver(t, folder, c)
}

// newSiteOver serves a folder as it is.
func newSiteOver(t *testing.T, folder *installation.Installation, c Config) *site {
	t.Helper()
	via, err := proxies.Read()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, folder: folder, log: new(bytes.Buffer)}
	address := &url.URL{Scheme: "http", Host: "localhost:8080"}
	handler, err := newHandler(c, via, folder, address, slog.New(slog.NewJSONHandler(s.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	s.server = httptest.NewServer(handler)
	t.Cleanup(s.server.Close)
	return s
}

func (s *site) admin(do func(context.Context, *admin.Service) error) {
	s.t.Helper()
	err := do(s.t.Context(), s.folder.Admin)
	if err != nil {
		s.t.Fatal(err)
	}
}

// answerPage is an answer with its body read.
type answerPage struct {
	*http.Response
	body string
}

func (p answerPage) title() string {
	found := regexp.MustCompile(`<title>(.*?)</title>`).FindStringSubmatch(p.body)
	if found == nil {
		return ""
	}
	return found[1]
}

// do sends a request with the cookie and the headers, and follows no redirect.
func (s *site) do(method, path, cookie, body string, headers ...string) answerPage {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Host = "localhost:8080"
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answerPage{answer, string(text)}
}

func (s *site) get(path, cookie string, headers ...string) answerPage {
	s.t.Helper()
	return s.do(http.MethodGet, path, cookie, "", headers...)
}

// signIn returns the cookie of a new session.
func (s *site) signIn(email string) string {
	s.t.Helper()
	p := s.do(http.MethodPost, "/signin", "", url.Values{"username": {email}, "password": {password}, "next": {"/"}}.Encode())
	if p.StatusCode != http.StatusSeeOther || len(p.Cookies()) != 2 {
		s.t.Fatalf("sign-in of %s answered %d", email, p.StatusCode)
	}
	cookie := p.Cookies()[0] // the other one is the mark of the browser
	return cookie.Name + "=" + cookie.Value
}

func (s *site) want(p answerPage, status int, title string) {
	s.t.Helper()
	if p.StatusCode != status || !strings.Contains(p.title(), title) {
		s.t.Errorf("%s %s: got %d %q, want %d %q", p.Request.Method, p.Request.URL.RequestURI(), p.StatusCode, p.title(), status, title)
	}
}

// firstLine is a writer that hands on the first line written to it.
type firstLine struct{ line chan string }

func (f *firstLine) Write(p []byte) (int, error) {
	select {
	case f.line <- string(p):
	default:
	}
	return len(p), nil
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
