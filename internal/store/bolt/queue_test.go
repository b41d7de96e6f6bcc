package bolt

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/gatepost/gatepost/internal/store"
)

// gated is a store whose clock can hold a write within its transaction.
type gated struct {
	*DB
	testing.TB
	gate chan struct{} // nil: open
	held chan struct{}
	mu   sync.Mutex
}

func newGated(t testing.TB) *gated {
	t.Helper()
	g := &gated{TB: t, held: make(chan struct{})}
	db, err := Open(filepath.Join(t.TempDir(), "gatepost.db"), Options{Now: g.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	g.DB = db
	return g
}

func (g *gated) now() time.Time {
	g.mu.Lock()
	gate := g.gate
	g.gate = nil
	g.mu.Unlock()
	if gate != nil {
		g.held <- struct{}{}
		<-gate
	}
	return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
}

// behind lets these writes queue, in this order, behind one that is held in its
// transaction, and returns their errors and how many transactions they took.
func (g *gated) behind(writes ...func() error) ([]error, int) {
	g.Helper()
	gate := make(chan struct{})
	g.mu.Lock()
	g.gate = gate
	g.mu.Unlock()
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := g.Write(g.Context(), store.Add(at("first"), 1, 0, time.Time{})); err != nil {
			g.Error(err)
		}
	})
	<-g.held
	errs := make([]error, len(writes))
	for i, write := range writes {
		wg.Go(func() { errs[i] = write() })
		g.awaitWaiting(i + 1)
	}
	before := g.transactions()
	close(gate)
	wg.Wait()
	return errs, g.transactions() - before
}

// transactions is how many transactions have been committed.
func (g *gated) transactions() int {
	n := 0
	err := g.bolt.View(func(tx *bbolt.Tx) error { n = tx.ID(); return nil })
	if err != nil {
		g.Fatal(err)
	}
	return n
}

// awaitWaiting waits until n writes wait.
func (g *gated) awaitWaiting(n int) {
	for {
		g.queue.mu.Lock()
		waiting := len(g.queue.waiting)
		g.queue.mu.Unlock()
		if waiting >= n {
			return
		}
		runtime.Gosched()
	}
}

func at(sort string) store.Key {
	return store.Key{Table: store.Config, Partition: "P", Sort: sort}
}

// does is one call of Write.
func (g *gated) does(ops ...store.Op) func() error {
	return func() error { return g.Write(g.Context(), ops...) }
}

func (g *gated) read(sort string) *store.Item {
	g.Helper()
	items, err := g.Get(g.Context(), []store.Key{at(sort)})
	if err != nil {
		g.Fatal(err)
	}
	return items[0]
}

func TestWritesThatWaitShareOneTransaction(t *testing.T) {
	g := newGated(t)
	var writes []func() error
	for i := range 64 {
		writes = append(writes, g.does(store.Put(store.Item{Key: at(fmt.Sprint(i))}, store.Absent()), store.Add(at("count"), 1, 0, time.Time{})))
	}
	errs, transactions := g.behind(writes...)
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	// The one that was held has committed too.
	if transactions != 2 {
		t.Errorf("65 writes took %d transactions, want 2", transactions)
	}
	if got := g.read("count"); got.Count != 64 || got.Version != 64 {
		t.Errorf("the counter is %+v", got)
	}
}

func TestEachOfTheWritesThatShareIsJudgedInItsTurnAndFailsAlone(t *testing.T) {
	g := newGated(t)
	put := func(sort, data string, cond store.Condition) store.Op {
		return store.Put(store.Item{Key: at(sort), Data: []byte(data)}, cond)
	}
	errs, transactions := g.behind(
		g.does(put("a", "1", store.Absent())),
		g.does(put("a", "2", store.Absent())),                                  // exists by the one before
		g.does(put("b", "3", store.Absent()), put("a", "3", store.Version(9))), // stale: b must not be written
		g.does(put("a", "4", store.Version(1))),
		g.does(put("a", "5", store.Version(1))), // stale by the one before
		g.does(store.Delete(at("a"), store.Version(2))),
		g.does(store.Check(at("a"), store.Present())), // gone
		g.does(store.Add(at("n"), 1, 1, time.Time{})),
		g.does(store.Add(at("n"), 1, 1, time.Time{})), // at its limit
		g.does(put("a", "6", store.Absent())),
	)
	wants := []error{nil, store.ErrExists, store.ErrStale, nil, store.ErrStale, nil, store.ErrNotFound, nil, store.ErrLimit, nil}
	for i, want := range wants {
		if !errors.Is(errs[i], want) {
			t.Errorf("write %d: got %v, want %v", i, errs[i], want)
		}
	}
	if a, b := g.read("a"), g.read("b"); a == nil || string(a.Data) != "6" || a.Version != 1 || b != nil {
		t.Errorf("a is %+v, b %+v", a, b)
	}
	if transactions != 2 {
		t.Errorf("they took %d transactions, want 2 with the one before them", transactions)
	}
}

func TestAWriteThatIsGivenUpInTheQueueLeavesTheOthers(t *testing.T) {
	g := newGated(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	errs, _ := g.behind(
		g.does(store.Put(store.Item{Key: at("a")}, store.Absent())),
		func() error {
			err := g.Write(ctx, store.Put(store.Item{Key: at("b")}, store.Absent()))
			close(ended)
			return err
		},
		g.does(store.Put(store.Item{Key: at("c")}, store.Absent())),
		func() error { // two, so that as many wait as there would have been
			cancel()
			<-ended
			var wg sync.WaitGroup
			wg.Go(func() { t.Log(g.Write(t.Context(), store.Add(at("n"), 1, 0, time.Time{}))) })
			err := g.Write(t.Context(), store.Add(at("n"), 1, 0, time.Time{}))
			wg.Wait()
			return err
		},
	)
	if errs[0] != nil || errs[2] != nil || errs[3] != nil || !errors.Is(errs[1], store.ErrUnavailable) || !errors.Is(errs[1], context.Canceled) {
		t.Fatalf("got %v", errs)
	}
	if g.read("a") == nil || g.read("b") != nil || g.read("c") == nil {
		t.Errorf("a is %v, b %v, c %v", g.read("a"), g.read("b"), g.read("c"))
	}
}

func TestOneWriteThatCannotBeCarriedOutSpoilsNoOther(t *testing.T) {
	g := newGated(t)
	tooLong := at(strings.Repeat("x", bbolt.MaxKeySize))
	errs, _ := g.behind(
		g.does(store.Put(store.Item{Key: at("a")}, store.Absent())),
		g.does(store.Put(store.Item{Key: at("half")}, store.Absent()), store.Put(store.Item{Key: tooLong}, store.Absent())),
		g.does(store.Put(store.Item{Key: at("c")}, store.Absent())),
	)
	if errs[0] != nil || errs[2] != nil || !errors.Is(errs[1], store.ErrUnavailable) {
		t.Fatalf("got %v", errs)
	}
	if g.read("a") == nil || g.read("half") != nil || g.read("c") == nil {
		t.Errorf("a is %v, half %v, c %v", g.read("a"), g.read("half"), g.read("c"))
	}
}

func TestWritesThatAreAllRefusedSyncNothing(t *testing.T) {
	g := newGated(t)
	before := g.transactions()
	err := g.Write(t.Context(), store.Check(at("nothing"), store.Present()))
	if !errors.Is(err, store.ErrNotFound) || g.transactions() != before {
		t.Errorf("got %v after %d transactions", err, g.transactions()-before)
	}
}

// BenchmarkWrites compares writers that come one after the other with writers that
// come at once; the metric is of syncs.
func BenchmarkWrites(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			g := newGated(b)
			before := g.transactions()
			var next atomic.Int64
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						err := g.Write(b.Context(), store.Put(store.Item{Key: at(fmt.Sprint(n)), Data: make([]byte, 500)}, store.Absent()))
						if err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(g.transactions()-before)/float64(b.N), "syncs/op")
		})
	}
}
