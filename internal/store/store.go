package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"golang.org/x/sync/errgroup"
)

// Store is the repositories over a set of tables. Make it with [New].
type Store struct {
	tables Tables
	now    func() time.Time

	retention time.Duration // of events
}

// New is the repositories over tables, whose limits it keeps itself. The clock
// gives records their times; it must be the one by which the tables end items.
func New(tables Tables, now func() time.Time) *Store {
	return &Store{tables: Guard(tables), now: now, retention: EventRetention}
}

// List asks for a page of a listing. A limit out of bounds is refused with
// [ErrTooLarge], a prefix that is no text with [ErrKey], and the cursor of another
// listing with [ErrCursor].
type List struct {
	Prefix string // of the name that the listing is ordered by
	Limit  int    // 1 to [MaxPage]; zero for 50
	Cursor string // from the page before; empty for the first
}

// MaxPage bounds a page of a listing, so that one Get can follow a page of names.
const MaxPage = MaxGet

const defaultLimit = 50

// page reads a page of the partition of a key, of the items whose sort key begins
// with the prefix.
func (s *Store) page(ctx context.Context, of Key, prefix string, l List) (Page, error) {
	if l.Limit > MaxPage {
		return Page{}, fmt.Errorf("a page of %d, at most %d: %w", l.Limit, MaxPage, ErrTooLarge)
	}
	limit := cmp.Or(l.Limit, defaultLimit)
	return s.tables.Query(ctx, Query{Table: of.Table, Partition: of.Partition, Prefix: prefix, Limit: limit, Cursor: l.Cursor})
}

// time is the moment as records keep it.
func (s *Store) time() time.Time { return s.now().UTC().Round(0) }

// get reads one item; nil means that it does not exist.
func (s *Store) get(ctx context.Context, key Key) (*Item, error) {
	items, err := s.tables.Get(ctx, []Key{key})
	if err != nil {
		return nil, err
	}
	return items[0], nil
}

// getAll reads any number of different items, in batches that are read at once.
func (s *Store) getAll(ctx context.Context, keys []Key) ([]*Item, error) {
	batches := slices.Collect(slices.Chunk(keys, MaxGet))
	items, err := atOnce(ctx, batches, s.tables.Get)
	return slices.Concat(items...), err
}

// atOnce makes a call for each of a list, none waiting for another, and returns
// the answers in the list's order; the first call that fails ends the others.
func atOnce[In, Out any](ctx context.Context, list []In, call func(context.Context, In) (Out, error)) ([]Out, error) {
	answers := make([]Out, len(list))
	calls, ctx := errgroup.WithContext(ctx)
	for i, in := range list {
		calls.Go(func() (err error) {
			answers[i], err = call(ctx, in)
			return err
		})
	}
	err := calls.Wait()
	if err != nil {
		return nil, err
	}
	return answers, nil
}

// collect queries until it has n items or the partition's end.
func (s *Store) collect(ctx context.Context, q Query, n int) ([]Item, error) {
	var all []Item
	for len(all) < n {
		q.Limit = min(n-len(all), MaxQuery)
		page, err := s.tables.Query(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.Cursor == "" {
			break
		}
		q.Cursor = page.Cursor
	}
	return all, nil
}

// commit makes a change and stores its event, in one transaction.
func (s *Store) commit(ctx context.Context, ev idp.Event, ops ...Op) error {
	put, err := s.eventOp(ev)
	if err != nil {
		return err
	}
	return s.tables.Write(ctx, append(ops, put)...)
}

// How often a change is tried again that lost a race on something the caller
// holds no version of, and how long to wait between.
const (
	maxTries  = 40
	firstWait = 2 * time.Millisecond
	maxWait   = 100 * time.Millisecond
)

// retry runs change, which reads, decides and commits, until it loses no race. A
// failed condition on one of the final keys, or on an event, is the answer:
// trying again would not help.
func (s *Store) retry(ctx context.Context, change func() error, final ...Key) error {
	wait := firstWait
	var err error
	for range maxTries {
		err = change()
		var op *OpError
		if !errors.As(err, &op) || slices.Contains(final, op.Key) || strings.HasPrefix(op.Key.Partition, "EVENT#") {
			return err
		}
		pause := time.NewTimer(wait/2 + rand.N(wait))
		select {
		case <-ctx.Done():
			pause.Stop()
			return fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
		case <-pause.C:
		}
		wait = min(2*wait, maxWait)
	}
	return fmt.Errorf("%w: too many changes at once: %v", ErrUnavailable, err)
}
