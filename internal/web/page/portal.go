package page

import "strings"

// Portal is a person's own page: a tile for each connector they may open.
type Portal struct {
	User      User
	Tiles     []Tile   // all of the person's tiles; the page itself applies Query
	Query     string   // search, from ?q=
	WhomToAsk string   // who gives access, in words or as an email address; empty for nobody in particular
	Groups    []string // names of the groups the person is in
	Closed    bool     // lockdown: no application opens for anybody
}

// Tile is one connector in the portal.
type Tile struct {
	Connector
	Description string
	Href        string   // path that opens it, such as /sso/aws-a
	Accounts    []string // AWS account numbers that it leads to, 12 digits each
	Roles       int      // how many roles the person can choose from
	Bookmark    bool     // leads to an address instead of signing in to AWS
}

// portalView is a Portal with the search applied. Tiles that do not match stay
// in the page, hidden, so that the script can bring them back.
type portalView struct {
	Portal
	Cards []card
	Found int
}

type card struct {
	Tile
	Find   string // what the search looks through, in lower case
	Hidden bool
}

func (p Portal) view() (view, error) {
	v := portalView{Portal: p}
	for _, t := range p.Tiles {
		c := card{Tile: t, Find: t.find()}
		c.Hidden = !matches(c.Find, p.Query)
		if !c.Hidden {
			v.Found++
		}
		v.Cards = append(v.Cards, c)
	}
	return view{name: "portal", title: "Your applications", wide: true, user: &p.User, policy: own(), script: true, data: v}, nil
}

// AskByMail reports whether WhomToAsk is an email address.
func (p Portal) AskByMail() bool {
	return strings.Contains(p.WhomToAsk, "@") && !strings.ContainsAny(p.WhomToAsk, " <>,;")
}

// Account is the tile's account when there is just one; empty otherwise.
func (t Tile) Account() string {
	if len(t.Accounts) != 1 {
		return ""
	}
	return t.Accounts[0]
}

func (t Tile) find() string {
	words := []string{t.Label, t.Slug, t.Description}
	for _, number := range t.Accounts {
		words = append(words, number, account(number))
	}
	return strings.ToLower(strings.Join(words, " "))
}

// matches reports whether every word of the query is somewhere in text. The
// script does the same while the person types.
func matches(text, query string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
