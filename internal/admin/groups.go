package admin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// Groups is a page of the groups, by name.
func (a *Administrator) Groups(ctx context.Context, l List) ([]resource.Group, string, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, "", err
	}
	groups, next, err := search(l, func(at store.List) ([]*idp.Group, string, error) {
		return a.service.Store.ListGroups(ctx, at)
	}, func(g *idp.Group) bool { return l.found(g.Name, g.Description) })
	if err != nil {
		return nil, "", store.About("list groups", "", err)
	}
	list := make([]resource.Group, 0, len(groups))
	for _, g := range groups {
		list = append(list, resource.FromGroup(g))
	}
	return list, next, nil
}

// Group is the group of that name.
func (a *Administrator) Group(ctx context.Context, name string) (resource.Group, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return resource.Group{}, err
	}
	g, err := a.service.Group(ctx, name)
	if err != nil {
		return resource.Group{}, err
	}
	return resource.FromGroup(g), nil
}

// CreateGroup stores a new, empty group.
func (a *Administrator) CreateGroup(ctx context.Context, in resource.Group) (resource.Group, error) {
	err := a.may(ctx, OpGroup, in.Name)
	if err != nil {
		return resource.Group{}, err
	}
	g, err := a.service.CreateGroup(ctx, a.actor, in.Name, in.Description)
	if err != nil {
		return resource.Group{}, err
	}
	return resource.FromGroup(g), nil
}

// UpdateGroup changes a group's name and description; people and connectors go on
// referring to it.
func (a *Administrator) UpdateGroup(ctx context.Context, name, match string, change func(*resource.Group) error) (resource.Group, error) {
	err := a.may(ctx, OpGroup, name)
	if err != nil {
		return resource.Group{}, err
	}
	before, err := a.freshGroup(ctx, name, match)
	if err != nil {
		return resource.Group{}, err
	}
	shown := resource.FromGroup(before)
	err = change(&shown)
	if err != nil {
		return resource.Group{}, err
	}
	g, err := a.service.updateGroup(ctx, a.actor, before, func(g *idp.Group) { g.Name, g.Description = shown.Name, shown.Description })
	if errors.Is(err, store.ErrStale) {
		return resource.Group{}, a.staleGroup(ctx, name)
	}
	if err != nil {
		return resource.Group{}, err
	}
	return resource.FromGroup(g), nil
}

// freshGroup is a group that must be of the version match.
func (a *Administrator) freshGroup(ctx context.Context, name, match string) (*idp.Group, error) {
	g, err := a.service.Group(ctx, name)
	if err != nil {
		return nil, err
	}
	if !matches(match, resource.FromGroup(g).ETag) {
		return nil, a.staleGroup(ctx, name)
	}
	return g, nil
}

func (a *Administrator) staleGroup(ctx context.Context, name string) error {
	g, err := a.service.Group(ctx, name)
	if err != nil {
		return err
	}
	now := resource.FromGroup(g)
	return &Stale{ETag: now.ETag, Current: now, Changes: a.service.changesOf(ctx, a.service.lately(), name)}
}

// lately is the last day, which is as far as changes are looked for of what has no
// index of its own.
func (s *Service) lately() store.EventFilter {
	return store.EventFilter{Since: s.Now().Add(-24 * time.Hour)}
}

// DeleteGroup removes a group, its grants and its memberships, as far as one call
// goes, and reports whether the group is gone; see [Service.DeleteGroup].
func (a *Administrator) DeleteGroup(ctx context.Context, name, match string) (bool, error) {
	err := a.may(ctx, OpGroup, name)
	if err != nil {
		return false, err
	}
	g, err := a.freshGroup(ctx, name, match)
	if err != nil {
		return false, err
	}
	gone, err := a.service.deleteGroup(ctx, a.actor, g)
	if errors.Is(err, store.ErrStale) {
		return false, a.staleGroup(ctx, name)
	}
	return gone, err
}

// CloseGroup keeps new members and grants out of a group that is about to be
// destroyed, for [idp.ClosedFor] or until it is changed, opened again or gone.
func (a *Administrator) CloseGroup(ctx context.Context, name, match string) (resource.Group, error) {
	return a.markGroup(ctx, name, match, a.service.closeGroup)
}

// ReopenGroup lets new members and grants into a group again.
func (a *Administrator) ReopenGroup(ctx context.Context, name, match string) (resource.Group, error) {
	return a.markGroup(ctx, name, match, a.service.reopenGroup)
}

func (a *Administrator) markGroup(ctx context.Context, name, match string, mark func(context.Context, Actor, *idp.Group) error) (resource.Group, error) {
	err := a.may(ctx, OpGroup, name)
	if err != nil {
		return resource.Group{}, err
	}
	g, err := a.freshGroup(ctx, name, match)
	if err != nil {
		return resource.Group{}, err
	}
	err = mark(ctx, a.actor, g)
	if errors.Is(err, store.ErrStale) {
		return resource.Group{}, a.staleGroup(ctx, name)
	}
	return resource.FromGroup(g), err
}

// GroupConnectors are the slugs of the connectors that a group opens, sorted.
func (a *Administrator) GroupConnectors(ctx context.Context, name string) ([]string, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, err
	}
	g, err := a.service.Group(ctx, name)
	if err != nil {
		return nil, err
	}
	slugs, err := a.service.Store.GroupConnectors(ctx, g.ID)
	if err != nil {
		return nil, store.About("connectors of group", name, err)
	}
	return append([]string{}, slugs...), nil
}

// Members is a page of the people in a group, in no order that means anything.
// Memberships that have ended are left out.
func (a *Administrator) Members(ctx context.Context, name string, l List) ([]resource.Member, string, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, "", err
	}
	s := a.service
	g, err := s.Group(ctx, name)
	if err != nil {
		return nil, "", err
	}
	page, next, err := s.Store.Members(ctx, g.ID, store.List{Limit: l.Limit, Cursor: l.Cursor})
	if err != nil {
		return nil, "", store.About("members of group", name, err)
	}
	ids := make([]string, len(page))
	for i, m := range page {
		ids[i] = m.UserID
	}
	users, err := s.Store.Users(ctx, ids...)
	if err != nil {
		return nil, "", store.About("members of group", name, err)
	}
	list := make([]resource.Member, 0, len(users))
	for _, u := range users {
		for _, m := range u.Groups {
			if m.GroupID == g.ID && m.Live(s.Now()) && l.found(u.Email, u.Name) {
				list = append(list, resource.Member{Email: u.Email, Name: u.Name, Active: u.Active, AdminRole: string(u.AdminRole), ExpiresAt: resource.Stamp(m.Until)})
			}
		}
	}
	return list, next, nil
}

// AddMember puts a person into a group, until the given time unless it is zero.
// Adding again replaces the end.
func (a *Administrator) AddMember(ctx context.Context, group, email string, until time.Time) error {
	g, u, err := a.membership(ctx, group, email)
	if err != nil {
		return err
	}
	err = a.service.addMember(ctx, a.actor, g, u, until)
	if err != nil {
		return err
	}
	return a.lookAgain(ctx, u, g.ID)
}

// RemoveMember takes a person out of a group.
func (a *Administrator) RemoveMember(ctx context.Context, group, email string) error {
	g, u, err := a.membership(ctx, group, email)
	if err != nil {
		return err
	}
	return a.service.removeMember(ctx, a.actor, g, u)
}

// membership are a group and a person whom the actor may put into it or take out.
func (a *Administrator) membership(ctx context.Context, group, email string) (*idp.Group, *idp.User, error) {
	err := a.may(ctx, OpMember, group)
	if err != nil {
		return nil, nil, err
	}
	g, u, err := a.service.groupAndUser(ctx, group, email)
	if err != nil {
		return nil, nil, err
	}
	return g, u, a.mayJoin(ctx, g.ID, u)
}

// mayJoin asks whether the actor may change who u is in a group with. What the
// group opens is read only for an actor for whom that decides.
func (a *Administrator) mayJoin(ctx context.Context, groupID string, u *idp.User) error {
	target := Target{Administrator: u.AdminRole != idp.AdminNone, Opens: true}
	if Allowed(a.actor, OpMember, target) == nil {
		return nil
	}
	opens, err := a.service.opens(ctx, groupID)
	if err != nil {
		return err
	}
	target.Opens = opens
	return a.Ask(ctx, OpMember, target, u.Email)
}

// opens reports whether a group opens any connector.
func (s *Service) opens(ctx context.Context, groupID string) (bool, error) {
	slugs, err := s.Store.GroupConnectors(ctx, groupID)
	if err != nil {
		return false, fmt.Errorf("connectors of a group: %w", err)
	}
	return len(slugs) > 0, nil
}
