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
	HelpdeskPassword  Reason = "the password was set by a link that helpdesk made"
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
	Roles  []OpenRole // the roles that are open, in the connector's order; none for a bookmark
}

// OpenRole is a role that is open to a person until a time.
type OpenRole struct {
	Role

	// Until is when the last of the memberships that open the role ends; zero when
	// one of them has no end. What is opened with the role must be over by then.
	Until time.Time
}

// EndOf is when the first of the roles is open no longer; zero when none has an
// end.
func EndOf(roles []OpenRole) time.Time {
	var end time.Time
	for _, role := range roles {
		if !role.Until.IsZero() && (end.IsZero() || role.Until.Before(end)) {
			end = role.Until
		}
	}
	return end
}

// Carried are the roles that go into one response each: every role alone, or all
// of them together where the connector leaves the choice to AWS.
func Carried(c *Connector, roles []OpenRole) [][]OpenRole {
	if c.AWSChooser && len(roles) > 0 {
		return [][]OpenRole{roles}
	}
	alone := make([][]OpenRole, len(roles))
	for i := range roles {
		alone[i] = roles[i : i+1 : i+1]
	}
	return alone
}

// Decide is the one place that decides whether a person may open a connector.
// It denies unless every condition holds: a live session, an active person, no
// lockdown, an active connector, a group in common, and for AWS a role open to
// such a group. The last is that the person proved who they are by more than
// helpdesk's word: a password link that helpdesk made before anything was open to
// the person, and used itself, would else open what is opened to the person later.
// It is asked here, and not when a group, a grant or a role opens something, because
// every way to a response comes by here, and the password, its sessions and links
// that are not used yet are all met.
func Decide(f Facts, now time.Time) Decision {
	if reason := SignedIn(f, now); reason != Granted {
		return Decision{Reason: reason}
	}
	d := open(f.Instance, f.User, f.Connector, now)
	if d.Reason == Granted && f.Session.Helpdesk {
		return Decision{Reason: HelpdeskPassword}
	}
	return d
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
func RolesOf(u *User, c *Connector, now time.Time) []OpenRole {
	return openRoles(c.Roles, common(u, c, now))
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
	memberships := common(u, c, now)
	if len(memberships) == 0 {
		return Decision{Reason: NotGranted}
	}
	if c.Kind == KindBookmark {
		return Decision{}
	}
	roles := openRoles(c.Roles, memberships)
	if len(roles) == 0 {
		return Decision{Reason: NoRole}
	}
	return Decision{Roles: roles}
}

// common are the live memberships of u in groups of c.
func common(u *User, c *Connector, now time.Time) []Membership {
	var common []Membership
	for _, m := range u.Groups {
		if m.Live(now) && slices.Contains(c.Groups, m.GroupID) {
			common = append(common, m)
		}
	}
	return common
}

func openRoles(roles []Role, memberships []Membership) []OpenRole {
	var open []OpenRole
	for _, role := range roles {
		opens := func(m Membership) bool { return len(role.Groups) == 0 || slices.Contains(role.Groups, m.GroupID) }
		i := slices.IndexFunc(memberships, opens)
		if i < 0 {
			continue
		}
		until := memberships[i].Until
		for _, m := range memberships[i+1:] {
			if opens(m) && !until.IsZero() && (m.Until.IsZero() || m.Until.After(until)) {
				until = m.Until
			}
		}
		open = append(open, OpenRole{role, until})
	}
	return open
}
