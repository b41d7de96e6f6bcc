package admin_test

import (
	"context"
	"errors"
	"fmt"
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
		had    map[string]string // attributes that an owner gave before
	}{
		"an attribute": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, alice, "", setAttributes(admins)))
		}, alice, "${user.attributes.team}", []string{"attributes.team"}, nil},
		"a name": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, alice, "", setName("admin")))
		}, alice, "${user.name}", []string{"name"}, nil},
		"an email": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, alice, "", setEmail("ceo@example.com")))
		}, "ceo@example.com", "${user.email}", []string{"email"}, nil},
		"an attribute taken away": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, alice, "", setAttributes(nil)))
		}, alice, "${user.attributes.team|all}", []string{"attributes.team"}, map[string]string{"team": "eu"}},
		"a name taken away": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.UpdateUser(ctx, alice, "", setName("")))
		}, alice, "is-${user.name}", []string{"name"}, nil},
		"an attribute changed and then taken away": {func(ctx context.Context, a *admin.Administrator) error {
			return errors.Join(only(a.UpdateUser(ctx, alice, "", setAttributes(admins))), only(a.UpdateUser(ctx, alice, "", setAttributes(nil))))
		}, alice, "${user.attributes.team|all}", []string{"attributes.team"}, map[string]string{"team": "eu"}},
		"both in a file": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.ImportUsers(ctx, []byte("email,name,attributes.team\n"+alice+",admin,admin\n"), false))
		}, alice, "${user.name}-${user.attributes.team}", []string{"attributes.team", "name"}, nil},
		"of somebody new": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.CreateUser(ctx, resource.User{Email: "new@example.com", Name: "admin", Attributes: admins}))
		}, "new@example.com", "${user.attributes.team|none}", []string{"attributes.team", "name"}, nil},
		"of somebody new in a file": {func(ctx context.Context, a *admin.Administrator) error {
			return only(a.ImportUsers(ctx, []byte("email,attributes.team\nnew@example.com,admin\n"), false))
		}, "new@example.com", "${user.attributes.team}", []string{"attributes.team"}, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newOffice(t)
			ctx, a := t.Context(), d.as(idp.AdminOwner)
			if c.had != nil {
				d.must(a.UpdateUser(ctx, alice, "", setAttributes(c.had)))
			}
			d.must(nil, c.do(ctx, d.as(idp.AdminHelpdesk)))
			d.must(nil, a.AddMember(ctx, "open", c.email, time.Time{}))
			u, err := a.User(ctx, c.email)
			if err != nil || !slices.Equal(u.Unconfirmed, c.fields) {
				t.Errorf("unconfirmed is %q, %v", u.Unconfirmed, err)
			}
			if !d.refusedAt(c.value, c.email) {
				t.Error("helpdesk's word would be signed")
			}
			if !slices.Contains(c.fields, "email") && d.refusedAt("${user.email}", c.email) {
				t.Error("the email is refused, which helpdesk did not change")
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

// A grant to a group names nobody: whoever makes it does not see whom helpdesk
// renamed, and is told.
func TestAGrantTellsOfAnEmailThatHelpdeskChanged(t *testing.T) {
	d := newOffice(t)
	ctx := t.Context()
	d.must(nil, d.AddMember(ctx, owner, "closed", alice, time.Time{}))
	d.must(d.as(idp.AdminHelpdesk).UpdateUser(ctx, alice, "", setEmail("ceo@example.com")))
	a := d.as(idp.AdminConnectors)
	d.must(nil, a.Grant(ctx, "aws-a", "closed"))
	if !d.refusedAt("${user.email}", "ceo@example.com") {
		t.Error("AWS is told the name that helpdesk chose")
	}
	told, err := a.Warnings(ctx, admin.About{Connector: "aws-a", Group: "closed"})
	if err != nil || len(told) != 1 || !strings.Contains(told[0].Reason, "helpdesk has set the person's email") {
		t.Errorf("the grant warns of %v, %v", told, err)
	}
}

// What is only ever noted must not grow without an end.
func TestUnconfirmedFieldsHaveALimit(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminHelpdesk)
	var err error
	for i := 0; i < 10 && err == nil; i++ {
		many := map[string]string{}
		for j := range idp.MaxUserAttributes {
			many[fmt.Sprintf("a%d-%d", i, j)] = "x"
		}
		_, err = a.UpdateUser(ctx, alice, "", setAttributes(many))
	}
	faulty(t, "one more", err, "unconfirmed")
	d.must(d.as(idp.AdminOwner).UpdateUser(ctx, alice, "", same))
	d.must(a.UpdateUser(ctx, alice, "", setName("Alicia")))
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
