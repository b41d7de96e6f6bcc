package page

import (
	"slices"
	"strings"
	"testing"
)

func TestSearchFindsTilesByEveryWord(t *testing.T) {
	tests := []struct {
		name  string
		query string
		want  []string
	}{
		{"no query shows all", "", []string{"aws-a", "aws-b", "aws-prod", "aws-staging", "data-lake", "network", "wiki", "long"}},
		{"white space shows all", "  ", []string{"aws-a", "aws-b", "aws-prod", "aws-staging", "data-lake", "network", "wiki", "long"}},
		{"a part of the label, in any case", "STAG", []string{"aws-staging"}},
		{"the slug", "aws-prod", []string{"aws-prod"}},
		{"the description", "runbooks", []string{"wiki"}},
		{"an account number", "444455556666", []string{"aws-b"}},
		{"an account number as it is shown", "4444-5555-6666", []string{"aws-b"}},
		{"an account that the tile does not show", "300000000003", []string{"data-lake"}},
		{"two words, both needed", "aws 2109", []string{"aws-prod", "aws-staging"}},
		{"nothing", "azure", nil},
		{"letters that mean something in patterns", ".*", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := Portal{Tiles: portalTiles(), Query: tt.query}.view()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			data := v.data.(portalView)
			for _, c := range data.Cards {
				if !c.Hidden {
					got = append(got, c.Slug)
				}
			}
			if !slices.Equal(got, tt.want) || data.Found != len(tt.want) {
				t.Errorf("%q shows %d: %v, want %v", tt.query, data.Found, got, tt.want)
			}
		})
	}
}

func TestAnEmptyPortalSaysWhomToAsk(t *testing.T) {
	tests := []struct {
		name string
		ask  string
		want string
	}{
		{"an address becomes a link", "platform@example.com", `Ask <a href="mailto:platform@example.com">platform@example.com</a> for access.`},
		{"words stay words", "the platform team", "Ask the platform team for access."},
		{"a name with an address stays words", "Ada <ada@example.com>", "Ask Ada &lt;ada@example.com&gt; for access."},
		{"nobody in particular", "", "Ask the people who look after Gatepost in your organisation for access."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := render(t, newRenderer(t), sample{status: 200, page: Portal{User: alice, WhomToAsk: tt.ask}})
			if !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("the page lacks %q", tt.want)
			}
		})
	}
}

func TestAChooserGroupsRolesByAccountInTheirOrder(t *testing.T) {
	role := func(account, name string) Role { return Role{Account: account, Name: name, Provider: "Gatepost"} }
	v, err := Chooser{Roles: []Role{role("2", "a"), role("1", "b"), role("2", "c")}}.view()
	if err != nil {
		t.Fatal(err)
	}
	data := v.data.(chooserView)
	var got []string
	for _, a := range data.Accounts {
		for _, r := range a.Roles {
			got = append(got, a.Account+r.Name)
		}
	}
	if want := []string{"2a", "2c", "1b"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	if data.Mixed || data.Filter {
		t.Errorf("mixed %v and filter %v for three roles of one provider", data.Mixed, data.Filter)
	}
}
