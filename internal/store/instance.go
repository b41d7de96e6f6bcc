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
	data, err := encode(instanceRecord{in.Lockdown, in.Demo, in.Filled, in.URL})
	if err != nil {
		return err
	}
	item := Item{Key: instanceKey(), Data: data, Count: int64(in.Epoch)}
	err = s.commit(ctx, ev, Put(item, unchanged(in.Version)))
	if err != nil {
		return fmt.Errorf("instance: %w", lost(err, item.Key))
	}
	in.Version++
	return nil
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
