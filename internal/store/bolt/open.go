// Package bolt is the table port of package store on one bbolt file: the store
// of a single process, with the semantics of DynamoDB.
//
// The file holds a bucket for each table, one for each index, and one that lists
// items by their end. Every acknowledged write has been synced to disk. One
// process at a time may open the file.
package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/gatepost/gatepost/internal/store"
)

// Options are how to open a file. The zero value is good.
type Options struct {
	Now     func() time.Time // the clock that ends items; nil for time.Now
	Timeout time.Duration    // how long to wait for a file that another process holds; zero for one second
	MaxSize int              // bytes that the file may grow to; zero for no limit
}

// DB is an open file. It implements [store.Tables].
type DB struct {
	bolt   *bbolt.DB
	now    func() time.Time
	queue  queue
	turn   chan struct{} // holds a token while a transaction of writes runs
	broken atomic.Bool   // the file proved damaged: bbolt's locks cannot be trusted any more
}

var _ store.Tables = (*DB)(nil)

// fileMode keeps the file from everybody but its owner: whoever writes a session
// into it can sign in.
const fileMode = 0o600

// Open opens the file, making it when it is not there; the folder must exist. A
// file that another process holds is [store.ErrInUse], one that is damaged, no
// store, or of a later version [store.ErrFormat], and one that cannot be opened or
// written, that others may have written, or that is a symbolic link,
// [store.ErrUnavailable].
func Open(path string, o Options) (*DB, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Timeout == 0 {
		o.Timeout = time.Second
	}
	isNew, err := prepareFile(path)
	if err != nil {
		return nil, fmt.Errorf("open store %q: %w", path, err)
	}
	db := &DB{now: o.Now, turn: make(chan struct{}, 1)}
	db.bolt, err = openFile(path, o)
	if err != nil {
		return nil, fmt.Errorf("open store %q: %w", path, err)
	}
	err = errors.Join(db.setUp(), syncFolder(path, isNew))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open store %q: %w", path, err), db.Close())
	}
	return db, nil
}

// Close waits for calls under way and closes the file. Later calls fail with
// [store.ErrUnavailable]. A file that proved damaged stays open until the process
// ends, since bbolt may hold its locks for good.
func (db *DB) Close() error {
	if db.broken.Load() {
		return unavailable(errDamaged)
	}
	err := db.bolt.Close()
	if err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

func openFile(path string, o Options) (*bbolt.DB, error) {
	db, err := openBolt(path, o)
	switch {
	case err == nil:
		return db, nil
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, store.ErrInUse
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, errDamaged):
		return nil, fmt.Errorf("the file is damaged or not a store (%v): %w", err, store.ErrFormat)
	}
	return nil, unavailable(err)
}

// openBolt is bbolt.Open, which panics on some damaged files and then leaves
// them open.
func openBolt(path string, o Options) (*bbolt.DB, error) {
	var file *os.File
	options := &bbolt.Options{
		Timeout:      o.Timeout,
		MaxSize:      o.MaxSize,
		FreelistType: bbolt.FreelistMapType,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			var err error
			file, err = os.OpenFile(name, flag, mode)
			return file, err
		},
	}
	var db *bbolt.DB
	err := withoutPanic(func() error {
		var err error
		db, err = bbolt.Open(path, fileMode, options)
		return err
	})
	if errors.Is(err, errDamaged) && file != nil {
		return nil, errors.Join(err, file.Close())
	}
	return db, err
}

// syncFolder makes a new file's name durable too.
func syncFolder(path string, isNew bool) error {
	if !isNew {
		return nil
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return unavailable(err)
	}
	err = errors.Join(folder.Sync(), folder.Close())
	if err != nil {
		return unavailable(err)
	}
	return nil
}

func unavailable(err error) error { return fmt.Errorf("%w: %w", store.ErrUnavailable, err) }
