package admin

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// Access is one way in: a person, the role it leads to, and the group by which.
type Access struct {
	Email   string
	Name    string
	Active  bool // false: suspended, so the way is closed for now
	RoleARN string
	Group   string
	Until   time.Time     // when the membership ends; zero for no end
	Ending  awsfed.Ending // of a launch by the person now, by all of their groups; zero for a bookmark
	Refused string        // why AWS would refuse the person, as far as the connector's rules go; empty for nothing
}

// Access lists every person who can open the connector, with each role and the
// group that opens it, sorted by email. It speaks of grants: whether the
// connector is active is not looked at.
func (s *Service) Access(ctx context.Context, slug string) ([]Access, error) {
	c, err := s.Store.Connector(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("connector %q: %w", slug, err)
	}
	names, err := s.Store.GroupNames(ctx, c.Groups)
	if err != nil {
		return nil, fmt.Errorf("groups of connector %q: %w", slug, err)
	}
	var ways []Access
	for _, group := range c.Groups {
		members, err := s.members(ctx, group)
		if err != nil {
			return nil, fmt.Errorf("members of group %q: %w", names[group], err)
		}
		for _, u := range members {
			ways = append(ways, s.ways(c, u, group, names[group])...)
		}
	}
	slices.SortFunc(ways, func(a, b Access) int {
		return cmp.Or(cmp.Compare(a.Email, b.Email), cmp.Compare(a.RoleARN, b.RoleARN), cmp.Compare(a.Group, b.Group))
	})
	return ways, nil
}

func (s *Service) ways(c *idp.Connector, u *idp.User, group, name string) []Access {
	now := s.Now()
	if !u.InGroup(group, now) {
		return nil
	}
	var until time.Time
	for _, m := range u.Groups {
		if m.GroupID == group {
			until = m.Until
		}
	}
	way := Access{Email: u.Email, Name: u.Name, Active: u.Active, Group: name, Until: until}
	if c.Kind == idp.KindBookmark {
		return []Access{way}
	}
	way.Refused = refusal(c, u)
	var ways []Access
	ends := s.endings(c, u)
	by := &idp.User{Groups: []idp.Membership{{GroupID: group}}} // as if the person were in that group alone
	for _, role := range idp.RolesOf(by, c, now) {
		way.RoleARN, way.Ending = role.RoleARN, ends[role.RoleARN]
		ways = append(ways, way)
	}
	return ways
}

// endings are until when launches by a person hold that are opened now, by role.
func (s *Service) endings(c *idp.Connector, u *idp.User) map[string]awsfed.Ending {
	now := s.Now()
	ends := map[string]awsfed.Ending{}
	for _, roles := range idp.Carried(c, idp.RolesOf(u, c, now)) {
		end := awsfed.Launch{Connector: c, Session: s.trialSession(u.ID, 0), Roles: roles, Now: now}.Ending()
		for _, role := range roles {
			ends[role.RoleARN] = end
		}
	}
	return ends
}

// refusal is why AWS would refuse a person at a connector, whichever role they
// choose: the first reason, in words; empty for none.
func refusal(c *idp.Connector, u *idp.User) string {
	problems, err := gather(awsfed.CheckPerson(c, u))
	switch {
	case err != nil:
		return err.Error()
	case len(problems) == 0:
		return ""
	}
	return problems[0].Field + ": " + problems[0].Reason
}

// members are the people in a group, read in pages.
func (s *Service) members(ctx context.Context, group string) ([]*idp.User, error) {
	var all []*idp.User
	list := store.List{Limit: store.MaxPage}
	for {
		members, next, err := s.Store.Members(ctx, group, list)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(members))
		for i, m := range members {
			ids[i] = m.UserID
		}
		users, err := s.Store.Users(ctx, ids...)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			if u != nil { // deleted since the page was read
				all = append(all, u)
			}
		}
		if next == "" {
			return all, nil
		}
		list.Cursor = next
	}
}
