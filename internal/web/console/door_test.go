package console

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

func TestWhoIsNotSignedInIsLedToTheSignInAndBack(t *testing.T) {
	s := newSite(t)
	s.err = admin.ErrNotSignedIn
	s.leads(s.get("/admin/connectors?q=a%26b"), "/signin?next=%2Fadmin%2Fconnectors%3Fq%3Da%2526b")
	s.leads(s.post("/admin/connectors/aws-a/activate", nil), "/signin?next=%2Fadmin")
	s.leads(s.get("/admin/none"), "/signin?next=%2Fadmin%2Fnone")
}

func TestWhoIsNoAdministratorSeesNothingOfTheConsole(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.who.Role = idp.AdminNone
	for _, r := range routes() {
		path := Root + strings.ReplaceAll(r.path, "{connector}", "aws-a")
		if r.get != nil {
			s.shows(s.get(path), http.StatusForbidden, "This is for administrators")
		}
		if r.post != nil {
			s.shows(s.post(path, map[string]string{"do": "add-role"}), http.StatusForbidden, "This is for administrators")
		}
	}
}

// What each administrator role may post, by route; the pages are open to all.
func TestEachRoleMayWhatThePolicySays(t *testing.T) {
	for _, role := range []idp.AdminRole{idp.AdminViewer, idp.AdminHelpdesk, idp.AdminConnectors, idp.AdminOwner} {
		t.Run(string(role), func(t *testing.T) {
			s := newSite(t)
			s.furnish()
			before := s.stored("aws-a")
			for _, r := range routes() {
				s.who = admin.Actor{Name: "dana@example.com", Role: role}
				path := Root + strings.ReplaceAll(r.path, "{connector}", "aws-a")
				if r.get != nil && !strings.HasSuffix(path, "/image") && path != newPath {
					s.shows(s.get(path), http.StatusOK)
				}
				if r.post == nil {
					continue
				}
				_, granted := r.needs, s.service.As(s.who).May(r.needs)
				got := s.post(path, nil)
				if (got.status == http.StatusForbidden) == granted {
					t.Errorf("POST %s: status %d", path, got.status)
				}
			}
			if role != idp.AdminOwner && role != idp.AdminConnectors && s.stored("aws-a").Version != before.Version {
				t.Error("something was changed")
			}
		})
	}
}

func TestButtonsThatWouldBeRefusedAreNotShown(t *testing.T) {
	s := newSite(t)
	s.furnish()
	for _, path := range []string{"/admin/connectors", "/admin/connectors/aws-b", "/admin/connectors/aws-a/sso", "/admin/connectors/aws-a/roles", "/admin/connectors/aws-a/groups"} {
		s.who.Role = idp.AdminOwner
		forms := strings.Count(s.get(path).body, `<form method="post" action="/admin`)
		s.who.Role = idp.AdminViewer
		body := s.get(path).body
		left := strings.Count(body, `<button class="main`) + strings.Count(body, `class="danger"`) + strings.Count(body, `name="do"`)
		if forms == 0 || left != 0 {
			t.Errorf("%s has %d forms for an owner and %d buttons for a viewer", path, forms, left)
		}
	}
	s.shows(s.get("/admin/connectors/new"), http.StatusForbidden, "The role viewer does not include it")
}

func TestARequestThatIsNoneOfTheConsoleIsTurnedAway(t *testing.T) {
	s := newSite(t)
	s.furnish()
	for _, c := range []struct {
		name   string
		answer answer
		status int
		words  string
	}{
		{"no such page", s.get("/admin/none"), http.StatusNotFound, "There is nothing here"},
		{"no such connector", s.get("/admin/connectors/none"), http.StatusNotFound, "There is nothing here"},
		{"a tab that a link has not", s.get("/admin/connectors/none/sso"), http.StatusNotFound, ""},
		{"a parameter twice", s.get("/admin/connectors?q=a&q=b"), http.StatusBadRequest, "is given 2 times"},
		{"a cursor that was changed", s.get("/admin/connectors?cursor=x"), http.StatusBadRequest, "Start the list again"},
		{"a form where there is none", s.post("/admin", nil), http.StatusMethodNotAllowed, ""},
		{"a page where there is only a form", s.get("/admin/connectors/aws-a/activate"), http.StatusMethodNotAllowed, ""},
		{"a form of another type", s.do(typedRequest(t, "text/plain", "a=b")), http.StatusBadRequest, ""},
		{"a form that is too long", s.post("/admin/connectors/aws-a", map[string]string{"label": strings.Repeat("x", maxForm)}), http.StatusBadRequest, "1024 KiB"},
		{"files that are too long", s.upload("/admin/connectors/aws-a/image", nil, map[string][]byte{"image": make([]byte, maxForm)}), http.StatusBadRequest, "1024 KiB"},
		{"a form cut short", s.do(typedRequest(t, "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx")), http.StatusBadRequest, ""},
		{"a field twice", s.do(typedRequest(t, "multipart/form-data; boundary=b", strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n", 2)+"--b--\r\n")), http.StatusBadRequest, "is given twice"},
		{"no UTF-8", s.do(typedRequest(t, "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--b--\r\n")), http.StatusBadRequest, "not UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) { s.shows(c.answer, c.status, c.words) })
	}
	put := s.do(httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/admin/connectors/aws-a", nil))
	if put.status != http.StatusMethodNotAllowed || put.header.Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("PUT: %d, %q", put.status, put.header.Get("Allow"))
	}
}

func typedRequest(t *testing.T, kind, body string) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/admin/connectors/aws-a", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return r
}

func TestAnOutageIsSaidToBeOne(t *testing.T) {
	s := newSite(t)
	s.err = store.ErrUnavailable
	s.shows(s.get("/admin"), http.StatusServiceUnavailable, "not available right now")
}

func TestAnAnswerIsKeptByNobodyAndLoadsOnlyOurs(t *testing.T) {
	s := newSite(t)
	h := s.get("/admin").header
	if h.Get("Cache-Control") != "no-store" || !strings.Contains(h.Get("Content-Security-Policy"), "script-src 'self'; style-src 'self'") {
		t.Errorf("headers %v", h)
	}
}

// The words of a notice come from the program, never from the address.
func TestALinkPutsNoWordsIntoTheConsolesMouth(t *testing.T) {
	s := newSite(t)
	s.shows(s.get("/admin/connectors?done=saved"), http.StatusOK, `role="status">Saved.`)
	if body := s.get("/admin/connectors?done=" + url.QueryEscape("call 0123 now")).body; strings.Contains(body, "0123") {
		t.Error("the notice says what the address says")
	}
}

func TestWithoutAnotherCallerTheSessionTellsWhoItIs(t *testing.T) {
	s := newSite(t)
	s.furnish()
	base, err := url.Parse("https://sso.example.com")
	s.must(err)
	h, err := New(Options{Service: s.service, Cookie: session.CookieFor(base), Write: newWriter(t), Now: func() time.Time { return s.now }})
	s.must(err)
	s.mux = http.NewServeMux()
	h.Routes(s.mux)
	s.leads(s.get("/admin"), "/signin?next=%2Fadmin")

	u, err := s.service.User(t.Context(), "alice@example.com")
	s.must(err)
	token := session.NewToken(u.ID)
	epochs, err := s.service.Store.Epochs(t.Context(), u.ID)
	s.must(err)
	s.must(s.service.Store.PutSession(t.Context(), &idp.Session{
		ID: token.ID, Hash: token.Hash(), UserID: u.ID, AuthTime: noon, LastSeen: noon, ExpiresAt: noon.Add(time.Hour), InstanceEpoch: epochs.Instance, UserEpoch: epochs.User,
	}, idp.Event{ID: "ev_x", At: noon, Action: idp.ActionSignIn}))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/admin", nil)
	w := httptest.NewRecorder()
	session.CookieFor(base).Set(w, token)
	r.AddCookie(w.Result().Cookies()[0])
	s.shows(s.do(r), http.StatusForbidden, "This is for administrators")
	_, err = s.service.UpdateUser(t.Context(), admin.Actor{Name: "test"}, "alice@example.com", func(u *idp.User) { u.AdminRole = idp.AdminViewer })
	s.must(err)
	s.leads(s.do(r), "/signin?next=%2Fadmin") // a new role ends the sessions of the old one
	epochs, err = s.service.Store.Epochs(t.Context(), u.ID)
	s.must(err)
	token = session.NewToken(u.ID)
	s.must(s.service.Store.PutSession(t.Context(), &idp.Session{
		ID: token.ID, Hash: token.Hash(), UserID: u.ID, AuthTime: noon, LastSeen: noon, ExpiresAt: noon.Add(time.Hour), InstanceEpoch: epochs.Instance, UserEpoch: epochs.User,
	}, idp.Event{ID: "ev_y", At: noon, Action: idp.ActionSignIn}))
	r = httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/admin", nil)
	w = httptest.NewRecorder()
	session.CookieFor(base).Set(w, token)
	r.AddCookie(w.Result().Cookies()[0])
	s.shows(s.do(r), http.StatusOK, "alice@example.com", "viewer")
	s.now = noon.Add(2 * time.Hour)
	s.leads(s.do(r), "/signin?next=%2Fadmin")
}
