package lambda

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/server"
)

// In these tests nothing is asked twice: what a lockdown ends is over with the first
// request after it.

func TestALockdownAndItsLiftingThroughLambda(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	boss := s.firstOwner()
	old := s.with(s.token(boss, "write"))
	machine := s.with(s.iamToken("owner"))
	a, b := s.signIn(alice), s.signIn(bob)
	a.Launch(t, "aws-a")

	old.want(204, "POST lockdown", "")

	s.refused(a, "/sso/aws-a", "See Other /signin?next=%2Fsso%2Faws-a")
	s.refused(b, "/", "See Other /signin")
	s.refused(boss, "/admin", "See Other /signin?next=%2Fadmin")
	old.want(401, "GET lockdown", "")
	machine.want(401, "GET lockdown", "")
	curl{stage: s, browser: boss}.want(401, "DELETE lockdown", "")
	s.with(s.iamToken("viewer")).want(403, "DELETE lockdown", "")

	a = s.signIn(alice)
	s.refused(a, "/sso/aws-a", "Not Found ")
	if page := a.Get(t, "/"); page.Status != http.StatusOK || strings.Contains(page.Body, `href="/sso/`) {
		t.Errorf("in lockdown the portal answers %d with tiles\n%s", page.Status, page.Body)
	}

	owner := s.with(s.token(s.signIn(olive), "write"))
	if state := owner.want(200, "GET lockdown", ""); state["lockdown"] != true {
		t.Errorf("the state is %v", state)
	}
	if c := owner.want(200, "GET connectors/aws-a", ""); c["active"] != false {
		t.Errorf("in lockdown a connector is %v", c)
	}
	owner.want(409, "POST connectors/aws-a/activate", "")

	owner.want(204, "DELETE lockdown", "")

	a.Launch(t, "aws-a")
	a.Launch(t, "aws-b")
	s.refused(b, "/sso/aws-a", "See Other /signin?next=%2Fsso%2Faws-a") // what was ended stays so
	old.want(401, "GET lockdown", "")
	s.signIn(bob).Launch(t, "aws-a")
	s.told(owner, "instance.lockdown", "instance.lockdown-lift")
}

func TestALockdownOfOnePersonThroughLambda(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodySecrets)
	owner := s.with(s.token(s.firstOwner(), "write"))
	// bob is an administrator as well, and has a token and a link.
	owner.want(200, "PATCH users/"+bob, `{"admin_role":"viewer"}`, owner.etag("users/"+bob))
	link := s.local(owner.want(200, "POST users/"+bob+"/password-link", "")["url"])
	a, b, elsewhere := s.signIn(alice), s.signIn(bob), s.signIn(bob)
	token := s.with(s.token(b, "read"))
	token.want(200, "GET whoami", "")
	b.Launch(t, "aws-a")

	owner.want(204, "POST users/"+bob+"/lockdown", "")

	s.refused(b, "/sso/aws-a", "See Other /signin?next=%2Fsso%2Faws-a")
	s.refused(elsewhere, "/", "See Other /signin")
	s.refused(elsewhere, "/admin", "See Other /signin?next=%2Fadmin")
	token.want(401, "GET whoami", "")
	s.gone(link, "This link does not work any more")
	if page := s.trySignIn(s.visitor(), bob); page.Status != http.StatusUnauthorized {
		t.Errorf("who is locked signs in with %d", page.Status)
	}
	a.Launch(t, "aws-a")
	owner.want(200, "GET whoami", "")
	if u := owner.want(200, "GET users/"+bob, ""); u["active"] != false {
		t.Errorf("bob is %v", u)
	}

	owner.want(204, "DELETE users/"+bob+"/lockdown", "")

	s.refused(b, "/sso/aws-a", "See Other /signin?next=%2Fsso%2Faws-a")
	token.want(401, "GET whoami", "")
	s.gone(link, "This link does not work any more")
	s.signIn(bob).Launch(t, "aws-a")
	a.Launch(t, "aws-b")
	s.told(owner, "user.lockdown", "user.lockdown-lift")
}

// refused demands an answer without a response of SAML.
func (s *stage) refused(p *server.Person, path, want string) {
	s.Helper()
	page := p.Get(s, path)
	if got := http.StatusText(page.Status) + " " + page.Header.Get("Location"); got != want || strings.Contains(page.Body, "SAMLResponse") {
		s.Errorf("%s is answered %q, want %q", path, got, want)
	}
}

// told looks for what an owner did in the audit record.
func (s *stage) told(owner curl, actions ...string) {
	s.Helper()
	seen := map[any]bool{}
	for _, e := range items(owner.want(200, "GET events?user="+olive+"&limit=100", "")) {
		seen[e["action"]] = e["outcome"] == "done" && e["source_ip"] == "127.0.0.1"
	}
	for _, action := range actions {
		if !seen[action] {
			s.Errorf("no event tells of %s: %v", action, seen)
		}
	}
}
