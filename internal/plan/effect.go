package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// Effect is what a change of state means for one person.
type Effect struct {
	Email  string `json:"email"`
	Gains  []Way  `json:"gains,omitempty"`  // ways that open, with the groups by which
	Losses []Way  `json:"losses,omitempty"` // ways that close, with the groups by which they were open
	Ends   []Way  `json:"ends,omitempty"`   // ways that stay open, until another time than before
}

// Effects are the effects of a change of state on everybody whom it concerns, by
// email, as of the given time.
func Effects(before, after State, now time.Time) []Effect {
	was, is := worldOf(before, now), worldOf(after, now)
	c := comparison{was: was, is: is, moved: movedGroups(was.doors, is.doors), seen: map[string]Effect{}}
	var effects []Effect
	for i, j := 0, 0; i < len(was.users) || j < len(is.users); {
		var then, now *idp.User
		switch {
		case j == len(is.users), i < len(was.users) && was.users[i].Email < is.users[j].Email:
			then = was.users[i]
		case i == len(was.users), was.users[i].Email > is.users[j].Email:
			now = is.users[j]
		default:
			then, now = was.users[i], is.users[j]
		}
		if then != nil {
			i++
		}
		if now != nil {
			j++
		}
		e := c.of(then, now)
		if len(e.Gains)+len(e.Losses)+len(e.Ends) > 0 {
			effects = append(effects, e)
		}
	}
	return effects
}

// movedGroups are the groups whose doors differ.
func movedGroups(before, after map[string][]door) map[string]bool {
	moved := map[string]bool{}
	for group, doors := range before {
		moved[group] = !slices.Equal(doors, after[group])
	}
	for group, doors := range after {
		moved[group] = !slices.Equal(doors, before[group])
	}
	return moved
}

// comparison compares two worlds person by person. People who are in the same
// groups until the same times share one answer.
type comparison struct {
	was, is *world
	moved   map[string]bool
	seen    map[string]Effect
}

func (c *comparison) of(then, now *idp.User) Effect {
	before, after := class(then), class(now)
	if before == after && !c.concerns(then) {
		return Effect{}
	}
	key := before + "\n" + after
	e, known := c.seen[key]
	if !known {
		e = difference(c.waysOf(c.was, then), c.waysOf(c.is, now))
		c.seen[key] = e
	}
	if now == nil {
		now = then
	}
	e.Email = now.Email
	return e
}

func (c *comparison) waysOf(w *world, u *idp.User) []Way {
	if u == nil {
		return nil
	}
	return w.ways(u)
}

// concerns reports whether one of the person's groups opens other doors now.
func (c *comparison) concerns(u *idp.User) bool {
	return u != nil && slices.ContainsFunc(u.Groups, func(m idp.Membership) bool { return c.moved[m.GroupID] })
}

// class names all of a person that decides what they may open.
func class(u *idp.User) string {
	if u == nil {
		return ""
	}
	parts := make([]string, len(u.Groups))
	for i, m := range u.Groups {
		parts[i] = m.GroupID + " " + m.Until.UTC().Format(time.RFC3339)
	}
	slices.Sort(parts)
	return fmt.Sprint(u.Active) + "," + strings.Join(parts, ",")
}

// difference compares two sorted lists of ways.
func difference(before, after []Way) Effect {
	var e Effect
	for len(before) > 0 || len(after) > 0 {
		order := 0
		switch {
		case len(before) == 0:
			order = 1
		case len(after) == 0:
			order = -1
		default:
			order = door{before[0].Connector, before[0].RoleARN}.compare(door{after[0].Connector, after[0].RoleARN})
		}
		switch {
		case order < 0:
			e.Losses = append(e.Losses, before[0])
		case order > 0:
			e.Gains = append(e.Gains, after[0])
		case !before[0].Until.Equal(after[0].Until):
			e.Ends = append(e.Ends, after[0])
		}
		if order <= 0 {
			before = before[1:]
		}
		if order >= 0 {
			after = after[1:]
		}
	}
	return e
}
