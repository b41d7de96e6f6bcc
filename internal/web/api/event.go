package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

type eventQuery struct {
	Paging
	User      string    `query:"user" maxLength:"254" doc:"Email of the person who acted, or their ID, which events have as actor_id: so those of a deleted person are found."`
	Connector string    `query:"connector" maxLength:"63" doc:"Slug of the connector that was concerned."`
	Since     time.Time `query:"since" pattern:"^[1-9]" doc:"The first moment, from the year 1000 on."`
	Until     time.Time `query:"until" pattern:"^[1-9]" doc:"The moment after the last, from the year 1000 on."`
	Format    string    `query:"format" enum:"json,jsonl" default:"json" doc:"json for a page, jsonl to take many along, an event a line."`
}

// events adds the route of the audit record.
func (a *api) events() {
	media := jsonMedia[page[resource.Event]](a)
	media[linesKind] = &huma.Schema{Type: huma.TypeString, Description: "An Event a line."}
	route(a, spec{
		method: http.MethodGet, path: "/events", id: "list-events", tag: "events", summary: "Read the audit record, the latest first",
		about: "With format=jsonl one answer has as many events as it can carry, and limit is of no account. A header Link with rel=next " +
			"leads to the rest; an answer without one has all there was.",
		media: media, fails: []int{http.StatusUnprocessableEntity},
	}, a.listEvents)
}

const linesKind = "application/jsonl"

// eventAnswer is a page, or lines.
type eventAnswer struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Link        string `header:"Link" doc:"Where the rest is, with rel=next; with format=jsonl alone."`
	Body        any
}

func (a *api) listEvents(ctx context.Context, c *call, in *eventQuery) (*eventAnswer, error) {
	q := admin.EventQuery{User: in.User, Connector: in.Connector, Since: in.Since, Until: in.Until, Limit: in.Limit, Cursor: in.Cursor}
	if in.Format == "jsonl" {
		return a.lines(ctx, c, q)
	}
	list, next, err := c.Events(ctx, q)
	return &eventAnswer{Body: page[resource.Event]{list, next}}, err
}

// How much one answer of lines carries. Lambda's answers have 6 MB at most, of which
// a function has to be ready in time.
const (
	maxLines = 4 << 20
	maxTime  = 8 * time.Second
)

// lines are pages until the record or the answer is full.
func (a *api) lines(ctx context.Context, c *call, q admin.EventQuery) (*eventAnswer, error) {
	q.Limit = 100
	answer := &eventAnswer{ContentType: linesKind}
	var text bytes.Buffer
	end := a.Service.Now().Add(maxTime)
	for {
		list, next, err := c.Events(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			err := marshal(&text, one)
			if err != nil {
				return nil, err
			}
		}
		q.Cursor = next
		if next == "" || text.Len() > maxLines || a.Service.Now().After(end) {
			break
		}
	}
	answer.Body = text.Bytes()
	if q.Cursor != "" {
		answer.Link = rest(c.request.URL, q.Cursor)
	}
	return answer, nil
}

// rest is the link to what comes after a cursor: RFC 8288.
func rest(asked *url.URL, cursor string) string {
	query := asked.Query()
	query.Set("cursor", cursor)
	return fmt.Sprintf(`<%s/events?%s>; rel="next"`, Root, query.Encode())
}
