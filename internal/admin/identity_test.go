package admin_test

import (
	"context"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func setAttributes(of map[string]string) func(*resource.User) error {
	return func(u *resource.User) error {
		u.Attributes = of
		return nil
	}
}

func setEmail(email string) func(*resource.User) error {
	return func(u *resource.User) error {
		u.Email = email
		return nil
	}
}

// Connectors send email and attributes on to AWS, where policies go by them.
func TestHelpdeskDoesNotDecideAsWhomAWSKnowsPeople(t *testing.T) {
	type step func(context.Context, *admin.Administrator) error
	update := func(email string, change func(*resource.User) error) step {
		return func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, email, "", change))
		}
	}
	load := func(file string) step {
		return func(ctx context.Context, a *admin.Administrator) error {
			result, err := a.ImportUsers(ctx, []byte(file), false)
			if err == nil && result.Failed == 1 {
				return &admin.Denied{Why: result.Rows[0].Detail, Remedy: "in the row"}
			}
			return err
		}
	}
	red := map[string]string{"team": "red"}
	cases := []struct {
		name    string
		do      step
		allowed bool
	}{
		{"changes attributes of somebody to whom nothing is open", update(alice, setAttributes(red)), true},
		{"changes the email of somebody to whom nothing is open", update(alice, setEmail("a@example.com")), true},
		{"imports attributes of somebody to whom nothing is open", load("email,attributes.team\n" + alice + ",red\n"), true},
		{"imports a name of somebody to whom nothing is open", load("email,name\n" + alice + ",Alicia\n"), true},

		{"gives an attribute to somebody to whom a connector is open", update(bob, setAttributes(map[string]string{"team": "red", "desk": "4"})), false},
		{"changes an attribute of somebody to whom a connector is open", update(bob, setAttributes(map[string]string{"desk": "5"})), false},
		{"takes an attribute from somebody to whom a connector is open", update(bob, setAttributes(nil)), false},
		{"changes the email of somebody to whom a connector is open", update(bob, setEmail("b@example.com")), false},
		{"imports attributes of somebody to whom a connector is open", load("email,attributes.team\n" + bob + ",red\n"), false},
		{"renames somebody to whom a connector is open", update(bob, setName("admin")), false},
		{"takes the name from somebody to whom a connector is open", update(bob, setName("")), false},
		{"imports a name of somebody to whom a connector is open", load("email,name\n" + bob + ",admin\n"), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newWard(t)
			d.must(d.as(idp.AdminOwner).UpdateUser(t.Context(), bob, "", setAttributes(map[string]string{"desk": "4"})))
			before := d.stored()
			err := c.do(t.Context(), d.as(idp.AdminHelpdesk))
			changed := d.stored() != before
			if c.allowed {
				d.must(nil, err)
			} else {
				denied(t, c.name, err)
			}
			if changed != c.allowed {
				t.Errorf("changed what is stored: %v", changed)
			}
		})
	}
}

func TestADryRunTellsHelpdeskWhatItMayNotImport(t *testing.T) {
	d := newWard(t)
	result, err := d.as(idp.AdminHelpdesk).ImportUsers(t.Context(), []byte("email,attributes.team\n"+bob+",red\n"+alice+",red\n"), true)
	d.must(nil, err)
	if result.Failed != 1 || result.Updated != 1 || result.Rows[0].Does != "fail" {
		t.Errorf("it would do %+v", result)
	}
}

func TestNobodyIsKnownOtherwiseWhoseGroupIsGrantedAtThatMoment(t *testing.T) {
	d := newOffice(t)
	d.must(nil, d.AddMember(t.Context(), owner, "closed", alice, time.Time{}))
	d.tables.beforeWrite(func() { d.must(nil, d.Grant(t.Context(), owner, "aws-a", "closed")) })
	_, err := d.as(idp.AdminHelpdesk).UpdateUser(t.Context(), alice, "", func(u *resource.User) error {
		u.Email, u.Name, u.Attributes = "a@example.com", "Alicia", map[string]string{"team": "red"}
		return nil
	})
	denied(t, "update", err)
	u, err := d.as(idp.AdminOwner).User(t.Context(), alice)
	if err != nil || len(u.Attributes) != 0 || u.Name != "Alice" || len(u.Unconfirmed) != 0 {
		t.Errorf("alice is %+v, %v", u, err)
	}
}

func TestAnEndedMembershipHoldsHelpdeskUpNoMore(t *testing.T) {
	for name, change := range map[string]func(*resource.User) error{
		"a new name":         setName("Robert"),
		"other attributes":   setAttributes(map[string]string{"team": "red"}),
		"no groups any more": setGroups(),
	} {
		t.Run(name, func(t *testing.T) {
			d := newWard(t)
			d.now = noon.AddDate(0, 2, 0) // bob's membership that opens a connector ended a month ago
			d.must(d.as(idp.AdminHelpdesk).UpdateUser(t.Context(), bob, "", change))
		})
	}
	d := newWard(t)
	d.now = noon.AddDate(0, 2, 0)
	_, err := d.as(idp.AdminHelpdesk).UpdateUser(t.Context(), bob, "", setGroups(resource.Membership{Name: "open"}))
	denied(t, "the same membership anew", err)
}
