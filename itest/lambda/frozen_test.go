package lambda

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/fault"
)

// Lambda freezes a sandbox between events, for seconds or hours. When it goes on,
// its connections may be long gone; what it holds in memory is as old as the wall
// clock says, which the tests of package secrets cover.

func TestAFunctionThatWasFrozenGoesOn(t *testing.T) {
	for _, custody := range []idp.Custody{idp.CustodyKMS, idp.CustodySecrets} {
		t.Run("with keys in "+string(custody), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, kumo(t), custody)
			p := s.signIn(alice)
			p.Launch(t, "aws-a")
			for range 2 {
				s.freeze(func() {
					for _, proxy := range []*fault.Proxy{s.tables, s.keys} {
						proxy.Down(t) // ends the idle connections
						proxy.Up(t)
					}
				})
				p.Launch(t, "aws-b")
				s.metadata(t, "aws-a")
				if page := p.Get(t, "/"); page.Status != http.StatusOK {
					t.Errorf("the portal answers %d", page.Status)
				}
			}
		})
	}
}

// TestConnectionsThatDiedSilentlyAreGivenUp thaws a function whose connections
// still look alive: a router on the way has forgotten them and says nothing.
func TestConnectionsThatDiedSilentlyAreGivenUp(t *testing.T) {
	for call, custody := range map[string]idp.Custody{
		"TransactGetItems": idp.CustodyKMS, "PutItem": idp.CustodyKMS, "Sign": idp.CustodyKMS, "GetSecretValue": idp.CustodySecrets,
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, kumo(t), custody)
			p := s.signIn(alice)
			p.Launch(t, "aws-a")
			proxy := s.tables
			if call == "Sign" || call == "GetSecretValue" {
				proxy = s.keys
			}
			s.freeze(func() { proxy.Next(call, fault.Hang()) })
			proxy.Forget()
			p.Launch(t, "aws-b")
			tries := slices.DeleteFunc(proxy.Calls(), func(other string) bool { return other != call })
			if len(tries) < 2 { // a busy machine may be slow to answer a try that did not hang, too
				t.Errorf("%s was called %d times", call, len(tries))
			}
		})
	}
}

func TestAnEventThatCameWhileFrozenIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	p := s.signIn(alice)
	p.Launch(t, "aws-a")
	sso := s.sandbox["sso"]
	begun := func() int { return strings.Count(sso.Log(), "START RequestId") }
	before := begun()
	s.tables.Forget()
	sso.Freeze(t)
	status := make(chan string, 1)
	go func() {
		response, err := p.Client.Get(address + "/sso/aws-a")
		if err != nil {
			status <- err.Error()
			return
		}
		_ = response.Body.Close()
		status <- response.Status
	}()
	for begun() == before {
		time.Sleep(10 * time.Millisecond)
	}
	sso.Thaw(t)
	if got := <-status; got != "200 OK" {
		t.Errorf("answered %s", got)
	}
	if calls := s.tables.Calls(); !slices.Equal(calls, []string{"TransactGetItems", "PutItem"}) {
		t.Errorf("the calls are %q", calls)
	}
}

// freeze freezes all functions while something happens.
func (s *stage) freeze(meanwhile func()) {
	s.Helper()
	for _, sandbox := range s.sandbox {
		sandbox.Freeze(s)
	}
	meanwhile()
	for _, sandbox := range s.sandbox {
		sandbox.Thaw(s)
	}
}
