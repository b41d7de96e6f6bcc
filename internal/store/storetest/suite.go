// Package storetest is the suite that every adapter of the table port passes
// unchanged ([Run]), and the suite of the repositories over an adapter
// ([RunRepositories]).
package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

// Open makes empty tables that end items by the given clock, and closes them
// when the test ends. Each sub-test opens its own.
type Open func(t *testing.T, now func() time.Time) store.Tables

// Run tests that an adapter keeps the contract of [store.Tables].
func Run(t *testing.T, open Open) {
	t.Run("conditions", func(t *testing.T) { testConditions(t, open) })
	t.Run("versions", func(t *testing.T) { testVersions(t, open) })
	t.Run("transactions", func(t *testing.T) { testTransactions(t, open) })
	t.Run("get", func(t *testing.T) { testGet(t, open) })
	t.Run("snapshots", func(t *testing.T) { testSnapshots(t, open) })
	t.Run("items", func(t *testing.T) { testItems(t, open) })
	t.Run("query", func(t *testing.T) { testQuery(t, open) })
	t.Run("paging", func(t *testing.T) { testPaging(t, open) })
	t.Run("cursors", func(t *testing.T) { testCursors(t, open) })
	t.Run("indexes", func(t *testing.T) { testIndexes(t, open) })
	t.Run("ends", func(t *testing.T) { testEnds(t, open) })
	t.Run("counts", func(t *testing.T) { testCounts(t, open) })
	t.Run("races", func(t *testing.T) { testRaces(t, open) })
	t.Run("limits", func(t *testing.T) { testLimits(t, open) })
	t.Run("contexts", func(t *testing.T) { testContexts(t, open) })
}

// clock is a clock that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// fixture is a set of tables under test.
type fixture struct {
	*testing.T
	store.Tables
	clock *clock
}

func setUp(t *testing.T, open Open) fixture {
	t.Helper()
	c := newClock()
	return fixture{t, store.Guard(open(t, c.now)), c}
}

// key is a key of the directory, the table that most tests use.
func key(sort string) store.Key {
	return store.Key{Table: store.Directory, Partition: "P", Sort: sort}
}

func item(sort, data string) store.Item {
	return store.Item{Key: key(sort), Data: []byte(data)}
}

func (f fixture) write(ops ...store.Op) {
	f.Helper()
	err := f.Write(f.Context(), ops...)
	if err != nil {
		f.Fatalf("write: %v", err)
	}
}

// get is the item, nil when it does not exist.
func (f fixture) get(k store.Key) *store.Item {
	f.Helper()
	items, err := f.Get(f.Context(), []store.Key{k})
	if err != nil {
		f.Fatalf("get: %v", err)
	}
	return items[0]
}

// data is an item's data, "absent" when it does not exist.
func (f fixture) data(k store.Key) string {
	f.Helper()
	it := f.get(k)
	if it == nil {
		return "absent"
	}
	return string(it.Data)
}

func (f fixture) version(k store.Key) uint64 {
	f.Helper()
	it := f.get(k)
	if it == nil {
		return 0
	}
	return it.Version
}

// all is every item that a query finds, through all its pages.
func (f fixture) all(q store.Query) []store.Item {
	f.Helper()
	var all []store.Item
	for range 10000 {
		page, err := f.Query(f.Context(), q)
		if err != nil {
			f.Fatalf("query: %v", err)
		}
		if len(page.Items) > q.Limit {
			f.Fatalf("a page has %d items, the limit is %d", len(page.Items), q.Limit)
		}
		all = append(all, page.Items...)
		if page.Cursor == "" {
			return all
		}
		q.Cursor = page.Cursor
	}
	f.Fatal("the pages do not end")
	return nil
}

// sorts is the sort keys that a query finds.
func (f fixture) sorts(q store.Query) []string {
	f.Helper()
	if q.Limit == 0 {
		q.Limit = store.MaxQuery
	}
	var sorts []string
	for _, it := range f.all(q) {
		sorts = append(sorts, it.Key.Sort)
	}
	return sorts
}

func mustBe(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error is %v, want %v", err, want)
	}
}

func mustEqual[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s is %v, want %v", what, got, want)
	}
}

func mustList[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%s are %v, want %v", what, got, want)
	}
}

// together runs n calls at the same time and returns their errors.
func together(n int, call func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = call(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// count is how many of the errors are target; with nil, how many calls
// succeeded.
func count(errs []error, target error) int {
	n := 0
	for _, err := range errs {
		if errors.Is(err, target) {
			n++
		}
	}
	return n
}

func cancelled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
