package admin

import (
	"context"
	"fmt"
	"slices"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// fromShape is the connector that a shape describes, grants included. It gathers
// everything that is wrong with the shape itself and with the groups it names.
func (s *Service) fromShape(ctx context.Context, in resource.Connector) (idp.Connector, error) {
	c, err := in.Domain()
	problems, err := gather(err)
	if err != nil {
		return idp.Connector{}, err
	}
	ids, err := s.groupsOf(ctx, in)
	more, err := gather(err)
	if err != nil {
		return idp.Connector{}, err
	}
	problems = append(problems, more...)
	if len(problems) > 0 {
		s.fillBlanks(&c)
		rest, err := gather(check(&c))
		if err != nil {
			return idp.Connector{}, err
		}
		return idp.Connector{}, append(problems, rest...)
	}
	c.Groups = ids.pick(in.Groups)
	for i, role := range in.Roles {
		c.Roles[i].Groups = ids.pick(role.Groups)
	}
	return c, nil
}

// groupIDs are IDs of groups by name.
type groupIDs map[string]string

func (ids groupIDs) pick(names []string) []string {
	var list []string
	for _, name := range names {
		list = append(list, ids[name])
	}
	return list
}

// groupsOf looks up every group that a shape is open to. The groups of a role are
// among them.
func (s *Service) groupsOf(ctx context.Context, in resource.Connector) (groupIDs, error) {
	if len(in.Groups) > idp.MaxGrants {
		return nil, idp.Problems{{Field: "groups", Value: fmt.Sprintf("%d of them", len(in.Groups)), Reason: fmt.Sprintf("are more than %d", idp.MaxGrants), Remedy: "grant the connector to fewer, larger groups"}}
	}
	ids := groupIDs{}
	problems := twice("groups", in.Groups)
	groups, err := s.Store.GroupsByName(ctx, in.Groups)
	if err != nil {
		return nil, store.About("groups of connector", in.Slug, err)
	}
	for i, name := range in.Groups {
		g := groups[name]
		if g == nil {
			problems = append(problems, idp.Problem{Field: fmt.Sprintf("groups[%d]", i), Value: name, Reason: "there is no such group", Remedy: "create the group first"})
			continue
		}
		ids[name] = g.ID
	}
	for i, role := range in.Roles {
		field := fmt.Sprintf("roles[%d].groups", i)
		problems = append(problems, twice(field, role.Groups)...)
		for j, name := range role.Groups {
			if !slices.Contains(in.Groups, name) {
				problems = append(problems, idp.Problem{Field: fmt.Sprintf("%s[%d]", field, j), Value: name, Reason: "is not among the groups of the connector", Remedy: "add the group to those of the connector, or leave it out of the role"})
			}
		}
	}
	return ids, problems.Err()
}

// twice are the names that a list has had before.
func twice(field string, names []string) idp.Problems {
	var problems idp.Problems
	seen := map[string]bool{}
	for i, name := range names {
		if seen[name] {
			problems = append(problems, idp.Problem{Field: fmt.Sprintf("%s[%d]", field, i), Value: name, Reason: "is there twice", Remedy: "name each group once"})
		}
		seen[name] = true
	}
	return problems
}

// changed is the connector that a changed shape asks for: all that may change
// from the shape, the rest as it was.
func (s *Service) changed(ctx context.Context, before *idp.Connector, shape resource.Connector) (*idp.Connector, error) {
	if shape.Kind == "" {
		shape.Kind = string(before.Kind)
	}
	if shape.Slug != before.Slug {
		return nil, idp.Problems{{Field: "slug", Value: shape.Slug, Reason: "a connector keeps its slug, which AWS accounts know it by", Remedy: "create another connector"}}
	}
	if shape.Kind != string(before.Kind) {
		return nil, idp.Problems{{Field: "kind", Value: shape.Kind, Reason: "a connector keeps its kind", Remedy: "create another connector"}}
	}
	after, err := s.fromShape(ctx, shape)
	if err != nil {
		return nil, err
	}
	after.ID, after.Image, after.Active, after.Used = before.ID, before.Image, before.Active, before.Used
	after.Version, after.CreatedAt, after.UpdatedAt = before.Version, before.CreatedAt, s.Now()
	s.fillBlanks(&after)
	err = idp.NewFaults(check(before), check(&after))
	if err != nil {
		return nil, err
	}
	err = s.checkActive(ctx, before, &after)
	if err != nil {
		return nil, err
	}
	return &after, nil
}
