package store

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Guard is tables with the port's limits kept in front of it: a call that some
// database could not carry out is refused with [ErrTooLarge], [ErrKey] or
// [ErrCursor] before the adapter sees it, so that all adapters refuse the same.
func Guard(tables Tables) Tables {
	if g, ok := tables.(guarded); ok {
		return g
	}
	return guarded{tables}
}

type guarded struct{ tables Tables }

// itemOverhead is what an item's size counts for the names of its fields, its
// version, count and end.
const itemOverhead = 256

// Get implements [Tables].
func (g guarded) Get(ctx context.Context, keys []Key) ([]*Item, error) {
	return read(ctx, keys, MaxGet, g.tables.Get)
}

// Snapshot implements [Tables].
func (g guarded) Snapshot(ctx context.Context, keys []Key) ([]*Item, error) {
	return read(ctx, keys, MaxSnapshot, g.tables.Snapshot)
}

// read has keys read that can be asked for together, at most so many.
func read(ctx context.Context, keys []Key, most int, from func(context.Context, []Key) ([]*Item, error)) ([]*Item, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	if len(keys) > most {
		return nil, fmt.Errorf("get %d items, at most %d: %w", len(keys), most, ErrTooLarge)
	}
	seen := make(map[Key]bool, len(keys))
	for _, key := range keys {
		err := checkKey(key)
		if err != nil {
			return nil, err
		}
		if seen[key] {
			return nil, fmt.Errorf("get an item twice: %w", ErrKey)
		}
		seen[key] = true
	}
	return from(ctx, keys)
}

// Query implements [Tables].
func (g guarded) Query(ctx context.Context, q Query) (Page, error) {
	err := checkQuery(q)
	if err != nil {
		return Page{}, err
	}
	shape := q.shape()
	q.Cursor, err = openCursor(shape, q.Cursor)
	if err != nil {
		return Page{}, err
	}
	page, err := g.tables.Query(ctx, q)
	if err != nil {
		return Page{}, err
	}
	page.Cursor = sealCursor(shape, page.Cursor)
	return page, nil
}

// Write implements [Tables].
func (g guarded) Write(ctx context.Context, ops ...Op) error {
	if len(ops) == 0 {
		return nil
	}
	if len(ops) > MaxOps {
		return fmt.Errorf("write %d operations, at most %d: %w", len(ops), MaxOps, ErrTooLarge)
	}
	seen := make(map[Key]bool, len(ops))
	total := 0
	for _, op := range ops {
		err := checkOp(op)
		if err != nil {
			return err
		}
		if seen[op.Item.Key] {
			return fmt.Errorf("write an item twice: %w", ErrKey)
		}
		seen[op.Item.Key] = true
		total += itemSize(op.Item)
	}
	if total > MaxWrite {
		return fmt.Errorf("write %d bytes, at most %d: %w", total, MaxWrite, ErrTooLarge)
	}
	return g.tables.Write(ctx, ops...)
}

func checkOp(op Op) error {
	err := checkKey(op.Item.Key)
	if err != nil {
		return err
	}
	switch op.Action {
	case ActionPut:
		return checkItem(op.Item)
	case ActionDelete:
		if op.If.State == StateAbsent {
			return fmt.Errorf("delete what is absent: %w", ErrKey)
		}
	case ActionCheck:
		if op.If.State == StateAny {
			return fmt.Errorf("check nothing: %w", ErrKey)
		}
	case ActionAdd:
		if op.By < 1 || op.Limit < 0 {
			return fmt.Errorf("add %d up to %d: %w", op.By, op.Limit, ErrLimit)
		}
		return checkExpires(op.Item.Expires)
	default:
		return fmt.Errorf("action %d: %w", op.Action, ErrKey)
	}
	return nil
}

func checkItem(item Item) error {
	if size := itemSize(item); size > MaxItem {
		return fmt.Errorf("an item of %d bytes, at most %d: %w", size, MaxItem, ErrTooLarge)
	}
	if len(item.Indexes) > MaxIndexes {
		return fmt.Errorf("an item in %d indexes, at most %d: %w", len(item.Indexes), MaxIndexes, ErrTooLarge)
	}
	for i, key := range item.Indexes {
		err := checkIndex(item.Key.Table, key.Index)
		if err != nil {
			return err
		}
		if i > 0 && item.Indexes[0].Index == key.Index {
			return fmt.Errorf("index %q twice: %w", key.Index, ErrKey)
		}
		err = checkParts(key.Partition, key.Sort)
		if err != nil {
			return err
		}
	}
	return checkExpires(item.Expires)
}

func itemSize(item Item) int {
	size := itemOverhead + len(item.Key.Partition) + len(item.Key.Sort) + len(item.Data)
	for _, key := range item.Indexes {
		size += len(key.Partition) + len(key.Sort)
	}
	return size
}

// checkExpires refuses ends that do not fit a count of nanoseconds since 1970.
func checkExpires(t time.Time) error {
	if t.IsZero() || t.Year() > 1970 && t.Year() < 2262 {
		return nil
	}
	return fmt.Errorf("an end in the year %d: %w", t.Year(), ErrTooLarge)
}

func checkQuery(q Query) error {
	switch {
	case q.Limit < 1 || q.Limit > MaxQuery:
		return fmt.Errorf("a page of %d items, at least 1 and at most %d: %w", q.Limit, MaxQuery, ErrTooLarge)
	case q.Prefix != "" && (q.From != "" || q.To != ""):
		return fmt.Errorf("a query by prefix and range: %w", ErrKey)
	}
	if q.Index != "" {
		err := checkIndex(q.Table, q.Index)
		if err != nil {
			return err
		}
	}
	err := checkKey(Key{q.Table, q.Partition, "-"})
	if err != nil {
		return err
	}
	for _, bound := range []string{q.Prefix, q.From, q.To} {
		err := checkPart(bound, MaxSort)
		if err != nil {
			return err
		}
	}
	return nil
}

func checkIndex(table Table, index Index) error {
	if table == Activity && (index == ByUser || index == ByConnector) {
		return nil
	}
	return fmt.Errorf("index %q of table %q: %w", index, table, ErrKey)
}

func checkKey(key Key) error {
	switch key.Table {
	case Config, Directory, Activity:
		return checkParts(key.Partition, key.Sort)
	}
	return fmt.Errorf("table %q: %w", key.Table, ErrKey)
}

func checkParts(partition, sort string) error {
	if partition == "" || sort == "" {
		return fmt.Errorf("an empty part of a key: %w", ErrKey)
	}
	err := checkPart(partition, MaxPartition)
	if err != nil {
		return err
	}
	return checkPart(sort, MaxSort)
}

func checkPart(part string, most int) error {
	switch {
	case len(part) > most:
		return fmt.Errorf("a part of a key of %d bytes, at most %d: %w", len(part), most, ErrKey)
	case !utf8.ValidString(part), strings.Contains(part, "\x00"):
		return fmt.Errorf("a part of a key that is not UTF-8 or has a NUL: %w", ErrKey)
	}
	return nil
}
