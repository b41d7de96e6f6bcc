package admin

import (
	"context"
	"reflect"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// connectorEvent records what changed of a connector: the fields that differ,
// before and after, with groups by name. A nil side stands for a connector that
// does not exist.
func (s *Service) connectorEvent(ctx context.Context, a Actor, action idp.Action, slug string, before, after *idp.Connector) (idp.Event, error) {
	var groups []string
	for _, c := range []*idp.Connector{before, after} {
		if c != nil {
			groups = append(groups, c.Groups...)
		}
	}
	if before != nil && after != nil && reflect.DeepEqual(before.Groups, after.Groups) && reflect.DeepEqual(before.Roles, after.Roles) {
		groups = nil // they are not told
	}
	names, err := s.Store.GroupNames(ctx, groups)
	if err != nil {
		return idp.Event{}, store.About("groups of connector", slug, err)
	}
	e := s.event(a, action, slug)
	e.Connector = slug
	e.Before, e.After = changed(connectorFields(before, names), connectorFields(after, names))
	return e, nil
}

func connectorFields(c *idp.Connector, names map[string]string) map[string]any {
	if c == nil {
		return nil
	}
	shown := resource.FromConnector(c, nil, names)
	return map[string]any{
		"kind": string(c.Kind), "label": c.Label, "description": c.Description, "image_url": c.ImagePath(), "shown": c.Shown, "active": c.Active,
		"url": c.URL, "entity_id": c.EntityID, "partition": c.Partition, "region": c.Region,
		"relay_state": c.RelayState, "relay_states": shown.RelayStates, "roles": shown.Roles, "attributes": shown.Attributes,
		"session_duration": shown.SessionDuration, "end_with_session": c.EndWithSession,
		"sign_response": c.SignResponse, "aws_chooser": c.AWSChooser, "confirm_cross_site": c.ConfirmCross, "groups": shown.Groups,
	}
}

// userEvent records what changed of a person, as connectorEvent does.
func (s *Service) userEvent(ctx context.Context, a Actor, action idp.Action, before, after *idp.User) (idp.Event, error) {
	e := s.event(a, action, "")
	var groups []string
	for _, u := range []*idp.User{before, after} {
		if u == nil {
			continue
		}
		e.Target = u.Email
		for _, m := range u.Groups {
			groups = append(groups, m.GroupID)
		}
	}
	if before != nil && after != nil && len(differing(before.Groups, after.Groups)) == 0 {
		groups = nil // they are not told
	}
	names, err := s.Store.GroupNames(ctx, groups)
	if err != nil {
		return idp.Event{}, store.About("groups of user", e.Target, err)
	}
	e.Before, e.After = changed(userFields(before, names), userFields(after, names))
	return e, nil
}

func userFields(u *idp.User, names map[string]string) map[string]any {
	if u == nil {
		return nil
	}
	shown := resource.FromUser(u, names)
	fields := map[string]any{
		"email": u.Email, "name": u.Name, "active": u.Active, "admin_role": string(u.AdminRole),
		"attributes": shown.Attributes, "groups": shown.Groups, "name_id": u.NameID,
	}
	if u.LockedBy != idp.AdminNone {
		fields["locked_by"] = string(u.LockedBy)
	}
	if len(u.Unconfirmed) > 0 {
		fields["unconfirmed"] = shown.Unconfirmed
	}
	return fields
}

func groupFields(g *idp.Group) map[string]any {
	if g == nil {
		return nil
	}
	return map[string]any{"name": g.Name, "description": g.Description}
}
