package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
)

// AWS knows a person by their name ID. It is one person's for ever: written with
// the person, and never deleted, so that nobody comes to be known as somebody who
// is gone. A version before this one wrote people without it.

// nameIDOp takes a name ID for a person.
func nameIDOp(u *idp.User) (Op, error) {
	item, err := nameItem(nameIDKey(u.NameID), u.ID)
	return Put(item, Absent()), err
}

// ClaimNameIDs takes the name IDs of all people who were stored by a version that
// did not, once: a name ID that somebody chooses is free only if none of them has
// it. Those that are drawn at random need no such look. Of two people who have the
// same one already the first keeps it. It reads everybody; when it is cut short,
// the next call goes on.
func (s *Store) ClaimNameIDs(ctx context.Context) error {
	done, err := s.get(ctx, nameIDsKey())
	if err != nil || done != nil {
		return err
	}
	list := List{Limit: MaxPage}
	for {
		people, next, err := s.ListUsers(ctx, list)
		if err != nil {
			return err
		}
		err = s.retry(ctx, func() error { return s.claimMissing(ctx, people) })
		if err != nil {
			return fmt.Errorf("name IDs of people: %w", err)
		}
		if next == "" {
			break
		}
		list.Cursor = next
	}
	err = s.tables.Write(ctx, Put(Item{Key: nameIDsKey()}, Absent()))
	if errors.Is(err, ErrExists) { // somebody else did it at the same time
		return nil
	}
	return err
}

func (s *Store) claimMissing(ctx context.Context, people []*idp.User) error {
	var missing []*idp.User
	var keys []Key
	seen := map[string]bool{}
	for _, u := range people {
		if !seen[u.NameID] {
			seen[u.NameID] = true
			missing, keys = append(missing, u), append(keys, nameIDKey(u.NameID))
		}
	}
	items, err := s.getAll(ctx, keys)
	if err != nil {
		return err
	}
	var ops []Op
	for i, item := range items {
		if item != nil {
			continue
		}
		op, err := nameIDOp(missing[i])
		if err != nil {
			return err
		}
		ops = append(ops, op)
	}
	return s.tables.Write(ctx, ops...)
}

// keepNameID takes the name ID of a person who is to be deleted, unless it is taken
// already.
func (s *Store) keepNameID(ctx context.Context, u *idp.User) ([]Op, error) {
	item, err := s.get(ctx, nameIDKey(u.NameID))
	if err != nil || item != nil {
		return nil, err
	}
	op, err := nameIDOp(u)
	return []Op{op}, err
}

// nameIDTaken turns the failed condition on a name ID into [ErrNameID].
func nameIDTaken(err error, nameID string) error {
	var op *OpError
	if errors.As(err, &op) && op.Key == nameIDKey(nameID) {
		return ErrNameID
	}
	return err
}
