package admin_test

import (
	"context"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/session"
)

// signedIn is a new session of a person, as a sign-in makes it.
func (d *desk) signedIn(email string) session.Token {
	d.t.Helper()
	u, err := d.User(d.t.Context(), email)
	d.must(nil, err)
	epochs, err := d.Store.Epochs(d.t.Context(), u.ID)
	d.must(nil, err)
	token := session.NewToken(u.ID)
	d.must(nil, d.Store.PutSession(d.t.Context(), &idp.Session{
		ID: token.ID, Hash: token.Hash(), UserID: u.ID, Methods: []idp.Method{idp.MethodPassword}, AuthTime: d.now, LastSeen: d.now,
		ExpiresAt: d.now.Add(idp.SessionLifetime), InstanceEpoch: epochs.Instance, UserEpoch: epochs.User, SourceIP: "192.0.2.3", UserAgent: "Firefox",
	}, idp.Event{ID: idp.NewID("ev_"), At: d.now, Actor: email, Action: idp.ActionSignIn, Outcome: idp.OutcomeDone}))
	return token
}

func TestWhoComesWithASession(t *testing.T) {
	cases := []struct {
		name  string
		email string
		do    func(ctx context.Context, d *desk) error
		role  idp.AdminRole
		want  error
	}{
		{"an administrator", "owner@example.com", nil, idp.AdminOwner, nil},
		{"somebody without a role", alice, nil, idp.AdminNone, nil},
		{"somebody whose role is new", alice, func(ctx context.Context, d *desk) error {
			return only(d.As(d.asOwner()).UpdateUser(ctx, alice, "", setRole(idp.AdminViewer)))
		}, "", admin.ErrNotSignedIn},
		{"somebody whose role was taken", "viewer@example.com", func(ctx context.Context, d *desk) error {
			return only(d.as(idp.AdminOwner).UpdateUser(ctx, "viewer@example.com", "", setRole(idp.AdminNone)))
		}, "", admin.ErrNotSignedIn},
		{"too late for its idle time", "owner@example.com", func(_ context.Context, d *desk) error {
			d.now = noon.Add(idp.SessionIdle)
			return nil
		}, "", admin.ErrNotSignedIn},
		{"somebody who is suspended", "viewer@example.com", func(ctx context.Context, d *desk) error {
			return d.as(idp.AdminOwner).SuspendUser(ctx, "viewer@example.com")
		}, "", admin.ErrNotSignedIn},
		{"somebody who was suspended and resumed", "viewer@example.com", func(ctx context.Context, d *desk) error {
			if err := d.as(idp.AdminOwner).SuspendUser(ctx, "viewer@example.com"); err != nil {
				return err
			}
			return d.as(idp.AdminOwner).ResumeUser(ctx, "viewer@example.com")
		}, "", admin.ErrNotSignedIn},
		{"somebody who is gone", "viewer@example.com", func(ctx context.Context, d *desk) error {
			return d.as(idp.AdminOwner).DeleteUser(ctx, "viewer@example.com", "")
		}, "", admin.ErrNotSignedIn},
		{"after a lockdown", "owner@example.com", func(ctx context.Context, d *desk) error {
			return d.as(idp.AdminOwner).Lockdown(ctx)
		}, "", admin.ErrNotSignedIn},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newOffice(t)
			token := d.signedIn(c.email)
			if c.do != nil {
				d.must(nil, c.do(t.Context(), d))
			}
			actor, err := d.BySession(t.Context(), token, admin.Actor{SourceIP: "192.0.2.1", ReadOnly: true, Role: idp.AdminOwner})
			is(t, c.name, err, c.want)
			if actor.Role != c.role || actor.ReadOnly && err == nil {
				t.Errorf("comes as %+v", actor)
			}
			if err == nil && (actor.Name != c.email || actor.ID != token.UserID || actor.SourceIP != "192.0.2.1") {
				t.Errorf("comes as %+v", actor)
			}
			if err == nil && c.role == idp.AdminNone {
				for name, deed := range deeds {
					denied(t, name, deed.do(t.Context(), d.As(actor)))
				}
			}
		})
	}
}

// asOwner is an owner who came by no session.
func (d *desk) asOwner() admin.Actor { return d.as(idp.AdminOwner).Who() }

func TestNobodyComesWithAnothersSession(t *testing.T) {
	d := newOffice(t)
	owners := d.signedIn("owner@example.com")
	for name, token := range map[string]session.Token{
		"a secret that is made up": session.NewToken(owners.UserID),
		"nothing":                  {},
		"an ID alone":              {UserID: owners.UserID},
		"an ID that cannot be":     session.NewToken("\x00"),
	} {
		actor, err := d.BySession(t.Context(), token, admin.Actor{})
		is(t, name, err, admin.ErrNotSignedIn)
		if actor.Role != idp.AdminNone {
			t.Errorf("%s: comes as %+v", name, actor)
		}
	}
}

func TestASessionIsToBeSeenAgainEveryFewMinutes(t *testing.T) {
	d := newOffice(t)
	token := d.signedIn("owner@example.com")
	writes := d.tables.written.Load()
	actor, err := d.BySession(t.Context(), token, admin.Actor{})
	d.must(nil, err)
	if actor.Unseen(noon.Add(idp.SessionRefresh-time.Second)) || !actor.Unseen(noon.Add(idp.SessionRefresh)) {
		t.Error("it is to be seen at another time than after five minutes")
	}
	if d.asOwner().Unseen(noon.AddDate(1, 0, 0)) {
		t.Error("who came by no session has one to be seen")
	}
	if d.tables.written.Load() != writes {
		t.Error("the session is written, which is the portal's business")
	}
}

func TestInALockdownOwnersAloneChangeAnything(t *testing.T) {
	d := newOffice(t)
	d.must(nil, d.as(idp.AdminOwner).Lockdown(t.Context()))
	for _, role := range []idp.AdminRole{idp.AdminConnectors, idp.AdminOwner} {
		bySession, err := d.BySession(t.Context(), d.signedIn(string(role)+"@example.com"), admin.Actor{})
		d.must(nil, err)
		principal, err := d.PrincipalToken(t.Context(), "arn:aws:sts::111122223333:assumed-role/x/y", role, admin.Actor{})
		d.must(nil, err)
		byToken, err := d.bearer(principal.Secret)
		d.must(nil, err)
		for _, actor := range []admin.Actor{bySession, byToken} {
			_, _, err := d.As(actor).Groups(t.Context(), admin.List{})
			d.must(nil, err)
			if locked := role != idp.AdminOwner; actor.ReadOnly != locked {
				t.Errorf("%s may only read: %v", actor.Name, actor.ReadOnly)
			}
		}
	}
	d.must(nil, d.as(idp.AdminOwner).LiftLockdown(t.Context()))
	again, err := d.BySession(t.Context(), d.signedIn("connector-admin@example.com"), admin.Actor{})
	if err != nil || again.ReadOnly {
		t.Errorf("when it is lifted: %+v, %v", again, err)
	}
}

func TestATokenEndsWithTheSessionThatItWasMadeInAtTheLatest(t *testing.T) {
	d := newOffice(t)
	session := d.signedIn("owner@example.com")
	d.now = noon.Add(idp.SessionIdle / 2)
	actor, err := d.BySession(t.Context(), session, admin.Actor{})
	d.must(nil, err)
	made, err := d.As(actor).CreateToken(t.Context(), resource.TokenRequest{Name: "long", Lifetime: "12h"})
	d.must(nil, err)
	if want := resource.Stamp(noon.Add(idp.SessionLifetime)); made.ExpiresAt != want {
		t.Errorf("ends at %s, want %s", made.ExpiresAt, want)
	}
}
