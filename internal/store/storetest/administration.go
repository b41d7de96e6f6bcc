package storetest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

func testAPITokens(t *testing.T, open Open) {
	t.Run("a token of the API comes back with every field, until it ends", func(t *testing.T) {
		r := newRepo(t, open)
		now := r.clock.now()
		want := store.Token{
			Hash: "h", UserID: "u", Principal: "arn:aws:sts::111122223333:assumed-role/a/b", Role: idp.AdminViewer, Name: "CI", Write: true,
			CreatedAt: now, ExpiresAt: now.Add(time.Hour), LastUsed: now, InstanceEpoch: 3, UserEpoch: 4, SessionID: "s", Makers: []string{"m"},
		}
		mustBeFull(t, want, "Version")
		r.session("u", "s")
		r.must(r.PutToken(t.Context(), store.Token{Hash: "m", UserID: "u", ExpiresAt: want.ExpiresAt}, did(idp.ActionTokenCreate)))
		r.must(r.PutToken(t.Context(), want, did(idp.ActionTokenCreate)))
		calls := &counter{Tables: r.tables}
		got, _, err := store.New(calls, r.clock.now).Token(t.Context(), "h")
		r.must(err)
		mustEqual(t, "the calls", calls.made(), "1 get, 1 snapshot, 0 query, 0 write")
		want.Version = 1
		mustEqual(t, "the token", fmt.Sprint(got), fmt.Sprint(want))
		r.clock.add(time.Hour)
		_, _, err = r.Token(t.Context(), "h")
		mustBe(t, err, store.ErrNotFound)
		mustEqual(t, "the number listed", len(must(r.Tokens(t.Context(), ""))(r)), 0)
	})
	t.Run("the use of a token is written every five minutes, and its end stays", func(t *testing.T) {
		r := newRepo(t, open)
		start := r.clock.now()
		r.must(r.PutToken(t.Context(), store.Token{Hash: "h", UserID: "u", ExpiresAt: start.Add(time.Hour)}, did(idp.ActionTokenCreate)))
		for _, step := range []struct{ after, want time.Duration }{{time.Minute, time.Minute}, {4 * time.Minute, time.Minute}, {2 * time.Minute, 7 * time.Minute}} {
			r.clock.add(step.after)
			held, _, err := r.Token(t.Context(), "h")
			r.must(err)
			r.must(r.TouchToken(t.Context(), held))
			held, _, err = r.Token(t.Context(), "h")
			r.must(err)
			if !held.LastUsed.Equal(start.Add(step.want)) || !held.ExpiresAt.Equal(start.Add(time.Hour)) {
				t.Errorf("after %v: used at %v, ends at %v", step.after, held.LastUsed, held.ExpiresAt)
			}
		}
	})
	t.Run("a token that is revoked while it is used stays revoked", func(t *testing.T) {
		r := newRepo(t, open)
		r.must(r.PutToken(t.Context(), store.Token{Hash: "h", UserID: "u", ExpiresAt: r.clock.now().Add(time.Hour)}, did(idp.ActionTokenCreate)))
		held, _, err := r.Token(t.Context(), "h")
		r.must(err)
		r.must(r.DeleteToken(t.Context(), held, did(idp.ActionTokenRevoke)))
		r.must(r.TouchToken(t.Context(), held))
		_, _, err = r.Token(t.Context(), "h")
		mustBe(t, err, store.ErrNotFound)
		mustBe(t, r.DeleteToken(t.Context(), held, did(idp.ActionTokenRevoke)), store.ErrNotFound)
		mustList(t, "the actions", r.actions(), []string{"token.create", "token.revoke"})
	})
	testMakers(t, open)
	t.Run("tokens are found by the beginning of their hash", func(t *testing.T) {
		r := newRepo(t, open)
		for _, hash := range []string{"aa1", "aa2", "ab1"} {
			r.must(r.PutToken(t.Context(), store.Token{Hash: hash, UserID: "u", ExpiresAt: r.clock.now().Add(time.Hour)}, did(idp.ActionTokenCreate)))
		}
		mustEqual(t, "the number of all", len(must(r.Tokens(t.Context(), ""))(r)), 3)
		mustEqual(t, "the number of aa", len(must(r.Tokens(t.Context(), "aa"))(r)), 2)
		mustEqual(t, "the number of what is no ID", len(must(r.Tokens(t.Context(), "a/a"))(r)), 0)
	})
}

// must fails the test on an error, and else is the value.
func must[T any](value T, err error) func(repo) T {
	return func(r repo) T {
		r.Helper()
		r.must(err)
		return value
	}
}

func testLockdown(t *testing.T, open Open) {
	t.Run("lockdown is one write that ends every session, and its lifting brings none back", func(t *testing.T) {
		r := newRepo(t, open)
		r.must(r.RaiseInstanceEpoch(t.Context(), did(idp.ActionInstanceUpdate)))
		in := must(r.Instance(t.Context()))(r)
		in.URL = "https://sso.example.com"
		r.must(r.UpdateInstance(t.Context(), &in, did(idp.ActionInstanceUpdate)))
		for range 2 {
			r.must(r.Lockdown(t.Context(), did(idp.ActionLockdown)))
		}
		got := must(r.Instance(t.Context()))(r)
		if !got.Lockdown || got.Epoch != 3 || got.URL != in.URL {
			t.Errorf("in lockdown: %+v", got)
		}
		r.must(r.LiftLockdown(t.Context(), did(idp.ActionLockdownLift)))
		got = must(r.Instance(t.Context()))(r)
		if got.Lockdown || got.Epoch != 3 || got.URL != in.URL {
			t.Errorf("lifted: %+v", got)
		}
	})
	t.Run("lockdown of an instance that was never written, by several at once", func(t *testing.T) {
		r := newRepo(t, open)
		errs := together(4, func(int) error { return r.Lockdown(t.Context(), did(idp.ActionLockdown)) })
		mustEqual(t, "the number that succeeded", count(errs, nil), 4)
		got := must(r.Instance(t.Context()))(r)
		if !got.Lockdown || got.Epoch != 4 {
			t.Errorf("got %+v", got)
		}
	})
}

func testImages(t *testing.T, open Open) {
	t.Run("an image comes and goes with its connector", func(t *testing.T) {
		r := newRepo(t, open)
		c := r.connector("aws-a")
		c.Image = "aws-a-1.png"
		image := bytes.Repeat([]byte{0, 255}, store.MaxImage/2)
		r.must(r.PutImage(t.Context(), c, image, did(idp.ActionImagePut)))
		if !bytes.Equal(must(r.Image(t.Context(), "aws-a"))(r), image) {
			t.Error("the image is another")
		}
		mustEqual(t, "the name", must(r.Connector(t.Context(), "aws-a"))(r).Image, "aws-a-1.png")
		mustBe(t, r.PutImage(t.Context(), c, append(image, 0), did(idp.ActionImagePut)), store.ErrTooLarge)
		c.Image = ""
		r.must(r.PutImage(t.Context(), c, nil, did(idp.ActionImageDelete)))
		_, err := r.Image(t.Context(), "aws-a")
		mustBe(t, err, store.ErrNotFound)

		c.Image = "aws-a-2.png"
		r.must(r.PutImage(t.Context(), c, []byte{1}, did(idp.ActionImagePut)))
		r.must(r.DeleteConnector(t.Context(), c, did(idp.ActionConnectorDelete)))
		_, err = r.Image(t.Context(), "aws-a")
		mustBe(t, err, store.ErrNotFound)
	})
	t.Run("an image for a connector that has changed is refused", func(t *testing.T) {
		r := newRepo(t, open)
		c := r.connector("aws-a")
		other := *c
		r.must(r.UpdateConnector(t.Context(), &other, did(idp.ActionConnectorUpdate)))
		mustBe(t, r.PutImage(t.Context(), c, []byte{1}, did(idp.ActionImagePut)), store.ErrStale)
		_, err := r.Image(t.Context(), "aws-a")
		mustBe(t, err, store.ErrNotFound)
	})
}

func testActivation(t *testing.T, open Open) {
	active := func(r repo) (*idp.Connector, *idp.Key) {
		c, k := r.connector("aws-a"), testKey("aws-a", "f1")
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyCreate)))
		c.Active = true
		return c, k
	}
	t.Run("an active connector keeps its key, and may get a next one", func(t *testing.T) {
		r := newRepo(t, open)
		c, k := active(r)
		r.must(r.ActivateConnector(t.Context(), c, k, did(idp.ActionConnectorActivate)))
		mustBe(t, r.DeleteKey(t.Context(), k, did(idp.ActionKeyDelete)), store.ErrActive)
		other := testKey("aws-a", "f2")
		other.Version = k.Version
		mustBe(t, r.PutKey(t.Context(), other, did(idp.ActionKeyUpload)), store.ErrActive)
		gone := *k
		gone.State = idp.KeyDeleting
		mustBe(t, r.PutKey(t.Context(), &gone, did(idp.ActionKeyDelete)), store.ErrActive)
		k.Next = &idp.Certificate{Fingerprint: "f2"}
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyUpload)))
	})
	t.Run("activation with a key that has changed or gone is refused", func(t *testing.T) {
		r := newRepo(t, open)
		c, k := active(r)
		read := *k
		k.State = idp.KeyDeleting
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyDelete)))
		mustBe(t, r.ActivateConnector(t.Context(), c, &read, did(idp.ActionConnectorActivate)), store.ErrStale)
		r.must(r.DeleteKey(t.Context(), k, did(idp.ActionKeyDelete)))
		mustBe(t, r.ActivateConnector(t.Context(), c, &read, did(idp.ActionConnectorActivate)), store.ErrNotFound)
		mustEqual(t, "active", must(r.Connector(t.Context(), "aws-a"))(r).Active, false)
	})
	t.Run("of an activation and a deletion of the key at the same time one wins", func(t *testing.T) {
		for range 10 {
			r := newRepo(t, open)
			c, k := active(r)
			errs := together(2, func(i int) error {
				if i == 0 {
					return r.ActivateConnector(t.Context(), c, k, did(idp.ActionConnectorActivate))
				}
				return r.DeleteKey(t.Context(), k, did(idp.ActionKeyDelete))
			})
			mustEqual(t, "the number that succeeded", count(errs, nil), 1)
		}
	})
}

func testRoleChanges(t *testing.T, open Open) {
	t.Run("a change of the administrator role ends sessions and links", func(t *testing.T) {
		r := newRepo(t, open)
		r.owner("owner@example.com")
		u := r.user("a@example.com")
		for i, role := range []idp.AdminRole{idp.AdminHelpdesk, idp.AdminViewer, idp.AdminNone} {
			hash := fmt.Sprint("l", i)
			r.must(r.PutLink(t.Context(), hash, store.Link{UserID: u.ID, Purpose: "password", ExpiresAt: r.clock.now().Add(time.Hour)}, did(idp.ActionPasswordLink)))
			before := must(r.Epochs(t.Context(), u.ID))(r)
			u.AdminRole = role
			r.must(r.UpdateUser(t.Context(), u, did(idp.ActionUserUpdate)))
			mustEqual(t, "the epoch", must(r.Epochs(t.Context(), u.ID))(r).User, before.User+1)
			_, err := r.Link(t.Context(), hash)
			mustBe(t, err, store.ErrNotFound)
		}
		before := must(r.Epochs(t.Context(), u.ID))(r)
		u.Name = "A"
		r.must(r.UpdateUser(t.Context(), u, did(idp.ActionUserUpdate)))
		mustEqual(t, "the epoch after another change", must(r.Epochs(t.Context(), u.ID))(r), before)
	})
	t.Run("a lockdown ends links, and who made one is kept with the password", func(t *testing.T) {
		r := newRepo(t, open)
		u := r.user("a@example.com")
		link := store.Link{UserID: u.ID, Purpose: "password", ExpiresAt: r.clock.now().Add(time.Hour), Maker: idp.AdminHelpdesk}
		r.must(r.PutLink(t.Context(), "l1", link, did(idp.ActionPasswordLink)))
		r.must(r.Lockdown(t.Context(), did(idp.ActionLockdown)))
		_, err := r.SetCredentialByLink(t.Context(), "l1", "password", "hash", did(idp.ActionPasswordSet))
		mustBe(t, err, store.ErrNotFound)
		r.must(r.PutLink(t.Context(), "l2", link, did(idp.ActionPasswordLink)))
		_, err = r.SetCredentialByLink(t.Context(), "l2", "password", "old", did(idp.ActionPasswordSet))
		r.must(err)
		r.must(r.RehashCredential(t.Context(), u.ID, "old", "new"))
		mustEqual(t, "the credential", must(r.Credential(t.Context(), u.ID))(r), store.Credential{Password: "new", Maker: idp.AdminHelpdesk})
		r.must(r.SetCredential(t.Context(), u.ID, "own", did(idp.ActionPasswordSet)))
		mustEqual(t, "the credential", must(r.Credential(t.Context(), u.ID))(r), store.Credential{Password: "own"})
	})
}

// testMakers tests that a token ends with anything that it comes of.
func testMakers(t *testing.T, open Open) {
	ends := map[string]func(r repo, first store.Token){
		"its session":            func(r repo, _ store.Token) { r.must(r.DeleteSession(r.Context(), "u", "s", did(idp.ActionSignOut))) },
		"the token that made it": func(r repo, first store.Token) { r.must(r.DeleteToken(r.Context(), first, did(idp.ActionTokenRevoke))) },
	}
	for name, end := range ends {
		t.Run("a token ends with "+name, func(t *testing.T) {
			r := newRepo(t, open)
			r.session("u", "s")
			r.session("u", "s2")
			until := r.clock.now().Add(time.Hour)
			first := store.Token{Hash: "h1", UserID: "u", ExpiresAt: until, SessionID: "s"}
			all := []store.Token{
				first, {Hash: "h2", UserID: "u", ExpiresAt: until, SessionID: "s", Makers: []string{"h1"}},
				{Hash: "h3", UserID: "u", ExpiresAt: until, SessionID: "s2"}, {Hash: "h4", Principal: "arn", ExpiresAt: until},
			}
			for _, one := range all {
				r.must(r.PutToken(t.Context(), one, did(idp.ActionTokenCreate)))
			}
			mustEqual(t, "those that stand before", len(must(r.Standing(t.Context(), all))(r)), 4)
			end(r, first)
			_, _, err := r.Token(t.Context(), "h2")
			mustBe(t, err, store.ErrNotFound)
			for _, hash := range []string{"h3", "h4"} {
				_, _, err = r.Token(t.Context(), hash)
				r.must(err)
			}
			standing := must(r.Standing(t.Context(), all[1:]))(r)
			mustEqual(t, "those that stand", standing[0].Hash+" "+standing[1].Hash, "h3 h4")
		})
	}
}
