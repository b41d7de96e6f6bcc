package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/gatepost/gatepost/internal/idp"
)

// ConnectorAndKey reads, in one call to the tables, a connector and its key:
// what its metadata is made of. What does not exist, or cannot since its name is
// no name, is nil.
func (s *Store) ConnectorAndKey(ctx context.Context, slug string) (*idp.Connector, *idp.Key, error) {
	var b batch
	connector := b.want(connectorKey(slug), slug)
	key := b.want(keyKey(slug), slug)
	if len(b.keys) == 0 {
		return nil, nil, nil
	}
	items, err := s.tables.Get(ctx, b.keys)
	if err != nil {
		return nil, nil, fmt.Errorf("read connector: %w", err)
	}
	c, err := optional(connector.in(items), connectorFrom)
	if err != nil {
		return nil, nil, err
	}
	k, err := optional(key.in(items), keyFrom)
	if err != nil {
		return nil, nil, err
	}
	return c, k, nil
}

// Granted returns the connectors that are granted to the live groups of u, by
// slug: whether one would open is for package idp to decide. It reads a listing
// for each group and the connectors in batches.
func (s *Store) Granted(ctx context.Context, u *idp.User) ([]*idp.Connector, error) {
	now := s.time()
	var slugs []string
	for _, m := range u.Groups {
		if !m.Live(now) {
			continue
		}
		more, err := s.GroupConnectors(ctx, m.GroupID)
		if err != nil {
			return nil, err
		}
		slugs = append(slugs, more...)
	}
	slices.Sort(slugs)
	slugs = slices.Compact(slugs)
	var all []*idp.Connector
	for batch := range slices.Chunk(slugs, MaxGet) {
		connectors, err := s.Connectors(ctx, batch...)
		if err != nil {
			return nil, err
		}
		for _, c := range connectors {
			if c != nil { // deleted since the listing was read
				all = append(all, c)
			}
		}
	}
	return all, nil
}
