package console

import (
	"net/http"
	"slices"
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
	Account  string
	Bookmark bool
	Groups   []string
	Until    moment
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
	return v.show(http.StatusOK, userAccessPageOf(personOf(u, "/access", v.Who()), u, connectors, more, v.h.Now()))
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
			Label: c.Label, Href: connectorsPath + "/" + c.Slug, Bookmark: isBookmark(c), Role: roleName(w.RoleARN), Account: accountOf(w.RoleARN),
			Groups: w.Groups, Until: momentOf(resource.Stamp(w.Until)),
		}
		if !c.Active {
			row.States = []chip{mainState(c)}
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}
