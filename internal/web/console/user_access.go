package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

// userAccessPage is what a person can open, and by which groups.
type userAccessPage struct {
	person
	Rows   []openRow
	Active bool
	Groups int
	More   bool // there may be connectors that were not looked at
}

// openRow is one way in of a person.
type openRow struct {
	Label    string
	Href     string
	States   []chip // none for a connector that is active
	Role     string
	arn      string
	Account  string
	Bookmark bool
	Groups   []string
	Until    moment
	Refused  string // why AWS would refuse the person
	Session  moment // when a role session ends that they open now; empty where no end cuts it
	Warning  string // what goes with an end that is near
}

func (p userAccessPage) heading() heading { return p.person.heading("user_access", "Access") }

func userAccess(v *visit) error {
	u, err := v.User(v.ctx(), v.email())
	if err != nil {
		return err
	}
	connectors, more, err := v.openedBy(groupNames(u)...)
	if err != nil {
		return err
	}
	var slugs []string
	for _, c := range connectors {
		slugs = append(slugs, c.Slug)
	}
	told, err := v.UserAccess(v.ctx(), u.Email, slugs...)
	if err != nil {
		return err
	}
	p := userAccessPageOf(personOf(u, "/access", v.Who()), u, connectors, more, v.h.Now())
	p.remark(told)
	return v.show(http.StatusOK, p)
}

// remark adds to the ways in what the connectors' own pages say of them.
func (p *userAccessPage) remark(told map[string][]resource.Access) {
	for i := range p.Rows {
		row := &p.Rows[i]
		for _, w := range told[strings.TrimPrefix(row.Href, connectorsPath+"/")] {
			if w.RoleARN == row.arn {
				row.Refused, row.Session, row.Warning = w.Reason, momentOf(w.SessionEnds), w.Warning
			}
		}
	}
}

// userAccessPageOf shows also what would open if the person or a connector were
// active, and says so.
func userAccessPageOf(about person, u resource.User, connectors []resource.Connector, more bool, now time.Time) userAccessPage {
	p := userAccessPage{person: about, Active: u.Active, Groups: len(u.Groups), More: more}
	state := plan.State{Connectors: slices.Clone(connectors)}
	bySlug := map[string]resource.Connector{}
	for i, c := range connectors {
		bySlug[c.Slug] = c
		state.Connectors[i].Active = true
	}
	u.Active = true
	state.Users = []resource.User{u}
	for _, w := range plan.Access(state, now) {
		c := bySlug[w.Connector]
		row := openRow{
			Label: c.Label, Href: connectorsPath + "/" + c.Slug, Bookmark: isBookmark(c), Role: roleName(w.RoleARN), arn: w.RoleARN, Account: accountOf(w.RoleARN),
			Groups: w.Groups, Until: momentOf(resource.Stamp(w.Until)),
		}
		if !c.Active {
			row.States = []chip{mainState(c)}
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}
