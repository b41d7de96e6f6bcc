package plan_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

// drawFile draws a file over few names, so that two files have much in common.
func drawFile(t *rapid.T) *plan.File {
	f := &plan.File{Version: 1, Connectors: plan.Section[plan.Connector]{}, Groups: plan.Section[plan.Group]{}, Users: plan.Section[plan.User]{}}
	for _, email := range some(t, "users", "a@example.com", "b@example.com", "c@example.com", "d@example.com") {
		f.Users = append(f.Users, plan.User{Email: email, Name: rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "name"), Active: rapid.Bool().Draw(t, "active"), Attributes: drawAttributes(t)})
	}
	f.Users = append(f.Users, plan.User{Email: "owner@example.com", Active: true, AdminRole: "owner"})
	var groups []string
	for _, name := range some(t, "groups", "g", "h", "i", "j") {
		groups = append(groups, name)
		f.Groups = append(f.Groups, plan.Group{Name: name, Description: rapid.SampledFrom([]string{"", "X"}).Draw(t, "description"), Members: drawMembers(t, f.Users)})
	}
	for _, slug := range some(t, "connectors", "q", "r", "s") {
		f.Connectors = append(f.Connectors, drawConnector(t, slug, groups))
	}
	slices.Reverse(f.Connectors) // in no order that means anything
	slices.Reverse(f.Groups)
	slices.Reverse(f.Users)
	return f
}

func some(t *rapid.T, label string, names ...string) []string {
	if len(names) == 0 {
		return []string{}
	}
	chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, len(names), rapid.ID[string]).Draw(t, label)
	slices.Sort(chosen)
	return chosen
}

func drawAttributes(t *rapid.T) map[string]string {
	if rapid.Bool().Draw(t, "none") {
		return nil
	}
	return map[string]string{"team": rapid.SampledFrom([]string{"blue", "red"}).Draw(t, "team")}
}

// drawMembers draws memberships that end in the past, soon, late or never.
func drawMembers(t *rapid.T, users []plan.User) plan.Section[plan.Member] {
	members := plan.Section[plan.Member]{}
	for _, u := range users {
		end := rapid.SampledFrom([]string{"no", "no", "", "2026-11-24T13:00:00Z", "2027-01-01T00:00:00Z", "2026-11-23T00:00:00Z"}).Draw(t, "end")
		if end != "no" {
			members = append(members, plan.Member{Email: u.Email, ExpiresAt: end})
		}
	}
	return members
}

func drawConnector(t *rapid.T, slug string, groups []string) plan.Connector {
	c := plan.Connector{
		Slug: slug, Kind: "aws", Label: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "label"), Shown: true,
		Active: rapid.Bool().Draw(t, "active"), Groups: some(t, "grants", append([]string{}, groups...)...),
	}
	if slug == "s" { // a kind is for life
		c.Kind, c.URL = "bookmark", "https://"+rapid.SampledFrom([]string{"a", "b"}).Draw(t, "host")+".example.com/"
		return c
	}
	for _, name := range append([]string{"Always"}, some(t, "roles", "A", "B", "C")...) {
		role := resource.Role{RoleARN: "arn:aws:iam::111122223333:role/" + name, ProviderARN: "arn:aws:iam::111122223333:saml-provider/G"}
		if name != "Always" {
			role.Groups = some(t, "open", append([]string{}, c.Groups...)...)
		}
		c.Roles = append(c.Roles, role)
	}
	if rapid.Bool().Draw(t, "turn") {
		slices.Reverse(c.Roles)
	}
	return c
}

// built is a site that a file was applied to.
func built(t *rapid.T, f *plan.File) *site {
	s := newSite()
	run(t, s, f)
	return s
}

func run(t *rapid.T, s *site, f *plan.File) *plan.Plan {
	p, err := plan.Diff(look(t, s), f, plan.Options{Now: noon})
	if err != nil {
		t.Fatalf("diff: %v", err)
	}
	_, err = p.Apply(context.Background(), s, plan.ApplyOptions{})
	if err != nil {
		t.Fatalf("apply: %v\n%s", err, p.Text(plan.TextOptions{}))
	}
	return p
}

func look(t *rapid.T, s *site) plan.State {
	state, err := plan.Load(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func written(t *rapid.T, s *site) string {
	f, err := plan.Export(look(t, s), true, noon)
	if err != nil {
		t.Fatal(err)
	}
	text, err := f.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestApplyMakesTheStateThatTheFileAsks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, other := built(t, drawFile(t)), built(t, drawFile(t))
		want := written(t, other)
		file, err := plan.Read([]byte(want))
		if err != nil {
			t.Fatalf("the export cannot be read: %v", err)
		}
		again, err := file.Marshal()
		if err != nil || string(again) != want {
			t.Fatalf("an export is\n%s\nand read and written again\n%s", want, again)
		}
		run(t, s, file)
		if got := written(t, s); got != want {
			t.Fatalf("the state is\n%s\nwant\n%s", got, want)
		}
		p := run(t, s, file)
		if !p.Empty() {
			t.Fatalf("a second apply does\n%s", p.Text(plan.TextOptions{}))
		}
	})
}

// A file with some of its sections changes those alone, and what the plan says of
// people is what is then so.
func TestEffectsAreTheDifferenceOfWhatPeopleMayOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := built(t, drawFile(t))
		before := look(t, s)
		file := drawFile(t)
		dropSections(t, file, before)
		p := run(t, s, file)
		after := look(t, s)
		want := compare(openings(before), openings(after))
		if got := flat(p.Effect); got != want {
			t.Fatalf("the plan says\n%s\nand what happened is\n%s\nof\n%s", got, want, p.Text(plan.TextOptions{}))
		}
		if got := flat(plan.Effects(before, after, noon)); got != want {
			t.Fatalf("the effects are\n%s\nwant\n%s", got, want)
		}
		if again := run(t, s, file); !again.Empty() {
			t.Fatalf("a second apply does\n%s", again.Text(plan.TextOptions{}))
		}
	})
}

// dropSections leaves out some sections, and what refers to nothing then.
func dropSections(t *rapid.T, f *plan.File, s plan.State) {
	if rapid.Bool().Draw(t, "no connectors") {
		f.Connectors = nil
	}
	if rapid.Bool().Draw(t, "no users") {
		f.Users = nil
		for i := range f.Groups {
			f.Groups[i].Members = slices.DeleteFunc(f.Groups[i].Members, func(m plan.Member) bool {
				return !slices.ContainsFunc(s.Users, func(u resource.User) bool { return u.Email == m.Email })
			})
		}
	}
	for i := range f.Groups {
		if rapid.Bool().Draw(t, "no members") {
			f.Groups[i].Members = nil
		}
	}
	if rapid.Bool().Draw(t, "no groups") {
		f.Groups = nil
		for i := range f.Connectors {
			c := &f.Connectors[i]
			gone := func(name string) bool {
				return !slices.ContainsFunc(s.Groups, func(g resource.Group) bool { return g.Name == name })
			}
			c.Groups = slices.DeleteFunc(c.Groups, gone)
			for j := range c.Roles {
				c.Roles[j].Groups = slices.DeleteFunc(c.Roles[j].Groups, gone)
			}
		}
	}
}

// openings asks the one rule about each person and connector: what it opens, and
// the last moment at which it still does.
func openings(s plan.State) map[string]string {
	open := map[string]string{}
	for _, u := range s.Users {
		for _, c := range s.Connectors {
			for _, role := range granted(u, c, noon) {
				open[u.Email+" "+c.Slug+" "+role] = lasts(u, c, role)
			}
		}
	}
	return open
}

func granted(shown resource.User, c resource.Connector, at time.Time) []string {
	u := &idp.User{ID: "u", Active: shown.Active}
	for _, m := range shown.Groups {
		until, err := time.Parse(time.RFC3339, m.ExpiresAt)
		if m.ExpiresAt != "" && err != nil {
			panic(err)
		}
		u.Groups = append(u.Groups, idp.Membership{GroupID: m.Name, Until: until})
	}
	d, err := c.Domain()
	if err != nil {
		panic(err)
	}
	d.Active, d.Groups = c.Active, c.Groups
	for i, role := range c.Roles {
		d.Roles[i].Groups = role.Groups
	}
	session := &idp.Session{UserID: "u", LastSeen: at, ExpiresAt: at.Add(time.Hour)}
	decision := idp.Decide(idp.Facts{Session: session, User: u, Connector: &d}, at)
	if decision.Reason != idp.Granted {
		return nil
	}
	if c.Kind == "bookmark" {
		return []string{""}
	}
	var roles []string
	for _, role := range decision.Roles {
		roles = append(roles, role.RoleARN)
	}
	return roles
}

// lasts finds out when the way closes by asking at each time at which it might.
func lasts(u resource.User, c resource.Connector, role string) string {
	for _, at := range []string{"2026-11-24T13:00:00Z", "2027-01-01T00:00:00Z"} {
		then, err := time.Parse(time.RFC3339, at)
		if err != nil {
			panic(err)
		}
		if !slices.Contains(granted(u, c, then), role) {
			return at
		}
	}
	return "never"
}

func compare(before, after map[string]string) string {
	var lines []string
	for way, end := range after {
		was, had := before[way]
		switch {
		case !had:
			lines = append(lines, way+" + "+end)
		case was != end:
			lines = append(lines, way+" ~ "+end)
		}
	}
	for way := range before {
		if _, has := after[way]; !has {
			lines = append(lines, way+" -")
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func flat(e plan.Effect) string {
	var lines []string
	people := map[string]map[string]bool{}
	add := func(sign string, list []plan.Opening) {
		people[sign] = map[string]bool{}
		for _, o := range list {
			end := " never"
			if !o.Until.IsZero() {
				end = " " + resource.Stamp(o.Until)
			}
			if sign == "-" {
				end = ""
			}
			if o.People != len(o.Emails) || o.People == 0 {
				lines = append(lines, fmt.Sprintf("%d people are named %v", o.People, o.Emails))
			}
			for _, email := range o.Emails {
				people[sign][email] = true
				lines = append(lines, fmt.Sprintf("%s %s %s %s%s", email, o.Connector, o.RoleARN, sign, end))
			}
		}
	}
	add("+", e.Gains)
	add("-", e.Losses)
	add("~", e.Ends)
	if e.Gain != len(people["+"]) || e.Lose != len(people["-"]) || e.Keep != len(people["~"]) {
		lines = append(lines, fmt.Sprintf("counted %d %d %d", e.Gain, e.Lose, e.Keep))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestAccessIsWhatPeopleMayOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := look(t, built(t, drawFile(t)))
		got := map[string]string{}
		for email, way := range plan.Access(state, noon) {
			end := "never"
			if !way.Until.IsZero() {
				end = resource.Stamp(way.Until)
			}
			got[email+" "+way.Connector+" "+way.RoleARN] = end
		}
		if want := openings(state); !maps.Equal(got, want) {
			t.Fatalf("got\n%v\nwant\n%v", got, want)
		}
	})
}
