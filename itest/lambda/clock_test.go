package lambda

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/fault"
)

// wrongClocks are clocks that are off, as a function sees it: it is the same whether
// its own is or that of DynamoDB.
var wrongClocks = map[string]fault.Fault{"ten minutes ahead": fault.Dated(10 * time.Minute), "ten minutes behind": fault.Dated(-10 * time.Minute)}

func TestAFunctionWhoseClockIsOffSignsNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	p := s.signIn(alice)
	for name, off := range wrongClocks {
		t.Run(name, func(t *testing.T) {
			s.keys.Forget()
			s.suffers(t, s.tables, trouble{name, fault.Any, off}, p, "/sso/aws-a")
			if signed := strings.Count(strings.Join(s.keys.Calls(), " "), "Sign"); signed != 1 {
				t.Errorf("%d signatures, want that of the launch with the right time alone", signed)
			}
		})
	}
}

// TestAPortalWhoseClockIsOffLetsNobodyIn: a session or a link that is over would be
// good by a clock that is behind, and one that is made by it would be of another time.
// The clock jumps between two requests, and back.
func TestAPortalWhoseClockIsOffLetsNobodyIn(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	p := s.signIn(alice)
	for name, off := range wrongClocks {
		t.Run(name, func(t *testing.T) {
			s.suffers(t, s.tables, trouble{name, fault.Any, off}, p, "/")
			s.tables.Always(fault.Any, off)
			page := s.trySignIn(s.visitor(), alice)
			s.tables.Heal()
			if page.Status != http.StatusServiceUnavailable || len(page.Header.Values("Set-Cookie")) != 0 {
				t.Errorf("a sign-in is answered %d %v", page.Status, page.Header.Values("Set-Cookie"))
			}
			if page = s.trySignIn(s.visitor(), alice); page.Status != http.StatusSeeOther {
				t.Errorf("with the right time it is answered %d", page.Status)
			}
		})
	}
}

// TestAnAdminWhoseClockIsOffChangesNothing: what is granted until a time would end at
// another, and a token that is over would still write.
func TestAnAdminWhoseClockIsOffChangesNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	owner := s.with(s.iamToken("owner"))
	for name, off := range wrongClocks {
		t.Run(name, func(t *testing.T) {
			own := s.in(t).as(owner)
			for _, request := range []string{"GET connectors/aws-a", "POST connectors/aws-a/deactivate", "PUT groups/SSO-AWS-B/members/bob@example.com", "POST lockdown"} {
				heal := own.befall(s.tables, off)
				own.unavailable(own.try(request, ""))
				heal()
			}
			if c := own.want(200, "GET connectors/aws-a", ""); c["active"] != true {
				t.Error("the connector was deactivated")
			}
			if list := items(own.want(200, "GET groups/SSO-AWS-B/members", "")); len(list) != 1 {
				t.Errorf("the group has %d members", len(list))
			}
		})
	}
}
