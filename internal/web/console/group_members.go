package console

import (
	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// groupPage is the first page about a group: who is in it.
type groupPage struct {
	circle
	Form    form
	Search  search
	Rows    []memberRow
	Pager   pager
	Further bool // the listing goes on, though this page may be empty
	Opens   bool // it opens connectors
	About   string

	Administrators right // to take out those of the members
}

type memberRow struct {
	Email     string
	Name      string
	Href      string
	Suspended bool
	Until     moment
	Closed    bool
}

func (p groupPage) heading() heading {
	return p.circle.heading("group", p.Form.title("Members"))
}

// Lasting is the choice of how long a membership lasts.
func (p groupPage) Lasting() field { return lastingField(p.Form) }

func groupMembers(v *visit) error {
	g, err := v.Group(v.ctx(), v.group())
	if err != nil {
		return err
	}
	return v.showGroup(g, v.fields, newForm("", map[string]string{"email": "", "for": "", "until": ""}, ""))
}

func (v *visit) showGroup(g resource.Group, query map[string]string, f form) error {
	members, next, err := v.Members(v.ctx(), g.Name, admin.List{Search: query["q"], Limit: 50, Cursor: query["cursor"]})
	if err != nil {
		return err
	}
	slugs, err := v.GroupConnectors(v.ctx(), g.Name)
	if err != nil {
		return err
	}
	target := admin.Target{Opens: len(slugs) > 0}
	p := groupPageOf(circleOf(g, "", v.right("members", admin.OpMember, target)), g, members, query, next)
	p.Form, p.Opens = f, target.Opens
	target.Administrator = true
	p.close(v.right("administrators", admin.OpMember, target), members)
	return v.show(f.status(), p)
}

func groupPageOf(about circle, g resource.Group, members []resource.Member, query map[string]string, next string) groupPage {
	p := groupPage{
		circle: about, About: g.Description, Further: next != "", Pager: pages(about.Base, query, next),
		Search: search{Action: about.Base, Query: query["q"], Label: "Search members", Placeholder: "Name or email"},
	}
	for _, m := range members {
		p.Rows = append(p.Rows, memberRow{Email: m.Email, Name: m.Name, Href: userPath(m.Email), Suspended: !m.Active, Until: momentOf(m.ExpiresAt)})
	}
	return p
}

// close closes the members who are administrators, where they are closed to the
// administrator.
func (p *groupPage) close(may right, members []resource.Member) {
	for i, m := range members {
		if m.AdminRole != "" && p.MayChange() && !may.MayChange() {
			p.Rows[i].Closed, p.Administrators = true, may
		}
	}
}

// saveMembers puts people into a group, or takes one out.
func saveMembers(v *visit) error {
	g, err := v.Group(v.ctx(), v.group())
	if err != nil {
		return err
	}
	base := groupPath(g.Name)
	p := confirmPage{Section: groupsRoot, Trail: []link{{"Groups", groupsRoot}, {g.Name, base}}, Action: base, Back: base}
	out := v.fields["remove"]
	if out != "" {
		u, err := v.User(v.ctx(), out)
		if err != nil {
			return err
		}
		p.Title, p.Button = "Take "+called(u)+" out of "+g.Name+"?", "Take out"
		asked, err := v.leave(g.Name, u, p)
		if err != nil || asked {
			return err
		}
		return v.done(base, "member-removed")
	}
	f := posted(v.fields, append([]string{"email"}, joiningControls...), base)
	until, problems := endOfMembership(f, v.h.Now())
	people, more, err := v.peopleNamed("email", f.Values["email"])
	if err != nil {
		return err
	}
	if f.refused(append(more, problems...).Err(), nothingStored) {
		return v.showGroup(g, nil, f)
	}
	p.Title, p.Button = "Put "+calledAll(people)+" into "+g.Name+"?", "Put in"
	asked, err := v.join(g.Name, people, until, p)
	if f.refused(err, nothingStored) || f.deniedAt("email", "", err) {
		return v.showGroup(g, nil, f)
	}
	if err != nil || asked {
		return err
	}
	return v.done(base, "member-added")
}

func calledAll(people []resource.User) string {
	if len(people) == 1 {
		return called(people[0])
	}
	return count(len(people), false, "person", "people")
}
