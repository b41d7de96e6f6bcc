package plan

import (
	"maps"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
)

// known is what decides access, as the plan found it and as the steps that are
// done have left it.
type known struct {
	connectors map[string]resource.Connector
	members    map[string]map[string]string // when each membership ends, by group and email
	active     map[string]bool              // people, by email
}

func knownOf(s State) *known {
	k := &known{connectors: map[string]resource.Connector{}, members: map[string]map[string]string{}, active: map[string]bool{}}
	for _, c := range s.Connectors {
		k.connectors[c.Slug] = c
	}
	for _, u := range s.Users {
		k.active[u.Email] = u.Active
		for _, m := range u.Groups {
			k.join(m.Name, u.Email, m.ExpiresAt)
		}
	}
	return k
}

func (k *known) join(group, email, until string) {
	if k.members[group] == nil {
		k.members[group] = map[string]string{}
	}
	k.members[group][email] = until
}

// forget drops a person who is gone.
func (k *known) forget(email string) {
	delete(k.active, email)
	for _, members := range k.members {
		delete(members, email)
	}
}

// changed is a connector as a change leaves it, which does not open or close it.
func (k *known) changed(c resource.Connector) resource.Connector {
	c.Active = k.connectors[c.Slug].Active
	return c
}

// doors are what a group opens, sorted.
func (k *known) doors(group string, now time.Time) []door {
	return doorsTo(group, maps.Values(k.connectors), now)
}

// seat is a person's place in a group, as far as access hangs on it.
type seat struct {
	active bool
	until  time.Time
}

// seats are the live members of a group.
func (k *known) seats(group string, now time.Time) map[string]seat {
	seats := map[string]seat{}
	for email, ends := range k.members[group] {
		if liveAt(ends, now) {
			seats[email] = seat{k.active[email], until(ends).UTC()}
		}
	}
	return seats
}

// opening is what hangs on a connector being as c: those whom it opens something
// that was closed to them.
func (k *known) opening(c resource.Connector, now time.Time) basis {
	var b basis
	before := k.connectors[c.Slug]
	for _, group := range c.Groups {
		had := doorsTo(group, slices.Values([]resource.Connector{before}), now)
		has := doorsTo(group, slices.Values([]resource.Connector{c}), now)
		if slices.ContainsFunc(has, func(d door) bool { return !slices.Contains(had, d) }) {
			b.members = append(b.members, group)
		}
	}
	return b
}

// state is what is known, as a state.
func (k *known) state() State {
	s := State{Connectors: slices.Collect(maps.Values(k.connectors))}
	people := map[string][]resource.Membership{}
	for group, members := range k.members {
		for email, ends := range members {
			people[email] = append(people[email], resource.Membership{Name: group, ExpiresAt: ends})
		}
	}
	for email, active := range k.active {
		s.Users = append(s.Users, resource.User{Email: email, Active: active, Groups: people[email]})
	}
	return s
}
