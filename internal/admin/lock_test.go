package admin_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
)

const goodPassword = "correct horse battery staple"

// things are what a person may have open.
type things struct {
	session session.Token
	token   resource.NewToken
	link    string // the secret of a password link
}

// open gives a viewer one of each.
func (d *desk) open() things {
	d.t.Helper()
	return things{d.signedIn("viewer@example.com"), d.token(idp.AdminViewer, "write", ""), d.link("viewer@example.com")}
}

// link is the secret of a password link that the command line makes, whether the
// person is suspended or not.
func (d *desk) link(email string) string {
	d.t.Helper()
	address, err := d.PasswordLink(d.t.Context(), owner, email)
	d.must(nil, err)
	_, secret, _ := strings.Cut(address, "token=")
	return secret
}

// opened names what of it opens anything now.
func (d *desk) opened(x things) string {
	d.t.Helper()
	var open []string
	_, err := d.BySession(d.t.Context(), x.session, admin.Actor{})
	if !errors.Is(err, admin.ErrNotSignedIn) {
		open = append(open, "session")
	}
	_, err = d.bearer(x.token.Secret)
	if !errors.Is(err, admin.ErrNotSignedIn) {
		open = append(open, "token")
	}
	_, err = d.signin.LinkUser(d.t.Context(), x.link)
	if !errors.Is(err, signin.ErrLink) {
		open = append(open, "link")
	}
	return strings.Join(open, " ")
}

func TestWhatAPersonHasOpenEndsAtOnce(t *testing.T) {
	const who = "viewer@example.com"
	type step = func(context.Context, *admin.Administrator) error
	lock := func(ctx context.Context, a *admin.Administrator) error { return a.LockUser(ctx, who) }
	unlock := func(ctx context.Context, a *admin.Administrator) error { return a.UnlockUser(ctx, who) }
	suspend := func(ctx context.Context, a *admin.Administrator) error { return a.SuspendUser(ctx, who) }
	resume := func(ctx context.Context, a *admin.Administrator) error { return a.ResumeUser(ctx, who) }
	change := func(do func(*resource.User) error) step {
		return func(ctx context.Context, a *admin.Administrator) error { return only(a.UpdateUser(ctx, who, "", do)) }
	}
	all := func(ctx context.Context, a *admin.Administrator) error { return a.Lockdown(ctx) }
	lift := func(ctx context.Context, a *admin.Administrator) error { return a.LiftLockdown(ctx) }
	cases := []struct {
		name  string
		steps []step
		want  string
		locks int // on record
	}{
		{"nothing is done", nil, "session token link", 0},
		{"they are suspended", []step{suspend}, "", 0},
		{"they are locked", []step{lock}, "", 1},
		{"they are locked twice", []step{lock, lock}, "", 2},
		{"they are locked and unlocked", []step{lock, unlock}, "", 1},
		{"they are suspended and resumed", []step{suspend, resume}, "", 0},
		{"they are suspended and locked and unlocked", []step{suspend, lock, unlock}, "", 1},
		{"they are unlocked without a lock", []step{unlock}, "session token link", 0},
		{"they are renamed", []step{change(setName("V."))}, "session token link", 0},
		{"their role is raised", []step{change(setRole(idp.AdminOwner))}, "", 0},
		{"their role is taken", []step{change(setRole(idp.AdminNone))}, "", 0},
		{"everybody is locked out", []step{all}, "", 0},
		{"everybody is locked out and let in again", []step{all, lift}, "", 0},
		{"they are resumed without a suspension", []step{resume}, "session token link", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newOffice(t)
			have := d.open()
			for _, do := range c.steps {
				d.must(nil, do(t.Context(), d.as(idp.AdminOwner)))
			}
			if got := d.opened(have); got != c.want {
				t.Errorf("open: %q, want %q", got, c.want)
			}
			sessions, err := d.as(idp.AdminOwner).Sessions(t.Context(), who)
			if err != nil || (len(sessions) > 0) != (c.want != "") {
				t.Errorf("sessions %+v, %v", sessions, err)
			}
			if n := len(of(idp.ActionUserLock, d.audit(admin.EventQuery{}))); n != c.locks {
				t.Errorf("%d locks on record", n)
			}
			if c.want == "" {
				is(t, "a password by the link", d.signin.RedeemLink(t.Context(), have.link, goodPassword, signin.Client{}), signin.ErrLink)
			}
		})
	}
}

// Somebody who was suspended may have got a link since. A lock ends that too.
func TestALockOfWhoIsSuspendedEndsTheirLinks(t *testing.T) {
	d := newOffice(t)
	ctx := t.Context()
	d.must(nil, d.as(idp.AdminOwner).SuspendUser(ctx, "viewer@example.com"))
	secret := d.link("viewer@example.com")
	d.must(nil, d.as(idp.AdminOwner).LockUser(ctx, "viewer@example.com"))
	d.must(nil, d.as(idp.AdminOwner).UnlockUser(ctx, "viewer@example.com"))
	_, err := d.signin.LinkUser(ctx, secret)
	is(t, "the link", err, signin.ErrLink)
}

func TestAPasswordLinkIsForWhoMaySignIn(t *testing.T) {
	d := newOffice(t)
	ctx := t.Context()
	link, err := d.as(idp.AdminHelpdesk).PasswordLink(ctx, alice)
	d.must(nil, err)
	address, secret, _ := strings.Cut(link.URL, "token=")
	if address != "https://sso.example.com/password?" || len(secret) != 64 || link.ExpiresAt != "2026-11-25T12:00:00Z" {
		t.Errorf("made %+v", link)
	}
	d.must(nil, d.signin.RedeemLink(ctx, secret, goodPassword, signin.Client{}))
	is(t, "used twice", d.signin.RedeemLink(ctx, secret, goodPassword, signin.Client{}), signin.ErrLink)
	result, err := d.signin.SignIn(ctx, signin.Attempt{Username: alice, Password: goodPassword})
	if err != nil || result.User.Email != alice {
		t.Errorf("signed in as %+v, %v", result.User, err)
	}
	d.must(nil, d.as(idp.AdminHelpdesk).SuspendUser(ctx, alice))
	_, err = d.as(idp.AdminHelpdesk).PasswordLink(ctx, alice)
	faulty(t, "for somebody who is suspended", err, "email")
	_, err = d.as(idp.AdminHelpdesk).PasswordLink(ctx, bob)
	is(t, "for nobody", err, store.ErrNotFound)
}

// A password that helpdesk had set, or set itself by a link of its own, opens no
// account of an administrator, whenever the person became one.
func TestAPasswordByHelpdesksLinkIsNotForAdministrators(t *testing.T) {
	for _, maker := range []idp.AdminRole{idp.AdminHelpdesk, idp.AdminOwner} {
		d := newOffice(t)
		ctx := t.Context()
		link, err := d.as(maker).PasswordLink(ctx, alice)
		d.must(nil, err)
		_, secret, _ := strings.Cut(link.URL, "token=")
		d.must(nil, d.signin.RedeemLink(ctx, secret, goodPassword, signin.Client{}))
		attempt := signin.Attempt{Username: alice, Password: goodPassword}
		d.must(d.signin.SignIn(ctx, attempt))
		d.must(d.as(idp.AdminOwner).UpdateUser(ctx, alice, "", setRole(idp.AdminViewer)))
		_, err = d.signin.SignIn(ctx, attempt)
		if errors.Is(err, signin.ErrWrong) != (maker == idp.AdminHelpdesk) {
			t.Errorf("with a link by %s: %v", maker, err)
		}
	}
}

func TestTheLastOwnerStays(t *testing.T) {
	const last = "owner@example.com"
	ends := map[string]func(context.Context, *admin.Administrator) error{
		"suspended": func(ctx context.Context, a *admin.Administrator) error { return a.SuspendUser(ctx, last) },
		"locked":    func(ctx context.Context, a *admin.Administrator) error { return a.LockUser(ctx, last) },
		"deleted":   func(ctx context.Context, a *admin.Administrator) error { return a.DeleteUser(ctx, last, "") },
		"made an ordinary person": func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, last, "", setRole(idp.AdminNone)))
		},
		"made a viewer": func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, last, "", setRole(idp.AdminViewer)))
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newOffice(t)
			before := d.stored()
			is(t, name, end(t.Context(), d.as(idp.AdminOwner)), store.ErrLastOwner)
			if d.stored() != before {
				t.Error("something changed")
			}
			d.must(d.as(idp.AdminOwner).CreateUser(t.Context(), resource.User{Email: bob, AdminRole: "owner"}))
			d.must(nil, d.as(idp.AdminOwner).SuspendUser(t.Context(), bob))
			is(t, name+", the other one suspended", end(t.Context(), d.as(idp.AdminOwner)), store.ErrLastOwner)
			d.must(nil, d.as(idp.AdminOwner).ResumeUser(t.Context(), bob))
			d.must(nil, end(t.Context(), d.as(idp.AdminOwner)))
		})
	}
}

func TestTwoOwnersDoNotRemoveEachOther(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	d.must(a.CreateUser(ctx, resource.User{Email: bob, AdminRole: "owner"}))
	for round := range 20 {
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, email := range []string{bob, "owner@example.com"} {
			wg.Go(func() {
				if round%2 == 0 {
					errs[i] = a.LockUser(ctx, email)
				} else {
					errs[i] = only(a.UpdateUser(ctx, email, "", setRole(idp.AdminViewer)))
				}
			})
		}
		wg.Wait()
		owners, err := d.Store.Owners(ctx)
		d.must(nil, err)
		if len(owners) != 1 || errors.Is(errs[0], store.ErrLastOwner) == errors.Is(errs[1], store.ErrLastOwner) {
			t.Fatalf("round %d: %d owners are left, %v, %v", round, len(owners), errs[0], errs[1])
		}
		for _, email := range []string{bob, "owner@example.com"} {
			d.must(a.UpdateUser(ctx, email, "", setRole(idp.AdminOwner)))
			d.must(nil, a.UnlockUser(ctx, email))
		}
	}
}

func TestSessionsAreTheLiveOnesTheLatestFirst(t *testing.T) {
	d := newOffice(t)
	d.signedIn(alice)
	d.now = noon.Add(30 * time.Minute)
	d.signedIn(alice)
	list, err := d.as(idp.AdminViewer).Sessions(t.Context(), alice)
	d.must(nil, err)
	if len(list) != 2 || list[0].StartedAt != "2026-11-24T12:30:00Z" || list[0].SourceIP != "192.0.2.3" || list[0].UserAgent != "Firefox" {
		t.Errorf("sessions %+v", list)
	}
	d.now = noon.Add(70 * time.Minute)
	list, err = d.as(idp.AdminViewer).Sessions(t.Context(), alice)
	if err != nil || len(list) != 1 || list[0].StartedAt != "2026-11-24T12:30:00Z" {
		t.Errorf("sessions once the first has idled out: %+v, %v", list, err)
	}
	_, err = d.as(idp.AdminViewer).Sessions(t.Context(), bob)
	is(t, "of nobody", err, store.ErrNotFound)
}
