package console

import (
	"net/http"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

const usersPath = Root + "/users"

// usersPage is the list of people.
type usersPage struct {
	Search    search
	Rows      []userRow
	Pager     pager
	Further   bool // the listing goes on, though this page may be empty
	MayChange bool
}

type userRow struct {
	Email  string
	Name   string
	Href   string
	States []chip

	Groups     []string
	MoreGroups string
}

func (usersPage) heading() heading {
	return heading{Template: "users", Title: "Users", Section: usersPath}
}

func users(v *visit) error {
	found, next, err := v.Users(v.ctx(), admin.List{Search: v.fields["q"], Limit: 50, Cursor: v.fields["cursor"]})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, usersPageOf(found, v.fields, next, v.May(admin.OpUser)))
}

func usersPageOf(found []resource.User, fields map[string]string, next string, mayChange bool) usersPage {
	p := usersPage{
		Search:    search{Action: usersPath, Query: fields["q"], Label: "Search users", Placeholder: "Name or email"},
		Pager:     pages(usersPath, fields, next),
		Further:   next != "",
		MayChange: mayChange,
	}
	for _, u := range found {
		row := userRow{Email: u.Email, Name: u.Name, Href: userPath(u.Email), States: userStates(u)}
		row.Groups, row.MoreGroups = some(groupNames(u))
		p.Rows = append(p.Rows, row)
	}
	return p
}

// userStates are the chips of a person.
func userStates(u resource.User) []chip {
	list := []chip{{"Active", good}}
	if !u.Active {
		list[0] = chip{"Suspended", bad}
	}
	if u.AdminRole != "" {
		list = append(list, chip{sentenceCase(roleWord(u.AdminRole)), plain})
	}
	return list
}

// some are as many names as a row shows, and how many more there are.
func some(names []string) ([]string, string) {
	if len(names) <= maxTags {
		return names, ""
	}
	return names[:maxTags], andMore(len(names) - maxTags)
}

func groupNames(u resource.User) []string {
	names := make([]string, 0, len(u.Groups))
	for _, m := range u.Groups {
		names = append(names, m.Name)
	}
	return names
}
