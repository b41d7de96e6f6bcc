package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/gatepost/gatepost/internal/idp"
)

// MaxChanges is how many grants or memberships one write changes at most. More
// are made one by one, or a part at a time.
const MaxChanges = 90

// CreateConnector stores a new connector with its grants, and gives c its
// version, its times and, if it has none, an ID. It fails with [idp.Problems]
// when c is not valid, [ErrExists] when the slug is taken, [ErrNotFound] when a
// group does not exist, and [ErrTooLarge] past 300 KB or [MaxChanges] groups.
func (s *Store) CreateConnector(ctx context.Context, c *idp.Connector, ev idp.Event) error {
	made := *c
	if made.ID == "" {
		made.ID = idp.NewID("")
	}
	made.CreatedAt, made.Version = s.time(), 1
	made.UpdatedAt = made.CreatedAt
	err := made.Validate()
	if err != nil {
		return err
	}
	err = s.retry(ctx, func() error {
		return s.writeConnector(ctx, &made, &idp.Connector{}, Absent(), ev)
	}, connectorKey(c.Slug))
	if err != nil {
		return About("connector", c.Slug, err)
	}
	*c = made
	return nil
}

// Connector reads a connector. It fails with [ErrNotFound] when there is none.
func (s *Store) Connector(ctx context.Context, slug string) (*idp.Connector, error) {
	all, err := s.Connectors(ctx, slug)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, About("connector", slug, ErrNotFound)
	}
	return all[0], nil
}

// Connectors reads those of the connectors that exist, in the order of the
// slugs.
func (s *Store) Connectors(ctx context.Context, slugs ...string) ([]*idp.Connector, error) {
	items, err := s.getAll(ctx, keysOf(slugs, connectorKey))
	if err != nil {
		return nil, err
	}
	return existing(items, connectorFrom)
}

// keysOf are the keys of the names that can be looked up, each once.
func keysOf(names []string, key func(string) Key) []Key {
	var keys []Key
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		if wellFormed(name) && !seen[name] {
			keys = append(keys, key(name))
		}
		seen[name] = true
	}
	return keys
}

// ListConnectors returns a page of the connectors whose slug begins with the
// prefix, by slug, and the cursor of the next page. A page may be short before
// the end.
func (s *Store) ListConnectors(ctx context.Context, l List) ([]ConnectorSummary, string, error) {
	page, err := s.page(ctx, summaryKey(""), l.Prefix, l)
	if err != nil {
		return nil, "", About("list connectors", "", err)
	}
	summaries := make([]ConnectorSummary, 0, len(page.Items))
	for _, item := range page.Items {
		summary, err := summaryFrom(&item)
		if err != nil {
			return nil, "", err
		}
		summaries = append(summaries, *summary)
	}
	return summaries, page.Cursor, nil
}

// UpdateConnector stores c in place of the version that it was read as, grants
// included; the ID and the time of making stay. It fails with [ErrStale] when the
// connector has changed since, [ErrNotFound] when it or a newly granted group
// does not exist, and otherwise as CreateConnector does.
func (s *Store) UpdateConnector(ctx context.Context, c *idp.Connector, ev idp.Event) error {
	return s.updateConnector(ctx, c, ev)
}

func (s *Store) updateConnector(ctx context.Context, c *idp.Connector, ev idp.Event, with ...Op) error {
	made := *c
	made.UpdatedAt = s.time()
	err := s.retry(ctx, func() error {
		old, err := s.connectorAt(ctx, c.Slug, c.Version)
		if err != nil {
			return err
		}
		err = idp.NewFaults(old.Validate(), made.Validate())
		if err != nil {
			return err
		}
		made.ID, made.CreatedAt = old.ID, old.CreatedAt
		return s.writeConnector(ctx, &made, old, Version(c.Version), ev, with...)
	}, connectorKey(c.Slug), keyKey(c.Slug))
	if err != nil {
		return About("connector", c.Slug, err)
	}
	made.Version++
	*c = made
	return nil
}

// ActivateConnector stores c, which is active, as UpdateConnector does, while the
// key that it will sign with is as it was read: it fails with [ErrStale] when key
// has changed since. A bookmark has none (nil).
func (s *Store) ActivateConnector(ctx context.Context, c *idp.Connector, key *idp.Key, ev idp.Event) error {
	if key == nil {
		return s.UpdateConnector(ctx, c, ev)
	}
	return s.updateConnector(ctx, c, ev, Check(keyKey(c.Slug), Version(key.Version)))
}

// connectorAt reads a connector that must have the version.
func (s *Store) connectorAt(ctx context.Context, slug string, version uint64) (*idp.Connector, error) {
	if !wellFormed(slug) {
		return nil, ErrNotFound
	}
	item, err := s.get(ctx, connectorKey(slug))
	switch {
	case err != nil:
		return nil, err
	case item == nil:
		return nil, ErrNotFound
	case item.Version != version:
		return nil, ErrStale
	}
	return connectorFrom(item)
}

// writeConnector commits c with what hangs on it: its summary, and the groups'
// side of the grants that are new or gone since it was as before. It depends on the
// groups that it opens something to.
func (s *Store) writeConnector(ctx context.Context, c, before *idp.Connector, cond Condition, ev idp.Event, with ...Op) error {
	item, err := connectorItem(c)
	if err != nil {
		return err
	}
	summary, err := summaryItem(c)
	if err != nil {
		return err
	}
	grants, added, err := grantOps(c, before.Groups)
	if err != nil {
		return err
	}
	ops := append([]Op{Put(item, cond), Put(summary, Always())}, append(slices.Clone(with), grants...)...)
	checks, err := s.groupChecks(ctx, append(added, moreRoles(c, before)...))
	if err != nil {
		return err
	}
	return s.commit(ctx, ev, withChecks(ops, checks)...)
}

// grantOps write the groups' side of the grants of c, which granted the groups
// of before; they come with the groups that are new.
func grantOps(c *idp.Connector, before []string) ([]Op, []string, error) {
	var ops []Op
	var added []string
	for i, group := range c.Groups {
		if slices.Contains(c.Groups[:i], group) {
			return nil, nil, fmt.Errorf("group %q is given twice: %w", group, ErrExists)
		}
		if !slices.Contains(before, group) {
			ops = append(ops, Put(Item{Key: grantKey(group, c.Slug)}, Always()))
			added = append(added, group)
		}
	}
	for _, group := range before {
		if !slices.Contains(c.Groups, group) {
			ops = append(ops, Delete(grantKey(group, c.Slug), Always()))
		}
	}
	if len(ops) > MaxChanges {
		return nil, nil, fmt.Errorf("%d grants change at once, at most %d; grant and revoke some one by one: %w", len(ops), MaxChanges, ErrTooLarge)
	}
	return ops, added, nil
}

// moreRoles are the groups that are granted c as they were granted before, and get a
// role that was not open to them.
func moreRoles(c, before *idp.Connector) []string {
	had := make(map[string]idp.Role, len(before.Roles))
	for _, role := range before.Roles {
		had[role.RoleARN] = role
	}
	var more []string
	for _, role := range c.Roles {
		old, there := had[role.RoleARN]
		if there && (len(old.Groups) == 0 || slices.Equal(old.Groups, role.Groups)) {
			continue
		}
		open := role.Groups
		if len(open) == 0 {
			open = c.Groups
		}
		for _, group := range open {
			if slices.Contains(before.Groups, group) && !slices.Contains(old.Groups, group) && !slices.Contains(more, group) {
				more = append(more, group)
			}
		}
	}
	return more
}

// DeleteConnector removes a connector, which must be inactive, with its grants.
// Its key is removed first, with [Store.DeleteKey]. It fails with [ErrActive],
// [ErrStale] when it has changed since it was read as c, or [ErrNotFound].
func (s *Store) DeleteConnector(ctx context.Context, c *idp.Connector, ev idp.Event) error {
	old, err := s.connectorAt(ctx, c.Slug, c.Version)
	if err != nil {
		return About("connector", c.Slug, err)
	}
	if old.Active {
		return About("connector", c.Slug, ErrActive)
	}
	ops := []Op{Delete(connectorKey(c.Slug), Version(c.Version)), Delete(summaryKey(c.Slug), Always()), Delete(imageKey(c.Slug), Always())}
	for _, group := range old.Groups {
		ops = append(ops, Delete(grantKey(group, c.Slug), Always()))
	}
	return About("connector", c.Slug, s.commit(ctx, ev, ops...))
}
