package plan

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// Way is one way in: a connector, the role there (none for a bookmark), the groups
// by which, and when the last of them ends for the person (zero for never).
type Way struct {
	Connector string    `json:"connector"`
	RoleARN   string    `json:"role_arn,omitempty"`
	Groups    []string  `json:"groups"`
	Until     time.Time `json:"until,omitzero"`
}

// Access ranges over everybody who could open something at the given time, by
// email, with each of their ways, by connector and role. Who may do what is
// decided by package idp and nowhere else.
func Access(s State, now time.Time) iter.Seq2[string, Way] {
	w := worldOf(s, now)
	return func(yield func(string, Way) bool) {
		for _, u := range w.users {
			for _, way := range w.ways(u) {
				if !yield(u.Email, way.public()) {
					return
				}
			}
		}
	}
}

// way is a [Way] in the form in which millions of them are compared.
type way struct {
	door
	groups string // their names, parted by what no name can hold
	until  time.Time
}

const comma = ", "

func (w way) public() Way {
	return Way{Connector: w.connector, RoleARN: w.role, Groups: strings.Split(w.groups, comma), Until: w.until}
}

// door is a role of a connector that opens to a group.
type door struct{ connector, role string }

func (a door) compare(b door) int {
	return cmp.Or(cmp.Compare(a.connector, b.connector), cmp.Compare(a.role, b.role))
}

// world is a state in the terms in which access is decided. Names stand for IDs.
type world struct {
	users []*idp.User       // by email
	doors map[string][]door // by group, sorted
	now   time.Time
}

func worldOf(s State, now time.Time) *world {
	w := &world{doors: map[string][]door{}, now: now}
	for _, c := range s.Connectors {
		w.addDoors(c)
	}
	for _, doors := range w.doors {
		slices.SortFunc(doors, door.compare)
	}
	for _, u := range s.Users {
		w.users = append(w.users, person(u, now))
	}
	slices.SortFunc(w.users, func(a, b *idp.User) int { return cmp.Compare(a.Email, b.Email) })
	return w
}

func person(u resource.User, now time.Time) *idp.User {
	p := &idp.User{ID: u.Email, Email: u.Email, Active: u.Active}
	for _, m := range u.Groups {
		if liveAt(m.ExpiresAt, now) {
			p.Groups = append(p.Groups, idp.Membership{GroupID: m.Name, Until: until(m.ExpiresAt)})
		}
	}
	return p
}

// addDoors asks, for each group of a connector, what it would open to somebody who
// is in that group alone. Somebody in several groups has what any of them opens.
func (w *world) addDoors(r resource.Connector) {
	shape := fromShape(r)
	c, _ := shape.domain() // what cannot be read of it decides nothing here
	for _, group := range c.Groups {
		w.doors[group] = append(w.doors[group], opened(&c, group, w.now)...)
	}
}

// opened are the doors of a connector that open to a group.
func opened(c *idp.Connector, group string, now time.Time) []door {
	member := &idp.User{ID: "member", Active: true, Groups: []idp.Membership{{GroupID: group}}}
	decision := idp.Decide(facts(member, c, now), now)
	switch {
	case decision.Reason != idp.Granted:
		return nil
	case len(decision.Roles) == 0:
		return []door{{connector: c.Slug}}
	}
	doors := make([]door, len(decision.Roles))
	for i, role := range decision.Roles {
		doors[i] = door{c.Slug, role.RoleARN}
	}
	return doors
}

// facts are those of somebody who has just signed in.
func facts(u *idp.User, c *idp.Connector, now time.Time) idp.Facts {
	session := &idp.Session{UserID: u.ID, AuthTime: now, LastSeen: now, ExpiresAt: now.Add(idp.SessionLifetime)}
	return idp.Facts{Session: session, User: u, Connector: c}
}

// ways are all ways of a person, sorted.
func (w *world) ways(u *idp.User) []way {
	if u == nil || idp.SignedIn(facts(u, nil, w.now), w.now) != idp.Granted {
		return nil
	}
	var ways []way
	for _, m := range u.Groups {
		if m.Live(w.now) {
			for _, d := range w.doors[m.GroupID] {
				ways = append(ways, way{d, m.GroupID, m.Until})
			}
		}
	}
	slices.SortFunc(ways, func(a, b way) int { return cmp.Or(a.compare(b.door), cmp.Compare(a.groups, b.groups)) })
	return merge(ways)
}

// merge makes one of several ways through the same door.
func merge(ways []way) []way {
	n := 0
	for _, one := range ways {
		if n == 0 || ways[n-1].door != one.door {
			ways[n] = one
			n++
			continue
		}
		ways[n-1].groups += comma + one.groups
		ways[n-1].until = later(ways[n-1].until, one.until)
	}
	return ways[:n]
}

// later is the later of two ends, of which zero is never.
func later(a, b time.Time) time.Time {
	if a.IsZero() || b.IsZero() {
		return time.Time{}
	}
	if b.After(a) {
		return b
	}
	return a
}
