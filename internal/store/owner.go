package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// ownersRecord lists the active owners. Whoever makes or loses one writes it
// under its version, so that two losing the last two at once cannot both win.
type ownersRecord struct {
	Owners []string  `json:"owners"`
	Began  time.Time `json:"began,omitzero"` // when there was the first
}

func ownersFrom(item *Item) (*ownersRecord, error) {
	r, err := decode[ownersRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read owners: %w", err)
	}
	return &r, nil
}

// Owners returns the IDs of the active owners. While there is none, the
// installation waits to be set up.
func (s *Store) Owners(ctx context.Context) ([]string, error) {
	item, err := s.get(ctx, ownersKey())
	if err != nil || item == nil {
		return nil, err
	}
	r, err := ownersFrom(item)
	if err != nil {
		return nil, err
	}
	return r.Owners, nil
}

// ownerOps change the list of owners when a person becomes or ceases to be an
// active one; either of the person's states may be nil.
func (s *Store) ownerOps(ctx context.Context, old, u *idp.User) ([]Op, error) {
	was, is := activeOwner(old), activeOwner(u)
	if was == is {
		return nil, nil
	}
	item, err := s.get(ctx, ownersKey())
	if err != nil {
		return nil, err
	}
	cond := Absent()
	r := ownersRecord{Began: s.time()}
	if item != nil {
		held, err := ownersFrom(item)
		if err != nil {
			return nil, err
		}
		r, cond = *held, Version(item.Version)
	}
	if is {
		r.Owners = append(without(r.Owners, u.ID), u.ID)
	} else {
		r.Owners = slices.DeleteFunc(r.Owners, func(id string) bool { return id == old.ID })
		if len(r.Owners) == 0 {
			return nil, ErrLastOwner
		}
	}
	data, err := encode(r)
	if err != nil {
		return nil, err
	}
	return []Op{Put(Item{Key: ownersKey(), Data: data}, cond)}, nil
}

// began is when the installation had its first owner; zero while it waits for one.
func (s *Store) began(ctx context.Context) (time.Time, error) {
	item, err := s.get(ctx, ownersKey())
	if err != nil || item == nil {
		return time.Time{}, err
	}
	r, err := ownersFrom(item)
	if err != nil {
		return time.Time{}, err
	}
	return r.Began, nil
}

func activeOwner(u *idp.User) bool { return u != nil && u.Active && u.AdminRole == idp.AdminOwner }
