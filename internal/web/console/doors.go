package console

import (
	"errors"
	"maps"
	"slices"

	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// doorName is what can be opened, in words: AWS A / SAML-User in 1111-2222-3333.
func doorName(label, role string) string {
	if role == "" {
		return label
	}
	return label + " / " + inAccount(role)
}

// doorsIn names ways in by connector and role.
func doorsIn(connectors []resource.Connector) func(plan.Way) string {
	labels := map[string]string{}
	for _, c := range connectors {
		labels[c.Slug] = c.Label
	}
	return func(w plan.Way) string { return doorName(labels[w.Connector], w.RoleARN) }
}

// effectsOn tells what becomes of people whose groups, or whose state, change.
// connectors are those that have to do with it. A person who is nobody before, or
// after, is made or deleted.
func (v *visit) effectsOn(before, after []resource.User, connectors []resource.Connector) []effect {
	was, is := plan.State{Connectors: connectors, Users: before}, plan.State{Connectors: connectors, Users: after}
	return toldBy(plan.Effects(was, is, v.h.Now()), doorsIn(connectors))
}

// pair is a connector before and after a change.
type pair struct{ before, after resource.Connector }

// withGroup is a connector before, and after it is open to a group or closed to it.
func withGroup(c resource.Connector, group string, open bool) pair {
	after := c
	after.Groups = slices.DeleteFunc(slices.Clone(c.Groups), func(name string) bool { return name == group })
	if open {
		after.Groups = append(after.Groups, group)
	}
	return pair{c, after}
}

// regranted is the effect of changes of connectors on the people around them.
func (v *visit) regranted(pairs []pair, people []resource.User) plan.Effect {
	was, is := plan.State{Users: people}, plan.State{Users: people}
	for _, p := range pairs {
		was.Connectors, is.Connectors = append(was.Connectors, p.before), append(is.Connectors, p.after)
	}
	return plan.Effects(was, is, v.h.Now())
}

func befores(pairs []pair) []resource.Connector {
	list := make([]resource.Connector, 0, len(pairs))
	for _, p := range pairs {
		list = append(list, p.before)
	}
	return list
}

// rolesThatGo tells of the roles that are kept to a group alone: closing the
// connector to the group removes them, since without their last group they would
// be open to all the others.
func rolesThatGo(c resource.Connector, group string) []string {
	var list []string
	for _, role := range c.Roles {
		if len(role.Groups) == 1 && role.Groups[0] == group {
			list = append(list, doorName(c.Label, role.RoleARN)+" is kept to this group alone, so the role goes from the connector")
		}
	}
	return list
}

// fewReads is how many groups or connectors are read one by one; for more, the
// listing of all connectors takes fewer calls.
const fewReads = 12

// openedBy are the connectors that any of the groups opens, by slug, and whether
// there may be more than could be looked at.
func (v *visit) openedBy(groups ...string) (list []resource.Connector, more bool, err error) {
	if len(groups) > fewReads {
		return v.openedInListing(groups)
	}
	slugs := map[string]bool{}
	for _, group := range groups {
		names, err := v.GroupConnectors(v.ctx(), group)
		if errors.Is(err, store.ErrNotFound) {
			continue // deleted a moment ago
		}
		if err != nil {
			return nil, false, err
		}
		for _, slug := range names {
			slugs[slug] = true
		}
	}
	if len(slugs) > fewReads {
		return v.openedInListing(groups)
	}
	list, err = v.connectorsNamed(slices.Sorted(maps.Keys(slugs)))
	return list, false, err
}

func (v *visit) openedInListing(groups []string) ([]resource.Connector, bool, error) {
	t, err := v.count(0)
	if err != nil {
		return nil, false, err
	}
	var list []resource.Connector
	for _, c := range t.Connectors {
		if slices.ContainsFunc(c.Groups, func(name string) bool { return slices.Contains(groups, name) }) {
			list = append(list, c)
		}
	}
	return list, t.More, nil
}

// connectorsNamed reads connectors; those that are gone are left out.
func (v *visit) connectorsNamed(slugs []string) ([]resource.Connector, error) {
	var list []resource.Connector
	for _, slug := range slugs {
		c, err := v.Connector(v.ctx(), slug)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// peopleAround are the people of a group and of the other groups of connectors,
// each with those of their groups.
func (v *visit) peopleAround(group string, connectors []resource.Connector) ([]resource.User, error) {
	groups := map[string]bool{group: true}
	for _, c := range connectors {
		for _, name := range c.Groups {
			groups[name] = true
		}
	}
	var list []resource.User
	at := map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		members, err := v.allMembers(name)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			i, known := at[m.Email]
			if !known {
				i = len(list)
				at[m.Email] = i
				list = append(list, resource.User{Email: m.Email, Active: m.Active})
			}
			list[i].Groups = append(list[i].Groups, resource.Membership{Name: name, ExpiresAt: m.ExpiresAt})
		}
	}
	return list, nil
}
