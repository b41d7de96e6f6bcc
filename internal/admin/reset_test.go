package admin_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// resets are the ways to let a person in again who cannot come in by themselves.
var resets = map[string]func(context.Context, *admin.Administrator, string) error{
	"a password link": func(ctx context.Context, a *admin.Administrator, email string) error {
		return only(a.PasswordLink(ctx, email))
	},
	"resume": func(ctx context.Context, a *admin.Administrator, email string) error { return a.ResumeUser(ctx, email) },
	"unlock": func(ctx context.Context, a *admin.Administrator, email string) error { return a.UnlockUser(ctx, email) },
}

func (d *desk) setting(on bool) {
	d.t.Helper()
	d.must(d.as(idp.AdminOwner).UpdateSettings(d.t.Context(), "", func(s *resource.Settings) error {
		s.HelpdeskResetsAccess = on
		return nil
	}))
}

// Whoever sets a person's password can be them wherever a connector is open to
// them.
func TestWhoLetsPeopleWithAccessInAgain(t *testing.T) {
	cases := []struct {
		role    idp.AdminRole
		email   string
		setting bool
		allowed bool
	}{
		{idp.AdminHelpdesk, alice, false, true},
		{idp.AdminHelpdesk, bob, false, false},
		{idp.AdminHelpdesk, bob, true, true},
		{idp.AdminHelpdesk, "viewer@example.com", true, false},
		{idp.AdminConnectors, alice, false, true},
		{idp.AdminConnectors, bob, false, true},
		{idp.AdminConnectors, "viewer@example.com", true, false},
		{idp.AdminConnectors, "connector-admin@example.com", true, false},
		{idp.AdminOwner, bob, false, true},
		{idp.AdminOwner, "viewer@example.com", false, true},
		{idp.AdminViewer, alice, true, false},
	}
	for name, do := range resets {
		for _, c := range cases {
			t.Run(fmt.Sprintf("%s for %s by %s, the setting %v", name, c.email, c.role, c.setting), func(t *testing.T) {
				t.Parallel()
				d := newWard(t)
				d.setting(c.setting)
				if name != "a password link" {
					d.must(nil, d.as(idp.AdminOwner).SuspendUser(t.Context(), c.email))
				}
				by := d.as(c.role)
				before := d.stored()
				err := do(t.Context(), by, c.email)
				if c.allowed {
					d.must(nil, err)
					return
				}
				denied(t, name, err)
				if d.stored() != before {
					t.Error("it is refused, and done all the same")
				}
			})
		}
	}
}

func TestAConnectorAdministratorDoesNothingElseToPeople(t *testing.T) {
	d := newWard(t)
	ctx, a := t.Context(), d.as(idp.AdminConnectors)
	before := d.stored()
	for name, err := range map[string]error{
		"suspend": a.SuspendUser(ctx, bob), "lock": a.LockUser(ctx, bob), "delete": a.DeleteUser(ctx, bob, ""), "save": only(a.UpdateUser(ctx, bob, "", same)),
	} {
		denied(t, name, err)
	}
	if d.stored() != before {
		t.Error("something changed")
	}
}

// No way around a lock: who may not lift it does not resume the person either,
// make them anew, or have their email.
func TestALockIsLiftedByTheRankThatSetItOrAHigherOne(t *testing.T) {
	ranks := []idp.AdminRole{idp.AdminHelpdesk, idp.AdminConnectors, idp.AdminOwner}
	ways := map[string]func(context.Context, *admin.Administrator) error{
		"unlock": func(ctx context.Context, a *admin.Administrator) error { return a.UnlockUser(ctx, alice) },
		"resume": func(ctx context.Context, a *admin.Administrator) error { return a.ResumeUser(ctx, alice) },
		"delete": func(ctx context.Context, a *admin.Administrator) error { return a.DeleteUser(ctx, alice, "") },
		"rename": func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, alice, "", setEmail("other@example.com")))
		},
	}
	for name, do := range ways {
		for _, setter := range []idp.AdminRole{idp.AdminHelpdesk, idp.AdminOwner} { // the others lock nobody
			for _, lifter := range ranks {
				if lifter == idp.AdminConnectors && (name == "delete" || name == "rename") {
					continue
				}
				t.Run(fmt.Sprintf("%s by %s what %s locked", name, lifter, setter), func(t *testing.T) {
					t.Parallel()
					d := newWard(t)
					ctx := t.Context()
					d.must(nil, d.as(setter).LockUser(ctx, alice))
					err := do(ctx, d.as(lifter))
					if setter == idp.AdminOwner && lifter != idp.AdminOwner {
						denied(t, name, err)
						return
					}
					d.must(nil, err)
				})
			}
		}
	}
}

func TestALockIsNeverLowered(t *testing.T) {
	for name, steps := range map[string][]func(context.Context, *desk) error{
		"locked again by helpdesk": {
			func(ctx context.Context, d *desk) error { return d.as(idp.AdminOwner).LockUser(ctx, alice) },
			func(ctx context.Context, d *desk) error { return d.as(idp.AdminHelpdesk).LockUser(ctx, alice) },
		},
		"suspended before": {
			func(ctx context.Context, d *desk) error { return d.as(idp.AdminHelpdesk).SuspendUser(ctx, alice) },
			func(ctx context.Context, d *desk) error { return d.as(idp.AdminOwner).LockUser(ctx, alice) },
		},
		"locked by helpdesk before": {
			func(ctx context.Context, d *desk) error { return d.as(idp.AdminHelpdesk).LockUser(ctx, alice) },
			func(ctx context.Context, d *desk) error { return d.as(idp.AdminOwner).LockUser(ctx, alice) },
		},
		"suspended since": {
			func(ctx context.Context, d *desk) error { return d.as(idp.AdminOwner).LockUser(ctx, alice) },
			func(ctx context.Context, d *desk) error { return d.as(idp.AdminOwner).SuspendUser(ctx, alice) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newWard(t)
			for _, do := range steps {
				d.must(nil, do(t.Context(), d))
			}
			denied(t, "unlock by helpdesk", d.as(idp.AdminHelpdesk).UnlockUser(t.Context(), alice))
			u, err := d.as(idp.AdminViewer).User(t.Context(), alice)
			if err != nil || u.Active || u.LockedBy != "owner" {
				t.Errorf("alice is %+v, %v", u, err)
			}
			d.must(nil, d.as(idp.AdminOwner).UnlockUser(t.Context(), alice))
			d.must(nil, d.as(idp.AdminHelpdesk).SuspendUser(t.Context(), alice))
			d.must(nil, d.as(idp.AdminHelpdesk).ResumeUser(t.Context(), alice))
		})
	}
}

// A connector may be granted to the person's group while the link is made.
func TestNoPasswordLinkForWhoGetsAccessMeanwhile(t *testing.T) {
	d := newWard(t)
	d.must(nil, d.AddMember(t.Context(), owner, "closed", alice, noon.AddDate(0, 1, 0)))
	d.tables.beforeWrite(func() { d.must(nil, d.Grant(t.Context(), owner, "aws-a", "closed")) })
	link, err := d.as(idp.AdminHelpdesk).PasswordLink(t.Context(), alice)
	denied(t, "link", err)
	if link.URL != "" {
		t.Error("the link is shown all the same")
	}
}

// Helpdesk cannot see who will have access tomorrow, so the link says what it is worth.
func TestALinkSaysWhatItIsWorthOnceThereIsAccess(t *testing.T) {
	for _, c := range []struct {
		role    idp.AdminRole
		setting bool
		told    bool
	}{
		{idp.AdminHelpdesk, false, true}, {idp.AdminHelpdesk, true, false}, {idp.AdminConnectors, false, false}, {idp.AdminOwner, false, false},
	} {
		d := newWard(t)
		d.setting(c.setting)
		link, err := d.as(c.role).PasswordLink(t.Context(), alice)
		d.must(nil, err)
		if (link.Note != "") != c.told || c.told && !strings.Contains(link.Note, "opens no connector") {
			t.Errorf("%+v: the note is %q", c, link.Note)
		}
	}
}
