package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

// The states of an item that conditions are tried on.
const (
	never   = "an item that never was"
	deleted = "an item that was deleted"
	ended   = "an item that has ended"
	atTwo   = "an item of version 2"
)

func testConditions(t *testing.T, open Open) {
	absent := map[string]error{"Always": nil, "Absent": nil, "Present": store.ErrNotFound, "Version(1)": store.ErrNotFound, "Version(2)": store.ErrNotFound}
	want := map[string]map[string]error{
		never:   absent,
		deleted: absent,
		ended:   absent,
		atTwo:   {"Always": nil, "Absent": store.ErrExists, "Present": nil, "Version(1)": store.ErrStale, "Version(2)": nil, "Version(3)": store.ErrStale},
	}
	conditions := map[string]store.Condition{
		"Always": store.Always(), "Absent": store.Absent(), "Present": store.Present(),
		"Version(1)": store.Version(1), "Version(2)": store.Version(2), "Version(3)": store.Version(3),
	}
	for state, errs := range want {
		for name, err := range errs {
			for action, op := range conditional(conditions[name]) {
				t.Run(action+" under "+name+" of "+state, func(t *testing.T) {
					f := setUp(t, open)
					f.bring(state)
					before := f.data(key("a"))
					got := f.Write(t.Context(), op)
					mustBe(t, got, err)
					if err != nil {
						mustEqual(t, "the data after a refusal", f.data(key("a")), before)
					}
				})
			}
		}
	}
}

// conditional are the operations that take the condition.
func conditional(c store.Condition) map[string]store.Op {
	ops := map[string]store.Op{"put": store.Put(item("a", "new"), c)}
	if c.State != store.StateAbsent {
		ops["delete"] = store.Delete(key("a"), c)
	}
	if c.State != store.StateAny {
		ops["check"] = store.Check(key("a"), c)
	}
	return ops
}

// bring puts the item "a" into a state.
func (f fixture) bring(state string) {
	f.Helper()
	two := item("a", "old")
	switch state {
	case never:
		return
	case ended:
		two.Expires = f.clock.now().Add(time.Minute)
	}
	f.write(store.Put(item("a", "older"), store.Absent()))
	f.write(store.Put(two, store.Version(1)))
	switch state {
	case deleted:
		f.write(store.Delete(key("a"), store.Version(2)))
	case ended:
		f.clock.add(time.Minute)
	}
}

func testVersions(t *testing.T, open Open) {
	t.Run("a new item has version 1 and each put adds one", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(item("a", "1"), store.Always()))
		mustEqual(t, "the version", f.version(key("a")), 1)
		f.write(store.Put(item("a", "2"), store.Always()))
		mustEqual(t, "the version", f.version(key("a")), 2)
		f.write(store.Put(item("a", "3"), store.Version(2)))
		mustEqual(t, "the version", f.version(key("a")), 3)
		f.write(store.Put(item("a", "4"), store.Present()))
		mustEqual(t, "the version", f.version(key("a")), 4)
	})
	t.Run("the version in a put is ignored", func(t *testing.T) {
		f := setUp(t, open)
		it := item("a", "1")
		it.Version = 77
		f.write(store.Put(it, store.Always()))
		mustEqual(t, "the version", f.version(key("a")), 1)
	})
	t.Run("a check leaves the version as it is", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(item("a", "1"), store.Always()))
		f.write(store.Check(key("a"), store.Version(1)))
		mustEqual(t, "the version", f.version(key("a")), 1)
	})
	t.Run("an item made again after a deletion begins at 1", func(t *testing.T) {
		f := setUp(t, open)
		f.bring(deleted)
		f.write(store.Put(item("a", "1"), store.Always()))
		mustEqual(t, "the version", f.version(key("a")), 1)
	})
	t.Run("an item made under Absent after its end begins at 1", func(t *testing.T) {
		f := setUp(t, open)
		f.bring(ended)
		f.write(store.Put(item("a", "1"), store.Absent()))
		mustEqual(t, "the version", f.version(key("a")), 1)
	})
}

func testTransactions(t *testing.T, open Open) {
	t.Run("one condition that fails keeps all the other operations from happening", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(item("a", "a1"), store.Absent()), store.Put(item("b", "b1"), store.Absent()))
		err := f.Write(t.Context(),
			store.Put(item("a", "a2"), store.Always()),
			store.Delete(key("b"), store.Always()),
			store.Put(item("c", "c1"), store.Absent()),
			store.Add(key("d"), 1, 0, time.Time{}),
			store.Check(key("e"), store.Present()),
		)
		mustBe(t, err, store.ErrNotFound)
		mustEqual(t, "a", f.data(key("a")), "a1")
		mustEqual(t, "a's version", f.version(key("a")), 1)
		mustEqual(t, "b", f.data(key("b")), "b1")
		mustEqual(t, "c", f.data(key("c")), "absent")
		mustEqual(t, "d", f.data(key("d")), "absent")
	})
	t.Run("the error names the first operation that failed, in the order given", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(item("a", ""), store.Absent()))
		err := f.Write(t.Context(),
			store.Put(item("z", ""), store.Absent()),
			store.Check(key("a"), store.Version(9)),
			store.Put(item("a2", ""), store.Present()),
		)
		var op *store.OpError
		if !errors.As(err, &op) {
			t.Fatalf("error is %v, want an OpError", err)
		}
		mustEqual(t, "the index", op.Index, 1)
		mustEqual(t, "the key", op.Key, key("a"))
		mustBe(t, op, store.ErrStale)
	})
	t.Run("a single operation that fails is named too", func(t *testing.T) {
		f := setUp(t, open)
		var op *store.OpError
		if err := f.Write(t.Context(), store.Delete(key("a"), store.Present())); !errors.As(err, &op) || op.Key != key("a") {
			t.Fatalf("error is %v, want an OpError of the key", err)
		}
	})
	t.Run("a write spans the tables", func(t *testing.T) {
		f := setUp(t, open)
		tables := []store.Table{store.Config, store.Directory, store.Activity}
		var ops []store.Op
		for _, table := range tables {
			ops = append(ops, store.Put(store.Item{Key: store.Key{Table: table, Partition: "P", Sort: "a"}, Data: []byte(table)}, store.Absent()))
		}
		f.write(ops...)
		for _, table := range tables {
			mustEqual(t, "the data", f.data(store.Key{Table: table, Partition: "P", Sort: "a"}), string(table))
		}
	})
	t.Run("a hundred operations are one write", func(t *testing.T) {
		f := setUp(t, open)
		var ops []store.Op
		for _, k := range manyKeys(store.MaxOps) {
			ops = append(ops, store.Put(store.Item{Key: k}, store.Absent()))
		}
		f.write(ops...)
		mustEqual(t, "the number of items", len(f.sorts(store.Query{Table: store.Directory, Partition: "P"})), store.MaxOps)
	})
	t.Run("nothing to write is no error", func(t *testing.T) {
		f := setUp(t, open)
		f.write()
	})
}
