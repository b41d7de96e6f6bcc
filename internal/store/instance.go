package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
)

// instanceRecord is the instance without its epoch, which is the item's count:
// it can be raised without reading it.
type instanceRecord struct {
	Lockdown bool   `json:"lockdown,omitempty"`
	Demo     bool   `json:"demo,omitempty"`
	Filled   bool   `json:"filled,omitempty"`
	URL      string `json:"url,omitempty"`
}

func instanceFrom(item *Item) (*idp.Instance, error) {
	in := &idp.Instance{Epoch: uint64(item.Count), Version: item.Version}
	if len(item.Data) == 0 { // the epoch was raised before anything else was written
		return in, nil
	}
	r, err := decode[instanceRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read instance: %w", err)
	}
	in.Lockdown, in.Demo, in.Filled, in.URL = r.Lockdown, r.Demo, r.Filled, r.URL
	return in, nil
}

// Instance reads the state of the installation; one that was never written is
// the zero value.
func (s *Store) Instance(ctx context.Context) (idp.Instance, error) {
	item, err := s.get(ctx, instanceKey())
	if err != nil {
		return idp.Instance{}, err
	}
	in, err := optional(item, instanceFrom)
	if err != nil || in == nil {
		return idp.Instance{}, err
	}
	return *in, nil
}

// UpdateInstance stores in in place of the version that it was read as, zero for
// one that was never written. It fails with [ErrStale] when the instance has
// changed since.
func (s *Store) UpdateInstance(ctx context.Context, in *idp.Instance, ev idp.Event) error {
	item, err := instanceItem(in)
	if err != nil {
		return err
	}
	err = s.commit(ctx, ev, Put(item, unchanged(in.Version)))
	if err != nil {
		return About("instance", "", lost(err, item.Key))
	}
	in.Version++
	return nil
}

// Lockdown closes every connector, and ends every session and token, in one write.
// An instance that is in lockdown already ends them again.
func (s *Store) Lockdown(ctx context.Context, ev idp.Event) error {
	return s.changeInstance(ctx, ev, func(in *idp.Instance) {
		in.Lockdown = true
		in.Epoch++
	})
}

// LiftLockdown opens the connectors again that were open before.
func (s *Store) LiftLockdown(ctx context.Context, ev idp.Event) error {
	return s.changeInstance(ctx, ev, func(in *idp.Instance) { in.Lockdown = false })
}

// changeInstance reads and writes the instance until no other write comes between.
func (s *Store) changeInstance(ctx context.Context, ev idp.Event, change func(*idp.Instance)) error {
	return s.retry(ctx, func() error {
		in, err := s.Instance(ctx)
		if err != nil {
			return err
		}
		version := in.Version
		change(&in)
		item, err := instanceItem(&in)
		if err != nil {
			return err
		}
		return s.commit(ctx, ev, Put(item, unchanged(version)))
	})
}

func instanceItem(in *idp.Instance) (Item, error) {
	data, err := encode(instanceRecord{in.Lockdown, in.Demo, in.Filled, in.URL})
	return Item{Key: instanceKey(), Data: data, Count: int64(in.Epoch)}, err
}

// unchanged holds while an item is as it was read: of that version, or zero for
// absent.
func unchanged(version uint64) Condition {
	if version == 0 {
		return Absent()
	}
	return Version(version)
}

// lost turns any failure of the condition [unchanged] on key into [ErrStale].
func lost(err error, key Key) error {
	var op *OpError
	if errors.As(err, &op) && op.Key == key {
		return ErrStale
	}
	return err
}
