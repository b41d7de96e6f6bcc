package console

import (
	"slices"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// connectorGroupsPage ticks the groups that a connector is open to.
type connectorGroupsPage struct {
	about
	Form   form
	Groups field
}

func (p connectorGroupsPage) heading() heading {
	return p.about.heading("connector_groups", p.Form.title("Groups"))
}

// maxChoices is how many groups a page offers to tick.
const maxChoices = 1000

// groupChoices are the groups to tick: those that are ticked already, then the
// others, by name.
func (v *visit) groupChoices(ticked []string) ([]choice, string, error) {
	var all []choice
	list := admin.List{Limit: 100}
	more := ""
	for {
		page, next, err := v.Groups(v.ctx(), list)
		if err != nil {
			return nil, "", err
		}
		for _, g := range page {
			all = append(all, choice{g.Name, g.Description})
		}
		if next == "" {
			break
		}
		if len(all) >= maxChoices {
			more = "There are more groups than can be shown here. Open the others from the group’s own page."
			break
		}
		list.Cursor = next
	}
	var first, rest []choice
	for _, name := range ticked {
		i := slices.IndexFunc(all, func(c choice) bool { return c.Name == name })
		if i < 0 {
			first = append(first, choice{Name: name})
			continue
		}
		first = append(first, all[i])
	}
	for _, c := range all {
		if !slices.Contains(ticked, c.Name) {
			rest = append(rest, c)
		}
	}
	return slices.Concat(first, rest), more, nil
}

func groupValues(c resource.Connector) map[string]string {
	values := map[string]string{}
	for _, name := range c.Groups {
		values["groups["+name+"]"] = "on"
	}
	return values
}

func connectorGroups(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	return v.showGroups(c, newForm(c.ETag, groupValues(c), connectorsPath+"/"+c.Slug+tabGroups))
}

func (v *visit) showGroups(c resource.Connector, f form) error {
	choices, more, err := v.groupChoices(c.Groups)
	if err != nil {
		return err
	}
	return v.show(f.status(), groupsPageOf(v.about(c, tabGroups), c, f, choices, more))
}

func groupsPageOf(a about, c resource.Connector, f form, choices []choice, more string) connectorGroupsPage {
	p := connectorGroupsPage{about: a, Form: f}
	hint := ""
	if !isBookmark(c) && len(c.Roles) > 1 {
		hint = "Each group gets all roles, but for those that are kept to some groups under “Roles and attributes”."
	}
	p.Groups = f.ticks("groups", "Open to the members of", hint, choices, more)
	return p
}

// saveGroups replaces the groups that a connector is open to.
func saveGroups(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	path := connectorsPath + "/" + c.Slug + tabGroups
	f := posted(v.fields, named(v.fields, "groups"), path)
	after := c
	after.Groups = f.ticked("groups")
	problems := keptRoles(after)
	if f.refused(problems.Err(), ofConnector(groupValues)) {
		return v.showGroups(c, f)
	}
	if f.Match == c.ETag {
		asked, err := v.confirmed(c, after, confirmPage{
			Section: connectorsPath, Trail: []link{{"Connectors", connectorsPath}, {c.Label, connectorsPath + "/" + c.Slug}},
			Title: "Change who can open " + c.Label + "?", Action: path, Button: "Save", Back: path, Changes: setLines("Groups", c.Groups, after.Groups),
		}, false)
		if err != nil || asked {
			return err
		}
	}
	_, err = v.UpdateConnector(v.ctx(), c.Slug, f.Match, func(now *resource.Connector) error {
		now.Groups = after.Groups
		return nil
	})
	if f.refused(err, ofConnector(groupValues)) {
		return v.showGroups(c, f)
	}
	if err != nil {
		return err
	}
	return v.done(path, "saved")
}

// keptRoles tells which roles are kept to groups that the connector would not be
// open to any more. Taking the group out of the role by itself might open the role
// to everybody.
func keptRoles(c resource.Connector) idp.Problems {
	var problems idp.Problems
	for _, role := range c.Roles {
		for _, group := range role.Groups {
			if !slices.Contains(c.Groups, group) {
				problems = append(problems, idp.Problem{
					Field: "groups", Value: group, Reason: "the role " + roleName(role.RoleARN) + " is kept to it",
					Remedy: "take it out of the role first, under “Roles and attributes”",
				})
			}
		}
	}
	return problems
}

// named are the controls name[…] of a posted form.
func named(fields map[string]string, name string) []string {
	return slices.DeleteFunc(keysOf(fields), func(control string) bool { return len(control) <= len(name) || control[:len(name)+1] != name+"[" })
}
