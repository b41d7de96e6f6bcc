package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/resource"
)

func TestMomentsAreReadAsPeopleWriteThem(t *testing.T) {
	now := time.Date(2026, 7, 2, 12, 0, 0, 0, time.UTC)
	cases := []struct {
		text string
		want time.Time
		bad  bool
	}{
		{"", time.Time{}, false},
		{"90m", now.Add(-90 * time.Minute), false},
		{"0s", now, false},
		{"2026-07-01", time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), false},
		{"2026-07-01T08:00:00+02:00", time.Date(2026, 7, 1, 6, 0, 0, 0, time.UTC), false},
		{"-1h", time.Time{}, true},
		{"yesterday", time.Time{}, true},
		{"2026-13-01", time.Time{}, true},
		{"0001-01-01", time.Time{}, true},
	}
	for _, c := range cases {
		got, err := moment("--since", c.text, now)
		if c.bad != (err != nil) || !got.Equal(c.want) {
			t.Errorf("%q is %v, %v", c.text, got, err)
		}
	}
}

// ledger is an audit record in the shape of the API, newest first.
type ledger struct {
	events []resource.Event
	asked  []string
}

func (l *ledger) add(id string, at time.Time) {
	e := resource.Event{ID: id, At: at.UTC().Format(time.RFC3339), Actor: id}
	l.events = append([]resource.Event{e}, l.events...)
}

func (l *ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	since := r.URL.Query().Get("since")
	l.asked = append(l.asked, since)
	page := map[string]any{"next": ""}
	items := []resource.Event{}
	for _, e := range l.events {
		if e.At >= since {
			items = append(items, e)
		}
	}
	page["items"] = items
	_ = json.NewEncoder(w).Encode(page)
}

func (l *ledger) site() *site {
	return &site{Client: client.New(client.Options{Base: &url.URL{Scheme: "http", Host: "localhost"}, Transport: client.Direct(l)})}
}

func TestFollowingShowsEachEventOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := new(ledger)
		for range 12 {
			l.add("old", time.Now())
			l.events[0].ID += string(rune('a' + len(l.events)))
		}
		var out bytes.Buffer
		p := &program{out: &out, output: formatTable}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- p.follow(ctx, l.site(), client.EventQuery{}) }()
		synctest.Wait()
		if got := strings.Count(out.String(), "old"); got != tail {
			t.Errorf("begins with %d events", got)
		}
		out.Reset()

		time.Sleep(time.Minute)
		l.add("first", time.Now())
		l.add("second", time.Now())
		time.Sleep(pollTime)
		l.add("late", time.Now().Add(-15*time.Second)) // stored after a later one
		time.Sleep(5 * pollTime)
		l.add("third", time.Now())
		time.Sleep(pollTime)
		synctest.Wait()
		var actors []string
		for line := range strings.Lines(out.String()) {
			actors = append(actors, strings.Fields(line)[1])
		}
		if got := strings.Join(actors, " "); got != "first second late third" {
			t.Errorf("then shows %q", got)
		}
		stop()
		err := <-ended
		if err != nil {
			t.Errorf("an interrupt ends it with %v", err)
		}
		if last := l.asked[len(l.asked)-1]; last == "" {
			t.Error("the whole record is read again and again")
		}
	})
}

func TestAListThatGoesOnSaysSo(t *testing.T) {
	l := new(ledger)
	for range 3 {
		l.add("old", time.Now())
	}
	for limit, want := range map[int]string{2: "only the latest 2 are shown", 3: "", 0: ""} {
		var out, errs bytes.Buffer
		p := &program{out: &out, errs: &errs, output: formatTable}
		err := p.events(t.Context(), l.site(), client.EventQuery{}, limit)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(errs.String(), want) || want == "" && errs.Len() > 0 {
			t.Errorf("limit %d: says %q", limit, errs.String())
		}
	}
}

func TestJSONLinesStopAtTheirLimit(t *testing.T) {
	l := new(ledger)
	for range 3 {
		l.add("old", time.Now())
	}
	for limit, want := range map[int]int{2: 2, 0: 3} {
		var out bytes.Buffer
		p := &program{out: &out, output: formatLines}
		err := p.events(t.Context(), l.site(), client.EventQuery{}, limit)
		if err != nil || strings.Count(out.String(), "\n") != want {
			t.Errorf("limit %d: %q, %v", limit, out.String(), err)
		}
	}
}
