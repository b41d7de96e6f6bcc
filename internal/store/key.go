package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

type keyRecord struct {
	Custody   string             `json:"custody"`
	Source    string             `json:"source"`
	State     string             `json:"state"`
	Current   certificateRecord  `json:"current,omitzero"`
	Next      *certificateRecord `json:"next,omitempty"`
	CreatedAt time.Time          `json:"created_at"`
	UpdatedAt time.Time          `json:"updated_at"`
}

type certificateRecord struct {
	Ref         string    `json:"ref,omitempty"`
	DER         []byte    `json:"der,omitempty"`
	Fingerprint string    `json:"fingerprint,omitempty"`
	NotBefore   time.Time `json:"not_before,omitzero"`
	NotAfter    time.Time `json:"not_after,omitzero"`
}

// IsZero tells encoding/json to leave out a certificate that is not there yet.
func (c certificateRecord) IsZero() bool {
	return c.Ref == "" && c.Fingerprint == "" && len(c.DER) == 0
}

// keyPrintRecord tells which connector uses a public key.
type keyPrintRecord struct {
	Slug string `json:"slug"`
}

func keyItem(k *idp.Key) (Item, error) {
	r := keyRecord{string(k.Custody), string(k.Source), string(k.State), certificateRecord(k.Current), nil, k.CreatedAt, k.UpdatedAt}
	if k.Next != nil {
		next := certificateRecord(*k.Next)
		r.Next = &next
	}
	data, err := encode(r)
	return Item{Key: keyKey(k.Slug), Data: data}, err
}

func keyFrom(item *Item) (*idp.Key, error) {
	r, err := decode[keyRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	k := &idp.Key{
		Slug:    item.Key.Partition[len(keyKey("").Partition):],
		Custody: idp.Custody(r.Custody), Source: idp.Source(r.Source), State: idp.KeyState(r.State),
		Current: idp.Certificate(r.Current), CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: item.Version,
	}
	if r.Next != nil {
		next := idp.Certificate(*r.Next)
		k.Next = &next
	}
	return k, nil
}

func keyPrintFrom(item *Item) (*keyPrintRecord, error) {
	r, err := decode[keyPrintRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read key print: %w", err)
	}
	return &r, nil
}

// Key reads what is known of a connector's signing key. It fails with
// [ErrNotFound] when there is none.
func (s *Store) Key(ctx context.Context, slug string) (*idp.Key, error) {
	if !wellFormed(slug) {
		return nil, About("key of connector", slug, ErrNotFound)
	}
	item, err := s.get(ctx, keyKey(slug))
	if err != nil {
		return nil, err
	}
	if item == nil {
		return nil, About("key of connector", slug, ErrNotFound)
	}
	return keyFrom(item)
}

// Keys reads what is known of the signing keys of connectors, by slug. One without
// a key is missing.
func (s *Store) Keys(ctx context.Context, slugs ...string) (map[string]*idp.Key, error) {
	items, err := s.getAll(ctx, keysOf(slugs, keyKey))
	if err != nil {
		return nil, err
	}
	list, err := existing(items, keyFrom)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]*idp.Key, len(list))
	for _, k := range list {
		keys[k.Slug] = k
	}
	return keys, nil
}

// PutKey stores k in place of the version that it was read as, zero for a new
// one. The public keys of its certificates are its connector's alone: it fails
// with [ErrKeyInUse] when another connector uses one of them, with [ErrStale]
// when the key has changed since, and with [ErrActive] when it would take the
// current key from an active connector.
func (s *Store) PutKey(ctx context.Context, k *idp.Key, ev idp.Event) error {
	made := *k
	made.UpdatedAt = s.time()
	if made.CreatedAt.IsZero() {
		made.CreatedAt = made.UpdatedAt
	}
	key := keyKey(k.Slug)
	err := s.retry(ctx, func() error {
		item, err := keyItem(&made)
		if err != nil {
			return err
		}
		connector, err := s.checkConnector(ctx, k)
		if err != nil {
			return err
		}
		prints, err := s.keyPrintOps(ctx, k.Slug, printsOf(k))
		if err != nil {
			return err
		}
		return s.commit(ctx, ev, append([]Op{Put(item, unchanged(k.Version)), connector}, prints...)...)
	}, key)
	if err != nil {
		return About("key of connector", k.Slug, lost(err, key))
	}
	made.Version++
	*k = made
	return nil
}

// DeleteKey forgets a connector's key, as it was read, and frees its public
// keys. The custodian's part is deleted elsewhere. It fails with [ErrStale],
// [ErrNotFound], or [ErrActive] when the connector is active.
func (s *Store) DeleteKey(ctx context.Context, k *idp.Key, ev idp.Event) error {
	err := s.retry(ctx, func() error {
		connector, err := s.checkConnector(ctx, &idp.Key{Slug: k.Slug})
		if err != nil {
			return err
		}
		prints, err := s.keyPrintOps(ctx, k.Slug, nil)
		if err != nil {
			return err
		}
		return s.commit(ctx, ev, append([]Op{Delete(keyKey(k.Slug), Version(k.Version)), connector}, prints...)...)
	}, keyKey(k.Slug))
	return About("key of connector", k.Slug, err)
}

// checkConnector makes a write of a key depend on the connector that was read: an
// active one keeps the key that it signs with, ready to sign. Activation depends
// on the key in turn, so that neither can pass the other unseen.
func (s *Store) checkConnector(ctx context.Context, k *idp.Key) (Op, error) {
	if !wellFormed(k.Slug) {
		return Op{}, ErrNotFound
	}
	key := connectorKey(k.Slug)
	item, err := s.get(ctx, key)
	if err != nil {
		return Op{}, err
	}
	if item == nil {
		return Check(key, Absent()), nil
	}
	c, err := connectorFrom(item)
	if err != nil {
		return Op{}, err
	}
	if !c.Active {
		return Check(key, Version(item.Version)), nil
	}
	had, err := s.Key(ctx, k.Slug)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Op{}, err
	}
	if had != nil && (k.State != idp.KeyReady || k.Current.Fingerprint != had.Current.Fingerprint) {
		return Op{}, ErrActive
	}
	return Check(key, Version(item.Version)), nil
}

// keyPrintOps give a connector the public keys it wants, and free those of its
// stored key that it does not want any more.
func (s *Store) keyPrintOps(ctx context.Context, slug string, want []string) ([]Op, error) {
	if len(want) > 0 && !wellFormed(want...) {
		return nil, fmt.Errorf("fingerprints %q: %w", want, ErrKey)
	}
	had, err := s.Key(ctx, slug)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	items, err := s.getAll(ctx, keysOf(want, keyPrintKey))
	if err != nil {
		return nil, err
	}
	var ops []Op
	for i, item := range items {
		r, err := optional(item, keyPrintFrom)
		if err != nil {
			return nil, err
		}
		if r != nil && r.Slug != slug {
			return nil, ErrKeyInUse
		}
		data, err := encode(keyPrintRecord{slug})
		if err != nil {
			return nil, err
		}
		cond := Absent()
		if item != nil {
			cond = Version(item.Version)
		}
		ops = append(ops, Put(Item{Key: keyPrintKey(want[i]), Data: data}, cond))
	}
	for _, print := range printsOf(had) {
		if !slices.Contains(want, print) {
			ops = append(ops, Delete(keyPrintKey(print), Always()))
		}
	}
	return ops, nil
}

// printsOf are the fingerprints of a key's certificates, each once.
func printsOf(k *idp.Key) []string {
	if k == nil {
		return nil
	}
	var prints []string
	if k.Current.Fingerprint != "" {
		prints = append(prints, k.Current.Fingerprint)
	}
	if k.Next != nil && k.Next.Fingerprint != "" && k.Next.Fingerprint != k.Current.Fingerprint {
		prints = append(prints, k.Next.Fingerprint)
	}
	return prints
}
