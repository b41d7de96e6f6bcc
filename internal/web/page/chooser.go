package page

import (
	"strings"
	"time"
)

// Role is one role that a person may open.
type Role struct {
	ARN      string
	Name     string // last part of the ARN
	Account  string // 12 digits
	Provider string // name of the account's SAML provider; shown where the roles have different ones
	Ending   Ending // until when it is open
}

// Ending is until when a launch holds. The zero value has no end that people need to
// be told.
type Ending struct {
	Access  time.Time // when the access ends; zero for never
	Session time.Time // when the role session ends
	Early   string    // why it ends earlier than sessions do; empty for not
}

// Chooser asks which of several roles to open: a GET form back to Path, with one
// button for each role, named role.
type Chooser struct {
	User       User
	Connector  Connector
	Path       string // /sso/{connector}
	Roles      []Role // in the order to show them
	RelayState string // carried along; empty for none
}

// accountRoles are the roles of one account.
type accountRoles struct {
	Account string
	Roles   []foundRole
}

type foundRole struct {
	Role
	Find string
}

type chooserView struct {
	Chooser
	Accounts []accountRoles
	Filter   bool // long enough to be worth a search
	Mixed    bool // the roles trust different providers
}

func (p Chooser) view() (view, error) {
	const long = 8 // roles that fit on a screen without a search
	v := chooserView{Chooser: p, Filter: len(p.Roles) > long}
	place := make(map[string]int)
	for _, r := range p.Roles {
		i, ok := place[r.Account]
		if !ok {
			i = len(v.Accounts)
			place[r.Account] = i
			v.Accounts = append(v.Accounts, accountRoles{Account: r.Account})
		}
		v.Mixed = v.Mixed || r.Provider != p.Roles[0].Provider
		find := strings.ToLower(strings.Join([]string{r.Name, r.Account, account(r.Account), r.Provider}, " "))
		v.Accounts[i].Roles = append(v.Accounts[i].Roles, foundRole{Role: r, Find: find})
	}
	return view{name: "chooser", title: "Choose a role for " + p.Connector.Label, user: &p.User, policy: own(), script: true, data: v}, nil
}

// Confirm asks before a link from another site signs the person in: a GET form
// back to Path that carries Params.
type Confirm struct {
	User      User
	Connector Connector
	Role      Role   // empty when it is not chosen yet
	From      string // host of the site that the link is on; empty when not known
	LeadsTo   Destination
	Path      string // /sso/{connector}
	Params    []Param
}

// Destination is the page that AWS will open; the zero value is the console's home
// page.
type Destination struct {
	Place   string // host and path
	Rest    string // what follows them, from its ? or # on
	Refused bool   // the connector does not allow it, and Place is all that was asked for
}

// Param is one hidden field of a form.
type Param struct {
	Name  string
	Value string
}

func (p Confirm) view() (view, error) {
	return view{name: "confirm", title: "Continue to " + p.Connector.Label, user: &p.User, policy: own(), script: true, data: p}, nil
}
