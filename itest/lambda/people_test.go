package lambda

import (
	"html"
	"net/http"
	"regexp"
	"testing"

	"github.com/gatepost/gatepost/itest/server"
)

// olive is the first owner, where a test wants one.
const olive = "olive@example.com"

// setsPassword follows a one-time link of the portal and returns the browser that
// did, which is not signed in by it.
func (s *stage) setsPassword(link string) *server.Person {
	s.Helper()
	p := s.visitor()
	form := p.Get(s, link).FormWith(s, "password")
	form.Fields.Set("password", password)
	form.Fields.Set("repeat", password)
	page := p.Submit(s, form)
	if page.Status != http.StatusSeeOther || page.Header.Get("Location") != "/signin?set" {
		s.Fatalf("a new password is answered %d, %q\n%s", page.Status, page.Header.Get("Location"), page.Body)
	}
	return p
}

// setUp makes the first owner by the link that the function keys gives, and returns
// the path of the link to set a password by.
func (s *stage) setUp(link, email string) string {
	s.Helper()
	p := s.visitor()
	form := p.Get(s, link).FormWith(s, "email")
	form.Fields.Set("email", email)
	form.Fields.Set("name", "Olive")
	page := p.Submit(s, form)
	if page.Status != http.StatusOK {
		s.Fatalf("/setup answers %d\n%s", page.Status, page.Body)
	}
	return linkIn(s, page, "/password?token=")
}

// firstOwner is olive's browser, signed in.
func (s *stage) firstOwner() *server.Person {
	s.Helper()
	s.setsPassword(s.setUp(s.local(s.askKeys(`{"op":"setup"}`)["link"]), olive))
	return s.signIn(olive)
}

// token is a token of the config API that a person makes with their session.
func (s *stage) token(p *server.Person, scope string) string {
	s.Helper()
	made := curl{stage: s, browser: p}.want(http.StatusCreated, "POST tokens", s.text(map[string]string{"name": "test", "scope": scope, "lifetime": "1h"}))
	secret, _ := made["token"].(string)
	return secret
}

// knocks is what a person's browser finds at a path: the status, and where it is
// led.
func (s *stage) knocks(p *server.Person, path string) string {
	s.Helper()
	page := p.Get(s, path)
	return http.StatusText(page.Status) + " " + page.Header.Get("Location")
}

// linkIn is the link of a page that begins so.
func linkIn(t testing.TB, page server.Page, begin string) string {
	t.Helper()
	found := regexp.MustCompile(`href="(` + regexp.QuoteMeta(begin) + `[^"]*)"`).FindStringSubmatch(page.Body)
	if found == nil {
		t.Fatalf("no link to %s in\n%s", begin, page.Body)
	}
	return html.UnescapeString(found[1])
}
