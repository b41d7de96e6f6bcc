package admin

import (
	"context"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// EventQuery chooses events. Zero fields choose all.
type EventQuery struct {
	User      string    // email of the person who acted, or their ID: that of a deleted one is in their events
	Connector string    // slug
	Since     time.Time // the first moment
	Until     time.Time // the moment after the last
	Limit     int       // 1 to 100; zero for 50
	Cursor    string
}

// Events is a page of the audit record, newest first. A page may be short or empty
// and still have a cursor: only an empty cursor means the end.
func (a *Administrator) Events(ctx context.Context, q EventQuery) ([]resource.Event, string, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, "", err
	}
	filter := store.EventFilter{Connector: q.Connector, Since: q.Since, Until: q.Until, Limit: q.Limit, Cursor: q.Cursor}
	if isUserID(q.User) {
		filter.User = q.User
	} else if q.User != "" {
		u, err := a.service.User(ctx, q.User)
		if isNotFound(err) {
			return nil, "", idp.Problems{{Field: "user", Value: q.User, Reason: "there is no such person", Remedy: "give the email of a person, or of a deleted one the actor_id of an event"}}
		}
		if err != nil {
			return nil, "", err
		}
		filter.User = u.ID
	}
	if !q.Since.IsZero() && !q.Until.IsZero() && q.Until.Before(q.Since) {
		return nil, "", idp.Problems{{Field: "until", Value: q.Until.Format(time.RFC3339), Reason: "is before since", Remedy: "give a later time"}}
	}
	events, next, err := a.service.Store.Events(ctx, filter)
	if err != nil {
		return nil, "", store.About("list events", "", err)
	}
	list := make([]resource.Event, 0, len(events))
	for _, e := range events {
		list = append(list, resource.FromEvent(e))
	}
	return list, next, nil
}

// isUserID tells the ID of a person from an email.
func isUserID(text string) bool { return strings.HasPrefix(text, "u_") && !strings.Contains(text, "@") }
