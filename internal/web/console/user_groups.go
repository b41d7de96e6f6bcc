package console

import (
	"errors"
	"slices"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// userGroupsPage lists a person's groups, and puts them into another.
type userGroupsPage struct {
	person
	Form     form
	Rows     []membershipRow
	Names    []string // of groups, to choose from
	Join     right
	Leave    right // those of the groups that are closed to the administrator
	HaveNone bool  // there are no groups at all
}

type membershipRow struct {
	Group  string
	Href   string
	Until  moment
	Closed bool
}

func (p userGroupsPage) heading() heading {
	return p.person.heading("user_groups", p.Form.title("Groups"))
}

// GroupField is the field that names a group.
func (p userGroupsPage) GroupField() field {
	f := p.Form.Field("group", "Group", "").Needed()
	f.List = "proposals"
	return f
}

// Lasting is the choice of how long a membership lasts.
func (p userGroupsPage) Lasting() field { return lastingField(p.Form) }

func userGroups(v *visit) error {
	u, err := v.User(v.ctx(), v.email())
	if err != nil {
		return err
	}
	return v.showUserGroups(u, newForm("", map[string]string{"group": "", "for": "", "until": ""}, ""))
}

// maxProposals is how many names a field proposes.
const maxProposals = 500

func (v *visit) showUserGroups(u resource.User, f form) error {
	target := admin.Target{Administrator: u.AdminRole != ""}
	join := v.right("join", admin.OpMember, target)
	if !join.MayChange() {
		return v.show(f.status(), userGroupsPageOf(personOf(u, "/groups", v.Who()), u, f, join, nil))
	}
	names, err := v.groupProposals()
	if err != nil {
		return err
	}
	p := userGroupsPageOf(personOf(u, "/groups", v.Who()), u, f, join, names)
	target.Opens = true
	leave := v.right("leave", admin.OpMember, target)
	if !leave.MayChange() {
		open, _, err := v.openedBy(groupNames(u)...)
		if err != nil {
			return err
		}
		p.close(leave, open)
	}
	return v.show(f.status(), p)
}

// close closes those of the person's groups that open connectors.
func (p *userGroupsPage) close(leave right, open []resource.Connector) {
	for i, row := range p.Rows {
		if slices.ContainsFunc(open, func(c resource.Connector) bool { return slices.Contains(c.Groups, row.Group) }) {
			p.Rows[i].Closed, p.Leave = true, leave
		}
	}
}

func userGroupsPageOf(about person, u resource.User, f form, join right, names []string) userGroupsPage {
	p := userGroupsPage{person: about, Form: f, Join: join, HaveNone: len(names) == 0}
	for _, m := range u.Groups {
		p.Rows = append(p.Rows, membershipRow{Group: m.Name, Href: groupPath(m.Name), Until: momentOf(m.ExpiresAt)})
	}
	for _, name := range names {
		if !slices.Contains(groupNames(u), name) {
			p.Names = append(p.Names, name)
		}
	}
	return p
}

// groupProposals are names of groups, as many as a field proposes.
func (v *visit) groupProposals() ([]string, error) {
	var names []string
	list := admin.List{Limit: 100}
	for len(names) < maxProposals {
		page, next, err := v.Groups(v.ctx(), list)
		if err != nil {
			return nil, err
		}
		for _, g := range page {
			names = append(names, g.Name)
		}
		if next == "" {
			break
		}
		list.Cursor = next
	}
	return names, nil
}

// saveUserGroups puts a person into a group, or takes them out of one.
func saveUserGroups(v *visit) error {
	u, err := v.User(v.ctx(), v.email())
	if err != nil {
		return err
	}
	path := userPath(u.Email) + "/groups"
	p := confirmPage{Section: usersPath, Trail: []link{{"Users", usersPath}, {called(u), userPath(u.Email)}}, Action: path, Back: path}
	out := v.fields["remove"]
	if out != "" {
		p.Title, p.Button = "Take "+called(u)+" out of "+out+"?", "Take out"
		asked, err := v.leave(out, u, p)
		if err != nil || asked {
			return err
		}
		return v.done(path, "member-removed")
	}
	f := posted(v.fields, append([]string{"group"}, joiningControls...), path)
	group := f.Values["group"]
	until, problems := endOfMembership(f, v.h.Now())
	_, err = v.Group(v.ctx(), group)
	if errors.Is(err, store.ErrNotFound) {
		problems = append(idp.Problems{{Field: "group", Value: group, Reason: "there is no such group", Remedy: "choose one of the list, or create it under “Groups” first"}}, problems...)
		err = nil
	}
	if err != nil {
		return err
	}
	if f.refused(problems.Err(), nothingStored) {
		return v.showUserGroups(u, f)
	}
	p.Title, p.Button = "Put "+called(u)+" into "+group+"?", "Put in"
	asked, err := v.join(group, []resource.User{u}, until, p)
	if f.refused(err, nothingStored) || f.deniedAt("group", group, err) {
		return v.showUserGroups(u, f)
	}
	if err != nil || asked {
		return err
	}
	return v.done(path, "member-added")
}
