package serve

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/idp"
)

// attempt posts the sign-in form and returns the status.
func (s *site) attempt(email, password, cookie string, headers ...string) int {
	s.t.Helper()
	return s.do(http.MethodPost, "/signin", cookie, url.Values{"username": {email}, "password": {password}, "next": {"/"}}.Encode(), headers...).StatusCode
}

func TestBehindAProxyEachPersonIsRecordedWithTheirOwnAddress(t *testing.T) {
	t.Setenv(environment.TrustedProxy, "127.0.0.0/8")
	s := newSite(t, Config{Demo: true})
	s.attempt("nobody@example.com", "wrong", "", "X-Forwarded-For: 198.51.100.1, 203.0.113.9")
	if got := s.attempt("carol@example.com", password, "", "X-Forwarded-For: 203.0.113.10"); got != http.StatusSeeOther {
		t.Errorf("a person behind the proxy is answered %d", got)
	}
	s.admin(func(ctx context.Context, service *admin.Service) error {
		events, _, err := service.As(admin.Actor{Role: idp.AdminOwner}).Events(ctx, admin.EventQuery{Limit: 100})
		seen := map[string]string{}
		for _, e := range events {
			if e.Action == string(idp.ActionSignIn) {
				seen[e.Actor] = e.SourceIP
			}
		}
		if len(seen) != 2 || seen["nobody@example.com"] != "203.0.113.9" || seen["carol@example.com"] != "203.0.113.10" {
			t.Errorf("recorded as from %v", seen)
		}
		return err
	})
}

// The lock ends in its time, so that the strangers go on until they meet it.
func TestStrangersLockNobodyOutOfTheirOwnBrowser(t *testing.T) {
	const most = 40
	s := newSite(t, Config{Demo: true})
	in := s.do(http.MethodPost, "/signin", "", url.Values{"username": {"alice@example.com"}, "password": {password}, "next": {"/"}}.Encode())
	var mark string
	for _, cookie := range in.Cookies() {
		if cookie.Name == "gatepost-device" {
			mark = cookie.Name + "=" + cookie.Value
		}
	}
	met := false
	for range most {
		met = met || s.attempt("alice@example.com", "wrong", mark+"0") == http.StatusTooManyRequests
	}
	if !met {
		t.Errorf("%d strangers are not locked out", most)
	}
	if got := s.attempt("alice@example.com", password, mark); got != http.StatusSeeOther {
		t.Errorf("alice in her own browser is answered %d", got)
	}
}

func TestARequestAroundCloudFrontIsRefused(t *testing.T) {
	secret := strings.Repeat("s", 32)
	t.Setenv(environment.OriginSecret, secret)
	s := newSite(t, Config{Demo: true})
	for _, path := range []string{"/", "/signin", "/sso/aws-a", "/metadata/aws-a", "/api/v1/openapi.json", "/healthz"} {
		if got := s.get(path, "").StatusCode; got != http.StatusForbidden {
			t.Errorf("%s is answered %d", path, got)
		}
		if got := s.get(path, "", "X-Gatepost-Origin: "+secret).StatusCode; got == http.StatusForbidden {
			t.Errorf("%s through it is answered %d", path, got)
		}
	}
	if strings.Contains(s.log.String(), secret) {
		t.Error("the secret is in the log")
	}
}
