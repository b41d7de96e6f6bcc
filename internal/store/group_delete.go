package store

import (
	"context"
	"errors"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// deleteAtOnce bounds how many grants and memberships one call of DeleteGroup
// removes.
const deleteAtOnce = 200

// DeleteGroup deletes a group step by step: from the first on it takes no new
// members or grants, then its grants go, connector by connector, then its
// members, then the group. One call removes some 200 of them and reports whether
// the group is gone; until then g has the version to call again with, and what is
// left works. Each grant and membership goes with an event of its own. It fails
// with [ErrStale] when the group has changed since it was read as g, or
// [ErrNotFound].
func (s *Store) DeleteGroup(ctx context.Context, g *idp.Group, ev idp.Event) (bool, error) {
	name, err := s.beginDelete(ctx, g, ev)
	if err != nil {
		return false, err
	}
	room, err := s.revokeAll(ctx, g.ID, name, ev, deleteAtOnce)
	if err != nil || room == 0 {
		return false, About("group", name, err)
	}
	room, err = s.removeAll(ctx, g.ID, name, ev, room)
	if err != nil || room == 0 {
		return false, About("group", name, err)
	}
	err = s.tables.Write(ctx, Delete(groupKey(g.ID), Version(g.Version)), Delete(groupNameKey(name), Always()))
	return err == nil, About("group", name, err)
}

// beginDelete marks the group, once, and returns its name.
func (s *Store) beginDelete(ctx context.Context, g *idp.Group, ev idp.Event) (string, error) {
	held, err := s.heldGroup(ctx, g.ID)
	if err != nil {
		return "", err
	}
	if held.Version != g.Version {
		return "", About("group", held.Name, ErrStale)
	}
	if held.deleting {
		return held.Name, nil
	}
	held.UpdatedAt = s.time()
	item, err := groupItem(&held.Group, true)
	if err != nil {
		return "", err
	}
	err = s.commit(ctx, ev, Put(item, Version(g.Version)))
	if err != nil {
		return "", About("group", held.Name, err)
	}
	g.Version++
	return held.Name, nil
}

// revokeAll removes at most n grants and returns how many more it could have.
func (s *Store) revokeAll(ctx context.Context, groupID, name string, ev idp.Event, n int) (int, error) {
	items, err := s.collect(ctx, Query{Table: Config, Partition: grantKey(groupID, "").Partition, Prefix: grantPrefix}, n)
	if err != nil {
		return 0, err
	}
	for _, item := range items {
		slug := strings.TrimPrefix(item.Key.Sort, grantPrefix)
		err := s.Revoke(ctx, slug, groupID, derived(ev, idp.ActionRevoke, name, slug))
		if errors.Is(err, ErrNotFound) {
			err = nil
		}
		if err != nil {
			return 0, err
		}
	}
	return n - len(items), s.writeAll(ctx, deletes(items))
}

// removeAll removes at most n memberships and returns how many more it could
// have.
func (s *Store) removeAll(ctx context.Context, groupID, name string, ev idp.Event, n int) (int, error) {
	items, err := s.collect(ctx, Query{Table: Directory, Partition: groupKey(groupID).Partition, Prefix: memberPrefix}, n)
	if err != nil {
		return 0, err
	}
	for _, item := range items {
		userID := strings.TrimPrefix(item.Key.Sort, memberPrefix)
		left := derived(ev, idp.ActionMemberRemove, name, "")
		left.After = map[string]any{"user": userID}
		err := s.RemoveMember(ctx, userID, groupID, left)
		if errors.Is(err, ErrNotFound) {
			err = nil
		}
		if err != nil {
			return 0, err
		}
	}
	return n - len(items), s.writeAll(ctx, deletes(items))
}

// deletes clear away sides that had no other side left.
func deletes(items []Item) []Op {
	ops := make([]Op, len(items))
	for i, item := range items {
		ops[i] = Delete(item.Key, Always())
	}
	return ops
}
