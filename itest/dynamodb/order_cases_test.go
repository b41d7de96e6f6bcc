package dynamodb

import (
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

// step is a call of the port. The steps of a list follow each other on the same
// tables.
type step struct {
	name string
	call func(*testing.T, store.Tables) error
}

func writing(name string, ops ...store.Op) step {
	return step{name, func(t *testing.T, tables store.Tables) error { return tables.Write(t.Context(), ops...) }}
}

func querying(name string, q store.Query) step {
	return step{name, func(t *testing.T, tables store.Tables) error {
		_, err := tables.Query(t.Context(), q)
		return err
	}}
}

func writes() []step {
	in := func(table store.Table, sort string) store.Key {
		return store.Key{Table: table, Partition: "P", Sort: sort}
	}
	full := store.Item{
		Key: at("s"), Count: -42, Data: []byte("d"), Expires: noon().Add(time.Hour + 1),
		Indexes: []store.IndexKey{{Index: store.ByUser, Partition: "u", Sort: "1"}, {Index: store.ByConnector, Partition: "c", Sort: "2"}},
	}
	config := store.Item{Key: in(store.Config, "s")}
	end := noon().Add(time.Minute)
	return []step{
		writing("put under Absent", store.Put(full, store.Absent())),
		writing("put under Version(7)", store.Put(config, store.Version(7))),
		writing("put under Present", store.Put(config, store.Present())),
		writing("put under Always", store.Put(full, store.Always())),
		writing("put under Always of an item in no index", store.Put(store.Item{Key: at("s")}, store.Always())),
		writing("delete under Always", store.Delete(at("s"), store.Always())),
		writing("delete under Present", store.Delete(at("s"), store.Present())),
		writing("check under Absent", store.Check(at("s"), store.Absent())),
		writing("check under Present", store.Check(at("s"), store.Present())),
		writing("add without limit", store.Add(at("s"), 2, 0, time.Time{})),
		writing("add up to a limit", store.Add(at("s"), 2, 5, end)),
		writing("add more than the limit", store.Add(at("s"), 6, 5, end)),
		writing("all of them",
			store.Put(config, store.Absent()), store.Put(store.Item{Key: in(store.Directory, "s")}, store.Always()),
			store.Delete(at("t"), store.Always()), store.Delete(at("s"), store.Version(2)),
			store.Check(at("v"), store.Absent()), store.Add(at("w"), 1, 0, end)),
	}
}

func reads() []step {
	get := func(t *testing.T, tables store.Tables) error {
		_, err := tables.Get(t.Context(), []store.Key{
			at("a"), at("b"), {Table: store.Config, Partition: "P", Sort: "a"}, {Table: store.Directory, Partition: "P", Sort: "a"},
		})
		return err
	}
	snapshot := func(t *testing.T, tables store.Tables) error {
		_, err := tables.Snapshot(t.Context(), []store.Key{at("a"), {Table: store.Config, Partition: "P", Sort: "a"}})
		return err
	}
	table := store.Query{Table: store.Activity, Partition: "P", Limit: 2}
	index := table
	index.Index = store.ByUser
	prefix, next, backwards, ranged, from, to, after := table, table, table, index, index, index, index
	prefix.Prefix, next.Cursor, backwards.Descending = "a", "b", true
	ranged.From, ranged.To = "a", "z"
	from.From, to.To = "a", "z"
	after.Cursor = "b\x00P\x00s"
	connector := index
	connector.Index = store.ByConnector
	return []step{
		{"get from all tables", get},
		{"get at one moment", snapshot},
		querying("query a partition", table),
		querying("query a prefix", prefix),
		querying("query backwards", backwards),
		querying("query after a position", next),
		querying("query an index between two keys", ranged),
		querying("query an index from a key", from),
		querying("query an index up to a key", to),
		querying("query an index after a position", after),
		querying("query the other index", connector),
	}
}
