package api_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/web/api"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// TestRefusalsLookAsTheyDo holds the shape of every kind of refusal.
func TestRefusalsLookAsTheyDo(t *testing.T) {
	s := newWorld(t).site
	s.tokens["reader"] = s.token("reader@example.com", idp.AdminOwner, admin.ScopeRead)
	s.want(201, ask{method: post, path: "/connectors", body: `{"slug":"wiki","kind":"bookmark","label":"Wiki","url":"https://wiki.example.com","groups":["SSO-AWS-A"]}`})
	s.want(200, ask{method: post, path: "/connectors/wiki/activate"})
	for _, c := range []struct {
		name string
		ask  ask
	}{
		{"nobody", ask{method: get, path: "/users", as: "-"}},
		{"a wrong token", ask{method: get, path: "/users", as: "gp_wrong"}},
		{"denied", ask{method: put, path: "/users/alice@example.com", body: `{}`, match: "*", as: "viewer"}},
		{"a token that reads", ask{method: post, path: "/groups", body: `{"name":"x"}`, as: "reader"}},
		{"fields", ask{method: put, path: "/connectors/aws-a", match: "*", body: `{"label":"` + strings.Repeat("x", 65) + `","session_duration":"soon",` +
			`"roles":[{"role_arn":"arn:aws:iam::1:role/A","provider_arn":"arn:aws:iam::111122223333:saml-provider/G","groups":["nope"]}],"attributes":[{"name":"Role","value":"x"}]}`}},
		{"an attribute of a person", ask{method: patch, path: "/users/alice@example.com", match: "*", body: `{"attributes":{"a/b~c":"x"}}`}},
		{"the query", ask{method: get, path: "/connectors?limit=1000&nonsense=x"}},
		{"a cursor", ask{method: get, path: "/connectors?cursor=AAAA"}},
		{"not found", ask{method: put, path: "/connectors/nope/grants/SSO-AWS-A"}},
		{"no route", ask{method: get, path: "/nope"}},
		{"exists", ask{method: post, path: "/groups", body: `{"name":"SSO-AWS-A"}`}},
		{"active", ask{method: remove, path: "/connectors/wiki", match: "*"}},
		{"the last owner", ask{method: post, path: "/users/owner@example.com/suspend"}},
		{"malformed", ask{method: post, path: "/groups", body: `{"name":`}},
		{"no version", ask{method: remove, path: "/groups/SSO-AWS-A"}},
		{"the media type", ask{method: patch, path: "/groups/SSO-AWS-A", body: `{}`, kind: "application/json", match: "*"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "the last owner" {
				s.in(t).want(200, ask{method: post, path: "/users/reader@example.com/suspend"})
			}
			got := s.in(t).send(c.ask)
			told := regexp.MustCompile(`"request_id":"[a-z0-9]+"`).ReplaceAllString(got.Body.String(), `"request_id":"ID"`)
			golden(t, "testdata/"+strings.ReplaceAll(c.name, " ", "-")+".golden", http.StatusText(got.Code)+" "+got.Header().Get("Www-Authenticate")+"\n"+told)
		})
	}
}

// broken is an API whose callers cannot be found out.
func broken(t *testing.T, cause func() error) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var log strings.Builder
	handler := reqctx.Direct(api.New(api.Options{
		Service: &admin.Service{}, Version: "test", Log: slog.New(slog.NewTextHandler(&log, nil)),
		Authenticate: func(*http.Request) (admin.Actor, error) { return admin.Actor{}, cause() },
	}))
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), get, "/api/v1/users?q=hunter2", nil))
	return w, log.String()
}

func TestNoInternalTextLeaves(t *testing.T) {
	for name, cause := range map[string]func() error{
		"an error that nobody knows": func() error { return errors.New("hunter2 at 10.0.0.1") },
		"a panic":                    func() error { panic("hunter2 at 10.0.0.1") },
	} {
		t.Run(name, func(t *testing.T) {
			w, log := broken(t, cause)
			id := w.Header().Get("X-Request-Id")
			if w.Code != 500 || strings.Contains(w.Body.String(), "hunter2") || !strings.Contains(w.Body.String(), `"request_id":"`+id+`"`) {
				t.Errorf("answered %d %s", w.Code, w.Body)
			}
			if !strings.Contains(log, id) || strings.Contains(log, "q=hunter2") {
				t.Errorf("logged %s", log)
			}
		})
	}
}

func TestARefusalTellsWhatItIsAboutAndNothingOfHowTheStoreWorks(t *testing.T) {
	for name, told := range map[string]struct {
		cause  error
		detail string
	}{
		"a thing":        {fmt.Errorf("at hunter2: %w", store.About("create group", "a: b", fmt.Errorf("hunter2: %w", store.ErrExists))), `create group \"a: b\": exists already`},
		"a thing unsaid": {fmt.Errorf("at hunter2: %w", store.ErrExists), "exists already"},
		"no name":        {store.About("list groups", "", store.ErrCursor), "list groups: not a cursor of this list"},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := broken(t, func() error { return told.cause })
			if !strings.Contains(w.Body.String(), `"detail":"`+told.detail+`"`) || strings.Contains(w.Body.String(), "hunter2") {
				t.Errorf("answered %d %s", w.Code, w.Body)
			}
		})
	}
}

func TestAStoreThatDoesNotAnswerIs503(t *testing.T) {
	folder, err := installation.OpenFolder(t.Context(), installation.FolderOptions{Path: filepath.Join(t.TempDir(), "data"), URL: "https://sso.example.com", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	handler := reqctx.Direct(api.New(api.Options{
		Service: folder.Admin, Version: "test", Log: slog.New(slog.NewTextHandler(&log, nil)),
		Authenticate: func(*http.Request) (admin.Actor, error) { return operator, nil },
	}))
	err = folder.Close()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), get, "/api/v1/users", nil))
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "closed") || !strings.Contains(log.String(), w.Header().Get("X-Request-Id")) {
		t.Errorf("answered %d %v %s\nlogged %s", w.Code, w.Header(), w.Body, &log)
	}
}

func TestAPersonWithoutARoleMayDoNothing(t *testing.T) {
	handler := api.New(api.Options{Service: &admin.Service{}, Authenticate: func(*http.Request) (admin.Actor, error) { return admin.Actor{Name: "alice@example.com"}, nil }})
	for _, path := range []string{"/users", "/whoami", "/lockdown"} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), get, "/api/v1"+path, nil))
		if w.Code != 403 {
			t.Errorf("%s answered %d", path, w.Code)
		}
	}
}

func TestAHostileValueIsNotSentBackWhole(t *testing.T) {
	s := newWorld(t).site
	long := strings.Repeat("x", 900<<10)
	for name, a := range map[string]ask{
		"a field":         {method: post, path: "/groups", body: `{"name":"` + long + `"}`},
		"a name":          {method: post, path: "/groups", body: `{"` + long + `":"x"}`},
		"many fields":     {method: patch, path: "/users/alice@example.com", match: "*", body: `{"attributes":{` + strings.TrimSuffix(strings.Repeat(`"1":"`+long[:1000]+`",`, 800), ",") + `}}`},
		"an address":      {method: get, path: "/users/" + long},
		"a group":         {method: put, path: "/connectors/aws-a/grants/" + long[:100<<10]},
		"a parameter":     {method: get, path: "/users?limit=" + long},
		"its name":        {method: get, path: "/users?" + long + "=1"},
		"a file":          {method: post, path: "/config", kind: "application/yaml", body: "version: !" + long + " 1\n"},
		"a file of names": {method: post, path: "/config", body: `{"version":1,"groups":[` + strings.TrimSuffix(strings.Repeat(`{"name":"-"},`, 60000), ",") + `]}`},
		"a member":        {method: post, path: "/users", body: `{"email":"b@example.com","name":"B","groups":[{"name":"` + long + `"}]}`},
		"a list":          {method: post, path: "/connectors", body: `{"slug":"b","label":"B","groups":[` + strings.TrimSuffix(strings.Repeat(`"`+long[:900]+`",`, 900), ",") + `]}`},
		"a media type":    {method: post, path: "/groups", kind: long, body: `{}`},
		"a version":       {method: remove, path: "/groups/SSO-AWS-A", match: long},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.in(t).send(a)
			if got.Code < 400 || got.Code >= 500 || got.Body.Len() > 32<<10 {
				t.Errorf("%d with %d bytes: %.300s", got.Code, got.Body.Len(), got.Body)
			}
		})
	}
}
