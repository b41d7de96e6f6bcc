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
	Gets    int `json:"batch_reads"`
	Keys    int `json:"items_asked"`
	Queries int `json:"queries"`
	Writes  int `json:"writes"`
	Ops     int `json:"items_written"`
}

// All is the number of calls.
func (c Calls) All() int { return c.Gets + c.Queries + c.Writes }

// Plus is the sum of both.
func (c Calls) Plus(more Calls) Calls {
	return Calls{c.Gets + more.Gets, c.Keys + more.Keys, c.Queries + more.Queries, c.Writes + more.Writes, c.Ops + more.Ops}
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
	t.add(Calls{Gets: 1, Keys: len(keys)})
	return t.Tables.Get(ctx, keys)
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
