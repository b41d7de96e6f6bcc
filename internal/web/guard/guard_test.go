package guard_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/web/guard"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// guarded is a handler behind the guards, what it was reached by, and the log.
type guarded struct {
	http.Handler
	reached []string
	log     bytes.Buffer
}

func stand(t *testing.T, face http.HandlerFunc) *guarded {
	t.Helper()
	address, err := url.Parse("https://sso.example.com")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := page.New(page.Options{URL: address.String()})
	if err != nil {
		t.Fatal(err)
	}
	g := &guarded{}
	write := problem.Writer{Pages: pages, Now: time.Now, Log: slog.New(slog.NewTextHandler(&g.log, nil))}
	handler, err := guard.Stand(address, write, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.reached = append(g.reached, r.Method+" "+r.URL.Path)
		face(w, r)
	}))
	if err != nil {
		t.Fatal(err)
	}
	g.Handler = reqctx.Direct(handler)
	return g
}

func (g *guarded) send(method, target string, headers map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "https://sso.example.com"+target, strings.NewReader("a=b"))
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

func nothing(http.ResponseWriter, *http.Request) {}

var foreign = map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}

// TestNothingThatAnotherSitePostsReachesAFace tries every kind of address, those
// too under which there is nothing yet.
func TestNothingThatAnotherSitePostsReachesAFace(t *testing.T) {
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		for target, want := range map[string]int{
			"/sso/aws-a":                         405, // where a service provider ends that posts its request
			"/sso/aws-a?role=x":                  405,
			"/metadata/aws-a":                    405,
			"/sso/aws-a/assertion":               403,
			"/sso/aws-a%2Fassertion":             403,
			"/sso/aws-a/":                        403,
			"/sso/":                              403,
			"/sso":                               403,
			"/ssoo/aws-a":                        403,
			"/metadata/aws-a/next":               403,
			"/metadata/":                         403,
			"/signin":                            403,
			"/admin/connectors":                  403,
			"/api/v1/lockdown":                   403,
			"/iam/token":                         403,
			"/":                                  403,
			"/x/../sso/aws-a":                    403,
			"//sso/aws-a":                        403,
			"/" + strings.Repeat("sso/", 3) + "": 403,
		} {
			g := stand(t, nothing)
			got := g.send(method, target, foreign)
			if got.Code != want || len(g.reached) > 0 {
				t.Errorf("%s %s: answered %d, want %d; reached %q", method, target, got.Code, want, g.reached)
			}
			if want == 405 && !strings.Contains(got.Header().Get("Allow"), "GET") {
				t.Errorf("%s %s: 405 without what is allowed", method, target)
			}
		}
	}
}

func TestWhatIsNoFormOfAnotherSiteReachesItsFace(t *testing.T) {
	for _, c := range []struct {
		name, method, target string
		headers              map[string]string
	}{
		{"a link on another site", "GET", "/sso/aws-a", foreign},
		{"a question for the head", "HEAD", "/metadata/aws-a", foreign},
		{"a form of our own", "POST", "/signin", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "https://sso.example.com"}},
		{"a form of our own, told by an old browser", "POST", "/signin", map[string]string{"Origin": "https://sso.example.com"}},
		{"a program", "POST", "/api/v1/connectors", nil},
		{"a program that asks for an assertion", "POST", "/sso/aws-a/assertion", nil},
	} {
		g := stand(t, nothing)
		got := g.send(c.method, c.target, c.headers)
		if got.Code != 200 || len(g.reached) != 1 {
			t.Errorf("%s: answered %d, reached %q", c.name, got.Code, g.reached)
		}
	}
}

// TestProgramsAreRefusedInTheirForm sees what pages and programs are told.
func TestProgramsAreRefusedInTheirForm(t *testing.T) {
	for target, want := range map[string]string{
		"/api/v1/lockdown": problem.DocumentType, "/iam/token": problem.DocumentType, "/signin": "text/html; charset=utf-8", "/sso/aws-a": "text/html; charset=utf-8",
	} {
		got := stand(t, nothing).send("POST", target, foreign).Header().Get("Content-Type")
		if got != want {
			t.Errorf("%s: refused as %q", target, got)
		}
	}
}

func TestEveryAnswerIsHardened(t *testing.T) {
	for what, answer := range map[string]*httptest.ResponseRecorder{
		"a page":    stand(t, nothing).send("GET", "/", nil),
		"a refusal": stand(t, nothing).send("POST", "/signin", foreign),
		"a panic":   stand(t, func(http.ResponseWriter, *http.Request) { panic("x") }).send("GET", "/", nil),
	} {
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"} {
			if answer.Header().Get(name) == "" {
				t.Errorf("%s has no %s", what, name)
			}
		}
	}
}

func TestAPanicIsAnInternalErrorAndItsValueIsNotLogged(t *testing.T) {
	g := stand(t, func(http.ResponseWriter, *http.Request) { panic("the-secret-password") })
	got := g.send("GET", "/", nil)
	if got.Code != 500 || strings.Contains(got.Body.String(), "the-secret-password") {
		t.Errorf("answered %d", got.Code)
	}
	log := g.log.String()
	if strings.Contains(log, "the-secret-password") || !strings.Contains(log, "panic (string)") || !strings.Contains(log, "guard_test.go") {
		t.Errorf("the log says %s", log)
	}
}

func TestALineIsLoggedForEachRequestWithoutItsSecrets(t *testing.T) {
	g := stand(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusTeapot)
	})
	g.send("POST", "/password?token=the-token", map[string]string{"Cookie": "__Host-gatepost=the-cookie", "Authorization": "Bearer the-bearer"})
	log := g.log.String()
	for _, word := range []string{"method=POST", "path=/password", "status=418", "source_ip=192.0.2.1"} {
		if !strings.Contains(log, word) {
			t.Errorf("the log does not say %q: %s", word, log)
		}
	}
	for _, secret := range []string{"the-token", "the-cookie", "the-bearer", "a=b"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestAnAnswerWithoutContentHasNoKindOfIt(t *testing.T) {
	g := stand(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNoContent)
	})
	if kind := g.send(http.MethodGet, "/", nil).Header().Values("Content-Type"); len(kind) != 0 {
		t.Errorf("an answer 204 says that it is %q", kind)
	}
}
