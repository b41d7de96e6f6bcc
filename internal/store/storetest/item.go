package storetest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

func manyKeys(n int) []store.Key {
	keys := make([]store.Key, n)
	for i := range keys {
		keys[i] = key(fmt.Sprintf("%04d", i))
	}
	return keys
}

func testGet(t *testing.T, open Open) {
	t.Run("items come in the order of the keys, nil for those that are absent", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(item("a", "A"), store.Absent()), store.Put(item("c", "C"), store.Absent()))
		items, err := f.Get(t.Context(), []store.Key{key("c"), key("b"), key("a"), {Table: store.Config, Partition: "P", Sort: "a"}})
		mustBe(t, err, nil)
		mustEqual(t, "the number of items", len(items), 4)
		mustEqual(t, "the first", string(items[0].Data), "C")
		mustEqual(t, "the third", string(items[2].Data), "A")
		if items[1] != nil || items[3] != nil {
			t.Fatalf("absent items are %v and %v, want nil", items[1], items[3])
		}
	})
	t.Run("a hundred items come in one call, large ones too", func(t *testing.T) {
		f := setUp(t, open)
		keys := manyKeys(store.MaxGet)
		for i, k := range keys {
			f.write(store.Put(store.Item{Key: k, Data: bytes.Repeat([]byte{byte(i)}, 200<<10)}, store.Absent()))
		}
		items, err := f.Get(t.Context(), keys)
		mustBe(t, err, nil)
		for i, it := range items {
			if it == nil || it.Key != keys[i] || len(it.Data) != 200<<10 || it.Data[7] != byte(i) {
				t.Fatalf("item %d is wrong", i)
			}
		}
	})
	t.Run("no keys are no items", func(t *testing.T) {
		f := setUp(t, open)
		items, err := f.Get(t.Context(), nil)
		mustBe(t, err, nil)
		mustEqual(t, "the number of items", len(items), 0)
	})
	t.Run("what a caller does to an answer changes nothing", func(t *testing.T) {
		f := setUp(t, open)
		for _, size := range []int{1, 10000} {
			f.write(store.Put(item("a", strings.Repeat("good", size)), store.Always()))
			copy(f.get(key("a")).Data, "evil")
			mustEqual(t, "the data", f.data(key("a")), strings.Repeat("good", size))
		}
	})
	t.Run("an answer stays as it was when the store goes on", func(t *testing.T) {
		f := setUp(t, open)
		want := strings.Repeat("old", 10000)
		f.write(store.Put(item("a", want), store.Absent()))
		answer := f.get(key("a"))
		page, err := f.Query(t.Context(), store.Query{Table: store.Directory, Partition: "P", Limit: 1})
		mustBe(t, err, nil)
		for i := range 5 {
			f.write(store.Put(item("a", strings.Repeat(fmt.Sprint(i), 30000)), store.Always()))
		}
		mustEqual(t, "the item", string(answer.Data) == want, true)
		mustEqual(t, "the item of the page", string(page.Items[0].Data) == want, true)
	})
	t.Run("what a caller does to an item after writing it changes nothing", func(t *testing.T) {
		f := setUp(t, open)
		it := item("a", "good")
		f.write(store.Put(it, store.Absent()))
		copy(it.Data, "evil")
		mustEqual(t, "the data", f.data(key("a")), "good")
	})
	t.Run("partitions and tables do not see each other's items", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(item("a", "A"), store.Absent()))
		mustEqual(t, "another partition", f.data(store.Key{Table: store.Directory, Partition: "Pa", Sort: "a"}), "absent")
		mustEqual(t, "parts shifted", f.data(store.Key{Table: store.Directory, Partition: "P", Sort: "aa"}), "absent")
	})
}

func testItems(t *testing.T, open Open) {
	binary := make([]byte, 256)
	for i := range binary {
		binary[i] = byte(i)
	}
	overhead := 256
	for name, data := range map[string][]byte{
		"binary data":       binary,
		"invalid UTF-8":     {0xff, 0xfe, 0x00, 0xc3},
		"no data":           nil,
		"JSON":              []byte(`{"f":1,"d":{"a":"\u0000<>&"}}`),
		"the largest there": bytes.Repeat([]byte("x"), store.MaxItem-overhead-2),
	} {
		t.Run(name+" comes back as it was", func(t *testing.T) {
			f := setUp(t, open)
			f.write(store.Put(store.Item{Key: key("a"), Data: data}, store.Absent()))
			if got := f.get(key("a")).Data; !bytes.Equal(got, data) {
				t.Fatalf("%d bytes came back, not the %d that were put", len(got), len(data))
			}
		})
	}
	t.Run("all fields come back as they were", func(t *testing.T) {
		f := setUp(t, open)
		end := f.clock.now().Add(time.Hour + 123456789)
		want := store.Item{
			Key: store.Key{Table: store.Activity, Partition: "P", Sort: "s"}, Count: -42, Data: []byte("d"), Expires: end,
			Indexes: []store.IndexKey{{Index: store.ByUser, Partition: "u", Sort: "1"}, {Index: store.ByConnector, Partition: "c", Sort: "2"}},
		}
		f.write(store.Put(want, store.Absent()))
		want.Version = 1
		got := *f.get(want.Key)
		if !got.Expires.Equal(end) {
			t.Fatalf("the end is %v, want %v", got.Expires, end)
		}
		got.Expires = want.Expires
		mustEqual(t, "the item", fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want))
	})
	for name, cond := range map[string]store.Condition{"Always": store.Always(), "Present": store.Present(), "Version": store.Version(1)} {
		t.Run("a put under "+name+" replaces everything, the count, the end and the indexes too", func(t *testing.T) {
			f := setUp(t, open)
			old := store.Item{
				Key: store.Key{Table: store.Activity, Partition: "P", Sort: "s"}, Count: 5, Data: []byte("d"), Expires: f.clock.now().Add(time.Hour),
				Indexes: []store.IndexKey{{Index: store.ByUser, Partition: "u", Sort: "1"}},
			}
			f.write(store.Put(old, store.Absent()))
			f.write(store.Put(store.Item{Key: old.Key}, cond))
			got := f.get(old.Key)
			if len(got.Data) != 0 || got.Count != 0 || !got.Expires.IsZero() || len(got.Indexes) != 0 {
				t.Fatalf("%+v is left", got)
			}
			f.eventually(store.Query{Table: store.Activity, Index: store.ByUser, Partition: "u"}, nil)
			f.clock.add(2 * time.Hour)
			mustEqual(t, "the version after the old end", f.version(old.Key), 2)
		})
	}
	t.Run("the longest keys can be stored and queried", func(t *testing.T) {
		f := setUp(t, open)
		k := store.Key{Table: store.Activity, Partition: string(bytes.Repeat([]byte("p"), store.MaxPartition)), Sort: string(bytes.Repeat([]byte("s"), store.MaxSort))}
		in := store.IndexKey{Index: store.ByUser, Partition: k.Partition, Sort: k.Sort}
		f.write(store.Put(store.Item{Key: k, Indexes: []store.IndexKey{in}}, store.Absent()))
		mustList(t, "the sort keys", f.sorts(store.Query{Table: store.Activity, Partition: k.Partition}), []string{k.Sort})
		f.eventually(store.Query{Table: store.Activity, Index: store.ByUser, Partition: k.Partition, Prefix: k.Sort}, []string{k.Sort})
	})
}
