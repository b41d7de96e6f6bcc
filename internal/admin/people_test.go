package admin_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

func TestEverythingWrongWithAPersonIsToldAtOnce(t *testing.T) {
	group := func(name string) resource.Membership { return resource.Membership{Name: name} }
	var many []resource.Membership
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	for i := range store.MaxChanges + 1 {
		many = append(many, group(fmt.Sprint("many-", i)))
		d.must(d.CreateGroup(ctx, owner, many[i].Name, ""))
	}
	cases := []struct {
		name   string
		change func(*resource.User)
		want   []string
	}{
		{"no email", func(u *resource.User) { u.Email = " " }, []string{"email"}},
		{"no such role", func(u *resource.User) { u.AdminRole = "root" }, []string{"admin_role"}},
		{"another name ID", func(u *resource.User) { u.NameID = "short" }, []string{"name_id"}},
		{"more groups than one write takes", func(u *resource.User) { u.Groups = many }, []string{"groups"}},
		{"a fault of every kind", func(u *resource.User) {
			u.Email, u.Name, u.AdminRole, u.Attributes = "a@b@c", "x\x00", "Owner", map[string]string{"9": "x", "ok": strings.Repeat("x", 257)}
			u.Groups = []resource.Membership{group("open"), group("nope"), group("open"), {Name: "closed", ExpiresAt: "never"}}
		}, []string{"email", "name", "admin_role", `attributes["9"]`, `attributes["ok"]`, "groups[1].name", "groups[2].name", "groups[3].expires_at"}},
	}
	before := d.stored()
	for _, c := range cases {
		in := resource.User{Email: "new@example.com"}
		c.change(&in)
		faulty(t, c.name, only(a.CreateUser(ctx, in)), c.want...)
		err := only(a.UpdateUser(ctx, alice, "", func(u *resource.User) error { c.change(u); return nil }))
		faulty(t, "changed to "+c.name, err, c.want...)
	}
	is(t, "an email that is taken", only(a.CreateUser(ctx, resource.User{Email: "ALICE@example.com"})), store.ErrExists)
	is(t, "changed to an email that is taken", only(a.UpdateUser(ctx, alice, "", func(u *resource.User) error { u.Email = "viewer@example.com"; return nil })), store.ErrExists)
	if d.stored() != before {
		t.Error("something of it is stored")
	}
}

func TestAPersonKeepsWhatAWSKnowsThemBy(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminHelpdesk)
	before, err := a.User(ctx, alice)
	d.must(nil, err)
	after, err := a.UpdateUser(ctx, alice, before.ETag, func(u *resource.User) error {
		u.Email, u.NameID, u.Active, u.Version, u.CreatedAt = " Alice.B@Example.com", "", false, 99, ""
		u.Attributes = map[string]string{"team": "blue"}
		return nil
	})
	d.must(nil, err)
	if after.Email != "alice.b@example.com" || after.NameID != before.NameID || !after.Active || after.Version != before.Version+1 || after.CreatedAt != before.CreatedAt {
		t.Errorf("became %+v", after)
	}
	_, err = a.User(ctx, alice)
	is(t, "by the old email", err, store.ErrNotFound)
	read, err := a.User(ctx, "alice.b@example.com")
	if err != nil || !reflect.DeepEqual(read, after) {
		t.Errorf("read back as %+v, %v", read, err)
	}
	denied(t, "a name ID chosen by helpdesk", only(a.CreateUser(ctx, resource.User{Email: alice, NameID: "n0123456789"})))
	d.must(d.as(idp.AdminOwner).CreateUser(ctx, resource.User{Email: alice, NameID: "n0123456789"}))
	again, err := a.User(ctx, alice)
	if err != nil || again.NameID != "n0123456789" || again.ETag == before.ETag {
		t.Errorf("the next one of that email is %+v, %v", again, err)
	}
	changed := of(idp.ActionUserUpdate, d.audit(admin.EventQuery{}))
	if len(changed) != 1 || changed[0].Before["email"] != alice || changed[0].After["email"] != "alice.b@example.com" {
		t.Errorf("recorded as %+v", changed)
	}
}

func TestTheGroupsOfAShapeBecomeThoseOfThePersonAndAreOnRecord(t *testing.T) {
	d := newWard(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	d.must(a.UpdateUser(ctx, bob, "", setGroups(resource.Membership{Name: "open", ExpiresAt: "2027-01-01T00:00:00Z"})))
	e := of(idp.ActionUserUpdate, d.audit(admin.EventQuery{}))
	const was, is = "[map[expires_at:2026-12-24T12:00:00Z name:open] map[name:closed]]", "[map[expires_at:2027-01-01T00:00:00Z name:open]]"
	if len(e) != 1 || len(e[0].Before) != 1 || fmt.Sprint(e[0].Before["groups"]) != was || fmt.Sprint(e[0].After["groups"]) != is {
		t.Errorf("recorded as %+v", e)
	}
	for group, want := range map[string]int{"open": 1, "closed": 1} { // the viewer is in closed
		members, _, err := a.Members(ctx, group, admin.List{})
		if err != nil || len(members) != want {
			t.Errorf("%s has %+v, %v", group, members, err)
		}
	}
}

func TestADeletedGroupTakesItsGrantsAndMembersWithIt(t *testing.T) {
	d := newWard(t)
	ctx, a := t.Context(), d.as(idp.AdminConnectors)
	gone, err := a.DeleteGroup(ctx, "open", "")
	if err != nil || !gone {
		t.Fatalf("gone: %v, %v", gone, err)
	}
	is(t, "the group", only(a.Group(ctx, "open")), store.ErrNotFound)
	c, err := a.Connector(ctx, "aws-a")
	if err != nil || len(c.Groups) != 0 {
		t.Errorf("the connector is open to %q, %v", c.Groups, err)
	}
	u, err := a.User(ctx, bob)
	if err != nil || len(u.Groups) != 1 {
		t.Errorf("bob is in %+v, %v", u.Groups, err)
	}
	_, err = a.DeleteGroup(ctx, "open", "")
	is(t, "again", err, store.ErrNotFound)
}
