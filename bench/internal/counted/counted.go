// Package counted counts the calls to the tables of a store. Each of them is one
// call to DynamoDB.
package counted

import (
	"context"
	"sync"

	"github.com/gatepost/gatepost/internal/store"
)

// Calls are calls to the tables.
type Calls struct {
	Gets      int `json:"batch_reads"`
	Snapshots int `json:"snapshots"`
	Keys      int `json:"items_asked"`
	Units     int `json:"read_units"` // of gets and snapshots, as DynamoDB charges for them
	Queries   int `json:"queries"`
	Writes    int `json:"writes"`
	Ops       int `json:"items_written"`
}

// All is the number of calls.
func (c Calls) All() int { return c.Gets + c.Snapshots + c.Queries + c.Writes }

// Plus is the sum of both.
func (c Calls) Plus(more Calls) Calls {
	return Calls{
		c.Gets + more.Gets, c.Snapshots + more.Snapshots, c.Keys + more.Keys, c.Units + more.Units,
		c.Queries + more.Queries, c.Writes + more.Writes, c.Ops + more.Ops,
	}
}

// Tables are tables whose calls are counted.
type Tables struct {
	store.Tables
	mu  sync.Mutex
	sum Calls
}

// Reset returns the calls since the last reset.
func (t *Tables) Reset() Calls {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := t.sum
	t.sum = Calls{}
	return sum
}

func (t *Tables) add(more Calls) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sum = t.sum.Plus(more)
}

// Get implements [store.Tables].
func (t *Tables) Get(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	items, err := t.Tables.Get(ctx, keys)
	t.add(Calls{Gets: 1, Keys: len(keys), Units: units(items)})
	return items, err
}

// Snapshot implements [store.Tables].
func (t *Tables) Snapshot(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	items, err := t.Tables.Snapshot(ctx, keys)
	t.add(Calls{Snapshots: 1, Keys: len(keys), Units: 2 * units(items)})
	return items, err
}

// DynamoDB charges a consistent read a unit for each 4 KB of an item that were
// begun, one for an item that is missing, and a read in a transaction twice that.
// Beside key and data, which are counted, an item has its version, count, end and
// the word of its last write.
const (
	unit   = 4 << 10
	beside = 200
)

func units(items []*store.Item) int {
	sum := 0
	for _, item := range items {
		if item == nil {
			sum++
			continue
		}
		sum += (len(item.Key.Partition) + len(item.Key.Sort) + len(item.Data) + beside + unit - 1) / unit
	}
	return sum
}

// Query implements [store.Tables].
func (t *Tables) Query(ctx context.Context, q store.Query) (store.Page, error) {
	t.add(Calls{Queries: 1})
	return t.Tables.Query(ctx, q)
}

// Write implements [store.Tables].
func (t *Tables) Write(ctx context.Context, ops ...store.Op) error {
	t.add(Calls{Writes: 1, Ops: len(ops)})
	return t.Tables.Write(ctx, ops...)
}
