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

func TestAPasswordByHelpdesksLinkOpensNoAdministratorsAccount(t *testing.T) {
	for _, helpdesk := range []bool{false, true} {
		f := newFixture(t)
		u := f.user(t, alice)
		secret := idp.NewSecret()
		link := store.Link{UserID: u.ID, Purpose: PurposePassword, ExpiresAt: f.clock.Now().Add(time.Hour), Helpdesk: helpdesk}
		if err := f.kept.PutLink(t.Context(), session.Hash(secret), link, idp.Event{Action: idp.ActionPasswordLink}); err != nil {
			t.Fatal(err)
		}
		const password = "seven quiet herons wade"
		if err := f.RedeemLink(t.Context(), secret, password, Client{}); err != nil {
			t.Fatal(err)
		}
		_, err := f.SignIn(t.Context(), Attempt{Username: alice, Password: password})
		if err != nil {
			t.Fatalf("before the promotion: %v", err)
		}
		u = f.user(t, alice)
		u.AdminRole = idp.AdminViewer
		if err := f.kept.UpdateUser(t.Context(), u, idp.Event{Action: idp.ActionUserUpdate}); err != nil {
			t.Fatal(err)
		}
		_, err = f.SignIn(t.Context(), Attempt{Username: alice, Password: password})
		if errors.Is(err, ErrWrong) != helpdesk {
			t.Errorf("made by helpdesk: %v; signing in as an administrator: %v", helpdesk, err)
		}
	}
}
