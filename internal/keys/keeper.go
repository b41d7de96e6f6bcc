package keys

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// cleanupTime is how long a key that came to nothing may take to be removed,
// after the request that made it has ended or failed.
const cleanupTime = 10 * time.Second

// ErrLeftover says that a replaced key's private half could not be removed from
// its custody. The new key is in use all the same.
var ErrLeftover = errors.New("the old private key is still in custody")

// Store is where the keeper notes which key belongs to which connector; a
// *store.Store is one. Errors are those of package store: ErrNotFound, ErrExists
// and ErrStale for lost races, ErrKeyInUse when another connector has the public
// key, and ErrUnavailable when a write may or may not have happened.
type Store interface {
	Key(ctx context.Context, slug string) (*idp.Key, error)
	PutKey(ctx context.Context, key *idp.Key, event idp.Event) error
	DeleteKey(ctx context.Context, key *idp.Key, event idp.Event) error
}

// Keeper brings connectors to their keys: it has them made or takes them in, sees
// each of them sign once under its certificate, and only then notes it in the
// store. When that fails, the private half is removed again.
//
// It does not ask whether the connector exists or is active; its caller does.
type Keeper struct {
	Custodians map[idp.Custody]Custodian
	Default    idp.Custody // keeps the keys that are made
	Uploads    idp.Custody // keeps the keys that are uploaded; one that can import
	Store      Store
	Now        func() time.Time
}

// Create makes a key and its certificate for the connector, in the custody that is
// asked for; an empty one is the keeper's default. The event's actor, action and
// target come from the caller; what was made is added. It returns an error that is
// store.ErrExists when the connector has a key already, and [idp.Problems] for a
// custody that is not to be had here.
func (k *Keeper) Create(ctx context.Context, slug string, custody idp.Custody, event idp.Event) (*idp.Key, error) {
	_, found := k.Custodians[custody]
	if custody != "" && !found {
		return nil, k.noCustody(custody)
	}
	custody = cmp.Or(custody, k.Default)
	old, err := k.current(ctx, slug)
	if err != nil {
		return nil, err
	}
	if old != nil {
		return nil, store.About("key of", slug, store.ErrExists)
	}
	custodian, err := k.custodian(custody)
	if err != nil {
		return nil, err
	}
	ref, signer, err := custodian.Generate(ctx, slug)
	if err != nil {
		return nil, err
	}
	made := newKey{custodian: custodian, ref: ref, signer: signer}
	made.cert, err = Issue(signer, slug, k.Now())
	if err != nil {
		return nil, k.discard(ctx, made, err)
	}
	return k.keep(ctx, made, &idp.Key{Slug: slug, Custody: custody, Source: idp.SourceGenerated}, event)
}

// Upload takes a private key and its certificate, in PEM, into custody for the
// connector, in place of the key it may have had: a connector that people use
// would be cut off until AWS knows the new certificate, so the caller refuses
// that. It returns [idp.Problems] for what [ParseUpload] finds, and for a key that
// another connector uses.
//
// A key and an error that is [ErrLeftover] mean success with the old private half
// left over.
func (k *Keeper) Upload(ctx context.Context, slug string, privateKey, certificate []byte, event idp.Event) (*idp.Key, error) {
	key, cert, err := ParseUpload(privateKey, certificate, k.Now())
	if err != nil {
		return nil, err
	}
	custodian, err := k.custodian(k.Uploads)
	if err != nil {
		return nil, err
	}
	old, err := k.current(ctx, slug)
	if err != nil {
		return nil, err
	}
	made := newKey{custodian: custodian, cert: cert}
	made.ref, err = custodian.Import(ctx, slug, key)
	if err != nil {
		return nil, err
	}
	made.signer, err = custodian.Signer(ctx, made.ref, &key.PublicKey)
	if err != nil {
		return nil, k.discard(ctx, made, err)
	}
	now := &idp.Key{Slug: slug, Custody: k.Uploads, Source: idp.SourceUploaded}
	if old != nil {
		now.Version, now.CreatedAt = old.Version, old.CreatedAt
		event.Before = keyFields(old)
	}
	kept, err := k.keep(ctx, made, now, event)
	if err != nil || old == nil {
		return kept, err
	}
	ctx, cancel := afterwards(ctx)
	defer cancel()
	err = k.remove(ctx, old)
	if err != nil {
		return kept, fmt.Errorf("key of %q: %w: %w", slug, ErrLeftover, err)
	}
	return kept, nil
}

// Signer signs with the connector's key under its current certificate, for as
// long as ctx; see [Custodian]. A certificate that is not the key's current one is
// [ErrMismatch].
func (k *Keeper) Signer(ctx context.Context, key *idp.Key, current *x509.Certificate) (crypto.Signer, error) {
	pub, isRSA := current.PublicKey.(*rsa.PublicKey)
	if !isRSA || !bytes.Equal(current.Raw, key.Current.DER) {
		return nil, store.About("signer for", key.Slug, ErrMismatch)
	}
	custodian, err := k.custodian(key.Custody)
	if err != nil {
		return nil, err
	}
	return custodian.Signer(ctx, key.Current.Ref, pub)
}

// Delete removes the connector's key: first it notes that it is doing so, which
// keeps the connector from being activated, then it removes the private half, then
// the rest, so that a deletion that was interrupted can be repeated and goes on.
// It returns an error that is store.ErrNotFound when there is no key, and
// store.ErrActive when the connector is active.
func (k *Keeper) Delete(ctx context.Context, slug string, event idp.Event) error {
	old, err := k.Store.Key(ctx, slug)
	if err != nil {
		return store.About("key of", slug, err)
	}
	event.Before = keyFields(old)
	err = k.retire(ctx, old, event)
	if err != nil {
		return store.About("key of", slug, err)
	}
	err = k.remove(ctx, old)
	if err != nil {
		return err
	}
	err = k.Store.DeleteKey(ctx, old, event)
	if err != nil {
		return store.About("key of", slug, err)
	}
	return nil
}

// retire notes that a key is being deleted, unless that is noted already.
func (k *Keeper) retire(ctx context.Context, key *idp.Key, event idp.Event) error {
	if key.State == idp.KeyDeleting {
		return nil
	}
	key.State = idp.KeyDeleting
	event.ID, event.After = idp.NewID("ev_"), map[string]any{"state": string(key.State)}
	return k.Store.PutKey(ctx, key, event)
}

// newKey is a key that a custodian has and the store does not know yet.
type newKey struct {
	custodian Custodian
	ref       string
	signer    crypto.Signer
	cert      *x509.Certificate
}

// keep notes the new key, once it has signed under its certificate.
func (k *Keeper) keep(ctx context.Context, made newKey, key *idp.Key, event idp.Event) (*idp.Key, error) {
	err := Check(made.signer, made.cert)
	if err != nil {
		return nil, k.discard(ctx, made, err)
	}
	now := k.Now()
	key.State = idp.KeyReady
	key.Current = Describe(made.ref, made.cert)
	key.UpdatedAt = now
	if key.CreatedAt.IsZero() {
		key.CreatedAt = now
	}
	event.After = keyFields(key)
	err = k.Store.PutKey(ctx, key, event)
	switch {
	case err == nil:
		return key, nil
	case errors.Is(err, store.ErrKeyInUse):
		return nil, k.discard(ctx, made, inUse())
	case errors.Is(err, store.ErrUnavailable):
		return k.settle(ctx, made, key.Slug, err)
	}
	return nil, k.discard(ctx, made, store.About("key of", key.Slug, err))
}

// settle finds out whether a write happened whose answer was lost. While that
// cannot be known the private half stays: one too many signs nothing, one too few
// would stop the connector.
func (k *Keeper) settle(ctx context.Context, made newKey, slug string, lost error) (*idp.Key, error) {
	ctx, cancel := afterwards(ctx)
	defer cancel()
	lost = store.About("key of", slug, lost)
	stored, err := k.current(ctx, slug)
	switch {
	case err != nil:
		return nil, lost
	case stored != nil && stored.Current.Ref == made.ref:
		return stored, nil
	}
	return nil, k.discard(ctx, made, lost)
}

// discard removes a key that came to nothing and returns why it did.
func (k *Keeper) discard(ctx context.Context, made newKey, why error) error {
	ctx, cancel := afterwards(ctx)
	defer cancel()
	err := made.custodian.Delete(ctx, made.ref)
	if err != nil {
		return errors.Join(why, fmt.Errorf("remove the unused key: %w", err))
	}
	return why
}

// afterwards is the context for what has to be tidied up even when the request
// is over.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
}

// remove ends the use of a stored key's private halves.
func (k *Keeper) remove(ctx context.Context, key *idp.Key) error {
	custodian, err := k.custodian(key.Custody)
	if err != nil {
		return err
	}
	err = custodian.Delete(ctx, key.Current.Ref)
	if err == nil && key.Next != nil {
		err = custodian.Delete(ctx, key.Next.Ref)
	}
	return err
}

// current is the connector's key, or nil when it has none.
func (k *Keeper) current(ctx context.Context, slug string) (*idp.Key, error) {
	key, err := k.Store.Key(ctx, slug)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, store.About("key of", slug, err)
	}
	return key, nil
}

func (k *Keeper) custodian(custody idp.Custody) (Custodian, error) {
	custodian, found := k.Custodians[custody]
	if !found {
		return nil, fmt.Errorf("custody %q is not set up here: %w", custody, ErrUnavailable)
	}
	return custodian, nil
}

func (k *Keeper) noCustody(custody idp.Custody) error {
	var names []string
	for name := range k.Custodians {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return idp.Problems{{Field: fieldCustody, Value: string(custody), Reason: "is no custody of this installation", Remedy: "use " + strings.Join(names, " or ") + ", or leave it out"}}
}

// fieldCustody is the field of a connector that says where its key is kept.
const fieldCustody = "key.custody"

func inUse() error {
	return idp.Problems{{Field: fieldKey, Reason: "is in use by another connector", Remedy: "give each connector a key of its own"}}
}

// keyFields is what an event tells of a key.
func keyFields(key *idp.Key) map[string]any {
	return map[string]any{
		"custody":     string(key.Custody),
		"source":      string(key.Source),
		"fingerprint": key.Current.Fingerprint,
		"not_after":   key.Current.NotAfter.UTC().Format(time.RFC3339),
	}
}
