package lambda

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/itest/server"
)

// TestAnAdministratorsSessionIsKeptAliveByThePortal opens pages of the console with
// a session that the portal has not seen for a while. The function admin may not
// write sessions: the portal does, on the way.
func TestAnAdministratorsSessionIsKeptAliveByThePortal(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	s.firstOwner()
	for _, path := range []string{"/admin", "/admin/connectors?q=a%26b", "/admin/connectors/aws-a", "/admin/connectors/aws-a/roles"} {
		t.Run(path, func(t *testing.T) {
			s := s.in(t)
			p, mine := s.seen(olive, 6*time.Minute)
			s.refused(p, path, "See Other /renew?next="+url.QueryEscape(path))
			if got := s.lastSeen(mine); time.Since(got) < 5*time.Minute {
				t.Errorf("the function admin has noted %v", got)
			}
			before := time.Now().Add(-time.Second) // what is stored may be cut to seconds
			s.refused(p, "/renew?next="+url.QueryEscape(path), "See Other "+path)
			if got := s.lastSeen(mine); got.Before(before) {
				t.Errorf("the portal has noted %v", got)
			}
			s.refused(p, path, "OK ")
		})
	}
	t.Run("a session that was seen lately is not led about", func(t *testing.T) {
		s := s.in(t)
		p, _ := s.seen(olive, time.Minute) // five would be long; the machine may take a while
		s.refused(p, "/admin", "OK ")
	})
	t.Run("a session that idled for an hour is over everywhere", func(t *testing.T) {
		s := s.in(t)
		p, mine := s.seen(olive, 61*time.Minute)
		s.refused(p, "/admin", "See Other /signin?next=%2Fadmin")
		if got := s.knocks(p, "/renew?next=%2Fadmin"); !strings.HasPrefix(got, "See Other /signin") {
			t.Errorf("/renew is answered %q", got)
		}
		curl{stage: s, browser: p}.want(401, "GET whoami", "")
		if got := s.lastSeen(mine); time.Since(got) < time.Hour {
			t.Error("it was renewed all the same")
		}
	})
	t.Run("what is sent is taken, and not led away", func(t *testing.T) {
		s := s.in(t)
		p, _ := s.seen(olive, 6*time.Minute)
		page := p.Submit(s, server.Form{Method: http.MethodPost, Action: "/admin/connectors/aws-b/deactivate", Fields: url.Values{}})
		if page.Status != http.StatusOK {
			t.Fatalf("a form is answered %d %q\n%s", page.Status, page.Header.Get("Location"), page.Body)
		}
		page = p.Submit(s, page.FormWith(s, "confirmed"))
		if location := page.Header.Get("Location"); page.Status != http.StatusSeeOther || !strings.HasPrefix(location, "/admin/connectors/aws-b") {
			t.Errorf("its confirmation is answered %d %q\n%s", page.Status, location, page.Body)
		}
		curl{stage: s, browser: p}.want(200, "GET whoami", "")
	})
	t.Run("it leads back into this site alone", func(t *testing.T) {
		s := s.in(t)
		p, _ := s.seen(olive, 6*time.Minute)
		for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, ""} {
			s.refused(p, "/renew?next="+url.QueryEscape(next), "See Other /")
		}
	})
}

// in is the stage for a test within the test.
func (s *stage) in(t *testing.T) *stage {
	return &stage{T: t, items: s.items, store: s.store, tables: s.tables, keys: s.keys, office: s.office, sandbox: s.sandbox, front: s.front}
}

// seen is a browser with a session that the portal last saw so long ago, and the
// session's ID.
func (s *stage) seen(email string, ago time.Duration) (*server.Person, string) {
	s.Helper()
	u, err := s.store.UserByEmail(s.Context(), email)
	s.must(err)
	epochs, err := s.store.Epochs(s.Context(), u.ID)
	s.must(err)
	token, at := session.NewToken(u.ID), time.Now().Add(-ago)
	s.must(s.store.PutSession(s.Context(), &idp.Session{
		ID: token.ID, UserID: u.ID, Hash: token.Hash(), Methods: []idp.Method{idp.MethodPassword}, AuthTime: at, LastSeen: at, ExpiresAt: at.Add(idp.SessionLifetime),
		InstanceEpoch: epochs.Instance, UserEpoch: epochs.User,
	}, idp.Event{ID: idp.NewID("ev_"), At: at, Actor: email, Action: idp.ActionSignIn, Outcome: idp.OutcomeDone}))
	base, err := url.Parse(address)
	s.must(err)
	p := s.visitor()
	p.Client.Jar.SetCookies(base, []*http.Cookie{{Name: session.CookieFor(base).Name(), Value: token.Text(), Path: "/", Secure: true}})
	return p, u.ID + " " + token.ID
}

// lastSeen is when a session was seen, as it is stored.
func (s *stage) lastSeen(which string) time.Time {
	s.Helper()
	var user, id string
	_, err := fmt.Sscan(which, &user, &id)
	s.must(err)
	list, err := s.store.ListSessions(s.Context(), user)
	s.must(err)
	for _, one := range list {
		if one.ID == id {
			return one.LastSeen
		}
	}
	s.Fatal("the session is gone")
	return time.Time{}
}
