package store

import (
	"context"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// Grant opens a connector to a group. It raises the connector's version; when the
// grant is there already it does nothing. It fails with [ErrNotFound] when either
// does not exist, and [idp.Problems] past [idp.MaxGrants],
// or as allow does, which is asked about the very connector that is written; nil
// allows all.
func (s *Store) Grant(ctx context.Context, slug, groupID string, ev idp.Event, allow func(before, after *idp.Connector) error) error {
	return s.retry(ctx, func() error {
		c, err := s.Connector(ctx, slug)
		if err != nil {
			return err
		}
		if slices.Contains(c.Groups, groupID) {
			return nil
		}
		before, known := *c, c.Validate()
		c.Groups = append(slices.Clone(before.Groups), groupID)
		err = idp.NewFaults(known, c.Validate())
		if err == nil && allow != nil {
			err = allow(&before, c)
		}
		if err != nil {
			return err
		}
		return s.regrant(ctx, c, &before, ev)
	})
}

// Revoke closes a connector to a group, also where a role is open to it. A role
// that was open to this group alone is removed: without its last group it would
// be open to all the others. The event tells the ARNs of such roles, in After
// under "roles_removed". Revoke raises the connector's version; when there is no
// grant it does nothing. It fails with [ErrNotFound] when the connector does not
// exist.
func (s *Store) Revoke(ctx context.Context, slug, groupID string, ev idp.Event) error {
	return s.retry(ctx, func() error {
		c, err := s.Connector(ctx, slug)
		if err != nil {
			return err
		}
		if !slices.Contains(c.Groups, groupID) {
			return nil
		}
		before := *c
		c.Groups = without(before.Groups, groupID)
		removed := closeRoles(c, groupID)
		return s.regrant(ctx, c, &before, withRemovedRoles(ev, removed))
	})
}

// regrant writes a connector whose grants alone have changed. It does not
// validate it: nothing may stand in the way of revoking.
func (s *Store) regrant(ctx context.Context, c, before *idp.Connector, ev idp.Event) error {
	c.UpdatedAt = s.time()
	err := s.writeConnector(ctx, c, before, Version(c.Version), ev)
	return About("connector", c.Slug, err)
}

// closeRoles takes the group out of the roles of c and returns the ARNs of those
// that had to go with it.
func closeRoles(c *idp.Connector, groupID string) []string {
	var roles []idp.Role
	var removed []string
	for _, role := range c.Roles {
		left := without(role.Groups, groupID)
		if len(role.Groups) > 0 && len(left) == 0 {
			removed = append(removed, role.RoleARN)
			continue
		}
		role.Groups = left
		roles = append(roles, role)
	}
	c.Roles = roles
	return removed
}

func withRemovedRoles(ev idp.Event, arns []string) idp.Event {
	if len(arns) == 0 {
		return ev
	}
	after := map[string]any{"roles_removed": arns}
	for name, value := range ev.After {
		after[name] = value
	}
	ev.After = after
	return ev
}

func without(groups []string, groupID string) []string {
	var left []string
	for _, group := range groups {
		if group != groupID {
			left = append(left, group)
		}
	}
	return left
}

// GroupConnectors returns the slugs of the connectors that are granted to a
// group, sorted.
func (s *Store) GroupConnectors(ctx context.Context, groupID string) ([]string, error) {
	return s.FirstGroupConnectors(ctx, groupID, maxGranted)
}

// FirstGroupConnectors returns the first most of them.
func (s *Store) FirstGroupConnectors(ctx context.Context, groupID string, most int) ([]string, error) {
	if !wellFormed(groupID) {
		return nil, nil
	}
	items, err := s.collect(ctx, Query{Table: Config, Partition: grantKey(groupID, "").Partition, Prefix: grantPrefix}, most)
	if err != nil {
		return nil, About("connectors of group", groupID, err)
	}
	slugs := make([]string, len(items))
	for i, item := range items {
		slugs[i] = strings.TrimPrefix(item.Key.Sort, grantPrefix)
	}
	return slugs, nil
}

// Opens reports whether any connector is granted to a group that u is a live
// member of, active or not.
func (s *Store) Opens(ctx context.Context, u *idp.User) (bool, error) {
	slugs, err := s.grantedTo(ctx, u)
	return len(slugs) > 0, err
}

// grantedTo returns the slugs of the connectors that are granted to the live
// groups of u, sorted. All groups are asked at once.
func (s *Store) grantedTo(ctx context.Context, u *idp.User) ([]string, error) {
	now := s.time()
	var groups []string
	for _, m := range u.Groups {
		if m.Live(now) {
			groups = append(groups, m.GroupID)
		}
	}
	lists, err := atOnce(ctx, groups, s.GroupConnectors)
	slugs := slices.Concat(lists...)
	slices.Sort(slugs)
	return slices.Compact(slugs), err
}

// maxGranted is far more connectors than a portal can show.
const maxGranted = 10000
