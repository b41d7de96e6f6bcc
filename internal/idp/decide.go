package idp

import (
	"slices"
	"time"
)

// Reason tells why a launch is refused. The zero value, Granted, refuses
// nothing.
type Reason string

// The reasons, in the order in which they are looked at.
const (
	Granted           Reason = ""
	NoSession         Reason = "no live session"
	NoUser            Reason = "the person is deleted or suspended"
	Lockdown          Reason = "lockdown"
	UnknownConnector  Reason = "no such connector"
	InactiveConnector Reason = "the connector is inactive"
	NotGranted        Reason = "no group in common"
	NoRole            Reason = "no role is open to the person's groups"
)

// Facts is all that a decision looks at, read afresh and consistently for each
// launch. A nil pointer means that the thing does not exist.
type Facts struct {
	Instance  Instance
	Session   *Session
	UserEpoch uint64
	User      *User
	Connector *Connector
}

// Decision is the answer to "what may this person open here, now?".
type Decision struct {
	Reason Reason
	Roles  []Role // the roles that are open, in the connector's order; none for a bookmark
}

// Decide is the one place that decides whether a person may open a connector.
// It denies unless every condition holds: a live session, an active person, no
// lockdown, an active connector, a group in common, and for AWS a role open to
// such a group.
func Decide(f Facts, now time.Time) Decision {
	if reason := SignedIn(f, now); reason != Granted {
		return Decision{Reason: reason}
	}
	return open(f.Instance, f.User, f.Connector, now)
}

// SignedIn decides the first half of [Decide]: whether the facts show a person
// who is signed in. The portal asks it alone.
func SignedIn(f Facts, now time.Time) Reason {
	switch {
	case f.Session == nil || !f.Session.Live(now, f.Instance.Epoch, f.UserEpoch):
		return NoSession
	case f.User == nil || f.User.ID != f.Session.UserID || !f.User.Active:
		return NoUser
	}
	return Granted
}

// Tiles are the connectors, of those given, whose tile u sees in the portal at
// the given time: those that would open and are shown.
func Tiles(in Instance, u *User, connectors []*Connector, now time.Time) []*Connector {
	var tiles []*Connector
	for _, c := range connectors {
		if c.Shown && open(in, u, c, now).Reason == Granted {
			tiles = append(tiles, c)
		}
	}
	return tiles
}

// RolesOf are the roles of c that are open to u at the given time, as far as
// groups go.
func RolesOf(u *User, c *Connector, now time.Time) []Role {
	common := commonGroups(u, c, now)
	if len(common) == 0 {
		return nil
	}
	return openRoles(c.Roles, common)
}

func open(in Instance, u *User, c *Connector, now time.Time) Decision {
	switch {
	case u == nil || !u.Active:
		return Decision{Reason: NoUser}
	case in.Lockdown:
		return Decision{Reason: Lockdown}
	case c == nil:
		return Decision{Reason: UnknownConnector}
	case !c.Active:
		return Decision{Reason: InactiveConnector}
	}
	common := commonGroups(u, c, now)
	if len(common) == 0 {
		return Decision{Reason: NotGranted}
	}
	if c.Kind == KindBookmark {
		return Decision{}
	}
	roles := openRoles(c.Roles, common)
	if len(roles) == 0 {
		return Decision{Reason: NoRole}
	}
	return Decision{Roles: roles}
}

func commonGroups(u *User, c *Connector, now time.Time) []string {
	var common []string
	for _, m := range u.Groups {
		if m.Live(now) && slices.Contains(c.Groups, m.GroupID) {
			common = append(common, m.GroupID)
		}
	}
	return common
}

func openRoles(roles []Role, groups []string) []Role {
	var open []Role
	for _, role := range roles {
		if len(role.Groups) == 0 || slices.ContainsFunc(role.Groups, func(g string) bool { return slices.Contains(groups, g) }) {
			open = append(open, role)
		}
	}
	return open
}
