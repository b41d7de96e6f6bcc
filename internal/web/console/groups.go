package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// groupNewPath makes a group. No group's name begins with a hyphen.
const (
	groupsRoot   = Root + "/groups"
	groupNewPath = groupsRoot + "/-new"
)

func groupPath(name string) string { return groupsRoot + "/" + url.PathEscape(name) }

// groupsPage is the list of groups.
type groupsPage struct {
	Search    search
	Rows      []groupRow
	Pager     pager
	Further   bool // the listing goes on, though this page may be empty
	MayChange bool
}

type groupRow struct {
	Name        string
	Href        string
	Description string
	Opens       []string // labels of connectors
	MoreOpens   string
}

func (groupsPage) heading() heading {
	return heading{Template: "groups", Title: "Groups", Section: groupsRoot}
}

func groups(v *visit) error {
	found, next, err := v.Groups(v.ctx(), admin.List{Search: v.fields["q"], Limit: 50, Cursor: v.fields["cursor"]})
	if err != nil {
		return err
	}
	// What they open is as of the last count: here it lets nobody in.
	t, err := v.count(time.Minute)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, groupListOf(found, t.Connectors, v.fields, next, v.May(admin.OpGroup)))
}

func groupListOf(found []resource.Group, connectors []resource.Connector, fields map[string]string, next string, mayChange bool) groupsPage {
	p := groupsPage{
		Search:    search{Action: groupsRoot, Query: fields["q"], Label: "Search groups", Placeholder: "Name or description"},
		Pager:     pages(groupsRoot, fields, next),
		Further:   next != "",
		MayChange: mayChange,
	}
	for _, g := range found {
		row := groupRow{Name: g.Name, Href: groupPath(g.Name), Description: g.Description}
		for _, c := range connectors {
			if slices.Contains(c.Groups, g.Name) {
				row.Opens = append(row.Opens, c.Label)
			}
		}
		row.Opens, row.MoreOpens = some(row.Opens)
		p.Rows = append(p.Rows, row)
	}
	return p
}

// groupNewPage makes a group.
type groupNewPage struct {
	Trail []link
	Form  form
}

func (p groupNewPage) heading() heading {
	return heading{Template: "group_new", Title: p.Form.title("New group"), Section: groupsRoot}
}

func groupNew(v *visit) error {
	err := admin.Allowed(v.Who(), admin.OpGroup, admin.Target{})
	if err != nil {
		return err
	}
	return v.showGroupNew(newForm("", map[string]string{"name": "", "description": ""}, groupNewPath))
}

func (v *visit) showGroupNew(f form) error {
	return v.show(f.status(), groupNewPage{Trail: []link{{"Groups", groupsRoot}}, Form: f})
}

func createGroup(v *visit) error {
	f := posted(v.fields, []string{"name", "description"}, groupNewPath)
	made, err := v.CreateGroup(v.ctx(), resource.Group{Name: f.Values["name"], Description: f.Values["description"]})
	if f.refused(nameTaken(err, f.Values["name"]), nothingStored) {
		return v.showGroupNew(f)
	}
	if err != nil {
		return err
	}
	return v.done(groupPath(made.Name), "group-created")
}

// nameTaken turns the refusal of a name that another group has into a problem of
// its field.
func nameTaken(err error, name string) error {
	if errors.Is(err, store.ErrExists) {
		return idp.Problems{{Field: "name", Value: name, Reason: "is the name of another group", Remedy: "choose another"}}
	}
	return err
}
