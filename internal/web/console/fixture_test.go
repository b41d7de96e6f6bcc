package console

import (
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/file"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

// site is a console over the real embedded store and real key files.
type site struct {
	testing.TB
	service *admin.Service
	mux     *http.ServeMux
	now     time.Time
	who     admin.Actor
	err     error  // of finding out who it is
	tick    func() // what somebody else does when the clock is asked next
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{TB: t, now: noon, who: admin.Actor{Name: "dana@example.com", ID: "u_dana", Role: idp.AdminOwner, SourceIP: "192.0.2.7"}}
	clock := func() time.Time {
		do := s.tick
		s.tick = nil
		if do != nil {
			do()
		}
		return s.now
	}
	database, err := bolt.Open(filepath.Join(t.TempDir(), "gatepost.db"), bolt.Options{Now: clock})
	s.must(err)
	custody, err := file.Open(filepath.Join(t.TempDir(), "keys"))
	s.must(err)
	t.Cleanup(func() { s.must(errors.Join(custody.Close(), database.Close())) })
	stored := store.New(database, clock)
	s.service = &admin.Service{
		Store: stored, Passwords: signin.New(stored, clock), URL: "https://sso.example.com", Now: clock,
		Keys: &keys.Keeper{Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: keystest.Ready(custody)}, Default: idp.CustodyFile, Uploads: idp.CustodyFile, Store: stored, Now: clock},
	}
	h, err := New(Options{
		Service: s.service, Write: newWriter(t), Now: clock, Version: "test",
		Caller: func(*http.Request) (admin.Actor, error) { return s.who, s.err },
	})
	s.must(err)
	s.mux = http.NewServeMux()
	h.Routes(s.mux)
	return s
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// owner does what the console is not asked for.
func (s *site) owner() *admin.Administrator {
	return s.service.As(admin.Actor{Name: "bob@example.com", Role: idp.AdminOwner})
}

// furnish makes two groups with members, an active connector for one of them and
// an inactive one.
func (s *site) furnish() {
	s.Helper()
	ctx := s.Context()
	for _, name := range []string{"alice", "carol", "erin"} {
		_, err := s.owner().CreateUser(ctx, resource.User{Email: name + "@example.com", Active: true, Attributes: map[string]string{}})
		s.must(err)
	}
	for group, members := range map[string][]string{"engineers": {"alice", "carol"}, "auditors": {"carol", "erin"}} {
		_, err := s.owner().CreateGroup(ctx, resource.Group{Name: group})
		s.must(err)
		for _, name := range members {
			s.must(s.owner().AddMember(ctx, group, name+"@example.com", time.Time{}))
		}
	}
	s.create("aws-a", "engineers")
	s.create("aws-b")
	s.now = noon.Add(time.Minute) // so that this is what happened last
	s.must(s.owner().ActivateConnector(ctx, "aws-a"))
	s.now = noon
}

func (s *site) create(slug string, groups ...string) {
	s.Helper()
	_, err := s.owner().CreateConnector(s.Context(), resource.Connector{
		Slug: slug, Label: strings.ToUpper(slug), Groups: groups,
		Roles: []resource.Role{{RoleARN: iam + "role/SAML-User", ProviderARN: iam + "saml-provider/Gatepost"}},
	})
	s.must(err)
}

func (s *site) stored(slug string) resource.Connector {
	s.Helper()
	c, err := s.owner().Connector(s.Context(), slug)
	s.must(err)
	return c
}

// answer is what the console answered.
type answer struct {
	status   int
	location string
	body     string
	header   http.Header
}

func (s *site) do(r *http.Request) answer {
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r)
	return answer{w.Code, w.Header().Get("Location"), w.Body.String(), w.Header()}
}

func (s *site) get(path string) answer {
	return s.do(httptest.NewRequestWithContext(s.Context(), http.MethodGet, path, nil))
}

func (s *site) post(path string, fields map[string]string) answer {
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	r := httptest.NewRequestWithContext(s.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r)
}

// upload posts a form with files.
func (s *site) upload(path string, fields map[string]string, files map[string][]byte) answer {
	s.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		s.must(w.WriteField(name, value))
	}
	for name, data := range files {
		part, err := w.CreateFormFile(name, "file")
		s.must(err)
		_, err = part.Write(data)
		s.must(err)
	}
	s.must(w.Close())
	r := httptest.NewRequestWithContext(s.Context(), http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return s.do(r)
}

// shows demands a status and words.
func (s *site) shows(a answer, status int, words ...string) {
	s.Helper()
	if a.status != status {
		s.Fatalf("status %d, want %d: %s%s", a.status, status, a.location, a.body)
	}
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			s.Errorf("the page does not say %q:\n%s", w, a.body)
		}
	}
}

// leads demands a redirect.
func (s *site) leads(a answer, to string) {
	s.Helper()
	if a.status != http.StatusSeeOther || a.location != to {
		s.Fatalf("status %d to %q, want a redirect to %q\n%s", a.status, a.location, to, a.body)
	}
}

// formOf reads the fields of the form of a page that posts to a path, as a browser
// would send them if nobody touched it.
func (s *site) formOf(a answer, action string) map[string]string {
	s.Helper()
	_, rest, found := strings.Cut(a.body, fmt.Sprintf(`<form method="post" action="%s"`, action))
	if !found {
		s.Fatalf("no form posts to %s:\n%s", action, a.body)
	}
	form, _, _ := strings.Cut(rest, "</form>")
	fields := map[string]string{}
	for _, tag := range inputs.FindAllString(form, -1) {
		name, value := attribute(tag, "name"), attribute(tag, "value")
		kind := attribute(tag, "type")
		tickable := kind == "checkbox" || kind == "radio"
		if name == "" || kind == "file" || tickable && !strings.Contains(tag, " checked") {
			continue
		}
		fields[name] = value
	}
	for _, area := range areas.FindAllStringSubmatch(form, -1) {
		fields[attribute(area[1], "name")] = html(area[2])
	}
	for _, list := range selects.FindAllStringSubmatch(form, -1) {
		fields[attribute(list[1], "name")] = attribute(list[2], "value")
	}
	return fields
}

var (
	selects = regexp.MustCompile(`(?s)<select ([^>]*)>.*?<option ([^>]*) selected>`)
	inputs  = regexp.MustCompile(`<input [^>]*>`)
	areas   = regexp.MustCompile(`(?s)<textarea ([^>]*)>\n(.*?)</textarea>`)
)

func attribute(tag, name string) string {
	found := regexp.MustCompile(`\b` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if found == nil {
		return ""
	}
	return html(found[1])
}

func html(text string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&#43;", "+", "&amp;", "&").Replace(text)
}
