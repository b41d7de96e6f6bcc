package console

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/plan"
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

// told are the people whom a change of one connector concerns, by what becomes of
// them.
func told(e plan.Effect) []effect {
	return toldBy(e, func(w plan.Way) string {
		if w.RoleARN == "" {
			return ""
		}
		return inAccount(w.RoleARN)
	})
}

// toldBy is told with names of its own for ways in.
func toldBy(e plan.Effect, name func(plan.Way) string) []effect {
	var list []effect
	for _, part := range []struct {
		tone      tone
		people    int
		ways      []plan.Opening
		one, many string
	}{
		{bad, e.Lose, e.Losses, "person loses access", "people lose access"},
		{good, e.Gain, e.Gains, "person gains access", "people gain access"},
		{plain, e.Keep, e.Ends, "person keeps access until another time", "people keep access until another time"},
	} {
		if part.people == 0 {
			continue
		}
		people := byPerson(part.ways, name)
		people = people[:min(len(people), maxPeople)]
		list = append(list, effect{
			Tone: part.tone, Title: count(part.people, false, part.one, part.many), People: people, More: andMore(part.people - len(people)),
		})
	}
	return list
}

// byPerson are the people of some ways, each once, with the names of their ways.
func byPerson(ways []plan.Opening, name func(plan.Way) string) []way {
	names := map[string][]string{}
	for _, w := range ways {
		for _, email := range w.Emails {
			names[email] = append(names[email], name(w.Way))
		}
	}
	var list []way
	for _, email := range slices.Sorted(maps.Keys(names)) {
		list = append(list, way{email, strings.Join(slices.Compact(names[email]), ", ")})
	}
	return list
}

// effectsOf tells what becomes of people when before becomes after.
func (v *visit) effectsOf(before, after resource.Connector) (plan.Effect, error) {
	return plan.EffectsOf(before, after, v.allMembers, v.h.Now())
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

// widened tells of the roles that are opened to more groups than they were kept to.
func widened(before, after resource.Connector) []string {
	var list []string
	for _, i := range resource.Widened(before.Roles, after.Roles) {
		list = append(list, roleName(after.Roles[i].RoleARN)+" opens to all groups of the connector")
	}
	return list
}

// confirmed asks for a change that lets people in or shuts them out, and reports
// whether it had to ask: then the answer is written. What is confirmed is that
// effect on those people: when it is another by then, it asks again. With always
// it asks even when nobody is concerned, as it does when a role is opened to more
// groups than it was kept to.
func (v *visit) confirmed(before, after resource.Connector, p confirmPage, always bool) (asked bool, err error) {
	e, err := v.effectsOf(before, after)
	if err != nil {
		return false, err
	}
	wide := widened(before, after)
	p.Effects, p.Things = told(e), append(p.Things, wide...)
	if len(p.Effects)+len(wide) == 0 && !always {
		return false, nil
	}
	sum := sha256.Sum256(fmt.Append(nil, e, wide))
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
