package admin

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
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
	Refused string        // why the person's launch would be refused; empty for nothing
}

func (w Access) shown() resource.Access {
	shown := resource.Access{Email: w.Email, Name: w.Name, Active: w.Active, RoleARN: w.RoleARN, Group: w.Group, ExpiresAt: resource.Stamp(w.Until), Reason: w.Refused}
	if !w.Ending.Access.IsZero() {
		shown.SessionEnds = resource.Stamp(w.Ending.Session)
		if w.Ending.Early {
			shown.Warning = awsfed.EarlyEndTerms
		}
	}
	return shown
}

// Access lists every person who can open the connector, with each role and the
// group that opens it, sorted by email. It speaks of grants: whether the
// connector is active is not looked at.
func (s *Service) Access(ctx context.Context, slug string) ([]Access, error) {
	c, err := s.Store.Connector(ctx, slug)
	if err != nil {
		return nil, store.About("connector", slug, err)
	}
	names, err := s.Store.GroupNames(ctx, c.Groups)
	if err != nil {
		return nil, store.About("groups of connector", slug, err)
	}
	doors, err := s.doorsOf(ctx, []*idp.Connector{c})
	if err != nil {
		return nil, store.About("key of connector", slug, err)
	}
	refused := map[string]string{} // by the person's ID: who is in several groups is tried once
	var ways []Access
	for _, group := range c.Groups {
		members, err := s.members(ctx, group)
		if err != nil {
			return nil, store.About("members of group", names[group], err)
		}
		for _, u := range members {
			reason, tried := refused[u.ID]
			if !tried {
				reason = firstOf(doors[0].refuses(u))
				refused[u.ID] = reason
			}
			ways = append(ways, s.ways(c, u, group, Access{Group: names[group], Refused: reason})...)
		}
	}
	slices.SortFunc(ways, func(a, b Access) int {
		return cmp.Or(cmp.Compare(a.Email, b.Email), cmp.Compare(a.RoleARN, b.RoleARN), cmp.Compare(a.Group, b.Group))
	})
	return ways, nil
}

// ways are those of a person by one group; what is the same for all of them is in
// way already.
func (s *Service) ways(c *idp.Connector, u *idp.User, group string, way Access) []Access {
	now := s.Now()
	if !u.InGroup(group, now) {
		return nil
	}
	for _, m := range u.Groups {
		if m.GroupID == group {
			way.Until = m.Until
		}
	}
	way.Email, way.Name, way.Active = u.Email, u.Name, u.Active
	if c.Kind == idp.KindBookmark {
		return []Access{way}
	}
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

// firstOf is the first of the reasons to refuse a person, in words; empty for none.
func firstOf(problems idp.Problems) string {
	if len(problems) == 0 {
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
