package admin

import (
	"context"
	"fmt"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
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

// groupsOf looks up every group that a shape names, each once.
func (s *Service) groupsOf(ctx context.Context, in resource.Connector) (groupIDs, error) {
	ids := groupIDs{}
	var problems idp.Problems
	look := func(field string, names []string) error {
		seen := map[string]bool{}
		for i, name := range names {
			at := fmt.Sprintf("%s[%d]", field, i)
			if seen[name] {
				problems = append(problems, idp.Problem{Field: at, Value: name, Reason: "is there twice", Remedy: "name each group once"})
			}
			seen[name] = true
			_, known := ids[name]
			if known {
				continue
			}
			g, err := s.Store.GroupByName(ctx, name)
			if isNotFound(err) {
				problems = append(problems, idp.Problem{Field: at, Value: name, Reason: "there is no such group", Remedy: "create the group first"})
				continue
			}
			if err != nil {
				return fmt.Errorf("group %q: %w", name, err)
			}
			ids[name] = g.ID
		}
		return nil
	}
	err := look("groups", in.Groups)
	for i, role := range in.Roles {
		if err == nil {
			err = look(fmt.Sprintf("roles[%d].groups", i), role.Groups)
		}
	}
	if err != nil {
		return nil, err
	}
	return ids, problems.Err()
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
	err = check(&after)
	if err != nil {
		return nil, err
	}
	if after.Active && after.Kind == idp.KindAWS {
		err = awsfed.CheckComplete(&after)
		if err != nil {
			return nil, err
		}
	}
	return &after, nil
}
