package console

import (
	"net/http"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// connectorActivityPage is what happened to and through a connector.
type connectorActivityPage struct {
	about
	Events []eventLine
	Pager  pager
}

func (p connectorActivityPage) heading() heading {
	return p.about.heading("connector_activity", "Activity")
}

func activity(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	a := v.about(c, tabActivity)
	events, next, err := v.events(admin.EventQuery{Connector: c.Slug, Limit: 50, Cursor: v.fields["cursor"]})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, connectorActivityPage{about: a, Events: eventLines(events), Pager: pages(a.Base+tabActivity, v.fields, next)})
}

// maxStretches is how many stretches of time one page of events looks at.
const maxStretches = 13

// events is a page of the audit record that goes on through stretches of time in
// which nothing happened, so that a quiet month is no empty page. It stops when it
// has something, or after more than a year.
func (v *visit) events(q admin.EventQuery) ([]resource.Event, string, error) {
	for range maxStretches {
		events, next, err := v.Events(v.ctx(), q)
		if err != nil || len(events) > 0 || next == "" {
			return events, next, err
		}
		q.Cursor = next
	}
	return nil, q.Cursor, nil
}
