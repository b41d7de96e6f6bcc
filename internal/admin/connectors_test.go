package admin_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// uploaded keeps a connector from getting a key, which takes longer than all else.
var uploaded = &resource.Key{Source: "uploaded"}

func role(name string, groups ...string) resource.Role {
	return resource.Role{RoleARN: iam + "role/" + name, ProviderARN: iam + "saml-provider/Gatepost", Groups: groups}
}

// draft is the shape of a connector with one role.
func draft(slug string, groups ...string) resource.Connector {
	return resource.Connector{Slug: slug, Label: "AWS", Roles: []resource.Role{role("SAML-User")}, Groups: groups, Key: uploaded}
}

// audit are the events of a query as an administrator reads them, newest first.
func (d *desk) audit(q admin.EventQuery) []resource.Event {
	d.t.Helper()
	q.Limit = 100
	list, _, err := d.as(idp.AdminOwner).Events(d.t.Context(), q)
	d.must(nil, err)
	return list
}

// of are the events of an action.
func of(action idp.Action, list []resource.Event) []resource.Event {
	return slices.DeleteFunc(slices.Clone(list), func(e resource.Event) bool { return e.Action != string(action) })
}

func TestAConnectorIsMadeFromItsShapeWithItsGrantsInOneStep(t *testing.T) {
	d := newOffice(t)
	in := draft("aws-b", "open", "closed")
	in.Roles = []resource.Role{role("All"), role("Some", "closed")}
	in.Key, in.Active = nil, true
	saved, err := d.as(idp.AdminConnectors).CreateConnector(t.Context(), in)
	d.must(nil, err)
	c := saved.Connector
	if c.Active || c.Kind != "aws" || c.EntityID != "https://sso.example.com/metadata/aws-b" || !*c.Shown || c.Key.State != "ready" || c.ETag == "" || c.Version != 1 {
		t.Errorf("made %+v with key %+v", c, c.Key)
	}
	if !slices.Equal(c.Groups, in.Groups) || !reflect.DeepEqual(c.Roles, []resource.Role{{RoleARN: in.Roles[0].RoleARN, ProviderARN: in.Roles[0].ProviderARN, Groups: []string{}}, in.Roles[1]}) {
		t.Errorf("open to %q, with roles %+v", c.Groups, c.Roles)
	}
	for group, want := range map[string][]string{"open": {"aws-a", "aws-b"}, "closed": {"aws-b"}} {
		got, err := d.as(idp.AdminViewer).GroupConnectors(t.Context(), group)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s opens %q, %v", group, got, err)
		}
	}
	made := of(idp.ActionConnectorCreate, d.audit(admin.EventQuery{Connector: "aws-b"}))
	if len(made) != 1 || made[0].Actor != "connector-admin@example.com" || fmt.Sprint(made[0].After["groups"]) != "[open closed]" {
		t.Errorf("recorded as %+v", made)
	}
	if text, err := json.Marshal(made); err != nil || strings.Contains(string(text), `"g_`) {
		t.Errorf("the record speaks of groups by their IDs: %s, %v", text, err)
	}
	read, err := d.as(idp.AdminViewer).Connector(t.Context(), "aws-b")
	if err != nil || !reflect.DeepEqual(read, c) {
		t.Errorf("read back as %+v, %v", read, err)
	}
}

func TestABookmarkHasNoKeyAndNoRoles(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	saved, err := a.CreateConnector(ctx, resource.Connector{Slug: "wiki", Kind: "bookmark", URL: "https://wiki.example.com", Groups: []string{"open"}})
	d.must(nil, err)
	if saved.Connector.Key != nil || saved.Connector.Label != "wiki" || len(saved.Warnings) != 0 {
		t.Errorf("made %+v", saved)
	}
	d.must(nil, a.ActivateConnector(ctx, "wiki"))
	_, err = a.Key(ctx, "wiki")
	is(t, "its key", err, store.ErrNotFound)
	_, err = a.MakeKey(ctx, "wiki")
	faulty(t, "a key for it", err, "connector")
	_, err = a.UploadKey(ctx, "wiki", []byte("x"), []byte("y"))
	faulty(t, "an uploaded key for it", err, "connector")
}

func TestEverythingWrongWithAConnectorIsToldAtOnce(t *testing.T) {
	many := make([]string, idp.MaxGrants+1)
	for i := range many {
		many[i] = fmt.Sprintf("g%d", i)
	}
	china := resource.Role{RoleARN: "arn:aws-cn:iam::111122223333:role/A", ProviderARN: "arn:aws-cn:iam::111122223333:saml-provider/G"}
	cases := []struct {
		name   string
		change func(*resource.Connector)
		want   []string
	}{
		{"groups that do not exist", func(c *resource.Connector) {
			c.Groups = []string{"open", "nope", "closed"}
			c.Roles[0].Groups = []string{"nobody", "closed"}
		}, []string{"groups[1]", "roles[0].groups[0]"}},
		{"a group twice", func(c *resource.Connector) {
			c.Groups = []string{"open", "open"}
			c.Roles[0].Groups = []string{"open", "open"}
		}, []string{"groups[1]", "roles[0].groups[1]"}},
		{"a role for a group that is not granted", func(c *resource.Connector) {
			c.Groups = []string{"open"}
			c.Roles[0].Groups = []string{"open", "closed"}
		}, []string{"roles[0].groups[1]"}},
		{"a fault of every kind", func(c *resource.Connector) {
			c.Slug, c.Label, c.Groups, c.SessionDuration = "No Slug", strings.Repeat("x", 65), []string{"nope"}, "soon"
			c.RelayStates = []string{"https://evil.example.com"}
			c.Roles = []resource.Role{{RoleARN: iam + "role/A", ProviderARN: "arn:aws:iam::444455556666:saml-provider/G", Groups: []string{"other"}}}
			c.Attributes = []resource.Attribute{{Name: "RoleSessionName", Value: "${user.email}"}, {Name: "Nonsense", Value: "x"}}
		}, []string{"slug", "label", "groups[0]", "session_duration", "relay_states[0]", "roles[0].groups[0]", "roles[0].provider_arn", "attributes[1].name"}},
		{"a role as an attribute", func(c *resource.Connector) {
			c.Attributes = []resource.Attribute{{Name: "Role", Value: iam + "role/A," + iam + "saml-provider/G"}, {Name: "SessionDuration", Value: "3600"}}
		}, []string{"attributes[0].name", "attributes[1].name"}},
		{"an unknown kind", func(c *resource.Connector) { c.Kind = "saml" }, []string{"kind"}},
		{"a reserved word", func(c *resource.Connector) { c.Slug = "admin" }, []string{"slug"}},
		{"no slug", func(c *resource.Connector) { c.Slug = "" }, []string{"slug"}},
		{"a role of another partition", func(c *resource.Connector) { c.Roles = append(c.Roles, china) }, []string{"roles[1].role_arn"}},
		{"a duration that AWS does not take", func(c *resource.Connector) { c.SessionDuration = "14m" }, []string{"session_duration"}},
		{"more groups than one write can grant", func(c *resource.Connector) { c.Groups = many }, []string{"groups"}},
	}
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	for _, name := range many {
		d.must(d.CreateGroup(ctx, owner, name, ""))
	}
	before := d.stored()
	for _, c := range cases {
		in := draft("aws-new")
		c.change(&in)
		_, err := a.CreateConnector(ctx, in)
		faulty(t, c.name, err, c.want...)
		if err != nil && strings.Contains(err.Error(), "g_") {
			t.Errorf("%s: a group is called by its ID: %v", c.name, err)
		}
		if in.Kind == "" && in.Slug == "aws-new" { // the same, told of a change
			_, err = a.UpdateConnector(ctx, "aws-a", "", func(now *resource.Connector) error {
				c.change(now)
				return nil
			})
			faulty(t, "changed to "+c.name, err, c.want...)
		}
	}
	_, err := a.CreateConnector(ctx, draft("aws-a"))
	is(t, "a slug that is taken", err, store.ErrExists)
	for _, custody := range []string{"kms", "vault", "File"} {
		in := draft("aws-new")
		in.Key = &resource.Key{Custody: custody}
		_, err := a.CreateConnector(ctx, in)
		faulty(t, "a key in the custody of "+custody, err, "key.custody")
	}
	if d.stored() != before {
		t.Error("something of it is stored")
	}
	for i := range 1000 {
		many = append(many, fmt.Sprint("nope-", i))
	}
	n := d.tables.count(func() { _, err = a.CreateConnector(ctx, draft("aws-new", many...)) })
	faulty(t, "far too many groups", err, "groups")
	if n > 10 {
		t.Errorf("%d calls to the store to refuse them", n)
	}
}

func TestAChangeReplacesTheGrantsAndSaysSo(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminConnectors)
	saved, err := a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error {
		c.Groups, c.Roles = []string{"closed"}, []resource.Role{role("SAML-User"), role("More", "closed")}
		c.Active, c.Key, c.Description = true, &resource.Key{Custody: "kms", State: "ready"}, "for all"
		c.ImageURL, c.Version, c.CreatedAt = "/elsewhere", 99, "2000-01-01T00:00:00Z"
		return nil
	})
	d.must(nil, err)
	c := saved.Connector
	if !slices.Equal(c.Groups, []string{"closed"}) || c.Roles[1].Groups[0] != "closed" || c.Description != "for all" {
		t.Errorf("changed to %+v", c)
	}
	if c.Active || c.Key.State != "none" || c.ImageURL != "" || c.Version != 3 || strings.HasPrefix(c.CreatedAt, "2000") {
		t.Errorf("what does not change this way did: %+v", c)
	}
	for group, want := range map[string][]string{"open": {}, "closed": {"aws-a"}} {
		got, err := a.GroupConnectors(ctx, group)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s opens %q, %v", group, got, err)
		}
	}
	e := of(idp.ActionConnectorUpdate, d.audit(admin.EventQuery{Connector: "aws-a"}))[0]
	var told []string
	for name := range e.After {
		told = append(told, name)
	}
	slices.Sort(told)
	if !slices.Equal(told, []string{"description", "groups", "roles"}) || fmt.Sprint(e.Before["groups"], e.After["groups"]) != "[open] [closed]" {
		t.Errorf("recorded as %v → %v", e.Before, e.After)
	}
	_, err = a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error {
		c.Groups = []string{"open"} // and leaves the role that closed alone has
		return nil
	})
	faulty(t, "without a group that a role names", err, "roles[1].groups[0]")
	_, err = a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error { c.Slug = "aws-z"; return nil })
	faulty(t, "another slug", err, "slug")
	_, err = a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error { c.Kind = "bookmark"; return nil })
	faulty(t, "another kind", err, "kind")
	_, err = a.UpdateConnector(ctx, "aws-z", "", func(*resource.Connector) error { return nil })
	is(t, "one that is not there", err, store.ErrNotFound)
}

func TestWarningsComeWithWhatIsStored(t *testing.T) {
	d := newOffice(t)
	in := draft("aws-b")
	in.Attributes = []resource.Attribute{{Name: "RoleSessionName", Value: "SSO-User"}}
	in.SessionDuration = "4h"
	saved, err := d.as(idp.AdminOwner).CreateConnector(t.Context(), in)
	d.must(nil, err)
	faulty(t, "at its making", saved.Warnings, "attributes[0].value", "session_duration")
	saved, err = d.as(idp.AdminOwner).UpdateConnector(t.Context(), "aws-b", saved.Connector.ETag, func(c *resource.Connector) error {
		c.SessionDuration = ""
		return nil
	})
	d.must(nil, err)
	faulty(t, "at its change", saved.Warnings, "attributes[0].value")
}

func TestAKeyThatCannotBeMadeIsMadeLater(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminConnectors)
	d.keys.err = fmt.Errorf("kms: %w", keys.ErrUnavailable)
	in := draft("aws-b", "open")
	in.Key = nil
	saved, err := a.CreateConnector(ctx, in)
	d.must(nil, err)
	if saved.Connector.Key.State != "none" || len(saved.Connector.Groups) != 1 {
		t.Errorf("made %+v", saved.Connector)
	}
	faulty(t, "the warning", saved.Warnings, "key")
	faulty(t, "activation", a.ActivateConnector(ctx, "aws-b"), "key")
	_, err = a.MakeKey(ctx, "aws-b")
	is(t, "a key, still", err, keys.ErrUnavailable)
	d.keys.err = nil
	key, err := a.MakeKey(ctx, "aws-b")
	if err != nil || key.State != "ready" || key.Source != "generated" {
		t.Fatalf("made %+v, %v", key, err)
	}
	_, err = a.MakeKey(ctx, "aws-b")
	is(t, "a second key", err, store.ErrExists)
	d.must(nil, a.ActivateConnector(ctx, "aws-b"))
	view, err := a.Key(ctx, "aws-b")
	if err != nil || len(view.Certificates) != 1 || view.Fingerprint != key.Fingerprint || strings.Contains(fmt.Sprint(view), "PRIVATE") {
		t.Errorf("shown as %+v, %v", view, err)
	}
}

func TestOnlyAnInactiveConnectorIsDeletedAndItsKeyWithIt(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminConnectors)
	in := draft("aws-b", "open")
	in.Key = nil
	first, err := a.CreateConnector(ctx, in)
	d.must(nil, err)
	d.must(nil, a.ActivateConnector(ctx, "aws-b"))
	is(t, "with an old ETag", a.DeleteConnector(ctx, "aws-b", first.Connector.ETag), store.ErrStale)
	is(t, "while active", a.DeleteConnector(ctx, "aws-b", ""), store.ErrActive)
	d.must(nil, a.DeactivateConnector(ctx, "aws-b"))
	now, err := a.Connector(ctx, "aws-b")
	d.must(nil, err)
	if now.Key.State != "ready" {
		t.Errorf("the refused deletions left the key %+v", now.Key)
	}
	d.must(nil, a.DeleteConnector(ctx, "aws-b", now.ETag))
	is(t, "again", a.DeleteConnector(ctx, "aws-b", now.ETag), store.ErrNotFound)
	slugs, err := a.GroupConnectors(ctx, "open")
	if err != nil || !slices.Equal(slugs, []string{"aws-a"}) {
		t.Errorf("the group opens %q, %v", slugs, err)
	}
	again, err := a.CreateConnector(ctx, in)
	d.must(nil, err)
	if again.Connector.Version != first.Connector.Version || again.Connector.ETag == first.Connector.ETag {
		t.Errorf("the next connector of that slug has the ETag %s of the first", again.Connector.ETag)
	}
}

func TestALockdownShowsEveryConnectorClosedUntilItIsLifted(t *testing.T) {
	d := newOffice(t)
	ctx := t.Context()
	d.must(d.as(idp.AdminOwner).CreateConnector(ctx, resource.Connector{Slug: "wiki", Kind: "bookmark", URL: "https://wiki.example.com"}))
	d.must(d.as(idp.AdminOwner).CreateConnector(ctx, resource.Connector{Slug: "mail", Kind: "bookmark", URL: "https://mail.example.com"}))
	d.must(nil, d.as(idp.AdminConnectors).ActivateConnector(ctx, "wiki"))
	before := d.stored()
	d.must(nil, d.as(idp.AdminOwner).Lockdown(ctx))
	d.must(nil, d.as(idp.AdminOwner).Lockdown(ctx))
	list, _, err := d.as(idp.AdminViewer).Connectors(ctx, admin.List{})
	d.must(nil, err)
	for _, c := range list {
		if c.Active {
			t.Errorf("%s is shown active", c.Slug)
		}
	}
	in, err := d.as(idp.AdminViewer).Instance(ctx)
	if err != nil || !in.Lockdown || in.URL != "https://sso.example.com" {
		t.Errorf("instance %+v, %v", in, err)
	}
	is(t, "activation", d.as(idp.AdminConnectors).ActivateConnector(ctx, "mail"), admin.ErrLockdown)
	is(t, "deletion of one that was active", d.as(idp.AdminConnectors).DeleteConnector(ctx, "wiki", ""), store.ErrActive)
	denied(t, "lifting", d.as(idp.AdminConnectors).LiftLockdown(ctx))
	d.now = noon.Add(time.Minute)
	d.must(nil, d.as(idp.AdminOwner).LiftLockdown(ctx))
	if after := d.stored(); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
	list2 := d.audit(admin.EventQuery{})
	if len(of(idp.ActionLockdown, list2)) != 2 || len(of(idp.ActionLockdownLift, list2)) != 1 {
		t.Error("lockdown and its end are not on record")
	}
}

func TestARoleIsOpenedToAllGroupsByAWordAlone(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminConnectors)
	to := func(groups []string) error {
		return only(a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error {
			c.Roles[0].Groups = groups
			return nil
		}))
	}
	d.must(nil, to([]string{"open"}))
	var problems idp.Problems
	if err := to(nil); !errors.As(err, &problems) || problems[0].Field != "roles[0].groups" || problems[0].Remedy == "" {
		t.Errorf("says %v", err)
	}
	d.must(nil, to([]string{}))
	d.must(nil, to(nil)) // it is open to all already
}
