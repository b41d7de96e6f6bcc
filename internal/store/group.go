package store

import (
	"context"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

type groupRecord struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	Deleting    bool      `json:"deleting,omitempty"` // takes no new members or grants; deletion goes on

	ClosedBy    string    `json:"closed_by,omitempty"` // takes no new members or grants until then
	ClosedUntil time.Time `json:"closed_until,omitzero"`
}

// nameRecord leads from a unique name to the ID of what bears it.
type nameRecord struct {
	ID string `json:"id"`
}

func groupItem(g *idp.Group, deleting bool) (Item, error) {
	data, err := encode(groupRecord{g.ID, g.Name, g.Description, g.CreatedAt, g.UpdatedAt, deleting, g.Closed.By, g.Closed.Until})
	return Item{Key: groupKey(g.ID), Data: data}, err
}

func nameItem(key Key, id string) (Item, error) {
	data, err := encode(nameRecord{id})
	return Item{Key: key, Data: data}, err
}

// heldGroup is a group with what the domain does not know of it.
type heldGroup struct {
	idp.Group
	deleting bool
}

func heldGroupFrom(item *Item) (*heldGroup, error) {
	r, err := decode[groupRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read group: %w", err)
	}
	g := idp.Group{ID: r.ID, Name: r.Name, Description: r.Description, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: item.Version, Closed: idp.Closed{By: r.ClosedBy, Until: r.ClosedUntil}}
	return &heldGroup{g, r.Deleting}, nil
}

func groupFrom(item *Item) (*idp.Group, error) {
	g, err := heldGroupFrom(item)
	if err != nil {
		return nil, err
	}
	return &g.Group, nil
}

func nameFrom(item *Item) (*string, error) {
	r, err := decode[nameRecord](item.Data)
	if err != nil {
		return nil, fmt.Errorf("read name: %w", err)
	}
	return &r.ID, nil
}

// CreateGroup stores a new group and gives g its version, its times and, if it
// has none, an ID. It fails with [idp.Problems] when g is not valid, and
// [ErrExists] when the name is taken.
func (s *Store) CreateGroup(ctx context.Context, g *idp.Group, ev idp.Event) error {
	err := g.Validate()
	if err != nil {
		return err
	}
	made := *g
	if made.ID == "" {
		made.ID = idp.NewID("")
	}
	made.CreatedAt, made.Version = s.time(), 1
	made.UpdatedAt, made.Closed = made.CreatedAt, idp.Closed{}
	item, err := groupItem(&made, false)
	if err != nil {
		return err
	}
	name, err := nameItem(groupNameKey(g.Name), made.ID)
	if err != nil {
		return err
	}
	err = s.commit(ctx, ev, Put(item, Absent()), Put(name, Absent()))
	if err != nil {
		return About("group", g.Name, err)
	}
	*g = made
	return nil
}

// Group reads a group by its ID. It fails with [ErrNotFound] when there is none.
func (s *Store) Group(ctx context.Context, id string) (*idp.Group, error) {
	g, err := s.heldGroup(ctx, id)
	if err != nil {
		return nil, err
	}
	return &g.Group, nil
}

func (s *Store) heldGroup(ctx context.Context, id string) (*heldGroup, error) {
	if !wellFormed(id) {
		return nil, About("group", id, ErrNotFound)
	}
	item, err := s.get(ctx, groupKey(id))
	if err != nil {
		return nil, err
	}
	if item == nil {
		return nil, About("group", id, ErrNotFound)
	}
	return heldGroupFrom(item)
}

// GroupByName reads a group by its name. It fails with [ErrNotFound] when there
// is none.
func (s *Store) GroupByName(ctx context.Context, name string) (*idp.Group, error) {
	if idp.CheckGroupName(name) != nil {
		return nil, About("group", name, ErrNotFound)
	}
	id, err := s.named(ctx, groupNameKey(name))
	if err != nil {
		return nil, About("group", name, err)
	}
	g, err := s.Group(ctx, id)
	return g, About("group", name, err)
}

// named is the ID that a unique name leads to.
func (s *Store) named(ctx context.Context, key Key) (string, error) {
	item, err := s.get(ctx, key)
	if err != nil {
		return "", err
	}
	if item == nil {
		return "", ErrNotFound
	}
	id, err := nameFrom(item)
	if err != nil {
		return "", err
	}
	return *id, nil
}

// ListGroups returns a page of the groups whose name begins with the prefix, by
// name, and the cursor of the next page. A page may be short before the end.
func (s *Store) ListGroups(ctx context.Context, l List) ([]*idp.Group, string, error) {
	ids, cursor, err := s.listNames(ctx, groupNameKey(""), l)
	if err != nil {
		return nil, "", About("list groups", "", err)
	}
	items, err := s.getAll(ctx, keysOf(ids, groupKey))
	if err != nil {
		return nil, "", err
	}
	groups, err := existing(items, groupFrom)
	return groups, cursor, err
}

// listNames returns the IDs that a page of unique names leads to.
func (s *Store) listNames(ctx context.Context, of Key, l List) ([]string, string, error) {
	page, err := s.page(ctx, of, l.Prefix, l)
	if err != nil {
		return nil, "", err
	}
	ids := make([]string, 0, len(page.Items))
	for _, item := range page.Items {
		id, err := nameFrom(&item)
		if err != nil {
			return nil, "", err
		}
		ids = append(ids, *id)
	}
	return ids, page.Cursor, nil
}

// UpdateGroup stores g in place of the version that it was read as; the time of
// making stays. It fails with [idp.Problems] when g is not valid, [ErrExists]
// when a new name is taken, [ErrStale] when the group has changed since, and
// [ErrNotFound] when it does not exist or is being deleted. A group that is closed
// is open then.
func (s *Store) UpdateGroup(ctx context.Context, g *idp.Group, ev idp.Event) error {
	old, err := s.heldGroup(ctx, g.ID)
	if err != nil {
		return err
	}
	err = idp.NewFaults(old.Validate(), g.Validate())
	switch {
	case err != nil:
		return err
	case old.deleting:
		return About("group being deleted", old.Name, ErrNotFound)
	case old.Version != g.Version:
		return About("group", old.Name, ErrStale)
	}
	made := *g
	made.CreatedAt, made.UpdatedAt, made.Closed = old.CreatedAt, s.time(), idp.Closed{}
	item, err := groupItem(&made, false)
	if err != nil {
		return err
	}
	ops := []Op{Put(item, Version(g.Version))}
	if old.Name != g.Name {
		name, err := nameItem(groupNameKey(g.Name), g.ID)
		if err != nil {
			return err
		}
		ops = append(ops, Delete(groupNameKey(old.Name), Always()), Put(name, Absent()))
	}
	err = s.commit(ctx, ev, ops...)
	if err != nil {
		return About("group", g.Name, err)
	}
	made.Version++
	*g = made
	return nil
}
