package admin

import (
	"reflect"

	"github.com/gatepost/gatepost/internal/idp"
)

// connectorEvent records what changed of a connector: the fields that differ,
// before and after. A nil side stands for a connector that does not exist.
func (s *Service) connectorEvent(a Actor, action idp.Action, slug string, before, after *idp.Connector) idp.Event {
	e := s.event(a, action, slug)
	e.Connector = slug
	e.Before, e.After = changed(connectorFields(before), connectorFields(after))
	return e
}

func connectorFields(c *idp.Connector) map[string]any {
	if c == nil {
		return nil
	}
	return map[string]any{
		"kind": string(c.Kind), "label": c.Label, "description": c.Description, "shown": c.Shown, "active": c.Active,
		"url": c.URL, "entity_id": c.EntityID, "partition": c.Partition, "region": c.Region,
		"relay_state": c.RelayState, "relay_states": c.RelayStates, "roles": c.Roles, "attributes": c.Attributes,
		"session_duration": c.SessionDuration.String(), "end_with_session": c.EndWithSession,
		"sign_response": c.SignResponse, "aws_chooser": c.AWSChooser, "confirm_cross_site": c.ConfirmCross,
	}
}

func userFields(u *idp.User) map[string]any {
	if u == nil {
		return nil
	}
	return map[string]any{"email": u.Email, "name": u.Name, "active": u.Active, "admin_role": string(u.AdminRole), "attributes": u.Attributes}
}

func groupFields(g *idp.Group) map[string]any {
	if g == nil {
		return nil
	}
	return map[string]any{"name": g.Name, "description": g.Description}
}

// changed keeps of two states the fields that differ.
func changed(before, after map[string]any) (old, new map[string]any) {
	old, new = map[string]any{}, map[string]any{}
	for name, was := range before {
		is, stays := after[name]
		if stays && reflect.DeepEqual(was, is) {
			continue
		}
		old[name] = was
	}
	for name, is := range after {
		was, stood := before[name]
		if stood && reflect.DeepEqual(was, is) {
			continue
		}
		new[name] = is
	}
	return old, new
}
