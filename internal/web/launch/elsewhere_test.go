package launch

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// get asks for a path, signed in or not, as a browser that says where the request
// comes from.
func get(t *testing.T, path, site string, signedIn bool) *httptest.ResponseRecorder {
	t.Helper()
	aws := &idp.Connector{
		Slug: "aws-a", Kind: idp.KindAWS, Label: "AWS A", Active: true, Partition: "aws", Groups: []string{"g"}, ConfirmCross: true,
		Roles: []idp.Role{{RoleARN: "arn:aws:iam::111122223333:role/A", ProviderARN: "arn:aws:iam::111122223333:saml-provider/G"}},
	}
	base := &url.URL{Scheme: "https", Host: "sso.example.com"}
	pages, err := page.New(page.Options{URL: base.String()})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewJSONHandler(&bytes.Buffer{}, nil))
	cookie := session.CookieFor(base)
	mux := http.NewServeMux()
	mux.Handle("/sso/{connector}", &Handler{
		Service: &sso.Service{Store: &brokenStore{launch: open(aws)}, Keys: noKeys{}, Now: time.Now, Budget: time.Second, Log: log},
		Cookie:  cookie, Write: problem.Writer{Pages: pages, Now: time.Now, Log: log},
	})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Sec-Fetch-Site", site)
	if signedIn {
		r.AddCookie(&http.Cookie{Name: cookie.Name(), Value: session.NewToken("u_a").Text()})
	}
	w := httptest.NewRecorder()
	reqctx.Direct(mux).ServeHTTP(w, r)
	return w
}

// TestALinkFromElsewhereIsConfirmedAfterASignIn opens another site's link signed
// out, and then what the sign-in leads to, which the browser calls the person's own.
func TestALinkFromElsewhereIsConfirmedAfterASignIn(t *testing.T) {
	relay := "https://eu-central-1.console.aws.amazon.com/iam/home?region=x"
	to := get(t, "/sso/aws-a?RelayState="+url.QueryEscape(relay), "cross-site", false).Header().Get("Location")
	signIn, err := url.Parse(to)
	if err != nil || signIn.Path != "/signin" {
		t.Fatalf("leads to %q, %v", to, err)
	}
	answer := get(t, signIn.Query().Get("next"), "same-origin", true)
	body := answer.Body.String()
	if answer.Code != http.StatusOK || !strings.Contains(body, "Continue to <bdi>AWS A</bdi>?") {
		t.Fatalf("answered %d, not with the question:\n%s", answer.Code, body)
	}
	if !strings.Contains(body, "eu-central-1.console.aws.amazon.com/iam/home") || strings.Contains(body, `name="`+reqctx.Elsewhere+`"`) {
		t.Errorf("the question does not say where it leads, or asks for ever:\n%s", body)
	}
}

func TestAPersonsOwnWayIsNotConfirmed(t *testing.T) {
	for _, site := range []string{"none", "same-origin"} {
		next, err := url.Parse(get(t, "/sso/aws-a", site, false).Header().Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		answer := get(t, next.Query().Get("next"), "same-origin", true)
		if strings.Contains(answer.Body.String(), "Continue to AWS A?") {
			t.Errorf("from %s: is asked", site)
		}
	}
}
