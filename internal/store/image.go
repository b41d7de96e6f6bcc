package store

import (
	"context"

	"github.com/gatepost/gatepost/internal/idp"
)

// MaxImage is the longest image of a tile, in bytes.
const MaxImage = 128 << 10

// Image reads the image of a connector's tile. It fails with [ErrNotFound] when
// there is none.
func (s *Store) Image(ctx context.Context, slug string) ([]byte, error) {
	if !wellFormed(slug) {
		return nil, About("image of connector", slug, ErrNotFound)
	}
	item, err := s.get(ctx, imageKey(slug))
	if err != nil {
		return nil, err
	}
	if item == nil {
		return nil, About("image of connector", slug, ErrNotFound)
	}
	return item.Data, nil
}

// PutImage stores c with the image of its tile in one step; no image removes it.
// It fails as UpdateConnector does, and with [ErrTooLarge] past [MaxImage].
func (s *Store) PutImage(ctx context.Context, c *idp.Connector, image []byte, ev idp.Event) error {
	key := imageKey(c.Slug)
	switch {
	case len(image) > MaxImage:
		return About("image of connector", c.Slug, ErrTooLarge)
	case len(image) == 0:
		return s.updateConnector(ctx, c, ev, Delete(key, Always()))
	}
	return s.updateConnector(ctx, c, ev, Put(Item{Key: key, Data: image}, Always()))
}
