package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	// deviceKept is how long a browser is known after the last sign-in with it.
	deviceKept = 180 * 24 * time.Hour

	// maxDevices is how many browsers of one person are known: those that they
	// signed in with last.
	maxDevices = 10
)

// Device is a browser that a person signed in with before. The mark that it is
// known by is in its cookie; the store knows the hash. It may stand for several
// persons, and is known for each apart.
type Device struct {
	UserID string
	Hash   string
	Epochs Epochs // at the sign-in: raising either ends it, as it ends sessions
}

type deviceRecord struct {
	InstanceEpoch uint64 `json:"instance_epoch,omitempty"`
	UserEpoch     uint64 `json:"user_epoch,omitempty"`
}

func deviceFrom(item *Item) (*deviceRecord, error) {
	r, err := decode[deviceRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read device: %w", err)
	}
	return &r, nil
}

// KnowsDevice reports whether the person signed in with the browser under the
// epochs that d says, which are the present ones.
func (s *Store) KnowsDevice(ctx context.Context, d Device) (bool, error) {
	if !wellFormed(d.UserID, d.Hash) {
		return false, nil
	}
	item, err := s.get(ctx, deviceKey(d.UserID, d.Hash))
	if err != nil {
		return false, About("device of user", d.UserID, err)
	}
	r, err := optional(item, deviceFrom)
	if err != nil || r == nil {
		return false, err
	}
	return *r == epochsRecord(d.Epochs), nil
}

// PutDevice notes that a person signed in with a browser, which is known for 180
// days from then on. Of more than ten the ones that were used longest ago are
// forgotten.
func (s *Store) PutDevice(ctx context.Context, d Device) error {
	key := deviceKey(d.UserID, d.Hash)
	others, err := s.collect(ctx, Query{Table: key.Table, Partition: key.Partition}, MaxOps-1)
	if err != nil {
		return About("devices of user", d.UserID, err)
	}
	others = slices.DeleteFunc(others, func(item Item) bool { return item.Key == key })
	slices.SortFunc(others, func(x, y Item) int {
		return cmp.Or(y.Expires.Compare(x.Expires), cmp.Compare(x.Key.Sort, y.Key.Sort))
	})
	data, err := encode(epochsRecord(d.Epochs))
	if err != nil {
		return err
	}
	ops := []Op{Put(Item{Key: key, Data: data, Expires: s.time().Add(deviceKept)}, Always())}
	if len(others) >= maxDevices {
		ops = append(ops, deletes(others[maxDevices-1:])...)
	}
	return About("device of user", d.UserID, s.tables.Write(ctx, ops...))
}

func epochsRecord(e Epochs) deviceRecord { return deviceRecord{e.Instance, e.User} }
