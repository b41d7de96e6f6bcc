package signin

import (
	"errors"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

const newPassword = "four grey lighthouses blink"

// link makes a one-time link for alice and returns its secret.
func (f *fixture) link(t *testing.T, purpose string) string {
	t.Helper()
	secret := idp.NewSecret()
	err := f.kept.PutLink(t.Context(), session.Hash(secret), store.Link{UserID: f.user(t, alice).ID, Purpose: purpose, ExpiresAt: f.clock.Now().Add(time.Hour)}, idp.Event{Action: idp.ActionPasswordLink})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func TestALinkSetsThePasswordOnce(t *testing.T) {
	f := newFixture(t)
	old := f.mustSignIn(t, try(alice, password))
	for range LockAfter {
		f.mustBeWrong(t, try(alice, "wrong"))
	}
	secret := f.link(t, PurposePassword)
	u, err := f.LinkUser(t.Context(), secret)
	if err != nil || u.Email != alice {
		t.Fatalf("got %v, %v", u, err)
	}
	err = f.RedeemLink(t.Context(), secret, newPassword, Client{SourceIP: "192.0.2.7"})
	if err != nil {
		t.Fatal(err)
	}
	if f.reason(t, old) != idp.NoSession {
		t.Error("the old password's session lives")
	}
	f.mustBeWrong(t, try(alice, password))
	f.mustSignIn(t, try(alice, newPassword)) // the lock is gone too
	err = f.RedeemLink(t.Context(), secret, "yet another long password", Client{})
	if !errors.Is(err, ErrLink) {
		t.Errorf("used again: got %v", err)
	}
	f.mustSignIn(t, try(alice, newPassword))
}

func TestALinkIsKeptByAWeakPassword(t *testing.T) {
	f := newFixture(t)
	secret := f.link(t, PurposePassword)
	err := f.RedeemLink(t.Context(), secret, "short", Client{})
	var problems idp.Problems
	if !errors.As(err, &problems) {
		t.Errorf("got %v", err)
	}
	f.mustSignIn(t, try(alice, password))
	err = f.RedeemLink(t.Context(), secret, newPassword, Client{})
	if err != nil {
		t.Error(err)
	}
}

func TestALinkThatIsNoneOpensNothing(t *testing.T) {
	f := newFixture(t)
	late := f.link(t, PurposePassword)
	f.clock.add(time.Hour)
	for name, secret := range map[string]string{
		"unknown": idp.NewSecret(), "empty": "", "too old": late, "of another purpose": f.link(t, "another"),
	} {
		_, err := f.LinkUser(t.Context(), secret)
		if !errors.Is(err, ErrLink) {
			t.Errorf("%s: got %v", name, err)
		}
		err = f.RedeemLink(t.Context(), secret, newPassword, Client{})
		if !errors.Is(err, ErrLink) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	f.mustSignIn(t, try(alice, password))
}

// by is a link for alice that somebody of an administrator role made.
func (f *fixture) by(t *testing.T, role idp.AdminRole) string {
	t.Helper()
	secret := idp.NewSecret()
	link := store.Link{UserID: f.user(t, alice).ID, Purpose: PurposePassword, ExpiresAt: f.clock.Now().Add(time.Hour), Maker: role}
	f.must(t, f.kept.PutLink(t.Context(), session.Hash(secret), link, idp.Event{Action: idp.ActionPasswordLink}))
	return secret
}

func (f *fixture) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The person may become an administrator after whoever made the link set the
// password.
func TestAPasswordByALowerRolesLinkOpensNoAdministratorsAccount(t *testing.T) {
	for role, kept := range map[idp.AdminRole]bool{
		idp.AdminNone: false, idp.AdminHelpdesk: true, idp.AdminConnectors: true, idp.AdminOwner: false,
	} {
		f := newFixture(t)
		f.must(t, f.RedeemLink(t.Context(), f.by(t, role), newPassword, Client{}))
		f.mustSignIn(t, try(alice, newPassword))
		u := f.user(t, alice)
		u.AdminRole = idp.AdminViewer
		f.must(t, f.kept.UpdateUser(t.Context(), u, idp.Event{Action: idp.ActionUserUpdate}))
		_, err := f.SignIn(t.Context(), try(alice, newPassword))
		if errors.Is(err, ErrWrong) != kept {
			t.Errorf("made by %q; signing in as an administrator: %v", role, err)
		}
	}
}

// giveAccess opens a connector to alice.
func (f *fixture) giveAccess(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	g := &idp.Group{Name: "staff"}
	f.must(t, f.kept.CreateGroup(ctx, g, idp.Event{Action: idp.ActionGroupCreate}))
	c := &idp.Connector{Slug: "wiki", Label: "Wiki", Kind: idp.KindBookmark, URL: "https://wiki.example.com/", Active: true, Shown: true}
	f.must(t, f.kept.CreateConnector(ctx, c, idp.Event{Action: idp.ActionConnectorCreate}))
	f.must(t, f.kept.Grant(ctx, "wiki", g.ID, idp.Event{Action: idp.ActionGrant}, nil))
	f.must(t, f.kept.AddMember(ctx, f.user(t, alice).ID, g.ID, time.Time{}, idp.Event{Action: idp.ActionMemberAdd}))
}

func (f *fixture) launch(t *testing.T, r Result) idp.Reason {
	t.Helper()
	facts, err := f.kept.Launch(t.Context(), r.Token.Ticket(), "wiki")
	f.must(t, err)
	return idp.Decide(facts.Facts, f.clock.Now()).Reason
}

// Whoever makes a link may use it. Helpdesk makes none for people with access, and
// must not have one, a password, or a session ready for the day on which they get
// it.
func TestWhatHelpdesksLinkGaveBeforeAccessOpensNothing(t *testing.T) {
	for _, c := range []struct {
		maker   idp.AdminRole
		setting bool
		link    error
		launch  idp.Reason
	}{
		{idp.AdminHelpdesk, false, ErrHelpdeskLink, idp.HelpdeskPassword},
		{idp.AdminHelpdesk, true, nil, idp.Granted},
		{idp.AdminConnectors, false, nil, idp.Granted},
		{idp.AdminOwner, false, nil, idp.Granted},
		{idp.AdminNone, false, nil, idp.Granted},
	} {
		t.Run(string(c.maker), func(t *testing.T) {
			f := newFixture(t)
			f.must(t, f.kept.UpdateSettings(t.Context(), &idp.Settings{HelpdeskResetsAccess: c.setting}, idp.Event{Action: idp.ActionSettings}))
			f.must(t, f.RedeemLink(t.Context(), f.by(t, c.maker), newPassword, Client{}))
			before := f.mustSignIn(t, try(alice, newPassword))
			unused := f.by(t, c.maker)
			f.giveAccess(t)
			for name, r := range map[string]Result{"a session of before": before, "a session of after": f.mustSignIn(t, try(alice, newPassword))} {
				if got := f.launch(t, r); got != c.launch {
					t.Errorf("%s: %q, want %q", name, got, c.launch)
				}
			}
			u, err := f.LinkUser(t.Context(), unused)
			if !errors.Is(err, c.link) || u == nil {
				t.Errorf("the link shows %v, %v", u, err)
			}
			if err = f.RedeemLink(t.Context(), unused, password, Client{}); !errors.Is(err, c.link) {
				t.Errorf("the link: %v", err)
			}
			refused := 0
			for _, e := range f.events(t, idp.ActionPasswordSet) {
				if e.Outcome == idp.OutcomeRefused && e.Target == alice {
					refused++
				}
			}
			if (refused == 1) != (c.link != nil) {
				t.Errorf("%d refusals on record", refused)
			}
			// A link of somebody who decides about access ends all that.
			f.must(t, f.RedeemLink(t.Context(), f.by(t, idp.AdminConnectors), password, Client{}))
			if got := f.launch(t, f.mustSignIn(t, try(alice, password))); got != idp.Granted {
				t.Errorf("after a link of a connector administrator: %q", got)
			}
		})
	}
}

// A session is what it was proved by: the settings of that moment count.
func TestTheSettingsCountWhenAPersonSignsIn(t *testing.T) {
	f := newFixture(t)
	f.giveAccess(t)
	in := idp.Settings{HelpdeskResetsAccess: true}
	f.must(t, f.kept.UpdateSettings(t.Context(), &in, idp.Event{Action: idp.ActionSettings}))
	f.must(t, f.RedeemLink(t.Context(), f.by(t, idp.AdminHelpdesk), newPassword, Client{}))
	for _, on := range []bool{true, false, true} {
		in.HelpdeskResetsAccess = on
		f.must(t, f.kept.UpdateSettings(t.Context(), &in, idp.Event{Action: idp.ActionSettings}))
		if got := f.launch(t, f.mustSignIn(t, try(alice, newPassword))); (got == idp.Granted) != on {
			t.Errorf("the setting is %v, the launch %q", on, got)
		}
	}
}
