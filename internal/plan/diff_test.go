package plan_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

// one is a connector in a file, active for a group.
func one(slug, group string) string {
	return "- slug: " + slug + "\n  active: true\n  groups: [" + group + "]\n" + rolePair
}

const secondRole = `  - role_arn: arn:aws:iam::111122223333:role/B
    provider_arn: arn:aws:iam::111122223333:saml-provider/G
`

// people are Alice and Bob in the groups that are named, and an owner.
const people = `users:
- {email: owner@example.com, admin_role: owner}
- {email: alice@example.com, name: Alice}
- {email: bob@example.com, name: Bob}
`

func TestAPlanIsToldAsText(t *testing.T) {
	const groups = "groups:\n- {name: a, members: [{email: alice@example.com}]}\n- {name: b, members: [{email: alice@example.com}, {email: bob@example.com}]}\n"
	base := "version: 1\nconnectors:\n" + one("x", "a") + one("y", "b") + groups + people
	cases := []struct {
		name, before, after string
		golden              string
	}{
		{"nothing", base, base, "nothing.txt"},
		{"the first file", "version: 1\n", base, "first.txt"},
		{"everything goes", base, "version: 1\nconnectors: []\ngroups: []\n", "empty.txt"},
		{"fields change", base, strings.Replace(base, "- slug: x\n", "- slug: x\n  label: \"AWS \\\"X\\\"\"\n  shown: false\n  relay_states: [https://console.aws.amazon.com/s3]\n  session_duration: 2h\n  attributes: [{name: RoleSessionName, value: SSO-User}, {name: PrincipalTag:a, value: a}, {name: TransitiveTagKeys, value: a}]\n", 1), "fields.txt"},
		{"roles in another order", strings.Replace(base, rolePair, rolePair+secondRole, 1), strings.Replace(base, rolePair, "  roles:\n"+secondRole+strings.TrimPrefix(rolePair, "  roles:\n"), 1), "order-of-roles.txt"},
		{"a grant moves", base, strings.Replace(base, "  groups: [a]\n", "  groups: [b]\n", 1), "grant.txt"},
		{"a role is narrowed", base, "version: 1\nconnectors:\n" + one("x", "a") + one("y", "a, b") + "    groups: [b]\n", "role.txt"},
		{"a group is described", base, strings.Replace(base, "- {name: a,", "- {name: a, description: New,", 1), "description.txt"},
		{"memberships change", base, strings.Replace(base, "[{email: alice@example.com}, {email: bob@example.com}]", "[{email: alice@example.com, expires_at: 2026-11-25T00:00:00Z}, {email: owner@example.com, expires_at: 2026-11-26T00:00:00Z}]", 1), "members.txt"},
		{"people change", base, strings.NewReplacer("name: Alice", "name: Alice, active: false, attributes: {team: blue}", "- {email: bob@example.com, name: Bob}\n", "", ", {email: bob@example.com}", "").Replace(base), "people.txt"},
		{"a connector is closed", base, strings.Replace(base, "- slug: x\n  active: true\n", "- slug: x\n", 1), "closed.txt"},
		{"a group goes that a role was open to alone", strings.Replace(base, "groups: [a]\n"+rolePair, "groups: [a, b]\n"+rolePair+"    groups: [a]\n", 1), "version: 1\ngroups:\n- {name: b}\n", "role-goes.txt"},
		{"a group goes that a connector has", base, "version: 1\ngroups:\n- {name: a}\n", "group-goes.txt"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSite()
			apply(t, s, c.before)
			golden(t, c.golden, diff(t, s, read(t, c.after)).Text(plan.TextOptions{}))
		})
	}
}

// Programs read plans and reports too: a list without entries is a list.
func TestAPlanThatDoesNothingHasListsInJSON(t *testing.T) {
	s := newSite()
	p := diff(t, s, read(t, "version: 1\n"))
	report, err := p.Apply(t.Context(), s, plan.ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal([]any{p, report})
	want := `[{"steps":[],"effect":{"gain":0,"lose":0,"keep":0,"gains":[],"losses":[],"ends":[]}},{"done":[],"remaining":[]}]`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}

func TestColourComesByAFlagAlone(t *testing.T) {
	s := newSite()
	p := diff(t, s, read(t, "version: 1\ngroups: [{name: a}]\n"))
	plain, colored := p.Text(plan.TextOptions{}), p.Text(plan.TextOptions{Color: true})
	if strings.Contains(plain, "\x1b") || !strings.Contains(colored, "\x1b[32m+\x1b[0m group \"a\"") {
		t.Errorf("without the flag\n%q\nwith it\n%q", plain, colored)
	}
}

func TestManyPeopleAreNamedByTheirNumber(t *testing.T) {
	s := newSite()
	file := "version: 1\nconnectors:\n" + one("x", "g") + "groups:\n- name: g\n  members:\n" + lines(12, "  - email: u%02d@example.com\n") + "users:\n" + lines(12, "- email: u%02d@example.com\n")
	text := diff(t, s, read(t, file)).Text(plan.TextOptions{Names: 2})
	contains(t, text, "Effect on people: 12 gain access, 0 lose access, 0 keep it until another time.",
		"+ 12 people gain A in account 111122223333 through x, by g: u00@example.com, u01@example.com and 10 more")
}

func TestWhatCannotBeIsRefusedBeforeAnythingIsDone(t *testing.T) {
	base := "version: 1\nconnectors:\n" + one("x", "a") + "groups: [{name: a}]\nusers:\n- {email: owner@example.com, admin_role: owner, name_id: n1234567}\n- {email: second@example.com, admin_role: owner}\n"
	cases := []struct{ name, file, want string }{
		{"a group that is not there", "version: 1\nconnectors:\n" + one("x", "nobody"), `connectors["x"].groups "nobody": is not a group that is there`},
		{"a member who is not there", "version: 1\ngroups: [{name: a, members: [{email: x@example.com}]}]\n", `groups["a"].members "x@example.com": is not a person who is there`},
		{"another kind", "version: 1\nconnectors: [{slug: x, kind: bookmark, url: 'https://x.example.com/'}]\n", `connectors["x"].kind "bookmark": is not the kind that it has, aws, which stays`},
		{"another NameID", strings.Replace(base, "n1234567", "n7654321", 1), `users["owner@example.com"].name_id "n7654321": is not what AWS knows the person by`},
		{"somebody new with the NameID of somebody else", strings.Replace(base, "email: second@example.com, admin_role: owner", "email: new@example.com", 1) + "- {email: third@example.com, name_id: of-second-example-com}\n", `users["third@example.com"].name_id "of-second-example-com": is what AWS knows second@example.com by`},
		{"no owner", strings.ReplaceAll(base, "admin_role: owner", "admin_role: viewer"), "users: has no active owner"},
		{"a suspended owner alone", strings.ReplaceAll(base, "admin_role: owner", "admin_role: owner, active: false"), "users: has no active owner"},
		{"not whoever applies it", strings.Replace(base, "- {email: owner@example.com, admin_role: owner, name_id: n1234567}\n", "", 1), `users "owner@example.com": does not list you, who apply it`},
		{"less for whoever applies it", strings.Replace(base, "admin_role: owner, name_id", "admin_role: helpdesk, name_id", 1), `users["owner@example.com"]: would change what you, who apply it, may do`},
		{"a suspension of whoever applies it", strings.Replace(base, "name_id: n1234567", "active: false", 1), `users["owner@example.com"]: would change what you, who apply it, may do`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSite()
			apply(t, s, base)
			_, err := plan.Diff(s.load(t), read(t, c.file), plan.Options{Now: noon, Self: "owner@example.com"})
			contains(t, faults(t, err), c.want)
		})
	}
}

func TestALockdownStopsPlansAndExports(t *testing.T) {
	state := plan.State{Lockdown: true}
	_, err := plan.Diff(state, &plan.File{Version: 1}, plan.Options{Now: noon})
	if !errors.Is(err, plan.ErrLockdown) {
		t.Errorf("a plan ends with %v", err)
	}
	_, err = plan.Export(state, false, noon)
	if !errors.Is(err, plan.ErrLockdown) {
		t.Errorf("an export ends with %v", err)
	}
}

// A membership that has ended gives nothing, on either side.
func TestMembershipsThatHaveEndedAreAsGoodAsNone(t *testing.T) {
	s := newSite()
	file := "version: 1\nconnectors:\n" + one("x", "a") + people + "groups: [{name: a, members: [{email: alice@example.com, expires_at: 2026-11-24T13:00:00Z}]}]\n"
	apply(t, s, file)
	later := noon.Add(2 * time.Hour)
	p, err := plan.Diff(s.load(t), read(t, file), plan.Options{Now: later})
	if err != nil || !p.Empty() {
		t.Errorf("the same file, later: %v\n%s", err, p.Text(plan.TextOptions{}))
	}
	f, err := plan.Export(s.load(t), true, later)
	if err != nil || len(f.Groups[0].Members) != 0 {
		t.Errorf("the export has %v, %v", f.Groups[0].Members, err)
	}
	p, err = plan.Diff(s.load(t), read(t, strings.Replace(file, "T13", "T18", 1)), plan.Options{Now: later})
	if err != nil || p.Effect.Gain != 1 {
		t.Errorf("a new end: %v %+v", err, p)
	}
}

// The zero time, which programs write for one that is not set, is an end all the same.
func TestAnEndInTheYearOneIsAnEnd(t *testing.T) {
	for _, end := range []string{"0001-01-01T00:00:00Z", "0001-01-01T01:00:00+01:00", "0001-01-01T00:00:00.5Z", "0001-01-01T00:00:01+01:00", "2001-01-01T00:00:00Z"} {
		s := newSite()
		base := "version: 1\nconnectors:\n" + one("x", "a") + people + "groups: [{name: a, members: ["
		apply(t, s, base+"]}]\n")
		p := diff(t, s, read(t, base+"{email: alice@example.com, expires_at: \""+end+"\"}]}]\n"))
		if !p.Empty() || p.Effect.Gain != 0 {
			t.Errorf("with the end %s the plan is\n%s", end, p.Text(plan.TextOptions{}))
		}
	}
}

// Somebody who is in two groups that open one door has it until the later end.
func TestTheLastEndCounts(t *testing.T) {
	cases := []struct{ name, a, b, want string }{
		{"the first ends later", "2026-12-02T00:00:00Z", "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"},
		{"the second ends later", "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z", "2026-12-02T00:00:00Z"},
		{"the first has no end", "", "2026-12-02T00:00:00Z", ""},
		{"the second has no end", "2026-12-02T00:00:00Z", "", ""},
		{"the first has ended", "2026-11-01T00:00:00Z", "2026-12-02T00:00:00Z", "2026-12-02T00:00:00Z"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSite()
			apply(t, s, "version: 1\nconnectors:\n"+one("x", "a, b")+people+"groups:\n- {name: a, members: [{email: bob@example.com, expires_at: \""+c.a+"\"}]}\n- {name: b, members: [{email: bob@example.com, expires_at: \""+c.b+"\"}]}\n")
			for email, way := range plan.Access(s.load(t), noon) {
				if email != "bob@example.com" || resource.Stamp(way.Until) != c.want {
					t.Errorf("%s until %v by %v, want %q", email, way.Until, way.Groups, c.want)
				}
			}
		})
	}
}

func TestAnExportLeavesOutPeopleUnlessAsked(t *testing.T) {
	s := newSite()
	apply(t, s, "version: 1\nconnectors:\n"+one("x", "a")+people+"groups: [{name: a, members: [{email: alice@example.com}]}]\n")
	without := exported(t, s, false)
	if strings.Contains(without, "example.com\n") || strings.Contains(without, "members") || strings.Contains(without, "users") {
		t.Errorf("without people:\n%s", without)
	}
	p := diff(t, s, read(t, without))
	if !p.Empty() {
		t.Errorf("the export changes\n%s", p.Text(plan.TextOptions{}))
	}
	contains(t, exported(t, s, true), "members:\n      - email: alice@example.com", "name_id: of-alice-example-com")
}

// A role that was kept to some groups is opened to all of them by the word [] alone,
// and the plan says so.
func TestARoleIsOpenedToAllGroupsByAWordAlone(t *testing.T) {
	kept := "version: 1\nconnectors:\n- slug: x\n  groups: [a, b]\n" + rolePair + "    groups: [a]\ngroups: [{name: a}, {name: b}]\n"
	h := newHouse(t)
	h.apply(t, kept, plan.Options{})
	_, err := plan.Diff(h.look(t), read(t, strings.Replace(kept, "    groups: [a]\n", "", 1)), plan.Options{Now: noon})
	var problems idp.Problems
	if !errors.As(err, &problems) || problems[0].Field != `connectors["x"].roles[0].groups` || !strings.Contains(problems[0].Remedy, "write []") {
		t.Fatalf("says %v", err)
	}
	open := strings.Replace(kept, "    groups: [a]\n", "    groups: []\n", 1)
	p, err := plan.Diff(h.look(t), read(t, open), plan.Options{Now: noon})
	if err != nil || !strings.Contains(p.Text(plan.TextOptions{}), "opens to all groups of the connector, and was kept to a\n") {
		t.Fatalf("says %v, %s", err, p.Text(plan.TextOptions{}))
	}
	h.apply(t, open, plan.Options{})
	h.apply(t, strings.Replace(kept, "    groups: [a]\n", "", 1), plan.Options{}) // it is open to all already
}
