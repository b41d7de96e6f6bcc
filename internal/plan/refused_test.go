package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/plan"
)

// Whose launch AWS would refuse is said with the plan, before it is done.
func TestAPlanTellsWhoseLaunchWouldBeRefused(t *testing.T) {
	const tag = "  attributes: [{name: 'PrincipalTag:team', value: '${user.attributes.team}'}]\n"
	connector := "version: 1\nconnectors:\n" + one("x", "a")
	tagged := strings.Replace(connector, "- slug: x\n", "- slug: x\n"+tag, 1)
	const groups = "groups:\n- {name: a, members: [{email: alice@example.com}]}\n- {name: b}\n"
	odd := people + "- {email: \"o'brien@example.com\", attributes: {team: blue}}\n"
	joined := strings.Replace(groups, "{email: alice@example.com}", "{email: alice@example.com}, {email: \"o'brien@example.com\"}", 1)
	cases := []struct {
		name, before, after string
		want                []string
	}{
		{"nobody", "version: 1\n", connector + groups + people, nil},
		{"who is in no group", connector + groups + people, connector + groups + odd, nil},
		{"a member", connector + groups + odd, connector + joined + odd, []string{`connectors["x"].RoleSessionName: the launch of 1 person would be refused: cannot be`, ": o'brien@example.com"}},
		{"a rule", connector + joined + odd, tagged + joined + odd, []string{`connectors["x"].PrincipalTag:team: the launch of 1 person would be refused: the person has no attribute`, ": alice@example.com", ": o'brien@example.com"}},
		{"a rule that tells the ID", connector + joined + odd, strings.Replace(tagged, "${user.attributes.team}'}", "${user.id}'}, {name: RoleSessionName, value: '${user.id}'}", 1) + joined + odd, nil},
		{"what is as it was", connector + joined + odd, connector + strings.Replace(joined, "{name: b}", "{name: b, description: B}", 1) + odd, nil},
		{"a file without people", connector + joined + odd, tagged, []string{`connectors["x"].PrincipalTag:team: `, ": alice@example.com"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSite()
			apply(t, s, c.before)
			text := diff(t, s, read(t, c.after)).Text(plan.TextOptions{})
			if strings.Contains(text, "would be refused") != (c.want != nil) {
				t.Errorf("the plan says\n%s", text)
			}
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("the plan does not say %q:\n%s", want, text)
				}
			}
		})
	}
}

// What is unconfirmed stays so by a file that changes nothing of the person, and is
// confirmed by one that does.
func TestAPlanKnowsWhatIsUnconfirmed(t *testing.T) {
	const groups = "groups:\n- {name: a, members: [{email: alice@example.com}]}\n"
	base := "version: 1\nconnectors:\n" + one("x", "") + groups + people
	for name, c := range map[string]struct {
		after   string
		refused bool
	}{
		"a grant":                      {strings.Replace(base, one("x", ""), one("x", "a"), 1), true},
		"a grant, and a suspension":    {strings.NewReplacer(one("x", ""), one("x", "a"), "name: Bob", "name: Bob, active: false").Replace(base), true},
		"a grant, and another's name":  {strings.NewReplacer(one("x", ""), one("x", "a"), "name: Bob", "name: Robert").Replace(base), true},
		"a grant, and the person's":    {strings.NewReplacer(one("x", ""), one("x", "a"), "name: Alice", "name: Alicia").Replace(base), false},
		"a grant, and nothing of them": {"version: 1\nconnectors:\n" + one("x", "a"), true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite()
			apply(t, s, base)
			u, err := s.User(t.Context(), "alice@example.com")
			if err != nil {
				t.Fatal(err)
			}
			u.Unconfirmed = []string{"email"}
			s.putUser(u)
			text := diff(t, s, read(t, c.after)).Text(plan.TextOptions{})
			if strings.Contains(text, "helpdesk has set the person's email") != c.refused {
				t.Errorf("the plan says\n%s", text)
			}
		})
	}
}

func TestAPlanCountsManyWhoWouldBeRefused(t *testing.T) {
	members, users := "", people
	for i := range 300 {
		members += fmt.Sprintf("{email: \"o'%03d@example.com\"}, ", i)
		users += fmt.Sprintf("- {email: \"o'%03d@example.com\"}\n", i)
	}
	made := diff(t, newSite(), read(t, "version: 1\nconnectors:\n"+one("x", "a")+"groups:\n- {name: a, members: ["+members+"]}\n"+users))
	if len(made.Notes) != 1 || !strings.Contains(made.Notes[0].Reason, "the launch of 300 people would be refused") || strings.Count(made.Notes[0].Reason, "@example") != 20 {
		t.Errorf("the plan notes %v", made.Notes)
	}
}
