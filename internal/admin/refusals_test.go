package admin_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
)

// A page asks beforehand what would be refused, and has to say what the deed itself
// would answer.
func TestWhatWouldBeRefusedIsSaidAsTheDeedSaysIt(t *testing.T) {
	deeds := map[admin.Operation]func(context.Context, *admin.Administrator, string) error{
		admin.OpUser: func(ctx context.Context, a *admin.Administrator, email string) error {
			return a.SuspendUser(ctx, email)
		},
		admin.OpIdentity: func(ctx context.Context, a *admin.Administrator, email string) error {
			return only(a.UpdateUser(ctx, email, "", setName("Another")))
		},
		admin.OpUserReset: func(ctx context.Context, a *admin.Administrator, email string) error {
			return a.ResumeUser(ctx, email)
		},
		admin.OpUserLock: func(ctx context.Context, a *admin.Administrator, email string) error { return a.LockUser(ctx, email) },
	}
	for op, do := range deeds {
		for _, role := range roles {
			for _, email := range []string{alice, bob, "viewer@example.com"} {
				for _, state := range []string{"", "delegated", "locked"} {
					t.Run(fmt.Sprintf("%s by %s to %s %s", op, role, email, state), func(t *testing.T) {
						t.Parallel()
						d := newWard(t)
						d.setting(state == "delegated")
						if state == "locked" {
							d.must(nil, d.as(idp.AdminOwner).LockUser(t.Context(), email))
						}
						a := d.as(role)
						said, err := a.Refusals(t.Context(), email, op)
						if role == idp.AdminNone {
							denied(t, "to look", err)
							return
						}
						d.must(nil, err)
						if list := of(idp.ActionDenied, d.audit(admin.EventQuery{})); len(list) != 0 {
							t.Errorf("a question is on record: %+v", list)
						}
						agree(t, op, said[op], do(t.Context(), a, email))
					})
				}
			}
		}
	}
}

// agree compares what was said with what was answered. A change of how people are
// known is one of the person first, so that it may be refused as that.
func agree(t *testing.T, op admin.Operation, said *admin.Denied, err error) {
	t.Helper()
	var answered *admin.Denied
	if !errors.As(err, &answered) {
		if err != nil || said != nil {
			t.Errorf("said %v, answered %v", said, err)
		}
		return
	}
	if said == nil || said.Why != answered.Why || said.Remedy != answered.Remedy {
		t.Errorf("%s: said %+v, answered %+v", op, said, answered)
	}
}

func TestARefusalTellsWhetherTheRoleNeverIncludesIt(t *testing.T) {
	d := newWard(t)
	for _, c := range []struct {
		role  idp.AdminRole
		op    admin.Operation
		email string
		never bool
	}{
		{idp.AdminViewer, admin.OpUserReset, bob, true},
		{idp.AdminConnectors, admin.OpUser, bob, true},
		{idp.AdminHelpdesk, admin.OpUserReset, bob, false},
		{idp.AdminConnectors, admin.OpUserReset, "viewer@example.com", false},
	} {
		said, err := d.as(c.role).Refusals(t.Context(), c.email, c.op)
		d.must(nil, err)
		if said[c.op] == nil || said[c.op].Never != c.never {
			t.Errorf("%+v: %+v", c, said[c.op])
		}
	}
}
