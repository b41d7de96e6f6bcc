package console

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// effect is what a change does to people: who gains a way in, or loses one.
type effect struct {
	Tone   tone
	Title  string
	People []way
	More   string // how many are not shown
}

// way is one person and what the person gains or loses.
type way struct{ Email, Way string }

// maxPeople is how many people of each kind a page lists.
const maxPeople = 20

// reach is who can get in where: roles by person.
type reach map[string]map[string]bool

// reachOf is who gets in by a connector, given the members of its groups. A plain
// link counts as one role without a name.
func reachOf(c resource.Connector, members map[string][]resource.Member, now time.Time) reach {
	r := reach{}
	if !c.Active {
		return r
	}
	for _, group := range c.Groups {
		roles := rolesOpenTo(c, group)
		for _, m := range members[group] {
			if !m.Active || !live(m.ExpiresAt, now) {
				continue
			}
			for _, role := range roles {
				if r[m.Email] == nil {
					r[m.Email] = map[string]bool{}
				}
				r[m.Email][role] = true
			}
		}
	}
	return r
}

// live reports whether a membership that ends then still counts.
func live(end string, now time.Time) bool {
	if end == "" {
		return true
	}
	t, err := time.Parse(time.RFC3339, end)
	return err == nil && now.Before(t)
}

// rolesOpenTo are the roles that a connector opens to one of its groups.
func rolesOpenTo(c resource.Connector, group string) []string {
	if isBookmark(c) {
		return []string{""}
	}
	var open []string
	for _, role := range c.Roles {
		if len(role.Groups) == 0 || slices.Contains(role.Groups, group) {
			open = append(open, role.RoleARN)
		}
	}
	return open
}

// beyond are the people of r with the roles that they do not have in other.
func (r reach) beyond(other reach) []way {
	var list []way
	for _, email := range slices.Sorted(maps.Keys(r)) {
		var names []string
		for _, role := range slices.Sorted(maps.Keys(r[email])) {
			if other[email][role] {
				continue
			}
			names = append(names, strings.TrimSpace(roleName(role)+" "+accountOf(role)))
		}
		if len(names) > 0 {
			list = append(list, way{email, strings.Join(names, ", ")})
		}
	}
	return list
}

// effects tell what becomes of people when before becomes after.
func effects(before, after resource.Connector, members map[string][]resource.Member, now time.Time) []effect {
	had, has := reachOf(before, members, now), reachOf(after, members, now)
	var list []effect
	for _, e := range []struct {
		tone      tone
		people    []way
		one, many string
	}{
		{bad, had.beyond(has), "1 person loses access", "people lose access"},
		{good, has.beyond(had), "1 person gains access", "people gain access"},
	} {
		if len(e.people) == 0 {
			continue
		}
		one := effect{Tone: e.tone, Title: e.one, People: e.people}
		if len(e.people) > 1 {
			one.Title = fmt.Sprintf("%d %s", len(e.people), e.many)
		}
		if len(e.people) > maxPeople {
			one.People, one.More = e.people[:maxPeople], fmt.Sprintf("and %d more", len(e.people)-maxPeople)
		}
		list = append(list, one)
	}
	return list
}

// effectsOf reads the members of the groups that before and after name, unless
// both open the same to each of them, and tells what becomes of people.
func (v *visit) effectsOf(before, after resource.Connector) ([]effect, error) {
	if !before.Active && !after.Active {
		return nil, nil
	}
	groups := slices.Concat(before.Groups, after.Groups)
	slices.Sort(groups)
	groups = slices.Compact(groups)
	same := before.Active == after.Active
	for _, group := range groups {
		same = same && slices.Equal(opened(before, group), opened(after, group))
	}
	if same {
		return nil, nil
	}
	members := map[string][]resource.Member{}
	for _, group := range groups {
		list, err := v.allMembers(group)
		if err != nil {
			return nil, err
		}
		members[group] = list
	}
	return effects(before, after, members, v.h.Now()), nil
}

// opened are the roles that a connector opens to a group, which may not be one of
// its own.
func opened(c resource.Connector, group string) []string {
	if !slices.Contains(c.Groups, group) {
		return nil
	}
	return slices.Sorted(slices.Values(rolesOpenTo(c, group)))
}

func (v *visit) allMembers(group string) ([]resource.Member, error) {
	var all []resource.Member
	list := admin.List{Limit: 100}
	for {
		page, next, err := v.Members(v.ctx(), group, list)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if next == "" {
			return all, nil
		}
		list.Cursor = next
	}
}

// confirmed asks for a change that lets people in or shuts them out, and reports
// whether it had to ask: then the answer is written. What is confirmed is that
// effect on those people: when it is another by then, it asks again. With always
// it asks even when nobody is concerned.
func (v *visit) confirmed(before, after resource.Connector, p confirmPage, always bool) (asked bool, err error) {
	p.Effects, err = v.effectsOf(before, after)
	if err != nil {
		return false, err
	}
	if len(p.Effects) == 0 && !always {
		return false, nil
	}
	sum := sha256.Sum256(fmt.Append(nil, p.Effects))
	digest := hex.EncodeToString(sum[:8])
	status := http.StatusOK
	switch v.fields["confirmed"] {
	case digest:
		return false, nil
	case "":
	default:
		status, p.Problem = http.StatusConflict, "Who is concerned has changed since you looked. Look again."
	}
	p.Hidden = again(v.fields, digest)
	return true, v.show(status, p)
}
