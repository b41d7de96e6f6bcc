package blackbox

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"testing"

	"github.com/gatepost/gatepost/itest/server"
)

// cookieOf is the cookie of a person's session, which the browser holds beside its
// mark.
func cookieOf(t *testing.T, p *server.Person) *http.Cookie {
	t.Helper()
	address, err := url.Parse(p.Server.URL)
	if err != nil {
		t.Fatal(err)
	}
	cookies := p.Client.Jar.Cookies(address)
	i := slices.IndexFunc(cookies, func(c *http.Cookie) bool { return c.Name == "gatepost" })
	if len(cookies) != 2 || i < 0 {
		t.Fatalf("the browser holds %d cookies", len(cookies))
	}
	return cookies[i]
}

// withCookie opens the portal with nothing but the cookie.
func withCookie(t *testing.T, s *server.Server, cookie *http.Cookie) server.Page {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.AddCookie(cookie)
	return s.Visitor(t).Do(t, request)
}

// lockOut gives wrong passwords for the name until the sign-in is locked.
func lockOut(t *testing.T, s *server.Server, username string) string {
	t.Helper()
	const most = 20
	for range most {
		if s.Visitor(t).TrySignIn(t, username, "not the password").Status == http.StatusTooManyRequests {
			return username
		}
	}
	t.Fatalf("%d wrong passwords do not lock the sign-in", most)
	return ""
}

var certificates = regexp.MustCompile(`(?s)<ds:X509Certificate>(.*?)</ds:X509Certificate>`)

func certificate(t *testing.T, metadata string) string {
	t.Helper()
	found := certificates.FindStringSubmatch(metadata)
	if found == nil {
		t.Fatalf("the metadata has no certificate:\n%s", metadata)
	}
	return found[1]
}
