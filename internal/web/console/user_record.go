package console

import (
	"net/http"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// userSessionsPage lists where a person is signed in.
type userSessionsPage struct {
	person
	Rows    []sessionRow
	MayLock bool // by which all of them end
}

type sessionRow struct {
	Began   moment
	Seen    moment
	Ends    moment
	From    string
	Browser string
}

func (p userSessionsPage) heading() heading { return p.person.heading("user_sessions", "Sessions") }

func userSessions(v *visit) error {
	u, err := v.User(v.ctx(), v.email())
	if err != nil {
		return err
	}
	list, err := v.Sessions(v.ctx(), u.Email)
	if err != nil {
		return err
	}
	refused, err := v.Refusals(v.ctx(), u.Email, admin.OpUserLock)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, userSessionsPage{person: personOf(u, "/sessions", v.Who()), Rows: sessionRows(list), MayLock: refused[admin.OpUserLock] == nil})
}

func sessionRows(list []resource.Session) []sessionRow {
	var rows []sessionRow
	for _, s := range list {
		rows = append(rows, sessionRow{momentOf(s.StartedAt), momentOf(s.LastSeen), momentOf(s.ExpiresAt), s.SourceIP, s.UserAgent})
	}
	return rows
}

// userActivityPage is what a person did.
type userActivityPage struct {
	person
	Events []eventLine
	Pager  pager
}

func (p userActivityPage) heading() heading { return p.person.heading("user_activity", "Activity") }

func userActivity(v *visit) error {
	u, err := v.User(v.ctx(), v.email())
	if err != nil {
		return err
	}
	events, next, err := v.Events(v.ctx(), admin.EventQuery{User: u.Email, Limit: 50, Cursor: v.fields["cursor"]})
	if err != nil {
		return err
	}
	p := userActivityPage{person: personOf(u, "/activity", v.Who()), Events: eventLines(events)}
	p.Pager = pages(p.Base+"/activity", v.fields, next)
	return v.show(http.StatusOK, p)
}
