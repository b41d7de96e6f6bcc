package storetest

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
	"golang.org/x/sync/errgroup"
)

// testRounds counts how often the portal waits for the tables: calls that are made
// at once are one round, whatever their number.
func testRounds(t *testing.T, open Open) {
	t.Run("what a person's groups open is read in two rounds, whatever their number", func(t *testing.T) {
		r := newRepo(t, open)
		const connectors = store.MaxGet + 50
		ids := r.groups(idp.MaxMemberships)
		var made errgroup.Group
		made.SetLimit(8)
		for i := range connectors {
			made.Go(func() error {
				c := draft(fmt.Sprintf("aws-%04d", i), ids[0], ids[1+i%(len(ids)-1)])
				return r.CreateConnector(t.Context(), c, did(idp.ActionConnectorCreate))
			})
		}
		r.must(made.Wait())
		u := &idp.User{}
		for _, id := range ids {
			u.Groups = append(u.Groups, idp.Membership{GroupID: id})
		}
		n := r.rounds(func(s *store.Store, ctx context.Context) error {
			granted, err := s.Granted(ctx, u)
			mustEqual(t, "the number of connectors", len(granted), connectors)
			return err
		})
		mustEqual(t, "the number of rounds", n, 2)
		n = r.rounds(func(s *store.Store, ctx context.Context) error {
			names, err := s.GroupNames(ctx, ids)
			mustEqual(t, "the number of names", len(names), len(ids))
			return err
		})
		mustEqual(t, "the number of rounds for the groups' names", n, 1)
	})
}

// rounds is how many calls to the tables one after the other do takes. Each call
// lasts a second of a clock that moves only while everybody waits, so that the time
// that has passed is the number of rounds, however slow the machine is.
func (r repo) rounds(do func(*store.Store, context.Context) error) int {
	r.Helper()
	outside := newWorkers(r.T)
	var n int
	synctest.Test(r.T, func(t *testing.T) {
		begun := time.Now()
		s := store.New(slowTables{r.tables, outside}, r.clock.now)
		err := do(s, t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n = int(time.Since(begun) / time.Second)
	})
	return n
}

// slowTables are tables whose reads take a second each.
type slowTables struct {
	store.Tables
	outside *workers
}

func (s slowTables) Get(_ context.Context, keys []store.Key) (items []*store.Item, err error) {
	time.Sleep(time.Second)
	s.outside.do(func(ctx context.Context) { items, err = s.Tables.Get(ctx, keys) })
	return items, err
}

func (s slowTables) Query(_ context.Context, q store.Query) (page store.Page, err error) {
	time.Sleep(time.Second)
	s.outside.do(func(ctx context.Context) { page, err = s.Tables.Query(ctx, q) })
	return page, err
}

// workers do in real time what is asked for within a bubble of another time, where
// neither a network nor a context from outside may be used.
type workers struct {
	jobs chan job
	free chan chan struct{} // where the end of a job is told
}

type job struct {
	do   func(context.Context)
	done chan struct{}
}

func newWorkers(t *testing.T) *workers {
	const many = 32
	w := &workers{jobs: make(chan job), free: make(chan chan struct{}, many)}
	for range many {
		w.free <- make(chan struct{})
		go func() {
			for j := range w.jobs {
				j.do(t.Context())
				j.done <- struct{}{}
			}
		}()
	}
	t.Cleanup(func() { close(w.jobs) })
	return w
}

func (w *workers) do(what func(context.Context)) {
	done := <-w.free
	w.jobs <- job{what, done}
	<-done
	w.free <- done
}
