package store

import (
	"context"
	"slices"

	"github.com/gatepost/gatepost/internal/idp"
)

// GroupNames returns the names of those of the groups that exist, by ID.
func (s *Store) GroupNames(ctx context.Context, ids []string) (map[string]string, error) {
	items, err := s.getAll(ctx, keysOf(ids, groupKey))
	if err != nil {
		return nil, err
	}
	groups, err := existing(items, groupFrom)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(groups))
	for _, g := range groups {
		names[g.ID] = g.Name
	}
	return names, nil
}

// GroupsByName reads those of the groups that exist, by name: in two calls to the
// tables for every [MaxGet] of them.
func (s *Store) GroupsByName(ctx context.Context, names []string) (map[string]*idp.Group, error) {
	var keys []Key
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if idp.CheckGroupName(name) == nil {
			keys = append(keys, groupNameKey(name))
		}
	}
	items, err := s.getAll(ctx, keys)
	if err != nil {
		return nil, err
	}
	named := map[string]string{} // by ID
	var ids []string
	for _, item := range items {
		id, err := optional(item, nameFrom)
		if err != nil {
			return nil, err
		}
		if id != nil {
			named[*id], ids = item.Key.Sort, append(ids, *id)
		}
	}
	items, err = s.getAll(ctx, keysOf(ids, groupKey))
	if err != nil {
		return nil, err
	}
	list, err := existing(items, groupFrom)
	if err != nil {
		return nil, err
	}
	groups := make(map[string]*idp.Group, len(list))
	for _, g := range list {
		groups[named[g.ID]] = g
	}
	return groups, nil
}
