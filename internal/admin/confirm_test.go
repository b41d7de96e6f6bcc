package admin_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// refusedAt tells whether a connector whose rule has that value refuses a person.
func (d *desk) refusedAt(value, email string) bool {
	d.t.Helper()
	u, err := d.User(d.t.Context(), email)
	d.must(nil, err)
	c := aws("aws-x").Connector
	c.Partition, c.Attributes = "aws", []idp.AttributeRule{{Name: "PrincipalTag:team", Value: value}}
	err = awsfed.CheckPerson(&c, u)
	var problems idp.Problems
	if err != nil && !errors.As(err, &problems) {
		d.t.Fatal(err)
	}
	return err != nil
}

// What helpdesk set while nothing was open to a person is told to no account once
// something is, until somebody who decides about access has confirmed it.
func TestWhatHelpdeskPresetIsNeverSigned(t *testing.T) {
	admins := map[string]string{"team": "admin"}
	cases := map[string]struct {
		do     func(context.Context, *admin.Administrator) error
		email  string
		value  string
		fields []string
	}{
		"an attribute": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, alice, "", setAttributes(admins)))
		}, alice, "${user.attributes.team}", []string{"attributes.team"}},
		"a name": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, alice, "", setName("admin")))
		}, alice, "${user.name}", []string{"name"}},
		"both in a file": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.ImportUsers(ctx, []byte("email,name,attributes.team\n"+alice+",admin,admin\n"), false))
		}, alice, "${user.name}-${user.attributes.team}", []string{"attributes.team", "name"}},
		"of somebody new": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.CreateUser(ctx, resource.User{Email: "new@example.com", Name: "admin", Attributes: admins}))
		}, "new@example.com", "${user.attributes.team|none}", []string{"attributes.team", "name"}},
		"of somebody new in a file": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.ImportUsers(ctx, []byte("email,attributes.team\nnew@example.com,admin\n"), false))
		}, "new@example.com", "${user.attributes.team}", []string{"attributes.team"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newOffice(t)
			ctx, a := t.Context(), d.as(idp.AdminOwner)
			d.must(nil, c.do(ctx, d.as(idp.AdminHelpdesk)))
			d.must(nil, a.AddMember(ctx, "open", c.email, time.Time{}))
			u, err := a.User(ctx, c.email)
			if err != nil || !slices.Equal(u.Unconfirmed, c.fields) {
				t.Errorf("unconfirmed is %q, %v", u.Unconfirmed, err)
			}
			if !d.refusedAt(c.value, c.email) {
				t.Error("helpdesk's word would be signed")
			}
			if d.refusedAt("${user.email}", c.email) {
				t.Error("the email is refused, by which whoever opens names the person")
			}
			d.must(a.UpdateUser(ctx, c.email, "", setGroups())) // says nothing of who they are
			if !d.refusedAt(c.value, c.email) {
				t.Error("a change of the groups confirmed it")
			}
			d.must(a.UpdateUser(ctx, c.email, "", same))
			if d.refusedAt(c.value, c.email) {
				t.Error("it is refused although an owner has saved the person")
			}
		})
	}
}

// Whatever a rule can name of a person is what helpdesk does not change for those
// to whom a connector is open.
func TestIdentityIsWhateverARuleCanName(t *testing.T) {
	known := map[string]func(*idp.User){
		"user.email": func(u *idp.User) { u.Email = "other@example.com" },
		"user.name":  func(u *idp.User) { u.Name = "Other" },
		"user.id":    func(u *idp.User) { u.ID = "other" },
		"user.attributes.team": func(u *idp.User) {
			u.Attributes = map[string]string{"team": "other"}
		},
	}
	for placeholder, change := range known {
		before := &idp.User{ID: "u", Email: "a@example.com", Name: "A", Attributes: map[string]string{"team": "red"}}
		after := *before
		change(&after)
		rule := idp.AttributeRule{Name: "PrincipalTag:x", Value: "${" + placeholder + "}"}
		was, errWas := rule.Expand(before)
		is, errIs := rule.Expand(&after)
		if errWas != nil || errIs != nil || was == is {
			t.Fatalf("%s says %q and %q, %v, %v", placeholder, was, is, errWas, errIs)
		}
		fields := idp.IdentityChanges(before, &after)
		if len(fields) != 1 || "user."+fields[0] != placeholder {
			t.Errorf("a change of %s is one of %q", placeholder, fields)
		}
	}
	if got := strings.Join(idp.Placeholders(), " "); got != "user.attributes.NAME user.email user.id user.name" {
		t.Errorf("placeholders are %s: this test must know each", got)
	}
}
