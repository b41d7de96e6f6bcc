package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// EventFilter chooses events. Zero fields choose all.
type EventFilter struct {
	User      string    // ID of the person who acted
	Connector string    // slug
	Since     time.Time // the first moment
	Until     time.Time // the moment after the last
	Limit     int       // 1 to [MaxPage]; zero for 50
	Cursor    string
}

// maxSlots is how many days or months one call of Events looks at before it
// returns what it has, with a cursor.
const maxSlots = 32

// clockSkew is how far ahead another machine's clock may be whose events are
// still listed.
const clockSkew = 5 * time.Minute

// Events returns a page of the events that the filter chooses, newest first, and
// the cursor of the next page. A page may hold fewer than the limit, even none,
// and still have a cursor: only an empty cursor means the end.
func (s *Store) Events(ctx context.Context, f EventFilter) ([]idp.Event, string, error) {
	f.Limit = cmp.Or(f.Limit, defaultLimit)
	if f.Limit < 1 || f.Limit > MaxPage {
		return nil, "", fmt.Errorf("a page of %d events, at most %d: %w", f.Limit, MaxPage, ErrTooLarge)
	}
	if f.User != "" && !wellFormed(f.User) || f.Connector != "" && !wellFormed(f.Connector) {
		return nil, "", nil
	}
	position, err := openCursor(f.shape(), f.Cursor)
	if err != nil {
		return nil, "", err
	}
	w := s.walk(f, position)
	began, err := s.began(ctx)
	if err != nil {
		return nil, "", About("list events", "", err)
	}
	w.notBefore(began)
	for range maxSlots {
		err := w.step(ctx)
		if err != nil {
			return nil, "", err
		}
		if w.done {
			return w.events, "", nil
		}
		if len(w.events) == f.Limit {
			break
		}
	}
	return w.events, sealCursor(f.shape(), w.bound), nil
}

func (f EventFilter) shape() string {
	return strings.Join([]string{"events", f.User, f.Connector, sortTime(f.Since), sortTime(f.Until)}, "\x00")
}

// eventWalk goes back in time, a slot (a day, or a month of one person's events)
// at a step.
type eventWalk struct {
	store  *Store
	filter EventFilter
	low    string // sort key of the first moment
	bound  string // events before this sort key are still to be looked at
	events []idp.Event
	done   bool
}

func (s *Store) walk(f EventFilter, position string) *eventWalk {
	now := s.time()
	since := now.Add(-s.retention)
	if f.Since.After(since) {
		since = f.Since
	}
	until := now.Add(clockSkew)
	if !f.Until.IsZero() && f.Until.Before(until) {
		until = f.Until
	}
	w := &eventWalk{store: s, filter: f, low: sortTime(since), bound: sortTime(until)}
	if position != "" && position < w.bound {
		w.bound = position
	}
	return w
}

// firstSteps is how long before its first owner an installation has events: of the
// link for that owner, or of being filled.
const firstSteps = 24 * time.Hour

// notBefore ends the walk where the installation began, of which a zero time tells
// nothing: else a young one would have pages for a year in which there was none.
func (w *eventWalk) notBefore(began time.Time) {
	if low := sortTime(began.Add(-firstSteps)); !began.IsZero() && low > w.low {
		w.low = low
	}
}

// step reads what is missing to the limit from the newest slot below the bound.
func (w *eventWalk) step(ctx context.Context) error {
	if w.bound <= w.low {
		w.done = true
		return nil
	}
	start, err := w.slot()
	if err != nil {
		return err
	}
	want := w.filter.Limit - len(w.events)
	items, err := w.read(ctx, start, want)
	if err != nil {
		return err
	}
	for _, item := range items {
		w.bound = item.Key.Sort
		ev, err := eventFrom(&item)
		if err != nil {
			return err
		}
		if w.filter.Connector == "" || ev.Connector == w.filter.Connector {
			w.events = append(w.events, *ev)
		}
	}
	if len(items) < want {
		w.bound = sortTime(start)
		w.done = w.bound <= w.low
	}
	return nil
}

// slot is the beginning of the slot that holds the last moment below the bound.
func (w *eventWalk) slot() (time.Time, error) {
	text, _, isEvent := strings.Cut(w.bound, "/")
	t, err := time.Parse(sortLayout, text)
	if err != nil {
		return time.Time{}, About("position", w.bound, ErrCursor)
	}
	if !isEvent {
		t = t.Add(-1)
	}
	if w.filter.User != "" {
		return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC), nil
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), nil
}

// read returns the newest n items of a slot below the bound, from all its
// shards.
func (w *eventWalk) read(ctx context.Context, start time.Time, n int) ([]Item, error) {
	var all []Item
	for _, q := range w.queries(start) {
		q.From, q.To, q.Descending = w.low, w.bound, true
		items, err := w.store.collect(ctx, q, n+1) // the bound itself may be among them
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
	}
	all = slices.DeleteFunc(all, func(item Item) bool { return item.Key.Sort >= w.bound })
	slices.SortFunc(all, func(a, b Item) int { return strings.Compare(b.Key.Sort, a.Key.Sort) })
	return all[:min(n, len(all))], nil
}

func (w *eventWalk) queries(start time.Time) []Query {
	if w.filter.User != "" {
		return []Query{{Table: Activity, Index: ByUser, Partition: userEventPartition(start, w.filter.User)}}
	}
	queries := make([]Query, eventShards)
	for shard := range queries {
		queries[shard] = Query{Table: Activity, Partition: eventPartition(start, shard)}
		if w.filter.Connector != "" {
			queries[shard] = Query{Table: Activity, Index: ByConnector, Partition: connectorEventPartition(start, w.filter.Connector, shard)}
		}
	}
	return queries
}
