package sso

import (
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
)

// Launch is a launch that was granted and not yet issued. [Service.Open] alone
// makes one; nothing that was decided can be changed, and it is good for one
// response, or one way to a bookmark, however often it is copied. The zero value
// and nil are good for none.
type Launch struct{ granted *granted }

// granted is what was decided, and whether it has been used.
type granted struct {
	connector *idp.Connector
	user      *idp.User
	session   *idp.Session
	roles     []idp.OpenRole // those that may be issued: the chosen one, or all that are granted
	key       *idp.Key
	client    Client
	decided   time.Time // by the clock
	until     time.Time // the end of the launch's time
	used      atomic.Bool
}

// ErrUsed says that a launch was issued before, or never granted.
var ErrUsed = errors.New("the launch is used up: open it again")

// take uses the launch up: of several at once, one has it.
func (l *Launch) take() (*granted, error) {
	if l == nil || l.granted == nil || l.granted.used.Swap(true) {
		return nil, ErrUsed
	}
	return l.granted, nil
}

// Connector is a copy of the connector that is opened.
func (l *Launch) Connector() *idp.Connector { return l.granted.connector.Clone() }

// User is a copy of the person who opens it.
func (l *Launch) User() *idp.User { return l.granted.user.Clone() }

// Roles are copies of the roles that may be issued: the chosen one, or all that
// are granted.
func (l *Launch) Roles() []idp.OpenRole {
	roles := slices.Clone(l.granted.roles)
	for i := range roles {
		roles[i].Groups = slices.Clone(roles[i].Groups)
	}
	return roles
}

// Ending is until when the launch holds if it is issued with these roles, as far as
// it was decided: see [Issued.Ending] for what is stated in the end.
func (l *Launch) Ending(roles ...idp.OpenRole) awsfed.Ending {
	g := l.granted
	return awsfed.Launch{Connector: g.connector, Session: g.session, Roles: roles, Now: g.decided}.Ending()
}

// NeedsChoice reports whether the person must choose one of several roles
// first. A connector with AWS's own chooser leaves that to AWS.
func (l *Launch) NeedsChoice() bool {
	return len(idp.Carried(l.granted.connector, l.granted.roles)) > 1
}

// choose narrows the launch to one of the roles that were granted.
func (g *granted) choose(arn string) idp.Reason {
	for _, role := range g.roles {
		if role.RoleARN == arn {
			g.roles = []idp.OpenRole{role}
			return idp.Granted
		}
	}
	return idp.NoRole
}
