package launch

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
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
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// brokenStore fails at reading, or answers with a launch and fails at writing.
type brokenStore struct {
	launch          store.Launch
	readErr, putErr error
}

func (b *brokenStore) Launch(context.Context, idp.Ticket, string) (store.Launch, error) {
	return b.launch, b.readErr
}
func (b *brokenStore) PutEvent(context.Context, idp.Event) error { return b.putErr }

type noKeys struct{}

func (noKeys) Signer(context.Context, *idp.Key, *x509.Certificate) (crypto.Signer, error) {
	return nil, errors.New("canary: the key service said this")
}

func open(c *idp.Connector) store.Launch {
	now := time.Now()
	return store.Launch{Facts: idp.Facts{
		Session:   &idp.Session{UserID: "u_a", LastSeen: now, ExpiresAt: now.Add(time.Hour)},
		User:      &idp.User{ID: "u_a", Email: "alice@example.com", Active: true, Groups: []idp.Membership{{GroupID: "g"}}},
		Connector: c,
	}}
}

func TestFaultsAreAnswered503AndTellNothing(t *testing.T) {
	bookmark := &idp.Connector{Slug: "wiki", Kind: idp.KindBookmark, Label: "Wiki", Active: true, URL: "https://wiki.example.com/", Groups: []string{"g"}}
	aws := &idp.Connector{Slug: "aws-a", Kind: idp.KindAWS, Label: "AWS A", Active: true, Partition: "aws", Groups: []string{"g"}, Roles: []idp.Role{{RoleARN: "arn:aws:iam::111122223333:role/A", ProviderARN: "arn:aws:iam::111122223333:saml-provider/G"}}}
	canary := errors.New("canary: the store said this")
	cases := []struct {
		name  string
		store brokenStore
	}{
		{"the store cannot be read", brokenStore{readErr: canary}},
		{"the store is full when a bookmark's event is written", brokenStore{launch: open(bookmark), putErr: fmt.Errorf("%w: %w", store.ErrUnavailable, canary)}},
		{"the connector has no key", brokenStore{launch: open(aws)}},
		{"the stored certificate is garbage", brokenStore{launch: withKey(open(aws), []byte("canary"))}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			answer := serve(t, &c.store, &log)
			if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") == "" {
				t.Errorf("answered %d, Retry-After %q", answer.Code, answer.Header().Get("Retry-After"))
			}
			body := answer.Body.String()
			if strings.Contains(body, "canary") || strings.Contains(body, "SAMLResponse") {
				t.Error("the page tells what went wrong inside, or holds a response")
			}
			id := answer.Header().Get("X-Request-Id")
			if id == "" || !strings.Contains(body, id) || !strings.Contains(log.String(), id) {
				t.Errorf("page or log lack the request ID %q", id)
			}
		})
	}
}

func withKey(l store.Launch, der []byte) store.Launch {
	l.Key = &idp.Key{Slug: "aws-a", State: idp.KeyReady, Current: idp.Certificate{DER: der}}
	return l
}

func serve(t *testing.T, s sso.Store, log *bytes.Buffer) *httptest.ResponseRecorder {
	t.Helper()
	base := &url.URL{Scheme: "https", Host: "sso.example.com"}
	pages, err := page.New(page.Options{URL: base.String()})
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.NewJSONHandler(log, nil))
	cookie := session.CookieFor(base)
	handler := &Handler{
		Service: &sso.Service{Store: s, Keys: noKeys{}, Now: time.Now, Budget: time.Minute, Log: logger},
		Cookie:  cookie,
		Write:   problem.Writer{Pages: pages, Now: time.Now, Log: logger},
	}
	mux := http.NewServeMux()
	mux.Handle("/sso/{connector}", handler)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/sso/aws-a", nil)
	r.AddCookie(&http.Cookie{Name: cookie.Name(), Value: session.NewToken("u_a").Text()})
	w := httptest.NewRecorder()
	reqctx.Direct(mux).ServeHTTP(w, r)
	return w
}
