package console

import (
	"net/http"

	"github.com/gatepost/gatepost/internal/admin"
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
	events, next, err := v.Events(v.ctx(), admin.EventQuery{Connector: c.Slug, Limit: 50, Cursor: v.fields["cursor"]})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, connectorActivityPage{about: a, Events: eventLines(events), Pager: pages(a.Base+tabActivity, v.fields, next)})
}
