package session

import (
	"net"
	"net/http"
	"net/url"
)

// The names of the cookie. A browser takes a cookie of the first name only when
// it is Secure, has the path / and no domain, so that neither a neighbouring
// host nor plain HTTP can plant one (RFC 6265bis, 4.1.3.2).
const (
	secureName   = "__Host-gatepost"
	loopbackName = "gatepost"
)

// Cookie is how the session travels in a browser. The zero value is the cookie
// for https; [CookieFor] also knows the one for a developer's machine.
//
// SameSite is Lax and not Strict: a Strict cookie is not sent when a person
// follows a link from a wiki to /sso/aws-a.
type Cookie struct {
	loopback bool
}

// CookieFor is the cookie for a Gatepost at the given address, which comes from
// the configuration and never from a request. Only plain HTTP on a loopback
// address gets a cookie without Secure: elsewhere on plain HTTP the browser
// drops the cookie, and nobody signs in by it.
func CookieFor(base *url.URL) Cookie {
	return Cookie{loopback: base.Scheme == "http" && isLoopback(base.Hostname())}
}

// Name is the name of the cookie.
func (c Cookie) Name() string {
	if c.loopback {
		return loopbackName
	}
	return secureName
}

// Set gives the token to the browser, until the browser is closed; the session
// itself ends earlier or later by its own rules.
func (c Cookie) Set(w http.ResponseWriter, t Token) {
	http.SetCookie(w, c.cookie(t.Text()))
}

// Clear takes the token from the browser. The session has to be deleted in the
// store as well.
func (c Cookie) Clear(w http.ResponseWriter) {
	gone := c.cookie("")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
}

// Token is the token that the request carries. There is none when the cookie is
// missing, malformed, or sent more than once: of two cookies nobody can tell
// which one the person meant.
func (c Cookie) Token(r *http.Request) (Token, bool) {
	cookies := r.CookiesNamed(c.Name())
	if len(cookies) != 1 || cookies[0].Quoted {
		return Token{}, false
	}
	t, err := ParseToken(cookies[0].Value)
	return t, err == nil
}

func (c Cookie) cookie(value string) *http.Cookie {
	return &http.Cookie{
		Name:     c.Name(),
		Value:    value,
		Path:     "/",
		Secure:   !c.loopback,
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	}
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
