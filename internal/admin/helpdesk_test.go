package admin_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

const (
	alice = "alice@example.com"
	bob   = "bob@example.com"
)

// newWard is an office with bob, whom a connector is open to, and a viewer who is
// in a group that opens nothing.
func newWard(t *testing.T) *desk {
	t.Helper()
	d := newOffice(t)
	d.must(d.CreateUser(t.Context(), owner, admin.NewUser{Email: bob, Name: "Bob"}))
	d.must(nil, d.AddMember(t.Context(), owner, "open", bob, noon.AddDate(0, 1, 0)))
	d.must(nil, d.AddMember(t.Context(), owner, "closed", bob, time.Time{}))
	d.must(nil, d.AddMember(t.Context(), owner, "closed", "viewer@example.com", time.Time{}))
	return d
}

// stored is everything that an administrator can see but events and tokens.
func (d *desk) stored() string {
	d.t.Helper()
	ctx, a := d.t.Context(), d.as(idp.AdminOwner)
	connectors, _, err := a.Connectors(ctx, admin.List{Limit: 100})
	d.must(nil, err)
	groups, _, err := a.Groups(ctx, admin.List{Limit: 100})
	d.must(nil, err)
	users, _, err := a.Users(ctx, admin.List{Limit: 100})
	d.must(nil, err)
	in, err := a.Instance(ctx)
	d.must(nil, err)
	text, err := json.MarshalIndent([]any{connectors, groups, users, in}, "", " ")
	d.must(nil, err)
	return string(text)
}

func setGroups(groups ...resource.Membership) func(*resource.User) error {
	return func(u *resource.User) error {
		u.Groups = groups
		return nil
	}
}

func setRole(role idp.AdminRole) func(*resource.User) error {
	return func(u *resource.User) error {
		u.AdminRole = string(role)
		return nil
	}
}

func setName(name string) func(*resource.User) error {
	return func(u *resource.User) error {
		u.Name = name
		return nil
	}
}

// inOpen is bob's membership that opens a connector, as it is.
var inOpen = resource.Membership{Name: "open", ExpiresAt: "2026-12-24T12:00:00Z"}

func TestHelpdeskLooksAfterPeopleButNotAfterAccess(t *testing.T) {
	type step func(context.Context, *admin.Administrator) error
	update := func(email string, change func(*resource.User) error) step {
		return func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, email, "", change))
		}
	}
	create := func(u resource.User) step {
		return func(ctx context.Context, a *admin.Administrator) error { return only(a.CreateUser(ctx, u)) }
	}
	join := func(group, email string, until time.Time) step {
		return func(ctx context.Context, a *admin.Administrator) error { return a.AddMember(ctx, group, email, until) }
	}
	leave := func(group, email string) step {
		return func(ctx context.Context, a *admin.Administrator) error { return a.RemoveMember(ctx, group, email) }
	}
	closed := resource.Membership{Name: "closed"}
	cases := []struct {
		name    string
		do      step
		allowed bool
	}{
		{"puts somebody into a group that opens nothing", join("closed", alice, time.Time{}), true},
		{"ends a membership that opens nothing", join("closed", bob, noon.Add(time.Hour)), true},
		{"takes somebody out of a group that opens nothing", leave("closed", bob), true},
		{"makes somebody in such a group", create(resource.User{Email: "new@example.com", Groups: []resource.Membership{closed}}), true},
		{"puts somebody into such a group by their shape", update(alice, setGroups(closed)), true},
		{"takes somebody out of it by their shape", update(bob, setGroups(inOpen)), true},
		{"renames somebody to whom nothing is open", update(alice, setName("Alicia")), true},

		{"puts somebody into a group that opens a connector", join("open", alice, time.Time{}), false},
		{"takes somebody out of it", leave("open", bob), false},
		{"gives a membership of it another end", join("open", bob, noon.AddDate(1, 0, 0)), false},
		{"makes somebody in it", create(resource.User{Email: "new@example.com", Groups: []resource.Membership{closed, {Name: "open"}}}), false},
		{"puts somebody into it by their shape", update(alice, setGroups(closed, resource.Membership{Name: "open"})), false},
		{"takes somebody out of it by their shape", update(bob, setGroups(closed)), false},
		{"gives a membership of it another end by the shape", update(bob, setGroups(closed, resource.Membership{Name: "open"})), false},
		{"makes an administrator", create(resource.User{Email: "new@example.com", AdminRole: "viewer"}), false},
		{"makes somebody an administrator", update(alice, setRole(idp.AdminViewer)), false},
		{"makes itself an owner", update("helpdesk@example.com", setRole(idp.AdminOwner)), false},
		{"takes an administrator's role away", update("viewer@example.com", setRole(idp.AdminNone)), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newWard(t)
			before := d.stored()
			err := c.do(t.Context(), d.as(idp.AdminHelpdesk))
			changed := d.stored() != before
			if c.allowed && (err != nil || !changed) {
				t.Errorf("got %v, changed something: %v", err, changed)
			}
			if !c.allowed {
				denied(t, c.name, err)
				if changed {
					t.Errorf("is refused, and yet changed what is stored to\n%s", d.stored())
				}
			}
		})
	}
}

func TestHelpdeskDoesNothingToAdministrators(t *testing.T) {
	d := newWard(t)
	deeds := map[string]func(context.Context, *admin.Administrator, string) error{
		"rename": func(ctx context.Context, a *admin.Administrator, email string) error {
			return only(a.UpdateUser(ctx, email, "", setName("X")))
		},
		"save unchanged": func(ctx context.Context, a *admin.Administrator, email string) error {
			return only(a.UpdateUser(ctx, email, "", same))
		},
		"suspend": func(ctx context.Context, a *admin.Administrator, email string) error {
			return a.SuspendUser(ctx, email)
		},
		"resume": func(ctx context.Context, a *admin.Administrator, email string) error { return a.ResumeUser(ctx, email) },
		"lock":   func(ctx context.Context, a *admin.Administrator, email string) error { return a.LockUser(ctx, email) },
		"unlock": func(ctx context.Context, a *admin.Administrator, email string) error { return a.UnlockUser(ctx, email) },
		"delete": func(ctx context.Context, a *admin.Administrator, email string) error {
			return a.DeleteUser(ctx, email, "")
		},
		"make a password link for": func(ctx context.Context, a *admin.Administrator, email string) error {
			return only(a.PasswordLink(ctx, email))
		},
		"put into a group": func(ctx context.Context, a *admin.Administrator, email string) error {
			return a.AddMember(ctx, "closed", email, time.Time{})
		},
		"take out of a group": func(ctx context.Context, a *admin.Administrator, email string) error {
			return a.RemoveMember(ctx, "closed", email)
		},
	}
	before := d.stored()
	for what, do := range deeds {
		for _, role := range roles[1:] {
			email := string(role) + "@example.com"
			denied(t, what+" "+email, do(t.Context(), d.as(idp.AdminHelpdesk), strings.ToUpper(email)))
		}
	}
	if d.stored() != before {
		t.Error("something changed")
	}
}

// Whoever grants a connector to a group looks at its members first. A person whom
// helpdesk puts into the group at that very moment would not be among them.
func TestHelpdeskDoesNotSlipAnybodyIntoAGroupWhileItIsGranted(t *testing.T) {
	closed := []resource.Membership{{Name: "closed"}}
	cases := map[string]func(context.Context, *admin.Administrator) error{
		"as a member": func(ctx context.Context, a *admin.Administrator) error {
			return a.AddMember(ctx, "closed", alice, time.Time{})
		},
		"by their shape": func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, alice, "", setGroups(closed...)))
		},
		"as somebody new": func(ctx context.Context, a *admin.Administrator) error {
			return only(a.CreateUser(ctx, resource.User{Email: "new@example.com", Groups: closed}))
		},
		"by a line of a file": func(ctx context.Context, a *admin.Administrator) error {
			result, err := a.ImportUsers(ctx, []byte("email,groups\n"+alice+",closed\n"), false)
			if err == nil && result.Failed == 1 && strings.Contains(result.Rows[0].Detail, "not allowed") {
				return &admin.Denied{Why: "in the row", Remedy: "in the row"}
			}
			return err
		},
	}
	for name, do := range cases {
		t.Run(name, func(t *testing.T) {
			d := newOffice(t)
			d.tables.beforeWrite(func() { d.must(nil, d.Grant(t.Context(), owner, "aws-a", "closed")) })
			denied(t, name, do(t.Context(), d.as(idp.AdminHelpdesk)))
			if d.tables.waiting() {
				t.Fatal("nothing was written")
			}
			ways, err := d.Access(t.Context(), "aws-a")
			if err != nil || len(ways) != 0 {
				t.Errorf("%+v got in, %v", ways, err)
			}
			members, _, err := d.as(idp.AdminOwner).Members(t.Context(), "closed", admin.List{})
			if err != nil || len(members) != 0 {
				t.Errorf("members: %+v, %v", members, err)
			}
		})
	}
}

// A link by which helpdesk could set an administrator's password is worth an
// administrator's role: somebody who becomes one while the link is made gets none.
func TestNoPasswordLinkForWhoBecomesAnAdministratorMeanwhile(t *testing.T) {
	d := newOffice(t)
	d.tables.beforeWrite(func() {
		d.must(d.as(idp.AdminOwner).UpdateUser(t.Context(), alice, "", setRole(idp.AdminOwner)))
	})
	link, err := d.as(idp.AdminHelpdesk).PasswordLink(t.Context(), alice)
	denied(t, "link", err)
	if link.URL != "" {
		t.Error("the link is shown all the same")
	}
}

func TestMembershipsEndWhenTheySay(t *testing.T) {
	d := newWard(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	for _, end := range []time.Time{noon, time.Time{}.Add(1), time.Time{}.Add(time.Second - 1), time.Time{}.AddDate(0, 0, -1)} {
		faulty(t, "the end "+end.String(), a.AddMember(ctx, "open", alice, end), "expires_at")
	}
	for text, field := range map[string]string{
		"tomorrow": "groups[0].expires_at", "2026-11-24": "groups[0].expires_at", "2026-11-24T12:00:00Z": "groups[0].expires_at",
		"0001-01-01T00:00:00Z": "groups[0].expires_at", "9999-12-31T23:59:59-01:00": "groups[0].expires_at",
	} {
		_, err := a.UpdateUser(ctx, alice, "", setGroups(resource.Membership{Name: "open", ExpiresAt: text}))
		faulty(t, "the end "+text, err, field)
	}
	// An end within a second is read, shown and written back without a change.
	d.must(nil, a.AddMember(ctx, "open", alice, noon.Add(time.Hour+300*time.Millisecond)))
	before, err := a.User(ctx, alice)
	d.must(nil, err)
	after, err := d.as(idp.AdminOwner).UpdateUser(ctx, alice, before.ETag, setName("Alice B."))
	d.must(nil, err)
	if !slices.Equal(before.Groups, after.Groups) || before.Groups[0].ExpiresAt != "2026-11-24T13:00:00Z" {
		t.Errorf("memberships %+v became %+v", before.Groups, after.Groups)
	}
	d.must(nil, a.AddMember(ctx, "open", alice, noon.Add(2*time.Hour)))
	d.now = noon.Add(90 * time.Minute)
	if got := d.places(t, alice); got != 1 {
		t.Errorf("alice is in %d places after her membership was made longer", got)
	}
	d.now = noon.Add(2 * time.Hour)
	if got := d.places(t, alice); got != 0 {
		t.Errorf("alice is in %d places after her membership ended", got)
	}
	d.must(nil, a.RemoveMember(ctx, "open", alice))
	d.must(nil, a.RemoveMember(ctx, "open", alice))
}

// places counts a person's groups where somebody else would look, and fails when
// those do not agree.
func (d *desk) places(t *testing.T, email string) int {
	t.Helper()
	u, err := d.as(idp.AdminOwner).User(t.Context(), email)
	d.must(nil, err)
	members, _, err := d.as(idp.AdminOwner).Members(t.Context(), "open", admin.List{Search: email})
	d.must(nil, err)
	ways, err := d.as(idp.AdminOwner).Access(t.Context(), "aws-a")
	d.must(nil, err)
	ways = slices.DeleteFunc(ways, func(w resource.Access) bool { return w.Email != email })
	if len(members) != len(u.Groups) || len(ways) != len(u.Groups) {
		t.Errorf("%s has %d groups, is a member %d times and has %d ways in", email, len(u.Groups), len(members), len(ways))
	}
	return len(u.Groups)
}
