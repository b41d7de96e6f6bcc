package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/web/page"
)

const connectorsPath = Root + "/connectors"

// connectorsPage is the list of connectors.
type connectorsPage struct {
	Search    search
	Rows      []connectorRow
	Pager     pager
	Further   bool // the listing goes on, though this page may be empty
	MayChange bool
	Problem   string
}

type connectorRow struct {
	Icon     page.Connector
	States   []chip
	Accounts []string
	Bookmark string // host that a bookmark leads to
	Roles    string
	Groups   []string
	Pickable bool // can be deleted: it is inactive
	Picked   bool
}

func (p connectorsPage) heading() heading {
	title := "Connectors"
	if p.Problem != "" {
		title = "Error: " + title
	}
	return heading{Template: "connectors", Title: title, Section: connectorsPath}
}

func connectors(v *visit) error { return v.showConnectors(http.StatusOK, nil, "") }

func (v *visit) showConnectors(status int, picked []string, problem string) error {
	query := v.fields
	if v.r.Method == http.MethodPost {
		query = nil // its fields are those of the form
	}
	list := admin.List{Search: query["q"], Limit: 50, Cursor: query["cursor"]}
	found, next, err := v.Connectors(v.ctx(), list)
	if err != nil {
		return err
	}
	p := connectorsPage{
		Search:    search{Action: connectorsPath, Query: query["q"], Label: "Search connectors", Placeholder: "Label or name"},
		Pager:     pages(connectorsPath, query, next),
		Further:   next != "",
		MayChange: v.May(admin.OpConnector),
		Problem:   problem,
	}
	now := v.h.Now()
	for _, c := range found {
		row := connectorRow{
			Icon: iconOfConnector(c), States: states(c, now), Accounts: accountsOf(c), Roles: rolesInShort(c), Groups: c.Groups,
			Pickable: !c.Active, Picked: slices.Contains(picked, c.Slug),
		}
		if isBookmark(c) {
			row.Bookmark = hostOf(c.URL)
		}
		p.Rows = append(p.Rows, row)
	}
	return v.show(status, p)
}

// rolesInShort are the roles of a connector in a few words: one by its name, more
// by their number.
func rolesInShort(c resource.Connector) string {
	switch len(c.Roles) {
	case 0:
		return ""
	case 1:
		return roleName(c.Roles[0].RoleARN)
	}
	return count(len(c.Roles), false, "role", "roles")
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// iconOfConnector is a connector as headings show it. Its image comes from the
// console itself, under an address that changes with the image.
func iconOfConnector(c resource.Connector) page.Connector {
	icon := page.Connector{Slug: c.Slug, Label: c.Label}
	if c.ImageURL != "" {
		icon.Image = address(connectorsPath+"/"+c.Slug+"/image", url.Values{"v": {c.ImageURL[strings.LastIndex(c.ImageURL, "/")+1:]}})
	}
	return icon
}
