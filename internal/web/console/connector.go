package console

import (
	"net/http"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/web/page"
)

// connectorHead stands above every page about one connector.
type connectorHead struct {
	Trail  []link
	Icon   page.Connector
	States []chip
	Tabs   tabs
}

// about is what every page about one connector has.
type about struct {
	right
	Head     connectorHead
	Base     string // path of the connector
	Bookmark bool
	Active   bool
}

func (a about) heading(template, title string) heading {
	return heading{Template: template, Title: title + " · " + a.Head.Icon.Label, Section: connectorsPath}
}

// The pages about a connector, by the last part of their path.
const (
	tabOverview = ""
	tabSSO      = "/sso"
	tabRoles    = "/roles"
	tabGroups   = "/groups"
	tabAccess   = "/access"
	tabActivity = "/activity"
	tabTest     = "/test"
)

func (v *visit) about(c resource.Connector, here string) about {
	return aboutOf(c, here, v.h.Now(), v.right("connector", admin.OpConnector, admin.Target{}))
}

func aboutOf(c resource.Connector, here string, now time.Time, may right) about {
	a := about{
		Base: connectorsPath + "/" + c.Slug, Bookmark: isBookmark(c), Active: c.Active, right: may,
		Head: connectorHead{
			Trail:  []link{{"Connectors", connectorsPath}},
			Icon:   iconOfConnector(c),
			States: states(c, now),
			Tabs:   tabs{Of: "Pages about " + c.Label},
		},
	}
	for _, t := range []struct {
		text, path string
		aws        bool // a plain link has none
	}{
		{"Overview", tabOverview, false}, {"SSO", tabSSO, true}, {"Roles and attributes", tabRoles, true}, {"Groups", tabGroups, false},
		{"Access", tabAccess, false}, {"Activity", tabActivity, false}, {"Test", tabTest, false},
	} {
		if t.aws && a.Bookmark {
			continue
		}
		a.Head.Tabs.Tabs = append(a.Head.Tabs.Tabs, tab{Text: t.text, Href: a.Base + t.path, Here: t.path == here})
	}
	return a
}

// connectorPage is the first page about a connector.
type connectorPage struct {
	about
	Form     form
	Now      chip
	NowText  string
	Missing  []link // what keeps it from being activated, and where that is done
	Refusals []fault
	Lockdown bool

	Launch   copyable
	Metadata copyable
	EntityID copyable
	HasKey   bool

	Sides     []side
	MoreSides string

	HasImage     bool
	ImageProblem string
	TypedProblem string
}

func (p connectorPage) heading() heading {
	title := p.Form.title("Connector")
	if len(p.Refusals) > 0 || p.ImageProblem != "" || p.TypedProblem != "" {
		title = "Error: Connector"
	}
	return p.about.heading("connector", title)
}

func connector(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	p, err := v.connectorPage(c)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, p)
}

func (v *visit) connectorPage(c resource.Connector) (connectorPage, error) {
	instance, err := v.Instance(v.ctx())
	if err != nil {
		return connectorPage{}, err
	}
	return connectorPageOf(v.about(c, tabOverview), c, instance), nil
}

func connectorPageOf(a about, c resource.Connector, instance resource.Instance) connectorPage {
	p := connectorPage{
		about: a, Form: newForm(c.ETag, tileValues(c), a.Base), HasKey: hasKey(c), HasImage: c.ImageURL != "", Lockdown: instance.Lockdown,
		Launch: copyable{"launch", "launch address", instance.URL + "/sso/" + c.Slug},
	}
	if !a.Bookmark {
		p.Metadata = copyable{"metadata", "metadata address", instance.URL + "/metadata/" + c.Slug}
		p.EntityID = copyable{"entity-id", "entity ID", c.EntityID}
		p.Sides, p.MoreSides = sides(c)
	}
	p.Now, p.NowText = mainState(c), nowText(c, instance.Lockdown)
	if !c.Active {
		p.Missing = missing(c, a.Base)
	}
	return p
}

func nowText(c resource.Connector, lockdown bool) string {
	switch {
	case lockdown:
		return "Lockdown is in force: nothing opens for anybody."
	case c.Active && len(c.Groups) == 0:
		return "It is open, but to no group: nobody can get in."
	case c.Active:
		return "The members of " + count(len(c.Groups), false, "group", "groups") + " can open it."
	}
	return "It opens for nobody."
}

// missing is what a connector still needs, as far as that can be seen without
// asking for its activation.
func missing(c resource.Connector, base string) []link {
	var list []link
	if !isBookmark(c) {
		if !hasKey(c) {
			list = append(list, link{"It has no key that is ready", base + tabSSO + "#key"})
		}
		if len(c.Roles) == 0 {
			list = append(list, link{"It leads to no role", base + tabRoles})
		}
	}
	if len(c.Groups) == 0 {
		list = append(list, link{"It is open to no group", base + tabGroups})
	}
	return list
}
