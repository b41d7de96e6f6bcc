package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

func mustOpen(t *testing.T, path string, o bolt.Options) *bolt.DB {
	t.Helper()
	db, err := bolt.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func mustClose(t *testing.T, db *bolt.DB) {
	t.Helper()
	err := db.Close()
	if err != nil {
		t.Fatal(err)
	}
}

func itemKey(sort string) store.Key {
	return store.Key{Table: store.Config, Partition: "P", Sort: sort}
}

func put(t *testing.T, db *bolt.DB, sort string, size int) error {
	t.Helper()
	return db.Write(t.Context(), store.Put(store.Item{Key: itemKey(sort), Data: bytes.Repeat([]byte(sort[:1]), size)}, store.Absent()))
}

// filled is a closed store file with items in it.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gatepost.db")
	db := mustOpen(t, path, bolt.Options{})
	for i := range 20 {
		err := put(t, db, fmt.Sprintf("%02d", i), 20<<10)
		if err != nil {
			t.Fatal(err)
		}
	}
	mustClose(t, db)
	return path
}

func TestItemsOutliveTheProcess(t *testing.T) {
	db := mustOpen(t, filled(t), bolt.Options{})
	defer mustClose(t, db)
	items, err := db.Get(t.Context(), []store.Key{itemKey("07"), itemKey("nope")})
	if err != nil || items[0] == nil || len(items[0].Data) != 20<<10 || items[1] != nil {
		t.Fatalf("items are %v, %v", items, err)
	}
}

func TestOnlyTheOwnerMayReadTheFile(t *testing.T) {
	path := filled(t)
	check := func() {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("mode is %v, %v", info.Mode(), err)
		}
	}
	check()
	err := os.Chmod(path, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, mustOpen(t, path, bolt.Options{}))
	check()
}

func TestAFileThatIsOpenElsewhereIsInUse(t *testing.T) {
	path := filled(t)
	db := mustOpen(t, path, bolt.Options{})
	_, err := bolt.Open(path, bolt.Options{Timeout: 10 * time.Millisecond})
	if !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), "in use by another process") {
		t.Fatalf("error is %v", err)
	}
	mustClose(t, db)
	mustClose(t, mustOpen(t, path, bolt.Options{}))
}

func TestAFolderThatIsNotThereIsAnError(t *testing.T) {
	_, err := bolt.Open(filepath.Join(t.TempDir(), "no", "gatepost.db"), bolt.Options{})
	if !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("error is %v", err)
	}
}

func TestACallAfterCloseIsUnavailable(t *testing.T) {
	db := mustOpen(t, filled(t), bolt.Options{})
	mustClose(t, db)
	_, err := db.Get(t.Context(), []store.Key{itemKey("07")})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("reading gives %v", err)
	}
	_, err = db.Query(t.Context(), store.Query{Table: store.Config, Partition: "P", Limit: 1})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("querying gives %v", err)
	}
	err = put(t, db, "new", 1)
	if !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("writing gives %v", err)
	}
}

func TestAFullStoreRefusesWritesAndStillReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gatepost.db")
	db := mustOpen(t, path, bolt.Options{MaxSize: 1 << 20})
	defer mustClose(t, db)
	written := fill(t, db)
	if written == 0 || written > 10 {
		t.Fatalf("%d items of 100 KiB went into 1 MiB", written)
	}
	mustRead(t, db, written)
}

// fill writes items of 100 KiB until one is refused, and returns how many went
// in.
func fill(t *testing.T, db *bolt.DB) int {
	t.Helper()
	for i := range 1000 {
		err := put(t, db, fmt.Sprintf("%03d", i), 100<<10)
		if err == nil {
			continue
		}
		if !errors.Is(err, store.ErrUnavailable) {
			t.Fatalf("error is %v", err)
		}
		return i
	}
	t.Fatal("the store is never full")
	return 0
}

// mustRead checks that the first n items are there and the next is not.
func mustRead(t *testing.T, db *bolt.DB, n int) {
	t.Helper()
	for i := range n + 1 {
		items, err := db.Get(t.Context(), []store.Key{itemKey(fmt.Sprintf("%03d", i))})
		if err != nil {
			t.Fatal(err)
		}
		if (items[0] != nil) != (i < n) {
			t.Fatalf("of %d acknowledged items, number %d is %v", n, i, items[0])
		}
	}
}

func TestWaitingForAnotherWriteCanBeGivenUp(t *testing.T) {
	var armed atomic.Bool
	held, release := make(chan struct{}), make(chan struct{})
	now := func() time.Time { // is asked within each write
		if armed.CompareAndSwap(true, false) {
			close(held)
			<-release
		}
		return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	}
	db := mustOpen(t, filepath.Join(t.TempDir(), "gatepost.db"), bolt.Options{Now: now})
	defer mustClose(t, db)
	armed.Store(true)
	done := make(chan error)
	go func() { done <- put(t, db, "slow", 1) }()
	<-held
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := db.Write(ctx, store.Put(store.Item{Key: itemKey("late")}, store.Always()))
	if !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("error is %v", err)
	}
	close(release)
	err = <-done
	if err != nil {
		t.Fatal(err)
	}
	items, err := db.Get(t.Context(), []store.Key{itemKey("slow"), itemKey("late")})
	if err != nil || items[0] == nil || items[1] != nil {
		t.Fatalf("items are %v, %v", items, err)
	}
}

func TestItemsThatHaveEndedAreRemovedFromTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gatepost.db")
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	o := bolt.Options{Now: func() time.Time { return at }}
	db := mustOpen(t, path, o)
	for i := range 50 {
		item := store.Item{
			Key: store.Key{Table: store.Activity, Partition: "P", Sort: fmt.Sprint(i)}, Expires: at.Add(time.Minute),
			Indexes: []store.IndexKey{{Index: store.ByUser, Partition: "u", Sort: "s"}},
		}
		err := db.Write(t.Context(), store.Put(item, store.Absent()))
		if err != nil {
			t.Fatal(err)
		}
	}
	at = at.Add(time.Minute)
	err := put(t, db, "x", 1)
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, db)
	if got := countKeys(t, path); got != "activity:30 by-user:30 ends:30" {
		t.Fatalf("after a write there are %s", got)
	}
	mustClose(t, mustOpen(t, path, o))
	if got := countKeys(t, path); got != "activity:0 by-user:0 ends:0" {
		t.Fatalf("after opening there are %s", got)
	}
}

func countKeys(t *testing.T, path string) string {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var counts []string
	err = db.View(func(tx *bbolt.Tx) error {
		for _, name := range []string{"activity", "by-user", "ends"} {
			counts = append(counts, fmt.Sprintf("%s:%d", name, tx.Bucket([]byte(name)).Stats().KeyN))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(counts, " ")
}
