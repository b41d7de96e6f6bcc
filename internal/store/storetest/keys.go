package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

func testKey(slug, fingerprint string) *idp.Key {
	return &idp.Key{
		Slug: slug, Custody: idp.CustodyFile, Source: idp.SourceGenerated, State: idp.KeyReady,
		Current: idp.Certificate{Ref: "ref", DER: []byte{0x30, 0x00, 0xff}, Fingerprint: fingerprint},
	}
}

func testKeys(t *testing.T, open Open) {
	t.Run("a key comes back with every field", func(t *testing.T) {
		r := newRepo(t, open)
		k := testKey("aws-a", "f1")
		k.Current.NotBefore, k.Current.NotAfter = r.clock.now(), r.clock.now().Add(time.Hour)
		next := k.Current
		next.Fingerprint = "f2"
		k.Next = &next
		mustBeFull(t, k.Current)
		mustBeFull(t, *k, "CreatedAt", "UpdatedAt", "Version")
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyCreate)))
		got, err := r.Key(t.Context(), "aws-a")
		r.must(err)
		mustEqual(t, "the next certificate", fmt.Sprintf("%+v", *got.Next), fmt.Sprintf("%+v", next))
		got.Next, k.Next = nil, nil
		mustEqual(t, "the key", fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", k))
	})
	t.Run("a key that is still being made has no certificate", func(t *testing.T) {
		r := newRepo(t, open)
		r.must(r.PutKey(t.Context(), &idp.Key{Slug: "aws-a", State: idp.KeyCreating}, did(idp.ActionKeyCreate)))
		r.must(r.PutKey(t.Context(), &idp.Key{Slug: "aws-b", State: idp.KeyCreating}, did(idp.ActionKeyCreate)))
		got, err := r.Key(t.Context(), "aws-a")
		r.must(err)
		mustEqual(t, "the state", got.State, idp.KeyCreating)
		mustEqual(t, "the fingerprint", got.Current.Fingerprint, "")
	})
	t.Run("a public key is one connector's, also when two want it at the same time", func(t *testing.T) {
		for range 10 {
			r := newRepo(t, open)
			errs := together(4, func(i int) error {
				return r.PutKey(t.Context(), testKey(fmt.Sprint("aws-", i), "f1"), did(idp.ActionKeyUpload))
			})
			mustEqual(t, "the number that succeeded", count(errs, nil), 1)
			mustEqual(t, "the number refused", count(errs, store.ErrKeyInUse), 3)
		}
	})
	t.Run("a public key that is the next of another connector is in use", func(t *testing.T) {
		r := newRepo(t, open)
		k := testKey("aws-a", "f1")
		k.Next = &idp.Certificate{Fingerprint: "f2"}
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyUpload)))
		mustBe(t, r.PutKey(t.Context(), testKey("aws-b", "f2"), did(idp.ActionKeyUpload)), store.ErrKeyInUse)
		mustEqual(t, "the number of events", len(r.actions()), 1)
	})
	t.Run("a rotation keeps, and its end frees, the old public key", func(t *testing.T) {
		r := newRepo(t, open)
		k := testKey("aws-a", "f1")
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyCreate)))
		k.Next = &idp.Certificate{Fingerprint: "f2"}
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyCreate)))
		old := k.Current
		k.Current, k.Next = *k.Next, &old
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyCreate)))
		mustBe(t, r.PutKey(t.Context(), testKey("aws-b", "f1"), did(idp.ActionKeyUpload)), store.ErrKeyInUse)
		k.Next = nil
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyCreate)))
		r.must(r.PutKey(t.Context(), testKey("aws-b", "f1"), did(idp.ActionKeyUpload)))
	})
	t.Run("an old version is refused, for writing and for deleting", func(t *testing.T) {
		r := newRepo(t, open)
		k := testKey("aws-a", "f1")
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyCreate)))
		old := *k
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyCreate)))
		mustBe(t, r.PutKey(t.Context(), &old, did(idp.ActionKeyCreate)), store.ErrStale)
		mustBe(t, r.PutKey(t.Context(), testKey("aws-a", "f9"), did(idp.ActionKeyCreate)), store.ErrStale)
		mustBe(t, r.DeleteKey(t.Context(), &old, did("key.delete")), store.ErrStale)
	})
	t.Run("deletion frees the public key", func(t *testing.T) {
		r := newRepo(t, open)
		k := testKey("aws-a", "f1")
		r.must(r.PutKey(t.Context(), k, did(idp.ActionKeyCreate)))
		r.must(r.DeleteKey(t.Context(), k, did("key.delete")))
		_, err := r.Key(t.Context(), "aws-a")
		mustBe(t, err, store.ErrNotFound)
		r.must(r.PutKey(t.Context(), testKey("aws-b", "f1"), did(idp.ActionKeyUpload)))
		mustBe(t, r.DeleteKey(t.Context(), k, did("key.delete")), store.ErrNotFound)
	})
}

func testInstance(t *testing.T, open Open) {
	t.Run("an instance that was never written is zero, and is written once", func(t *testing.T) {
		r := newRepo(t, open)
		in, err := r.Instance(t.Context())
		r.must(err)
		mustEqual(t, "the instance", in, idp.Instance{})
		other := in
		in.Demo, in.Filled, in.Lockdown, in.URL, in.Epoch = true, true, true, "http://localhost:8080", 3
		mustBeFull(t, in, "Version")
		r.must(r.UpdateInstance(t.Context(), &in, did(idp.ActionSetup)))
		mustBe(t, r.UpdateInstance(t.Context(), &other, did(idp.ActionSetup)), store.ErrStale)
		got, err := r.Instance(t.Context())
		r.must(err)
		in.Version = 1
		mustEqual(t, "the instance", got, in)
	})
	t.Run("the epoch is raised beside everything else", func(t *testing.T) {
		r := newRepo(t, open)
		r.must(r.RaiseInstanceEpoch(t.Context(), did("instance.lockdown")))
		in, err := r.Instance(t.Context())
		r.must(err)
		in.Lockdown = true
		r.must(r.UpdateInstance(t.Context(), &in, did("instance.lockdown")))
		errs := together(10, func(int) error { return r.RaiseInstanceEpoch(t.Context(), did("instance.lockdown")) })
		mustEqual(t, "the number that succeeded", count(errs, nil), 10)
		mustBe(t, r.UpdateInstance(t.Context(), &in, did("instance.lockdown")), store.ErrStale)
		got, err := r.Instance(t.Context())
		r.must(err)
		mustEqual(t, "the instance", got, idp.Instance{Lockdown: true, Epoch: 11, Version: 12})
	})
}
