package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

func testEvents(t *testing.T, open Open) {
	t.Run("an event comes back with every field", func(t *testing.T) {
		r := newRepo(t, open)
		ev := idp.Event{
			ID: "e1", At: r.clock.now().Add(-time.Nanosecond), Actor: "a@example.com", ActorID: "u1", Action: idp.ActionLaunch, Target: "t", Connector: "aws-a",
			RoleARN: roleARN + "A", Outcome: idp.OutcomeRefused, Reason: "because", AssertionID: "_x", SourceIP: "192.0.2.1", UserAgent: "Agent \u00e9",
			RequestID: "r1", Before: map[string]any{"label": "old"}, After: map[string]any{"label": "new", "roles": []any{"a", "b"}},
		}
		mustBeFull(t, ev)
		r.must(r.PutEvent(t.Context(), ev))
		got, _, err := r.Events(t.Context(), store.EventFilter{})
		r.must(err)
		mustEqual(t, "the event", fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", []idp.Event{ev}))
		mustBe(t, r.PutEvent(t.Context(), ev), store.ErrExists)
	})
	t.Run("an event without ID and time is given them", func(t *testing.T) {
		r := newRepo(t, open)
		r.must(r.PutEvent(t.Context(), idp.Event{Action: idp.ActionLaunch}))
		r.must(r.PutEvent(t.Context(), idp.Event{Action: idp.ActionLaunch}))
		got, _, err := r.Events(t.Context(), store.EventFilter{})
		r.must(err)
		if len(got) != 2 || got[0].ID == got[1].ID || !got[0].At.Equal(r.clock.now()) {
			t.Fatalf("the events are %+v", got)
		}
	})
	t.Run("a change whose event is there already does not happen", func(t *testing.T) {
		r := newRepo(t, open)
		ev := idp.Event{ID: "e1", At: r.clock.now(), Action: idp.ActionGroupCreate}
		r.must(r.PutEvent(t.Context(), ev))
		r.connector("aws-a")
		mustBe(t, r.CreateGroup(t.Context(), &idp.Group{Name: "g"}, ev), store.ErrExists)
		mustBe(t, r.CreateUser(t.Context(), &idp.User{Email: "a@example.com"}, ev), store.ErrExists)
		mustEqual(t, "the number of groups", len(r.groupNames(store.List{})), 0)
	})
	t.Run("what is too long is cut and the event is stored", func(t *testing.T) {
		r := newRepo(t, open)
		long := strings.Repeat("\u00fc<", 1<<18)
		r.must(r.PutEvent(t.Context(), idp.Event{
			Action: idp.ActionLaunch, Actor: long, ActorID: long, Target: long, Connector: long, Reason: long, UserAgent: "\xff" + long, RequestID: long,
			Before: map[string]any{"label": "short", "description": long}, After: manyFields(5000),
		}))
		got, _, err := r.Events(t.Context(), store.EventFilter{})
		r.must(err)
		mustEqual(t, "the fields", fmt.Sprint(got[0].Before["label"], " ", got[0].After), "short map[cut:5000 fields]")
		mustEqual(t, "the start of the cut field", strings.HasPrefix(got[0].Before["description"].(string), "(cut: "), true)
		mustEqual(t, "the end of the cut text", strings.HasSuffix(got[0].UserAgent, "…"), true)
		if n := len(got[0].UserAgent); n > 512 || n < 500 {
			t.Fatalf("the user agent has %d bytes", n)
		}
	})
	testEventLists(t, open)
}

func manyFields(n int) map[string]any {
	fields := make(map[string]any, n)
	for i := range n {
		fields[fmt.Sprintf("field %05d", i)] = i
	}
	return fields
}

// seedEvents stores events of several people and connectors over six weeks, and
// returns them newest first. The last is of the first owner: a list ends there.
func (r repo) seedEvents(n int) []idp.Event {
	r.Helper()
	const weeks = 6 * 7 * 24 * time.Hour
	first := did(idp.ActionUserCreate)
	first.ID, first.At = "first", r.clock.now().Add(-weeks)
	r.clock.add(-weeks)
	r.must(r.CreateUser(r.Context(), &idp.User{Email: "owner@example.com", Active: true, AdminRole: idp.AdminOwner}, first))
	r.clock.add(weeks)
	var events []idp.Event
	at := r.clock.now()
	for i := range n {
		ev := idp.Event{ID: fmt.Sprintf("e%03d", n-i), At: at, Action: idp.ActionLaunch, ActorID: fmt.Sprint("u", i%3), Connector: fmt.Sprint("aws-", i%2)}
		if i%10 == 0 {
			ev.Connector = ""
		}
		r.must(r.PutEvent(r.Context(), ev))
		events = append(events, ev)
		if i%4 != 0 { // every fourth shares its time with the next, which has a lower ID
			at = at.Add(-11*time.Hour - 7*time.Nanosecond)
		}
	}
	return append(events, first)
}

func testEventLists(t *testing.T, open Open) {
	r := newRepo(t, open)
	events := r.seedEvents(120)
	start := events[0].At
	for name, f := range map[string]store.EventFilter{
		"all":                        {},
		"one person":                 {User: "u1"},
		"one connector":              {Connector: "aws-1"},
		"a person and a connector":   {User: "u1", Connector: "aws-1"},
		"since a time":               {Since: start.Add(-10 * 24 * time.Hour)},
		"until a time":               {Until: events[40].At},
		"between times":              {Since: events[60].At, Until: events[20].At},
		"a person between times":     {User: "u2", Since: events[80].At, Until: events[5].At},
		"a connector between times":  {Connector: "aws-0", Since: events[80].At, Until: events[5].At},
		"nobody":                     {User: "u9"},
		"a person that cannot be":    {User: "\xff"},
		"a connector that cannot be": {Connector: "a#b"},
		"nothing yet":                {Since: start.Add(time.Minute)},
		"a range the wrong way":      {Since: start, Until: start.Add(-time.Hour)},
	} {
		var want []string
		for _, ev := range events {
			if (f.User == "" || f.User == ev.ActorID) && (f.Connector == "" || f.Connector == ev.Connector) && !ev.At.Before(f.Since) && (f.Until.IsZero() || ev.At.Before(f.Until)) {
				want = append(want, ev.ID)
			}
		}
		for _, limit := range []int{1, 7, 100} {
			t.Run(fmt.Sprintf("events of %s come newest first, %d a page", name, limit), func(t *testing.T) {
				f.Limit = limit
				mustList(t, "the events", r.eventIDs(t, f), want)
			})
		}
	}
	t.Run("a cursor of another list is refused", func(t *testing.T) {
		_, cursor, err := r.Events(t.Context(), store.EventFilter{Limit: 5})
		r.must(err)
		for _, f := range []store.EventFilter{{User: "u1", Cursor: cursor}, {Since: start, Cursor: cursor}, {Cursor: "A" + cursor}, {Cursor: cursor[1:]}} {
			_, _, err := r.Events(t.Context(), f)
			mustBe(t, err, store.ErrCursor)
		}
		_, _, err = r.Events(t.Context(), store.EventFilter{Limit: 101})
		mustBe(t, err, store.ErrTooLarge)
	})
	t.Run("the record ends where the installation began, and not a year before", func(t *testing.T) {
		r := newRepo(t, open)
		r.must(r.PutEvent(t.Context(), idp.Event{ID: "link", Action: idp.ActionSetupLink}))
		r.clock.add(time.Hour)
		r.owner("owner@example.com")
		for range 2 { // days
			r.clock.add(24 * time.Hour)
			r.must(r.PutEvent(t.Context(), idp.Event{Action: idp.ActionLaunch}))
		}
		r.owner("second@example.com") // the first one counts
		events, cursor, err := r.Events(t.Context(), store.EventFilter{})
		r.must(err)
		mustEqual(t, "the number of events", len(events), 5)
		mustEqual(t, "the cursor", cursor, "")
		_, cursor, err = r.Events(t.Context(), store.EventFilter{User: "nobody", Connector: ""})
		r.must(err)
		mustEqual(t, "the cursor of nobody's", cursor, "")
	})
	t.Run("events end with their retention", func(t *testing.T) {
		r := newRepo(t, open)
		r.must(r.PutEvent(t.Context(), idp.Event{ID: "old", Action: idp.ActionLaunch}))
		r.clock.add(store.EventRetention - 1)
		mustEqual(t, "the number of events", len(r.actionsSince(time.Time{})), 1)
		r.clock.add(1)
		mustEqual(t, "the number of events", len(r.actionsSince(time.Time{})), 0)
	})
}

// eventIDs are the IDs of all events of a filter, through all its pages.
func (r repo) eventIDs(t *testing.T, f store.EventFilter) []string {
	t.Helper()
	var ids []string
	for range 1000 {
		events, cursor, err := r.Events(t.Context(), f)
		r.must(err)
		if len(events) > f.Limit {
			t.Fatalf("a page has %d events, the limit is %d", len(events), f.Limit)
		}
		for _, ev := range events {
			ids = append(ids, ev.ID)
		}
		if cursor == "" {
			return slices.Clip(ids)
		}
		f.Cursor = cursor
	}
	t.Fatal("the pages do not end")
	return nil
}

func testFormats(t *testing.T, open Open) {
	for name, data := range map[string]string{
		"a later format":             `{"f":2,"d":{"lockdown":true}}`,
		"a later format with fields": `{"f":2,"d":{"lockdown":["a"]},"x":1}`,
		"no format":                  `{"d":{"lockdown":true}}`,
		"an unknown field":           `{"f":1,"d":{"lockdown":true,"only_on_mondays":true}}`,
		"an unknown outer field":     `{"f":1,"d":{"lockdown":true},"x":1}`,
		"a wrong type":               `{"f":1,"d":{"lockdown":"yes"}}`,
		"something after it":         `{"f":1,"d":{"lockdown":true}}{}`,
		"no JSON":                    `lockdown`,
	} {
		t.Run("a record with "+name+" is an error, not a guess", func(t *testing.T) {
			r := newRepo(t, open)
			r.must(r.UpdateInstance(t.Context(), &idp.Instance{Demo: true}, did(idp.ActionSetup)))
			k := store.Key{Table: store.Config, Partition: "INSTANCE", Sort: "-"}
			r.must(r.tables.Write(t.Context(), store.Put(store.Item{Key: k, Data: []byte(data)}, store.Present())))
			_, err := r.Instance(t.Context())
			mustBe(t, err, store.ErrFormat)
			_, err = r.Launch(t.Context(), ticket("u", "h"), "aws-a")
			mustBe(t, err, store.ErrFormat)
		})
	}
}
