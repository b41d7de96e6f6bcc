package plan

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// How far a plan looks for people whose launches would be refused.
const (
	maxTried   = 100_000 // people at connectors
	namedInOne = 20      // people that one note names
)

// touched are the things that steps make or change.
type touched struct{ connectors, people map[string]bool }

func (d *differ) touched() touched {
	t := touched{map[string]bool{}, map[string]bool{}}
	for _, s := range d.steps {
		switch {
		case s.Action == Destroy:
		case s.Kind == KindConnector:
			t.connectors[s.Name] = true
		case s.Kind == KindUser:
			t.people[s.Name] = true
		case s.Kind == KindMember:
			t.people[s.Email] = true
		}
	}
	return t
}

// refusedBy is why a connector refuses people.
type refusedBy struct{ connector, field, reason, remedy string }

// noteRefused tells whose launches would be refused when all is done: of the people
// and at the connectors that the steps touch. It keeps nothing from being done.
func (d *differ) noteRefused(after State) {
	t := d.touched()
	if len(t.connectors)+len(t.people) == 0 {
		return
	}
	members := map[string][]*idp.User{}
	for i := range after.Users {
		u := person(after.Users[i], d.Now)
		u.ID = "u_planned" // AWS takes every ID alike, and who is new has none yet
		u.Name, u.Attributes, u.Unconfirmed = after.Users[i].Name, after.Users[i].Attributes, after.Users[i].Unconfirmed
		for _, m := range u.Groups {
			members[m.GroupID] = append(members[m.GroupID], u)
		}
	}
	refused := map[refusedBy][]string{}
	tried := 0
	for _, r := range after.Connectors {
		c, err := connectorOf(r)
		if err != nil || c.Kind != idp.KindAWS {
			continue
		}
		for _, u := range within(&c, members) {
			concerned := u.Active && (t.connectors[c.Slug] || t.people[u.Email]) && len(idp.RolesOf(u, &c, d.Now)) > 0
			if !concerned || tried == maxTried {
				continue
			}
			tried++
			var problems idp.Problems
			errors.As(awsfed.CheckPerson(&c, u), &problems)
			for _, p := range problems {
				by := refusedBy{c.Slug, p.Field, p.Reason, p.Remedy}
				refused[by] = append(refused[by], u.Email)
			}
		}
	}
	d.tellRefused(refused)
	if tried == maxTried {
		d.note("users", "", fmt.Sprintf("only the first %d of the people at the connectors were tried: the launches of others may be refused too", maxTried), "")
	}
}

// unconfirmed are the fields of people, by email, that are so still when all is done:
// whoever may apply a file for people with access confirms whom it changes, and a
// suspension confirms nothing.
func (d *differ) unconfirmed() map[string][]string {
	left := map[string][]string{}
	for email, u := range d.users {
		left[email] = u.Unconfirmed
	}
	for _, s := range d.steps {
		saved := slices.ContainsFunc(s.Fields, func(f Field) bool { return f.Name != "active" })
		if s.Kind == KindUser && saved {
			delete(left, s.Name)
		}
	}
	return left
}

func connectorOf(r resource.Connector) (idp.Connector, error) {
	shape := fromShape(r)
	return shape.domain()
}

// within are the people in a connector's groups, each once.
func within(c *idp.Connector, members map[string][]*idp.User) []*idp.User {
	if len(c.Groups) == 1 {
		return members[c.Groups[0]]
	}
	seen := map[*idp.User]bool{}
	var all []*idp.User
	for _, group := range c.Groups {
		for _, u := range members[group] {
			if !seen[u] {
				all = append(all, u)
			}
			seen[u] = true
		}
	}
	return all
}

func (d *differ) tellRefused(refused map[refusedBy][]string) {
	for _, by := range slices.SortedFunc(maps.Keys(refused), func(a, b refusedBy) int {
		return cmp.Or(cmp.Compare(a.connector, b.connector), cmp.Compare(a.field, b.field), cmp.Compare(a.reason, b.reason))
	}) {
		emails := refused[by]
		slices.Sort(emails)
		who, many := strings.Join(emails[:min(len(emails), namedInOne)], comma), "people"
		if more := len(emails) - namedInOne; more > 0 {
			who += fmt.Sprintf(" and %d more", more)
		}
		if len(emails) == 1 {
			many = "person"
		}
		d.note(fmt.Sprintf("connectors[%q].%s", by.connector, by.field), "", fmt.Sprintf("the launch of %d %s would be refused: %s: %s", len(emails), many, by.reason, who), by.remedy)
	}
}
