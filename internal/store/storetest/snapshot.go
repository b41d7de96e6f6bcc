package storetest

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

func testSnapshots(t *testing.T, open Open) {
	t.Run("items come in the order of the keys, nil for those that are absent or ended", func(t *testing.T) {
		f := setUp(t, open)
		ends := item("ends", "E")
		ends.Expires = f.clock.now().Add(time.Minute)
		there := store.Item{Key: store.Key{Table: store.Config, Partition: "P", Sort: "a"}, Data: []byte("other table")}
		f.write(store.Put(item("a", "A"), store.Absent()), store.Put(there, store.Absent()), store.Put(ends, store.Absent()))
		f.clock.add(time.Minute)
		items, err := f.Snapshot(t.Context(), []store.Key{there.Key, key("b"), key("ends"), key("a")})
		mustBe(t, err, nil)
		mustEqual(t, "the number of items", len(items), 4)
		mustEqual(t, "the first", string(items[0].Data), "other table")
		mustEqual(t, "the last", fmt.Sprint(string(items[3].Data), items[3].Version, items[3].Key), fmt.Sprint("A", 1, key("a")))
		if items[1] != nil || items[2] != nil {
			t.Fatalf("absent items are %v and %v, want nil", items[1], items[2])
		}
	})
	t.Run("as many large items as are allowed come in one call", func(t *testing.T) {
		f := setUp(t, open)
		keys := manyKeys(store.MaxSnapshot)
		for _, k := range keys {
			f.write(store.Put(store.Item{Key: k, Data: make([]byte, store.MaxItem-1024)}, store.Absent()))
		}
		items, err := f.Snapshot(t.Context(), keys)
		mustBe(t, err, nil)
		for i, it := range items {
			if it == nil || len(it.Data) != store.MaxItem-1024 {
				t.Fatalf("item %d is wrong", i)
			}
		}
	})
	t.Run("no keys are no items", func(t *testing.T) {
		items, err := setUp(t, open).Snapshot(t.Context(), nil)
		mustBe(t, err, nil)
		mustEqual(t, "the number of items", len(items), 0)
	})
	t.Run("what was written one after the other is never seen the other way round", func(t *testing.T) { testTorn(t, open) })
}

// testTorn has a writer raise a number in one item and then in another, in another
// table: at every moment the first is the other or one more. A read that takes the
// items one by one meets the old first one and the new other.
func testTorn(t *testing.T, open Open) {
	const readers, reads = 4, 300
	f := setUp(t, open)
	first := key("first")
	second := store.Key{Table: store.Config, Partition: "P", Sort: "second"}
	put := func(k store.Key, n int) error {
		return f.Write(t.Context(), store.Put(store.Item{Key: k, Data: []byte(strconv.Itoa(n))}, store.Always()))
	}
	mustBe(t, put(first, 0), nil)
	mustBe(t, put(second, 0), nil)
	var done atomic.Bool
	written := make(chan error, 1)
	go func() {
		for n := 1; !done.Load(); n++ {
			for _, k := range []store.Key{first, second} {
				err := put(k, n)
				if err != nil {
					written <- err
					return
				}
			}
		}
		written <- nil
	}()
	errs := together(readers, func(int) error {
		for range reads {
			items, err := f.Snapshot(t.Context(), []store.Key{first, second})
			if err != nil {
				return err
			}
			a, b := mustInt(t, string(items[0].Data)), mustInt(t, string(items[1].Data))
			if a != b && a != b+1 {
				return fmt.Errorf("a snapshot shows %d and %d, which were never there together", a, b)
			}
		}
		return nil
	})
	done.Store(true)
	mustBe(t, <-written, nil)
	for _, err := range errs {
		mustBe(t, err, nil)
	}
}
