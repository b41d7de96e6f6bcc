package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"github.com/gatepost/gatepost/internal/store"
)

// errDamaged stands for what bbolt says by a panic: the file's pages make no
// sense, or cannot be read.
var errDamaged = errors.New("damaged pages")

// view runs a read transaction. It does not wait for writes.
func (db *DB) view(ctx context.Context, read func(*bbolt.Tx) error) error {
	err := ctx.Err()
	if err != nil {
		return unavailable(err)
	}
	return db.run(func() error { return db.bolt.View(read) })
}

// run gives errors their place in the port's contract.
func (db *DB) run(transaction func() error) error {
	if db.broken.Load() {
		return unavailable(errDamaged)
	}
	err := withoutPanic(transaction)
	var op *store.OpError
	switch {
	case err == nil, errors.As(err, &op), errors.Is(err, store.ErrCursor), errors.Is(err, store.ErrFormat), errors.Is(err, store.ErrUnavailable):
		return err
	case errors.Is(err, errDamaged):
		db.broken.Store(true)
	}
	return unavailable(err)
}

// withoutPanic turns a panic of f, or a fault on reading the mapped file, into
// an error, so that a damaged file does not take the process with it.
func withoutPanic(f func() error) error {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	var err error
	func() {
		defer func() {
			if reason := recover(); reason != nil {
				err = fmt.Errorf("%w: %v", errDamaged, reason)
			}
		}()
		err = f()
	}()
	return err
}
