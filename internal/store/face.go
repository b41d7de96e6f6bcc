package store

import (
	"context"
	"fmt"

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
// slug: whether one would open is for package idp to decide. Listings of all groups
// are read at once, then all batches of connectors.
func (s *Store) Granted(ctx context.Context, u *idp.User) ([]*idp.Connector, error) {
	slugs, err := s.grantedTo(ctx, u)
	if err != nil {
		return nil, err
	}
	return s.Connectors(ctx, slugs...) // without those deleted since the listing was read
}
