package session

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

func TestCookieForGivesUpSecureOnLoopbackHTTPAlone(t *testing.T) {
	tests := []struct {
		base   string
		name   string
		secure bool
	}{
		{"https://sso.example.com", "__Host-gatepost", true},
		{"https://localhost:8443", "__Host-gatepost", true},
		{"http://localhost:8080", "gatepost", false},
		{"http://127.0.0.1:8080", "gatepost", false},
		{"http://[::1]:8080", "gatepost", false},
		{"http://sso.example.com", "__Host-gatepost", true},
		{"http://localhost.example.com", "__Host-gatepost", true},
		{"http://10.0.0.1", "__Host-gatepost", true},
	}
	for _, test := range tests {
		t.Run(test.base, func(t *testing.T) {
			base, err := url.Parse(test.base)
			if err != nil {
				t.Fatal(err)
			}
			c := CookieFor(base)
			w := httptest.NewRecorder()
			c.Set(w, NewToken("u_a"))
			got := w.Result().Cookies()[0]
			if got.Name != test.name || got.Secure != test.secure {
				t.Errorf("got %s, Secure %v; want %s, Secure %v", got.Name, got.Secure, test.name, test.secure)
			}
		})
	}
}

func TestSetAndClearWriteTheWholePolicy(t *testing.T) {
	token, err := ParseToken("u_a.s_1.0000000000000000000000000000000000000000000000000000000000000000")
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	Cookie{}.Set(w, token)
	Cookie{}.Clear(w)
	want := []string{
		"__Host-gatepost=" + token.Text() + "; Path=/; HttpOnly; Secure; SameSite=Lax",
		"__Host-gatepost=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
	}
	got := w.Header().Values("Set-Cookie")
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTokenOfARequest(t *testing.T) {
	token := NewToken("u_a")
	other := NewToken("u_b")
	const name = "__Host-gatepost="
	tests := []struct {
		name    string
		headers []string
		found   bool
	}{
		{"one cookie", []string{name + token.Text()}, true},
		{"among others", []string{"a=b; " + name + token.Text() + "; c=d"}, true},
		{"none", nil, false},
		{"under the loopback's name", []string{"gatepost=" + token.Text()}, false},
		{"twice in one header", []string{name + token.Text() + "; " + name + other.Text()}, false},
		{"twice in two headers", []string{name + token.Text(), name + token.Text()}, false},
		{"a second one that is empty", []string{name + token.Text() + "; " + name}, false},
		{"quoted", []string{name + `"` + token.Text() + `"`}, false},
		{"cut", []string{name + token.Text()[:20]}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			for _, header := range test.headers {
				r.Header.Add("Cookie", header)
			}
			got, found := Cookie{}.Token(r)
			if found != test.found || (found && got != token) || (!found && got != Token{}) {
				t.Errorf("got %v, %v; want found %v", got, found, test.found)
			}
		})
	}
}
