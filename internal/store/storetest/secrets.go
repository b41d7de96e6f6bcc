package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

func testCredentials(t *testing.T, open Open) {
	t.Run("a credential is set, read and replaced", func(t *testing.T) {
		r := newRepo(t, open)
		u := r.user("a@example.com")
		_, err := r.Credential(t.Context(), u.ID)
		mustBe(t, err, store.ErrNotFound)
		for _, hash := range []string{"$argon2id$one", "$argon2id$two"} {
			r.must(r.SetCredential(t.Context(), u.ID, hash, did(idp.ActionPasswordSet)))
			got, err := r.Credential(t.Context(), u.ID)
			r.must(err)
			mustEqual(t, "the hash", got.Password, hash)
		}
		mustBe(t, r.SetCredential(t.Context(), "nobody", "h", did(idp.ActionPasswordSet)), store.ErrNotFound)
		mustBe(t, r.SetCredential(t.Context(), "\xff", "h", did(idp.ActionPasswordSet)), store.ErrNotFound)
	})
	t.Run("a password hashed afresh ends no session, and does not undo a change", func(t *testing.T) {
		r := newRepo(t, open)
		u := r.user("a@example.com")
		r.must(r.SetCredential(t.Context(), u.ID, "old", did(idp.ActionPasswordSet)))
		r.session(u.ID, "hash")
		r.must(r.RehashCredential(t.Context(), u.ID, "old", "afresh"))
		mustEqual(t, "live", r.live(u.ID, "hash"), true)
		mustBe(t, r.RehashCredential(t.Context(), u.ID, "old", "again"), store.ErrStale)
		got, err := r.Credential(t.Context(), u.ID)
		r.must(err)
		mustEqual(t, "the hash", got.Password, "afresh")
	})
}

func testTokens(t *testing.T, open Open) {
	t.Run("a link is used once, also by many at the same time", func(t *testing.T) {
		r := newRepo(t, open)
		u := r.user("a@example.com")
		r.must(r.PutLink(t.Context(), "l1", store.Link{UserID: u.ID, Purpose: "password", ExpiresAt: r.clock.now().Add(time.Hour)}, did("user.password-link")))
		l, err := r.Link(t.Context(), "l1")
		r.must(err)
		mustEqual(t, "the link", fmt.Sprint(l.UserID, l.Purpose, l.ExpiresAt.Equal(r.clock.now().Add(time.Hour))), fmt.Sprint(u.ID, "password", true))
		errs := together(20, func(int) error {
			_, err := r.TakeLink(t.Context(), "l1", did(idp.ActionPasswordSet))
			return err
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 1)
		mustEqual(t, "the number refused", count(errs, store.ErrNotFound), 19)
		mustList(t, "the actions", r.actions(), []string{"user.create", "user.password", "user.password-link"})
	})
	t.Run("a link ends at its very time", func(t *testing.T) {
		r := newRepo(t, open)
		u := r.user("a@example.com")
		r.must(r.PutLink(t.Context(), "l1", store.Link{UserID: u.ID, Purpose: "password", ExpiresAt: r.clock.now().Add(time.Hour)}, did("user.password-link")))
		r.clock.add(time.Hour)
		_, err := r.Link(t.Context(), "l1")
		mustBe(t, err, store.ErrNotFound)
		_, err = r.TakeLink(t.Context(), "l1", did(idp.ActionPasswordSet))
		mustBe(t, err, store.ErrNotFound)
	})
	t.Run("a password is set by a link of the purpose only, and once", func(t *testing.T) {
		r := newRepo(t, open)
		u := r.user("a@example.com")
		r.must(r.PutLink(t.Context(), "l1", store.Link{UserID: u.ID, Purpose: "password", ExpiresAt: r.clock.now().Add(time.Hour)}, did("user.password-link")))
		_, err := r.SetCredentialByLink(t.Context(), "l1", "invitation", "hash", did(idp.ActionPasswordSet))
		mustBe(t, err, store.ErrNotFound)
		errs := together(10, func(i int) error {
			_, err := r.SetCredentialByLink(t.Context(), "l1", "password", fmt.Sprint("hash ", i), did(idp.ActionPasswordSet))
			return err
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 1)
		got, err := r.Credential(t.Context(), u.ID)
		r.must(err)
		mustEqual(t, "who succeeded", errs[mustInt(t, strings.TrimPrefix(got.Password, "hash "))], nil)
	})
	t.Run("links end with a new password and with a suspension", func(t *testing.T) {
		r := newRepo(t, open)
		u := r.user("a@example.com")
		for i, end := range []func() error{
			func() error {
				_, err := r.SetCredentialByLink(t.Context(), "other0", "password", "hash", did(idp.ActionPasswordSet))
				return err
			},
			func() error { return r.SetCredential(t.Context(), u.ID, "hash", did(idp.ActionPasswordSet)) },
			func() error {
				u.Active = false
				return r.UpdateUser(t.Context(), u, did(idp.ActionUserSuspend))
			},
		} {
			for _, name := range []string{"link", "other"} {
				r.must(r.PutLink(t.Context(), fmt.Sprint(name, i), store.Link{UserID: u.ID, Purpose: "password", ExpiresAt: r.clock.now().Add(time.Hour)}, did("user.password-link")))
			}
			r.must(end())
			_, err := r.Link(t.Context(), fmt.Sprint("link", i))
			mustBe(t, err, store.ErrNotFound)
			_, err = r.SetCredentialByLink(t.Context(), fmt.Sprint("link", i), "password", "evil", did(idp.ActionPasswordSet))
			mustBe(t, err, store.ErrNotFound)
		}
	})
	t.Run("a link needs a person, and a hash that can be", func(t *testing.T) {
		r := newRepo(t, open)
		mustBe(t, r.PutLink(t.Context(), "l1", store.Link{UserID: "nobody", Purpose: "password", ExpiresAt: r.clock.now().Add(time.Hour)}, did("x")), store.ErrNotFound)
		for _, hash := range []string{"", "\xff", "a#b", strings.Repeat("a", 5000)} {
			_, err := r.Link(t.Context(), hash)
			mustBe(t, err, store.ErrNotFound)
			_, _, err = r.Token(t.Context(), hash)
			mustBe(t, err, store.ErrNotFound)
			mustBe(t, r.firstOwner(hash, 0), store.ErrNotFound)
		}
	})
	testSetup(t, open)
}

// firstOwner makes the first owner with the token of that hash; n tells several
// apart.
func (r repo) firstOwner(hash string, n int) error {
	u := &idp.User{ID: fmt.Sprintf("u%d", n), Email: fmt.Sprintf("owner%d@example.com", n), NameID: "n", Active: true, AdminRole: idp.AdminOwner}
	return r.FirstOwner(r.Context(), hash, u, "link-"+hash, "password", r.clock.now().Add(time.Hour), did(idp.ActionSetup))
}

func testSetup(t *testing.T, open Open) {
	t.Run("the setup token is used once, also by many at the same time", func(t *testing.T) {
		r := newRepo(t, open)
		mustBe(t, r.firstOwner("", 0), store.ErrNotFound)
		r.must(r.PutSetup(t.Context(), "first", r.clock.now().Add(time.Hour), did(idp.ActionSetup)))
		r.must(r.PutSetup(t.Context(), "second", r.clock.now().Add(time.Hour), did(idp.ActionSetup)))
		mustBe(t, r.CheckSetup(t.Context(), "first"), store.ErrNotFound)
		mustBe(t, r.firstOwner("first", 0), store.ErrNotFound)
		r.must(r.CheckSetup(t.Context(), "second"))
		errs := together(20, func(i int) error { return r.firstOwner("second", i) })
		mustEqual(t, "the number that succeeded", count(errs, nil), 1)
		mustEqual(t, "the number refused", count(errs, store.ErrNotFound), 19)
		owners, err := r.Owners(t.Context())
		r.must(err)
		mustEqual(t, "the number of owners", len(owners), 1)
		l, err := r.Link(t.Context(), "link-second")
		r.must(err)
		mustEqual(t, "whose link it is", l.UserID, owners[0])
	})
	t.Run("the setup token makes nobody once there is an owner", func(t *testing.T) {
		r := newRepo(t, open)
		r.must(r.PutSetup(t.Context(), "hash", r.clock.now().Add(time.Hour), did(idp.ActionSetup)))
		r.owner("owner@example.com")
		mustBe(t, r.CheckSetup(t.Context(), "hash"), store.ErrNotFound)
		mustBe(t, r.firstOwner("hash", 0), store.ErrNotFound)
	})
	t.Run("an email that is taken leaves the setup token as it was", func(t *testing.T) {
		r := newRepo(t, open)
		r.user("owner0@example.com")
		r.must(r.PutSetup(t.Context(), "hash", r.clock.now().Add(time.Hour), did(idp.ActionSetup)))
		mustBe(t, r.firstOwner("hash", 0), store.ErrExists)
		r.must(r.CheckSetup(t.Context(), "hash"))
		r.must(r.firstOwner("hash", 1))
	})
	t.Run("the setup token ends at its very time", func(t *testing.T) {
		r := newRepo(t, open)
		r.must(r.PutSetup(t.Context(), "hash", r.clock.now().Add(time.Hour), did(idp.ActionSetup)))
		r.clock.add(time.Hour)
		mustBe(t, r.firstOwner("hash", 0), store.ErrNotFound)
	})
}

func testCounters(t *testing.T, open Open) {
	t.Run("a window lets exactly its limit through, and the next window begins anew", func(t *testing.T) {
		r := newRepo(t, open)
		r.clock.add(20 * time.Second)
		errs := together(30, func(int) error {
			_, err := r.Reserve(t.Context(), "192.0.2.1", time.Minute, 10)
			return err
		})
		mustEqual(t, "the number let through", count(errs, nil), 10)
		mustEqual(t, "the number refused", count(errs, store.ErrLimit), 20)
		wait, err := r.Reserve(t.Context(), "192.0.2.1", time.Minute, 10)
		mustBe(t, err, store.ErrLimit)
		mustEqual(t, "the time to wait", wait, 40*time.Second)
		_, err = r.Reserve(t.Context(), "192.0.2.2", time.Minute, 10)
		r.must(err)
		r.clock.add(wait)
		_, err = r.Reserve(t.Context(), "192.0.2.1", time.Minute, 10)
		r.must(err)
	})
	t.Run("a name may be any text", func(t *testing.T) {
		r := newRepo(t, open)
		for _, name := range []string{"", "\x00", "\xff\xfe", strings.Repeat("long", 1<<16)} {
			_, err := r.Reserve(t.Context(), name, time.Minute, 1)
			r.must(err)
			_, err = r.Reserve(t.Context(), name, time.Minute, 1)
			mustBe(t, err, store.ErrLimit)
			r.must(r.PutAttempts(t.Context(), name, &store.Attempts{Fails: 1}))
		}
		_, err := r.Reserve(t.Context(), "none", time.Minute, 0)
		mustBe(t, err, store.ErrLimit)
	})
	t.Run("attempts made at the same time are all counted", func(t *testing.T) {
		r := newRepo(t, open)
		errs := together(30, func(int) error {
			return untilFresh(t.Context(), func() error {
				a, err := r.Attempts(t.Context(), "a@example.com")
				if err != nil {
					return err
				}
				a.Fails++
				return r.PutAttempts(t.Context(), "a@example.com", &a)
			})
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 30)
		a, err := r.Attempts(t.Context(), "a@example.com")
		r.must(err)
		mustEqual(t, "the number counted", a.Fails, 30)
	})
	t.Run("attempts are kept for their time after a lock, and forgotten when cleared", func(t *testing.T) {
		r := newRepo(t, open)
		want := store.Attempts{Fails: 5, LockedUntil: r.clock.now().Add(time.Hour)}
		r.must(r.PutAttempts(t.Context(), "a", &want))
		mustBe(t, r.PutAttempts(t.Context(), "a", &store.Attempts{}), store.ErrStale)
		r.clock.add(time.Hour + store.AttemptsKept - 1)
		got, err := r.Attempts(t.Context(), "a")
		r.must(err)
		mustEqual(t, "the attempts", fmt.Sprint(got), fmt.Sprint(want))
		r.clock.add(1)
		got, err = r.Attempts(t.Context(), "a")
		r.must(err)
		mustEqual(t, "the attempts after their time", got, store.Attempts{})
		mustBe(t, r.PutAttempts(t.Context(), "a", &want), store.ErrStale)
		r.must(r.PutAttempts(t.Context(), "a", &store.Attempts{Fails: 1}))
		r.must(r.ClearAttempts(t.Context(), "a"))
		got, err = r.Attempts(t.Context(), "a")
		r.must(err)
		mustEqual(t, "the attempts when cleared", got, store.Attempts{})
	})
}
