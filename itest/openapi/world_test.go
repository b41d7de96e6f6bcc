package openapi_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/web/api"
	"github.com/gatepost/gatepost/internal/web/caller"
	"github.com/gatepost/gatepost/internal/web/guard"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// address is where the world believes to be reached.
const address = "https://sso.example.com"

// begin is when every world begins.
var begin = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// operator is who has the store itself open.
var operator = admin.Actor{Name: "test", Role: idp.AdminOwner, Operator: true}

// tester is a test, or one run of a property.
type tester interface {
	Helper()
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
	Cleanup(func())
	Context() context.Context
}

// world is a small installation with the API in front, as `serve` wires it.
type world struct {
	tester
	folder  string
	site    *installation.Installation
	handler http.Handler
	doc     *document
	now     time.Time
	log     bytes.Buffer
	entries map[string]string // by caller: what a request says to be let in, a header line
	secrets map[string]string // what must not be told, and what it is
	words   map[string]string // what stands for itself in a request, such as {key}
}

// open opens a data folder.
func open(t tester, folder string) *world {
	t.Helper()
	w := &world{tester: t, folder: folder, now: begin, entries: map[string]string{}, secrets: map[string]string{}, words: map[string]string{}}
	clock := func() time.Time { return w.now }
	site, err := installation.OpenFolder(t.Context(), installation.FolderOptions{Path: folder, URL: address, Now: clock})
	w.must(err)
	w.site = site
	base, err := url.Parse(address)
	w.must(err)
	pages, err := page.New(page.Options{URL: address})
	w.must(err)
	log := slog.New(slog.NewTextHandler(&w.log, nil))
	finder := caller.Finder{Service: site.Admin, Cookie: session.CookieFor(base)}
	mux := http.NewServeMux()
	mux.Handle("/api/", api.New(api.Options{Service: site.Admin, Authenticate: finder.Of, Version: "test", Log: log}))
	handler, err := guard.Stand(base, problem.Writer{Pages: pages, Now: clock, Log: log}, mux)
	w.must(err)
	w.handler = reqctx.Direct(handler)
	return w
}

func (w *world) must(err error) {
	if err != nil {
		w.Helper()
		w.Fatal(err)
	}
}

func (w *world) close() {
	err := w.site.Close()
	if err != nil {
		w.Error(err)
	}
}

// template is a world from which others are copied: to make one takes a second.
type template struct {
	folder string // in which the copies lie
	stored map[string][]byte
	first  *world
}

// newTemplate makes the world and reads the document.
func newTemplate(t *testing.T) *template {
	t.Helper()
	m := &template{folder: t.TempDir()}
	m.first = open(t, filepath.Join(m.folder, "first"))
	m.first.fill()
	m.first.doc = readDocument(t, m.first.served(sent{Method: http.MethodGet, Target: "/openapi.json"}).body)
	m.first.close()
	m.stored = files(t, m.first.folder)
	return m
}

// copy is a world like the template, that ends with the test.
func (m *template) copy(t tester) *world {
	t.Helper()
	folder, err := os.MkdirTemp(m.folder, "copy-")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range m.stored {
		place := filepath.Join(folder, name)
		err := errors.Join(os.MkdirAll(filepath.Dir(place), 0o700), os.WriteFile(place, content, 0o600))
		if err != nil {
			t.Fatal(err)
		}
	}
	w := open(t, folder)
	w.now, w.doc = m.first.now, m.first.doc
	w.entries, w.secrets, w.words = maps.Clone(m.first.entries), maps.Clone(m.first.secrets), maps.Clone(m.first.words)
	t.Cleanup(func() {
		w.close()
		err := os.RemoveAll(folder)
		if err != nil {
			t.Error(err)
		}
	})
	return w
}

// files are the files of a folder.
func files(t tester, folder string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		all[name], err = os.ReadFile(filepath.Join(folder, name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// kept is all that administrators keep: connectors, groups, people, tokens.
func (w *world) kept() string {
	owner := w.site.Admin.As(admin.Actor{Name: "tests", Role: idp.AdminOwner})
	var b strings.Builder
	keep := func(page any, _ string, err error) {
		if err != nil {
			w.Fatal(err)
		}
		fmt.Fprintf(&b, "%+v\n", page)
	}
	whole := admin.List{Limit: store.MaxPage}
	connectors, next, err := owner.Connectors(w.Context(), whole)
	for i := range connectors {
		connectors[i].Shown, connectors[i].Key, connectors[i].ConfirmCross = nil, nil, nil // pointers
	}
	keep(connectors, next, err)
	groups, next, err := owner.Groups(w.Context(), whole)
	keep(groups, next, err)
	users, next, err := owner.Users(w.Context(), whole)
	keep(users, next, err)
	tokens, err := w.site.Store.Tokens(w.Context(), "")
	if err != nil {
		w.Fatal(err)
	}
	return fmt.Sprintf("%s%d tokens", b.String(), len(tokens))
}

// print is a fingerprint of all that is stored: the database and the key files, to
// the byte.
func (w *world) print() string {
	var b strings.Builder
	all := files(w, w.folder)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s %x\n", name, sha256.Sum256(all[name]))
	}
	return b.String()
}
