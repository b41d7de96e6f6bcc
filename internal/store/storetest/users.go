package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

func testUsers(t *testing.T, open Open) {
	t.Run("a person comes back with every field, by ID and by email", func(t *testing.T) {
		r := newRepo(t, open)
		u := &idp.User{
			Email: "alice@example.com", Name: "Alice \u00c9", Active: true, NameID: "n1", AdminRole: idp.AdminHelpdesk,
			Attributes: map[string]string{"team": "a<b", "cost": "7"}, LockedBy: idp.AdminOwner, Unconfirmed: []string{"attributes.team"},
			Groups: []idp.Membership{{GroupID: r.group("g").ID, Until: r.clock.now().Add(time.Hour + 1)}, {GroupID: r.group("h").ID}},
		}
		mustBeFull(t, *u, "ID", "CreatedAt", "UpdatedAt", "Version")
		r.must(r.CreateUser(t.Context(), u, did(idp.ActionUserCreate)))
		byID, err := r.User(t.Context(), u.ID)
		r.must(err)
		byEmail, err := r.UserByEmail(t.Context(), "alice@example.com")
		r.must(err)
		mustEqual(t, "the person by ID", fmt.Sprintf("%+v", byID), fmt.Sprintf("%+v", u))
		mustEqual(t, "the person by email", fmt.Sprintf("%+v", byEmail), fmt.Sprintf("%+v", u))
	})
	t.Run("a person without them is given an ID and a name ID for life", func(t *testing.T) {
		r := newRepo(t, open)
		u := r.user("alice@example.com")
		nameID := u.NameID
		if u.ID == "" || nameID == "" || u.ID == nameID {
			t.Fatalf("the ID is %q, the name ID %q", u.ID, nameID)
		}
		u.NameID = "other"
		r.must(r.UpdateUser(t.Context(), u, did(idp.ActionUserUpdate)))
		got, err := r.User(t.Context(), u.ID)
		r.must(err)
		mustEqual(t, "the name ID", got.NameID, nameID)
	})
	t.Run("an email is one person's, also when two are made at the same time", func(t *testing.T) {
		r := newRepo(t, open)
		errs := together(10, func(int) error {
			return r.CreateUser(t.Context(), &idp.User{Email: "alice@example.com", Active: true}, did(idp.ActionUserCreate))
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 1)
		mustEqual(t, "the number refused", count(errs, store.ErrExists), 9)
		mustEqual(t, "the number of people", len(r.emails(store.List{})), 1)
	})
	t.Run("a new email frees the old one and must be free itself", func(t *testing.T) {
		r := newRepo(t, open)
		a, b := r.user("a@example.com"), r.user("b@example.com")
		a.Email = "b@example.com"
		mustBe(t, r.UpdateUser(t.Context(), a, did(idp.ActionUserUpdate)), store.ErrExists)
		a.Email = "c@example.com"
		r.must(r.UpdateUser(t.Context(), a, did(idp.ActionUserUpdate)))
		_, err := r.UserByEmail(t.Context(), "a@example.com")
		mustBe(t, err, store.ErrNotFound)
		got, err := r.UserByEmail(t.Context(), "c@example.com")
		r.must(err)
		mustEqual(t, "the ID", got.ID, a.ID)
		b.Email = "a@example.com"
		r.must(r.UpdateUser(t.Context(), b, did(idp.ActionUserUpdate)))
		mustList(t, "the emails", r.emails(store.List{}), []string{"a@example.com", "c@example.com"})
	})
	testUserRefusals(t, open)
}

func testUserRefusals(t *testing.T, open Open) {
	t.Run("an update of an old version is refused", func(t *testing.T) {
		r := newRepo(t, open)
		old := *r.user("a@example.com")
		u := old
		r.must(r.UpdateUser(t.Context(), &u, did(idp.ActionUserUpdate)))
		mustBe(t, r.UpdateUser(t.Context(), &old, did(idp.ActionUserUpdate)), store.ErrStale)
		mustBe(t, r.DeleteUser(t.Context(), &old, did(idp.ActionUserDelete)), store.ErrStale)
		mustEqual(t, "the number of events", len(r.actions()), 2)
	})
	t.Run("what is not valid is refused with its problems", func(t *testing.T) {
		r := newRepo(t, open)
		var problems idp.Problems
		if err := r.CreateUser(t.Context(), &idp.User{Email: "Not An Email"}, idp.Event{}); !errors.As(err, &problems) {
			t.Fatalf("error is %v, want problems", err)
		}
	})
	t.Run("IDs and emails that cannot be find nothing", func(t *testing.T) {
		r := newRepo(t, open)
		for _, s := range []string{"", "nobody@example.com", "a#b", "\x00", "\xff", strings.Repeat("a", 5000)} {
			_, err := r.User(t.Context(), s)
			mustBe(t, err, store.ErrNotFound)
			_, err = r.UserByEmail(t.Context(), s)
			mustBe(t, err, store.ErrNotFound)
		}
	})
	t.Run("lists go by email and prefix, page by page", func(t *testing.T) {
		r := newRepo(t, open)
		for _, email := range []string{"bob@example.com", "al@example.com", "alice@example.com"} {
			r.user(email)
		}
		mustList(t, "the emails", r.emails(store.List{Limit: 1}), []string{"al@example.com", "alice@example.com", "bob@example.com"})
		mustList(t, "the emails", r.emails(store.List{Prefix: "al"}), []string{"al@example.com", "alice@example.com"})
		mustList(t, "the emails", r.emails(store.List{Prefix: "%"}), nil)
	})
	testUserDeletion(t, open)
}

func (r repo) emails(l store.List) []string {
	r.Helper()
	var emails []string
	for {
		page, cursor, err := r.ListUsers(r.Context(), l)
		r.must(err)
		for _, u := range page {
			emails = append(emails, u.Email)
		}
		if cursor == "" {
			return emails
		}
		l.Cursor = cursor
	}
}

func testUserDeletion(t *testing.T, open Open) {
	t.Run("deletion takes email, credential, sessions and both sides of 200 memberships", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(idp.MaxMemberships)
		u := r.user("a@example.com", ids[:store.MaxChanges]...)
		for _, id := range ids[store.MaxChanges:] {
			u.Groups = append(u.Groups, idp.Membership{GroupID: id})
			if len(u.Groups)%store.MaxChanges == 0 {
				r.must(r.UpdateUser(t.Context(), u, did(idp.ActionUserUpdate)))
			}
		}
		r.must(r.UpdateUser(t.Context(), u, did(idp.ActionUserUpdate)))
		r.mustAgreeOnMembers([]string{u.ID}, ids)
		r.must(r.SetCredential(t.Context(), u.ID, "hash", did(idp.ActionPasswordSet)))
		for i := range 3 {
			r.session(u.ID, fmt.Sprint("session-", i))
		}
		r.must(r.DeleteUser(t.Context(), u, did(idp.ActionUserDelete)))
		r.mustAgreeOnMembers([]string{u.ID}, ids)
		_, err := r.UserByEmail(t.Context(), "a@example.com")
		mustBe(t, err, store.ErrNotFound)
		_, err = r.Credential(t.Context(), u.ID)
		mustBe(t, err, store.ErrNotFound)
		sessions, err := r.ListSessions(t.Context(), u.ID)
		r.must(err)
		mustEqual(t, "the number of sessions", len(sessions), 0)
		mustBe(t, r.DeleteUser(t.Context(), u, did(idp.ActionUserDelete)), store.ErrNotFound)
	})
	t.Run("the email of a deleted person goes to another with another name ID", func(t *testing.T) {
		r := newRepo(t, open)
		first := r.user("a@example.com")
		r.must(r.DeleteUser(t.Context(), first, did(idp.ActionUserDelete)))
		if second := r.user("a@example.com"); second.NameID == first.NameID || second.ID == first.ID {
			t.Fatal("the new person is taken for the old")
		}
	})
}

func testOwners(t *testing.T, open Open) {
	lose := map[string]func(r repo, u *idp.User) error{
		"demoted": func(r repo, u *idp.User) error {
			u.AdminRole = idp.AdminViewer
			return r.UpdateUser(r.Context(), u, did(idp.ActionUserUpdate))
		},
		"suspended": func(r repo, u *idp.User) error {
			u.Active = false
			return r.UpdateUser(r.Context(), u, did(idp.ActionUserSuspend))
		},
		"deleted": func(r repo, u *idp.User) error {
			return r.DeleteUser(r.Context(), u, did(idp.ActionUserDelete))
		},
	}
	for name, lose := range lose {
		t.Run("the last active owner cannot be "+name, func(t *testing.T) {
			r := newRepo(t, open)
			u := r.owner("a@example.com")
			r.must(r.CreateUser(t.Context(), &idp.User{Email: "idle@example.com", AdminRole: idp.AdminOwner}, did(idp.ActionUserCreate)))
			mustBe(t, lose(r, u), store.ErrLastOwner)
			owners, err := r.Owners(t.Context())
			r.must(err)
			mustList(t, "the owners", owners, []string{u.ID})
		})
		t.Run("of two owners "+name+" at the same time one stays", func(t *testing.T) {
			for range 10 {
				r := newRepo(t, open)
				users := []*idp.User{r.owner("a@example.com"), r.owner("b@example.com")}
				errs := together(2, func(i int) error { return lose(r, users[i]) })
				mustEqual(t, "the number that succeeded", count(errs, nil), 1)
				mustEqual(t, "the number refused", count(errs, store.ErrLastOwner), 1)
				owners, err := r.Owners(t.Context())
				r.must(err)
				mustEqual(t, "the number of owners", len(owners), 1)
			}
		})
	}
	t.Run("owners made at the same time are all counted", func(t *testing.T) {
		r := newRepo(t, open)
		errs := together(8, func(i int) error {
			return r.CreateUser(t.Context(), &idp.User{Email: fmt.Sprintf("u%d@example.com", i), Active: true, AdminRole: idp.AdminOwner}, did(idp.ActionUserCreate))
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 8)
		owners, err := r.Owners(t.Context())
		r.must(err)
		mustEqual(t, "the number of owners", len(owners), 8)
	})
	t.Run("an owner who is suspended and resumed counts again", func(t *testing.T) {
		r := newRepo(t, open)
		a, b := r.owner("a@example.com"), r.owner("b@example.com")
		r.must(lose["suspended"](r, a))
		mustBe(t, lose["demoted"](r, b), store.ErrLastOwner)
		a.Active = true
		r.must(r.UpdateUser(t.Context(), a, did(idp.ActionUserResume)))
		b.AdminRole = idp.AdminOwner
		r.must(lose["demoted"](r, b))
	})
}
