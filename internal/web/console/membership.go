package console

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// lasting are how long a membership can be said to last, but for a time that is
// written out. An empty one has no end.
var lasting = []struct {
	value, text string
	for_        time.Duration
}{
	{"1h", "For an hour", time.Hour},
	{"8h", "For 8 hours", 8 * time.Hour},
	{"24h", "For a day", 24 * time.Hour},
	{"168h", "For 7 days", 7 * 24 * time.Hour},
	{"720h", "For 30 days", 30 * 24 * time.Hour},
}

// untilChosen is the choice for an end that is written out.
const untilChosen = "until"

// outlives is what an administrator should know before they rely on an end.
const outlives = "A role session ends with the access; a role chained from it may last up to an hour more, and aws login up to 12 hours."

// lastingField is the choice of how long a membership lasts.
func lastingField(f form) field {
	field := f.Field("for", "How long", outlives).Offer("", "No end")
	for _, l := range lasting {
		field = field.Offer(l.value, l.text)
	}
	return field.Offer(untilChosen, "Until a time that I give")
}

// clock is how a browser writes a time without a zone; here it is UTC.
const clock = "2006-01-02T15:04"

// readClock reads a time as a browser writes it, with or without seconds.
func readClock(text string) (time.Time, bool) {
	for _, layout := range []string{clock, clock + ":05"} {
		t, err := time.Parse(layout, text)
		if err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// endOfMembership is the end that a form asks for; zero for none.
func endOfMembership(f form, now time.Time) (time.Time, idp.Problems) {
	chosen := f.Values["for"]
	if chosen == "" {
		return time.Time{}, nil
	}
	for _, l := range lasting {
		if chosen == l.value {
			return now.Add(l.for_).Truncate(time.Second), nil
		}
	}
	text := f.Values["until"]
	t, ok := readClock(text)
	switch {
	case chosen != untilChosen:
		return t, idp.Problems{{Field: "for", Value: chosen, Reason: "is not one of the choices", Remedy: "choose one of them"}}
	case text == "":
		return t, idp.Problems{{Field: "until", Reason: "is missing", Remedy: "give a day and a time, or choose how long"}}
	case !ok:
		return t, idp.Problems{{Field: "until", Value: text, Reason: "is not a time", Remedy: "write it as 2026-12-31T18:00"}}
	case !t.After(now):
		return t, idp.Problems{{Field: "until", Value: text, Reason: "is in the past", Remedy: "give a time to come"}}
	}
	return t, nil
}

// joiningControls are the controls of a form that puts people into a group, beside
// the one that names the people or the group.
var joiningControls = []string{"for", "until"}

// maxJoining is how many people one form puts into a group.
const maxJoining = 50

// join puts people into a group, once it is said what they gain, and reports
// whether it had to ask.
func (v *visit) join(group string, people []resource.User, until time.Time, p confirmPage) (asked bool, err error) {
	connectors, err := v.mayRegroup(group, people)
	if err != nil {
		return false, err
	}
	after := make([]resource.User, 0, len(people))
	for _, u := range people {
		u.Groups = append(groupsBut(u, group), resource.Membership{Name: group, ExpiresAt: resource.Stamp(until)})
		after = append(after, u)
	}
	p.Effects = v.effectsOn(people, after, connectors)
	if len(p.Effects) > 0 {
		asked, err := v.ask(p)
		if err != nil || asked {
			return asked, err
		}
	}
	for _, u := range people {
		err := v.AddMember(v.ctx(), group, u.Email, until)
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// leave takes a person out of a group, once it is said what they lose, and reports
// whether it had to ask.
func (v *visit) leave(group string, u resource.User, p confirmPage) (asked bool, err error) {
	connectors, err := v.mayRegroup(group, []resource.User{u})
	if err != nil {
		return false, err
	}
	after := u
	after.Groups = groupsBut(u, group)
	p.Effects, p.Danger = v.effectsOn([]resource.User{u}, []resource.User{after}, connectors), true
	if len(p.Effects) > 0 {
		asked, err := v.ask(p)
		if err != nil || asked {
			return asked, err
		}
	}
	return false, v.RemoveMember(v.ctx(), group, u.Email)
}

// mayRegroup asks whether the administrator may put these people into a group, or
// take them out, before anything is confirmed. It returns what the group opens.
func (v *visit) mayRegroup(group string, people []resource.User) ([]resource.Connector, error) {
	connectors, _, err := v.openedBy(group)
	if err != nil {
		return nil, err
	}
	for _, u := range people {
		err := v.Ask(v.ctx(), admin.OpMember, admin.Target{Administrator: u.AdminRole != "", Opens: len(connectors) > 0}, u.Email)
		if err != nil {
			return nil, err
		}
	}
	return connectors, nil
}

func groupsBut(u resource.User, group string) []resource.Membership {
	return slices.DeleteFunc(slices.Clone(u.Groups), func(m resource.Membership) bool { return m.Name == group })
}

// peopleNamed reads the people whose emails stand in text, with spaces, commas or
// lines between.
func (v *visit) peopleNamed(field, text string) ([]resource.User, idp.Problems, error) {
	emails := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;\t\n", r) })
	var problems idp.Problems
	switch {
	case len(emails) == 0:
		return nil, idp.Problems{{Field: field, Reason: "is missing", Remedy: "give the email of somebody"}}, nil
	case len(emails) > maxJoining:
		return nil, idp.Problems{{Field: field, Reason: "names too many people at once", Remedy: "take several steps, or an import under “Users”"}}, nil
	}
	var people []resource.User
	for _, email := range emails {
		u, err := v.User(v.ctx(), idp.NormalEmail(email))
		if errors.Is(err, store.ErrNotFound) {
			problems = append(problems, idp.Problem{Field: field, Value: email, Reason: "there is no such person: " + email, Remedy: "create the person first"})
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		people = append(people, u)
	}
	return people, problems, nil
}
