package console

import (
	"net/http"
	"strings"

	"github.com/gatepost/gatepost/internal/resource"
)

// connectorAccessPage tells who can get in: every person, role and way.
type connectorAccessPage struct {
	about
	Search   search
	Heading  string
	Note     string
	HasRoles bool
	Rows     []accessRow
	More     string
	Nobody   string // why there is nobody
}

type accessRow struct {
	Email     string
	Name      string
	Suspended bool
	Refused   string // why AWS would refuse them
	Role      string
	Account   string
	Group     string
	Until     moment
	Session   moment // when a role session ends that they open now; empty where no end cuts it
	Warning   string // what goes with an end that is near
}

func (p connectorAccessPage) heading() heading {
	return p.about.heading("connector_access", "Access")
}

// maxWays is how many ways in a page lists.
const maxWays = 500

func access(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	ways, err := v.Access(v.ctx(), c.Slug)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, accessPageOf(v.about(c, tabAccess), c, ways, v.fields["q"]))
}

func accessPageOf(a about, c resource.Connector, ways []resource.Access, query string) connectorAccessPage {
	p := connectorAccessPage{
		about: a, HasRoles: !a.Bookmark, Heading: resource.CountAccess(ways).String(),
		Search: search{Action: a.Base + tabAccess, Query: query, Label: "Search people", Placeholder: "Email, role or group"},
	}
	if !c.Active {
		p.Heading = ""
		p.Note = "The connector is inactive, so nobody gets in."
		if len(ways) > 0 {
			p.Note += " This is who could, if it were active."
		}
	}
	p.Nobody = "None of its groups has members."
	if len(c.Groups) == 0 {
		p.Nobody = "The connector is open to no group."
	}
	for _, w := range ways {
		if matches(strings.Join([]string{w.Email, w.Name, roleName(w.RoleARN), accountOf(w.RoleARN), w.Group}, "\n"), query) {
			p.Rows = append(p.Rows, accessRow{
				Email: w.Email, Name: w.Name, Suspended: !w.Active, Refused: w.Reason, Role: roleName(w.RoleARN), Account: accountOf(w.RoleARN), Group: w.Group, Until: momentOf(w.ExpiresAt),
				Session: momentOf(w.SessionEnds), Warning: w.Warning,
			})
		}
	}
	if n := len(p.Rows) - maxWays; n > 0 {
		p.Rows, p.More = p.Rows[:maxWays], count(n, false, "more way in is not shown. Search to find it.", "more ways in are not shown. Search to find them.")
	}
	return p
}

// matches reports whether every word of the query is somewhere in text.
func matches(text, query string) bool {
	text = strings.ToLower(text)
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
