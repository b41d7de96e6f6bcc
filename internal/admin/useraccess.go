package admin

import (
	"context"
	"fmt"

	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// UserAccess are the ways of one person into the connectors, by slug, as
// [Administrator.Access] has them, but without the names of groups. A connector that
// is gone has none.
func (a *Administrator) UserAccess(ctx context.Context, email string, slugs ...string) (map[string][]resource.Access, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, err
	}
	s := a.service
	u, err := s.User(ctx, email)
	if err != nil {
		return nil, err
	}
	connectors, err := s.Store.Connectors(ctx, slugs...)
	if err != nil {
		return nil, store.About("connectors of", u.Email, err)
	}
	doors, err := s.doorsOf(ctx, connectors)
	if err != nil {
		return nil, fmt.Errorf("keys of connectors: %w", err)
	}
	all := map[string][]resource.Access{}
	for _, d := range doors {
		refused := firstOf(d.refuses(u))
		for _, group := range d.connector.Groups {
			for _, w := range s.ways(d.connector, u, group, Access{Refused: refused}) {
				all[d.connector.Slug] = append(all[d.connector.Slug], w.shown())
			}
		}
	}
	return all, nil
}
