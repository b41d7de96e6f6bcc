package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
)

func testRaces(t *testing.T, open Open) {
	t.Run("200 writers that raise a number by reading and writing lose nothing", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(item("n", "0"), store.Absent()))
		errs := together(200, func(int) error { return raise(t.Context(), f.Tables) })
		number := raised(t, errs, f.data(key("n")))
		mustEqual(t, "the version", f.version(key("n")), uint64(number+1))
	})
	t.Run("of many that make an item under Absent one succeeds", func(t *testing.T) {
		f := setUp(t, open)
		errs := together(50, func(i int) error { return f.Write(t.Context(), store.Put(item("a", fmt.Sprint(i)), store.Absent())) })
		mustEqual(t, "the number that succeeded", count(errs, nil), 1)
		mustEqual(t, "the number refused", count(errs, store.ErrExists), 49)
		mustEqual(t, "who succeeded", errs[mustInt(t, f.data(key("a")))], nil)
	})
	t.Run("of many that take an item one succeeds", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(item("a", ""), store.Absent()))
		errs := together(50, func(i int) error { return f.Write(t.Context(), store.Delete(key("a"), store.Version(1))) })
		mustEqual(t, "the number that succeeded", count(errs, nil), 1)
		mustEqual(t, "the number refused", count(errs, store.ErrNotFound), 49)
	})
	t.Run("two items written together are never seen half by a check", func(t *testing.T) {
		f := setUp(t, open)
		f.write(store.Put(item("a", "0"), store.Absent()), store.Put(item("b", "0"), store.Absent()))
		errs := together(40, func(i int) error { return swapBoth(t.Context(), f.Tables) })
		raised(t, errs, f.data(key("a")))
		mustEqual(t, "b", f.data(key("b")), f.data(key("a")))
	})
}

// raised is the number to which writers raised one that was 0: each that succeeded by
// one. A service that is very busy may answer none of a writer's tries, or that it
// failed inside; whether such a write happened cannot be known, and it may count. Most
// writers must know.
func raised(t *testing.T, errs []error, text string) int {
	t.Helper()
	number, sure, doubtful := mustInt(t, text), count(errs, nil), count(errs, store.ErrUnavailable)
	if sure+doubtful != len(errs) || number < sure || number > sure+doubtful || doubtful > len(errs)/4 {
		t.Errorf("%d writers raised it for sure and %d perhaps, and it is %d; what stopped writers is %v", sure, doubtful, number, errors.Join(errs...))
	}
	return number
}

func mustInt(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// raise adds one to the number in the item n, again and again until nobody came
// between.
func raise(ctx context.Context, tables store.Tables) error {
	return untilFresh(ctx, func() error {
		items, err := tables.Get(ctx, []store.Key{key("n")})
		if err != nil {
			return err
		}
		return tables.Write(ctx, plusOne("n", items[0]))
	})
}

// swapBoth adds one to the numbers in a and b, which are the same.
func swapBoth(ctx context.Context, tables store.Tables) error {
	return untilFresh(ctx, func() error {
		items, err := tables.Get(ctx, []store.Key{key("a"), key("b")})
		if err != nil {
			return err
		}
		return tables.Write(ctx, plusOne("a", items[0]), plusOne("b", items[1]))
	})
}

func plusOne(sort string, it *store.Item) store.Op {
	n, err := strconv.Atoi(string(it.Data))
	if err != nil {
		n = -1 << 20
	}
	return store.Put(item(sort, strconv.Itoa(n+1)), store.Version(it.Version))
}

func untilFresh(ctx context.Context, try func() error) error {
	for ctx.Err() == nil {
		err := try()
		if !errors.Is(err, store.ErrStale) {
			return err
		}
	}
	return ctx.Err()
}

func testContexts(t *testing.T, open Open) {
	f := setUp(t, open)
	f.write(store.Put(item("a", ""), store.Absent()))
	past, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		want error
	}{"cancelled": {cancelled(t), context.Canceled}, "over": {past, context.DeadlineExceeded}} {
		calls := map[string]func() error{
			"get":      func() error { _, err := f.Get(c.ctx, []store.Key{key("a")}); return err },
			"snapshot": func() error { _, err := f.Snapshot(c.ctx, []store.Key{key("a")}); return err },
			"query": func() error {
				_, err := f.Query(c.ctx, store.Query{Table: store.Directory, Partition: "P", Limit: 1})
				return err
			},
			"write": func() error { return f.Write(c.ctx, store.Put(item("b", ""), store.Always())) },
		}
		for call, do := range calls {
			t.Run(call+" fails when the context is "+name, func(t *testing.T) {
				err := do()
				mustBe(t, err, store.ErrUnavailable)
				mustBe(t, err, c.want)
			})
		}
	}
	mustEqual(t, "what was written under an ended context", f.data(key("b")), "absent")
}
