package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// Effect is what a change of state means for people. The numbers count people,
// each once.
type Effect struct {
	Gain   int       `json:"gain"`
	Lose   int       `json:"lose"`
	Keep   int       `json:"keep"`   // until another time
	Gains  []Opening `json:"gains"`  // ways that open, with the groups by which
	Losses []Opening `json:"losses"` // ways that close, with the groups by which they were open
	Ends   []Opening `json:"ends"`   // ways that stay open, until another time than before
}

// Opening is a way that several people have in common.
type Opening struct {
	Way
	People int      `json:"people"`
	Emails []string `json:"emails"` // of the first [MaxNamed] of them, sorted
}

// MaxNamed is how many people an [Opening] names.
const MaxNamed = 100

// Effects is the effect of a change of state, as of the given time. Who may open
// what is decided by package idp and nowhere else; see [Access].
func Effects(before, after State, now time.Time) Effect {
	c := comparison{was: worldOf(before, now), is: worldOf(after, now)}
	c.moved = movedGroups(c.was.doors, c.is.doors)
	gains, losses, ends := openings{}, openings{}, openings{}
	var e Effect
	for _, same := range c.classes() {
		d := difference(c.was.ways(same.then), c.is.ways(same.now))
		e.Gain += gains.add(same.emails, d.gains)
		e.Lose += losses.add(same.emails, d.losses)
		e.Keep += ends.add(same.emails, d.ends)
	}
	e.Gains, e.Losses, e.Ends = gains.list(), losses.list(), ends.list()
	return e
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

// comparison compares two worlds.
type comparison struct {
	was, is *world
	moved   map[string]bool
}

// alike are people who were, and are, in the same groups until the same times.
type alike struct {
	then, now *idp.User // one of them; nil for people who are new, or gone
	emails    []string
}

// classes are the people for whom something may change, those together who are
// alike, by the first of their emails: whoever merges them then has mostly what
// comes after what there is.
func (c *comparison) classes() []*alike {
	then := map[string]*idp.User{}
	for _, u := range c.was.users {
		then[u.Email] = u
	}
	classes := map[string]*alike{}
	put := func(then, now *idp.User, email string) {
		before, after := class(then), class(now)
		if before == after && !c.concerns(then) {
			return
		}
		key := before + "\n" + after
		if classes[key] == nil {
			classes[key] = &alike{then: then, now: now}
		}
		classes[key].emails = append(classes[key].emails, email)
	}
	for _, u := range c.is.users {
		put(then[u.Email], u, u.Email)
		delete(then, u.Email)
	}
	for email, u := range then {
		put(u, nil, email)
	}
	for _, same := range classes {
		slices.Sort(same.emails)
	}
	return slices.SortedFunc(maps.Values(classes), func(a, b *alike) int { return cmp.Compare(a.emails[0], b.emails[0]) })
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
		parts[i] = m.GroupID
		if !m.Until.IsZero() {
			parts[i] += " " + m.Until.UTC().Format(time.RFC3339)
		}
	}
	slices.Sort(parts)
	return fmt.Sprint(u.Active) + comma + strings.Join(parts, comma)
}

// change is what two lists of ways differ in.
type change struct{ gains, losses, ends []way }

// difference compares two sorted lists of ways.
func difference(before, after []way) change {
	var c change
	for len(before) > 0 && len(after) > 0 {
		switch order := before[0].compare(after[0].door); {
		case order < 0:
			c.losses, before = append(c.losses, before[0]), before[1:]
		case order > 0:
			c.gains, after = append(c.gains, after[0]), after[1:]
		default:
			if !before[0].until.Equal(after[0].until) {
				c.ends = append(c.ends, after[0])
			}
			before, after = before[1:], after[1:]
		}
	}
	c.losses, c.gains = append(c.losses, before...), append(c.gains, after...)
	return c
}

// openings are people by the way that they have in common.
type openings map[way]*Opening

// add adds people with their ways, and returns how many they are, if they have any.
func (o openings) add(emails []string, ways []way) int {
	for _, w := range ways {
		w.until = w.until.UTC()
		one := o[w]
		if one == nil {
			one = &Opening{Way: w.public()}
			o[w] = one
		}
		one.People += len(emails)
		one.Emails = firstOf(one.Emails, emails)
	}
	if len(ways) == 0 {
		return 0
	}
	return len(emails)
}

// firstOf merges two sorted lists and keeps the first.
func firstOf(a, b []string) []string {
	if len(a) >= MaxNamed && b[0] > a[len(a)-1] {
		return a
	}
	all := slices.Concat(a, b[:min(len(b), MaxNamed)])
	slices.Sort(all)
	return all[:min(len(all), MaxNamed)]
}

func (o openings) list() []Opening {
	list := make([]Opening, 0, len(o))
	for _, one := range o {
		list = append(list, *one)
	}
	slices.SortFunc(list, func(a, b Opening) int {
		return cmp.Or(cmp.Compare(a.Connector, b.Connector), cmp.Compare(a.RoleARN, b.RoleARN),
			cmp.Compare(strings.Join(a.Groups, comma), strings.Join(b.Groups, comma)), a.Until.Compare(b.Until))
	})
	return list
}
