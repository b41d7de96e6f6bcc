package store

import (
	"context"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// CloseGroup keeps new members and grants out of a group, for [idp.ClosedFor] or
// until the group is changed, opened again or gone. What hangs on it then cannot
// grow while somebody looks at it; and if it does after the mark has lapsed, the
// group's version is another. It fails with [ErrStale] when the group has changed
// since it was read as g, and with [ErrNotFound]. A group that is being deleted is
// closed already, and stays as it is.
func (s *Store) CloseGroup(ctx context.Context, g *idp.Group, ev idp.Event) error {
	held, err := s.groupAt(ctx, g)
	if err != nil || held.deleting {
		return err
	}
	held.Closed = idp.Closed{By: ev.Actor, Until: s.time().Add(idp.ClosedFor)}
	return s.mark(ctx, g, held, ev)
}

// ReopenGroup lets new members and grants in again, at once. It fails as
// [Store.CloseGroup] does, and with [ErrNotFound] for a group that is being
// deleted. To a group that is open it does nothing.
func (s *Store) ReopenGroup(ctx context.Context, g *idp.Group, ev idp.Event) error {
	held, err := s.groupAt(ctx, g)
	switch {
	case err != nil:
		return err
	case held.deleting:
		return About("group being deleted", held.Name, ErrNotFound)
	case held.Closed == idp.Closed{}:
		return nil
	}
	held.Closed = idp.Closed{}
	return s.mark(ctx, g, held, ev)
}

// groupAt reads a group that must have the version of g.
func (s *Store) groupAt(ctx context.Context, g *idp.Group) (*heldGroup, error) {
	held, err := s.heldGroup(ctx, g.ID)
	if err == nil && held.Version != g.Version {
		err = About("group", held.Name, ErrStale)
	}
	return held, err
}

// mark writes a group whose mark alone has changed, and tells g.
func (s *Store) mark(ctx context.Context, g *idp.Group, held *heldGroup, ev idp.Event) error {
	item, err := groupItem(&held.Group, false)
	if err != nil {
		return err
	}
	err = s.commit(ctx, ev, Put(item, Version(held.Version)))
	if err != nil {
		return About("group", held.Name, err)
	}
	held.Version++
	*g = held.Group
	return nil
}

// groupChecks make a write depend on groups that it refers to: they exist, are not
// being deleted and not closed. A mark that has lapsed is taken away by the write
// itself, so that whoever set it finds another version, however late.
func (s *Store) groupChecks(ctx context.Context, ids []string) ([]Op, error) {
	for _, id := range ids {
		if !wellFormed(id) {
			return nil, About("group", id, ErrNotFound)
		}
	}
	items, err := s.getAll(ctx, keysOf(ids, groupKey))
	if err != nil {
		return nil, err
	}
	var opened, checks []Op
	for i, item := range items {
		g, err := optional(item, heldGroupFrom)
		switch {
		case err != nil:
			return nil, err
		case g == nil, g.deleting:
			return nil, About("group", ids[i], ErrNotFound)
		case g.Closed.At(s.time()):
			return nil, fmt.Errorf("group %q, closed by %s until %s: %w", g.Name, g.Closed.By, g.Closed.Until.UTC().Format(time.RFC3339), ErrClosed)
		case g.Closed == idp.Closed{}:
			checks = append(checks, Check(item.Key, Version(item.Version)))
			continue
		}
		g.Closed = idp.Closed{}
		open, err := groupItem(&g.Group, false)
		if err != nil {
			return nil, err
		}
		opened = append(opened, Put(open, Version(item.Version)))
	}
	return append(opened, checks...), nil
}

// withChecks adds as many of the checks as fit into one transaction beside the
// event. Those left out guard only against a group that is closed or deleted
// between the read and the write: then a grant or a membership of a group remains
// that nobody can be put into any more.
func withChecks(ops, checks []Op) []Op {
	return append(ops, checks[:min(len(checks), MaxOps-1-len(ops))]...)
}
