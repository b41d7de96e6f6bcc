package console

import (
	"errors"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

const eventsPath = Root + "/events"

// eventsPage is the audit record.
type eventsPage struct {
	Form       form
	Spans      []tab // how far back
	Connectors []string
	Events     []eventLine
	Pager      pager
	Filtered   bool
	Export     string // address of the file
}

func (p eventsPage) heading() heading {
	return heading{Template: "events", Title: p.Form.title("Events"), Section: eventsPath}
}

// ConnectorField is the field that names a connector.
func (p eventsPage) ConnectorField() field {
	f := p.Form.Field("connector", "Connector", "")
	f.List = "proposals"
	return f
}

var eventControls = []string{"user", "connector", "since", "until"}

// spans are how far back a link looks.
var spans = []struct {
	text string
	back time.Duration
}{
	{"Last hour", time.Hour},
	{"Last 24 hours", 24 * time.Hour},
	{"Last 7 days", 7 * 24 * time.Hour},
	{"Last 30 days", 30 * 24 * time.Hour},
}

func events(v *visit) error {
	f := posted(v.fields, eventControls, eventsPath)
	t, err := v.count(censusAge)
	if err != nil {
		return err
	}
	q, problems := eventQuery(f, v.fields["cursor"])
	var list []resource.Event
	next := ""
	if len(problems) == 0 {
		list, next, err = v.Events(v.ctx(), q)
		if !errors.As(err, &problems) && err != nil {
			return err
		}
	}
	f.Problems = problems
	return v.show(f.status(), eventsPageOf(f, list, v.fields, next, t.Connectors, v.h.Now()))
}

func eventsPageOf(f form, list []resource.Event, fields map[string]string, next string, connectors []resource.Connector, now time.Time) eventsPage {
	query := filter(f)
	p := eventsPage{
		Form: f, Spans: spansOf(f, now), Events: eventLines(list), Pager: pages(eventsPath, fields, next),
		Filtered: len(query) > 0, Export: address(eventsPath+"/export", query),
	}
	for _, c := range connectors[:min(len(connectors), maxProposals)] {
		p.Connectors = append(p.Connectors, c.Slug)
	}
	return p
}

// eventQuery is what the form asks for. Times are UTC.
func eventQuery(f form, cursor string) (admin.EventQuery, idp.Problems) {
	q := admin.EventQuery{User: idp.NormalEmail(f.Values["user"]), Connector: strings.ToLower(f.Values["connector"]), Limit: 50, Cursor: cursor}
	var problems idp.Problems
	for _, end := range []struct {
		name string
		at   *time.Time
	}{{"since", &q.Since}, {"until", &q.Until}} {
		text := f.Values[end.name]
		if text == "" {
			continue
		}
		t, ok := readClock(text)
		if !ok || t.IsZero() { // which would choose all
			problems = append(problems, idp.Problem{Field: end.name, Value: text, Reason: "is not a time", Remedy: "write it as 2026-12-31T18:00, or leave it out"})
		}
		*end.at = t
	}
	return q, problems
}

// filter is the query that a form stands for.
func filter(f form) url.Values {
	query := url.Values{}
	for _, name := range eventControls {
		if f.Values[name] != "" {
			query.Set(name, f.Values[name])
		}
	}
	return query
}

// spansOf are links to how far back, with the rest of the filter as it is. Their
// beginning is a fixed moment, so that a listing stays the same from page to page.
func spansOf(f form, now time.Time) []tab {
	rest := filter(f)
	rest.Del("until")
	rest.Del("since")
	list := []tab{{Text: "Any time", Href: address(eventsPath, rest), Here: f.Values["since"] == "" && f.Values["until"] == ""}}
	for _, s := range spans {
		query := maps.Clone(rest)
		since := now.UTC().Add(-s.back).Format(clock)
		query.Set("since", since)
		list = append(list, tab{Text: s.text, Href: address(eventsPath, query), Here: f.Values["since"] == since && f.Values["until"] == ""})
	}
	return list
}
