package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

// oddSorts are in the order of their bytes.
func oddSorts() []string {
	return []string{
		"\x01", " ", "#", "%", "%25", "*", "-", ".", "..", "/", "a", "a\x01", "a!", "a/b", "aa", "ab", "abc", "b",
		"z", "~", "\x7f", "\u00e9", "\u00ff", "\u00ff\u00ff", "\ud7ff", "\uffff", "\U0001f600", "\U0010ffff", "\U0010ffff\U0010ffff",
	}
}

func (f fixture) fill(sorts []string) {
	f.Helper()
	shuffled := slices.Clone(sorts)
	slices.SortFunc(shuffled, func(a, b string) int { return len(a)*31%7 - len(b)*31%7 })
	for _, sort := range shuffled {
		f.write(store.Put(item(sort, "data of "+sort), store.Absent()))
	}
	// Neighbours that no query of P may find.
	for _, partition := range []string{"O", "Q", "P\x01", "Pa", "P/"} {
		f.write(store.Put(store.Item{Key: store.Key{Table: store.Directory, Partition: partition, Sort: "a"}}, store.Absent()))
	}
}

func testQuery(t *testing.T, open Open) {
	f := setUp(t, open)
	sorts := oddSorts()
	f.fill(sorts)
	between := func(from, to string) []string {
		return slices.DeleteFunc(slices.Clone(sorts), func(s string) bool { return s < from || to != "" && s > to })
	}
	prefixed := func(p string) []string {
		return slices.DeleteFunc(slices.Clone(sorts), func(s string) bool { return len(s) < len(p) || s[:len(p)] != p })
	}
	cases := map[string]struct {
		q    store.Query
		want []string
	}{
		"everything":                        {store.Query{}, sorts},
		"a range":                           {store.Query{From: "a", To: "ab"}, between("a", "ab")},
		"a range without end":               {store.Query{From: "ab"}, between("ab", "")},
		"a range without beginning":         {store.Query{To: "ab"}, between("", "ab")},
		"a range between keys":              {store.Query{From: "a0", To: "aa0"}, between("a0", "aa0")},
		"a range of one":                    {store.Query{From: "a/b", To: "a/b"}, []string{"a/b"}},
		"a range the wrong way round":       {store.Query{From: "b", To: "a"}, nil},
		"a range up to the greatest letter": {store.Query{From: "\uffff", To: "\U0010ffff"}, between("\uffff", "\U0010ffff")},
		"a prefix of nothing":               {store.Query{Prefix: "nothing"}, nil},
	}
	for _, p := range []string{"a", "a/", "%", ".", "\u00ff", "\x7f", "\U0010ffff", "\uffff", "~"} {
		cases[fmt.Sprintf("the prefix %q", p)] = struct {
			q    store.Query
			want []string
		}{store.Query{Prefix: p}, prefixed(p)}
	}
	for name, c := range cases {
		c.q.Table, c.q.Partition = store.Directory, "P"
		t.Run(name+" is found in the order of the bytes", func(t *testing.T) {
			mustList(t, "the sort keys", f.sorts(c.q), c.want)
		})
		t.Run(name+" is found backwards", func(t *testing.T) {
			c.q.Descending = true
			want := slices.Clone(c.want)
			slices.Reverse(want)
			mustList(t, "the sort keys", f.sorts(c.q), want)
		})
	}
	t.Run("items are whole", func(t *testing.T) {
		page, err := f.Query(t.Context(), store.Query{Table: store.Directory, Partition: "P", Prefix: "a/b", Limit: 1})
		mustBe(t, err, nil)
		mustEqual(t, "the item", fmt.Sprintf("%v %d %s", page.Items[0].Key, page.Items[0].Version, page.Items[0].Data), "{directory P a/b} 1 data of a/b")
	})
	t.Run("a partition without items has an empty page and no cursor", func(t *testing.T) {
		mustEqual(t, "the number of items", len(f.sorts(store.Query{Table: store.Config, Partition: "P"})), 0)
	})
}

func testPaging(t *testing.T, open Open) {
	f := setUp(t, open)
	sorts := oddSorts()
	f.fill(sorts)
	for _, limit := range []int{1, 2, 7, len(sorts), store.MaxQuery} {
		for _, descending := range []bool{false, true} {
			t.Run(fmt.Sprintf("pages of %d join up, descending %v", limit, descending), func(t *testing.T) {
				want := slices.Clone(sorts)
				if descending {
					slices.Reverse(want)
				}
				mustList(t, "the sort keys", f.sorts(store.Query{Table: store.Directory, Partition: "P", Limit: limit, Descending: descending}), want)
				want = slices.DeleteFunc(want, func(s string) bool { return s[0] != 'a' })
				mustList(t, "the sort keys", f.sorts(store.Query{Table: store.Directory, Partition: "P", Prefix: "a", Limit: limit, Descending: descending}), want)
			})
		}
	}
	t.Run("items written and deleted between pages disturb no others", func(t *testing.T) {
		f := setUp(t, open)
		for _, s := range []string{"b", "d", "f", "h"} {
			f.write(store.Put(item(s, ""), store.Absent()))
		}
		q := store.Query{Table: store.Directory, Partition: "P", Limit: 2}
		page, err := f.Query(t.Context(), q)
		mustBe(t, err, nil)
		last := page.Items[len(page.Items)-1].Key
		f.write(store.Delete(last, store.Present()), store.Put(item("a", ""), store.Absent()), store.Put(item("g", ""), store.Absent()))
		seen := len(page.Items)
		q.Cursor = page.Cursor
		mustList(t, "the rest", f.sorts(q), []string{"b", "d", "f", "g", "h"}[seen:])
	})
}

func testCursors(t *testing.T, open Open) {
	f := setUp(t, open)
	for _, k := range manyKeys(10) {
		f.write(store.Put(store.Item{Key: k}, store.Absent()))
	}
	q := store.Query{Table: store.Directory, Partition: "P", Prefix: "00", Limit: 3}
	page, err := f.Query(t.Context(), q)
	mustBe(t, err, nil)
	if page.Cursor == "" {
		t.Fatal("there is no cursor")
	}
	refused := func(name string, change func(*store.Query)) {
		t.Run(name+" is no cursor of the query", func(t *testing.T) {
			changed := q
			changed.Cursor = page.Cursor
			change(&changed)
			_, err := f.Query(t.Context(), changed)
			mustBe(t, err, store.ErrCursor)
		})
	}
	refused("a made-up word", func(q *store.Query) { q.Cursor = "tomorrow" })
	refused("a shortened cursor", func(q *store.Query) { q.Cursor = q.Cursor[:len(q.Cursor)-1] })
	refused("a lengthened cursor", func(q *store.Query) { q.Cursor += "A" })
	refused("a very long one", func(q *store.Query) { q.Cursor = string(make([]byte, 1<<20)) })
	refused("one of another partition", func(q *store.Query) { q.Partition = "Q" })
	refused("one of another table", func(q *store.Query) { q.Table = store.Config })
	refused("one of another prefix", func(q *store.Query) { q.Prefix = "0" })
	refused("one of a range", func(q *store.Query) { q.Prefix, q.From = "", "00" })
	refused("one of the other direction", func(q *store.Query) { q.Descending = true })
	for i := range page.Cursor {
		refused(fmt.Sprintf("one with character %d changed", i), func(q *store.Query) {
			changed := []byte(q.Cursor)
			changed[i] ^= 1
			q.Cursor = string(changed)
		})
	}
	t.Run("a cursor goes with another limit", func(t *testing.T) {
		next := q
		next.Cursor, next.Limit = page.Cursor, 100
		mustEqual(t, "the number of items left", len(f.sorts(next)), 10-len(page.Items))
	})
}

// eventually waits until a query of an index, which may lag, finds the sort keys.
func (f fixture) eventually(q store.Query, want []string) {
	f.Helper()
	got := f.until(q, func(got []string) bool { return slices.Equal(got, want) })
	mustList(f.T, "the index", got, want)
}

// until asks again and again until the answer is as a test wants it, and gives up
// after so many tries that only an index which never gets there needs them.
func (f fixture) until(q store.Query, good func([]string) bool) []string {
	f.Helper()
	const tries, pause = 2400, 50 * time.Millisecond
	got := f.sorts(q)
	for range tries {
		if good(got) {
			break
		}
		time.Sleep(pause)
		got = f.sorts(q)
	}
	return got
}

func testIndexes(t *testing.T, open Open) {
	place := func(index store.Index, partition, sort string) store.IndexKey {
		return store.IndexKey{Index: index, Partition: partition, Sort: sort}
	}
	put := func(f fixture, sort string, places ...store.IndexKey) {
		f.write(store.Put(store.Item{Key: store.Key{Table: store.Activity, Partition: "E", Sort: sort}, Data: []byte(sort), Indexes: places}, store.Always()))
	}
	of := func(index store.Index, partition string) store.Query {
		return store.Query{Table: store.Activity, Index: index, Partition: partition}
	}
	t.Run("an item is found in each of its indexes, in their order", func(t *testing.T) {
		f := setUp(t, open)
		put(f, "1", place(store.ByUser, "u", "z"), place(store.ByConnector, "c", "a"))
		put(f, "2", place(store.ByUser, "u", "a"), place(store.ByConnector, "c", "z"))
		put(f, "3", place(store.ByConnector, "c", "m"))
		put(f, "4", place(store.ByUser, "v", "a"))
		put(f, "5")
		f.eventually(of(store.ByUser, "u"), []string{"2", "1"})
		f.eventually(of(store.ByConnector, "c"), []string{"1", "3", "2"})
		q := of(store.ByConnector, "c")
		q.From, q.To, q.Descending = "b", "z", true
		f.eventually(q, []string{"2", "3"})
	})
	t.Run("items that share a place in an index are all found, page by page", func(t *testing.T) {
		f := setUp(t, open)
		for i := range 9 {
			put(f, fmt.Sprint(i), place(store.ByUser, "u", "same"))
		}
		for _, descending := range []bool{false, true} {
			q := of(store.ByUser, "u")
			q.Limit, q.Descending, q.To = 2, descending, "same"
			got := f.until(q, func(got []string) bool { return len(got) == 9 })
			slices.Sort(got)
			mustList(t, "the items", got, []string{"0", "1", "2", "3", "4", "5", "6", "7", "8"})
		}
	})
	t.Run("an item that moves in an index or goes away is not found where it was", func(t *testing.T) {
		f := setUp(t, open)
		put(f, "1", place(store.ByUser, "u", "a"))
		put(f, "2", place(store.ByUser, "u", "b"))
		f.eventually(of(store.ByUser, "u"), []string{"1", "2"})
		put(f, "1", place(store.ByUser, "v", "a"))
		f.write(store.Delete(store.Key{Table: store.Activity, Partition: "E", Sort: "2"}, store.Present()))
		f.eventually(of(store.ByUser, "u"), nil)
		f.eventually(of(store.ByUser, "v"), []string{"1"})
	})
}
