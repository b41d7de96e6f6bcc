package admin_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/store"
)

// pair is a private key and its certificate, as they are uploaded.
type pair struct{ private, certificate []byte }

func newPair(t *testing.T) pair {
	t.Helper()
	private, certificate := keystest.Pair(t, noon)
	return pair{private, certificate}
}

// privateKeys is how many private keys are in custody.
func (d *desk) privateKeys() int {
	d.t.Helper()
	entries, err := os.ReadDir(filepath.Join(d.folder, "keys"))
	d.must(nil, err)
	return len(entries)
}

// signs fails the test unless a connector's key signs under its certificate, and is
// ready if the connector is active.
func (d *desk) signs(slug string) {
	d.t.Helper()
	ctx := d.t.Context()
	c, key, err := d.Connector(ctx, slug)
	d.must(nil, err)
	if key == nil {
		if c.Active {
			d.t.Errorf("%s is active and has no key", slug)
		}
		return
	}
	if c.Active && key.State != idp.KeyReady {
		d.t.Errorf("%s is active and its key is %s", slug, key.State)
	}
	cert, pub, err := keys.Certificate(key.Current)
	d.must(nil, err)
	signer, err := d.custody.Signer(ctx, key.Current.Ref, pub)
	if err != nil {
		d.t.Errorf("%s has a key that does not sign: %v", slug, err)
		return
	}
	err = keys.Check(signer, cert)
	if err != nil {
		d.t.Errorf("%s has a key that is not its certificate's: %v", slug, err)
	}
}

func TestAnUploadedKeyTakesThePlaceOfTheFirst(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminConnectors)
	one, two := newPair(t), newPair(t)
	_, err := a.UploadKey(ctx, "aws-a", one.certificate, one.private)
	faulty(t, "the wrong way round", err, "private_key", "certificate")
	_, err = a.UploadKey(ctx, "aws-a", one.private, two.certificate)
	faulty(t, "of two pairs", err, "certificate")
	_, err = a.UploadKey(ctx, "aws-z", one.private, one.certificate)
	is(t, "to a connector that is not there", err, store.ErrNotFound)
	if d.privateKeys() != 0 {
		t.Errorf("%d keys in custody after refusals", d.privateKeys())
	}
	first, err := a.UploadKey(ctx, "aws-a", one.private, one.certificate)
	if err != nil || first.Source != "uploaded" || first.State != "ready" {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := a.UploadKey(ctx, "aws-a", two.private, two.certificate)
	if err != nil || second.Fingerprint == first.Fingerprint || d.privateKeys() != 1 {
		t.Fatalf("%+v, %d keys in custody, %v", second, d.privateKeys(), err)
	}
	d.signs("aws-a")
	d.must(a.CreateConnector(ctx, draft("aws-b")))
	_, err = a.UploadKey(ctx, "aws-b", two.private, two.certificate)
	faulty(t, "that another connector has", err, "private_key")
	d.must(nil, a.ActivateConnector(ctx, "aws-a"))
	d.must(nil, a.DeactivateConnector(ctx, "aws-a"))
	_, err = a.UploadKey(ctx, "aws-a", one.private, one.certificate)
	faulty(t, "to a connector that has been active", err, "connector")
	view, err := a.Key(ctx, "aws-a")
	if err != nil || view.Fingerprint != second.Fingerprint || len(view.Certificates) != 1 || view.Certificates[0].PEM != string(two.certificate) {
		t.Errorf("%+v, %v", view, err)
	}
}

// A key is replaced, or the connector deleted, while somebody else activates it.
// An active connector always signs, with the key that its metadata shows.
func TestAKeyThatGoesAndAnActivationThatComes(t *testing.T) {
	const rounds = 20
	one, two := newPair(t), newPair(t)
	rivals := map[string]func(a *admin.Administrator) error{
		"upload": func(a *admin.Administrator) error {
			return only(a.UploadKey(t.Context(), "aws-b", two.private, two.certificate))
		},
		"deletion": func(a *admin.Administrator) error { return a.DeleteConnector(t.Context(), "aws-b", "") },
	}
	for name, rival := range rivals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newOffice(t)
			ctx, a := t.Context(), d.as(idp.AdminOwner)
			won := 0
			for range rounds {
				d.must(a.CreateConnector(ctx, draft("aws-b")))
				d.must(a.UploadKey(ctx, "aws-b", one.private, one.certificate))
				var wg sync.WaitGroup
				var activated, rivalled error
				wg.Go(func() { activated = a.ActivateConnector(ctx, "aws-b") })
				wg.Go(func() { rivalled = rival(a) })
				wg.Wait()
				d.settled(name, activated, rivalled)
				if activated == nil {
					won++
				}
				if err := a.DeactivateConnector(ctx, "aws-b"); err == nil {
					d.must(nil, a.DeleteConnector(ctx, "aws-b", ""))
				}
				if d.privateKeys() != 0 {
					t.Fatalf("%d keys in custody with nobody to use them", d.privateKeys())
				}
			}
			t.Logf("the activation won %d of %d rounds", won, rounds)
		})
	}
}

// settled looks at what an activation and its rival have left.
func (d *desk) settled(name string, activated, rivalled error) {
	d.t.Helper()
	for _, err := range []error{activated, rivalled} {
		var problems idp.Problems
		var stale *admin.Stale
		known := err == nil || errors.As(err, &problems) || errors.As(err, &stale) ||
			errors.Is(err, store.ErrActive) || errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound)
		if !known {
			d.t.Errorf("%s: %v", name, err)
		}
	}
	c, key, err := d.Connector(d.t.Context(), "aws-b")
	if errors.Is(err, store.ErrNotFound) {
		if activated == nil || rivalled != nil {
			d.t.Errorf("%s: it is gone; activation %v, deletion %v", name, activated, rivalled)
		}
		return
	}
	d.must(nil, err)
	if (activated == nil) != c.Active {
		d.t.Errorf("%s: active %v after an activation with %v", name, c.Active, activated)
	}
	if name == "deletion" && rivalled == nil {
		d.t.Errorf("it is deleted, and there")
	}
	if c.Active && key == nil {
		d.t.Errorf("%s: active without a key", name)
	}
	d.signs("aws-b")
}

// Whatever call a key's deletion is cut short at, it can be repeated and goes on.
func TestADeletionThatStoppedGoesOn(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminOwner)
	one := newPair(t)
	for n := 1; ; n++ {
		d.must(a.CreateConnector(ctx, draft("aws-b", "open")))
		d.must(a.UploadKey(ctx, "aws-b", one.private, one.certificate))
		d.tables.failAt(n)
		err := a.DeleteConnector(ctx, "aws-b", "")
		if !d.tables.failed() {
			d.must(nil, err)
			return
		}
		is(t, "the deletion that stopped", err, store.ErrUnavailable)
		c, err := a.Connector(ctx, "aws-b")
		if err == nil && c.Key.State != "ready" {
			faulty(t, "activation meanwhile", a.ActivateConnector(ctx, "aws-b"), "key")
		}
		err = a.DeleteConnector(ctx, "aws-b", "")
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("stopped at call %d, it does not go on: %v", n, err)
		}
		if d.privateKeys() != 0 {
			t.Fatalf("stopped at call %d, %d keys are left in custody", n, d.privateKeys())
		}
	}
}
