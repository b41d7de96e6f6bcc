package api_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/web/api"
	"github.com/gatepost/gatepost/internal/web/caller"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// site is the API over a data folder, with an administrator of each role and a
// token for each.
type site struct {
	*testing.T
	handler http.Handler
	service *admin.Service
	tokens  map[string]string
	log     *bytes.Buffer
}

var operator = admin.Actor{Name: "test", Role: idp.AdminOwner, Operator: true}

func newSite(t *testing.T) *site {
	t.Helper()
	folder, err := installation.OpenFolder(t.Context(), installation.FolderOptions{Path: filepath.Join(t.TempDir(), "data"), URL: "https://sso.example.com", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := folder.Close()
		if err != nil {
			t.Error(err)
		}
	})
	s := &site{T: t, service: folder.Admin, tokens: map[string]string{}, log: new(bytes.Buffer)}
	finder := caller.Finder{Service: folder.Admin, Cookie: session.CookieFor(&url.URL{Scheme: "https", Host: "sso.example.com"})}
	s.handler = reqctx.Direct(api.New(api.Options{
		Service: folder.Admin, Authenticate: finder.Of, Version: "test", Log: slog.New(slog.NewTextHandler(s.log, nil)),
	}))
	for _, role := range []idp.AdminRole{idp.AdminOwner, idp.AdminConnectors, idp.AdminHelpdesk, idp.AdminViewer} {
		s.tokens[string(role)] = s.token(string(role)+"@example.com", role, admin.ScopeWrite)
	}
	return s
}

// in is the site for a test within the test.
func (s *site) in(t *testing.T) *site {
	inner := *s
	inner.T = t
	return &inner
}

// token makes an administrator and a token of theirs.
func (s *site) token(email string, role idp.AdminRole, scope string) string {
	s.Helper()
	as := s.service.As(operator)
	_, err := as.CreateUser(s.Context(), resource.User{Email: email, AdminRole: string(role)})
	if err != nil {
		s.Fatal(err)
	}
	made, err := as.CreateToken(s.Context(), resource.TokenRequest{Name: "test", Scope: scope, User: email})
	if err != nil {
		s.Fatal(err)
	}
	return made.Secret
}

// ask is a request; what is left out is that of an owner without a body.
type ask struct {
	method, path, body string
	kind               string // Content-Type
	match              string // If-Match
	as                 string // role, or a token; - for nobody
	header             http.Header
}

func kindOf(method string) string {
	if method == http.MethodPatch {
		return "application/merge-patch+json"
	}
	return "application/json"
}

type answered struct {
	*httptest.ResponseRecorder
	t *testing.T
}

func (s *site) send(a ask) answered {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), a.method, "/api/v1"+a.path, strings.NewReader(a.body))
	for name, values := range a.header {
		r.Header[name] = values
	}
	if a.kind == "" && a.body != "" {
		a.kind = kindOf(a.method)
	}
	for name, value := range map[string]string{"Content-Type": a.kind, "If-Match": a.match} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if a.as == "" {
		a.as = string(idp.AdminOwner)
	}
	token, known := s.tokens[a.as]
	if !known {
		token = a.as
	}
	if token != "-" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return answered{w, s.T}
}

// want sends a request that must be answered with a status.
func (s *site) want(status int, a ask) answered {
	s.Helper()
	got := s.send(a)
	if got.Code != status {
		s.Fatalf("%s %s answered %d, want %d\n%s", a.method, a.path, got.Code, status, got.Body)
	}
	return got
}

// json is the answer's JSON.
func (a answered) json() map[string]any {
	a.t.Helper()
	var value map[string]any
	err := json.Unmarshal(a.Body.Bytes(), &value)
	if err != nil {
		a.t.Fatalf("%v in\n%s", err, a.Body)
	}
	return value
}

// fields are the names of the fields that a problem tells of.
func (a answered) fields() []string {
	a.t.Helper()
	var names []string
	list, _ := a.json()["errors"].([]any)
	for _, one := range list {
		fault, _ := one.(map[string]any)
		name, _ := fault["field"].(string)
		names = append(names, name)
	}
	return names
}

func (a answered) etag() string { return a.Header().Get("ETag") }

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
