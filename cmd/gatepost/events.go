package main

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// latest is how many events are shown when nothing else is said.
const latest = 100

// eventFlags say which events are wanted.
type eventFlags struct {
	user, connector, since, until string
	limit                         int
	follow                        bool
}

func (p *program) eventsCommand() *cobra.Command {
	var f eventFlags
	cmd := &cobra.Command{
		Use: "events", Short: "Show the audit record: who did what, to what, from where, and how it ended",
		Long: `Show the audit record, the latest first. A table, JSON or YAML has the latest 100
unless --limit says otherwise; JSON lines (-o jsonl) have all. With --follow the
latest come first to last, and then each as it happens, until you interrupt.`,
		Example: `  gatepost events --since 1h
  gatepost events --user alice@example.com --connector aws-a --follow
  gatepost events --since 2026-07-01 --until 2026-08-01 -o jsonl > july.jsonl`,
		Args: cobra.NoArgs, Annotations: map[string]string{takesLines: ""},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.user, "user", "", "only what this person did, by email, or by the ID in actor_id")
	flags.StringVar(&f.connector, "connector", "", "only what is about this connector, by slug")
	flags.StringVar(&f.since, "since", "", "only from then on: a time ago such as 1h, a date, or a time of RFC 3339")
	flags.StringVar(&f.until, "until", "", "only before then, said in the same way")
	flags.IntVar(&f.limit, "limit", latest, "show at most so many; 0 for all")
	flags.BoolVar(&f.follow, "follow", false, "go on with what happens from now on")
	cmd.RunE = p.on(func(ctx context.Context, s *site, _ []string) error {
		if p.output == formatLines && !flags.Changed("limit") {
			f.limit = 0
		}
		query, err := f.query(time.Now())
		if err != nil {
			return err
		}
		if f.follow {
			return p.follow(ctx, s, query)
		}
		return p.events(ctx, s, query, f.limit)
	})
	return cmd
}

func (f eventFlags) query(now time.Time) (client.EventQuery, error) {
	q := client.EventQuery{User: idp.NormalEmail(f.user), Connector: f.connector}
	if f.follow && f.until != "" {
		return q, &usageError{"--follow goes on without an end, --until names one", "give one of them"}
	}
	var err error
	q.Since, err = moment("--since", f.since, now)
	if err != nil {
		return q, err
	}
	q.Until, err = moment("--until", f.until, now)
	return q, err
}

// moment reads a point in time: so long ago, the beginning of a day in UTC, or a
// time of RFC 3339. Nothing is no time.
func moment(flag, s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	ago, err := time.ParseDuration(s)
	if err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		at, err := time.Parse(layout, s)
		if err == nil && !at.IsZero() {
			return at, nil
		}
	}
	return time.Time{}, &usageError{fmt.Sprintf("%s %q is not a time", flag, s), "write it as 90m, 2026-07-01 or 2026-07-01T08:00:00Z"}
}

// events shows what is recorded, the latest first.
func (p *program) events(ctx context.Context, s *site, query client.EventQuery, limit int) error {
	if p.output == formatLines {
		return p.eventLines(ctx, s, query, limit)
	}
	list, more, err := atMost(s.Events(ctx, query), limit)
	if err != nil {
		return err
	}
	err = p.show(list, tableOf(eventHeading, list, eventRow))
	if err != nil || !more {
		return err
	}
	return p.note("only the latest %d are shown; --limit 0 shows all", limit)
}

// eventLines writes each event when it is read: there may be more than memory
// holds.
func (p *program) eventLines(ctx context.Context, s *site, query client.EventQuery, limit int) error {
	written := 0
	for e, err := range s.Events(ctx, query) {
		if err != nil || limit > 0 && written == limit {
			return err
		}
		err = p.encode(e)
		if err != nil {
			return err
		}
		written++
	}
	return nil
}

// atMost is the beginning of a list, and whether it goes on. No limit is zero.
func atMost[T any](list iter.Seq2[T, error], limit int) ([]T, bool, error) {
	items := []T{}
	for item, err := range list {
		if err != nil {
			return nil, false, err
		}
		if limit > 0 && len(items) == limit {
			return items, true, nil
		}
		items = append(items, item)
	}
	return items, false, nil
}

var eventHeading = []string{"AT", "ACTOR", "ACTION", "TARGET", "CONNECTOR", "OUTCOME", "REASON", "FROM"}

func eventRow(e resource.Event) []string {
	return []string{e.At, e.Actor, e.Action, e.Target, e.Connector, e.Outcome, e.Reason, e.SourceIP}
}
