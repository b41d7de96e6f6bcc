package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

func testLimits(t *testing.T, open Open) {
	f := setUp(t, open)
	testGetLimits(t, f)
	testSnapshotLimits(t, f)
	testWriteLimits(t, f)
	testQueryLimits(t, f)
}

func testGetLimits(t *testing.T, f fixture) {
	for name, c := range map[string]struct {
		keys []store.Key
		want error
	}{
		"more than 100 keys":            {manyKeys(store.MaxGet + 1), store.ErrTooLarge},
		"a key twice":                   {[]store.Key{key("a"), key("b"), key("a")}, store.ErrKey},
		"no sort key":                   {[]store.Key{key("")}, store.ErrKey},
		"no partition key":              {[]store.Key{{Table: store.Config, Sort: "a"}}, store.ErrKey},
		"an unknown table":              {[]store.Key{{Table: "secrets", Partition: "P", Sort: "a"}}, store.ErrKey},
		"a NUL in a key":                {[]store.Key{key("a\x00b")}, store.ErrKey},
		"a key that is not UTF-8":       {[]store.Key{key("\xff")}, store.ErrKey},
		"a sort key that is too long":   {[]store.Key{key(strings.Repeat("s", store.MaxSort+1))}, store.ErrKey},
		"a partition that is too long":  {[]store.Key{{Table: store.Config, Partition: strings.Repeat("p", store.MaxPartition+1), Sort: "a"}}, store.ErrKey},
		"a long partition among others": {[]store.Key{key("a"), {Table: store.Config, Partition: strings.Repeat("p", 1<<20), Sort: "a"}}, store.ErrKey},
	} {
		t.Run("get refuses "+name, func(t *testing.T) {
			_, err := f.Get(t.Context(), c.keys)
			mustBe(t, err, c.want)
			_, err = f.Snapshot(t.Context(), c.keys)
			mustBe(t, err, c.want)
		})
	}
}

func testSnapshotLimits(t *testing.T, f fixture) {
	t.Run("a snapshot refuses more than 10 keys", func(t *testing.T) {
		_, err := f.Snapshot(t.Context(), manyKeys(store.MaxSnapshot+1))
		mustBe(t, err, store.ErrTooLarge)
	})
}

func testWriteLimits(t *testing.T, f fixture) {
	sized := func(n int) store.Item { return store.Item{Key: key("big"), Data: make([]byte, n)} }
	index := func(keys ...store.IndexKey) []store.Op {
		return []store.Op{store.Put(store.Item{Key: store.Key{Table: store.Activity, Partition: "P", Sort: "a"}, Indexes: keys}, store.Always())}
	}
	user := store.IndexKey{Index: store.ByUser, Partition: "u", Sort: "a"}
	connector := store.IndexKey{Index: store.ByConnector, Partition: "u", Sort: "a"}
	var many, heavy []store.Op
	for _, k := range manyKeys(store.MaxOps + 1) {
		many = append(many, store.Put(store.Item{Key: k}, store.Always()))
		if len(heavy) < 15 {
			heavy = append(heavy, store.Put(store.Item{Key: k, Data: make([]byte, 300<<10)}, store.Always()))
		}
	}
	for name, c := range map[string]struct {
		ops  []store.Op
		want error
	}{
		"more than 100 operations":    {many, store.ErrTooLarge},
		"more than 4 MiB":             {heavy, store.ErrTooLarge},
		"an item twice":               {[]store.Op{store.Check(key("a"), store.Absent()), store.Put(item("a", ""), store.Always())}, store.ErrKey},
		"an item of 400 KiB and more": {[]store.Op{store.Put(sized(store.MaxItem-256-3), store.Always())}, store.ErrTooLarge},
		"a put without a key":         {[]store.Op{store.Put(store.Item{}, store.Always())}, store.ErrKey},
		"a check of nothing":          {[]store.Op{store.Check(key("a"), store.Always())}, store.ErrKey},
		"a deletion of what is not":   {[]store.Op{store.Delete(key("a"), store.Absent())}, store.ErrKey},
		"no operation":                {[]store.Op{{Item: item("a", "")}}, store.ErrKey},
		"an addition of nothing":      {[]store.Op{store.Add(key("a"), 0, 5, time.Time{})}, store.ErrLimit},
		"a subtraction":               {[]store.Op{store.Add(key("a"), -1, 5, time.Time{})}, store.ErrLimit},
		"an end before 1971":          {[]store.Op{store.Add(key("a"), 1, 5, time.Unix(5, 0))}, store.ErrTooLarge},
		"an end after 2261":           {[]store.Op{store.Put(store.Item{Key: key("a"), Expires: time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)}, store.Always())}, store.ErrTooLarge},
		"an index of another table":   {[]store.Op{store.Put(store.Item{Key: key("a"), Indexes: []store.IndexKey{user}}, store.Always())}, store.ErrKey},
		"an unknown index":            {index(store.IndexKey{Index: "by-mood", Partition: "u", Sort: "a"}), store.ErrKey},
		"an index twice":              {index(user, user), store.ErrKey},
		"three indexes":               {index(user, connector, user), store.ErrTooLarge},
		"an index key without a part": {index(store.IndexKey{Index: store.ByUser, Partition: "u"}), store.ErrKey},
		"a long index key":            {index(store.IndexKey{Index: store.ByUser, Partition: "u", Sort: strings.Repeat("s", 1025)}), store.ErrKey},
	} {
		t.Run("write refuses "+name, func(t *testing.T) {
			mustBe(t, f.Write(t.Context(), c.ops...), c.want)
		})
	}
	mustEqual(t, "the number of items after refusals", len(f.sorts(store.Query{Table: store.Directory, Partition: "P"})), 0)
}

func testQueryLimits(t *testing.T, f fixture) {
	good := store.Query{Table: store.Directory, Partition: "P", Limit: 10}
	for name, c := range map[string]struct {
		change func(*store.Query)
		want   error
	}{
		"a page of none":            {func(q *store.Query) { q.Limit = 0 }, store.ErrTooLarge},
		"a negative page":           {func(q *store.Query) { q.Limit = -1 }, store.ErrTooLarge},
		"a page of more than 5,000": {func(q *store.Query) { q.Limit = store.MaxQuery + 1 }, store.ErrTooLarge},
		"a prefix and a range":      {func(q *store.Query) { q.Prefix, q.To = "a", "b" }, store.ErrKey},
		"no partition":              {func(q *store.Query) { q.Partition = "" }, store.ErrKey},
		"an unknown table":          {func(q *store.Query) { q.Table = "secrets" }, store.ErrKey},
		"an index of another table": {func(q *store.Query) { q.Index = store.ByUser }, store.ErrKey},
		"a prefix that is no text":  {func(q *store.Query) { q.Prefix = "\xc3" }, store.ErrKey},
		"a prefix with a NUL":       {func(q *store.Query) { q.Prefix = "a\x00" }, store.ErrKey},
		"a bound that is too long":  {func(q *store.Query) { q.To = strings.Repeat("s", store.MaxSort+1) }, store.ErrKey},
	} {
		t.Run("query refuses "+name, func(t *testing.T) {
			q := good
			c.change(&q)
			_, err := f.Query(t.Context(), q)
			mustBe(t, err, c.want)
		})
	}
}
