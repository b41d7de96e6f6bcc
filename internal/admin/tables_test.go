package admin_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// watched are tables whose calls are counted, and between two of which a test can
// have somebody else act.
type watched struct {
	store.Tables
	calls, written atomic.Int64

	mu     sync.Mutex
	left   int // calls until then runs
	writes bool
	then   func()
	fails  int // calls until one fails; 0 for none
	broke  bool
}

// failAt has the n-th call from now on fail, as a store does that does not answer.
func (w *watched) failAt(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fails, w.broke = n, false
}

// failed reports whether a call has failed, and has no other one fail.
func (w *watched) failed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fails = 0
	return w.broke
}

// before has do run right before the n-th call from now on.
func (w *watched) before(n int, do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left, w.writes, w.then = n, false, do
}

// beforeWrite has do run right before the next write.
func (w *watched) beforeWrite(do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left, w.writes, w.then = 1, true, do
}

// waiting reports whether what was to run did not, and forgets it.
func (w *watched) waiting() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	waits := w.then != nil
	w.then = nil
	return waits
}

func (w *watched) call(write bool) error {
	w.calls.Add(1)
	w.mu.Lock()
	var do func()
	if w.then != nil && (write || !w.writes) {
		w.left--
		if w.left == 0 {
			do, w.then = w.then, nil
		}
	}
	fail := w.fails == 1
	w.fails, w.broke = max(0, w.fails-1), w.broke || fail
	w.mu.Unlock()
	if do != nil {
		do()
	}
	if fail {
		return store.ErrUnavailable
	}
	return nil
}

func (w *watched) Get(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	err := w.call(false)
	if err != nil {
		return nil, err
	}
	return w.Tables.Get(ctx, keys)
}

func (w *watched) Snapshot(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	err := w.call(false)
	if err != nil {
		return nil, err
	}
	return w.Tables.Snapshot(ctx, keys)
}

func (w *watched) Query(ctx context.Context, q store.Query) (store.Page, error) {
	err := w.call(false)
	if err != nil {
		return store.Page{}, err
	}
	return w.Tables.Query(ctx, q)
}

func (w *watched) Write(ctx context.Context, ops ...store.Op) error {
	err := w.call(true)
	if err != nil {
		return err
	}
	w.written.Add(1)
	return w.Tables.Write(ctx, ops...)
}

// count is how many calls to the tables something takes.
func (w *watched) count(do func()) int {
	before := w.calls.Load()
	do()
	return int(w.calls.Load() - before)
}

// denied fails the test unless an error is a refusal by the policy, with a word on
// whom to ask.
func denied(t *testing.T, what string, err error) {
	t.Helper()
	var d *admin.Denied
	if !errors.As(err, &d) || d.Why == "" || d.Remedy == "" {
		t.Errorf("%s: got %v, want a refusal with its remedy", what, err)
	}
}

// is fails the test unless an error is the one that is wanted.
func is(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// faulty fails the test unless an error tells of exactly those fields, each with a
// remedy, in any order.
func faulty(t *testing.T, what string, err error, fields ...string) {
	t.Helper()
	var problems idp.Problems
	if !errors.As(err, &problems) {
		t.Errorf("%s: got %v, want problems", what, err)
		return
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.Field)
		if p.Reason == "" || p.Remedy == "" {
			t.Errorf("%s: %s has no reason or no remedy", what, p.Field)
		}
	}
	slices.Sort(got)
	slices.Sort(fields)
	if !slices.Equal(got, fields) {
		t.Errorf("%s: problems with %q, want %q:\n%v", what, got, fields, err)
	}
}
