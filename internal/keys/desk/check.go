package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/store"
)

// checkPage is how many connectors one check looks at: each costs a read and a
// signature, one after the other.
const checkPage = 25

// checked is what a check found about one connector's key.
type checked struct {
	Slug        string    `json:"slug"`
	State       string    `json:"state"`
	Signs       bool      `json:"signs"` // and what it signs verifies with the certificate
	Fingerprint string    `json:"fingerprint,omitzero"`
	NotAfter    time.Time `json:"not_after,omitzero"`
	Error       *failure  `json:"error,omitzero"`

	err error
}

// faults joins what is wrong with each key.
func (a answer) faults() error {
	var all []error
	for _, c := range a.Keys {
		if c.err != nil {
			all = append(all, fmt.Errorf("key of %q: %w", c.Slug, c.err))
		}
	}
	return errors.Join(all...)
}

// check has the keys of a page of connectors, or of one, sign a random digest
// each, and verifies it with the certificate. A page may be short before the end;
// the cursor is empty at the end.
func (d *Desk) check(ctx context.Context, r request) (answer, error) {
	if r.Slug != "" {
		_, err := d.signing(ctx, r.Slug)
		if err != nil {
			return answer{}, err
		}
		return answer{Keys: []checked{d.checkKey(ctx, r.Slug)}}, nil
	}
	page, cursor, err := d.Store.ListConnectors(ctx, store.List{Limit: checkPage, Cursor: r.Cursor})
	if err != nil {
		return answer{}, err
	}
	a := answer{Keys: []checked{}, Cursor: cursor}
	for _, c := range page {
		if c.Kind == idp.KindAWS {
			a.Keys = append(a.Keys, d.checkKey(ctx, c.Slug))
		}
	}
	return a, nil
}

func (d *Desk) checkKey(ctx context.Context, slug string) checked {
	k, err := d.Store.Key(ctx, slug)
	if errors.Is(err, store.ErrNotFound) {
		return checked{Slug: slug, State: string(idp.KeyNone)}
	}
	if err != nil {
		return checked{Slug: slug, Error: wireFailure(err), err: err}
	}
	c := checked{Slug: slug, State: string(k.State), Fingerprint: k.Current.Fingerprint, NotAfter: k.Current.NotAfter}
	if k.State != idp.KeyReady {
		return c
	}
	c.err = d.tryKey(ctx, k)
	c.Signs, c.Error = c.err == nil, wireFailure(c.err)
	return c
}

func (d *Desk) tryKey(ctx context.Context, k *idp.Key) error {
	cert, _, err := keys.Certificate(k.Current)
	if err != nil {
		return err
	}
	signer, err := d.Keeper.Signer(ctx, k, cert)
	if err != nil {
		return err
	}
	return keys.Check(signer, cert)
}
