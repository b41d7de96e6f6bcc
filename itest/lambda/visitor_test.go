package lambda

import (
	"net/http"
	"net/http/cookiejar"
	"testing"

	"github.com/gatepost/gatepost/itest/server"
)

// visitor is a browser without scripts that nobody has signed in with.
func (s *stage) visitor() *server.Person {
	s.Helper()
	jar, err := cookiejar.New(nil)
	s.must(err)
	client := *s.front.Client() // takes every example.com for the front
	client.Jar = jar
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &server.Person{Server: &server.Server{URL: address}, Client: &client}
}

// signIn is a person's browser, signed in through the portal's page.
func (s *stage) signIn(email string) *server.Person {
	s.Helper()
	p := s.visitor()
	page := s.trySignIn(p, email)
	if page.Status != http.StatusSeeOther {
		s.Fatalf("%s cannot sign in: %d\n%s", email, page.Status, page.Body)
	}
	return p
}

func (s *stage) trySignIn(p *server.Person, email string) server.Page {
	s.Helper()
	form := p.Get(s, "/signin").FormWith(s, "password")
	form.Fields.Set("username", email)
	form.Fields.Set("password", password)
	return p.Submit(s, form)
}

// metadata is a connector's metadata as the function serves it.
func (s *stage) metadata(t testing.TB, slug string) string {
	t.Helper()
	page := s.visitor().Get(t, "/metadata/"+slug)
	if page.Status != http.StatusOK {
		t.Fatalf("/metadata/%s answered %d\n%s", slug, page.Status, page.Body)
	}
	return page.Body
}
