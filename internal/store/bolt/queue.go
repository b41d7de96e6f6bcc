package bolt

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/gatepost/gatepost/internal/store"
)

// maxTogether is how many writes share a transaction, so that none waits long for
// those before it.
const maxTogether = 256

// queue holds the writes that wait for the transaction under way to end. The next
// transaction takes all of them: the disk is made to keep them by one sync.
type queue struct {
	mu      sync.Mutex
	waiting []*write
}

// write is one call of Write on its way to the disk.
type write struct {
	ctx  context.Context
	ops  []store.Op
	done chan struct{} // closed when err tells how it ended
	err  error
}

func (q *queue) add(w *write) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, w)
}

// take removes the writes whose turn it is, in the order in which they came.
func (q *queue) take() []*write {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.waiting), maxTogether)
	batch := q.waiting[:n:n]
	q.waiting = append([]*write(nil), q.waiting[n:]...)
	return batch
}

// drop removes a write that nobody has taken yet, and reports whether it did.
func (q *queue) drop(w *write) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, waiting := range q.waiting {
		if waiting == w {
			q.waiting = append(q.waiting[:i:i], q.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// Write implements [store.Tables]. Writes that come while another one is being
// synced share the next transaction and its sync. Each is judged by what those
// before it have left, fails by itself, and returns after the sync. Once taken it
// runs to its end, whatever becomes of the context.
func (db *DB) Write(ctx context.Context, ops ...store.Op) error {
	err := ctx.Err()
	if err != nil {
		return unavailable(err)
	}
	w := &write{ctx: ctx, ops: ops, done: make(chan struct{})}
	db.queue.add(w)
	for !w.isDone() {
		select {
		case <-w.done:
		case db.turn <- struct{}{}:
			db.commit(db.queue.take())
			<-db.turn
		case <-ctx.Done():
			if db.queue.drop(w) {
				return unavailable(ctx.Err())
			}
			<-w.done
		}
	}
	return w.err
}

func (w *write) isDone() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// commit carries out these writes. When one of them spoils the transaction, or the
// file has no room for all, each is tried by itself. After any other fault, such as
// the disk's, nobody knows what it keeps, and nothing is tried twice.
func (db *DB) commit(batch []*write) {
	if len(batch) == 0 {
		return
	}
	err := db.together(batch)
	apart := len(batch) > 1 && (errors.Is(err, errSpoiled) || errors.Is(err, bolterrors.ErrMaxSizeReached))
	for _, w := range batch {
		switch {
		case apart:
			err := db.together([]*write{w})
			if err != nil {
				w.err = err
			}
		case err != nil:
			w.err = err
		}
		close(w.done)
	}
}

// errSpoiled marks the error of one write that left its transaction half done.
var errSpoiled = errors.New("write failed")

// errNothing ends a transaction in which nothing changed, without a sync.
var errNothing = errors.New("nothing changed")

// together is one transaction over all of the writes. Where it returns nil each of
// them is done, or failed as its err says; otherwise none is done.
func (db *DB) together(batch []*write) error {
	return db.run(func() error {
		err := db.bolt.Update(func(tx *bbolt.Tx) error {
			changed := false
			for _, w := range batch {
				w.err = db.carryOut(tx, w)
				var refused *store.OpError
				switch {
				case w.err == nil:
					changed = true
				case !errors.As(w.err, &refused) && !errors.Is(w.err, errGivenUp):
					return fmt.Errorf("%w: %w", errSpoiled, w.err)
				}
			}
			if !changed {
				return errNothing
			}
			return db.sweep(tx, sweepAtWrite*len(batch))
		})
		if errors.Is(err, errNothing) {
			return nil
		}
		return err
	})
}

// errGivenUp marks a write that its caller gave up before its turn.
var errGivenUp = errors.New("given up before its turn")

// carryOut judges all of a write's conditions before it changes anything, so that
// one that is refused leaves no trace.
func (db *DB) carryOut(tx *bbolt.Tx, w *write) error {
	err := w.ctx.Err()
	if err != nil {
		return unavailable(fmt.Errorf("%w: %w", errGivenUp, err))
	}
	err = db.checkAll(tx, w.ops)
	if err != nil {
		return err
	}
	for _, op := range w.ops {
		err := db.apply(tx, op)
		if err != nil {
			return err
		}
	}
	return nil
}
