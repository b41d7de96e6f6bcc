package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/resource"
)

const (
	// pollTime is how often a record that is followed is looked at.
	pollTime = 2 * time.Second
	// overlap is how far each look reaches back before the latest event: events of
	// several functions are stored a little out of order.
	overlap = 30 * time.Second
	// tail is how many past events come first.
	tail = 10
)

// follow shows the latest events, first to last, and then each as it happens,
// until ctx ends.
func (p *program) follow(ctx context.Context, s *site, query client.EventQuery) error {
	if s.local != nil && p.store == bolt {
		return &usageError{"while a data folder is followed, nothing else could work on it", "follow a running serve: gatepost --server http://localhost:8080 events --follow"}
	}
	limit := latest
	if !query.Since.IsZero() {
		limit = 0
	}
	seen := map[string]bool{}
	for first := true; ; first = false {
		list, _, err := atMost(s.Events(ctx, query), limit)
		if ctx.Err() != nil {
			return nil // interrupted: the usual end
		}
		if err != nil {
			return err
		}
		fresh := unseen(list, seen)
		if first && limit > 0 && len(fresh) > tail {
			fresh = fresh[len(fresh)-tail:]
		}
		err = p.append(fresh)
		if err != nil {
			return err
		}
		query.Since, seen = next(query.Since, list)
		limit = 0
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pollTime):
		}
	}
}

// unseen are the events of a list that the last look did not bring, first to last.
func unseen(list []resource.Event, seen map[string]bool) []resource.Event {
	var fresh []resource.Event
	for _, e := range slices.Backward(list) {
		if !seen[e.ID] {
			fresh = append(fresh, e)
		}
	}
	return fresh
}

// next is where the next look begins, and what it will bring again.
func next(since time.Time, list []resource.Event) (time.Time, map[string]bool) {
	seen := map[string]bool{}
	for i, e := range list {
		seen[e.ID] = true
		at, err := time.Parse(time.RFC3339, e.At)
		if i == 0 && err == nil && at.Add(-overlap).After(since) {
			since = at.Add(-overlap)
		}
	}
	return since, seen
}

// append writes events as lines, or as one document each.
func (p *program) append(list []resource.Event) error {
	for _, e := range list {
		err := p.appendOne(e)
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *program) appendOne(e resource.Event) error {
	switch p.output {
	case formatTable:
		said := slices.DeleteFunc(eventRow(e), func(cell string) bool { return cell == "" })
		return p.say("%s", strings.Join(said, "  "))
	case formatYAML:
		err := p.say("---")
		if err != nil {
			return err
		}
	}
	return p.encode(e)
}
