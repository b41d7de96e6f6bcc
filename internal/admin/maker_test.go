package admin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/session"
)

// child is a token that the actor makes.
func (d *desk) child(of admin.Actor) resource.NewToken {
	d.t.Helper()
	made, err := d.As(of).CreateToken(d.t.Context(), resource.TokenRequest{Name: "child", Scope: "write", Lifetime: "12h"})
	d.must(nil, err)
	return made
}

// line is a session, and a token made in it, from that another and from that a
// third.
func (d *desk) line() (session.Token, []resource.NewToken) {
	d.t.Helper()
	token := d.signedIn("owner@example.com")
	actor, err := d.BySession(d.t.Context(), token, admin.Actor{})
	d.must(nil, err)
	var tokens []resource.NewToken
	for range 3 {
		made := d.child(actor)
		tokens = append(tokens, made)
		actor = d.with(made).Who()
	}
	return token, tokens
}

// alive has a 1 for each token that opens something, and a 0 for one that does not.
func (d *desk) alive(tokens []resource.NewToken) string {
	d.t.Helper()
	got := ""
	for _, made := range tokens {
		_, err := d.bearer(made.Secret)
		if err == nil {
			got += "1"
			continue
		}
		is(d.t, "a token that is over", err, admin.ErrNotSignedIn)
		got += "0"
	}
	return got
}

func TestATokenEndsWithWhatItWasMadeFrom(t *testing.T) {
	signedOut := func(d *desk, in session.Token, _ []resource.NewToken) {
		d.must(nil, d.Store.DeleteSession(d.t.Context(), in.UserID, in.ID, idp.Event{Action: idp.ActionSignOut}))
	}
	revoked := func(n int) func(*desk, session.Token, []resource.NewToken) {
		return func(d *desk, _ session.Token, tokens []resource.NewToken) {
			d.must(nil, d.as(idp.AdminOwner).RevokeToken(d.t.Context(), tokens[n].ID))
		}
	}
	cases := []struct {
		name string
		end  func(*desk, session.Token, []resource.NewToken)
		want string // which of the three still open something
	}{
		{"nothing ended", func(*desk, session.Token, []resource.NewToken) {}, "111"},
		{"the session is signed out", signedOut, "000"},
		{"the session is over", func(d *desk, _ session.Token, _ []resource.NewToken) { d.now = d.now.Add(idp.SessionLifetime) }, "000"},
		{"the session idles", func(d *desk, _ session.Token, _ []resource.NewToken) { d.now = d.now.Add(idp.SessionIdle) }, "111"},
		{"the first token is revoked", revoked(0), "000"},
		{"the second token is revoked", revoked(1), "100"},
		{"the third token is revoked", revoked(2), "110"},
		{"the session has a new secret", func(d *desk, in session.Token, _ []resource.NewToken) {
			facts, err := d.Store.SignedIn(d.t.Context(), in.Ticket())
			d.must(nil, err)
			d.now = d.now.Add(idp.SessionRefresh)
			facts.Session.Hash = session.Hash("renewed")
			d.must(nil, d.Store.RefreshSession(d.t.Context(), facts.Session))
			_, err = d.BySession(d.t.Context(), in, admin.Actor{})
			is(d.t, "the old secret", err, admin.ErrNotSignedIn)
		}, "111"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newOffice(t)
			_, others := d.line()
			in, tokens := d.line()
			c.end(d, in, tokens)
			if got := d.alive(tokens); got != c.want {
				t.Errorf("alive are %s, want %s", got, c.want)
			}
			if c.name != "the session is over" {
				if got := d.alive(others); got != "111" {
					t.Errorf("those of another session: alive are %s", got)
				}
			}
			list, err := d.as(idp.AdminOwner).Tokens(t.Context())
			d.must(nil, err)
			want := strings.Count(c.want, "1")
			if c.name != "the session is over" {
				want += len(others)
			}
			if len(list) != want {
				t.Errorf("%d are listed, want %d", len(list), want)
			}
		})
	}
}

func TestTheFourthGenerationOfTokensIsRefused(t *testing.T) {
	d := newOffice(t)
	_, tokens := d.line()
	_, err := d.with(tokens[2]).CreateToken(t.Context(), resource.TokenRequest{Name: "fourth"})
	faulty(t, "made with a token that was made with a token that was made with a token", err, "name")
}

// Tokens that are over with what made them do not count among those that somebody
// holds: who signs in and out all day can still make one.
func TestTokensOfEndedSessionsDoNotCount(t *testing.T) {
	d := newOffice(t)
	for range 51 {
		in := d.signedIn("owner@example.com")
		actor, err := d.BySession(t.Context(), in, admin.Actor{})
		d.must(nil, err)
		d.child(actor)
		d.must(nil, d.Store.DeleteSession(t.Context(), in.UserID, in.ID, idp.Event{Action: idp.ActionSignOut}))
	}
	list, err := d.as(idp.AdminOwner).Tokens(t.Context())
	if err != nil || len(list) != 0 {
		t.Errorf("%d are listed, %v", len(list), err)
	}
}

// A token that no session made, as the demo prints it and AWS principals have it,
// ends with no session.
func TestATokenWithoutASessionEndsWithNone(t *testing.T) {
	d := newOffice(t)
	printed, err := d.As(admin.Actor{Name: "cli:root", Role: idp.AdminOwner, Operator: true}).CreateToken(t.Context(), resource.TokenRequest{Name: "demo", Scope: "write", User: "owner@example.com", Lifetime: "12h"})
	d.must(nil, err)
	principal, err := d.PrincipalToken(t.Context(), "arn:aws:iam::111122223333:role/GatepostOwner", idp.AdminOwner, admin.Actor{})
	d.must(nil, err)
	in := d.signedIn("owner@example.com")
	d.must(nil, d.Store.DeleteSession(t.Context(), in.UserID, in.ID, idp.Event{Action: idp.ActionSignOut}))
	for _, made := range []resource.NewToken{printed, principal} {
		first := d.child(d.with(made).Who())
		second := d.child(d.with(first).Who())
		_, err = d.with(second).CreateToken(t.Context(), resource.TokenRequest{Name: "fourth"})
		faulty(t, "the fourth generation", err, "name")
		if got := d.alive([]resource.NewToken{made, first, second}); got != "111" {
			t.Errorf("alive are %s", got)
		}
		d.must(nil, d.As(d.with(made).Who()).RevokeToken(t.Context(), first.ID))
		if got := d.alive([]resource.NewToken{made, first, second}); got != "100" {
			t.Errorf("with the first child revoked alive are %s", got)
		}
	}
	d.now = d.now.Add(12 * time.Hour)
	if got := d.alive([]resource.NewToken{printed, principal}); got != "00" {
		t.Errorf("after twelve hours alive are %s", got)
	}
}

func TestAnImportEndsWithTheTokenOrSessionThatMakesIt(t *testing.T) {
	for _, by := range []string{"session", "its token"} {
		t.Run(by, func(t *testing.T) {
			d := newOffice(t)
			in, tokens := d.line()
			actor, err := d.BySession(t.Context(), in, admin.Actor{})
			d.must(nil, err)
			if by == "its token" {
				actor = d.with(tokens[0]).Who()
			}
			d.tables.beforeWrite(func() {
				d.must(nil, d.Store.DeleteSession(t.Context(), in.UserID, in.ID, idp.Event{Action: idp.ActionSignOut}))
			})
			_, err = d.As(actor).ImportUsers(t.Context(), people(150), false)
			is(t, "signed out meanwhile", err, admin.ErrNotSignedIn)
		})
	}
}
