package storetest

import (
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

func testNameIDs(t *testing.T, open Open) {
	named := func(email, nameID string) *idp.User { return &idp.User{Email: email, Active: true, NameID: nameID} }
	t.Run("a name ID is one person's, also when two are made at the same time", func(t *testing.T) {
		r := newRepo(t, open)
		errs := together(10, func(i int) error {
			return r.CreateUser(t.Context(), named(string(rune('a'+i))+"@example.com", "nameid-0001"), did(idp.ActionUserCreate))
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 1)
		mustEqual(t, "the number refused", count(errs, store.ErrNameID), 9)
		mustEqual(t, "the number of people", len(r.emails(store.List{})), 1)
	})
	t.Run("a name ID stays taken when its person is gone", func(t *testing.T) {
		r := newRepo(t, open)
		u := named("a@example.com", "nameid-0001")
		r.must(r.CreateUser(t.Context(), u, did(idp.ActionUserCreate)))
		r.must(r.DeleteUser(t.Context(), u, did(idp.ActionUserDelete)))
		mustBe(t, r.CreateUser(t.Context(), named("a@example.com", "nameid-0001"), did(idp.ActionUserCreate)), store.ErrNameID)
		r.must(r.CreateUser(t.Context(), named("a@example.com", "nameid-0002"), did(idp.ActionUserCreate)))
	})
	t.Run("a person of the version before keeps their name ID, alive and deleted", func(t *testing.T) {
		r := newRepo(t, open)
		a, b, twin := r.user("a@example.com"), r.user("b@example.com"), r.user("c@example.com")
		r.must(r.tables.Write(t.Context(), forgotten(a.NameID), forgotten(b.NameID), forgotten(twin.NameID)))
		r.must(r.DeleteUser(t.Context(), b, did(idp.ActionUserDelete)))
		r.must(r.ClaimNameIDs(t.Context()))
		for _, u := range []*idp.User{a, b, twin} {
			mustBe(t, r.CreateUser(t.Context(), named("new@example.com", u.NameID), did(idp.ActionUserCreate)), store.ErrNameID)
		}
		r.must(r.ClaimNameIDs(t.Context()))
		r.must(r.CreateUser(t.Context(), named("new@example.com", "nameid-0003"), did(idp.ActionUserCreate)))
	})
}

// forgotten takes away what the version before did not write.
func forgotten(nameID string) store.Op {
	return store.Delete(store.Key{Table: store.Directory, Partition: "NAMEID", Sort: nameID}, store.Present())
}
