package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

func testGroups(t *testing.T, open Open) {
	t.Run("a group comes back with every field, by ID and by name", func(t *testing.T) {
		r := newRepo(t, open)
		g := &idp.Group{Name: "SSO-AWS-A", Description: "Who may use A"}
		mustBeFull(t, *g, "ID", "Closed", "CreatedAt", "UpdatedAt", "Version")
		r.must(r.CreateGroup(t.Context(), g, did(idp.ActionGroupCreate)))
		byID, err := r.Group(t.Context(), g.ID)
		r.must(err)
		byName, err := r.GroupByName(t.Context(), "SSO-AWS-A")
		r.must(err)
		mustEqual(t, "the group by ID", fmt.Sprintf("%+v", byID), fmt.Sprintf("%+v", g))
		mustEqual(t, "the group by name", fmt.Sprintf("%+v", byName), fmt.Sprintf("%+v", g))
	})
	t.Run("groups are found by their names, those that exist", func(t *testing.T) {
		r := newRepo(t, open)
		a, b := r.group("a"), r.group("b")
		found, err := r.GroupsByName(t.Context(), []string{"b", "nobody", "a", "no name", "", "b", "A"})
		r.must(err)
		mustEqual(t, "the groups found", len(found), 2)
		mustEqual(t, "the groups", fmt.Sprintf("%+v %+v", found["a"], found["b"]), fmt.Sprintf("%+v %+v", a, b))
		found, err = r.GroupsByName(t.Context(), nil)
		r.must(err)
		mustEqual(t, "the groups of no name", len(found), 0)
	})
	t.Run("a name is one group's, also when two are made at the same time", func(t *testing.T) {
		r := newRepo(t, open)
		errs := together(10, func(int) error {
			return r.CreateGroup(t.Context(), &idp.Group{Name: "g"}, did(idp.ActionGroupCreate))
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 1)
		mustEqual(t, "the number refused", count(errs, store.ErrExists), 9)
	})
	t.Run("a new name frees the old one and must be free itself", func(t *testing.T) {
		r := newRepo(t, open)
		a := r.group("a")
		r.group("b")
		u := r.user("a@example.com", a.ID)
		a.Name = "b"
		mustBe(t, r.UpdateGroup(t.Context(), a, did(idp.ActionGroupUpdate)), store.ErrExists)
		a.Name = "c"
		r.must(r.UpdateGroup(t.Context(), a, did(idp.ActionGroupUpdate)))
		_, err := r.GroupByName(t.Context(), "a")
		mustBe(t, err, store.ErrNotFound)
		got, err := r.GroupByName(t.Context(), "c")
		r.must(err)
		mustEqual(t, "the group", fmt.Sprint(got.ID, got.Version), fmt.Sprint(a.ID, 2))
		r.mustAgreeOnMembers([]string{u.ID}, []string{a.ID})
		names, err := r.GroupNames(t.Context(), []string{a.ID, "nothing", a.ID, "\xff"})
		r.must(err)
		mustEqual(t, "the names", fmt.Sprint(names), fmt.Sprintf("map[%s:c]", a.ID))
	})
	t.Run("an update of an old version and what is not valid are refused", func(t *testing.T) {
		r := newRepo(t, open)
		g := r.group("a")
		old := *g
		r.must(r.UpdateGroup(t.Context(), g, did(idp.ActionGroupUpdate)))
		mustBe(t, r.UpdateGroup(t.Context(), &old, did(idp.ActionGroupUpdate)), store.ErrStale)
		g.Name = "no good name"
		var problems idp.Problems
		if err := r.UpdateGroup(t.Context(), g, did(idp.ActionGroupUpdate)); !errors.As(err, &problems) {
			t.Fatalf("error is %v, want problems", err)
		}
	})
	t.Run("lists go by name and prefix, page by page", func(t *testing.T) {
		r := newRepo(t, open)
		for _, name := range []string{"b", "a.2", "a.1"} {
			r.group(name)
		}
		mustList(t, "the names", r.groupNames(store.List{Limit: 1}), []string{"a.1", "a.2", "b"})
		mustList(t, "the names", r.groupNames(store.List{Prefix: "a."}), []string{"a.1", "a.2"})
	})
}

func (r repo) groupNames(l store.List) []string {
	r.Helper()
	var names []string
	for {
		page, cursor, err := r.ListGroups(r.Context(), l)
		r.must(err)
		for _, g := range page {
			names = append(names, g.Name)
		}
		if cursor == "" {
			return names
		}
		l.Cursor = cursor
	}
}

func testGroupDeletion(t *testing.T, open Open) {
	t.Run("a small group goes at once, with grants and memberships, each with its event", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(2)
		g, err := r.Group(t.Context(), ids[0])
		r.must(err)
		r.connector("aws-a", ids...)
		r.connector("aws-b", ids[0])
		u := r.user("a@example.com", ids...)
		done, err := r.DeleteGroup(t.Context(), g, did(idp.ActionGroupDelete))
		r.must(err)
		mustEqual(t, "gone", done, true)
		_, err = r.GroupByName(t.Context(), g.Name)
		mustBe(t, err, store.ErrNotFound)
		r.mustAgreeOnGrants([]string{"aws-a", "aws-b"}, ids)
		r.mustAgreeOnMembers([]string{u.ID}, ids)
		c, err := r.Connector(t.Context(), "aws-a")
		r.must(err)
		mustList(t, "the groups of the connector", c.Groups, ids[1:])
		counts := map[string]int{}
		for _, action := range r.actions() {
			counts[action]++
		}
		mustEqual(t, "the events", fmt.Sprint(counts), "map[connector.create:2 connector.revoke:2 group.create:2 group.delete:1 group.remove-member:1 user.create:1]")
	})
	t.Run("a large group goes by repeating the call, and takes nobody in meanwhile", func(t *testing.T) {
		r := newRepo(t, open)
		g := r.group("g")
		for i := range 205 {
			r.user(fmt.Sprintf("u%03d@example.com", i), g.ID)
		}
		late := r.user("late@example.com")
		r.connector("aws-a", g.ID)
		r.connector("aws-b")
		done, err := r.DeleteGroup(t.Context(), g, did(idp.ActionGroupDelete))
		r.must(err)
		mustEqual(t, "gone after the first call", done, false)
		r.mustAgreeOnGrants([]string{"aws-a"}, []string{g.ID})
		granted, err := r.GroupConnectors(t.Context(), g.ID)
		r.must(err)
		mustEqual(t, "the number of grants", len(granted), 0)
		mustBe(t, r.AddMember(t.Context(), late.ID, g.ID, time.Time{}, did(idp.ActionMemberAdd)), store.ErrNotFound)
		mustBe(t, r.Grant(t.Context(), "aws-b", g.ID, did(idp.ActionGrant), nil), store.ErrNotFound)
		mustBe(t, r.UpdateGroup(t.Context(), g, did(idp.ActionGroupUpdate)), store.ErrNotFound)
		again, err := r.GroupByName(t.Context(), "g")
		r.must(err)
		mustEqual(t, "the version to go on with", again.Version, g.Version)
		done, err = r.DeleteGroup(t.Context(), again, did(idp.ActionGroupDelete))
		r.must(err)
		mustEqual(t, "gone after the second call", done, true)
		mustEqual(t, "the number of members", len(r.memberIDs(g.ID)), 0)
		r.group("g")
	})
	testGroupDeletionRaces(t, open)
	testGroupClosing(t, open)
}

func testGroupClosing(t *testing.T, open Open) {
	t.Run("a closed group takes nothing new, keeps what it has, and goes", func(t *testing.T) {
		r := newRepo(t, open)
		g := r.group("g")
		r.connector("aws-a", g.ID)
		r.connector("aws-b")
		u, late := r.user("a@example.com", g.ID), r.user("late@example.com")
		before := *g
		r.must(r.CloseGroup(t.Context(), g, did(idp.ActionGroupClose)))
		held, err := r.Group(t.Context(), g.ID)
		r.must(err)
		mustEqual(t, "the group", fmt.Sprintf("%+v", held), fmt.Sprintf("%+v", g))
		mustEqual(t, "closed", held.Closed.Until.After(held.UpdatedAt), true)
		mustBe(t, r.AddMember(t.Context(), late.ID, g.ID, time.Time{}, did(idp.ActionMemberAdd)), store.ErrClosed)
		mustBe(t, r.Grant(t.Context(), "aws-b", g.ID, did(idp.ActionGrant), nil), store.ErrClosed)
		_, err = r.DeleteGroup(t.Context(), &before, did(idp.ActionGroupDelete))
		mustBe(t, err, store.ErrStale)
		mustBe(t, r.CloseGroup(t.Context(), &before, did(idp.ActionGroupClose)), store.ErrStale)
		r.mustAgreeOnMembers([]string{u.ID}, []string{g.ID})
		done, err := r.DeleteGroup(t.Context(), g, did(idp.ActionGroupDelete))
		r.must(err)
		mustEqual(t, "gone", done, true)
	})
	t.Run("no role is opened to a closed group, and others change", func(t *testing.T) {
		r := newRepo(t, open)
		g, other := r.group("g"), r.group("other")
		c := r.connector("aws-a", g.ID, other.ID)
		c.Roles[0].Groups = []string{other.ID}
		r.must(r.UpdateConnector(t.Context(), c, did(idp.ActionConnectorUpdate)))
		r.must(r.CloseGroup(t.Context(), g, did(idp.ActionGroupClose)))
		more := c.Roles[0]
		more.RoleARN += "More"
		for _, roles := range [][]idp.Role{
			{{RoleARN: c.Roles[0].RoleARN, ProviderARN: c.Roles[0].ProviderARN, Groups: []string{other.ID, g.ID}}},
			{{RoleARN: c.Roles[0].RoleARN, ProviderARN: c.Roles[0].ProviderARN}},
			{c.Roles[0], {RoleARN: more.RoleARN, ProviderARN: more.ProviderARN}},
		} {
			wide := *c
			wide.Roles = roles
			mustBe(t, r.UpdateConnector(t.Context(), &wide, did(idp.ActionConnectorUpdate)), store.ErrClosed)
		}
		c.Roles, c.Label = append(c.Roles, more), "Other"
		r.must(r.UpdateConnector(t.Context(), c, did(idp.ActionConnectorUpdate)))
		r.must(r.ReopenGroup(t.Context(), g, did(idp.ActionGroupReopen)))
		c.Roles[0].Groups = nil
		r.must(r.UpdateConnector(t.Context(), c, did(idp.ActionConnectorUpdate)))
	})
	t.Run("a group that is opened again, or changed, takes members", func(t *testing.T) {
		r := newRepo(t, open)
		for i, again := range []func(*idp.Group) error{
			func(g *idp.Group) error { return r.ReopenGroup(t.Context(), g, did(idp.ActionGroupReopen)) },
			func(g *idp.Group) error { return r.UpdateGroup(t.Context(), g, did(idp.ActionGroupUpdate)) },
		} {
			g := r.group(fmt.Sprintf("g%d", i))
			r.must(r.CloseGroup(t.Context(), g, did(idp.ActionGroupClose)))
			r.must(again(g))
			u := r.user(fmt.Sprintf("u%d@example.com", i))
			r.must(r.AddMember(t.Context(), u.ID, g.ID, time.Time{}, did(idp.ActionMemberAdd)))
			held, err := r.Group(t.Context(), g.ID)
			r.must(err)
			mustEqual(t, "closed", held.Closed, idp.Closed{})
		}
	})
}

func testGroupDeletionRaces(t *testing.T, open Open) {
	t.Run("an old version is not deleted", func(t *testing.T) {
		r := newRepo(t, open)
		old := r.group("g")
		g := *old
		r.must(r.UpdateGroup(t.Context(), &g, did(idp.ActionGroupUpdate)))
		_, err := r.DeleteGroup(t.Context(), old, did(idp.ActionGroupDelete))
		mustBe(t, err, store.ErrStale)
	})
	t.Run("members who join while a group is deleted are in it or not, on both sides", func(t *testing.T) {
		r := newRepo(t, open)
		g := r.group("g")
		users := make([]string, 20)
		for i := range users {
			users[i] = r.user(fmt.Sprintf("u%d@example.com", i)).ID
		}
		together(21, func(i int) error {
			if i == 20 {
				mine := *g
				_, err := r.DeleteGroup(t.Context(), &mine, did(idp.ActionGroupDelete))
				return err
			}
			return r.AddMember(t.Context(), users[i], g.ID, time.Time{}, did(idp.ActionMemberAdd))
		})
		r.mustAgreeOnMembers(users, []string{g.ID})
		if _, err := r.Group(t.Context(), g.ID); errors.Is(err, store.ErrNotFound) {
			mustEqual(t, "the number of members of no group", len(r.memberIDs(g.ID)), 0)
		}
	})
	t.Run("a mark that has lapsed keeps nobody out, and whoever set it is late", func(t *testing.T) {
		r := newRepo(t, open)
		g, u := r.group("g"), r.user("a@example.com")
		r.must(r.CloseGroup(t.Context(), g, did(idp.ActionGroupClose)))
		r.clock.add(idp.ClosedFor)
		r.must(r.AddMember(t.Context(), u.ID, g.ID, time.Time{}, did(idp.ActionMemberAdd)))
		_, err := r.DeleteGroup(t.Context(), g, did(idp.ActionGroupDelete))
		mustBe(t, err, store.ErrStale)
		r.mustAgreeOnMembers([]string{u.ID}, []string{g.ID})
	})
}
