package admin_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// outdated fails the test unless an error says that a thing has changed; it returns
// what it tells.
func outdated(t *testing.T, what string, err error) *admin.Stale {
	t.Helper()
	var stale *admin.Stale
	if !errors.As(err, &stale) || !errors.Is(err, store.ErrStale) {
		t.Fatalf("%s: got %v, want a *Stale", what, err)
	}
	return stale
}

// told are the actor, the action and the fields of each change.
func told(changes []resource.Event) []string {
	var list []string
	for _, e := range changes {
		fields := make([]string, 0, len(e.Before)+len(e.After))
		for name := range e.Before {
			fields = append(fields, name)
		}
		for name := range e.After {
			if !slices.Contains(fields, name) {
				fields = append(fields, name)
			}
		}
		slices.Sort(fields)
		list = append(list, fmt.Sprintf("%s %s %s", e.Actor, e.Action, strings.Join(fields, ",")))
	}
	return list
}

func TestWhoeverIsTooLateIsToldWhatChanged(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	tick := func() { d.now = d.now.Add(time.Second) }
	connector, err := a.Connector(ctx, "aws-a")
	d.must(nil, err)
	group, err := a.Group(ctx, "closed")
	d.must(nil, err)
	user, err := a.User(ctx, alice)
	d.must(nil, err)
	tick()
	d.must(nil, d.as(idp.AdminConnectors).Grant(ctx, "aws-a", "closed"))
	tick()
	d.must(nil, d.as(idp.AdminConnectors).PutImage(ctx, "aws-a", dot))
	tick()
	d.must(d.as(idp.AdminConnectors).UpdateGroup(ctx, "closed", group.ETag, func(g *resource.Group) error { g.Description = "new"; return nil }))
	tick()
	d.must(nil, d.as(idp.AdminConnectors).AddMember(ctx, "closed", alice, time.Time{}))
	tick()
	d.must(d.as(idp.AdminOwner).UpdateUser(ctx, alice, "", setName("A.")))

	_, err = a.UpdateConnector(ctx, "aws-a", connector.ETag, func(*resource.Connector) error { return errors.New("asked for a change") })
	stale := outdated(t, "connector", err)
	now, err := a.Connector(ctx, "aws-a")
	if current := stale.Current.(resource.Connector); err != nil || current.ETag != now.ETag || stale.ETag != now.ETag || !slices.Contains(current.Groups, "closed") {
		t.Errorf("current is %+v under %s, %v", current, stale.ETag, err)
	}
	if got := told(stale.Changes)[:2]; !slices.Equal(got, []string{"connector-admin@example.com connector.image image_url", "connector-admin@example.com connector.grant group"}) {
		t.Errorf("changes of the connector: %q", got)
	}
	outdated(t, "deleted connector", a.DeleteConnector(ctx, "aws-a", connector.ETag))

	_, err = a.UpdateGroup(ctx, "closed", group.ETag, func(*resource.Group) error { return errors.New("asked for a change") })
	stale = outdated(t, "group", err)
	want := []string{"connector-admin@example.com group.add-member member", "connector-admin@example.com group.update description", "owner@example.com group.create description,name"}
	if got := told(stale.Changes); stale.Current.(resource.Group).Description != "new" || !slices.Equal(got, want) {
		t.Errorf("the group is %+v after %q", stale.Current, got)
	}
	_, err = a.DeleteGroup(ctx, "closed", group.ETag)
	outdated(t, "deleted group", err)

	_, err = a.UpdateUser(ctx, alice, user.ETag, func(*resource.User) error { return errors.New("asked for a change") })
	stale = outdated(t, "person", err)
	if stale.Current.(resource.User).Name != "A." {
		t.Errorf("the person is %+v", stale.Current)
	}
	want = []string{"owner@example.com user.update name", "connector-admin@example.com group.add-member member", "owner@example.com user.create active,admin_role,attributes,email,groups,name,name_id"}
	if got := told(stale.Changes); !slices.Equal(got, want) {
		t.Errorf("changes of the person: %q", got)
	}
	outdated(t, "deleted person", a.DeleteUser(ctx, alice, user.ETag))
}

func TestAStaleTellsTheLatestChangesAlone(t *testing.T) {
	d := newOffice(t)
	a := d.as(idp.AdminOwner)
	for i := range 13 {
		d.now = d.now.Add(time.Minute)
		d.must(a.UpdateConnector(t.Context(), "aws-a", "", func(c *resource.Connector) error {
			c.Label = fmt.Sprint("label ", i)
			return nil
		}))
	}
	_, err := a.UpdateConnector(t.Context(), "aws-a", `"c_x.1"`, func(*resource.Connector) error { return nil })
	stale := outdated(t, "connector", err)
	if len(stale.Changes) != 10 || stale.Changes[0].After["label"] != "label 12" || stale.Changes[9].After["label"] != "label 3" {
		t.Errorf("told %d changes: %+v", len(stale.Changes), stale.Changes)
	}
}

// rival is a change that somebody makes while another change is under way, and
// whether it is there.
type rival struct {
	do    func(ctx context.Context, d *desk) error
	there func(ctx context.Context, d *desk) bool
}

var rivals = map[string]rival{
	"connector": {
		func(ctx context.Context, d *desk) error {
			return only(d.as(idp.AdminOwner).UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error { c.Description = "theirs"; return nil }))
		},
		func(ctx context.Context, d *desk) bool {
			c, err := d.as(idp.AdminOwner).Connector(ctx, "aws-a")
			return err == nil && c.Description == "theirs"
		},
	},
	"group": {
		func(ctx context.Context, d *desk) error {
			return only(d.as(idp.AdminOwner).UpdateGroup(ctx, "closed", "", func(g *resource.Group) error { g.Description = "theirs"; return nil }))
		},
		func(ctx context.Context, d *desk) bool {
			g, _ := d.as(idp.AdminOwner).Group(ctx, "closed") // or renamed
			renamed, _ := d.as(idp.AdminOwner).Group(ctx, "ours")
			return g.Description == "theirs" || renamed.Description == "theirs"
		},
	},
	"person": {
		func(ctx context.Context, d *desk) error {
			return only(d.as(idp.AdminOwner).UpdateUser(ctx, alice, "", func(u *resource.User) error {
				u.Attributes = map[string]string{"team": "theirs"}
				return nil
			}))
		},
		func(ctx context.Context, d *desk) bool {
			u, err := d.as(idp.AdminOwner).User(ctx, alice)
			return err == nil && u.Attributes["team"] == "theirs"
		},
	},
}

// crossing is a change that a rival may cross.
type crossing struct {
	rival string
	do    func(ctx context.Context, a *admin.Administrator, match string) error
	first func(ctx context.Context, a *admin.Administrator) error // before each; nil for nothing
	plain bool                                                    // takes no version, and so is never refused
}

var crossings = map[string]crossing{
	"a connector is changed": {rival: "connector", do: func(ctx context.Context, a *admin.Administrator, match string) error {
		return only(a.UpdateConnector(ctx, "aws-a", match, func(c *resource.Connector) error { c.Label = "ours"; return nil }))
	}},
	"a connector is deleted": {rival: "connector", do: func(ctx context.Context, a *admin.Administrator, match string) error {
		return a.DeleteConnector(ctx, "aws-a", match)
	}},
	"an image is deleted": {
		rival: "connector", plain: true,
		do:    func(ctx context.Context, a *admin.Administrator, _ string) error { return a.DeleteImage(ctx, "aws-a") },
		first: func(ctx context.Context, a *admin.Administrator) error { return a.PutImage(ctx, "aws-a", dot) },
	},
	"a connector is activated": {
		rival: "connector", plain: true,
		do: func(ctx context.Context, a *admin.Administrator, _ string) error {
			return a.ActivateConnector(ctx, "aws-a")
		},
		first: func(ctx context.Context, a *admin.Administrator) error { return a.DeactivateConnector(ctx, "aws-a") },
	},
	"a connector is deactivated": {
		rival: "connector", plain: true,
		do: func(ctx context.Context, a *admin.Administrator, _ string) error {
			return a.DeactivateConnector(ctx, "aws-a")
		},
		first: func(ctx context.Context, a *admin.Administrator) error { return a.ActivateConnector(ctx, "aws-a") },
	},
	"a group is changed": {rival: "group", do: func(ctx context.Context, a *admin.Administrator, match string) error {
		return only(a.UpdateGroup(ctx, "closed", match, func(g *resource.Group) error { g.Name = "ours"; return nil }))
	}},
	"a group is deleted": {rival: "group", do: func(ctx context.Context, a *admin.Administrator, match string) error {
		return only(a.DeleteGroup(ctx, "closed", match))
	}},
	"a person is changed": {rival: "person", do: func(ctx context.Context, a *admin.Administrator, match string) error {
		return only(a.UpdateUser(ctx, alice, match, setName("ours")))
	}},
	"a person is deleted": {rival: "person", do: func(ctx context.Context, a *admin.Administrator, match string) error {
		return a.DeleteUser(ctx, alice, match)
	}},
	"a person is suspended": {rival: "person", plain: true, do: func(ctx context.Context, a *admin.Administrator, _ string) error {
		return a.SuspendUser(ctx, alice)
	}},
	"a person is locked": {rival: "person", plain: true, do: func(ctx context.Context, a *admin.Administrator, _ string) error {
		return a.LockUser(ctx, alice)
	}},
}

// Somebody else's change comes between any two calls to the store. It must never be
// lost: either the change under way is refused as stale, or both are there.
func TestNoChangeIsLostHoweverTwoCross(t *testing.T) {
	const most = 60
	for name, c := range crossings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newOffice(t)
			a := d.as(idp.AdminOwner)
			d.must(a.MakeKey(t.Context(), "aws-a"))
			for n := 1; n <= most && d.cross(t, n, c); n++ {
				if n == most {
					t.Error("never ends")
				}
			}
		})
	}
}

// cross has the rival act before the n-th call of a change, and reports whether
// there may be more to see after the next.
func (d *desk) cross(t *testing.T, n int, c crossing) bool {
	t.Helper()
	ctx, a, when := t.Context(), d.as(idp.AdminOwner), fmt.Sprintf("before call %d", n)
	d.must(nil, d.calm())
	if c.first != nil {
		d.must(nil, c.first(ctx, a))
	}
	match := d.etags()[c.rival]
	var theirs error
	d.tables.before(n, func() { theirs = rivals[c.rival].do(ctx, d) })
	ours := c.do(ctx, a, match)
	if d.tables.waiting() {
		return false // it takes less than n calls
	}
	if errors.Is(theirs, store.ErrNotFound) && ours == nil {
		return false // it came after what deletes
	}
	d.must(nil, theirs)
	var stale *admin.Stale
	if ours != nil && (c.plain || !errors.As(ours, &stale)) {
		t.Errorf("%s: got %v", when, ours)
	}
	if !rivals[c.rival].there(ctx, d) {
		t.Errorf("%s: the other's change is lost (ours: %v)", when, ours)
	}
	if done := d.ours(t); ours != nil && done {
		t.Errorf("%s: refused as stale, and done all the same", when)
	}
	return true
}

// ours reports whether a change of a name to "ours" is there.
func (d *desk) ours(t *testing.T) bool {
	t.Helper()
	a := d.as(idp.AdminOwner)
	c, _ := a.Connector(t.Context(), "aws-a") // what is gone is not ours
	g, _ := a.Group(t.Context(), "ours")
	u, _ := a.User(t.Context(), alice)
	return c.Label == "ours" || g.Name == "ours" || u.Name == "ours"
}

// calm undoes what an earlier round has changed, as far as it is there.
func (d *desk) calm() error {
	ctx, a := d.t.Context(), d.as(idp.AdminOwner)
	_, err := a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error { c.Description, c.Label = "", "AWS"; return nil })
	if err != nil {
		return err
	}
	_, err = a.UpdateGroup(ctx, "ours", "", func(g *resource.Group) error { g.Name = "closed"; return nil })
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	_, err = a.UpdateGroup(ctx, "closed", "", func(g *resource.Group) error { g.Description = ""; return nil })
	if err != nil {
		return err
	}
	err = a.ResumeUser(ctx, alice)
	if err != nil {
		return err
	}
	_, err = a.UpdateUser(ctx, alice, "", func(u *resource.User) error { u.Name, u.Attributes = "Alice", nil; return nil })
	return err
}

// etags are the versions of what the rivals change.
func (d *desk) etags() map[string]string {
	d.t.Helper()
	ctx, a := d.t.Context(), d.as(idp.AdminOwner)
	c, err := a.Connector(ctx, "aws-a")
	d.must(nil, err)
	g, err := a.Group(ctx, "closed")
	d.must(nil, err)
	u, err := a.User(ctx, alice)
	d.must(nil, err)
	return map[string]string{"connector": c.ETag, "group": g.ETag, "person": u.ETag}
}

func TestOfTwoAdministratorsWhoSaveAtOnceOneIsToldOfTheOther(t *testing.T) {
	const rounds = 20
	d := newOffice(t)
	ctx := t.Context()
	people := []*admin.Administrator{d.as(idp.AdminOwner), d.as(idp.AdminConnectors)}
	// Each adds groups of its own to a list that both write whole.
	save := func(a *admin.Administrator, mine string) error {
		for range 10 * rounds {
			c, err := a.Connector(ctx, "aws-a")
			if err != nil {
				return err
			}
			_, err = a.UpdateConnector(ctx, "aws-a", c.ETag, func(now *resource.Connector) error {
				now.RelayStates = append(now.RelayStates, "https://console.aws.amazon.com/"+mine)
				return nil
			})
			var stale *admin.Stale
			if !errors.As(err, &stale) {
				return err
			}
			if stale.ETag == c.ETag {
				return errors.New("refused under the version that is there")
			}
		}
		return errors.New("never got through")
	}
	var wg sync.WaitGroup
	for i, a := range people {
		wg.Go(func() {
			for round := range rounds {
				err := save(a, fmt.Sprintf("p%d/r%d", i, round))
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	c, err := people[0].Connector(ctx, "aws-a")
	d.must(nil, err)
	if len(c.RelayStates) != rounds*len(people) {
		t.Errorf("%d of %d changes are there", len(c.RelayStates), rounds*len(people))
	}
	saved := of(idp.ActionConnectorUpdate, d.audit(admin.EventQuery{Connector: "aws-a"}))
	if len(saved) != rounds*len(people) {
		t.Errorf("%d changes are on record", len(saved))
	}
}

// A person whom two administrators change at once, each another thing, by the
// routes that take no version.
func TestStateAndMembershipsOfAPersonChangeAtOnce(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	var wg sync.WaitGroup
	for round := range 10 {
		d.must(nil, a.ResumeUser(ctx, alice))
		wg.Go(func() {
			if err := a.AddMember(ctx, "open", alice, noon.Add(time.Duration(round+1)*time.Hour)); err != nil {
				t.Error("add:", err)
			}
		})
		wg.Go(func() {
			if err := a.LockUser(ctx, alice); err != nil {
				t.Error("lock:", err)
			}
		})
		wg.Wait()
		u, err := a.User(ctx, alice)
		d.must(nil, err)
		if u.Active || len(u.Groups) != 1 || u.Groups[0].ExpiresAt != resource.Stamp(noon.Add(time.Duration(round+1)*time.Hour)) {
			t.Fatalf("round %d: %+v", round, u)
		}
	}
}

// A deletion takes the key first. Where the connector has changed while it was being
// read, nobody has seen what would be deleted, and the key stays.
func TestADeletionThatAChangeCrossesWhileItReadsLeavesTheKey(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	d.must(a.MakeKey(ctx, "aws-a"))
	before, err := a.Connector(ctx, "aws-a")
	d.must(before, err)
	var theirs error
	d.tables.before(2, func() { theirs = rivals["connector"].do(ctx, d) })
	outdated(t, "deleted connector", a.DeleteConnector(ctx, "aws-a", ""))
	d.must(nil, theirs)
	now, err := a.Connector(ctx, "aws-a")
	if err != nil || now.Key == nil || before.Key == nil || now.Key.Fingerprint != before.Key.Fingerprint {
		t.Errorf("the key is %+v, %v; it was %+v", now.Key, err, before.Key)
	}
}
