package bolt

import (
	"bytes"
	"context"

	"go.etcd.io/bbolt"

	"github.com/gatepost/gatepost/internal/store"
)

// Get implements [store.Tables].
func (db *DB) Get(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	items := make([]*store.Item, len(keys))
	err := db.view(ctx, func(tx *bbolt.Tx) error {
		for i, key := range keys {
			item, err := db.live(tx, key)
			if err != nil {
				return err
			}
			items[i] = item
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return items, nil
}

// Snapshot implements [store.Tables]. A Get of this adapter is one already.
func (db *DB) Snapshot(ctx context.Context, keys []store.Key) ([]*store.Item, error) {
	return db.Get(ctx, keys)
}

// Query implements [store.Tables].
func (db *DB) Query(ctx context.Context, q store.Query) (store.Page, error) {
	where, err := stretchOf(q)
	if err != nil {
		return store.Page{}, err
	}
	bucket := string(q.Table)
	if q.Index != "" {
		bucket = string(q.Index)
	}
	var page store.Page
	err = db.view(ctx, func(tx *bbolt.Tx) error {
		var last []byte
		return walk(ctx, tx.Bucket([]byte(bucket)).Cursor(), where, q.Descending, func(key []byte) (bool, error) {
			item, err := db.found(tx, q, key)
			switch {
			case err != nil:
				return false, err
			case item == nil:
				return true, nil
			case len(page.Items) == q.Limit:
				page.Cursor = string(last)
				return false, nil
			}
			page.Items = append(page.Items, *item)
			last = bytes.Clone(key)
			return true, nil
		})
	})
	if err != nil {
		return store.Page{}, err
	}
	return page, nil
}

// found is the item that a key of the queried bucket leads to, nil when it has
// ended.
func (db *DB) found(tx *bbolt.Tx, q store.Query, key []byte) (*store.Item, error) {
	if q.Index != "" {
		base, err := baseOfIndexKey(key)
		if err != nil {
			return nil, err
		}
		key = base
	}
	whose, err := splitTableKey(q.Table, key)
	if err != nil {
		return nil, err
	}
	return db.live(tx, whose)
}

// live is the item with the key, nil when there is none or it has ended.
func (db *DB) live(tx *bbolt.Tx, key store.Key) (*store.Item, error) {
	item, err := stored(tx, key)
	if err != nil || item == nil || db.ended(item) {
		return nil, err
	}
	return item, nil
}

func (db *DB) ended(item *store.Item) bool {
	return !item.Expires.IsZero() && !db.now().Before(item.Expires)
}

// stored is the item with the key, whether or not it has ended.
func stored(tx *bbolt.Tx, key store.Key) (*store.Item, error) {
	value := tx.Bucket([]byte(key.Table)).Get(tableKey(key.Partition, key.Sort))
	if value == nil {
		return nil, nil
	}
	return decodeValue(key, value)
}

// checkEvery is after how many keys a walk looks whether anybody still waits
// for it.
const checkEvery = 256

// walk visits the keys of a stretch until visit says stop.
func walk(ctx context.Context, c *bbolt.Cursor, where stretch, descending bool, visit func(key []byte) (bool, error)) error {
	key := first(c, where, descending)
	for n := 1; key != nil; n++ {
		if bytes.Compare(key, where.low) < 0 || bytes.Compare(key, where.high) >= 0 {
			return nil
		}
		goOn, err := visit(key)
		if err != nil || !goOn {
			return err
		}
		if n%checkEvery == 0 && ctx.Err() != nil {
			return unavailable(ctx.Err())
		}
		key = next(c, descending)
	}
	return nil
}

func first(c *bbolt.Cursor, where stretch, descending bool) []byte {
	if !descending {
		key, _ := c.Seek(where.low)
		return key
	}
	key, _ := c.Seek(where.high)
	if key == nil {
		key, _ = c.Last()
		return key
	}
	key, _ = c.Prev()
	return key
}

func next(c *bbolt.Cursor, descending bool) []byte {
	if descending {
		key, _ := c.Prev()
		return key
	}
	key, _ := c.Next()
	return key
}
