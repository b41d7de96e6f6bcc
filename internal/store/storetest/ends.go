package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

func testEnds(t *testing.T, open Open) {
	ending := func(f fixture, sort string, in time.Duration) store.Item {
		it := item(sort, sort)
		it.Expires = f.clock.now().Add(in)
		return it
	}
	t.Run("an item ends at its very nanosecond", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(ending(f, "a", time.Minute+1), store.Absent()))
		f.clock.add(time.Minute)
		mustEqual(t, "the item a nanosecond before", f.data(key("a")), "a")
		f.clock.add(1)
		mustEqual(t, "the item at its end", f.data(key("a")), "absent")
	})
	t.Run("queries leave out items that have ended", func(t *testing.T) {
		f := setUp(t, open)
		for i := range 20 {
			f.write(store.Put(ending(f, fmt.Sprintf("%02d", i), time.Duration(1+i%2)*time.Minute), store.Absent()))
		}
		f.clock.add(time.Minute)
		q := store.Query{Table: store.Directory, Partition: "P", Limit: 3}
		mustEqual(t, "the number of items", len(f.sorts(q)), 10)
		f.clock.add(time.Minute)
		mustEqual(t, "the number of items", len(f.sorts(q)), 0)
	})
	t.Run("indexes leave out items that have ended", func(t *testing.T) {
		f := setUp(t, open)
		it := ending(f, "a", time.Minute)
		it.Key.Table = store.Activity
		it.Indexes = []store.IndexKey{{Index: store.ByUser, Partition: "u", Sort: "a"}}
		f.write(store.Put(it, store.Absent()))
		q := store.Query{Table: store.Activity, Index: store.ByUser, Partition: "u"}
		f.eventually(q, []string{"a"})
		f.clock.add(time.Minute)
		mustEqual(t, "the number of items", len(f.sorts(q)), 0)
	})
	t.Run("an item that is put already ended is absent", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(ending(f, "a", -time.Second), store.Absent()))
		mustEqual(t, "the item", f.data(key("a")), "absent")
		f.write(store.Put(item("a", "new"), store.Absent()))
		mustEqual(t, "the item", f.data(key("a")), "new")
	})
	t.Run("a put moves an item's end", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(ending(f, "a", time.Minute), store.Absent()))
		f.write(store.Put(ending(f, "a", time.Hour), store.Version(1)))
		f.clock.add(2 * time.Minute)
		f.write(store.Put(item("b", ""), store.Always()), store.Put(item("c", ""), store.Always())) // may sweep
		mustEqual(t, "the item", f.data(key("a")), "a")
	})
	t.Run("items that live are left alone when others end in great number", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(item("for ever", "yes"), store.Absent()), store.Put(ending(f, "long", time.Hour), store.Absent()))
		for i := range 60 {
			f.write(store.Put(ending(f, fmt.Sprintf("short %d", i), time.Minute), store.Absent()))
		}
		f.clock.add(time.Minute)
		for i := range 10 {
			f.write(store.Put(item(fmt.Sprintf("later %d", i), ""), store.Absent()))
		}
		mustEqual(t, "the item without end", f.data(key("for ever")), "yes")
		mustEqual(t, "the item with a later end", f.data(key("long")), "long")
		mustEqual(t, "the number of items", len(f.sorts(store.Query{Table: store.Directory, Partition: "P"})), 12)
	})
}

func testCounts(t *testing.T, open Open) {
	counted := func(f fixture) int64 {
		it := f.get(key("n"))
		if it == nil {
			return 0
		}
		return it.Count
	}
	t.Run("adding makes the item and raises count and version", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Add(key("n"), 2, 0, time.Time{}))
		f.write(store.Add(key("n"), 3, 0, time.Time{}))
		mustEqual(t, "the count", counted(f), 5)
		mustEqual(t, "the version", f.version(key("n")), 2)
	})
	t.Run("adding leaves data, end and indexes as they are", func(t *testing.T) {
		f := setUp(t, open)
		end := f.clock.now().Add(time.Hour)
		k := store.Key{Table: store.Activity, Partition: "P", Sort: "n"}
		f.write(store.Put(store.Item{Key: k, Data: []byte("d"), Count: 7, Expires: end, Indexes: []store.IndexKey{{Index: store.ByUser, Partition: "u", Sort: "s"}}}, store.Absent()))
		f.write(store.Add(k, 1, 0, time.Time{}))
		got := f.get(k)
		mustEqual(t, "the item", fmt.Sprintf("%s %d %v %v", got.Data, got.Count, got.Expires.Equal(end), got.Indexes), "d 8 true [{by-user u s}]")
		f.eventually(store.Query{Table: store.Activity, Index: store.ByUser, Partition: "u"}, []string{"n"})
	})
	t.Run("a count reaches its limit and does not pass it", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Add(key("n"), 2, 4, time.Time{}))
		f.write(store.Add(key("n"), 2, 4, time.Time{}))
		mustBe(t, f.Write(t.Context(), store.Add(key("n"), 1, 4, time.Time{})), store.ErrLimit)
		mustEqual(t, "the count", counted(f), 4)
		mustEqual(t, "the version", f.version(key("n")), 2)
	})
	t.Run("the first addition may already be too much", func(t *testing.T) {
		f := setUp(t, open)
		mustBe(t, f.Write(t.Context(), store.Add(key("n"), 5, 4, time.Time{})), store.ErrLimit)
		mustEqual(t, "the item", f.data(key("n")), "absent")
	})
	t.Run("a counter that has ended is never counted on", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Add(key("n"), 3, 4, f.clock.now().Add(time.Minute)))
		f.clock.add(time.Minute)
		mustEqual(t, "the count after the end", counted(f), 0)
		err := f.Write(t.Context(), store.Add(key("n"), 1, 4, f.clock.now().Add(time.Minute)))
		if err != nil {
			mustBe(t, err, store.ErrLimit)
			return
		}
		mustEqual(t, "the count begun anew", counted(f), 1)
	})
	t.Run("of many additions at once exactly as many as the limit succeed", func(t *testing.T) {
		f := setUp(t, open)
		errs := together(100, func(int) error {
			return f.Write(t.Context(), store.Add(key("n"), 1, 37, f.clock.now().Add(time.Hour)))
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 37)
		mustEqual(t, "the number refused", count(errs, store.ErrLimit), 63)
		mustEqual(t, "the count", counted(f), 37)
	})
}
