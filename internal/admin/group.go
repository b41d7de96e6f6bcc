package admin

import (
	"context"
	"fmt"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// CreateGroup stores a new, empty group. It returns [idp.Problems], or
// store.ErrExists for a name that is taken.
func (s *Service) CreateGroup(ctx context.Context, a Actor, name, description string) (*idp.Group, error) {
	g := &idp.Group{ID: idp.NewID("g_"), Name: name, Description: description, CreatedAt: s.Now(), UpdatedAt: s.Now()}
	err := g.Validate()
	if err != nil {
		return nil, err
	}
	err = s.Store.CreateGroup(ctx, g, s.groupEvent(a, idp.ActionGroupCreate, nil, g))
	if err != nil {
		return nil, store.About("create group", name, err)
	}
	return g, nil
}

// Group returns the group of that name, or store.ErrNotFound.
func (s *Service) Group(ctx context.Context, name string) (*idp.Group, error) {
	g, err := s.Store.GroupByName(ctx, name)
	if err != nil {
		return nil, store.About("group", name, err)
	}
	return g, nil
}

// UpdateGroup changes a group's name and description. People and connectors
// refer to it by ID, so that nobody gains or loses access.
func (s *Service) UpdateGroup(ctx context.Context, a Actor, name string, change func(*idp.Group)) (*idp.Group, error) {
	before, err := s.Group(ctx, name)
	if err != nil {
		return nil, err
	}
	return s.updateGroup(ctx, a, before, change)
}

func (s *Service) updateGroup(ctx context.Context, a Actor, before *idp.Group, change func(*idp.Group)) (*idp.Group, error) {
	after := *before
	change(&after)
	after.ID, after.Version, after.CreatedAt, after.UpdatedAt = before.ID, before.Version, before.CreatedAt, s.Now()
	err := idp.NewFaults(before.Validate(), after.Validate())
	if err != nil {
		return nil, err
	}
	err = s.Store.UpdateGroup(ctx, &after, s.groupEvent(a, idp.ActionGroupUpdate, before, &after))
	if err != nil {
		return nil, store.About("save group", before.Name, err)
	}
	return &after, nil
}

// DeleteGroup removes a group, its grants and its memberships, as far as one
// call goes, and reports whether the group is gone. Until then what is left
// works, and repeating it goes on.
func (s *Service) DeleteGroup(ctx context.Context, a Actor, name string) (bool, error) {
	g, err := s.Group(ctx, name)
	if err != nil {
		return false, err
	}
	return s.deleteGroup(ctx, a, g)
}

func (s *Service) deleteGroup(ctx context.Context, a Actor, g *idp.Group) (bool, error) {
	gone, err := s.Store.DeleteGroup(ctx, g, s.groupEvent(a, idp.ActionGroupDelete, g, nil))
	if err != nil {
		return false, store.About("delete group", g.Name, err)
	}
	return gone, nil
}

func (s *Service) closeGroup(ctx context.Context, a Actor, g *idp.Group) error {
	return s.Store.CloseGroup(ctx, g, s.groupEvent(a, idp.ActionGroupClose, g, g))
}

func (s *Service) reopenGroup(ctx context.Context, a Actor, g *idp.Group) error {
	return s.Store.ReopenGroup(ctx, g, s.groupEvent(a, idp.ActionGroupReopen, g, g))
}

// AddMember puts a person into a group, until the given time unless it is zero.
// Adding again replaces the end.
func (s *Service) AddMember(ctx context.Context, a Actor, group, email string, until time.Time) error {
	g, u, err := s.groupAndUser(ctx, group, email)
	if err != nil {
		return err
	}
	return s.addMember(ctx, a, g, u, until)
}

func (s *Service) addMember(ctx context.Context, a Actor, g *idp.Group, u *idp.User, until time.Time) error {
	given := until // a moment within the first second is cut to no end
	until = until.Truncate(membershipStep)
	if !given.IsZero() && !until.After(s.Now()) {
		return idp.Problems{{Field: "expires_at", Value: given.Format(time.RFC3339), Reason: "is in the past", Remedy: "give a time to come, or leave it out"}}
	}
	err := s.Store.AddMember(ctx, u.ID, g.ID, until, s.memberEvent(a, idp.ActionMemberAdd, g.Name, u.Email, until))
	if err != nil {
		return store.About(fmt.Sprintf("add %q to group", u.Email), g.Name, err)
	}
	return nil
}

// RemoveMember takes a person out of a group. Somebody who is not in it is
// already as asked for.
func (s *Service) RemoveMember(ctx context.Context, a Actor, group, email string) error {
	g, u, err := s.groupAndUser(ctx, group, email)
	if err != nil {
		return err
	}
	return s.removeMember(ctx, a, g, u)
}

func (s *Service) removeMember(ctx context.Context, a Actor, g *idp.Group, u *idp.User) error {
	err := s.Store.RemoveMember(ctx, u.ID, g.ID, s.memberEvent(a, idp.ActionMemberRemove, g.Name, u.Email, time.Time{}))
	if err != nil {
		return store.About(fmt.Sprintf("remove %q from group", u.Email), g.Name, err)
	}
	return nil
}

// fieldMember names the person of an event that is about a group.
const fieldMember = "member"

func (s *Service) memberEvent(a Actor, action idp.Action, group, email string, until time.Time) idp.Event {
	e := s.event(a, action, group)
	fields := map[string]any{fieldMember: email}
	if !until.IsZero() {
		fields["expires_at"] = until.UTC().Format(time.RFC3339)
	}
	if action == idp.ActionMemberAdd {
		e.After = fields
	} else {
		e.Before = fields
	}
	return e
}

func (s *Service) groupAndUser(ctx context.Context, group, email string) (*idp.Group, *idp.User, error) {
	g, err := s.Group(ctx, group)
	if err != nil {
		return nil, nil, err
	}
	u, err := s.User(ctx, email)
	if err != nil {
		return nil, nil, err
	}
	return g, u, nil
}

// Grant opens a connector to a group. Granting again changes nothing.
func (s *Service) Grant(ctx context.Context, a Actor, slug, group string) error {
	g, err := s.Group(ctx, group)
	if err != nil {
		return err
	}
	err = s.Store.Grant(ctx, slug, g.ID, s.grantEvent(a, idp.ActionGrant, slug, group), func(before, after *idp.Connector) error {
		return s.checkActive(ctx, before, after)
	})
	if err != nil {
		return store.About(fmt.Sprintf("grant connector %q to group", slug), group, err)
	}
	return nil
}

// Revoke closes a connector to a group, from the next request on.
func (s *Service) Revoke(ctx context.Context, a Actor, slug, group string) error {
	g, err := s.Group(ctx, group)
	if err != nil {
		return err
	}
	err = s.Store.Revoke(ctx, slug, g.ID, s.grantEvent(a, idp.ActionRevoke, slug, group))
	if err != nil {
		return store.About(fmt.Sprintf("revoke connector %q from group", slug), group, err)
	}
	return nil
}

func (s *Service) grantEvent(a Actor, action idp.Action, slug, group string) idp.Event {
	e := s.event(a, action, slug)
	e.Connector = slug
	fields := map[string]any{"group": group}
	if action == idp.ActionGrant {
		e.After = fields
	} else {
		e.Before = fields
	}
	return e
}

func (s *Service) groupEvent(a Actor, action idp.Action, before, after *idp.Group) idp.Event {
	e := s.event(a, action, "")
	if before != nil {
		e.Target = before.Name
	}
	if after != nil {
		e.Target = after.Name
	}
	e.Before, e.After = changed(groupFields(before), groupFields(after))
	return e
}
