package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

func testMembers(t *testing.T, open Open) {
	never := time.Time{}
	t.Run("a membership and its removal show on both sides and raise the person's version", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(2)
		u := r.user("a@example.com", ids[0])
		r.must(r.AddMember(t.Context(), u.ID, ids[1], never, did(idp.ActionMemberAdd)))
		r.mustAgreeOnMembers([]string{u.ID}, ids)
		r.must(r.RemoveMember(t.Context(), u.ID, ids[0], did(idp.ActionMemberRemove)))
		r.mustAgreeOnMembers([]string{u.ID}, ids)
		got, err := r.User(t.Context(), u.ID)
		r.must(err)
		mustEqual(t, "the version", got.Version, 3)
		mustList(t, "the members", r.memberIDs(ids[1]), []string{u.ID})
	})
	t.Run("a membership that is there and one that is not change nothing and leave no event", func(t *testing.T) {
		r := newRepo(t, open)
		id := r.group("g").ID
		u := r.user("a@example.com", id)
		r.must(r.AddMember(t.Context(), u.ID, id, never, did(idp.ActionMemberAdd)))
		r.must(r.RemoveMember(t.Context(), u.ID, "another", did(idp.ActionMemberRemove)))
		got, err := r.User(t.Context(), u.ID)
		r.must(err)
		mustEqual(t, "the version", got.Version, 1)
		mustEqual(t, "the number of events", len(r.actions()), 2)
	})
	testMembershipEnds(t, open)
}

func testMembershipEnds(t *testing.T, open Open) {
	never := time.Time{}
	t.Run("a membership ends on both sides at its time, which can be moved", func(t *testing.T) {
		r := newRepo(t, open)
		id := r.group("g").ID
		u := r.user("a@example.com")
		until := r.clock.now().Add(time.Hour)
		r.must(r.AddMember(t.Context(), u.ID, id, until, did(idp.ActionMemberAdd)))
		r.must(r.AddMember(t.Context(), u.ID, id, until.Add(time.Hour), did(idp.ActionMemberAdd)))
		r.clock.add(90 * time.Minute)
		members, _, err := r.Members(t.Context(), id, store.List{})
		r.must(err)
		mustEqual(t, "the number of members", len(members), 1)
		mustEqual(t, "the end", members[0].Until.Equal(until.Add(time.Hour)), true)
		r.clock.add(30 * time.Minute)
		r.mustAgreeOnMembers([]string{u.ID}, []string{id})
		mustEqual(t, "the number of members after the end", len(r.memberIDs(id)), 0)
		r.must(r.AddMember(t.Context(), u.ID, id, never, did(idp.ActionMemberAdd)))
		r.mustAgreeOnMembers([]string{u.ID}, []string{id})
	})
	t.Run("memberships that have ended make room", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(idp.MaxMemberships + 1)
		u := r.user("a@example.com")
		for i, id := range ids[:idp.MaxMemberships] {
			u.Groups = append(u.Groups, idp.Membership{GroupID: id, Until: r.clock.now().Add(time.Hour)})
			if i%store.MaxChanges == store.MaxChanges-1 || i == idp.MaxMemberships-1 {
				r.must(r.UpdateUser(t.Context(), u, did(idp.ActionUserUpdate)))
			}
		}
		last := ids[idp.MaxMemberships]
		var problems idp.Problems
		if err := r.AddMember(t.Context(), u.ID, last, never, did(idp.ActionMemberAdd)); !errors.As(err, &problems) {
			t.Fatalf("error is %v, want problems", err)
		}
		r.clock.add(time.Hour)
		r.must(r.AddMember(t.Context(), u.ID, last, never, did(idp.ActionMemberAdd)))
		got, err := r.User(t.Context(), u.ID)
		r.must(err)
		mustEqual(t, "the number of memberships", len(got.Groups), 1)
		r.mustAgreeOnMembers([]string{u.ID}, ids)
	})
	testMembershipSets(t, open)
}

func testMembershipSets(t *testing.T, open Open) {
	never := time.Time{}
	t.Run("who or what does not exist cannot be joined", func(t *testing.T) {
		r := newRepo(t, open)
		id, u := r.group("g").ID, r.user("a@example.com")
		mustBe(t, r.AddMember(t.Context(), "nobody", id, never, did(idp.ActionMemberAdd)), store.ErrNotFound)
		mustBe(t, r.AddMember(t.Context(), u.ID, "nothing", never, did(idp.ActionMemberAdd)), store.ErrNotFound)
		mustBe(t, r.RemoveMember(t.Context(), "nobody", id, did(idp.ActionMemberRemove)), store.ErrNotFound)
		mustBe(t, r.CreateUser(t.Context(), &idp.User{Email: "b@example.com", Groups: []idp.Membership{{GroupID: "nothing"}}}, idp.Event{}), store.ErrNotFound)
	})
	t.Run("an update replaces the set of memberships on both sides, within the limit", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(store.MaxChanges + 1)
		u := r.user("a@example.com", ids[:4]...)
		u.Groups = []idp.Membership{{GroupID: ids[3], Until: r.clock.now().Add(time.Hour)}, {GroupID: ids[5]}}
		r.must(r.UpdateUser(t.Context(), u, did(idp.ActionUserUpdate)))
		r.mustAgreeOnMembers([]string{u.ID}, ids)
		u.Groups = append(u.Groups, idp.Membership{GroupID: ids[5]})
		mustBe(t, r.UpdateUser(t.Context(), u, did(idp.ActionUserUpdate)), store.ErrExists)
		all := &idp.User{Email: "b@example.com"}
		for _, id := range ids {
			all.Groups = append(all.Groups, idp.Membership{GroupID: id})
		}
		mustBe(t, r.CreateUser(t.Context(), all, did(idp.ActionUserCreate)), store.ErrTooLarge)
	})
	t.Run("people join one group at the same time, and one person many groups", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(10)
		users := []string{r.user("a@example.com").ID, r.user("b@example.com").ID, r.user("c@example.com").ID}
		errs := together(30, func(i int) error {
			return r.AddMember(t.Context(), users[i%3], ids[i/3], never, did(idp.ActionMemberAdd))
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 30)
		r.mustAgreeOnMembers(users, ids)
		mustEqual(t, "the number of members", len(r.memberIDs(ids[9])), 3)
	})
}
