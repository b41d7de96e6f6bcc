package bolt

import (
	"bytes"
	"fmt"
	"os"

	"go.etcd.io/bbolt"

	"github.com/gatepost/gatepost/internal/store"
)

// The buckets beside those of the tables and indexes.
const (
	bucketAbout = "gatepost" // says that the file is a store, and of which format
	bucketEnds  = "ends"     // end time and key of every item that has an end
)

const (
	keyFormat  = "format"
	fileFormat = "1"
)

func buckets() []string {
	return []string{
		bucketEnds,
		string(store.Config), string(store.Directory), string(store.Activity),
		string(store.ByUser), string(store.ByConnector),
	}
}

// sweepAtOpen and sweepAtWrite bound how many items that have ended are removed
// at a time.
const (
	sweepAtOpen  = 10000
	sweepAtWrite = 20
)

// setUp checks that the file is a whole store, makes its buckets in a new one,
// and removes items that have ended.
func (db *DB) setUp() error {
	return db.run(func() error { return db.bolt.Update(db.setUpIn) })
}

func (db *DB) setUpIn(tx *bbolt.Tx) error {
	err := checkWhole(tx)
	if err != nil {
		return err
	}
	about, err := aboutBucket(tx)
	if err != nil {
		return err
	}
	if format := about.Get([]byte(keyFormat)); !bytes.Equal(format, []byte(fileFormat)) {
		return fmt.Errorf("file format %q, this version reads %s: %w", format, fileFormat, store.ErrFormat)
	}
	for _, name := range buckets() {
		_, err := tx.CreateBucketIfNotExists([]byte(name))
		if err != nil {
			return err
		}
	}
	return db.sweep(tx, sweepAtOpen)
}

// aboutBucket is the bucket that makes the file a store. It is made in an empty
// file only: one with other buckets belongs to another program.
func aboutBucket(tx *bbolt.Tx) (*bbolt.Bucket, error) {
	if about := tx.Bucket([]byte(bucketAbout)); about != nil {
		return about, nil
	}
	if name, _ := tx.Cursor().First(); name != nil {
		return nil, fmt.Errorf("the file belongs to another program: %w", store.ErrFormat)
	}
	about, err := tx.CreateBucket([]byte(bucketAbout))
	if err != nil {
		return nil, err
	}
	return about, about.Put([]byte(keyFormat), []byte(fileFormat))
}

// checkWhole refuses a file that was cut short: later writes would go where
// nothing is.
func checkWhole(tx *bbolt.Tx) error {
	info, err := os.Stat(tx.DB().Path())
	if err != nil {
		return err
	}
	if info.Size() < tx.Size() {
		return fmt.Errorf("the file is damaged: it has %d of %d bytes: %w", info.Size(), tx.Size(), store.ErrFormat)
	}
	return nil
}
