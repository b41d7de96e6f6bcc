package admin

import (
	"context"
	"fmt"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// pageSize is how many things one read of a listing brings.
const pageSize = 100

// ShowConnector is a connector in the shape of API and file.
func (s *Service) ShowConnector(ctx context.Context, slug string) (resource.Connector, error) {
	c, key, err := s.Connector(ctx, slug)
	if err != nil {
		return resource.Connector{}, err
	}
	names, err := s.Store.GroupNames(ctx, c.Groups)
	if err != nil {
		return resource.Connector{}, fmt.Errorf("groups of connector %q: %w", slug, err)
	}
	return resource.FromConnector(c, key, names), nil
}

// ShowConnectors are the connectors whose slug begins so, by slug.
func (s *Service) ShowConnectors(ctx context.Context, prefix string) ([]resource.Connector, error) {
	list := []resource.Connector{}
	page := store.List{Prefix: prefix, Limit: pageSize}
	for {
		summaries, next, err := s.Store.ListConnectors(ctx, page)
		if err != nil {
			return nil, fmt.Errorf("list connectors: %w", err)
		}
		for _, summary := range summaries {
			c, err := s.ShowConnector(ctx, summary.Slug)
			if isNotFound(err) { // deleted since the page was read
				continue
			}
			if err != nil {
				return nil, err
			}
			list = append(list, c)
		}
		if next == "" {
			return list, nil
		}
		page.Cursor = next
	}
}

// CreateFrom creates a connector from the outside's shape and grants it to the
// groups that it names. Groups that do not exist are refused before anything is
// stored.
func (s *Service) CreateFrom(ctx context.Context, a Actor, in resource.Connector, uploadKey bool) (Saved, error) {
	c, err := in.Domain()
	if err != nil {
		return Saved{}, err
	}
	_, err = s.GroupIDs(ctx, "groups", in.Groups)
	if err != nil {
		return Saved{}, err
	}
	roleGroups, err := s.roleGroups(ctx, in)
	if err != nil {
		return Saved{}, err
	}
	made, err := s.CreateConnector(ctx, a, NewConnector{Connector: c, UploadKey: uploadKey})
	if err != nil {
		return Saved{}, err
	}
	for _, group := range in.Groups {
		err = s.Grant(ctx, a, made.Slug, group)
		if err != nil {
			return Saved{}, err
		}
	}
	saved := Saved{Connector: resource.Connector{Slug: made.Slug}, Warnings: awsfed.Warnings(made)}
	if !anyGroups(roleGroups) {
		return saved, nil
	}
	_, err = s.UpdateConnector(ctx, a, made.Slug, func(c *idp.Connector) { setRoleGroups(c, roleGroups) })
	return saved, err
}

// UpdateFrom changes a connector by way of the outside's shape.
func (s *Service) UpdateFrom(ctx context.Context, a Actor, slug string, change func(*resource.Connector) error) (Saved, error) {
	shown, err := s.ShowConnector(ctx, slug)
	if err != nil {
		return Saved{}, err
	}
	err = change(&shown)
	if err != nil {
		return Saved{}, err
	}
	wanted, err := shown.Domain()
	if err != nil {
		return Saved{}, err
	}
	roleGroups, err := s.roleGroups(ctx, shown)
	if err != nil {
		return Saved{}, err
	}
	setRoleGroups(&wanted, roleGroups)
	var changed idp.Problems
	after, err := s.UpdateConnector(ctx, a, slug, func(c *idp.Connector) {
		if wanted.Kind != c.Kind {
			changed = idp.Problems{{Field: "kind", Value: string(wanted.Kind), Reason: "a connector keeps its kind", Remedy: "create another connector"}}
			return
		}
		keep := *c
		*c = wanted
		c.Image, c.Version = keep.Image, shown.Version
	})
	if changed != nil {
		return Saved{}, changed
	}
	if err != nil {
		return Saved{}, err
	}
	return Saved{Connector: resource.Connector{Slug: slug}, Warnings: awsfed.Warnings(after)}, nil
}

// roleGroups are the IDs of each role's groups, in the order of the roles.
func (s *Service) roleGroups(ctx context.Context, in resource.Connector) ([][]string, error) {
	var all [][]string
	var problems idp.Problems
	for i, role := range in.Roles {
		ids, err := s.GroupIDs(ctx, fmt.Sprintf("roles[%d].groups", i), role.Groups)
		more, err := gather(err)
		if err != nil {
			return nil, err
		}
		problems = append(problems, more...)
		all = append(all, ids)
	}
	return all, problems.Err()
}

func anyGroups(lists [][]string) bool {
	for _, list := range lists {
		if len(list) > 0 {
			return true
		}
	}
	return false
}

func setRoleGroups(c *idp.Connector, groups [][]string) {
	for i := range c.Roles {
		c.Roles[i].Groups = groups[i]
	}
}

// Users are the people whose email begins so, by email.
func (s *Service) Users(ctx context.Context, prefix string) ([]*idp.User, error) {
	var list []*idp.User
	page := store.List{Prefix: idp.NormalEmail(prefix), Limit: pageSize}
	for {
		users, next, err := s.Store.ListUsers(ctx, page)
		if err != nil {
			return nil, fmt.Errorf("list users: %w", err)
		}
		list = append(list, users...)
		if next == "" {
			return list, nil
		}
		page.Cursor = next
	}
}

// ShowUser is a person in the shape of API and file.
func (s *Service) ShowUser(ctx context.Context, u *idp.User) (resource.User, error) {
	var ids []string
	for _, m := range u.Groups {
		ids = append(ids, m.GroupID)
	}
	names, err := s.Store.GroupNames(ctx, ids)
	if err != nil {
		return resource.User{}, fmt.Errorf("groups of user %q: %w", u.Email, err)
	}
	return resource.FromUser(u, names), nil
}

// Groups are all groups, by name.
func (s *Service) Groups(ctx context.Context) ([]*idp.Group, error) {
	var list []*idp.Group
	page := store.List{Limit: pageSize}
	for {
		groups, next, err := s.Store.ListGroups(ctx, page)
		if err != nil {
			return nil, fmt.Errorf("list groups: %w", err)
		}
		list = append(list, groups...)
		if next == "" {
			return list, nil
		}
		page.Cursor = next
	}
}
