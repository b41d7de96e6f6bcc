package lambda

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/server"
)

func TestTheFirstOwnerComesInThroughLambda(t *testing.T) {
	t.Parallel()
	s := newEmptyStage(t, kumo(t), idp.CustodyKMS)
	replaced := s.local(s.askKeys(`{"op":"setup"}`)["link"])
	setup := s.local(s.askKeys(`{"op":"setup"}`)["link"])
	s.gone(replaced, "This setup link does not work any more")

	password := s.setUp(setup, olive)
	s.gone(setup, "This setup link does not work any more")
	if p := s.visitor(); s.trySignIn(p, olive).Status != http.StatusUnauthorized {
		t.Error("the first owner is let in without a password")
	}
	if p := s.setsPassword(password); s.knocks(p, "/") != "See Other /signin" {
		t.Error("whoever sets a password is signed in by it")
	}
	s.gone(password, "This link does not work any more")

	p := s.signIn(olive)
	page := p.Get(t, "/admin")
	if page.Status != http.StatusOK || !strings.Contains(page.Body, olive) {
		t.Errorf("the console answers %d", page.Status)
	}
	owner := s.with(s.token(p, "write"))
	who := owner.want(200, "GET whoami", "")
	if who["name"] != olive || who["role"] != "owner" || who["scope"] != "write" {
		t.Errorf("the token is that of %v", who)
	}
	owner.want(201, "POST groups", `{"name":"SSO-AWS-A"}`)

	s.makesNoOther(owner)
}

// makesNoOther tries a link that was made when there is an owner already.
func (s *stage) makesNoOther(owner curl) {
	s.Helper()
	late := s.local(s.askKeys(`{"op":"setup"}`)["link"])
	p := s.visitor()
	page := p.Get(s, late)
	if page.Status == http.StatusOK {
		form := page.FormWith(s, "email")
		form.Fields.Set("email", "mallory@example.com")
		page = p.Submit(s, form)
	}
	if page.Status < 400 || page.Status >= 500 {
		s.Errorf("a later setup link is answered %d\n%s", page.Status, page.Body)
	}
	if people := items(owner.want(200, "GET users", "")); len(people) != 1 {
		s.Errorf("there are %v", people)
	}
}

// gone demands that a one-time link opens nothing, neither its page nor its form.
func (s *stage) gone(link, words string) {
	s.Helper()
	p := s.visitor()
	path, token, _ := strings.Cut(link, "?token=")
	form := server.Form{Method: http.MethodPost, Action: path, Fields: map[string][]string{
		"token": {token}, "email": {"mallory@example.com"}, "password": {"a password of mallory's"}, "repeat": {"a password of mallory's"},
	}}
	if path == "/setup" {
		form.Fields.Del("password")
		form.Fields.Del("repeat")
	} else {
		form.Fields.Del("email")
	}
	for _, page := range []server.Page{p.Get(s, link), p.Submit(s, form)} {
		if page.Status != http.StatusNotFound || !strings.Contains(page.Body, words) {
			s.Errorf("a link to %s that is over is answered %d\n%s", path, page.Status, page.Body)
		}
	}
}
