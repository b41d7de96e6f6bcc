package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

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
	Icon         page.Connector
	States       []chip
	Account      string // the first
	MoreAccounts string
	Bookmark     string // host that a bookmark leads to
	Roles        string
	Groups       []string // the first ones
	MoreGroups   string
	Pickable     bool // can be deleted: it is inactive
	Picked       bool
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
	p := connectorsPageOf(found, next, query, v.h.Now(), v.May(admin.OpConnector))
	p.Problem = problem
	for i := range p.Rows {
		p.Rows[i].Picked = slices.Contains(picked, p.Rows[i].Icon.Slug)
	}
	return v.show(status, p)
}

func connectorsPageOf(found []resource.Connector, next string, query map[string]string, now time.Time, mayChange bool) connectorsPage {
	p := connectorsPage{
		Search:    search{Action: connectorsPath, Query: query["q"], Label: "Search connectors", Placeholder: "Label or name"},
		Pager:     pages(connectorsPath, query, next),
		Further:   next != "",
		MayChange: mayChange,
	}
	for _, c := range found {
		p.Rows = append(p.Rows, rowOf(c, now))
	}
	return p
}

// maxTags is how many groups a row names.
const maxTags = 2

func rowOf(c resource.Connector, now time.Time) connectorRow {
	row := connectorRow{Icon: iconOfConnector(c), States: states(c, now), Roles: rolesInShort(c), Groups: c.Groups, Pickable: !c.Active}
	if isBookmark(c) {
		row.Bookmark = hostOf(c.URL)
	}
	accounts := accountsOf(c)
	if len(accounts) > 0 {
		row.Account, row.MoreAccounts = accounts[0], andMore(len(accounts)-1)
	}
	if n := len(c.Groups) - maxTags; n > 0 {
		row.Groups, row.MoreGroups = c.Groups[:maxTags], andMore(n)
	}
	return row
}

func andMore(n int) string {
	if n <= 0 {
		return ""
	}
	return "and " + strconv.Itoa(n) + " more"
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
